"""A camera as barcode reader: film and folder, a code held still told once, what is wrong with a picture, the preview."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.barcode import camera as camera_module
from drivers.barcode.camera import DRIVER
from drivers.barcode.view import hint_of
from drivers.camera.frames import CapturedFrames
from drivers.camera.window import WIDEST, Window
from drivers.errors import DeviceError
from drivers.preview import HEAD, Hint, Viewer
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
    frames = CapturedFrames(str(film(tmp_path / "a.avi", [shot.picture for shot in shots])), 1280, 720)
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


def test_what_is_seen_is_shown_only_when_asked_for_and_gone_afterwards(tmp_path: Path) -> None:
    camera = CameraFramesSimulator("camera", tmp_path / "frames")
    preview = tmp_path / "preview"
    preview.write_bytes(b"of a host that was killed")
    told: Told = []

    async def scene() -> None:
        await camera.start()
        reader = DRIVER.create({"source": camera.address, "preview": str(preview), "mirror": False})
        reader.open()

        async def hold(text: str) -> None:
            await camera.act("scan", text)
            reader.poll(lambda event, /, **data: told.append((event, data)))

        await hold("VẪN ĐỌC")
        assert not preview.exists()
        path = reader.preview(shown=True).path  # type: ignore[attr-defined]
        assert path == str(preview)
        assert preview.stat().st_mode & 0o077 == 0
        viewer = Viewer(path)
        assert not preview.exists(), "from here on no file can outlive the two"
        await hold("MỘT MÃ")
        frame = viewer.look()
        assert frame is not None
        assert (frame.width, frame.height, frame.hint, len(frame.outline)) == (640, 360, Hint.NONE, 4)
        assert len(frame.pixels) == 640 * 360
        assert all(0 < x < 1 and 0 < y < 1 for x, y in frame.outline)
        assert viewer.look() is None, "nothing newer"
        assert reader.preview(shown=False).path == ""  # type: ignore[attr-defined]
        assert viewer.look() is None
        viewer.close()
        await hold("KHÔNG THẤY")
        assert not preview.exists()
        reader.close()
        await camera.stop()

    asyncio.run(scene())
    assert [data["text"] for event, data in told if event == "code"] == ["VẪN ĐỌC", "MỘT MÃ", "KHÔNG THẤY"]


def test_a_camera_without_a_place_for_the_picture_shows_none(tmp_path: Path) -> None:
    reader = DRIVER.create({"source": str(tmp_path)})
    reader.open()
    assert "preview" not in reader.describe().capabilities
    assert reader.preview(shown=True).path == ""  # type: ignore[attr-defined]
    reader.close()


@pytest.mark.parametrize("mirror", [True, False])
def test_the_picture_is_shown_as_in_a_mirror_or_not(tmp_path: Path, mirror: bool) -> None:
    scene = np.full((360, 640), 60, np.uint8)
    scene[:, 480:] = 200
    (tmp_path / "frames").mkdir()
    reader = DRIVER.create({"source": str(tmp_path / "frames"), "preview": str(tmp_path / "preview"), "mirror": mirror})
    reader.open()
    viewer = Viewer(reader.preview(shown=True).path)  # type: ignore[attr-defined]
    cv2.imwrite(str(tmp_path / "frames" / "a.png"), scene)
    reader.poll(lambda event, /, **data: None)
    frame = viewer.look()
    assert frame is not None
    assert (frame.pixels[20], frame.pixels[620]) == ((200, 60) if mirror else (60, 200))
    viewer.close()
    reader.close()


def test_a_file_that_others_may_read_or_that_is_a_link_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "open").write_bytes(b"x")
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "link").symlink_to(tmp_path / "open")
    for name in ("open", "link", "none"):
        with pytest.raises(OSError, match=r".+"):
            Viewer(str(tmp_path / name))
    assert (tmp_path / "open").exists()


def test_the_kiosk_overwrites_what_a_driver_that_hangs_still_holds(tmp_path: Path) -> None:
    window = Window(tmp_path / "window")
    viewer = Viewer(str(tmp_path / "window"))
    window.show(np.full((360, 640), 77, np.uint8))
    frame = viewer.look()
    assert frame is not None
    pixels = frame.pixels
    viewer.close()
    assert not any(pixels)
    assert not any(window._map[:])
    window.close()


def test_frames_that_follow_each_other_tell_a_code_once_and_only_the_newest_is_looked_at(tmp_path: Path) -> None:
    shot = photograph("perspective", "easy", 2)
    (tmp_path / "frames").mkdir()
    told: Told = []
    reader = DRIVER.create({"source": str(tmp_path / "frames"), "stream": True, "again_s": 60, "fps": 60})
    reader.open()
    names = iter("abcdef")
    for picture in (np.full_like(shot.picture, 90), shot.picture, shot.picture):
        for _ in range(2):
            cv2.imwrite(str(tmp_path / "frames" / f"{next(names)}.png"), picture)
        reader._next = 0.0  # type: ignore[attr-defined]
        reader.poll(lambda event, /, **data: told.append((event, data)))
    assert [data["text"] for event, data in told if event == "code"] == [shot.text]
    reader.close()


def test_a_scene_in_which_nothing_moves_is_looked_at_seldom_unless_somebody_is_shown_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(camera_module, "decode", lambda frame, budget: looks.append(1) or ())
    monkeypatch.setattr(camera_module, "_STILL_S", 3600.0)
    (tmp_path / "frames").mkdir()
    settings = {"source": str(tmp_path / "frames"), "stream": True, "preview": str(tmp_path / "preview")}
    reader = DRIVER.create(settings)
    reader.open()
    names = (f"{number:03d}.png" for number in range(100))

    def looked(*shades: int) -> int:
        before = len(looks)
        for shade in shades:
            cv2.imwrite(str(tmp_path / "frames" / next(names)), np.full((360, 640), shade, np.uint8))
            reader.poll(lambda event, /, **data: None)
        return len(looks) - before

    assert looked(90, 91, 90, 91, 90) == 1
    assert looked(180) == 1, "something came"
    reader.preview(shown=True)  # type: ignore[attr-defined]
    assert looked(180, 180, 180) == 3
    reader.preview(shown=False)  # type: ignore[attr-defined]
    assert looked(180, 180) <= 1
    reader.close()


def test_the_live_simulator_brings_a_code_near_until_it_can_be_read(tmp_path: Path) -> None:
    camera = CameraFramesSimulator("camera", tmp_path / "frames", live=True)
    hints: list[Hint] = []
    told: Told = []

    async def scene() -> None:
        await camera.start()
        settings = {"source": camera.address, "preview": str(tmp_path / "preview"), "stream": True, "again_s": 60}
        reader = DRIVER.create(settings)
        reader.open()
        viewer = Viewer(reader.preview(shown=True).path)  # type: ignore[attr-defined]
        holding = asyncio.create_task(camera.act("scan", "001099000042|" * 9))
        while not [event for event, _ in told if event == "code"]:
            if holding.done():  # a busy machine may have looked away all the time
                holding = asyncio.create_task(camera.act("scan", "001099000042|" * 9))
            reader.poll(lambda event, /, **data: told.append((event, data)))
            if (frame := viewer.look()) is not None:
                hints.append(frame.hint)
            await asyncio.sleep(0.005)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        viewer.close()
        reader.close()
        await camera.stop()

    asyncio.run(scene())
    assert [data["text"] for event, data in told if event == "code"] == ["001099000042|" * 9]
    assert hints[-1] is Hint.NONE
    assert not (tmp_path / "frames").exists()


def test_a_picture_of_a_file_is_held_before_the_simulated_camera(tmp_path: Path) -> None:
    shot = photograph("perspective", "easy", 2)
    cv2.imwrite(str(tmp_path / "held.png"), shot.picture)
    camera = CameraFramesSimulator("camera", tmp_path / "frames")
    told: Told = []

    async def scene() -> None:
        await camera.start()
        reader = DRIVER.create({"source": camera.address})
        reader.open()
        await camera.act("show", str(tmp_path / "held.png"))
        reader.poll(lambda event, /, **data: told.append((event, data)))
        with pytest.raises(ValueError, match="no picture"):
            await camera.act("show", str(tmp_path / "none.png"))
        reader.close()
        await camera.stop()

    asyncio.run(scene())
    assert ("code", shot.text) in [(event, data.get("text")) for event, data in told]


def test_what_is_wrong_with_a_picture_is_said() -> None:
    sharp = photograph("perspective", "easy", 5).picture
    assert hint_of(sharp) is Hint.NONE
    assert hint_of(np.clip(sharp // 12, 0, 255).astype(np.uint8)) is Hint.TOO_DARK
    assert hint_of(np.full((720, 1280), 250, np.uint8)) is Hint.TOO_BRIGHT
    assert hint_of(sharp, modules_px=1.4) is Hint.TOO_FAR
    shining = sharp.copy()
    shining[280:440, 540:760] = 255
    around = ((0.35, 0.3), (0.65, 0.3), (0.65, 0.7), (0.35, 0.7))
    assert hint_of(shining, 4.0, around) is Hint.GLARE
    assert hint_of(cv2.GaussianBlur(sharp, (0, 0), 9)) is Hint.BLURRED


def test_a_frame_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "window"
    window = Window(path)
    with path.open("r+b") as file:
        viewer = Viewer(str(path))
        window.show(np.full((720, 1280), 7, np.uint8))
        file.seek(4)
        file.write((3).to_bytes(4, "little"))  # odd: under way
        file.flush()
        assert viewer.look() is None
        file.seek(4)
        file.write((4).to_bytes(4, "little"))
        file.flush()
        frame = viewer.look()
        assert frame is not None
        assert max(frame.width, frame.height) == WIDEST
        window.show(np.full((720, 1280), 8, np.uint8))
        file.truncate(HEAD.size)  # a driver that cuts it short does not end the kiosk
        assert viewer.look() is None
        viewer.close()


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"kept")
    (tmp_path / "window").symlink_to(tmp_path / "target")
    window = Window(tmp_path / "window")
    window.show(np.full((360, 640), 7, np.uint8))
    assert not (tmp_path / "window").is_symlink()
    window.close()
    assert (tmp_path / "target").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "source"),
        ({"source": "x", "fps": 0}, "fps"),
        ({"source": "x", "width": 1}, "width"),
        ({"source": "x", "port": 1}, "port"),
        ({"source": "x", "mirror": "no"}, "mirror"),
    ],
)
def test_bad_settings_name_their_key(table: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(table)
