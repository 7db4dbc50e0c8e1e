"""The signed readiness report of `kiosk check`: written, shown and verified."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from drivers.errors import DeviceError
from drivers.ports import TestResult
from kiosk_app.cli.common import bench, fail, fail_usage, new_table, print_json, run_async, say

if TYPE_CHECKING:
    from drivers.supervisor import DeviceClient
    from kiosk_app.config import Config
    from kiosk_app.model.servicing import CheckLine, Readiness


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

    key = ReportKey(_seed(config))
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
        say(f"{file}, signed by {key.public}", markup=False)
    if not tested.passed:
        raise typer.Exit(1)


def verify(file: Path, key: str, config: Config, as_json: bool) -> None:
    """Says whether the report is as a machine signed it: the one of `key`, else this one where it has a key."""
    from kiosk_app.diagnostics import signing

    try:
        data = file.read_bytes()
    except OSError as error:
        fail_usage(f"{file}: {error.strerror}; expected a readable report")
    if not key and (config.data_dir / "store" / "key.id").exists():
        key = signing.ReportKey(_seed(config)).public
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
    import asyncio

    from kiosk_app.cli.hosts import running
    from kiosk_app.model.servicing import Readiness
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.runtime.surroundings import look_around

    began, started = config.now(), time.monotonic()
    async with bench(config, service=True) as (ready, _), running(ready) as supervisor:
        tests = asyncio.gather(*(self_test(client) for client in supervisor.clients.values()))
        checks: tuple[CheckLine, ...] = await asyncio.to_thread(look_around, ready, submission_settings(ready))
        devices = tuple(zip(supervisor.clients, await tests, strict=True))
    return Readiness(began.isoformat(timespec="seconds"), round(time.monotonic() - started, 2), devices, checks)


async def self_test(client: DeviceClient) -> tuple[Any, ...]:
    """The steps of a device's own test; a device that cannot be asked has one step, failed with the reason's code."""
    from kiosk_app.model.servicing import TestLine

    started = time.monotonic()
    try:
        results = await client.call("self_test", tuple[TestResult, ...])
    except DeviceError as error:
        results = (TestResult("self test", False, time.monotonic() - started, error.code, error.detail),)
    return tuple(TestLine(one.name, one.passed, round(one.seconds, 3), one.code, one.detail) for one in results)


def _seed(config: Config) -> bytes:
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import SubmissionError
    from kiosk_app.submission.device_key import open_device_key

    settings = submission_settings(config)
    try:
        settings.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open_device_key(settings.data_folder, settings.key_source).report_seed
    except SubmissionError as error:
        fail(error.code, error.detail)
    except OSError as error:
        fail("STO-IO", type(error).__name__)
