"""Promises of the hardware dock: it shows the simulated devices, does what a person does, and outlives their server."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import qasync
import segno
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtQuick import QQuickItem

from drivers.simulators import papers
from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.camera_frames import CameraFramesSimulator
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.dock import DockClient, DockServer
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.simulators.overhead_camera import OverheadCameraSimulator
from drivers.simulators.scenario import read
from ui import theme
from ui.dock.desk import Desk
from ui.dock.window import DockWindow, Geometry, application
from ui.journey.hand import Hand
from ui.messages import QtMessages

ROOT = theme.QML_ROOT.parent.parent
PATIENCE_S = 30.0


class Table:
    """The dock's window before real simulators, and the finger in it."""

    def __init__(self, folder: Path, cameras: bool) -> None:
        self.card = VirtualChip(folder / "csca", port=1, device_id="card0")
        self.scanner = EsclScanner("scanner0", pages_per_minute=0.0)
        self.gun = BarcodeGunSimulator("barcode0", folder / "gun")
        self.printer = EscposPrinterSimulator("printer0", folder / "receipts", speed_mm_s=0.0)
        reader: Any = CameraFramesSimulator("barcode0", folder / "frames") if cameras else self.gun
        self.camera = OverheadCameraSimulator("camera0", folder / "table", size=(243, 324))
        there = (self.scanner, self.printer, self.card, reader, *((self.camera,) if cameras else ()))
        self.simulators: dict[str, Any] = {item.id: item for item in there}
        self.scenarios = folder / "scenarios"
        self.server = DockServer(self.simulators, self.scenarios)
        self.dock: DockWindow
        self.hand: Hand

    @property
    def desk(self) -> Desk:
        return self.dock.desk

    def model(self, id: str) -> Any:
        found = self.desk.device(id)
        assert found is not None
        return found

    def broken(self, id: str) -> set[str]:
        return {fault["name"] for fault in self.view(id)["broken"]}

    def view(self, id: str) -> dict[str, Any]:
        return dict(self.model(id).property("view"))

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await asyncio.sleep(0.02)

    async def seen(self, name: str, inside: str = "") -> QQuickItem:
        found: list[QQuickItem] = []

        def look() -> bool:
            found[:] = [item for item in walk(self.dock.window.contentItem()) if item.objectName() == name]
            if inside:
                found[:] = [item for item in found if any(at.objectName() == inside for at in above(item))]
            return bool(found)

        await self.until(look)
        return found[0]

    async def press(self, name: str, inside: str = "") -> None:
        item = await self.seen(name, inside)
        await asyncio.sleep(0.1)  # laid out before it is touched
        assert await self.hand.touch(item)

    async def printed(self, text: bytes = b"Dossier") -> None:
        host, _, port = self.printer.address.partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"\x1b@" + text + b"\n\n\n\n\x1dV\x42\x40")
        await writer.drain()
        await self.until(lambda: self.view("printer0")["hanging"])
        writer.close()


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible():
            yield child
            yield from walk(child)


def above(item: QQuickItem) -> Iterator[QQuickItem]:
    at: QQuickItem | None = item
    while at is not None:
        yield at
        at = at.parentItem()


@asynccontextmanager
async def laid(folder: Path, language: str = "vi", cameras: bool = False) -> AsyncIterator[Table]:
    table = Table(folder, cameras)
    for item in table.simulators.values():
        await item.start()
    await table.server.start()
    table.dock = DockWindow(table.server.address, language, Geometry())
    table.hand = Hand(table.dock.window)
    table.dock.start()
    try:
        await table.until(lambda: table.desk.property("connected"))
        yield table
    finally:
        await table.dock.stop()
        await table.server.stop()
        for item in table.simulators.values():
            await item.stop()


class Play(Protocol):
    """Plays a scene; `cameras`: one reads codes in place of the gun, and one stands over the table."""

    def __call__(
        self, scene: Callable[[Table], Awaitable[None]], language: str = "vi", cameras: bool = False
    ) -> None: ...


@pytest.fixture
def play(tmp_path: Path, qapp: object) -> Iterator[Play]:
    """Plays a scene on Qt's loop; any Qt warning in it is a failure."""
    messages = QtMessages()
    messages.install()
    loops = [qasync.QEventLoop(application())]
    asyncio.set_event_loop(loops[0])

    def run(scene: Callable[[Table], Awaitable[None]], language: str = "vi", cameras: bool = False) -> None:
        async def whole() -> None:
            async with laid(tmp_path, language, cameras) as table:
                await scene(table)

        loops[0].run_until_complete(asyncio.wait_for(whole(), 120))

    yield run
    loops.pop().close()
    asyncio.set_event_loop(None)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # Here and now: collected in a simulator's thread, a dead loop's timers would be stopped by the wrong one.
    gc.collect()
    assert messages.warnings == []


def test_the_devices_stand_in_the_order_in_which_a_citizen_meets_them(play: Play) -> None:
    async def scene(table: Table) -> None:
        kinds = [item.property("kind") for item in table.desk.property("devices")]
        assert kinds == ["card", "barcode", "scanner", "printer"]
        for id in table.simulators:
            await table.seen(id)

    play(scene)


def test_a_chosen_persons_card_is_laid_on_the_reader_and_taken_away(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.press("person_elder")
        await table.until(lambda: table.view("card0")["chosen"] == "elder")
        assert (await table.seen("can")).property("text") == PEOPLE["elder"].can
        await table.press("putCard")
        await table.until(lambda: table.view("card0")["lies"] == "elder")
        assert table.card.state()["person"] == "elder"
        await table.press("removeCard")
        await table.until(lambda: table.view("card0")["status"] == "empty")
        assert table.card.state()["inserted"] is False

    play(scene)


def test_another_card_can_be_laid_in_place_of_the_one_on_the_reader(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.card.act("insert", "minor")
        await table.until(lambda: table.view("card0")["chosen"] == "minor")
        await table.press("person_expired")
        await table.press("putCard")
        await table.until(lambda: table.view("card0")["lies"] == "expired")

    play(scene)


def test_pages_are_laid_under_the_table_camera_one_after_the_other_and_taken_away(play: Play) -> None:
    async def scene(table: Table) -> None:
        kinds = [item.property("kind") for item in table.desk.property("devices")]
        assert kinds == ["card", "barcode", "scanner", "camera", "printer"]
        assert table.view("camera0")["status"] == "empty"
        await table.press("sheet_patent-application")
        for page in (1, 2):
            assert table.view("camera0")["next"]["page"] == page
            await table.press("lay")
            await table.until(lambda page=page: table.view("camera0")["lies"].get("page") == page)  # type: ignore[misc]
            assert table.camera.state()["table"] == f"patent-application:{page}"
        await table.press("sheet_patent-abstract")
        await table.until(lambda: table.view("camera0")["next"]["name"] == "patent-abstract")
        await table.press("takeSheet")
        await table.until(lambda: table.view("camera0")["status"] == "empty")
        assert table.camera.state()["table"] is None

    play(scene, cameras=True)


def test_the_table_cameras_cable_is_put_back(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.camera.act("unplug")
        await table.press("plugCamera")
        await table.until(lambda: table.view("camera0")["status"] == "empty")

    play(scene, cameras=True)


def test_the_back_of_the_card_in_hand_is_held_before_a_code_reader_that_sees(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.press("person_elder")
        await table.until(lambda: table.view("card0")["chosen"] == "elder")
        await table.press("showBack")
        await table.until(lambda: table.view("barcode0")["scans"] == 1)

    play(scene, cameras=True)


def test_a_gun_is_shown_no_card_from_behind(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.seen("showCard")
        assert not [item for item in walk(table.dock.window.contentItem()) if item.objectName() == "showBack"]

    play(scene)


def test_the_code_reader_reads_the_qr_of_the_card_in_hand(play: Play) -> None:
    async def scene(table: Table) -> None:
        line = os.open(table.gun.address, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            await table.press("person_long-name")
            await table.press("showCard")
            await table.until(lambda: table.view("barcode0")["scans"] == 1)
            assert os.read(line, 4096).decode() == f"]Q1{PEOPLE['long-name'].qr}\r"
        finally:
            os.close(line)

    play(scene)


def test_the_code_reader_reads_a_typed_code(play: Play) -> None:
    async def scene(table: Table) -> None:
        field = await table.seen("codeInput")
        field.setProperty("text", " H01.2-260101-0007 ")
        line = os.open(table.gun.address, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            await table.press("send")
            await table.until(lambda: table.view("barcode0")["scans"] == 1)
            assert os.read(line, 4096) == b"]Q1H01.2-260101-0007\r"
        finally:
            os.close(line)

    play(scene)


def test_the_code_reader_reads_the_qr_that_is_printed_on_the_last_slip(play: Play, tmp_path: Path) -> None:
    async def scene(table: Table) -> None:
        assert not any(item.objectName() == "showReceipt" for item in walk(table.dock.window.contentItem()))
        await table.printed()
        # Put in its place whole: the dock may be reading the slip's picture at this moment.
        part = tmp_path / "slip.part"
        with part.open("wb") as file:
            segno.make("H01.2-260101-0007").save(file, kind="png", scale=6)
        part.replace(table.printer.state()["receipts"][-1])  # type: ignore[index]
        line = os.open(table.gun.address, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            await table.press("showReceipt")
            await table.until(lambda: table.view("barcode0")["scans"] == 1)
            assert os.read(line, 4096) == b"]Q1H01.2-260101-0007\r"
        finally:
            os.close(line)

    play(scene)


def test_a_slip_without_a_code_is_said_to_have_none_and_the_message_can_be_closed(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.printed()
        await table.press("showReceipt")
        await table.until(lambda: table.model("barcode0").property("trouble") != "")
        assert table.view("barcode0")["scans"] == 0
        table.model("barcode0").dismiss()
        assert table.model("barcode0").property("trouble") == ""

    play(scene)


@pytest.mark.parametrize("procedure", papers.PROCEDURES)
def test_a_procedures_stack_is_laid_into_the_feeder_sheet_by_sheet(play: Play, procedure: str) -> None:
    async def scene(table: Table) -> None:
        await table.press(f"stack_{procedure}")
        await table.press("load")
        wanted = [sheet.label for sheet in papers.stack(procedure)]
        await table.until(lambda: table.view("scanner0")["feeder"] == len(wanted))
        assert table.scanner.state()["feeder"] == wanted
        await table.press("feederTake")
        await table.until(lambda: table.view("scanner0")["feeder"] == 0)

    play(scene)


def test_a_single_paper_goes_into_the_feeder_or_on_the_glass(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.press("single")
        await table.press("paper_portrait")
        await table.press("place")
        await table.until(lambda: table.view("scanner0")["glass"])
        assert table.scanner.state()["flatbed"] == "portrait:1"
        await table.press("load")
        await table.until(lambda: table.view("scanner0")["feeder"] == 1)
        await table.press("takeGlass")
        await table.until(lambda: not table.view("scanner0")["glass"])

    play(scene)


def test_what_a_device_refuses_is_said_in_its_card(play: Play) -> None:
    async def scene(table: Table) -> None:
        for _ in range(10):
            await table.scanner.act("load")
            if len(table.scanner.state()["feeder"]) > 45:  # type: ignore[arg-type]
                break
        await table.press("load")
        await table.until(lambda: "50" in table.model("scanner0").property("trouble"))
        assert "ValueError" not in table.model("scanner0").property("trouble")

    play(scene)


def test_the_slip_hangs_out_is_shown_in_full_on_a_tap_and_is_torn_off(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.printed()
        slip = await table.seen("slip")
        await table.until(lambda: slip.height() > 40)
        await asyncio.sleep(0.5)  # the dock moves it into view
        window = table.dock.window
        assert slip.mapToScene(slip.boundingRect().bottomLeft()).y() <= window.height()
        assert await table.hand.touch(slip)
        await table.press("closeSlip")
        await table.press("tear")
        await table.until(lambda: not table.view("printer0")["hanging"])
        assert table.printer.state()["receipt_hanging"] is False
        assert table.view("printer0")["receipts"] == 1

    play(scene)


def test_faults_are_folded_away_set_with_their_number_named_and_cleared(play: Play) -> None:
    async def scene(table: Table) -> None:
        assert not any(item.objectName().startswith("fault_") for item in walk(table.dock.window.contentItem()))
        await table.press("faults", "printer0")
        number = await table.seen("number_slowInput", "printer0")
        number.setProperty("text", "250")
        await table.press("fault_slow", "printer0")
        await table.until(
            lambda: table.view("printer0")["broken"] == [{"name": "slow", "argument": "250", "unit": "ms"}]
        )
        await table.press("fault_paper_out", "printer0")
        await table.until(lambda: table.view("printer0")["status"] == "out")
        await table.press("clear", "printer0")
        await table.until(lambda: not table.broken("printer0"))
        await table.until(lambda: table.view("printer0")["status"] == "ready")

    play(scene)


def test_a_lit_fault_is_ended_alone_by_its_button_or_in_the_strip(play: Play) -> None:
    async def scene(table: Table) -> None:
        for fault in ("garble", "stall", "half"):
            await table.printer.fault(fault)
        await table.until(lambda: table.broken("printer0") == {"garble", "stall", "half"})
        await table.press("end_stall", "printer0")
        await table.until(lambda: table.broken("printer0") == {"garble", "half"})
        await table.press("faults", "printer0")
        await asyncio.sleep(0.5)  # the dock moves it into view
        await table.press("fault_half", "printer0")
        await table.until(lambda: table.broken("printer0") == {"garble"})

    play(scene)


def test_a_new_roll_ends_the_want_of_paper_without_clearing_anything_else(play: Play) -> None:
    async def scene(table: Table) -> None:
        printer = table.model("printer0")
        printer.fault("paper_out", "")
        printer.fault("garble", "")
        await table.until(lambda: table.broken("printer0") == {"paper_out", "garble"})
        await table.press("refillNow")
        await table.until(lambda: table.broken("printer0") == {"garble"})

    play(scene)


def test_a_cover_that_sprang_open_is_closed_by_hand(play: Play) -> None:
    async def scene(table: Table) -> None:
        table.model("scanner0").fault("cover_open", "")
        await table.until(lambda: table.view("scanner0")["status"] == "cover")
        await table.press("closeCover")
        await table.until(lambda: table.view("scanner0")["status"] == "ready")
        await table.until(lambda: not table.broken("scanner0"))

    play(scene)


def test_a_pulled_cable_is_shown_and_plugged_in_again(play: Play) -> None:
    async def scene(table: Table) -> None:
        table.model("barcode0").fault("absent", "")
        await table.until(lambda: table.view("barcode0")["status"] == "unplugged")
        await table.press("plug")
        await table.until(lambda: table.view("barcode0")["status"] == "ready")
        await table.until(lambda: not table.broken("barcode0"))

    play(scene)


def test_a_fault_that_somebody_else_set_is_shown(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.card.fault("bad_mac")
        await table.until(lambda: table.broken("card0") == {"bad_mac"})

    play(scene)


def test_what_is_done_is_recorded_saved_under_its_name_and_replayed(play: Play) -> None:
    async def scene(table: Table) -> None:
        tape: Any = table.desk.property("tape")
        await table.press("record")
        await table.until(lambda: tape.property("recording"))
        table.model("printer0").fault("paper_low", "")
        await table.until(lambda: table.broken("printer0") == {"paper_low"})
        table.model("barcode0").act("unplug")
        await table.until(lambda: tape.property("steps") == 2)
        (await table.seen("scenarioNameInput")).setProperty("text", "Hai sự cố")
        await table.press("record")
        file = table.scenarios / "hai-su-co.toml"
        await table.until(lambda: tape.property("saved") == str(file))
        assert [str(step) for step in read(file).steps] == ["printer0 paper_low", "barcode0 unplug"]
        await table.until(lambda: not tape.property("recording"))

        await table.printer.fault("clear")
        await table.gun.act("plug")
        await table.until(lambda: not table.broken("printer0") and table.view("barcode0")["plugged"])
        tape.dismiss()
        await table.press("shelf")
        await table.press("speed_20")
        await asyncio.sleep(0.3)  # the shelf has its place
        await table.press("play_hai-su-co")
        await table.until(lambda: table.broken("printer0") == {"paper_low"} and not table.view("barcode0")["plugged"])
        await table.until(lambda: not tape.property("playing"))
        assert (tape.property("done"), tape.property("of"), tape.property("trouble")) == (2, 2, "")

    play(scene)


def test_a_replay_is_stopped_and_one_that_cannot_go_on_says_where(play: Play, tmp_path: Path) -> None:
    async def scene(table: Table) -> None:
        tape: Any = table.desk.property("tape")
        long, wrong = tmp_path / "long.toml", tmp_path / "wrong.toml"
        begin = '[[step]]\ndevice = "printer0"\nfault = "stall"\n'
        long.write_text(f'{begin}[[step]]\nat = 3600\ndevice = "printer0"\nfault = "clear"\n', "utf-8")
        wrong.write_text('[[step]]\ndevice = "printer0"\nact = "sing"\n', "utf-8")
        tape.replay(str(long), "Long", 1.0)
        await table.until(lambda: table.broken("printer0") == {"stall"})
        await table.press("stopReplay")
        await table.until(lambda: not tape.property("playing"))
        assert table.broken("printer0") == {"stall"}
        for file in (wrong, tmp_path / "none.toml"):
            tape.replay(str(file), "Wrong", 1.0)
            await table.until(lambda: tape.property("trouble") != "")
            assert not tape.property("playing")
            tape.dismiss()
            assert tape.property("trouble") == ""

    play(scene)


def test_a_recording_that_somebody_else_began_is_shown_and_can_be_ended(play: Play) -> None:
    async def scene(table: Table) -> None:
        tape: Any = table.desk.property("tape")
        client = await DockClient.connect(table.server.address)
        await client.record("start")
        await client.fault("printer0", "garble")
        await client.close()
        await table.until(lambda: tape.property("recording") and tape.property("steps") == 1)
        tape.keep("Twice")
        tape.keep("Twice")  # a finger taps twice
        await table.until(lambda: tape.property("saved") != "" or tape.property("trouble") != "")
        assert tape.property("trouble") == ""
        assert [file.stem for file in table.scenarios.iterdir()] == ["twice"]

    play(scene)


def test_when_the_server_goes_the_dock_says_so_and_comes_back_with_it(play: Play) -> None:
    async def scene(table: Table) -> None:
        address = table.server.address
        await table.server.stop()
        await table.seen("lost")
        assert not table.desk.property("connected")
        await table.scanner.act("load", "blank")
        table.server = DockServer(table.simulators)
        await table.server.start(int(address.rpartition(":")[2]))
        await table.until(lambda: table.desk.property("connected"))
        await table.until(lambda: table.view("scanner0")["feeder"] == 1)

    play(scene)


def test_a_request_that_reaches_nobody_is_told_to_the_person(play: Play) -> None:
    async def scene(table: Table) -> None:
        await table.server.stop()
        model = table.model("card0")
        model.put()
        await table.until(lambda: model.property("trouble") != "")
        assert not model.property("busy")

    play(scene)


def test_the_language_is_switched_while_it_runs(play: Play) -> None:
    async def scene(table: Table) -> None:
        button = await table.seen("load")
        assert button.property("text") == "Đặt 6 tờ vào khay"
        await table.press("language")
        await table.until(lambda: button.property("text") == "Put 6 sheets in the feeder")
        assert table.dock.window.title() == "Simulated devices"

    play(scene)


def test_closing_the_window_ends_the_dock_only(play: Play) -> None:
    async def scene(table: Table) -> None:
        table.dock.window.close()
        await asyncio.wait_for(table.dock.closed.wait(), PATIENCE_S)
        client = await DockClient.connect(table.server.address)
        assert len(await client.devices()) == 4
        await client.close()

    play(scene)


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether the process has a handler for that signal."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigCgt"], 16) >> (number - 1) & 1)


def test_the_command_runs_until_it_is_told_to_end(tmp_path: Path) -> None:
    """As `kiosk run --windowed` starts it: a process of its own beside the bench's process."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [
        sys.executable,
        "-m",
        "ui.dock",
        "--address",
        "127.0.0.1:1",
        "--geometry",
        "430x700+10+10",
        "--language",
        "en",
    ]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as dock:
        while not catches(dock.pid, signal.SIGTERM):
            with pytest.raises(subprocess.TimeoutExpired):
                dock.wait(0.2)
        dock.send_signal(signal.SIGTERM)
        assert dock.wait(60) == 0
        assert dock.stderr is not None
        assert dock.stderr.read() == ""


def test_the_command_refuses_nonsense() -> None:
    command = [sys.executable, "-m", "ui.dock", "--address", "127.0.0.1:1", "--geometry", "wide"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "WIDTHxHEIGHT" in done.stderr
