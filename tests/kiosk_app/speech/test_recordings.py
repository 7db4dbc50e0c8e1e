"""Promises of the folder of recordings: made once, a person's recording stays until its words change, faults are named."""

from __future__ import annotations

import json
import stat
import wave
from pathlib import Path

import pytest

from kiosk_app.model.basics import Language
from kiosk_app.speech import Prompts
from kiosk_app.speech.prompts import MANIFEST, Recording, fingerprint
from kiosk_app.speech.recordings import Fault, RecordingError, check, fixed, make, write_manifest

TEXTS = {
    Language.VI: {"home.title": "Quý khách cần làm gì hôm nay?", "next": "Tiếp tục"},
    Language.EN: {"home.title": "What would you like to do today?", "next": "Continue"},
}


def sound(file: Path, seconds: float) -> None:
    with wave.open(str(file), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(8_000)
        target.writeframes(bytes(int(seconds * 8_000) * 2))


@pytest.fixture
def voice(tmp_path: Path) -> str:
    """A program with the voice's options, each of whose recordings takes a second."""
    one = tmp_path / "one.wav"
    sound(one, 1)
    file = tmp_path / "voice"
    # -v V -s N -w FILE --stdin
    file.write_text(f'#!/bin/sh\ncat > /dev/null\ncp {one} "$6"\n')
    file.chmod(file.stat().st_mode | stat.S_IEXEC)
    return str(file)


def test_each_fixed_text_gets_its_recording_in_both_languages_and_is_found_by_its_words(
    tmp_path: Path, voice: str
) -> None:
    folder = tmp_path / "prompts"

    made = list(make(folder, TEXTS, voice))

    assert {(item.language, item.id) for item in made} == {(one, id) for one in Language for id in TEXTS[one]}
    rows = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert rows[0] == {
        "id": "home.title",
        "language": "en",
        "text": TEXTS[Language.EN]["home.title"],
        "sha256": fingerprint(TEXTS[Language.EN]["home.title"]),
    }
    prompts = Prompts(folder)
    assert len(prompts) == 4
    assert prompts.file("Tiếp tục", Language.VI) == folder / "vi" / "next.wav"
    assert check(folder, TEXTS) == []


def test_a_persons_recording_stays_until_its_words_change(tmp_path: Path, voice: str) -> None:
    folder = tmp_path / "prompts"
    list(make(folder, TEXTS, voice))
    sound(folder / "vi" / "next.wav", 2)
    theirs = (folder / "vi" / "next.wav").read_bytes()

    assert list(make(folder, TEXTS, voice)) == []
    assert (folder / "vi" / "next.wav").read_bytes() == theirs

    other = {**TEXTS, Language.VI: {**TEXTS[Language.VI], "next": "Đi tiếp"}}
    assert [(one.id, one.fault) for one in check(folder, other)] == [("next", Fault.OUTDATED)]
    assert Prompts(folder).file("Đi tiếp", Language.VI) is None, "the voice says it until it is recorded"
    assert [item.id for item in make(folder, other, voice)] == ["next"]
    assert (folder / "vi" / "next.wav").read_bytes() != theirs
    assert check(folder, other) == []


def test_what_is_missing_too_long_or_no_sound_is_named(tmp_path: Path, voice: str) -> None:
    folder = tmp_path / "prompts"
    assert {one.fault for one in check(folder, TEXTS)} == {Fault.MISSING}
    list(make(folder, TEXTS, voice))
    (folder / "vi" / "next.wav").unlink()
    sound(folder / "vi" / "home.title.wav", 9)
    (folder / "en" / "next.wav").write_text("no sound")

    found = {(one.language, one.id): (one.fault, one.seconds) for one in check(folder, TEXTS)}

    assert found == {
        (Language.VI, "next"): (Fault.MISSING, 0),
        (Language.VI, "home.title"): (Fault.TOO_LONG, 9),
        (Language.EN, "next"): (Fault.UNREADABLE, 0),
    }


def test_without_a_voice_nothing_is_made_and_what_was_recorded_stays_known(tmp_path: Path, voice: str) -> None:
    folder = tmp_path / "prompts"
    list(make(folder, TEXTS, voice))
    other = {Language.VI: {"a": "Chưa có"}, Language.EN: TEXTS[Language.EN]}

    with pytest.raises(RecordingError, match="not installed"):
        list(make(folder, other, str(tmp_path / "none")))

    assert Prompts(folder).file("Tiếp tục", Language.VI) is not None
    assert Prompts(folder).file("Continue", Language.EN) is not None


def test_a_name_that_leads_out_of_the_folder_is_no_recording(tmp_path: Path) -> None:
    write_manifest(tmp_path, [Recording("../../secret", Language.VI, "a", fingerprint("a"))])

    assert len(Prompts(tmp_path)) == 0


def test_only_what_is_always_said_alike_is_fixed_and_equal_words_once() -> None:
    assert fixed({"b": "Tiếp tục", "a": "Tiếp tục", "n": "Còn {n} giây", "dots": "…", "empty": ""}) == {"a": "Tiếp tục"}
