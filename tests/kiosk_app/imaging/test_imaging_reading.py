"""Promises of reading: clean and worn print within their shares of wrong letters, boxes on words, seals off the text."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
from PIL import Image

from kiosk_app.imaging.legible import READ_DPI, legible
from kiosk_app.imaging.lines import plain_text
from kiosk_app.imaging.page import prepare, read
from kiosk_app.imaging.text import Reader, language_data
from kiosk_app.imaging.values import PageInput
from tests.bench import paperwork, reading
from tests.bench.paperwork import MM, Sheet, typeface, typeset

FACE = "grotesque"
SEALED = "NGƯỜI ĐẠI DIỆN THEO PHÁP LUẬT"
needs_language = pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed")


def empty() -> Sheet:
    return Sheet(Image.new("RGB", paperwork.A4, (250, 249, 245)))


@needs_language
def test_clean_and_worn_print_is_read_and_placed_as_it_stands() -> None:
    with Reader() as reader:
        found = reading.measure(len(paperwork.faces_here()), reader, first_seed=100)
    clean, worn = reading.together(found, False), reading.together(found, True)
    assert clean.share <= 0.01
    assert worn.share <= 0.03
    for tally in (clean, worn):
        assert sum(off <= reading.BOX_MM for off in tally.off_mm) >= 0.98 * len(tally.off_mm)


def under_a_seal(seed: int, reader: Reader) -> str:
    """What is read of a page whose last line lies under a seal and a signature."""
    sheet, chance = empty(), random.Random(seed)
    sheet.y = 40
    for sentence in paperwork.SENTENCES[:4]:
        typeset(sheet, sentence, typeface("humanist", 12))
    sheet.y = 100
    typeset(sheet, SEALED, typeface("humanist", 13, True), left=100, right=200)
    paperwork.stamp(sheet.image, 108, 88, chance)
    paperwork.scribble(sheet.image, chance, 130, 99)
    return plain_text(read(prepare(PageInput(reading.scan(sheet, seed, worn=False)), "page", reader), reader))


@needs_language
def test_what_stands_under_a_seal_and_a_signature_is_read() -> None:
    with Reader() as reader:
        lines = [under_a_seal(seed, reader).splitlines()[-1] for seed in range(1, 7)]
    wrong = sum(reading.edits(SEALED, line) for line in lines)
    assert wrong <= 0.03 * len(SEALED) * len(lines), lines


@needs_language
def test_headings_printed_in_red_and_words_typed_in_blue_are_read() -> None:
    sheet = empty()
    sheet.y = 60
    typeset(sheet, "GIẤY CHỨNG NHẬN ĐĂNG KÝ", typeface("humanist", 22, True), centred=True, ink=(200, 30, 40))
    sheet.y = 100
    for _ in range(6):
        typeset(sheet, paperwork.SENTENCES[3], typeface("humanist", 12), ink=(30, 50, 140))
    with Reader() as reader:
        words = read(prepare(PageInput(reading.scan(sheet, 2, worn=False)), "page", reader), reader)
    text = " ".join(plain_text(words).split())
    assert "GIẤY CHỨNG NHẬN ĐĂNG KÝ" in text
    assert reading.edits(sheet.text, text) <= 0.02 * len(sheet.text)


def test_only_the_colour_of_seals_leaves_the_picture_that_is_read() -> None:
    sheet = empty()
    sheet.y = 100
    typeset(sheet, paperwork.SENTENCES[0], typeface(FACE, 12), left=60)
    plain = np.asarray(sheet.image)
    paperwork.stamp(sheet.image, 100, 90, random.Random(3))
    stamped = np.asarray(sheet.image)
    without, dpi = legible(plain, 300)
    lifted, _ = legible(stamped, 300)
    assert dpi == READ_DPI
    assert np.mean(np.abs(without.astype(int) - lifted)) < 0.6
    grey = cv2.resize(cv2.cvtColor(stamped, cv2.COLOR_RGB2GRAY), lifted.shape[::-1], interpolation=cv2.INTER_AREA)
    down, across = (MM * side / whole for side, whole in zip(lifted.shape, stamped.shape[:2], strict=True))
    seal = slice(round(90 * down), round(122 * down)), slice(round(100 * across), round(132 * across))
    assert (lifted[seal] < 140).mean() < 0.6 * (grey[seal] < 140).mean()


def test_a_picture_without_colour_and_a_coarse_one_are_read_as_they_are() -> None:
    grey = np.asarray(Image.linear_gradient("L").resize((600, 800)))
    picture = np.dstack([grey] * 3)
    given, dpi = legible(picture, 120)
    assert dpi == 120
    assert np.abs(given.astype(int) - grey).max() <= 1


@pytest.mark.parametrize(
    ("truth", "got", "wrong"), [("", "ab", 2), ("ab", "", 2), ("kitten", "sitting", 3), ("ế", "ế", 0)]
)
def test_edits_are_counted_as_one_counts_them_by_hand(truth: str, got: str, wrong: int) -> None:
    assert reading.edits(truth, got) == wrong
