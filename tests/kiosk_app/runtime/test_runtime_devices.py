"""What devices report, as events of the flow."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Coroutine
from typing import Any

import pytest

from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess, CardReading, DeviceKind, DeviceState, Holder
from drivers.simulators.chip.people import PEOPLE
from drivers.supervisor import DeviceConfig
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.model.basics import Screen
from kiosk_app.model.person import PrintedCard
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.session import CardStage, CardView, Session
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.submission import new_kiosk_reference

CONFIGS = tuple(
    DeviceConfig(f"{kind.value}0", kind, f"no-driver-{kind.value}") for kind in (DeviceKind.CARD, DeviceKind.SCANNER)
)


class Noting(Runtime):
    """A runtime that keeps the events it is given."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session or Session(), lambda: None)  # type: ignore[arg-type, return-value]
        self.events: list[ev.Event] = []

    def dispatch(self, event: ev.Event) -> None:
        self.events.append(event)
        super().dispatch(event)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 15))


CARD_QR = "001099123456||A|17051999|Nam|X|20062022"
ZONE = PEOPLE["adult"].mrz
# Whose badge it is, nobody says here: this runtime has no gate.
NO_GATE = ev.GateAnswered(1, GateView(GateStage.BROKEN))
PRINTED = PrintedCard("001099123456", "A", "1999-05-17", "Nam", "X")


async def hands(session: Session | None = None) -> tuple[Noting, DeviceHands]:
    runtime = Noting(session)
    return runtime, DeviceHands(runtime, CONFIGS)


@pytest.mark.parametrize(
    ("device", "event", "data", "expected"),
    [
        ("card0", "card_inserted", {"atr": "3B"}, [ev.CardInserted()]),
        ("card0", "card_removed", {}, [ev.CardRemoved()]),
        ("scanner0", "paper", {"loaded": True}, [ev.PaperChanged(True)]),
        ("scanner0", "paper", {}, [ev.PaperChanged(False)]),
        ("card0", "vendors_own", {"x": 1}, []),
        ("card0", "code", {"text": CARD_QR}, [ev.CardCodeScanned("123456", CARD_QR, PRINTED)]),
        ("card0", "code", {"text": ZONE, "symbology": "MRZ"}, [ev.ZoneScanned(ZONE)]),
        ("card0", "code", {"text": "G09.20-20260609-0092637"}, [ev.TrackingCodeScanned("G09.20-20260609-0092637")]),
        ("card0", "code", {"text": "https://elsewhere.example"}, [ev.UnfitCodeScanned("BAR-WEB")]),
        ("card0", "code", {"text": "000201010212"}, [ev.UnfitCodeScanned("BAR-PAYMENT")]),
        ("card0", "code", {"text": "KIOSK:NEXT"}, [ev.UnfitCodeScanned("BAR-SHEET")]),
        ("card0", "code", {"text": "KIOSK:PROC:IP-03"}, [ev.ProcedureCodeScanned("IP-03")]),
        ("card0", "code", {"text": "KIOSK:STAFF:CB-1"}, [ev.BadgeScanned("CB-1"), NO_GATE]),
        ("card0", "code", {"text": "", "bytes_hex": "fffe"}, [ev.UnfitCodeScanned("BAR-UNKNOWN")]),
        ("card0", "code", {}, [ev.UnfitCodeScanned("BAR-UNKNOWN")]),
        ("card0", "unreadable", {}, [ev.UnfitCodeScanned("BAR-GARBLED")]),
    ],
)
def test_reports_become_events(device: str, event: str, data: dict[str, Any], expected: list[ev.Event]) -> None:
    async def scene() -> None:
        runtime, devices = await hands()
        devices._take(device, event, data)
        assert runtime.events == expected
        await runtime.stop()

    run(scene())


def test_a_kiosks_own_reference_is_known_when_it_is_scanned() -> None:
    async def scene() -> None:
        runtime, devices = await hands()
        reference = new_kiosk_reference("K01")
        devices._take("card0", "code", {"text": reference.lower()})
        assert runtime.events == [ev.TrackingCodeScanned(reference)]
        assert runtime.session.screen is Screen.TRACK
        await runtime.stop()

    run(scene())


def test_states_reach_the_session_with_kind_and_code() -> None:
    async def scene() -> None:
        runtime, devices = await hands()
        devices._take("scanner0", "state", {"state": "attention", "code": "SCN-COVER-OPEN", "detail": "x"})
        status = runtime.session.device(DeviceKind.SCANNER)
        assert status is not None
        assert (status.state, status.code, status.usable) == (DeviceState.ATTENTION, "SCN-COVER-OPEN", False)

    run(scene())


def test_a_driver_that_is_missing_is_a_state_of_the_session() -> None:
    async def scene() -> None:
        runtime, devices = await hands()
        await devices.supervisor.start()
        while (found := runtime.session.device(DeviceKind.CARD)) is None or found.state is DeviceState.STARTING:
            await asyncio.sleep(0.01)
        assert (found.state, found.code) == (DeviceState.DISABLED, "SYS-NO-DRIVER")
        await devices.supervisor.stop()

    run(scene())


IDENTIFY = Session(screen=Screen.IDENTIFY, card=CardView(present=True, stage=CardStage.READING))
READING = CardReading(AccessKind.PACE_CAN, Holder(number="001099000001", name="NGUYỄN VĂN THỬ NGHIỆM"))


def read_with(answer: Any) -> Noting:
    runtimes: list[Noting] = []

    async def scene() -> None:
        runtime, devices = await hands(IDENTIFY)
        runtimes.append(runtime)

        async def call(verb: str, result: type, on_event: Any, **arguments: Any) -> Any:
            assert (verb, result, arguments["access"].can) == ("read", CardReading, "123456")
            on_event("progress", {"step": "photo", "percent": 60})
            on_event("identity", {"number": "001099000001"})
            on_event("progress", {})
            if isinstance(answer, Exception):
                raise answer
            return answer

        devices.supervisor.clients["card0"].call = call  # type: ignore[method-assign]
        await devices.carry_out(fx.ReadCard("123456"), runtime.session)
        await runtime.stop()

    run(scene())
    return runtimes[0]


def test_a_card_that_is_read_leads_on() -> None:
    runtime = read_with(READING)
    assert ev.CardProgressed(1, "photo", 60) in runtime.events
    assert runtime.session.screen is Screen.CONFIRM_IDENTITY


@pytest.mark.parametrize(
    ("effect", "access"),
    [
        (fx.ReadCard("123456", CARD_QR), CardAccess(can="123456", qr=CARD_QR)),
        (fx.ReadCard("", "", ZONE), CardAccess(mrz=ZONE)),
        (fx.ReadCard("123456", CARD_QR, ZONE), CardAccess("123456", ZONE, CARD_QR)),
    ],
)
def test_the_chip_is_opened_with_what_was_presented(effect: fx.ReadCard, access: CardAccess) -> None:
    given: list[CardAccess] = []

    async def scene() -> None:
        runtime, devices = await hands(IDENTIFY)

        async def call(verb: str, result: type, on_event: Any, **arguments: Any) -> Any:
            given.append(arguments["access"])
            return READING

        devices.supervisor.clients["card0"].call = call  # type: ignore[method-assign]
        await devices.carry_out(effect, runtime.session)
        await runtime.stop()

    run(scene())
    assert given == [access]


def test_a_card_that_is_not_read_says_why() -> None:
    runtime = read_with(DeviceError("CRD-WRONG-CAN"))
    assert (runtime.session.screen, runtime.session.notice) == (Screen.IDENTIFY, "CRD-WRONG-CAN")


def test_a_kiosk_without_a_reader_says_so() -> None:
    async def scene() -> None:
        runtime = Noting(dataclasses.replace(IDENTIFY))
        await DeviceHands(runtime, ()).carry_out(fx.ReadCard("123456"), runtime.session)
        assert runtime.events == [ev.CardFailed(1, "SYS-NO-DRIVER")]

    run(scene())
