"""A whole machine with a camera: what it sees comes onto the screen, and goes with the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import Machine

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
