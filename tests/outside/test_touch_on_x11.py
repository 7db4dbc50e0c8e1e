"""A dossier is submitted on an X server by touches at places, by somebody who sees what a screen reader sees."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk_app.imaging.text import language_data
from tests.outside.bus import eye_on_a_bus, troubles
from tests.outside.on_screen import HIGH, WIDE, kiosk_on_screen
from tests.outside.person import Person
from tests.outside.slip import codes_on_slip, the_dossier
from tests.outside.visit import submit
from tests.sites import DIRECT_CARD

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_touches_alone_submit_a_dossier(tmp_path: Path, language: str) -> None:
    data = tmp_path / "data"
    receipts = data / "bench" / "receipts"
    with (
        eye_on_a_bus(os.environ) as (eye, seen),
        kiosk_on_screen(tmp_path, DIRECT_CARD, "demo", seen) as kiosk,
    ):
        person = Person(eye, kiosk, data, WIDE, HIGH)
        code = submit(person, language, receipts)
        dossier = the_dossier(data)
        assert troubles(kiosk) == []

    assert dossier["dossier_code"] == code
    assert any(code in text for text in codes_on_slip(receipts))
