"""Promises of recordings: they are played for exactly their words, at the asked volume, and otherwise the voice speaks."""

from __future__ import annotations

import array
import asyncio
import io
import math
import stat
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk_app.model.basics import Language
from kiosk_app.speech import Line, Loudness, Part, Prompts, Speaker, Why
from kiosk_app.speech.lines import for_the_ear
from kiosk_app.speech.prompts import MANIFEST, Recording, fingerprint, louder
from kiosk_app.speech.recordings import write_manifest

WORDS = "Quý khách cần làm gì hôm nay?"


def wav(samples: tuple[int, ...]) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(22_050)
        target.writeframes(array.array("h", samples).tobytes())
    return made.getvalue()


def samples_of(sound: bytes) -> tuple[int, ...]:
    with wave.open(io.BytesIO(sound)) as source:
        found = array.array("h")
        found.frombytes(source.readframes(source.getnframes()))
    return tuple(found)


def recorded(folder: Path) -> Prompts:
    (folder / "vi").mkdir(parents=True)
    (folder / "vi" / "home.title.wav").write_bytes(wav((100, -200, 30_000)))
    write_manifest(folder, [Recording("home.title", Language.VI, WORDS, fingerprint(WORDS))])
    return Prompts(folder)


def program(folder: Path, name: str) -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\ncat > {folder}/{name}.part && mv {folder}/{name}.part {folder}/{name}.took\n")
    file.chmod(file.stat().st_mode | stat.S_IEXEC)
    return str(file)


def test_a_recording_is_found_by_its_words_and_no_others(tmp_path: Path) -> None:
    prompts = recorded(tmp_path)

    assert prompts.file(WORDS, Language.VI) == tmp_path / "vi" / "home.title.wav"
    assert prompts.file(WORDS, Language.EN) is None
    assert prompts.file(f"{WORDS} ", Language.VI) is None


def test_a_recording_that_is_gone_or_a_list_that_is_broken_is_no_recording(tmp_path: Path) -> None:
    prompts = recorded(tmp_path)
    (tmp_path / "vi" / "home.title.wav").unlink()
    assert prompts.file(WORDS, Language.VI) is None

    (tmp_path / MANIFEST).write_text("{", "utf-8")
    assert len(Prompts(tmp_path)) == 0
    assert len(Prompts(None)) == 0


def test_a_sound_is_made_louder_and_never_turns_over() -> None:
    assert samples_of(louder(wav((100, -200, 30_000)), 1.5)) == (150, -300, 32_767)


def test_a_recording_is_played_and_the_voice_says_the_rest(tmp_path: Path) -> None:
    player, voice = program(tmp_path, "player"), program(tmp_path, "voice")
    prompts = recorded(tmp_path / "prompts")

    async def scene() -> None:
        speaker = Speaker(voice, prompts, (player,))
        speaker.say(Line((Part(WORDS), Part("9 mục")), Language.VI, Why.SCREEN))
        for _ in range(300):
            if (tmp_path / "voice.took").is_file() and (tmp_path / "voice.took").read_text():
                break
            await asyncio.sleep(0.02)
        await speaker.stop()

    asyncio.run(scene())
    assert (tmp_path / "voice.took").read_text() == "9 mục"
    assert len(samples_of((tmp_path / "player.took").read_bytes())) == 3


RATE = 22_050
PITCH = 220


def hum(seconds: float) -> bytes:
    return wav(tuple(round(9_000 * math.sin(2 * math.pi * PITCH * at / RATE)) for at in range(round(seconds * RATE))))


def pitch_of(samples: tuple[int, ...]) -> float:
    """Times a second that a wave goes up through the middle."""
    ups = sum(one < 0 <= other for one, other in pairwise(samples))
    return ups * RATE / len(samples)


def played(folder: Path, step: int, pacer: str = "sonic") -> tuple[int, ...]:
    """What comes out of the loudspeaker for a recording of two seconds at a step of speed."""
    prompts, player = recorded(folder / "prompts"), program(folder, "player")
    (folder / "prompts" / "vi" / "home.title.wav").write_bytes(hum(2))
    took = folder / "player.took"

    async def scene() -> None:
        speaker = Speaker(program(folder, "voice"), prompts, (player,), pacer=pacer)
        speaker.say(Line((Part(WORDS),), Language.VI, Why.SCREEN), Loudness(speed=step))
        async with asyncio.timeout(30):
            while not took.is_file():
                await asyncio.sleep(0.01)
        await speaker.stop()

    asyncio.run(scene())
    return samples_of(took.read_bytes())


@pytest.mark.parametrize(("step", "seconds"), [(1, 2.67), (2, 2.0), (3, 1.52), (4, 1.19)])
def test_a_recording_is_played_at_the_step_that_was_chosen_and_at_its_own_pitch(
    tmp_path: Path, step: int, seconds: float
) -> None:
    heard = played(tmp_path, step)

    assert len(heard) / RATE == pytest.approx(seconds, rel=0.05)
    assert pitch_of(heard) == pytest.approx(PITCH, rel=0.03)


@pytest.mark.parametrize("pacer", ["no-such-program", "false"])
def test_a_recording_that_cannot_be_made_faster_is_played_as_it_is(tmp_path: Path, pacer: str) -> None:
    assert len(played(tmp_path, 4, pacer)) == 2 * RATE


def test_long_numbers_are_read_digit_by_digit_and_marks_for_the_eye_not_at_all() -> None:
    assert for_the_ear("Số 001099000042, «Tiếp tục»") == "Số 0 0 1 0 9 9 0 0 0 0 4 2, Tiếp tục"


def test_what_is_personal_is_told_aloud_only_as_hidden_and_once() -> None:
    line = Line((Part("Họ tên"), Part("A", True), Part("B", True), Part("nút")), Language.VI, Why.STOP)

    assert line.aloud("ẩn").text == "Họ tên. ẩn. nút."
    assert "A" not in repr(line.parts[1])
