"""The machine-readable zone by camera: read in bad light and upside down, or not at all, and never a wrong letter."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.barcode import mrz
from drivers.barcode.camera import DRIVER
from drivers.barcode.decode import decode, decode_file
from drivers.errors import DeviceError
from drivers.ports import Code
from drivers.simulators.camera_frames import CameraFramesSimulator
from drivers.simulators.card_back import card_back
from drivers.simulators.chip.people import PEOPLE
from tests.codes.others import WITHOUT, without_code
from tests.codes.photographs import photograph
from tests.codes.zones import FORMS, KINDS, held, zone_photograph, zone_text

EASY = [(form, kind, seed) for form in FORMS for kind in KINDS for seed in (1, 2)]


def read(picture: np.ndarray) -> str:
    seen = mrz.look(picture)
    return "" if seen is None else seen.text


def wrong(text: str, place: int) -> str:
    """The zone with another digit at a place."""
    return text[:place] + str((int(text[place]) + 3) % 10) + text[place + 1 :]


def test_cards_and_passports_are_read_from_single_frames_letter_for_letter() -> None:
    shots = [zone_photograph(form, kind, "easy", seed) for form, kind, seed in EASY]
    texts = [read(shot.picture) for shot in shots]
    assert {text for text, shot in zip(texts, shots, strict=True) if text != shot.text} <= {""}
    assert sum(map(bool, texts)) >= 0.8 * len(shots)


def test_what_can_hardly_be_read_is_not_read_wrongly() -> None:
    shots = [zone_photograph(form, kind, "hard", 3) for form in FORMS for kind in KINDS]
    assert all(read(shot.picture) in ("", shot.text) for shot in shots)


@pytest.mark.parametrize("place", [5, 14, 16, 30, 36, 38, 44, 59])
def test_a_zone_whose_check_digits_do_not_agree_is_not_read(place: int) -> None:
    random = np.random.default_rng(5)
    text = zone_text("VNM", random)
    assert read(held(text, 5)) == text
    assert read(held(wrong(text, place), 5)) == ""


def test_a_day_that_no_calendar_has_is_not_read_even_if_its_digits_agree() -> None:
    one, three = "I<UTOD231458907<<<<<<<<<<<<<<<", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"

    def printed(birth: str) -> str:
        from tests.codes.zones import digit

        two = f"{birth}{digit(birth)}F1204159UTO<<<<<<<<<<<"
        return one + two + digit(one[5:30] + two[0:7] + two[8:15] + two[18:29]) + three

    assert read(held(printed("741231"), 1)) == printed("741231")
    assert read(held(printed("741331"), 1)) == ""


def test_a_card_held_upside_down_is_read() -> None:
    text = zone_text("VNM", np.random.default_rng(9))
    picture = held(text, 9)
    assert read(np.ascontiguousarray(picture[::-1, ::-1])) == text


def test_the_corners_of_a_zone_are_where_it_is() -> None:
    seen = mrz.look(held(zone_text("TD3", np.random.default_rng(2)), 2))
    assert seen is not None
    (left, top), (right, _), (_, bottom), _ = seen.corners
    assert 0 <= left < right <= 1280
    assert 0 <= top < bottom <= 720


@pytest.mark.parametrize("kind", WITHOUT)
def test_nothing_is_seen_where_there_is_no_zone(kind: str) -> None:
    assert read(without_code(kind, 1).picture) == ""


def test_a_still_picture_gives_the_zone_also_from_the_side_and_codes_come_first(tmp_path: Path) -> None:
    text = zone_text("VNM", np.random.default_rng(4))
    picture = held(text, 4)
    for name, shown in (("level", picture), ("side", np.rot90(picture)), ("other", np.rot90(picture, 3))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), shown)
        assert decode_file(tmp_path / f"{name}.png").codes == (Code(text, "MRZ", text.encode().hex()),), name
    assert decode(picture) == (), "who asks for codes alone gets no zone"
    code = photograph("perspective", "easy", 2)
    assert [found.symbology for found in decode(code.picture, zones=True)] == ["QRCode"]


# --- the camera ------------------------------------------------------------------------------------------------------


class Scene:
    """A camera that streams frames out of a folder."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder / "frames"
        self.folder.mkdir()
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.reader: Any = DRIVER.create({"source": str(self.folder), "again_s": 60, **settings})
        self.reader.open()
        self.count = 0

    def show(self, *pictures: np.ndarray) -> list[str]:
        """The codes told of these frames."""
        before = len(self.told)
        for picture in pictures:
            self.count += 1
            cv2.imwrite(str(self.folder / f"{self.count:04d}.png"), picture)
            self.reader._next = self.reader._looked = 0.0
            self.reader.poll(lambda event, /, **data: self.told.append((event, data)))
        return [data["text"] for event, data in self.told[before:] if event == "code"]


def test_two_frames_in_a_row_have_to_say_the_same(tmp_path: Path) -> None:
    one, other = (zone_text("VNM", np.random.default_rng(seed)) for seed in (1, 2))
    first, second = held(one, 1), held(other, 2)
    scene = Scene(tmp_path, stream=True)
    desk = np.full_like(first, 90)
    assert scene.show(desk, first) == []
    assert scene.show(desk, first, second, first) == []
    assert scene.show(first) == [one]
    assert scene.show(first, first) == [], "held there it is told once"
    scene.reader.close()
    assert scene.reader._zone == ""


def test_what_was_seen_before_the_camera_was_pulled_counts_for_nothing_and_is_forgotten(tmp_path: Path) -> None:
    text = zone_text("VNM", np.random.default_rng(1))
    card = held(text, 1)
    scene = Scene(tmp_path, stream=True)
    assert scene.show(np.full_like(card, 90), card) == []
    shutil.rmtree(scene.folder)
    with pytest.raises(DeviceError, match="BAR-ABSENT"):
        scene.reader.health()
    assert scene.reader._zone == ""
    scene.folder.mkdir()
    scene.reader.open()
    assert scene.show(card) == []
    assert scene.show(card) == [text]
    scene.reader.close()


def test_a_zone_that_was_seen_is_outlined_for_who_holds_it(tmp_path: Path) -> None:
    from drivers.preview import Hint, Viewer

    text = zone_text("TD1", np.random.default_rng(3))
    scene = Scene(tmp_path, stream=True, preview=str(tmp_path / "preview"), mirror=False)
    viewer = Viewer(scene.reader.preview(shown=True).path)
    assert scene.show(held(text, 3), held(text, 3)) == [text]
    frame = viewer.look()
    assert frame is not None
    assert (len(frame.outline), frame.hint) == (4, Hint.NONE)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in frame.outline)
    viewer.close()
    scene.reader.close()


@pytest.mark.parametrize("person", PEOPLE)
def test_the_back_of_every_simulated_card_says_what_its_chip_says(tmp_path: Path, person: str) -> None:
    assert read(np.asarray(card_back(PEOPLE[person]))) == PEOPLE[person].mrz


def test_the_back_of_a_card_held_before_the_simulated_camera_is_told(tmp_path: Path) -> None:
    camera = CameraFramesSimulator("camera", tmp_path / "frames")
    told: list[tuple[str, dict[str, Any]]] = []

    async def scene() -> None:
        await camera.start()
        reader = DRIVER.create({"source": camera.address})
        reader.open()
        await camera.act("back", "minor")
        reader.poll(lambda event, /, **data: told.append((event, data)))
        with pytest.raises(ValueError, match="nobody"):
            await camera.act("back", "stranger")
        reader.close()
        await camera.stop()

    asyncio.run(scene())
    assert [(data["text"], data["symbology"]) for event, data in told if event == "code"] == [
        (PEOPLE["minor"].mrz, "MRZ")
    ]
