"""Promises of what `kiosk scan` and `kiosk digitise` say to a person: which page, what is the matter, what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from kiosk_app.cli.page_words import PageWords
from kiosk_app.cli.root import command_line
from kiosk_app.imaging.values import PageWarning
from kiosk_app.model.basics import Language


@pytest.mark.parametrize("language", list(Language))
def test_every_warning_has_words_that_name_the_page_and_something_to_do(language: Language) -> None:
    words = PageWords.of(language)
    for warning in PageWarning:
        (line,) = words.pages(9, (), [(7, warning.value)])
        assert "7" in line
        assert len(line.split(". ")) == 2, "the matter, then what to do"


def test_both_languages_have_the_same_texts() -> None:
    assert PageWords.of(Language.VI).texts.keys() == PageWords.of(Language.EN).texts.keys()


def test_pages_are_told_in_their_order_and_blank_ones_that_were_kept_as_kept() -> None:
    words = PageWords.of(Language.EN)
    lines = list(words.pages(4, (3,), [(4, "glare"), (1, "blurred")]))
    assert [line.split()[1] for line in lines] == ["1", "3", "4"]
    assert "left out" in lines[1]
    assert "kept" in next(words.pages(1, (1,), ()))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--language", "en"), ("Page 1 has a low resolution. Scan it at 200 dpi", "1 pages in")),
        ((), ("Trang 1 có độ phân giải thấp. Cần quét lại", "1 trang trong")),
    ],
)
def test_digitise_says_what_to_do_about_a_page_in_the_language_asked(
    words: tuple[str, ...], said: tuple[str, ...], tmp_path: Path
) -> None:
    page = Image.new("RGB", (496, 702), (250, 250, 250))  # A4 at 60 dpi
    for row in range(20):
        page.paste((20, 20, 20), (60, 60 + row * 28, 430, 66 + row * 28))
    page.save(tmp_path / "[bold]page.png")
    out = tmp_path / "out.pdf"
    command = ["digitise", str(tmp_path / "[bold]page.png"), "--no-ocr", "--out", str(out), *words]
    done = CliRunner().invoke(command_line(("papers",)), command)
    assert done.exit_code == 0, done.output
    for text in (*said, str(out)):
        assert text in done.stdout
    assert "[bold]" not in done.stdout


def test_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for what in (str(tmp_path / "pipe"), "/dev/zero"):
        done = CliRunner().invoke(command_line(("papers",)), ["digitise", what, "--out", str(tmp_path / "out.pdf")])
        assert done.exit_code == 2
        assert "expected files" in done.output
