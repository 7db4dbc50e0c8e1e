"""`kiosk prompts`: recordings of the fixed spoken texts, made by the voice and checked after a person replaced them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.common import fail_usage, new_table, print_json, say, state
from kiosk_app.cli.options import JsonOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk_app.model.basics import Language

group = typer.Typer(no_args_is_help=True, help="Recordings of the fixed texts that the kiosk speaks.")
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="The folder; default: `[speech] prompts_dir`, else `prompts` in the data folder."),
]
SHOWN = 40
"""Rows of a table in a terminal; `--json` has all."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(group, name="prompts")


@group.command("make")
def make_(
    context: typer.Context,
    out: OutOption = None,
    anew: Annotated[bool, typer.Option("--anew", help="Also those whose words are still the same.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let the voice speak each fixed text, in both languages, into a wav file of its own.

    Replace any of the files by a recording of the same words; it stays until the words change.
    """
    from kiosk_app.speech.recordings import RecordingError, make

    folder, texts = _folder(context, out), _texts()
    try:
        made = sum(1 for _ in make(folder, texts, anew=anew))
    except RecordingError as error:
        fail_usage(f"no recordings were made; {error}")
    except OSError as error:
        fail_usage(f"{folder}: {error.strerror}")
    count = sum(map(len, texts.values()))
    if as_json:
        print_json({"folder": str(folder), "texts": count, "made": made, "kept": count - made})
        return
    say(f"{made} recordings made, {count - made} kept, in {folder}", soft_wrap=True, highlight=False)


@group.command("check")
def check_(context: typer.Context, out: OutOption = None, as_json: JsonOption = False) -> None:
    """Name the recordings that are missing, too long, no wav files, or of words that have changed since."""
    from kiosk_app.speech.recordings import check

    folder, texts = _folder(context, out), _texts()
    found = check(folder, texts)
    if as_json:
        rows = [
            {"id": one.id, "language": one.language.value, "fault": one.fault.value, "seconds": one.seconds}
            for one in found
        ]
        print_json({"folder": str(folder), "texts": sum(map(len, texts.values())), "findings": rows})
    elif found:
        table = new_table(
            "text", "language", "fault", "seconds", title=f"{len(found)} recordings to see to in {folder}"
        )
        for one in found[:SHOWN]:
            table.add_row(one.id, one.language.value, one.fault.value, f"{one.seconds:g}" if one.seconds else "")
        say(table)
        if len(found) > SHOWN:
            say(f"and {len(found) - SHOWN} more; --json has all")
    else:
        say(f"every fixed text has its recording in {folder}", soft_wrap=True, highlight=False)
    if found:
        raise typer.Exit(1)


def _folder(context: typer.Context, out: Path | None) -> Path:
    if out is not None:
        return out
    config = state(context).load()
    return Path(config.speech.prompts_dir) if config.speech.prompts_dir else config.data_dir / "prompts"


def _texts() -> Mapping[Language, Mapping[str, str]]:
    from drivers.errors import catalogue
    from kiosk_app.model.basics import Language
    from kiosk_app.speech.recordings import fixed
    from ui.translations import table

    def of_codes(language: Language) -> dict[str, str]:
        return {f"code.{code}": entry.text("citizen", language.value) for code, entry in catalogue().items()}

    return {language: fixed({**of_codes(language), **table(language)}) for language in Language}
