"""Fixed texts as sound files: made by the voice or spoken by a person, one wav for a text's id and language."""

from __future__ import annotations

import array
import hashlib
import io
import json
import re
import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk_app.model.basics import Language

MANIFEST: Final = "manifest.json"
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")


def fingerprint(text: str) -> str:
    """What is kept of a text beside its recording, its SHA-256 in hex: a recording of other words is not played."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Recording:
    """One recorded text. `sha256` is that of the words that were spoken."""

    id: str
    language: Language
    text: str
    sha256: str

    def file(self, folder: Path) -> Path:
        """Where it lies below the folder of recordings."""
        return folder / self.language.value / f"{self.id}.wav"


def read_manifest(folder: Path) -> tuple[Recording, ...]:
    """What the folder's manifest tells of; nothing where it is missing or cannot be read."""
    try:
        rows = json.loads((folder / MANIFEST).read_text("utf-8"))
        return tuple(
            Recording(str(row["id"]), Language(row["language"]), str(row["text"]), str(row["sha256"]))
            for row in rows
            if _NAME.fullmatch(str(row["id"]))
        )
    except (OSError, ValueError, TypeError, KeyError):
        return ()


class Prompts:
    """The recordings below a folder, told of by its manifest, found by their words.

    A folder that is missing, a manifest that cannot be read and a file that is gone mean that the voice speaks instead.
    """

    def __init__(self, folder: Path | None) -> None:
        listed = read_manifest(folder) if folder is not None else ()
        self._files = {(item.language, item.sha256): item.file(folder) for item in listed if folder is not None}

    def __len__(self) -> int:
        return len(self._files)

    def file(self, text: str, language: Language) -> Path | None:
        """The recording of exactly this text, or None."""
        if not self._files:
            return None
        found = self._files.get((language, fingerprint(text)))
        return found if found is not None and found.is_file() else None


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
