"""Every shape that a word, a file or a picture of a citizen may have in memory or on a disk."""

from __future__ import annotations

import base64
import io
import json
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

import numpy as np
from PIL import Image

from tests.residue.canaries import Canary

LEAST = 8
"""Bytes; anything shorter is found by chance."""
WINDOW = 40
_TOUCHED = (0, 2, 3)
"""Letters of base64 that hold bits of so many bytes before."""
_PIXELS = 24
_HEAD = 1200
"""Bytes at the beginning of a JPEG that are tables, and those are the same in many."""
_LATIN = {"đ": "d", "Đ": "D"}


def of_text(text: str) -> dict[str, frozenset[bytes]]:
    """The text by encoding: composed and decomposed, in capitals, small and without marks; escaped and in base64 as well."""
    found: dict[str, set[bytes]] = {}
    for words in _spellings(text):
        plain = words.encode("utf-8")
        found.setdefault("utf-8", set()).add(plain)
        found.setdefault("utf-16", set()).update((words.encode("utf-16-le"), words.encode("utf-16-be")))
        found.setdefault("utf-32", set()).update((words.encode("utf-32-le"), words.encode("utf-32-be")))
        found.setdefault("escaped", set()).update((json.dumps(words)[1:-1].encode(), quote(words).encode()))
        found.setdefault("hex", set()).update((plain.hex().encode(), plain.hex().upper().encode()))
        for data in (plain, words.encode("utf-16-le")):
            found.setdefault("base64", set()).update(_in_base64(data))
        if words.isascii() or all(ord(letter) < 256 for letter in words):
            found.setdefault("latin-1", set()).add(words.encode("latin-1"))
    return {shape: frozenset(item for item in some if len(item) >= LEAST) for shape, some in found.items()}


def of_bytes(data: bytes, count: int = 8) -> dict[str, frozenset[bytes]]:
    """A file's bytes and their base64: pieces spread over it without its ends."""
    pieces = frozenset(_windows(data, count))
    return {"bytes": pieces, "base64": frozenset(form for piece in pieces for form in _in_base64(piece))}


def of_picture(picture: Image.Image, rows: int = 12) -> frozenset[bytes]:
    """Pieces of pixel rows of a decoded picture as Qt, Pillow, OpenCV and grey pictures hold them, flat ones left out."""
    colours = np.asarray(picture.convert("RGB"))
    height, width, _ = colours.shape
    found = set()
    filled = np.dstack([colours[..., ::-1], np.full((height, width), 255, np.uint8)])
    grey = np.asarray(picture.convert("L"))
    for row in np.linspace(height * 0.1, height * 0.9, rows).astype(int):
        for place in (0.3, 0.5, 0.7):
            at = int(width * place)
            if len(np.unique(grey[row, at : at + _PIXELS])) < _PIXELS // 2:
                continue  # a plain piece of paper or background is like any other
            for held in (filled, colours, colours[..., ::-1], grey):
                piece = np.ascontiguousarray(held[row, at : at + _PIXELS]).tobytes()
                if len(piece) >= LEAST:
                    found.add(piece)
    return frozenset(found)


def of_dots(picture: Image.Image, rows: int = 40) -> frozenset[bytes]:
    """Pieces of the rows of a 1-bit picture, eight dots a byte, black as 0 and as 1; only where much is written."""
    packed = np.packbits(np.asarray(picture.convert("1")), axis=1)
    found = set()
    for row in np.linspace(0, packed.shape[0] - 1, rows * 4).astype(int):
        for at in range(0, packed.shape[1] - _PIXELS, _PIXELS):
            piece = packed[row, at : at + _PIXELS]
            if len(np.unique(piece)) > _PIXELS // 2 and len(found) < 2 * rows:
                found |= {piece.tobytes(), (~piece).tobytes()}
    return frozenset(found)


def of_canary(canary: Canary) -> dict[str, frozenset[bytes]]:
    """Everything that is known of a citizen beforehand, by «what, in which shape»."""
    number, phone = canary.person.number, canary.phone
    own = {
        "name": (canary.person.name.split()[-1],),
        "number": (number, number[3:]),
        "residence": (canary.person.residence.split()[1].rstrip(","),),
        "phone": (phone, f"{phone[:4]} {phone[4:7]} {phone[7:]}", f"+84{phone[1:]}"),
        "e-mail": (canary.email,),
        "typed word": (canary.typed,),
        "word on a paper": (canary.printed,),
    }
    found: dict[str, frozenset[bytes]] = {}
    for what, texts in own.items():
        for text in texts:
            for shape, some in of_text(text).items():
                name = f"{what}, {shape}"
                found[name] = found.get(name, frozenset()) | some
    for shape, some in of_bytes(canary.photo).items():
        found[f"portrait, {shape}"] = some
    with Image.open(io.BytesIO(canary.photo)) as picture:
        found["portrait, pixels"] = of_picture(picture)
    return found


def _spellings(text: str) -> set[str]:
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(_LATIN.get(letter, letter) for letter in decomposed if not unicodedata.combining(letter))
    return {
        form
        for words in (unicodedata.normalize("NFC", text), decomposed, bare)
        for form in (words, words.upper(), words.lower(), words.capitalize())
    }


def _in_base64(data: bytes) -> Iterator[bytes]:
    """The three ways in which the bytes may stand in a longer text, without the letters that depend on their neighbours."""
    for before in range(3):
        letters = base64.b64encode(bytes(before) + data)
        whole = (before + len(data)) // 3 * 4
        inner = letters[_TOUCHED[before] : whole]
        if len(inner) >= LEAST:
            yield inner


def _windows(data: bytes, count: int) -> Iterator[bytes]:
    step = max(1, (len(data) - _HEAD - 3 * WINDOW) // count)
    for at in range(_HEAD, len(data) - 2 * WINDOW, step):
        piece = data[at : at + WINDOW]
        if len(set(piece)) > WINDOW // 3:
            yield piece
