"""A whole machine with a camera: what it sees comes onto the screen, and goes with the screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import Machine

from drivers.simulators.chip.people import PEOPLE
from ui.viewmodels.camera import CameraModel

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def seeing(_events_at_rest: None, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "data", direct=True, codes="camera-barcode")
    try:
        yield made
        assert made.troubles() == []
    finally:
        made.close()


def test_a_slip_held_before_the_camera_is_seen_and_read_and_nothing_of_it_stays(seeing: Machine) -> None:
    model = seeing.app.kiosk.door.camera
    assert isinstance(model, CameraModel)
    seeing.play("camera")
    assert seeing.run(seeing.until(lambda: model.live)), "the picture never came"
    assert (model.picture.width(), model.picture.height()) == (640, 360)

    async def leave() -> None:
        seeing.kiosk.intent("back", {})
        assert model.picture.isNull()
        assert seeing.kiosk.look() is None

    seeing.run(leave())
    assert not list(seeing.folder.rglob("camera-preview"))


def test_the_back_of_a_card_held_before_the_camera_opens_a_chip_that_has_bac_only(seeing: Machine) -> None:
    seeing.play("camera-back")
    identity = seeing.session.identity
    assert identity is not None
    assert (identity.number, identity.verified_by) == (PEOPLE["adult"].number, "chip")
    log = seeing.log.read_text("utf-8")
    told = [json.loads(line) for line in log.splitlines()]
    assert [line["access"] for line in told if line["event"] == "card.read"] == ["bac"]
    zones = [line for line in told if line["event"] == "code.presented" and line["meaning"] == "Mrz"]
    assert zones
    assert {(line["symbology"], line["characters"]) for line in zones} == {("MRZ", 90)}
    text = PEOPLE["adult"].mrz
    assert not any(part in log for part in (text, text[5:14], text[15:27], text[30:37], "THU<NGHIEM"))
    seeing.run(seeing.end_session())

    def replaced() -> bool:
        lines = (json.loads(line) for line in seeing.log.read_text("utf-8").splitlines())
        return any(line["event"] == "device.replaced" and line["device"] == "barcode0" for line in lines)

    assert seeing.run(seeing.until(replaced)), "the process that saw the card stays"
