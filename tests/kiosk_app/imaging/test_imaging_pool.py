"""Promises of the pool: pages in workers, dead workers replaced, deadlines kept, nothing in plain on the disk, none left."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sheets

from drivers.sealed import SealedReader, new_key, read_sealed, write_sealed
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.structure import check_structure
from kiosk_app.imaging.text import language_data
from kiosk_app.imaging.values import PagePreview, PageSource, PageWarning, PdfFacts
from kiosk_app.receipts import Document, printer_test
from kiosk_app.receipts.codes import screen_code
from kiosk_app.receipts.drawing import picture
from kiosk_app.receipts.specimens import specimen

FACTS = PdfFacts("Tờ khai", datetime(2026, 8, 3, 2, 30, tzinfo=UTC))
KEY = new_key()
needs_language = pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed")


def spooled(folder: Path, name: str, data: bytes, dpi: int = 0) -> PageSource:
    source = PageSource(folder / name, KEY, b"session/" + name.encode(), dpi)
    write_sealed(source.path, KEY, data, source.associated)
    return source


@asynccontextmanager
async def pool(workers: int = 1, **options: float) -> AsyncIterator[ImagingPool]:
    made = ImagingPool(workers, **options)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        pids = made.pids
        made.close()
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids), "a worker outlived its pool"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


def signal_worker(workers: ImagingPool, number: int, times: int = 99) -> Callable[[PagePreview], None]:
    """A preview comes in the middle of a page: it has been judged, and is about to be read."""
    left = [times]

    def strike(_: PagePreview) -> None:
        left[0] -= 1
        if left[0] >= 0:
            os.kill(workers.pids[0], number)

    return strike


def test_pages_come_back_sealed_and_become_a_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool(2) as workers:
            previews: list[PagePreview] = []
            front = spooled(tmp_path, "1", sheets.scanned_letter())
            back = spooled(tmp_path, "2", sheets.png(sheets.paper(150), 150))
            first, second = await asyncio.gather(
                workers.process_page(front, on_preview=previews.append), workers.process_page(back, ocr=False)
            )
            assert first.verdict.angle_deg == pytest.approx(3, abs=0.1)
            assert first.dpi == 200
            assert second.verdict.blank
            assert second.verdict.warnings == (PageWarning.LOW_RESOLUTION,)
            assert first.recognised == workers.reads_text
            assert not workers.reads_text or len(first.words) > 60
            assert [preview.thumbnail for preview in previews] == [first.thumbnail]
            assert previews[0].verdict == first.verdict
            assert await workers.alike(first.likeness, [second.likeness, first.likeness, b""]) == [1]
            assert await workers.alike(first.likeness, []) == []
            jpeg = read_sealed(first.page.path, first.page.key, first.page.associated)
            assert jpeg[:2] == b"\xff\xd8"
            target = PageSource(tmp_path / "component.sealed", first.page.key, b"component")
            made = await workers.seal_pdf([first, second], FACTS, target)
            data = read_sealed(target.path, target.key, target.associated)
            assert (made.pages, made.size, made.sha256) == (2, len(data), hashlib.sha256(data).hexdigest())
            assert check_structure(data) == []
            assert (await workers.seal_pdf([first, second], FACTS, target)).sha256 == made.sha256
        for file in tmp_path.iterdir():
            assert file.read_bytes()[:4] == b"KSF1", "a page lies in plain on the disk"

    asyncio.run(scenario())


@needs_language
def test_a_worker_killed_mid_page_is_replaced_and_the_page_still_comes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            before = workers.pids
            source = spooled(tmp_path, "1", sheets.scanned_letter())
            killed = signal_worker(workers, signal.SIGKILL, times=1)
            result = await workers.process_page(source, on_preview=killed)
            assert result.verdict.angle_deg == pytest.approx(3, abs=0.1)
            assert workers.pids != before

    asyncio.run(scenario())


@needs_language
def test_a_page_that_kills_two_workers_is_an_error_and_the_next_page_works(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool() as workers:
            source = spooled(tmp_path, "1", sheets.scanned_letter())
            with pytest.raises(ImagingError, match="IMG-WORKER"):
                await workers.process_page(source, on_preview=signal_worker(workers, signal.SIGSEGV))
            assert sorted(file.name for file in tmp_path.iterdir()) == ["1"], "something half-made was left"
            small = spooled(tmp_path, "2", sheets.png(sheets.paper(100), 100))
            assert (await workers.process_page(small)).verdict.blank

    asyncio.run(scenario())


DYING = """
import os, signal

class _Any:
    AUTO = LSTM_ONLY = WORD = 0

PSM = OEM = RIL = _Any

class PyTessBaseAPI:
    def __init__(self, **_): pass
    def SetImageBytes(self, *_): pass
    def SetSourceResolution(self, *_): pass
    def Recognize(self): os.kill(os.getpid(), signal.SIGSEGV)
"""
"""A recognition engine that ends its process over every page."""


def test_a_page_over_which_the_reading_dies_every_time_is_kept_whole_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = tmp_path / "engine"
    engine.mkdir()
    (engine / "tesserocr.py").write_text(DYING, "utf-8")
    (engine / "vie.traineddata").write_bytes(b"")
    # a worker is a process of its own: what it loads and finds is by its environment
    monkeypatch.setenv("PYTHONPATH", str(engine))
    monkeypatch.setenv("TESSDATA_PREFIX", str(engine))

    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            before = workers.pids
            assert workers.reads_text
            kept = await workers.process_page(spooled(tmp_path, "1", sheets.scanned_letter()))
            assert workers.pids != before, "nothing died"
            assert (kept.recognised, kept.words, kept.verdict.blank) == (False, (), False)
            assert kept.likeness
            assert read_sealed(kept.page.path, KEY, kept.page.associated).startswith(b"\xff\xd8")

    asyncio.run(scenario())


def test_with_language_data_that_is_no_good_pages_come_whole_and_say_that_nobody_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tessdata").mkdir()
    (tmp_path / "tessdata" / "vie.traineddata").write_bytes(b"damaged")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path / "tessdata"))

    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            kept = await workers.process_page(spooled(tmp_path, "1", sheets.scanned_letter()))
            assert (workers.reads_text, kept.recognised, kept.words) == (False, False, ())
            assert kept.verdict.angle_deg == pytest.approx(3, abs=0.1)

    asyncio.run(scenario())


@needs_language
def test_a_hung_page_ends_at_its_deadline_and_the_next_page_works(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool(page_deadline_s=5.0) as workers:
            await workers.warm_up()
            (hung,) = workers.pids
            source = spooled(tmp_path, "1", sheets.scanned_letter())
            started = time.monotonic()
            with pytest.raises(ImagingError, match="IMG-TIMEOUT"):
                await workers.process_page(source, on_preview=signal_worker(workers, signal.SIGSTOP))
            assert time.monotonic() - started > 4.5
            assert not Path(f"/proc/{hung}").exists()
            small = spooled(tmp_path, "2", sheets.png(sheets.paper(100), 100))
            assert (await workers.process_page(small)).dpi == 100

    asyncio.run(scenario())


@needs_language
def test_a_cancelled_page_leaves_no_worker_holding_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            (held,) = workers.pids
            seen = asyncio.Event()
            source = spooled(tmp_path, "1", sheets.scanned_letter())
            task = asyncio.create_task(workers.process_page(source, on_preview=lambda _: seen.set()))
            await seen.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await until(lambda: held not in workers.pids)
            assert [file.name for file in tmp_path.iterdir()] == ["1"]

    asyncio.run(scenario())


def test_closing_the_pool_ends_a_page_under_way_and_refuses_new_ones(tmp_path: Path) -> None:
    async def scenario() -> None:
        workers = ImagingPool(1)
        await workers.warm_up()
        pids = workers.pids
        sources = [spooled(tmp_path, str(number), sheets.scanned_letter()) for number in range(3)]
        tasks = [asyncio.create_task(workers.process_page(source)) for source in sources]
        await asyncio.sleep(0.1)
        workers.close()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [getattr(outcome, "code", outcome) for outcome in outcomes] == ["IMG-WORKER"] * 3
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
        with pytest.raises(ImagingError, match="IMG-WORKER"):
            await workers.process_page(sources[0])

    asyncio.run(scenario())


def test_bad_pages_are_typed_errors_and_cost_no_worker(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            before = workers.pids
            broken = spooled(tmp_path, "1", sheets.scanned_letter()[:-5000])
            absent = PageSource(tmp_path / "absent", KEY)
            good = spooled(tmp_path, "2", sheets.png(sheets.paper(100), 100))
            swapped = PageSource(good.path, KEY, b"session/1")
            for source, code in ((broken, "IMG-UNREADABLE"), (absent, "IMG-UNREADABLE"), (swapped, "STO-SEAL")):
                with pytest.raises(ImagingError) as caught:
                    await workers.process_page(source)
                assert caught.value.code == code
            assert workers.pids == before

    asyncio.run(scenario())


def test_a_worker_ends_with_the_kiosk_even_when_the_kiosk_is_killed(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from kiosk_app.imaging.pool import ImagingPool\n"
        "async def main():\n"
        "    pool = ImagingPool(1)\n"
        "    await pool.warm_up()\n"
        "    print(pool.pids[0], flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    kiosk = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    try:
        assert kiosk.stdout is not None
        worker = Path(f"/proc/{int(kiosk.stdout.readline())}")
        assert worker.exists()
    finally:
        kiosk.kill()
        kiosk.communicate()
    deadline = time.monotonic() + 10
    while worker.exists() and "Z" not in (worker / "stat").read_text().rsplit(")", 1)[1][:3]:
        assert time.monotonic() < deadline, "the worker lives on without its kiosk"
        time.sleep(0.02)


def test_a_worker_does_not_grow_from_page_to_page(tmp_path: Path) -> None:
    def resident(pid: int) -> int:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    async def most(workers: ImagingPool, source: PageSource) -> int:
        held = []
        for _ in range(4):
            await workers.process_page(source)
            held.append(resident(workers.pids[0]))
        return max(held)

    async def scenario() -> None:
        async with pool() as workers:
            source = spooled(tmp_path, "1", sheets.png(sheets.on_bed(sheets.letter(200, lines=sheets.LINES[:3]), 2)))
            # What a page leaves goes back sooner or later: the most of four pages is compared, not a moment of each.
            first, (pid,) = await most(workers, source), workers.pids
            await most(workers, source)
            last = await most(workers, source)
            assert workers.pids == (pid,)
            assert last - first < 25_000_000

    asyncio.run(scenario())


def test_binding_hundreds_of_pages_takes_the_memory_of_a_few_and_makes_the_same_file(tmp_path: Path) -> None:
    def highest(pid: int) -> int:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    async def scenario() -> None:
        async with pool() as workers:
            source = spooled(tmp_path, "1", sheets.png(sheets.noisy(sheets.letter(200), 40)))
            page = await workers.process_page(source, ocr=False)
            await workers.write_pdf([page] * 2, FACTS, tmp_path / "small.pdf")
            (pid,) = workers.pids
            before = highest(pid)
            assert await workers.write_pdf([page] * 300, FACTS, tmp_path / "large.pdf") == 300
            size = (tmp_path / "large.pdf").stat().st_size
            assert size > 50_000_000
            assert highest(pid) - before < size // 4
            before = highest(pid)
            target = PageSource(tmp_path / "sealed", page.page.key)
            assert (await workers.seal_pdf([page] * 300, FACTS, target)).size == size
            assert highest(pid) - before < size // 4
            with SealedReader(target.path, target.key) as sealed:
                plain = b"".join(sealed.read(at, 1 << 20) for at in range(0, sealed.size, 1 << 20))
            assert plain == (tmp_path / "large.pdf").read_bytes()
            with pytest.raises(ImagingError, match="IMG-WRITE"):
                await workers.write_pdf([page], FACTS, tmp_path / "absent" / "out.pdf")

    asyncio.run(scenario())


def test_a_page_missing_from_the_spool_leaves_no_half_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool() as workers:
            source = spooled(tmp_path, "1", sheets.png(sheets.letter(100), 100))
            page = await workers.process_page(source, ocr=False)
            page.page.path.unlink()
            with pytest.raises(ImagingError, match="IMG-UNREADABLE"):
                await workers.write_pdf([page], FACTS, tmp_path / "out.pdf")
            assert not (tmp_path / "out.pdf").exists()
            with pytest.raises(ImagingError, match="IMG-UNREADABLE"):
                await workers.seal_pdf([page], FACTS, PageSource(tmp_path / "sealed", page.page.key))
            assert [file.name for file in tmp_path.iterdir()] == ["1"], "neither the file nor a part of it"

    asyncio.run(scenario())


def test_the_screens_process_loads_no_imaging_library() -> None:
    script = (
        "import sys, kiosk_app.imaging.pool, kiosk_app.imaging.values, kiosk_app.imaging.digitise\n"
        "import kiosk_app.imaging.likeness\n"
        "print(sorted({'cv2', 'numpy', 'tesserocr', 'pikepdf'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"


def test_workers_that_saw_a_page_end_with_the_session_and_the_next_page_finds_others(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool(2) as workers:
            await workers.warm_up()
            before = set(workers.pids)
            await workers.process_page(spooled(tmp_path, "1", sheets.scanned_letter()), ocr=False)
            workers.forget()
            await until(lambda: len(before & set(workers.pids)) == 1)  # the other one has seen nobody
            await workers.warm_up()
            assert len(workers.pids) == 2
            page = await workers.process_page(spooled(tmp_path, "2", sheets.scanned_letter()), ocr=False)
            assert page.width > 0

    asyncio.run(scenario())


@needs_language
def test_a_page_of_a_session_that_is_over_is_made_by_no_worker_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            pages = [spooled(tmp_path, name, sheets.scanned_letter()) for name in ("1", "2")]
            running, waiting = (
                asyncio.create_task(workers.process_page(page, on_preview=lambda _: workers.forget())) for page in pages
            )
            for task in (running, waiting):
                with pytest.raises(ImagingError) as failed:
                    await task
                assert failed.value.code == "IMG-WORKER"
            assert workers.pids == ()

    asyncio.run(scenario())


# --- slips -----------------------------------------------------------------------------------------------------------

PAGE = printer_test("3", datetime(2026, 8, 3, 2, 30, tzinfo=UTC), "vi")


def test_a_slip_is_drawn_as_the_drawing_itself_does_it() -> None:
    async def scenario() -> None:
        async with pool() as workers:
            for document in (PAGE, specimen("submission-slip", "both", large=True)):
                assert await workers.draw(document, 384) == picture(document, 384)
            assert await workers.draw_code("K03-2611-0042") == screen_code("K03-2611-0042")

    asyncio.run(scenario())


def test_a_slip_that_no_template_takes_is_told_and_ends_no_worker() -> None:
    async def scenario() -> None:
        async with pool() as workers:
            await workers.warm_up()
            before = workers.pids
            with pytest.raises(ImagingError, match="test-page: takes no secret") as failed:
                await workers.draw(Document("test-page", {**PAGE.values, "secret": "0912"}), 576)
            assert failed.value.code == "SYS-UNEXPECTED"
            assert "0912" not in str(failed.value)
            assert workers.pids == before

    asyncio.run(scenario())


def test_a_slip_is_drawn_to_its_end_when_its_session_ends_and_its_worker_goes_with_it() -> None:
    async def scenario() -> None:
        async with pool(2) as workers:
            await workers.warm_up()
            held = workers.pids
            for pid in held:
                os.kill(pid, signal.SIGSTOP)
            slips = [asyncio.create_task(workers.draw(PAGE, 576)) for _ in range(3)]  # one has to wait for a worker
            code = asyncio.create_task(workers.draw_code("K03-2611-0042"))
            await asyncio.sleep(0.2)
            workers.forget()
            for pid in held:
                os.kill(pid, signal.SIGCONT)
            assert len({await slip for slip in slips}) == 1
            with pytest.raises(ImagingError, match="over"):
                await code
            await until(lambda: not set(held) & set(workers.pids))

    asyncio.run(scenario())
