"""Spoken guidance starts, is cut off, and never stays behind."""

from __future__ import annotations

import asyncio
import gc
import stat
from pathlib import Path

from kiosk_app.model.basics import Language
from kiosk_app.speech import Line, Part, Speaker, Why


def line(words: str, language: Language = Language.VI) -> Line:
    return Line((Part(words),), language, Why.SCREEN)


def _voice(folder: Path, seconds: float) -> str:
    """A program that takes the text as espeak-ng does, notes it, and speaks for `seconds`."""
    program = folder / "voice"
    program.write_text(f'#!/bin/sh\ncat >> {folder}/said\necho " [$2]" >> {folder}/said\nsleep {seconds}\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return str(program)


def test_a_text_is_spoken_with_the_voice_of_its_language(tmp_path: Path) -> None:
    async def scene() -> None:
        speaker = Speaker(_voice(tmp_path, 0))
        speaker.say(line("Kính chào Quý khách"))
        for _ in range(200):
            if (tmp_path / "said").is_file() and "[vi]" in (tmp_path / "said").read_text():
                break
            await asyncio.sleep(0.02)
        await speaker.stop()

    asyncio.run(scene())
    assert (tmp_path / "said").read_text().startswith("Kính chào Quý khách")


def test_a_new_text_cuts_the_old_one_off(tmp_path: Path) -> None:
    async def scene() -> float:
        speaker = Speaker(_voice(tmp_path, 30))
        loop = asyncio.get_running_loop()
        started = loop.time()
        speaker.say(line("một"))
        await asyncio.sleep(0.3)
        speaker.say(line("two", Language.EN))
        await asyncio.sleep(0.3)
        await speaker.stop()
        return loop.time() - started

    assert asyncio.run(scene()) < 10
    assert "two" in (tmp_path / "said").read_text()


def test_a_voice_that_is_cut_as_it_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    """No watch on its input, which PySide would keep references for, and no failure that nobody asked for."""
    complaints: list[dict[str, object]] = []

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: complaints.append(told))
        for _ in range(10):
            began = asyncio.Event()
            speaker = Speaker(_voice(tmp_path, 30), began=lambda seconds, began=began: began.set())  # type: ignore[misc]
            speaker.say(line("một hai ba"))
            await began.wait()
            watched = list(loop._selector.get_map().values())  # type: ignore[attr-defined]
            assert len(watched) == 1, "the loop's own bell alone"
            await speaker.stop()
        gc.collect()

    asyncio.run(scene())
    assert complaints == []


def test_a_kiosk_without_a_voice_stays_silent(tmp_path: Path) -> None:
    async def scene() -> bool:
        speaker = Speaker(str(tmp_path / "missing"))
        speaker.say(line("xin chào"))
        await speaker.stop()
        return speaker.available

    assert asyncio.run(scene()) is False
