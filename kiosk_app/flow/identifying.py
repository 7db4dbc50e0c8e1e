"""Rows of identify and confirm identity: the chip card on the reader, its number, its reading and the citizen's yes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from drivers.ports import CardReading, DeviceKind
from kiosk_app.flow.digitising import begin_scan
from kiosk_app.flow.effects import ReadCard
from kiosk_app.flow.events import (
    Back,
    CardCodeScanned,
    CardFailed,
    CardInserted,
    CardProgressed,
    CardRead,
    CardRemoved,
    Continue,
    EnterAccessNumber,
    RejectIdentity,
    RetryCard,
)
from kiosk_app.flow.rows import Row, Step, go, row, stay
from kiosk_app.model.basics import Screen
from kiosk_app.model.form import Answer, Field, Source
from kiosk_app.model.session import CardStage, CardView, Identity, Session

_NEW_NUMBER = ("CRD-WRONG-CAN", "CRD-NEEDS-ACCESS")


def begin_identify(session: Session) -> Step:
    """Goes to the identify screen; a card that lies there with a known number is read at once."""
    status = session.device(DeviceKind.CARD)
    notice = status.code if status is not None and not status.usable else None
    return _read_or_wait(replace(session, screen=Screen.IDENTIFY, notice=notice))


def _read_or_wait(session: Session) -> Step:
    card = session.card
    if card.present and len(card.access_number) == 6:
        reading = replace(card, stage=CardStage.READING, step="connect", percent=0)
        return stay(session, ReadCard(card.access_number), card=reading, notice=None)
    stage = CardStage.NEEDS_NUMBER if card.present else CardStage.WAITING
    return stay(session, card=replace(card, stage=stage, step="", percent=0))


def _inserted(session: Session, _: CardInserted) -> Step:
    return _read_or_wait(replace(session, card=replace(session.card, present=True)))


def _removed(session: Session, _: CardRemoved) -> Step:
    card = replace(session.card, present=False)
    if card.stage is CardStage.READING:
        return stay(session, card=card)  # the reading itself fails with CRD-REMOVED and says so
    return stay(session, card=replace(card, stage=CardStage.WAITING, step="", percent=0))


def _number(session: Session, event: EnterAccessNumber | CardCodeScanned) -> Step:
    number = event.number if isinstance(event, EnterAccessNumber) else event.access_number
    if session.card.stage is CardStage.READING:
        return stay(session)
    if len(number) != 6 or not number.isdigit():
        return stay(session, notice="CRD-NEEDS-ACCESS")
    return _read_or_wait(replace(session, notice=None, card=replace(session.card, access_number=number)))


def _progressed(session: Session, event: CardProgressed) -> Step:
    if session.card.stage is not CardStage.READING:
        return stay(session)
    return stay(session, card=replace(session.card, step=event.step, percent=event.percent))


def _failed(session: Session, event: CardFailed) -> Step:
    card = replace(session.card, step="", percent=0)
    if event.code in _NEW_NUMBER:
        card = replace(card, access_number="", stage=CardStage.NEEDS_NUMBER)
    elif event.code in ("CRD-REMOVED", "CRD-NO-CARD"):
        card = replace(card, stage=CardStage.WAITING)
    else:
        card = replace(card, stage=CardStage.FAILED)
    return stay(session, card=card, notice=event.code)


def _retry(session: Session, _: RetryCard) -> Step:
    return stay(session) if session.card.stage is CardStage.READING else _read_or_wait(session)


def _read(session: Session, event: CardRead) -> Step:
    identity = identity_of(event.reading)
    return go(
        session,
        Screen.CONFIRM_IDENTITY,
        identity=identity,
        card=replace(session.card, stage=CardStage.READ, step="", percent=100),
        answers=prefilled(session.fields, session.answers, identity),
    )


def _reject(session: Session, _: RejectIdentity | Back) -> Step:
    # The number belongs to the card that was just refused; the next card brings its own.
    return begin_identify(replace(session, identity=None, card=CardView(present=False)))


def _confirm(session: Session, _: Continue) -> Step:
    if session.identity is None:
        return begin_identify(session)
    first = next(iter(session.missing), "") or (session.procedure.components[0].id if session.procedure else "")
    return begin_scan(replace(session, scan=replace(session.scan, component=session.scan.component or first)))


def identity_of(reading: CardReading) -> Identity:
    """What the session keeps of a reading: what the dossier needs and nothing else (Law 91/2025/QH15)."""
    holder = reading.holder
    return Identity(
        number=holder.number,
        name=holder.name,
        birth_date=holder.birth_date,
        sex=holder.sex,
        residence=holder.residence,
        expires=holder.expires,
        photo=base64.b64decode(reading.photo_b64),
        photo_type=reading.photo_type,
        verified_by="chip",
        passive=reading.passive.verdict,
        chip=reading.chip.verdict,
        active=reading.active.verdict,
    )


def prefilled(fields: tuple[Field, ...], answers: Mapping[str, Answer], identity: Identity) -> dict[str, Answer]:
    """Answers with what the chip knows; what the citizen typed is never overwritten."""
    merged = dict(answers)
    for item in fields:
        value = str(getattr(identity, item.prefill)) if item.prefill else ""
        typed = item.id in merged and merged[item.id].source is Source.TYPED
        if value and not typed:
            merged[item.id] = Answer(value, Source.CHIP)
    return merged


ROWS: tuple[Row, ...] = (
    row(Screen.IDENTIFY, CardInserted, _inserted),
    row(Screen.IDENTIFY, CardRemoved, _removed),
    row(Screen.IDENTIFY, EnterAccessNumber, _number),
    row(Screen.IDENTIFY, CardCodeScanned, _number),
    row(Screen.IDENTIFY, RetryCard, _retry),
    row(Screen.IDENTIFY, CardProgressed, _progressed),
    row(Screen.IDENTIFY, CardRead, _read, Screen.CONFIRM_IDENTITY),
    row(Screen.IDENTIFY, CardFailed, _failed),
    row(Screen.IDENTIFY, Back, lambda s, _: go(s, Screen.CONSENT), Screen.CONSENT),
    row(Screen.CONFIRM_IDENTITY, Continue, _confirm, Screen.SCAN, Screen.IDENTIFY),
    row(Screen.CONFIRM_IDENTITY, RejectIdentity, _reject, Screen.IDENTIFY),
    row(Screen.CONFIRM_IDENTITY, Back, _reject, Screen.IDENTIFY),
)
