"""`kiosk papers`: the kinds of paper that a mixed stack is parted into, and learning more from examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.common import fail, fail_usage, new_table, print_json, say, state
from kiosk_app.cli.options import JsonOption

if TYPE_CHECKING:
    from kiosk_app.imaging.text import Reader
    from kiosk_app.matching.values import StackPage

group = typer.Typer(no_args_is_help=True, help="The kinds of paper that a mixed stack is parted into.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(group, name="papers")


@group.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show the kinds of paper that are known, those learned here too."""
    from kiosk_app.matching.kinds import PaperKinds

    folder = state(context).load().data_dir / "papers"
    shipped, known = PaperKinds.load(), PaperKinds.load(folder)
    rows = [
        {"id": kind.id, "name_vi": kind.name_vi, "name_en": kind.name_en, "learned": kind != shipped.kinds.get(kind.id)}
        for kind in known.kinds.values()
    ]
    if as_json:
        print_json({"kinds": rows, "folder": str(folder)})
        return
    table = new_table("kind", "name", "", title=f"{len(rows)} kinds of paper")
    for row in rows:
        table.add_row(str(row["id"]), str(row["name_vi"]), "learned" if row["learned"] else "")
    say(table)


@group.command("learn")
def learn_(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="A kind of `kiosk papers list`, or a new one: small letters, digits, _.")],
    examples: Annotated[
        list[Path],
        typer.Argument(
            help="Pictures of first pages, one a paper (PNG, JPEG, TIFF); a folder is a paper of many pages."
        ),
    ],
    name_vi: Annotated[str, typer.Option("--name-vi", help="A new kind's name in Vietnamese.")] = "",
    name_en: Annotated[str, typer.Option("--name-en", help="A new kind's name in English.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Learn to tell a kind of paper from two or more examples, made out to different people.

    Only words that the examples share are kept: no picture, no name, no number.
    """
    from kiosk_app.imaging.errors import ImagingError
    from kiosk_app.imaging.text import Reader
    from kiosk_app.matching import learning
    from kiosk_app.matching.kinds import PaperKinds

    for example in examples:
        if not example.exists():
            fail_usage(f"{example}: no such file or folder")
    folder = state(context).load().data_dir / "papers"
    try:
        with Reader() as reader:
            pages = [_pages(example, reader) for example in examples]
        learned = learning.learn(kind, pages, PaperKinds.load(), name_vi, name_en)
        path = learning.save(learned, folder)
    except ImagingError as error:
        fail(error.code, error.detail, as_json)
    except learning.UnusableExamples as error:
        fail_usage(str(error))
    titles, words = ([" ".join(phrase) for phrase in phrases] for phrases in (learned.titles, learned.words))
    if as_json:
        print_json({"kind": kind, "titles": titles, "words": words, "file": str(path)})
        return
    say(f"{kind}: {len(titles)} titles and {len(words)} phrases in {path}")
    say(f"titles: {'; '.join(titles)}\nphrases: {'; '.join(words)}", markup=False, highlight=False)


def _pages(example: Path, reader: Reader) -> list[StackPage]:
    from kiosk_app.imaging.page import process
    from kiosk_app.imaging.values import PageInput
    from kiosk_app.runtime.reviewing import stack_page

    files = sorted(path for path in example.iterdir() if path.is_file()) if example.is_dir() else [example]
    return [
        stack_page(number, process(PageInput(path), number, reader, path.name))
        for number, path in enumerate(files, start=1)
    ]
