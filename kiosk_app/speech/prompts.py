"""Fixed texts as sound files: made by the voice or spoken by a person, one wav for a text's id and language."""

from __future__ import annotations

import array
import hashlib
import io
import json
import sys
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk_app.model.basics import Language

LIST: Final = "prompts.json"


def fingerprint(text: str) -> str:
    """What is kept of a text beside its recording: a recording of other words is not played."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Prompts:
    """The recordings below a folder: `vi/ID.wav`, `en/ID.wav`, and a list that says which words each holds.

    A folder that is missing, a list that cannot be read and a file that is gone mean that the voice speaks instead.
    """

    def __init__(self, folder: Path | None) -> None:
        self._files: dict[tuple[Language, str], Path] = {}
        if folder is None:
            return
        for language in Language:
            try:
                listed = json.loads((folder / language.value / LIST).read_text("utf-8"))
            except (OSError, ValueError):
                continue
            for name, mark in listed.items():
                self._files[language, str(mark)] = folder / language.value / f"{name}.wav"

    def __len__(self) -> int:
        return len(self._files)

    def file(self, text: str, language: Language) -> Path | None:
        """The recording of exactly this text, or None."""
        found = self._files.get((language, fingerprint(text)))
        return found if found is not None and found.is_file() else None


def write_list(folder: Path, language: Language, texts: Mapping[str, str]) -> None:
    """Says of each text id in `texts` which words its recording holds."""
    place = folder / language.value
    marks = {name: fingerprint(text) for name, text in sorted(texts.items())}
    (place / LIST).write_text(json.dumps(marks, indent=1) + "\n", "utf-8")


def louder(sound: bytes, share: float) -> bytes:
    """A wav file's bytes with each sample times `share`; anything but 16-bit samples comes back as it is.

    Raises wave.Error for bytes that are no wav file.
    """
    with wave.open(io.BytesIO(sound)) as source:
        described, frames = source.getparams(), source.readframes(source.getnframes())
    if described.sampwidth != 2:
        return sound
    samples = array.array("h")
    samples.frombytes(frames)
    if sys.byteorder == "big":
        samples.byteswap()
    scaled = array.array("h", (max(-32768, min(32767, round(sample * share))) for sample in samples))
    if sys.byteorder == "big":
        scaled.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as target:
        target.setparams(described)
        target.writeframes(scaled.tobytes())
    return made.getvalue()
