"""Promises of recordings: they are played for exactly their words, at the asked volume, and otherwise the voice speaks."""

from __future__ import annotations

import array
import asyncio
import io
import stat
import wave
from pathlib import Path

from kiosk_app.model.basics import Language
from kiosk_app.speech import Line, Part, Prompts, Speaker, Why
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
    file.write_text(f"#!/bin/sh\ncat > {folder}/{name}.took\n")
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


def test_long_numbers_are_read_digit_by_digit_and_marks_for_the_eye_not_at_all() -> None:
    assert for_the_ear("Số 001099000042, «Tiếp tục»") == "Số 0 0 1 0 9 9 0 0 0 0 4 2, Tiếp tục"


def test_what_is_personal_is_told_aloud_only_as_hidden_and_once() -> None:
    line = Line((Part("Họ tên"), Part("A", True), Part("B", True), Part("nút")), Language.VI, Why.STOP)

    assert line.aloud("ẩn").text == "Họ tên. ẩn. nút."
    assert "A" not in repr(line.parts[1])
