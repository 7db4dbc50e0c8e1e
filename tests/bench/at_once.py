"""Devices and service that answer a session's effects at once, so that thousands of visits take minutes; nobody is real."""

from __future__ import annotations

import base64
from typing import Final

from drivers.ports import AccessKind, CardReading, Check, DeviceKind, DeviceState, Holder, Verdict
from kiosk_app.flow.effects import (
    Effect,
    FindDrafts,
    FindOffers,
    PlaceStack,
    PrintSlip,
    ReadCard,
    ScanPages,
    Submit,
    WipeSession,
)
from kiosk_app.flow.events import (
    Acknowledged,
    CardInserted,
    CardProgressed,
    CardRead,
    CardRemoved,
    DeviceChanged,
    DraftsFound,
    Event,
    OffersFound,
    PageRead,
    PageReady,
    PageScanned,
    ScanEnded,
    Sealed,
    SendProgressed,
    SlipPrinted,
)
from kiosk_app.model.form import PaperOffer
from kiosk_app.model.session import DeviceStatus, Session
from kiosk_app.receipts.codes import screen_code
from kiosk_app.runtime.runtime import Runtime
from ui.paper_samples import page_picture
from ui.samples import portrait

PAGES: Final = 2
"""Of each paper that is scanned."""
_FAMILIES: Final = ("NGUYỄN VĂN", "TRẦN THỊ", "LÊ HOÀNG", "PHẠM MINH", "VŨ THỊ", "ĐẶNG QUỐC", "BÙI NGỌC")
_GIVEN: Final = ("THỬ NGHIỆM", "VÍ DỤ", "MINH HỌA", "MẪU", "GIẢ ĐỊNH", "TƯỞNG TƯỢNG", "KIỂM THỬ", "ĐO LƯỜNG", "BẤT KỲ")
_CHIP: Final = ("connect", "access", "identity", "photo", "authenticity")
_PASSED: Final = Check(Verdict.PASSED)


def person(number: int) -> Holder:
    """The holder of the `number`th card: another one each time, and like nobody."""
    name = f"{_FAMILIES[number % len(_FAMILIES)]} {_GIVEN[number % len(_GIVEN)]}"
    born = f"19{60 + number % 40}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    home = f"Số {1 + number}, phố Thí Dụ {number % 97}, phường Mẫu, thành phố Hà Nội"
    return Holder(
        f"001099{number:06d}", name, born, "Nam" if number % 2 else "Nữ", residence=home, expires="2039-02-03"
    )


class AtOnce:
    """Hands of the runtime in the place of reader, scanner, papers, store, service and printer."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._photo = base64.b64encode(portrait()).decode()
        self._code = screen_code("G06-20261121-0000001")
        self._pages = [page_picture(number) for number in range(8)]

    def handles(self) -> tuple[type[Effect], ...]:
        """Everything that a visit from home to goodbye asks for, but for the catalogue."""
        return (ReadCard, ScanPages, PlaceStack, FindOffers, FindDrafts, Submit, PrintSlip, WipeSession)

    def ready(self) -> None:
        """All four devices are there."""
        for kind in (DeviceKind.CARD, DeviceKind.SCANNER, DeviceKind.BARCODE, DeviceKind.PRINTER):
            self._runtime.dispatch(DeviceChanged(DeviceStatus(f"{kind.value}0", kind, DeviceState.READY)))

    def put_card(self) -> None:
        """The citizen lays the card on the reader."""
        self._runtime.dispatch(CardInserted())

    def take_card(self) -> None:
        """The citizen takes the card."""
        self._runtime.dispatch(CardRemoved())

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Tells all that the real ones tell one after the other."""
        for event in self._answers(effect, session):
            self._runtime.dispatch(event)

    def _answers(self, effect: Effect, session: Session) -> list[Event]:
        number = session.number
        if isinstance(effect, ReadCard):
            steps = [CardProgressed(number, step, 20 * place) for place, step in enumerate(_CHIP, 1)]
            reading = CardReading(
                AccessKind.PACE_CAN, person(number), self._photo, "image/jpeg", passive=_PASSED, chip=_PASSED
            )
            return [*steps, CardRead(number, reading)]
        if isinstance(effect, ScanPages):
            return [*self._scanned(effect, number), ScanEnded(number)]
        if isinstance(effect, FindOffers):
            return [OffersFound(number, (PaperOffer("phone", f"0912{number:06d}", 1, "Điện thoại"),))]
        if isinstance(effect, FindDrafts):
            return [DraftsFound(number, (), 30)]
        if isinstance(effect, Submit):
            sent = [SendProgressed(number, share * 1_000_000, 4_000_000) for share in range(5)]
            sealed = Sealed(
                number, f"00000000-0000-4000-8000-{number:012d}", f"K01-{number:08d}", 4_000_000, (), self._code
            )
            codes = (f"G06-20261121-{number:07d}", f"K7Q2-{number:04d}")
            return [sealed, *sent, Acknowledged(number, *codes, self._code)]
        if isinstance(effect, PrintSlip):
            return [SlipPrinted(number)]
        return []

    def _scanned(self, effect: ScanPages, number: int) -> list[Event]:
        told: list[Event] = []
        for sheet in range(PAGES):
            page = effect.first_page + sheet
            picture = self._pages[(number + page) % len(self._pages)]
            told.append(PageScanned(number, page, effect.component, sheet + 1))
            told.append(PageReady(number, page, picture, False, (), 2480, 3508))
            told.append(PageRead(number, page))
        return told
