"""`kiosk measures`: what the sessions of this machine say together, and each of them for a spreadsheet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from kiosk_app.cli.common import fail_usage, print_json, say, state, tell
from kiosk_app.cli.options import JsonOption, ProfileOption


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("measures")(measures)


def measures(
    context: typer.Context,
    span: Annotated[str, typer.Option(help="day, week or month; of --csv everything that is kept.")] = "month",
    as_csv: Annotated[bool, typer.Option("--csv", help="One line a session, with nothing that few share.")] = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show sessions, times at each step, where people gave up, faults and ratings; nothing of anybody."""
    from kiosk_app.diagnostics import measures_export
    from kiosk_app.diagnostics.ledger import KEEP_DAYS
    from kiosk_app.diagnostics.measures import MeasureBook
    from kiosk_app.diagnostics.sums import first_day, summed
    from kiosk_app.model.measures import Span

    config = state(context).load(profile)
    if span not in list(Span):
        fail_usage(f"--span {span}: expected day, week or month")
    now, of = config.now(), Span(span)
    book = MeasureBook(config.data_dir / "diagnostics" / "ledger.db")
    if as_csv:
        kept = book.since(now.date() - timedelta(days=KEEP_DAYS))
        typer.echo(measures_export.as_csv(kept).replace("\r\n", "\n"), nl=False)
        return
    found = summed(book.since(first_day(now, of)), now, of)
    figures = {"total": found.total, "handed_in": found.handed_in, "satisfied": found.satisfied}
    if as_json:
        print_json(asdict(found) | figures)
        return
    say(
        f"{found.total} sessions, {found.handed_in} of {found.begun} submitted, {found.saved} saved, {found.cut} cut off."
    )
    say(f"{found.help_calls} calls for help, {found.assisted} helped by an officer.")
    for step, seconds in found.medians:
        tell(f"Step {step}: {seconds} s (median)")
    for screen, count in found.given_up:
        tell(f"Given up on {screen.value}: {count}")
    for code, count in found.faults:
        tell(f"{code}: {count} sessions")
    if found.satisfied is not None:
        tell(f"Satisfied: {round(100 * found.satisfied)} % of {found.rated} ratings")
