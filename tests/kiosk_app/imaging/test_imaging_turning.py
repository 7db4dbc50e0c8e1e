"""Promises of turning a page by hand: the new page is there before the old one goes, and a failure changes nothing."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
import sheets
from PIL import Image

from drivers.sealed import new_key, read_sealed, write_sealed
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.text import language_data
from kiosk_app.imaging.values import PageResult, PageSource

KEY = new_key()
needs_language = pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed")


def spooled(folder: Path, data: bytes) -> PageSource:
    source = PageSource(folder / "visit-7-1", KEY, b"visit-7/1")
    write_sealed(source.path, KEY, data, source.associated)
    return source


def pixels(page: PageResult) -> np.ndarray:
    with Image.open(io.BytesIO(read_sealed(page.page.path, page.page.key, page.page.associated))) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_four_quarters_bring_a_page_back_and_leave_one_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with ImagingPool(1) as workers:
            source = spooled(tmp_path, sheets.png(sheets.letter(120), 120))
            first = page = await workers.process_page(source, ocr=False)
            before = pixels(first)
            for turned_deg in (90, 180, 270, 0):
                old, page = page, await workers.turn_page(page, 1, ocr=False)
                assert page.verdict.turned_deg == turned_deg
                assert (page.width, page.height) == (old.height, old.width)
                assert page.page.path != old.page.path
                assert not old.page.path.exists()
                assert pixels(page).shape[:2] == (page.height, page.width)
            assert np.abs(pixels(page) - before).mean() < 2, "turning has worn the page"
            assert len(list(tmp_path.iterdir())) == 2, "only the source and the page"
            assert page.thumbnail[:2] == b"\xff\xd8"

    asyncio.run(scenario())


def test_turning_is_clockwise_and_no_turn_is_the_page_itself(tmp_path: Path) -> None:
    sheet = sheets.paper(100)
    sheet.paste((200, 30, 30), (100, 100, 300, 200))  # top left

    async def scenario() -> None:
        async with ImagingPool(1) as workers:
            page = await workers.process_page(spooled(tmp_path, sheets.png(sheet, 100)), ocr=False)
            assert await workers.turn_page(page, 4, ocr=False) is page
            right = pixels(await workers.turn_page(page, -3, ocr=False))
            red = right[:, :, 0] - right[:, :, 1] > 80
            y, x = np.nonzero(red)
            assert y.mean() < red.shape[0] / 2
            assert x.mean() > red.shape[1] / 2

    asyncio.run(scenario())


@needs_language
def test_a_page_turned_upright_by_hand_is_read_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with ImagingPool(1) as workers:
            page = await workers.process_page(spooled(tmp_path, sheets.png(sheets.letter(200))), ocr=True)
            over = await workers.turn_page(page, 2, ocr=False)
            assert not over.recognised
            assert over.words == ()
            back = await workers.turn_page(over, 2, ocr=True)
            assert back.recognised
            same = {word.text for word in page.words} & {word.text for word in back.words}
            assert len(same) > 0.9 * len({word.text for word in page.words})

    asyncio.run(scenario())


def test_a_turn_that_fails_or_is_cancelled_leaves_the_old_page(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with ImagingPool(1) as workers:
            page = await workers.process_page(spooled(tmp_path, sheets.png(sheets.letter(120), 120)), ocr=False)
            kept = page.page.path.read_bytes()
            task = asyncio.create_task(workers.turn_page(page, 1, ocr=False))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            page.page.path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
            with pytest.raises(ImagingError, match="STO-SEAL"):
                await workers.turn_page(page, 1, ocr=False)
            page.page.path.write_bytes(kept)
            assert sorted(file.name for file in tmp_path.iterdir()) == ["visit-7-1", "visit-7-1.page"]

    asyncio.run(scenario())


def test_a_page_is_seen_as_large_as_asked_and_never_enlarged(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with ImagingPool(1) as workers:
            page = await workers.process_page(spooled(tmp_path, sheets.png(sheets.letter(120), 120)), ocr=False)
            for asked, given in ((400, 400), (5000, page.width)):
                with Image.open(io.BytesIO(await workers.view_page(page, asked))) as image:
                    assert (image.format, image.width) == ("JPEG", given)
                    assert image.height == pytest.approx(given * page.height / page.width, abs=1)
            page.page.path.unlink()
            with pytest.raises(ImagingError):
                await workers.view_page(page, 400)

    asyncio.run(scenario())
