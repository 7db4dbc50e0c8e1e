"""A dossier is submitted on Wayland, in a compositor without a screen, by touches at places, whoever runs the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk_app.imaging.text import language_data
from tests.outside.bus import eye_on_a_bus, troubles
from tests.outside.on_screen import HIGH, WIDE, as_somebody, nobody_may
from tests.outside.person import Person
from tests.outside.slip import codes_on_slip, the_dossier
from tests.outside.sway import is_there, kiosk_in_sway
from tests.outside.visit import submit
from tests.sites import DIRECT_CARD

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
    pytest.mark.skipif(not is_there(), reason="sway is not installed: packaging/setup.sh installs it"),
    pytest.mark.skipif(not nobody_may(), reason="sway refuses root, and nobody else may read this folder"),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of whoever runs the compositor; the test's own is shut to others."""
    with TemporaryDirectory(prefix="outside") as made:
        if as_somebody():
            shutil.chown(made, 65534, 65534)
        yield Path(made)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_touches_alone_submit_a_dossier_in_a_compositor(folder: Path, language: str) -> None:
    data, runtime = folder / "data", folder / "run"
    receipts = data / "bench" / "receipts"
    runtime.mkdir(mode=0o700)
    if as_somebody():
        shutil.chown(runtime, 65534, 65534)
    mine = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(folder)}
    with (
        eye_on_a_bus(mine, as_somebody()) as (eye, seen),
        kiosk_in_sway(folder, runtime, DIRECT_CARD, "demo", seen) as kiosk,
    ):
        person = Person(eye, kiosk, data, WIDE, HIGH)
        code = submit(person, language, receipts)
        dossier = the_dossier(data)
        assert troubles(kiosk) == []

    assert dossier["dossier_code"] == code
    assert any(code in text for text in codes_on_slip(receipts))
