"""The signed readiness report of `kiosk check`: written, shown and verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kiosk_app.cli.common import bench, device_key, fail, fail_usage, new_table, print_json, run_async, say

if TYPE_CHECKING:
    from kiosk_app.config import Config
    from kiosk_app.model.servicing import Readiness


def show(rows: list[dict[str, Any]]) -> None:
    """The devices' tests as a table."""
    table = new_table("device", "test", "result", "seconds", "code", "detail")
    for row in rows:
        for test in row["tests"]:
            word = "[green]passed[/]" if test["passed"] else "[red]failed[/]"
            table.add_row(row["id"], test["name"], word, f"{test['seconds']:.2f}", test["code"] or "", test["detail"])
    say(table)


def report(file: Path, config: Config, as_json: bool) -> None:
    """Tests everything that needs no person, and writes the report under this machine's signature."""
    from kiosk_app.diagnostics.report import document
    from kiosk_app.diagnostics.signing import ReportKey
    from kiosk_app.versions import versions

    key = ReportKey(device_key(config).report_seed)
    tested = run_async(_test_all(config))
    said = document(tested, config.kiosk.id, dict(versions()))
    try:
        file.write_bytes(key.sign(said))
    except OSError as error:
        fail_usage(f"{file}: {error.strerror}; expected a file that may be written")
    if as_json:
        print_json({**said, "file": str(file), "key": key.public})
    else:
        show(said["devices"])
        table = new_table("check", "result", "figure", "code", "detail")
        for check in tested.checks:
            word = "[green]passed[/]" if check.passed else "[red]failed[/]"
            figure = "" if check.figure is None else f"{check.figure:g}"
            table.add_row(check.name, word, figure, check.code or "", check.detail)
        say(table)
        _show_beside(tested)
        say(f"{file}, signed by {key.public}", markup=False)
    if not tested.passed:
        raise typer.Exit(1)


def _show_beside(tested: Readiness) -> None:
    """What the verdict does not count: how the guided tests ended the last time, and the outbox."""
    if tested.guided:
        table = new_table("guided test", "last time", "result", "code")
        for one in tested.guided:
            word = "[green]passed[/]" if one.passed else "[red]failed[/]"
            table.add_row(one.guide.value, one.at, word, one.code or "")
        say(table)
    if tested.outbox is None:
        say("Outbox: cannot be read.")
        return
    found = tested.outbox
    reasons = f" ({', '.join(found.reasons)})" if found.reasons else ""
    say(f"Outbox: {found.waiting} waiting, the oldest for {found.oldest_s:.0f} s, {found.refused} refused{reasons}.")


def verify(file: Path, key: str, config: Config, as_json: bool) -> None:
    """Says whether the report is as a machine signed it: the one of `key`, else this one where it has a key."""
    from kiosk_app.diagnostics import signing

    try:
        data = file.read_bytes()
    except OSError as error:
        fail_usage(f"{file}: {error.strerror}; expected a readable report")
    if not key and (config.data_dir / "store" / "key.id").exists():
        key = signing.ReportKey(device_key(config).report_seed).public
    try:
        found = signing.verify(data, key)
    except signing.ReportForged as error:
        fail(error.code, str(error), as_json)
    said = found.document
    if as_json:
        answer = {"valid": True, "key": found.key, "expected": bool(key), "mark": found.mark}
        print_json({**answer, "kiosk_id": said.get("kiosk_id"), "at": said.get("at"), "passed": said.get("passed")})
        return
    verdict = "passed" if said.get("passed") else "not passed"
    say(f"As signed by {said.get('kiosk_id')} at {said.get('at')}: {verdict}. Signature {found.mark}.", markup=False)
    if not key:
        say(f"Compare the key with the machine's own: {found.key}", markup=False)


async def _test_all(config: Config) -> Readiness:
    from contextlib import ExitStack, closing

    from kiosk_app.cli.hosts import running
    from kiosk_app.diagnostics.ledger import Ledger
    from kiosk_app.runtime.inspection import Inspection
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import Role, SubmissionError, SubmissionService

    async with bench(config, service=True) as (ready, _), running(ready) as supervisor:
        settings = submission_settings(ready)
        with ExitStack() as stack:
            submission: SubmissionService | SubmissionError
            try:
                submission = stack.enter_context(closing(SubmissionService(settings, Role.READER)))
            except SubmissionError as error:
                submission = error
            ledger = Ledger(ready.data_dir / "diagnostics" / "ledger.db")
            return await Inspection(ready, settings, supervisor, submission, ledger).whole()
