"""Fees: what is due, as a VietQR transfer; only the payment platform's word makes it paid."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.codes import opened_by, random_code
from backend.contract import PaymentConfirmation, PaymentQuestion, parse, read_json
from backend.desk import by_code
from backend.limits import Guard, wrong_codes
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.storage.models import Payment
from backend.tls import peer
from backend.workflow import MoveError, Status

#: Due; said to be paid but not confirmed, when nobody must pay again; confirmed.
DUE, UNKNOWN, PAID = "due", "unknown", "paid"
_MAX_BODY = 4096


def charge(service: Service, dossier_code: str, amount: int) -> Payment:
    """Ask a fee of whole dong for a dossier in status 6; the same amount again changes nothing.

    Raises UnknownDossierError, MoveError PAYMENT-NOT-DUE or PAYMENT-ASKED for another amount.
    """
    with service.database.write() as session:
        row = by_code(session, dossier_code, locked=True)
        known = session.get(Payment, row.id)
        if known is not None:
            if known.amount != amount:
                raise MoveError("PAYMENT-ASKED", "another amount has been asked for")
            return known
        if row.status != Status.PAYMENT_DUE.value:
            raise MoveError("PAYMENT-NOT-DUE", f"the dossier is in status {row.status}")
        purpose = "HS" + random_code(12)  # capitals and digits, which banks pass on unchanged
        now = service.now()
        asked = Payment(dossier_id=row.id, amount=amount, purpose=purpose, state=DUE, asked_at=now, changed_at=now)
        session.add(asked)
    emit(Event.PAYMENT_ASKED, dossier=asked.dossier_id)
    return asked


def vietqr(bank: str, account: str, amount: int, purpose: str) -> str:
    """The payload of a transfer's QR code: EMVCo TLV with NAPAS's field 38, for one amount and one purpose."""
    target = _field("00", bank) + _field("01", account)
    service = _field("00", "A000000727") + _field("01", target) + _field("02", "QRIBFTTA")
    head = _field("00", "01") + _field("01", "12") + _field("38", service) + _field("53", "704")
    body = head + _field("54", str(amount)) + _field("58", "VN") + _field("62", _field("08", purpose)) + "6304"
    return f"{body}{_crc(body.encode('ascii')):04X}"


def _field(number: str, value: str) -> str:
    return f"{number}{len(value):02d}{value}"


def _crc(content: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in content:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


class Desk:
    """Answers what is to be paid, and hears the platform. Blocking."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._guard = Guard(service)

    def ask(self, kiosk_id: str, question: PaymentQuestion) -> dict[str, object]:
        """A dossier's payment, for whoever has its codes. Raises Problem."""
        counted = wrong_codes(self._service.settings, kiosk_id, question.dossier_code)
        entered = self._guard.admit(kiosk_id, counted)
        with self._service.database.write() as session:
            row = opened_by(session, question.dossier_code, question.lookup_code)
            if row is None:
                emit(Event.TRACKING_MISS, kiosk_id=kiosk_id)
                raise Problem("DOSSIER-NOT-FOUND")
            payment = self._locked(session, Payment.dossier_id == row.id)
            if payment is not None and question.said_paid and payment.state == DUE:
                payment.state, payment.changed_at = UNKNOWN, self._service.now()
        self._guard.forgive(counted, entered)
        if payment is None:
            raise Problem("PAYMENT-NOT-FOUND")
        return self._document(payment)

    def hear(self, said: PaymentConfirmation) -> dict[str, object]:
        """The platform's word; the same word again changes nothing. Raises Problem."""
        with self._service.database.write() as session:
            payment = self._locked(session, Payment.purpose == said.purpose)
            if payment is None:
                raise Problem("PAYMENT-NOT-FOUND")
            again = payment.state == PAID and payment.platform_reference == said.reference and said.paid
            if payment.amount != said.amount_vnd or (payment.state == PAID and not again):
                raise Problem("PAYMENT-CONFLICT")
            if not again:
                payment.state = PAID if said.paid else DUE
                payment.platform_reference = said.reference if said.paid else None
                payment.changed_at = self._service.now()
        emit(Event.PAYMENT_HEARD, dossier=payment.dossier_id, state=payment.state)
        return {"state": payment.state}

    def _locked(self, session: Session, which: ColumnElement[bool]) -> Payment | None:
        return session.scalar(select(Payment).where(which).with_for_update())

    def _document(self, payment: Payment) -> dict[str, object]:
        settings = self._service.settings
        payable = payment.state == DUE and settings.payment_bank and settings.payment_account
        qr = (
            vietqr(settings.payment_bank, settings.payment_account, payment.amount, payment.purpose)
            if payable
            else None
        )
        return {"state": payment.state, "amount_vnd": payment.amount, "purpose": payment.purpose, "qr": qr}


def router(service: Service) -> APIRouter:
    """The kiosk's question and the platform's confirmation."""
    routes = APIRouter()
    desk = Desk(service)

    @routes.post("/v1/payments")
    async def ask(request: Request) -> Response:
        kiosk_id = peer(request)
        question = parse(PaymentQuestion, await read_json(request, _MAX_BODY))
        document = await run_in_threadpool(desk.ask, kiosk_id, question)
        return JSONResponse(document, headers={"Cache-Control": "no-store"})

    @routes.post("/v1/payments/confirmations")
    async def hear(request: Request) -> Response:
        platform = peer(request)
        said = parse(PaymentConfirmation, await read_json(request, _MAX_BODY))
        if platform != service.settings.payment_platform:
            raise Problem("PLATFORM-ONLY")
        return JSONResponse(await run_in_threadpool(desk.hear, said))

    return routes
