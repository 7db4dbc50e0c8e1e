"""The technician's hands on a machine of hosts that really run: gate, tests, restarts, out of service over a restart."""

from __future__ import annotations

import asyncio
import json
import socket
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

from drivers.ports import AccessKind, CardReading, DeviceKind, DeviceState, Holder
from drivers.supervisor import DeviceConfig
from kiosk_app import config
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.diagnostics.measures import MeasureBook
from kiosk_app.diagnostics.signing import ReportKey, verify
from kiosk_app.flow import events as ev
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.measures import Ending, SessionMeasure
from kiosk_app.model.servicing import GateStage, LogFilter, SlipStage
from kiosk_app.model.session import DeviceStatus, Session
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.servicing import ServicingHands
from kiosk_app.runtime.signing_in import GateHands
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.runtime.tally import Tallier
from kiosk_app.submission import SubmissionError, SubmissionService
from kiosk_app.submission.notes import ChosenPin, StaffNote
from kiosk_app.submission.settings import TpmSettings

PIN = "739155"


class Store:
    """A store whose ministry cannot be reached: nothing listens at its address."""

    def __init__(self, folder: Path) -> None:
        self.settings = SimpleNamespace(
            service_url="",
            ca=folder / "no.pem",
            certificate=folder / "no.pem",
            data_folder=folder / "store",
            key_source="auto",
            tpm_settings=TpmSettings(),
        )

    report_seed = bytes(range(32))
    staff_key = bytes(range(1, 33))
    audit_seed = bytes(range(2, 34))
    note: StaffNote | None = None
    age_s: float | None = None
    told: tuple[ChosenPin, ...] = ()

    def staff(self) -> StaffNote | None:
        return self.note

    def staff_age(self) -> float | None:
        return self.age_s

    def tell_chosen_pins(self, chosen: Sequence[ChosenPin]) -> None:
        self.told = tuple(chosen)

    def outbox_report(self) -> tuple[()]:
        return ()

    def clock_doubt(self) -> None:
        return None

    def check_accepting(self) -> None:
        raise SubmissionError("full", "STO-FULL")


class Scene:
    """A runtime with a printer that nobody answers for, and a technician before it."""

    def __init__(self, folder: Path) -> None:
        self.config = config.load("test", data_dir=folder)
        self.runtime = Runtime(Session(), self.config.now)
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        printer = DeviceConfig("printer0", DeviceKind.PRINTER, "escpos-network", {"address": f"127.0.0.1:{port}"})
        self.devices = DeviceHands(self.runtime, (printer,))
        self.ledger = Ledger(folder / "diagnostics" / "ledger.db")
        self.store = Store(folder)
        store = cast(SubmissionService, self.store)
        self.room = StaffRoom(store, folder, self.config.staff, lambda kept, pin: pin == PIN)
        self.gate = self.room.gate
        self.runtime.observe(Tallier(self.ledger, self.config.now).observe)
        self.runtime.add(self.devices)
        supervisor = self.devices.supervisor
        self.book = MeasureBook(self.config.data_dir / "diagnostics" / "ledger.db")
        self.pool = ImagingPool(1)
        self.hands = ServicingHands(
            self.runtime, supervisor, store, self.pool, self.config, self.room, self.ledger, self.book
        )
        self.runtime.add(self.hands)
        self.runtime.add(GateHands(self.runtime, self.room))

    @property
    def session(self) -> Session:
        return self.runtime.session

    @property
    def printer(self) -> Any:
        card = self.session.servicing.machine.device("printer0")
        assert card is not None
        return card

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                await asyncio.sleep(0.02)

    async def let_in(self) -> None:
        self.runtime.intent("open_technician")
        await self.until(lambda: self.session.servicing.gate.stage is GateStage.READY)
        self.runtime.intent("enter_pin", {"pin": PIN})
        await self.until(lambda: self.session.servicing.machine.devices)
        assert self.session.screen is Screen.DIAGNOSTICS


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    made = Scene(folder)
    await made.devices.supervisor.start(made.ledger.taken_out())
    try:
        yield made
    finally:
        await made.runtime.stop()
        await made.devices.supervisor.stop()
        made.pool.close()


def test_the_gate_is_asked_and_a_wrong_pin_stays_outside(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.runtime.intent("open_technician")
            await here.until(lambda: here.session.servicing.gate.stage is GateStage.NOT_SET)
            here.gate.set_pin(PIN)
            here.runtime.intent("back")
            here.runtime.intent("open_technician")
            await here.until(lambda: here.session.servicing.gate.tries_left == 5)
            here.runtime.intent("enter_pin", {"pin": "000000"})
            await here.until(lambda: here.session.servicing.gate.stage is GateStage.WRONG)
            assert here.session.screen is Screen.TECHNICIAN_LOGIN

    asyncio.run(play())


def test_a_run_of_all_tests_tells_each_failure_with_its_code(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.gate.set_pin(PIN)
            await here.let_in()
            await here.until(lambda: here.printer.state is DeviceState.ABSENT)
            assert here.printer.trouble.code == "PRN-ABSENT"
            here.runtime.intent("run_tests")
            await here.until(lambda: here.session.servicing.machine.readiness is not None)
            found = here.session.servicing.machine.readiness
            assert found is not None
            assert not found.passed
            signed = verify(Path(found.file).read_bytes(), ReportKey(Store.report_seed).public)
            assert (signed.mark, signed.document["passed"]) == (found.mark, False)
            ((name, tests),) = found.devices
            assert (name, [test.passed for test in tests]) == ("printer0", [False])
            codes = {check.name: check.code for check in found.checks}
            assert codes["outbox"] == "STO-FULL"
            assert codes["service"] is not None
            here.runtime.intent("print_report")
            await here.until(lambda: here.session.servicing.machine.slip is SlipStage.FAILED)
            assert here.session.servicing.machine.slip_code == "PRN-ABSENT"

    asyncio.run(play())


def test_a_device_out_of_service_stays_out_over_a_restart_and_comes_back_when_put_back(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.gate.set_pin(PIN)
            await here.let_in()
            here.runtime.intent("open_device", {"device": "printer0"})
            here.runtime.intent("put_in_service", {"device": "printer0", "on": False})
            await here.until(lambda: here.printer.state is DeviceState.DISABLED and not here.printer.in_service)
            assert here.printer.code == "SYS-TAKEN-OUT"
        async with scene(tmp_path) as here:
            await here.let_in()
            await here.until(lambda: here.printer.code == "SYS-TAKEN-OUT")
            assert here.devices.supervisor.clients["printer0"].restarts == 0
            here.runtime.intent("open_device", {"device": "printer0"})
            here.runtime.intent("put_in_service", {"device": "printer0", "on": True})
            await here.until(lambda: here.printer.in_service and here.printer.state is DeviceState.ABSENT)

    asyncio.run(play())


def test_a_card_in_doubt_is_noted_beside_the_readers_troubles_and_a_good_one_is_not(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    tallier = Tallier(ledger, lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
    reader = DeviceStatus("card0", DeviceKind.CARD, DeviceState.READY)
    session = Session(devices=MappingProxyType({"card0": reader}))
    good = CardReading(AccessKind.BAC, Holder(number="001099000001"))
    tallier.observe(ev.CardRead(1, good), session)
    ledger.flush()
    assert ledger.trouble("card0") is None
    tallier.observe(ev.CardRead(1, replace(good, mismatches=("name",))), session)
    ledger.flush()
    found = ledger.trouble("card0")
    assert found is not None
    assert found.code == "CRD-MISMATCH"


def test_a_restart_is_counted_and_the_filter_is_seen_at_once(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.gate.set_pin(PIN)
            await here.let_in()
            await here.until(lambda: here.printer.state is DeviceState.ABSENT)
            here.runtime.intent("filter_log", {"filter": LogFilter.PROBLEMS.value})
            here.runtime.intent("open_device", {"device": "printer0"})
            here.runtime.intent("restart_device", {"device": "printer0"})
            await here.until(lambda: [one.today for one in here.printer.counters if one.name == "restarts"] == [1])
            assert here.session.screen is Screen.DIAGNOSTICS_DEVICE

    asyncio.run(play())


def test_the_log_is_searched_as_it_is_typed_and_the_last_word_counts(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "kiosk.log"
    file.parent.mkdir()
    entries = ({"event": "slip.printed", "dossier": f"d{number}"} for number in range(3000))
    file.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries), "utf-8")

    async def play() -> None:
        async with scene(tmp_path) as here:
            here.gate.set_pin(PIN)
            await here.let_in()
            for text in ("n", "no", "nowhere", "d7"):
                here.runtime.intent("search_log", {"text": text})
            await here.until(lambda: here.session.servicing.machine.searched == "d7")
            assert {
                "dossier d" in line.words and "d7" in line.words for line in here.session.servicing.machine.log
            } == {True}
            here.runtime.intent("search_log", {"text": "nowhere"})
            await here.until(lambda: here.session.servicing.machine.searched == "nowhere")
            assert here.session.servicing.machine.log == ()

    asyncio.run(play())


def test_a_look_at_the_machine_ends_however_soon_after_a_change_the_kiosk_stops(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.gate.set_pin(PIN)
            await here.let_in()
            for turns in range(8):
                here.runtime.intent("filter_log", {"filter": LogFilter.ALL.value})
                await here.until(
                    lambda looks=turns + 2: here.hands._watching == looks and not here.hands._again.is_set()
                )
                here.hands._again.set()
                for _ in range(turns):
                    await asyncio.sleep(0)
                async with asyncio.timeout(30):
                    await here.runtime.stop()

    asyncio.run(play())


def test_a_support_bundle_is_written_and_its_place_is_told(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.gate.set_pin(PIN)
            await here.let_in()
            here.runtime.intent("make_bundle")
            await here.until(lambda: here.session.servicing.machine.bundle.file)
            assert Path(here.session.servicing.machine.bundle.file).parent == tmp_path / "support"
            assert zipfile.is_zipfile(here.session.servicing.machine.bundle.file)

    asyncio.run(play())


def test_measured_sessions_are_shown_and_written_for_a_spreadsheet(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            hour = f"{here.config.now():%Y-%m-%dT%H}"
            here.book.keep([SessionMeasure(hour, Ending.LEFT, Screen.FORM, Goal.SUBMIT)])
            here.gate.set_pin(PIN)
            await here.let_in()
            assert here.session.servicing.machine.measures is None
            here.runtime.intent("choose_tab", {"tab": "measures"})
            await here.until(lambda: here.session.servicing.machine.measures is not None)
            found = here.session.servicing.machine.measures
            assert found is not None
            assert (found.total, found.given_up) == (1, ((Screen.FORM, 1),))
            here.runtime.intent("write_sheet")
            await here.until(lambda: here.session.servicing.machine.sheet.file != "")
            file = Path(here.session.servicing.machine.sheet.file)
            assert file.read_text("utf-8").splitlines()[0].startswith("month,hour,goal")
            assert len(file.read_text("utf-8").splitlines()) == 2

    asyncio.run(play())
