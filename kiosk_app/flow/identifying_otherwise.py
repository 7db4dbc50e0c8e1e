"""Rows of identifying without the chip: the QR printed on the card, or number, name and date of birth as typed."""

from __future__ import annotations

from dataclasses import replace

from drivers.ports import DeviceKind
from kiosk_app.flow.events import Back, CardCodeScanned, Continue, EnterPerson, IdentifyOtherwise, ZoneScanned
from kiosk_app.flow.identifying import begin_identify, known_as
from kiosk_app.flow.rows import Row, Step, go, row, stay
from kiosk_app.model.basics import Screen
from kiosk_app.model.offers import otherwise_offered
from kiosk_app.model.person import PersonError, TypedPerson, iso_birth, tidy_name, wrong_with
from kiosk_app.model.session import Identity, Session

_LONGEST = 200


def _otherwise(session: Session, _: IdentifyOtherwise) -> Step:
    # While reader and card work, nobody gets past the chip, whatever a screen says.
    return go(session, Screen.IDENTIFY_OTHERWISE) if otherwise_offered(session) else stay(session)


def _today(session: Session) -> str:
    """The day of the consent given a minute ago: the flow has no clock."""
    return session.consent.at if session.consent is not None else ""


def _enter(session: Session, event: EnterPerson) -> Step:
    typed = replace(
        session.typed, number=event.number[:_LONGEST], name=event.name[:_LONGEST], birth=event.birth[:_LONGEST]
    )
    # As in the form: what is mended is no longer wrong, what is new is only told on «continue».
    still = wrong_with(typed, _today(session))
    errors = {name: error for name, error in typed.errors.items() if name in still}
    return stay(session, typed=replace(typed, errors=errors))


def _continue(session: Session, _: Continue) -> Step:
    typed = session.typed
    if errors := wrong_with(typed, _today(session)):
        return stay(session, typed=replace(typed, errors=errors))
    identity = Identity(
        number=typed.number.strip(),
        name=tidy_name(typed.name),
        birth_date=iso_birth(typed.birth),
        verified_by="typed",
    )
    return known_as(session, identity)


def _code(session: Session, event: CardCodeScanned) -> Step:
    printed = event.printed
    if printed is None:
        return stay(session)
    if not printed.birth_date:
        # The card knows only a year, or none: the rest is kept, the date is asked for.
        typed = TypedPerson(printed.number, printed.name, "", {"birth": PersonError.BIRTH})
        return stay(session, typed=typed)
    identity = Identity(
        number=printed.number,
        name=printed.name,
        birth_date=printed.birth_date,
        sex=printed.sex,
        residence=printed.residence,
        verified_by="qr",
    )
    return known_as(session, identity)


def _back(session: Session, _: Back) -> Step:
    if session.device(DeviceKind.CARD) is None:
        return go(session, Screen.CONSENT)
    return begin_identify(session)


ROWS: tuple[Row, ...] = (
    row(Screen.IDENTIFY, IdentifyOtherwise, _otherwise, Screen.IDENTIFY_OTHERWISE),
    row(Screen.IDENTIFY_OTHERWISE, EnterPerson, _enter),
    row(Screen.IDENTIFY_OTHERWISE, Continue, _continue, Screen.CONFIRM_IDENTITY),
    row(Screen.IDENTIFY_OTHERWISE, CardCodeScanned, _code, Screen.CONFIRM_IDENTITY),
    row(Screen.IDENTIFY_OTHERWISE, ZoneScanned, lambda s, _: stay(s, notice="BAR-ZONE")),
    row(Screen.IDENTIFY_OTHERWISE, Back, _back, Screen.IDENTIFY, Screen.CONSENT),
)
