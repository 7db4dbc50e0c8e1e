"""The folder of recordings as an operator keeps it: made by the voice, replaced by a person's, and checked.

Below the folder lie `manifest.json`, which says of each recording which words it holds, and `vi/ID.wav`, `en/ID.wav`.
"""

from __future__ import annotations

import json
import subprocess
import wave
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from kiosk_app.model.basics import Language
from kiosk_app.speech.lines import for_the_ear
from kiosk_app.speech.prompts import MANIFEST, Recording, fingerprint, read_manifest
from kiosk_app.speech.speaker import SPEED, SPEEDS, VOICES

LONGEST_S: Final = 8.0
"""What any recording may take; longer texts may take SLOWEST_S for each of their letters."""
SLOWEST_S: Final = 0.2
VOICE_S: Final = 30.0
"""How long the voice may work on one text."""


class RecordingError(Exception):
    """No recordings can be made, and why."""


class Fault(StrEnum):
    """What may be wrong with a recording."""

    MISSING = "missing"
    OUTDATED = "outdated"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    """A recording that is not as it should be; `seconds` where it was read, and 0 where it was not."""

    id: str
    language: Language
    fault: Fault
    seconds: float = 0.0


def fixed(texts: Mapping[str, str]) -> dict[str, str]:
    """Those texts that are always said alike: nothing is filled in. Of equal words the first id alone."""
    found: dict[str, str] = {}
    said: set[str] = set()
    for name in sorted(texts):
        words = texts[name].strip()
        if "{" in words or words in said or not any(letter.isalpha() for letter in words):
            continue
        said.add(words)
        found[name] = words
    return found


def make(
    folder: Path,
    texts: Mapping[Language, Mapping[str, str]],
    program: str = "espeak-ng",
    *,
    anew: bool = False,
) -> Iterator[Recording]:
    """Lets the voice say each of the texts into a file of its own, and yields those that it made.

    A file whose words are still the same is kept, whoever spoke it, unless `anew`; the manifest is written at the end.
    Raises RecordingError when the program is missing or fails, OSError when the folder cannot be written.
    """
    known = {(item.language, item.id): item for item in read_manifest(folder)}
    listed: list[Recording] = []
    try:
        for language, of_language in texts.items():
            (folder / language.value).mkdir(parents=True, exist_ok=True)
            for name, words in of_language.items():
                wanted = Recording(name, language, words, fingerprint(words))
                before = known.pop((language, name), None)
                if anew or before is None or before.sha256 != wanted.sha256 or not wanted.file(folder).is_file():
                    _speak(program, wanted, folder)
                    yield wanted
                listed.append(wanted)
    finally:
        # Broken off or of texts that went: what lies there is still known by its words.
        write_manifest(folder, [*listed, *known.values()])


def _speak(program: str, recording: Recording, folder: Path) -> None:
    target = recording.file(folder)
    made = target.with_suffix(".part")
    manner = ("-v", VOICES[recording.language], "-s", str(SPEEDS[SPEED - 1]), "-w", str(made), "--stdin")
    try:
        given = for_the_ear(recording.text).encode()
        subprocess.run((program, *manner), input=given, check=True, capture_output=True, timeout=VOICE_S)
        made.replace(target)
    except (OSError, subprocess.SubprocessError) as error:
        made.unlink(missing_ok=True)
        raise RecordingError(f"{program}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return "not installed" if isinstance(error, FileNotFoundError) else type(error).__name__


def write_manifest(folder: Path, recordings: Iterable[Recording]) -> None:
    """Says of each recording which words it holds; the file is there whole or as it was."""
    rows: list[dict[str, Any]] = [
        {"id": item.id, "language": item.language.value, "text": item.text, "sha256": item.sha256}
        for item in sorted(recordings, key=lambda item: (item.language.value, item.id))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{MANIFEST}.part"
    made.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    made.replace(folder / MANIFEST)


def check(folder: Path, texts: Mapping[Language, Mapping[str, str]]) -> Sequence[Finding]:
    """What an operator has to see to: texts without a recording, and recordings of other words, too long, or no sound."""
    known = {(item.language, item.id): item for item in read_manifest(folder)}
    found: list[Finding] = []
    for language, of_language in texts.items():
        for name, words in of_language.items():
            recording = known.get((language, name))
            if recording is None or not recording.file(folder).is_file():
                found.append(Finding(name, language, Fault.MISSING))
            elif recording.sha256 != fingerprint(words):
                found.append(Finding(name, language, Fault.OUTDATED))
            else:
                found += _judged(recording, folder)
    return found


def _judged(recording: Recording, folder: Path) -> list[Finding]:
    try:
        with wave.open(str(recording.file(folder))) as sound:
            seconds = sound.getnframes() / sound.getframerate()
    except (OSError, wave.Error, EOFError, ZeroDivisionError):
        return [Finding(recording.id, recording.language, Fault.UNREADABLE)]
    if seconds > max(LONGEST_S, SLOWEST_S * len(recording.text)):
        return [Finding(recording.id, recording.language, Fault.TOO_LONG, round(seconds, 1))]
    return []
