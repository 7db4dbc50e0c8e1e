"""Promises of likeness: a sheet scanned again is known again, a page of the same form with other words in it never is."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from kiosk_app.imaging.fingerprint import fingerprint
from kiosk_app.imaging.likeness import LOOK_DPI, same_page
from kiosk_app.imaging.straighten import lay_straight
from tests.bench import paperwork
from tests.bench.paperwork import MM, Sheet, TrueWord, person, scanned, typeface

FACE = "grotesque"
WHITE_BED = (252, 252, 251)


def look(image: Image.Image, angle: float, seed: int, bed: tuple[int, int, int] = paperwork.BED) -> bytes:
    """The fingerprint of a scan at 200 dpi."""
    page = lay_straight(np.asarray(scanned(image, angle, seed, dpi=200, bed=bed)), 200).image
    return fingerprint(page, 200)


def overwritten(sheet: Sheet, word: TrueWord, text: str, points: float) -> Image.Image:
    """The sheet with another word in the place of one of its own."""
    image, face = sheet.image.copy(), typeface(FACE, points)
    pen = ImageDraw.Draw(image)
    box = replace(word, x=word.x - 0.3, y=word.y - 0.3, w=word.w + 0.6, h=word.h + 0.6)
    pen.rectangle([box.x * MM, box.y * MM, (box.x + box.w) * MM, (box.y + box.h) * MM], fill=(250, 249, 245))
    pen.text((word.x * MM, word.y * MM - face.getbbox(word.text)[1]), text, fill=(26, 26, 30), font=face)
    return image


@pytest.mark.parametrize(("seed", "points", "bed"), [(1, 9, paperwork.BED), (2, 12, WHITE_BED), (3, 14, paperwork.BED)])
def test_a_sheet_scanned_again_with_other_skew_and_noise_is_known_again(
    seed: int, points: float, bed: tuple[int, int, int]
) -> None:
    sheet = paperwork.paper(seed, face=FACE, points=points).image
    assert same_page(look(sheet, 1.7, 10 + seed, bed), look(sheet, -2.3, 20 + seed, bed))


def test_a_worn_sheet_scanned_again_is_known_again() -> None:
    worn = paperwork.wear(paperwork.paper(4, face=FACE, points=11).image, 4)
    assert same_page(look(worn, 0.4, 1), look(worn, -1.1, 2))


@pytest.mark.parametrize("longer", [0.994, 1.006])
def test_a_sheet_that_the_rollers_draw_longer_or_shorter_is_known_again(longer: float) -> None:
    sheet = paperwork.paper(11, face=FACE, points=11).image
    again = sheet.resize((sheet.width, round(sheet.height * longer)), Image.Resampling.BICUBIC)
    assert same_page(look(sheet, 0.9, 1), look(again, -0.7, 2))


def blocks(frame: int = 0, *, down: int = 0) -> np.ndarray:
    """A page at 200 dpi with blocks as of words and hair lines of less than a dot, `down` by so many of its pixels.

    With `frame` a line runs round it that far within its edge, in dots of a fingerprint.
    """
    page, chance = np.full((2340, 1654, 3), 250, np.uint8), random.Random(3)
    for y in range(200, 2100, 60):
        for x in range(160, 1400, 110):
            page[y + down : y + down + 14, x : x + chance.randint(30, 90)] = 20
        page[y + 18 + down : y + 20 + down, 160:1480] = 96
    if frame:
        at = 2 * frame
        page[at : at + 4, at:-at] = page[-at - 4 : -at, at:-at] = 40
        page[at:-at, at : at + 4] = page[at:-at, -at - 4 : -at] = 40
    return page


def test_a_hair_line_that_falls_between_two_rows_of_dots_is_known_again() -> None:
    assert same_page(fingerprint(blocks(), 200), fingerprint(blocks(down=1), 200))


@pytest.mark.parametrize("frame", [7, 9, 11, 13, 15, 17, 19])
def test_a_frame_at_the_edge_is_known_again_where_a_hair_more_of_the_paper_was_cut_away(frame: int) -> None:
    assert same_page(fingerprint(blocks(frame), 200), fingerprint(blocks(frame)[4:-4, 4:-4], 200))


@pytest.mark.parametrize(("day", "other"), [(13, 27), (24, 16), (21, 18)])
def test_a_date_with_another_day_makes_another_page(day: int, other: int) -> None:
    form = paperwork.paper(12, face=FACE, points=11)
    dated = []
    for number in (day, other):
        image, text = form.image.copy(), f"ngày {number} tháng 11 năm 2026"
        ImageDraw.Draw(image).text((110 * MM, (form.y + 10) * MM), text, fill=(26, 26, 30), font=typeface(FACE, 12))
        dated.append(image)
    assert not same_page(look(dated[0], 0.8, 3), look(dated[1], -0.6, 4))


@pytest.mark.parametrize("seed", [5, 6])
def test_one_other_word_a_tick_or_a_signature_makes_another_page(seed: int) -> None:
    points, chance = 11.0, random.Random(seed)
    sheet = paperwork.paper(seed, face=FACE, points=points)
    own = look(sheet.image, 0.8, seed)
    word = chance.choice([word for word in sheet.words[20:-12] if len(word.text) >= 4])
    ticked, signed = sheet.image.copy(), sheet.image.copy()
    line = [(26 * MM, 120 * MM), (27.5 * MM, 122 * MM), (30 * MM, 117 * MM)]
    ImageDraw.Draw(ticked).line(line, fill=(28, 52, 150), width=5)
    paperwork.scribble(signed, chance, 60, sheet.y)
    for other in (overwritten(sheet, word, "Thưởng", points), ticked, signed):
        assert not same_page(own, look(other, -0.6, seed + 50))


def test_pages_of_one_form_filled_in_by_different_people_are_different() -> None:
    form = paperwork.paper(7, face=FACE, points=11, rows=0)
    filled = []
    for seed in range(4):
        image, chance = form.image.copy(), random.Random(seed)
        ImageDraw.Draw(image).text((60 * MM, form.y * MM), person(chance), fill=(30, 50, 140), font=typeface(FACE, 13))
        filled.append(look(image, chance.uniform(-2, 2), seed))
    assert not any(same_page(a, b) for at, a in enumerate(filled) for b in filled[at + 1 :])


def test_a_page_is_like_itself_and_empty_pages_are_like_nothing() -> None:
    empty = paperwork.Sheet(Image.new("RGB", paperwork.A4, (250, 249, 245))).image
    blank = look(empty, 1, 1)
    full = look(paperwork.paper(8, face=FACE).image, 1, 1)
    assert same_page(full, full)
    assert not same_page(blank, blank)
    assert not same_page(full, blank)


@pytest.mark.parametrize("what", ["nothing", "text", "cut", "altered", "bomb", "size"])
def test_what_is_no_fingerprint_is_like_nothing_and_raises_nothing(what: str) -> None:
    good = look(paperwork.paper(9, face=FACE, until=90).image, 0, 1)
    bad = {
        "nothing": b"",
        "text": b"\x01this is no fingerprint at all",
        "cut": good[: len(good) // 2],
        "altered": good[:40] + b"\0" * 8 + good[48:],
        "bomb": good[:1] + b"\x09\x60\x09\x60" + good[5:],
        "size": good[:1] + b"\0\0\0\0" + good[5:],
    }[what]
    assert not same_page(bad, good)
    assert not same_page(good, bad)


def test_a_fingerprint_is_small_and_knows_its_scale() -> None:
    data = look(paperwork.paper(10, face=FACE, points=9).image, 0, 1)
    assert len(data) < 100_000
    across = int.from_bytes(data[1:3], "big")
    assert across == pytest.approx(210 / 25.4 * LOOK_DPI, abs=6)


def test_comparing_loads_no_imaging_library() -> None:
    script = (
        "import sys, kiosk_app.imaging.likeness\n"
        "print(sorted({'cv2', 'numpy', 'PIL', 'tesserocr', 'pikepdf'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
