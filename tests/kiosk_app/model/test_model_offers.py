"""The table of what is possible: total, ordered, told in both languages, and shown in the manual as it is."""

from __future__ import annotations

import re
from itertools import product
from types import MappingProxyType

import pytest

from drivers.ports import DeviceKind, DeviceState
from kiosk_app import paths
from kiosk_app.model.offers import OFFERS, USUAL, Need, Way, mail_offered, usual, way, ways, works
from kiosk_app.model.session import DeviceStatus, Session


def machine(gone: frozenset[DeviceKind] = frozenset(), online: bool = True) -> Session:
    state = {True: DeviceState.ABSENT, False: DeviceState.READY}
    devices = {kind.value: DeviceStatus(kind.value, kind, state[kind in gone]) for kind in DeviceKind}
    return Session(devices=MappingProxyType(devices), service_online=online)


def test_whatever_is_missing_a_citizen_can_submit() -> None:
    for gone in product((False, True), repeat=len(DeviceKind)):
        missing = frozenset(kind for kind, out in zip(DeviceKind, gone, strict=True) if out)
        for online in (True, False):
            session = machine(missing, online)
            assert all(ways(session, need) for need in Need if need is not Need.TRACK)


def test_a_machine_in_order_does_everything_in_the_usual_way() -> None:
    assert [need for need in Need if not usual(machine(), need)] == []


@pytest.mark.parametrize(
    ("gone", "need", "best"),
    [
        ({DeviceKind.CARD}, Need.IDENTIFY, Way.QR),
        ({DeviceKind.CARD, DeviceKind.BARCODE}, Need.IDENTIFY, Way.TYPED),
        ({DeviceKind.SCANNER}, Need.PAPERS, Way.PHOTOGRAPHED),
        ({DeviceKind.SCANNER, DeviceKind.CAMERA}, Need.PAPERS, Way.AT_DESK),
        ({DeviceKind.PRINTER}, Need.RECEIPT, Way.ON_SCREEN),
        ({DeviceKind.BARCODE}, Need.CODE, Way.TYPED),
    ],
)
def test_each_absence_has_its_next_way(gone: set[DeviceKind], need: Need, best: Way) -> None:
    assert way(machine(frozenset(gone)), need) is best


def test_without_the_service_a_dossier_waits_and_tracking_rests() -> None:
    session = machine(online=False)
    assert (way(session, Need.SEND), way(session, Need.TRACK)) == (Way.LATER, None)


@pytest.mark.parametrize(
    ("kind", "state", "code", "counts"),
    [
        (DeviceKind.PRINTER, DeviceState.ATTENTION, "PRN-PAPER-LOW", True),
        (DeviceKind.PRINTER, DeviceState.ATTENTION, "PRN-PAPER-OUT", False),
        (DeviceKind.SCANNER, DeviceState.ATTENTION, "SCN-COVER-OPEN", True),
        (DeviceKind.CARD, DeviceState.STARTING, None, True),
        (DeviceKind.CARD, DeviceState.STARTING, "SYS-HOST-DIED", False),
        (DeviceKind.CARD, DeviceState.DISABLED, "SYS-TAKEN-OUT", False),
    ],
)
def test_what_a_person_mends_at_once_still_counts(
    kind: DeviceKind, state: DeviceState, code: str | None, counts: bool
) -> None:
    assert works(DeviceStatus("it", kind, state, code)) is counts


def test_mail_is_offered_without_a_printer_and_stays_once_an_address_was_typed() -> None:
    assert not mail_offered(machine())
    assert mail_offered(machine(frozenset({DeviceKind.PRINTER})))
    assert mail_offered(Session(receipt_mail="a@kiosk.example"))


def test_the_manual_shows_the_table_as_it_is() -> None:
    manual = (paths.root() / "docs" / "operations.md").read_text("utf-8")
    shown = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", manual, re.MULTILINE))
    assert shown == {(offer.need.value, offer.way.value) for offer in OFFERS}
    assert set(USUAL) == set(Need)
