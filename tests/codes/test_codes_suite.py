"""Codes in simulated photographs: what is easy is read, what is read is right, and nothing is read where nothing is."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.barcode.attempt import Attempt
from drivers.barcode.decode import budget_of, decode
from drivers.barcode.reading import Rung
from tests.codes.others import SYMBOLOGIES, WITHOUT, other_code, without_code
from tests.codes.phones import SYMBOLOGIES as PHONE_SYMBOLOGIES
from tests.codes.phones import TROUBLES as PHONE_TROUBLES
from tests.codes.phones import phone_picture, phone_picture_without
from tests.codes.photographs import GRADES, KINDS, photograph

# A slow machine gets as much time as it needs: what is promised of time is measured by `make bench-codes`.
PATIENT = 30.0


def texts(picture: np.ndarray, budget_s: float = PATIENT) -> list[str]:
    return [code.text for code in decode(picture, budget_s)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_easy_photograph_is_read_letter_for_letter(kind: str) -> None:
    for seed in range(4):
        shot = photograph(kind, "easy", seed)
        assert texts(shot.picture) == [shot.text]


@pytest.mark.parametrize("kind", KINDS)
def test_of_hard_photographs_more_are_read_than_by_the_library_alone_and_none_wrongly(kind: str) -> None:
    alone = ours = 0
    for seed in range(8):
        shot = photograph(kind, "hard", seed)
        alone += any(code.text == shot.text for code in zxingcpp.read_barcodes(shot.picture))
        found = texts(shot.picture)
        assert found in ([shot.text], [])
        ours += bool(found)
    assert ours >= alone


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
def test_other_codes_are_read_right_or_not_at_all(symbology: str) -> None:
    read = 0
    for seed in range(6):
        shot = other_code(symbology, seed)
        found = [(code.text, code.symbology) for code in decode(shot.picture, PATIENT)]
        assert found in ([(shot.text, symbology)], [])
        read += bool(found)
    assert read >= 3


@pytest.mark.parametrize("kind", WITHOUT)
def test_nothing_is_seen_where_nothing_is(kind: str) -> None:
    for seed in range(4):
        assert decode(without_code(kind, seed).picture, PATIENT) == ()


def test_a_micro_code_without_error_correction_is_never_seen_in_an_unreadable_code() -> None:
    shot = photograph("glare", "medium", 100_473, size=(640, 360))
    assert texts(shot.picture) in ([shot.text], [])


def test_a_photograph_is_the_same_for_the_same_seed() -> None:
    for grade in GRADES:
        one, other = photograph("motion", grade, 7), photograph("motion", grade, 7)
        assert one.text == other.text
        assert np.array_equal(one.picture, other.picture)


def test_what_does_not_fit_into_the_time_left_is_not_begun() -> None:
    begun: list[str] = []
    picture = without_code("desk", 1).picture

    def rung(name: str, cost: float) -> Rung:
        return Rung(name, cost, lambda _: begun.append(name) or [])

    late, early = Attempt(picture, time.monotonic() - 1), Attempt(picture, time.monotonic() + PATIENT)
    assert late.read(rung("too late", 1.0), picture) == []
    assert late.places(lambda _: [picture], picture, 1.0) == []
    assert begun == []
    late.read(rung("certain", 1.0), picture, certain=True)
    early.read(rung("in time", 1.0), picture)
    assert begun == ["certain", "in time"]
    early.read(rung("would take days", 1e9), picture)
    assert begun == ["certain", "in time"]


def test_a_photograph_of_twelve_megapixels_has_its_code_read_small_turned_and_inverted() -> None:
    shot = photograph("small modules", "easy", 3)
    large = cv2.resize(shot.picture, (4000, 2250), interpolation=cv2.INTER_CUBIC)
    assert texts(large) == [shot.text]
    assert texts(np.ascontiguousarray(np.rot90(large))) == [shot.text]
    assert texts(255 - large) == [shot.text]
    desk = cv2.resize(without_code("desk", 2).picture, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    desk[1500 : 1500 + 720, 2000 : 2000 + 1280] = shot.picture  # far away: a small part of a large picture
    assert texts(desk) == [shot.text]


def test_a_frame_gets_little_time_a_still_picture_more_but_not_without_end() -> None:
    assert budget_of(1280, 720) == budget_of(720, 1280) <= 0.1
    assert budget_of(1280, 720) < budget_of(640, 480) < budget_of(4000, 3000) == budget_of(9000, 6000) <= 1.5


@pytest.mark.parametrize("symbology", PHONE_SYMBOLOGIES)
def test_telephones_pictures_are_read_right_or_not_at_all(symbology: str) -> None:
    read = 0
    for place, trouble in enumerate(PHONE_TROUBLES):
        shot = phone_picture(symbology, trouble, 300 + place)
        found = [(code.text, code.symbology) for code in decode(shot.picture, PATIENT)]
        assert found in ([(shot.text, symbology)], [])
        read += bool(found)
    assert read >= 6


@pytest.mark.parametrize("symbology", ["Code128", "PDF417"])
def test_bars_are_read_at_any_angle(symbology: str) -> None:
    shot = phone_picture(symbology, "none", 41)
    middle = shot.picture.shape[1] / 2, shot.picture.shape[0] / 2
    side = int(np.hypot(*shot.picture.shape))
    for degrees in range(0, 180, 30):
        matrix = cv2.getRotationMatrix2D(middle, degrees, 1.0)
        matrix[:, 2] += side / 2 - np.array(middle)
        turned = cv2.warpAffine(shot.picture, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
        assert texts(np.asarray(turned, np.uint8)) == [shot.text]


def test_nothing_is_seen_in_telephones_pictures_without_a_code() -> None:
    for seed in range(3):
        assert decode(phone_picture_without(seed).picture, PATIENT) == ()
