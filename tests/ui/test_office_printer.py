"""The A4 printer on the screens: a tile for the technician, and no word of it for a citizen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.errors import entry
from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.servicing import DeviceCard
from kiosk_app.model.session import DeviceStatus, Session
from ui.samples import devices, sessions
from ui.translations import Texts
from ui.viewmodels.diagnostics import DiagnosticsModel
from ui.viewmodels.guided import GuidedModel
from ui.viewmodels.home import HomeModel

OUT = DeviceStatus("office0", DeviceKind.OFFICE, DeviceState.ATTENTION, "OFP-PAPER-OUT")
CARD = DeviceCard("office0", DeviceKind.OFFICE, DeviceState.ATTENTION, "OFP-PAPER-OUT", driver="ipp-office")


def servicing() -> Session:
    session = sessions()["diagnostics"]
    machine = session.servicing.machine
    seen = replace(machine, devices=(*machine.devices, CARD))
    return replace(session, servicing=replace(session.servicing, machine=seen, device=CARD.id))


@pytest.mark.parametrize("language", list(Language))
def test_the_technician_sees_it_with_its_state(language: Language) -> None:
    model = DiagnosticsModel(Texts(language), replace(servicing(), language=language))
    (tile,) = (row for row in model.property("devices") if row["id"] == CARD.id)
    assert tile["name"] == Texts(language).t("diagnostics.kind.office")
    assert entry("OFP-PAPER-OUT").text("technician", language.value) in str(tile)


def test_its_page_offers_no_guided_test() -> None:
    session = replace(servicing(), screen=Screen.DIAGNOSTICS_DEVICE)
    assert GuidedModel(Texts(Language.VI), session).property("own") == ""


def test_a_citizen_is_not_told_of_a_device_that_no_citizen_uses() -> None:
    known = {**devices(), OUT.id: OUT}
    assert HomeModel(Texts(Language.VI), Session(devices=known)).property("announcements") == []
