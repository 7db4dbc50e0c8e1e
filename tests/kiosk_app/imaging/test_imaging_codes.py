"""The kiosk's own codes on pages are read in the worker; what else a citizen's papers carry is nobody's concern."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
import segno
import sheets
from PIL import Image

from drivers.sealed import new_key, write_sealed
from kiosk_app.imaging.codes import own_codes
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PageSource


def page_with(*texts: str) -> Image.Image:
    """A clean page with codes of 25 mm along its upper edge."""
    page = sheets.letter(200).convert("RGB")
    for at, text in enumerate(texts):
        out = io.BytesIO()
        segno.make(text, micro=False, error="m").save(out, kind="png", scale=6, border=4)
        page.paste(Image.open(out).convert("RGB"), (1250 - 320 * at, 60))
    return page


@pytest.mark.parametrize("text", ["KIOSK:NEXT", "KIOSK:PART:c3"])
def test_the_kiosks_own_codes_are_read(text: str) -> None:
    assert own_codes(np.asarray(page_with(text), np.uint8)) == (text,)


def test_other_codes_on_a_citizens_papers_are_not_kept() -> None:
    page = page_with("001099000042|012345678|NGUYỄN VĂN THỬ NGHIỆM|17051999", "https://kiosk.example")
    assert own_codes(np.asarray(page, np.uint8)) == ()


def test_a_page_without_codes_has_none() -> None:
    assert own_codes(np.asarray(page_with(), np.uint8)) == ()


def test_a_finished_page_tells_its_codes(tmp_path: Path) -> None:
    out, key = io.BytesIO(), new_key()
    page_with("KIOSK:NEXT").save(out, "JPEG", quality=92, dpi=(200, 200))
    source = PageSource(tmp_path / "1", key, b"1", 200)
    write_sealed(source.path, key, out.getvalue(), source.associated)

    async def scene() -> tuple[str, ...]:
        async with ImagingPool(1) as pool:
            return (await pool.process_page(source, ocr=False)).codes

    assert asyncio.run(scene()) == ("KIOSK:NEXT",)
