"""A camera as barcode reader: film and folder, a code held still told once, what is wrong with a picture, the preview."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.barcode.camera import DRIVER, CapturedFrames, Settings
from drivers.barcode.view import WIDEST, Hint, Window, hint_of, look
from drivers.errors import DeviceError
from drivers.simulators.camera_frames import CameraFramesSimulator
from tests.codes.photographs import photograph

Told = list[tuple[str, dict[str, Any]]]


def film(path: Path, frames: list[np.ndarray]) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 15, (1280, 720), isColor=True)
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    return path


def play(reader: Any, told: Told) -> None:
    """Polls until the film is over."""

    def to_the_end() -> None:
        while True:
            reader.poll(lambda event, /, **data: told.append((event, data)))

    with pytest.raises(DeviceError, match="BAR-ABSENT"):
        to_the_end()


def test_a_code_held_before_the_camera_for_a_while_is_told_once(tmp_path: Path) -> None:
    shot = photograph("perspective", "easy", 2)
    told: Told = []
    reader = DRIVER.create({"source": str(film(tmp_path / "a.avi", [shot.picture] * 6)), "fps": 60, "again_s": 60})
    reader.open()
    play(reader, told)
    assert [data["text"] for event, data in told if event == "code"] == [shot.text]


def test_frames_come_from_a_film_and_its_end_is_a_camera_that_is_gone(tmp_path: Path) -> None:
    shots = [photograph("blur", "easy", seed) for seed in range(2)]
    frames = CapturedFrames(Settings(str(film(tmp_path / "a.avi", [shot.picture for shot in shots]))))
    for shot in shots:
        taken = frames.next()
        assert taken is not None
        assert taken.shape == shot.picture.shape
    with pytest.raises(OSError, match="no more frames"):
        [frames.next() for _ in range(100)]
    frames.close()


def test_a_camera_that_is_not_there_is_absent(tmp_path: Path) -> None:
    for source in (tmp_path / "none", tmp_path / "broken.avi"):
        if source.suffix:
            source.write_bytes(b"no film")
        with pytest.raises(DeviceError, match="BAR-ABSENT"):
            DRIVER.create({"source": str(source)}).open()


def test_the_preview_has_frame_outline_and_hint_and_is_gone_afterwards(tmp_path: Path) -> None:
    camera = CameraFramesSimulator("camera", tmp_path / "frames")
    preview = tmp_path / "preview"
    told: Told = []

    async def scene() -> None:
        await camera.start()
        reader = DRIVER.create({"source": camera.address, "preview": str(preview)})
        reader.open()
        await camera.act("scan", "MỘT MÃ")
        reader.poll(lambda event, /, **data: told.append((event, data)))
        view = look(preview)
        assert view is not None
        assert (view.picture.shape, view.hint, len(view.outline)) == ((360, 640), Hint.NONE, 4)
        assert all(0 < x < 1 and 0 < y < 1 for x, y in view.outline)
        assert look(preview, after=view.number) is None
        assert preview.stat().st_mode & 0o077 == 0
        await camera.fault("garble")
        await camera.fault("dark")
        await camera.fault("clear", "garble")
        await camera.act("scan", "KHÔNG THẤY")
        reader.poll(lambda event, /, **data: told.append((event, data)))
        reader.close()
        await camera.stop()

    asyncio.run(scene())
    assert told[0] == ("code", {"text": "MỘT MÃ", "symbology": "QRCode", "bytes_hex": "MỘT MÃ".encode().hex()})
    assert not preview.exists()


def test_what_is_wrong_with_a_picture_is_said() -> None:
    sharp = photograph("perspective", "easy", 5).picture
    assert hint_of(sharp) is Hint.NONE
    assert hint_of(np.clip(sharp // 12, 0, 255).astype(np.uint8)) is Hint.TOO_DARK
    assert hint_of(np.full((720, 1280), 250, np.uint8)) is Hint.TOO_BRIGHT
    assert hint_of(sharp, modules_px=1.4) is Hint.TOO_FAR
    assert hint_of(cv2.GaussianBlur(sharp, (0, 0), 9)) is Hint.BLURRED


def test_a_frame_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "window"
    window = Window(path)
    window.show(np.full((720, 1280), 7, np.uint8))
    view = look(path)
    assert view is not None
    assert max(view.picture.shape) == WIDEST
    with path.open("r+b") as file:
        file.seek(4)
        file.write((3).to_bytes(4, "little"))  # odd: under way
    assert look(path) is None
    window.close()
    assert look(path) is None
    (tmp_path / "target").write_bytes(b"kept")
    path.symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic"):
        Window(path)
    assert (tmp_path / "target").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "source"),
        ({"source": "x", "fps": 0}, "fps"),
        ({"source": "x", "width": 1}, "width"),
        ({"source": "x", "port": 1}, "port"),
    ],
)
def test_bad_settings_name_their_key(table: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(table)
