"""The messages between the pool and its workers: a JSON object and bytes, over a pipe, never over the disk."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from kiosk_app.imaging.values import PageSource, PageVerdict, PageWarning, PdfFacts, Word
from kiosk_app.model.scanning import Colour, PaperScan, Sides

_LENGTHS: Final = struct.Struct(">II")
HEAD_BYTES: Final = _LENGTHS.size


def pack(message: dict[str, Any], blob: bytes = b"") -> bytes:
    """One frame: both lengths, the object, the bytes."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(blob)) + text + blob


def lengths(head: bytes) -> tuple[int, int]:
    """Sizes of the object and of the bytes that follow a head of HEAD_BYTES."""
    text, blob = _LENGTHS.unpack(head)
    return text, blob


def unpack(body: bytes, text: int) -> tuple[dict[str, Any], bytes]:
    """The object and the bytes of a frame's body."""
    message: dict[str, Any] = json.loads(body[:text])
    return message, body[text:]


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame of a blocking stream; None at its end."""
    head = stream.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        return None
    text, blob = lengths(head)
    body = stream.read(text + blob)
    return unpack(body, text) if len(body) == text + blob else None


def source_to_json(source: PageSource) -> dict[str, Any]:
    """A place in the spool with its key: only ever for a pipe."""
    return {
        "path": str(source.path),
        "key": base64.b64encode(source.key).decode("ascii"),
        "associated": base64.b64encode(source.associated).decode("ascii"),
        "dpi": source.dpi,
    }


def source_from_json(data: dict[str, Any]) -> PageSource:
    """The reverse of `source_to_json`."""
    return PageSource(
        Path(data["path"]), base64.b64decode(data["key"]), base64.b64decode(data["associated"]), int(data["dpi"])
    )


def verdict_to_json(verdict: PageVerdict) -> dict[str, Any]:
    """A verdict as JSON."""
    return asdict(verdict)


def verdict_from_json(data: dict[str, Any]) -> PageVerdict:
    """The reverse of `verdict_to_json`."""
    return PageVerdict(
        bool(data["blank"]),
        float(data["angle_deg"]),
        tuple(PageWarning(value) for value in data["warnings"]),
        int(data["turned_deg"]),
    )


def words_to_json(words: tuple[Word, ...]) -> list[list[Any]]:
    """Words as rows."""
    return [[word.text, word.x, word.y, word.w, word.h, word.confidence] for word in words]


def words_from_json(rows: list[list[Any]]) -> tuple[Word, ...]:
    """The reverse of `words_to_json`."""
    return tuple(Word(str(text), int(x), int(y), int(w), int(h), float(sure)) for text, x, y, w, h, sure in rows)


def scan_from_json(data: dict[str, Any]) -> PaperScan:
    """The reverse of `dataclasses.asdict`."""
    return PaperScan(Colour(data["colour"]), int(data["dpi"]), int(data["kept_dpi"]), Sides(data["sides"]))


def facts_to_json(facts: PdfFacts) -> dict[str, Any]:
    """A file's description; the time keeps its zone."""
    return {**asdict(facts), "created": facts.created.isoformat()}


def facts_from_json(data: dict[str, Any]) -> PdfFacts:
    """The reverse of `facts_to_json`."""
    return PdfFacts(**{**data, "created": datetime.fromisoformat(data["created"])})
