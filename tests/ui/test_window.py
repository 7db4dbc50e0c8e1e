"""Promises of the window: pictures go with their session, nothing personal is logged, and it ends only when told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kiosk_bench import HOME, KioskBench
from PySide6.QtCore import QMessageLogContext, QSize, Qt, QtMsgType
from PySide6.QtGui import QImage

from kiosk_app.model.basics import Screen
from kiosk_app.model.session import PageStage, PageView, ScanView, Session
from kiosk_app.receipts.codes import screen_code
from kiosk_app.speech import Line, Loudness
from ui.app import build
from ui.keypad.stops import page_of
from ui.messages import QtMessages
from ui.pictures import PhotoProvider, QrProvider, SessionPictures, code_image
from ui.samples import ShownRuntime, page_picture, portrait, sessions
from ui.starting import has_gpu
from ui.window import LET_GO_MS, Site

SAMPLES = sessions()


@pytest.fixture(scope="module")
def bench() -> Iterator[KioskBench]:
    made = KioskBench()
    yield made
    made.close()


class LivingRuntime(ShownRuntime):
    """A runtime that notes when it was started and stopped."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.life: list[str] = []

    async def start(self) -> None:
        self.life.append("start")

    async def stop(self) -> None:
        self.life.append("stop")


# --- from screen to screen ---------------------------------------------------------------------------------------------


def test_a_screen_goes_before_what_it_shows_changes_and_the_next_comes_after(bench: KioskBench) -> None:
    """A screen that follows the next one's values would make anew what nobody sees, and the next would wait for it."""
    bench.show(SAMPLES["track_result"])
    door, told = bench.kiosk.door, []
    door.shell.leaving.connect(lambda: told.append(("leaving", page_of(bench.window) is None)))
    door.track.foundChanged.connect(lambda: told.append(("changed", page_of(bench.window) is None)))
    door.shell.arrived.connect(lambda: told.append(("arrived", page_of(bench.window) is None)))

    bench.runtime.show(HOME)

    assert [name for name, _ in told] == ["leaving", "changed", "arrived"]
    assert ("changed", True) in told
    assert page_of(bench.window) is not None


def test_what_changes_on_a_screen_does_not_make_the_screen_anew(bench: KioskBench) -> None:
    bench.show(SAMPLES["form"])
    before = page_of(bench.window)

    bench.runtime.show(SAMPLES["form_errors"])

    assert page_of(bench.window) is before


def test_header_and_bar_go_from_screen_to_screen_and_say_what_the_new_one_says(bench: KioskBench) -> None:
    """Making them anew would be a fifth of every change of screen."""
    bench.show(SAMPLES["checklist"])
    before = [bench.find(name) for name in ("header.language", "page.primary", "page.help")]

    bench.show(SAMPLES["declare"])

    assert [bench.find(name) for name in ("header.language", "page.primary", "page.help")] == before
    page = page_of(bench.window)
    assert page is not None
    assert all(page.isAncestorOf(item) for item in before)
    assert bench.find("page.primary").property("text") == page.property("primaryText")
    bench.tap("page.help")
    assert ("call_help", {}) in bench.did


def test_a_screen_that_was_left_says_nothing_more_in_the_bar(bench: KioskBench) -> None:
    bench.show(SAMPLES["checklist"])
    left = page_of(bench.window)
    assert left is not None
    bench.runtime.show(SAMPLES["declare"])  # the one that was left is deleted in the loop's next turn
    left.setProperty("primaryText", "Trang đã rời")

    assert bench.find("page.primary").property("text") != "Trang đã rời"


def test_a_finger_that_is_down_when_the_screen_changes_presses_nothing_on_the_next(bench: KioskBench) -> None:
    bench.show(SAMPLES["checklist"])
    bench.press("page.primary")
    assert bench.find("page.primary").property("pressed") is True

    bench.runtime.show(SAMPLES["consent"])
    bench.settle()
    assert bench.find("page.primary").property("pressed") is False
    bench.release("page.primary")

    assert bench.did == []


def test_no_button_of_the_bar_keeps_the_focus_for_the_next_screen(bench: KioskBench) -> None:
    bench.show(SAMPLES["checklist"])
    bench.find("page.primary").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    assert bench.find("page.primary").property("visualFocus") is True

    bench.runtime.show(SAMPLES["consent"])
    bench.settle()

    assert bench.window.activeFocusItem() == page_of(bench.window)
    assert bench.find("page.primary").property("visualFocus") is False


def test_a_question_that_comes_with_another_screen_keeps_the_focus_and_no_ring_is_seen(bench: KioskBench) -> None:
    bench.show(SAMPLES["confirm_end"])

    focused = bench.window.activeFocusItem()
    around = [focused]
    while (above := around[-1].parentItem()) is not None:
        around.append(above)

    assert any(item.property("opened") is True for item in around)
    assert not focused.property("visualFocus")


@pytest.mark.parametrize(("screen", "times"), [("done", 0), ("diagnostics", 1)])
def test_what_screens_are_made_from_goes_after_a_technician_and_stays_for_the_next_citizen(
    bench: KioskBench, monkeypatch: pytest.MonkeyPatch, screen: str, times: int
) -> None:
    bench.runtime.show(replace(HOME, number=bench.runtime.session.number + 1))
    bench.settle(LET_GO_MS[1] / 1000 + 0.5)  # what went before this test is over
    trimmed: list[bool] = []
    monkeypatch.setattr(bench.kiosk.engine, "trimComponentCache", lambda: trimmed.append(True))

    bench.show(SAMPLES[screen])
    bench.runtime.show(replace(HOME, number=bench.runtime.session.number + 1))
    bench.settle(LET_GO_MS[0] / 1000 + 0.5)

    assert len(trimmed) == times


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_pictures_of_a_session_are_gone_with_it() -> None:
    pictures = SessionPictures()
    pictures.take(SAMPLES["done"])
    assert pictures.picture("photo/1") == portrait()
    assert pictures.picture("dossier/1") == screen_code("G06-20261121-0000042")

    pictures.take(replace(HOME, number=2))

    assert pictures.picture("photo/1") == b""
    assert pictures.picture("dossier/1") == b""


def test_a_broken_or_missing_portrait_is_a_transparent_point() -> None:
    pictures = SessionPictures()
    identity = SAMPLES["confirm_identity"].identity
    assert identity is not None
    pictures.take(replace(HOME, identity=replace(identity, photo=b"no picture")))

    for key in ("1", "7"):
        image = PhotoProvider(pictures).requestImage(key, QSize(), QSize(100, 100))
        assert (image.width(), image.height()) == (1, 1)


def test_a_portrait_comes_no_larger_than_asked() -> None:
    pictures = SessionPictures()
    pictures.take(SAMPLES["confirm_identity"])

    image = PhotoProvider(pictures).requestImage("1", QSize(), QSize(120, 0))

    assert image.width() <= 120


def test_a_qr_code_reads_back_what_was_put_in() -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    numpy = pytest.importorskip("numpy")
    image = (
        code_image(screen_code("G06-20261121-0000042"))
        .scaled(300, 300)
        .convertToFormat(QImage.Format.Format_Grayscale8)
    )
    grey = numpy.frombuffer(image.constBits(), numpy.uint8).reshape(image.height(), image.bytesPerLine())[:, :300]
    framed = numpy.pad(grey, 40, constant_values=255)

    assert [found.text for found in zxingcpp.read_barcodes(framed)] == ["G06-20261121-0000042"]


def test_a_qr_picture_is_enlarged_by_whole_modules() -> None:
    pictures = SessionPictures()
    pictures.take(SAMPLES["done"])

    image = QrProvider(pictures).requestImage("dossier/1", QSize(), QSize(300, 300))

    assert image.width() % code_image(screen_code("G06-20261121-0000042")).width() == 0


def test_pages_arriving_in_a_burst_never_stop_the_screen(bench: KioskBench) -> None:
    session = replace(SAMPLES["scan"], scan=ScanView("form", running=True))
    bench.show(session)

    for number in range(1, 31):
        page = PageView(number, "form", PageStage.READY, page_picture(number), width=2480, height=3508)
        session = replace(session, pages=(*session.pages, page))
        bench.runtime.show(session)
        bench.settle(0.005)
    bench.runtime.show(replace(HOME, number=2))
    bench.settle()

    assert not [item for item in bench.items() if item.objectName().startswith("scan.page.")]


def test_an_address_that_holds_a_picture_is_never_logged() -> None:
    messages = QtMessages()

    messages._handle(
        QtMsgType.QtWarningMsg, QMessageLogContext(), "QML Image: Error decoding: data:image/png;base64,AA== no"
    )

    assert messages.warnings == ["QML Image: Error decoding: data:... no"]


# --- the window -------------------------------------------------------------------------------------------------------


def test_a_screen_that_was_left_is_deleted(bench: KioskBench) -> None:
    bench.show(SAMPLES["scan"])
    gone: list[bool] = []
    shown = next(item for item in bench.items() if item.objectName() == "screen").property("item")
    shown.destroyed.connect(lambda: gone.append(True))

    bench.show(HOME)

    assert gone == [True]


def test_no_key_or_gesture_of_the_system_closes_the_window(bench: KioskBench) -> None:
    bench.window.close()
    bench.settle()

    assert bench.window.isVisible()


def test_a_failing_runtime_is_logged_and_the_screen_stays(bench: KioskBench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, payload: object) -> None:
        raise RuntimeError("broken")

    bench.show(SAMPLES["checklist"])
    monkeypatch.setattr(bench.runtime, "intent", fail)

    bench.tap("page.primary")

    assert bench.find("page.primary").isVisible()


class Voice:
    """Keeps what it is to say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, line: Line, loudness: Loudness | None = None, *, cut: bool = True) -> None:
        self.said.append(line.text)

    def hush(self) -> None:
        pass


def test_listening_begins_spoken_guidance_with_the_screen_and_ends_it_again() -> None:
    voice = Voice()
    made = KioskBench(site=Site(voice=voice))

    made.tap("listen")
    made.settle(0.2)
    begun = list(voice.said)
    made.tap("listen")
    ended = len(voice.said)
    made.show(SAMPLES["checklist"])
    made.settle(0.2)
    made.close()

    assert begun[0].startswith("Hướng dẫn bằng lời đã bật.")
    assert begun[1].startswith("Quý khách cần làm gì hôm nay?")
    assert len(voice.said) == ended


def test_where_nobody_reads_aloud_listening_is_not_offered(bench: KioskBench) -> None:
    bench.show(HOME)

    assert not [item for item in bench.items() if item.objectName() == "listen" and item.isVisible()]


def test_the_machines_number_is_told_to_who_called_for_help() -> None:
    made = KioskBench(SAMPLES["help_called"], site=Site(machine="7"))

    assert "máy số 7" in made.kiosk.door.property("shell").property("help")["text"]
    made.close()


def test_whoever_could_not_be_heard_is_told_so_and_where_staff_is() -> None:
    made = KioskBench(SAMPLES["help_not_sent"], site=Site(machine="7", help_place=("quầy số 4", "desk 4")))
    shown = made.kiosk.door.property("shell").property("help")

    assert "chưa ai được báo" in shown["text"]
    assert "quầy số 4" in shown["text"]
    assert (shown["failed"], shown["open"]) == (True, False)
    made.close()


def test_an_officer_is_said_to_come_only_once_the_board_says_so() -> None:
    made = KioskBench(SAMPLES["help_called"])
    shell = made.kiosk.door.property("shell")
    titles = []
    for stage in ("calling", "called", "coming"):
        made.show(SAMPLES[f"help_{stage}"])
        titles.append(shell.property("help")["title"])

    assert ["đến" in title for title in titles] == [False, False, True]
    assert "10:47" in titles[2]
    made.close()


# --- the application --------------------------------------------------------------------------------------------------


def test_the_application_starts_the_runtime_plays_and_stops_it() -> None:
    runtime = LivingRuntime(HOME)
    app = build(runtime, windowed=True, size=(540, 960))

    async def play() -> str:
        await asyncio.sleep(0.05)
        runtime.show(replace(HOME, screen=Screen.TRACK))
        await asyncio.sleep(0.05)
        return str(app.kiosk.door.property("shell").property("screen"))

    assert app.run(play()) == "track"
    assert runtime.life == ["start", "stop"]


def test_what_a_play_raises_is_raised_after_everything_was_stopped() -> None:
    runtime = LivingRuntime(HOME)
    app = build(runtime, windowed=True, size=(540, 960))

    async def play() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError):
        app.run(play())
    assert runtime.life == ["start", "stop"]


def test_quit_ends_the_run() -> None:
    runtime = LivingRuntime(HOME)
    app = build(runtime, windowed=True, size=(540, 960))
    app.loop.call_later(0.1, app.quit)

    assert app.run() is None
    assert runtime.life == ["start", "stop"]


def test_a_machine_without_a_render_node_gets_the_software_renderer(tmp_path: Path) -> None:
    assert not has_gpu(tmp_path)
    (tmp_path / "renderD128").touch()
    assert has_gpu(tmp_path)
