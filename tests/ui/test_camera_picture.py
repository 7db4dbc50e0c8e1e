"""The camera's picture on the screen: frame, outline and hint as the driver tells them, and nothing once it is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from kiosk_bench import KioskBench
from PySide6.QtGui import QAccessible, QColor, QImage

from drivers.preview import Frame, Hint
from kiosk_app.model.basics import Language, Overlay, Screen
from kiosk_app.model.session import Session
from ui import camera_samples
from ui.camera_samples import DrawnCamera
from ui.samples import in_language, sessions
from ui.theme import load_tokens
from ui.viewmodels.camera import CameraModel
from ui.window import Site

SAMPLES = sessions()
TRACK = SAMPLES["track_camera"]
OTHERWISE = SAMPLES["identify_otherwise_camera"]
WORDS = {
    Hint.TOO_FAR: "Đưa mã lại gần hơn.",
    Hint.TOO_DARK: "Tối quá. Đưa mã ra chỗ sáng hơn.",
    Hint.TOO_BRIGHT: "Sáng quá. Che bớt ánh sáng hoặc đưa mã ra xa hơn.",
    Hint.BLURRED: "Giữ yên mã, đừng quá gần ống kính.",
    Hint.GLARE: "Mã bị lóa. Nghiêng thẻ hoặc phiếu một chút.",
}


@pytest.fixture
def camera() -> DrawnCamera:
    return DrawnCamera()


@pytest.fixture(params=["portrait", "landscape"])
def bench(request: pytest.FixtureRequest, camera: DrawnCamera) -> Iterator[KioskBench]:
    made = KioskBench(landscape=request.param == "landscape", site=Site(glance=camera.look))
    yield made
    assert made.messages.warnings == []
    made.close()


def model(bench: KioskBench) -> CameraModel:
    found = bench.kiosk.door.camera
    assert isinstance(found, CameraModel)
    return found


def until(bench: KioskBench, true: Callable[[], object]) -> None:
    for _ in range(600):
        if true():
            return
        bench.settle(0.02)
    raise AssertionError("it never came true")


def painted(bench: KioskBench) -> QImage:
    """What is seen where the picture is."""
    bench.laid_out()
    return bench.window.grabWindow().copy(bench.rect(bench.find("camera.picture")).toRect())


def has(picture: QImage, wanted: QColor) -> bool:
    return any(
        picture.pixelColor(x, y) == wanted for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)
    )


def colour(name: str) -> QColor:
    return QColor(load_tokens()["colors"]["light"][name])


def test_the_frame_is_shown_with_the_found_code_outlined(bench: KioskBench, camera: DrawnCamera) -> None:
    camera.frame = camera_samples.near()
    bench.show(TRACK)
    until(bench, lambda: model(bench).state == "found")
    picture = painted(bench)
    assert abs(picture.width() / picture.height() - 16 / 9) < 0.02
    assert has(picture, QColor("#e6e6e6")), "the slip"
    assert has(picture, colour("ok")), "the outline"
    assert bench.find("camera.words").property("text") == "Đã thấy mã. Giữ yên một chút."


@pytest.mark.parametrize("hint", WORDS)
def test_what_keeps_a_code_from_being_read_is_said_in_words(bench: KioskBench, camera: DrawnCamera, hint: Hint) -> None:
    camera.frame = replace(camera_samples.far(), hint=hint)
    bench.show(OTHERWISE)
    until(bench, lambda: model(bench).state == hint.value)
    assert bench.find("camera.words").property("text") == WORDS[hint]
    assert has(painted(bench), colour("gold")), "seen, not read"
    bench.runtime.show(in_language(OTHERWISE, Language.EN))
    english = bench.find("camera.words").property("text")
    assert english not in ("", WORDS[hint])
    assert not english.startswith("[")


def test_a_hint_is_announced_to_those_who_do_not_see_it(bench: KioskBench, camera: DrawnCamera) -> None:
    QAccessible.setActive(True)
    camera.frame = camera_samples.far()
    bench.show(TRACK)
    until(bench, lambda: model(bench).state == "too_far")
    said = [
        one.text(QAccessible.Text.Name)
        for item in bench.items()
        if item.isVisible()
        and (one := QAccessible.queryAccessibleInterface(item)) is not None
        and one.role() == QAccessible.Role.AlertMessage
    ]
    assert WORDS[Hint.TOO_FAR] in said


def test_words_that_flicker_stay_as_they_are(bench: KioskBench, camera: DrawnCamera) -> None:
    bench.show(TRACK)
    seen = model(bench)
    far, blurred = camera_samples.far(), replace(camera_samples.far(), hint=Hint.BLURRED)
    seen.take(far)
    assert seen.state == "too_far"
    for number in range(40):
        seen.take(blurred if number % 2 else far)
        assert seen.state == "too_far"
    for _ in range(10):
        seen.take(blurred)
    assert seen.state == "blurred"


@pytest.mark.parametrize(
    "after",
    [
        replace(TRACK, screen=Screen.HOME),
        replace(TRACK, overlay=Overlay.IDLE_WARNING),
        replace(TRACK, number=TRACK.number + 1, screen=Screen.GOODBYE),
        replace(TRACK, number=TRACK.number + 1),
        SAMPLES["track_result"],
        SAMPLES["track"],
    ],
    ids=["home", "idle", "ended", "next citizen", "result", "unplugged"],
)
def test_nothing_is_kept_of_a_screen_that_is_left(bench: KioskBench, camera: DrawnCamera, after: Session) -> None:
    camera.frame = camera_samples.near()
    bench.show(TRACK)
    seen = model(bench)
    until(bench, lambda: seen.live)
    kept = seen.picture
    camera.frame = None
    bench.runtime.show(after)
    assert seen.picture.isNull()
    assert seen.outline == ()
    assert seen.state == "wait"
    assert set(bytes(kept.constBits())) == {0, 255}, "black, and Qt's fourth byte"
    bench.settle()
    shown = [item for item in bench.items() if item.objectName() == "camera.picture" and item.isVisible()]
    for item in shown:
        area = bench.rect(item).toRect()
        assert not has(bench.window.grabWindow().copy(area), QColor("#e6e6e6"))


def test_a_screen_that_asks_for_no_code_does_not_look(bench: KioskBench, camera: DrawnCamera) -> None:
    camera.frame = camera_samples.near()
    bench.show(replace(TRACK, screen=Screen.CONSENT))
    bench.settle(0.3)
    assert camera._number == 0
    assert not model(bench).live


@pytest.mark.parametrize("name", ["track", "identify_otherwise", "identify", "home"])
def test_without_a_camera_the_screens_are_as_they_were(bench: KioskBench, camera: DrawnCamera, name: str) -> None:
    camera.frame = camera_samples.near()
    bench.show(SAMPLES[name])
    bench.settle(0.2)
    assert camera._number == 0
    assert not {item for item in bench.names() if "camera" in item}


def test_a_camera_that_stops_is_not_shown_with_its_last_picture_for_ever(
    bench: KioskBench, camera: DrawnCamera
) -> None:
    bench.show(TRACK)
    seen = model(bench)
    seen._stale.setInterval(30)
    camera.frame = camera_samples.near()
    until(bench, lambda: seen.live)
    camera.frame = None
    until(bench, lambda: not seen.live)
    assert seen.state == "wait"


def test_frames_of_any_width_are_shown(bench: KioskBench) -> None:
    bench.show(TRACK)
    for wide, high in ((637, 359), (480, 640), (3, 1)):
        model(bench).take(Frame(1, wide, high, pixels=bytes([200]) * (wide * high)))
        assert has(painted(bench), QColor(200, 200, 200))
