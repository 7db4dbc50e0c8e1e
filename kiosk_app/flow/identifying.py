"""Rows of identify and confirm identity: the chip card on the reader, its number, its reading and the citizen's yes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

from drivers.ports import CardReading, DeviceKind
from kiosk_app.flow.digitising import begin_papers
from kiosk_app.flow.effects import Effect, FindDrafts, FindOwn, ReadCard
from kiosk_app.flow.events import (
    Back,
    CardCodeScanned,
    CardFailed,
    CardInserted,
    CardProgressed,
    CardRead,
    CardRemoved,
    Continue,
    ContinueNoted,
    EnterAccessNumber,
    RejectIdentity,
    RetryCard,
    TrackingCodeScanned,
    UnfitCodeScanned,
    ZoneScanned,
)
from kiosk_app.flow.rows import Row, Step, go, prefilled, row, stay, without_papers
from kiosk_app.flow.saving import to_found, to_saving
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.drafts import Drafts
from kiosk_app.model.offers import CARD_ATTEMPTS, draft_possible
from kiosk_app.model.session import CardStage, CardView, Identity, Session, TrackView

# Nothing is wrong with reader or card: the card is simply not there, or was asked with a number of another.
_NOT_THE_CARD = ("CRD-REMOVED", "CRD-NO-CARD", "CRD-CANCELLED")
# Trying again cannot help.
_FOR_GOOD = ("CRD-BLOCKED", "CRD-UNSUPPORTED")
_NEW_NUMBER = ("CRD-WRONG-CAN", "CRD-WRONG-MRZ", "CRD-NEEDS-ACCESS")


def begin_identify(session: Session) -> Step:
    """Goes to the identify screen; a card that lies there with a known number is read at once.

    A machine that was built without a card reader has only the other ways to offer.
    """
    status = session.device(DeviceKind.CARD)
    if status is None:
        return go(session, Screen.IDENTIFY_OTHERWISE)
    notice = status.code if status is not None and not status.usable else None
    return _read_or_wait(replace(session, screen=Screen.IDENTIFY, notice=notice))


def _read_or_wait(session: Session) -> Step:
    card = session.card
    if card.present and card.key_known:
        reading = replace(card, stage=CardStage.READING, step="connect", percent=0)
        return stay(session, ReadCard(card.access_number, card.qr, card.mrz), card=reading, notice=None)
    stage = CardStage.NEEDS_NUMBER if card.present else CardStage.WAITING
    return stay(session, card=replace(card, stage=stage, step="", percent=0))


def inserted(session: Session, _: CardInserted) -> Step:
    """A card lies on the reader: it is read, or its number is asked for."""
    return _read_or_wait(replace(session, card=replace(session.card, present=True)))


def _removed(session: Session, _: CardRemoved) -> Step:
    card = replace(session.card, present=False)
    if card.stage is CardStage.READING:
        return stay(session, card=card)  # the reading itself fails with CRD-REMOVED and says so
    return stay(session, card=replace(card, stage=CardStage.WAITING, step="", percent=0))


def numbered(session: Session, event: EnterAccessNumber | CardCodeScanned) -> Step:
    """The six digits, typed or from the card's code: the card that lies there is read."""
    number = event.number if isinstance(event, EnterAccessNumber) else event.access_number
    if session.card.stage is CardStage.READING:
        return stay(session)
    if len(number) != 6 or not (number.isascii() and number.isdigit()):
        return stay(session, notice="CRD-NEEDS-ACCESS")
    qr = event.qr if isinstance(event, CardCodeScanned) else ""
    mrz = session.card.mrz if _of_one_card(qr, session.card.mrz) else ""
    card = replace(session.card, access_number=number, qr=qr, mrz=mrz)
    return _read_or_wait(replace(session, notice=None, card=card))


def _zone(session: Session, event: ZoneScanned) -> Step:
    """The newest of what opens a chip counts alone, unless QR and zone are of one card: then each may do what it can."""
    if session.card.stage is CardStage.READING:
        return stay(session)
    both = _of_one_card(session.card.qr, event.mrz)
    number, qr = (session.card.access_number, session.card.qr) if both else ("", "")
    card = replace(session.card, access_number=number, qr=qr, mrz=event.mrz)
    return _read_or_wait(replace(session, notice=None, card=card))


def _of_one_card(qr: str, mrz: str) -> bool:
    """Whether both are of one Vietnamese card: its zone has the whole number behind that of the document."""
    number = qr.partition("|")[0].strip()
    return len(number) == 12 and mrz[2:5] == "VNM" and mrz[15:27] == number


def _unfit(session: Session, event: UnfitCodeScanned) -> Step:
    return stay(session) if session.card.stage is CardStage.READING else stay(session, notice=event.code)


def _dossier_code(session: Session, _: TrackingCodeScanned) -> Step:
    return stay(session) if session.card.stage is CardStage.READING else stay(session, notice="BAR-DOSSIER")


def _progressed(session: Session, event: CardProgressed) -> Step:
    if session.card.stage is not CardStage.READING:
        return stay(session)
    return stay(session, card=replace(session.card, step=event.step, percent=event.percent))


def _failed(session: Session, event: CardFailed) -> Step:
    failures = session.card.failures
    if event.code in _FOR_GOOD:
        failures = max(failures, CARD_ATTEMPTS)
    elif event.code not in _NOT_THE_CARD:
        failures += 1
    card = replace(session.card, step="", percent=0, failures=failures)
    if event.code in _NEW_NUMBER:
        card = replace(card, access_number="", qr="", mrz="", stage=CardStage.NEEDS_NUMBER)
    elif event.code in ("CRD-REMOVED", "CRD-NO-CARD"):
        # The reader tells only after the reading that the card is gone, or back: then it is read again.
        card = replace(card, stage=CardStage.WAITING)
    else:
        card = replace(card, stage=CardStage.FAILED)
    return stay(session, card=card, notice=event.code)


def _retry(session: Session, _: RetryCard) -> Step:
    return stay(session) if session.card.stage is CardStage.READING else _read_or_wait(session)


def _read(session: Session, event: CardRead) -> Step:
    session = replace(session, card=replace(session.card, stage=CardStage.READ, step="", percent=100))
    return known_as(session, identity_of(event.reading))


def known_as(session: Session, identity: Identity) -> Step:
    """The citizen is asked to confirm being that person; what was done as somebody else is wiped."""
    wiped: tuple[Effect, ...] = ()
    if session.identity is not None and session.identity.number != identity.number:
        session, wiped = without_papers(session)
    session = replace(session, identity=identity, answers=prefilled(session.fields, session.answers, identity))
    # Asked while the citizen looks at the own name: whoever has no draft waits for nothing.
    asked: tuple[Effect, ...] = (FindDrafts(),) if session.goal is Goal.SUBMIT and draft_possible(session) else ()
    return go(session, Screen.CONFIRM_IDENTITY, *wiped, *asked)


def _reject(session: Session, _: RejectIdentity) -> Step:
    """Nothing of the person on that card is kept, nor what was done in their name."""
    session, wiped = without_papers(session)
    # The number belongs to the card that was just refused; the next card brings its own.
    after, effects = begin_identify(replace(session, card=CardView()))
    return after, (*wiped, *effects)


def _back_to_identify(session: Session, _: Back) -> Step:
    if session.identity is not None and session.identity.verified_by != "chip":
        return go(session, Screen.IDENTIFY_OTHERWISE)
    # The same card read again keeps the papers scanned so far; another person's starts anew. Its number is asked again,
    # or the card that lies there would lead straight back here.
    return begin_identify(replace(session, card=replace(session.card, access_number="", qr="", mrz="")))


def _confirm(session: Session, _: Continue | ContinueNoted) -> Step:
    identity = session.identity
    if identity is None:
        return begin_identify(session)
    if identity.doubt is not None and not identity.noted:
        return stay(
            session
        )  # nobody passes over a doubt by habit; the screen offers an officer, or going on with a note
    if session.goal is Goal.TRACK:
        return _to_own_dossiers(session, identity)
    if session.drafts.wanted:
        session = replace(session, drafts=replace(session.drafts, wanted=False))
        if draft_possible(session):
            return to_saving(session, Screen.CONFIRM_IDENTITY)
        after, effects = begin_papers(session)
        return replace(after, notice="APP-DRAFT-UNPROVEN"), effects
    return to_found(session) or begin_papers(session)


def _to_own_dossiers(session: Session, identity: Identity) -> Step:
    """A person's dossiers are told to a chip that proved its data and itself, and to nothing less."""
    if not identity.proven:
        card = CardView(present=session.card.present)
        return go(session, Screen.TRACK, identity=None, card=card, track=TrackView(), notice="CRD-NOT-PROVEN")
    drafts: tuple[Effect, ...] = (FindDrafts(),) if draft_possible(session) else ()
    return go(session, Screen.MY_DOSSIERS, FindOwn(), *drafts, track=TrackView(asking=True), drafts=Drafts())


def _confirm_noted(session: Session, event: ContinueNoted) -> Step:
    """On with a doubtful card: a citizen without an officer is not stuck, and whoever gets the dossier is told."""
    if session.identity is None:
        return begin_identify(session)
    if session.goal is Goal.TRACK:
        return stay(session)  # there is no dossier that a note could go with
    return _confirm(replace(session, identity=replace(session.identity, noted=True)), event)


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
        photo=_photo(reading.photo_b64),
        photo_type=reading.photo_type,
        verified_by="chip",
        passive=reading.passive,
        chip=reading.chip,
        active=reading.active,
        mismatches=reading.mismatches,
    )


def _photo(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""  # a reading without a picture identifies all the same


_DRAFTS = (Screen.SAVE_DRAFT, Screen.SAVED_DRAFT)
_IDENTIFY = (Screen.IDENTIFY, Screen.IDENTIFY_OTHERWISE)
ROWS: tuple[Row, ...] = (
    row(Screen.IDENTIFY, CardInserted, inserted),
    row(Screen.IDENTIFY, CardRemoved, _removed),
    row(Screen.IDENTIFY, EnterAccessNumber, numbered),
    row(Screen.IDENTIFY, CardCodeScanned, numbered),
    row(Screen.IDENTIFY, ZoneScanned, _zone),
    row(_IDENTIFY, TrackingCodeScanned, _dossier_code),
    row(_IDENTIFY, UnfitCodeScanned, _unfit),
    row(Screen.IDENTIFY, RetryCard, _retry),
    row(Screen.IDENTIFY, CardProgressed, _progressed),
    row(Screen.IDENTIFY, CardRead, _read, Screen.CONFIRM_IDENTITY),
    row(Screen.IDENTIFY, CardFailed, _failed),
    row(Screen.IDENTIFY, Back, lambda s, _: go(s, Screen.CONSENT), Screen.CONSENT),
    row(
        Screen.CONFIRM_IDENTITY, Continue, _confirm, Screen.SCAN, Screen.MY_DOSSIERS, Screen.TRACK, *_DRAFTS, *_IDENTIFY
    ),
    row(Screen.CONFIRM_IDENTITY, ContinueNoted, _confirm_noted, Screen.SCAN, *_DRAFTS, *_IDENTIFY),
    row(Screen.CONFIRM_IDENTITY, RejectIdentity, _reject, *_IDENTIFY),
    row(Screen.CONFIRM_IDENTITY, Back, _back_to_identify, *_IDENTIFY),
)
