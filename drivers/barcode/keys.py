"""Key presses of a scanner that plays keyboard, turned into the bytes that it read, whatever layout the computer has."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

EVENT: Final = struct.Struct("llHHi")
"""struct input_event of linux/input.h: seconds, microseconds, type, code, value."""
_KEY: Final = 1  # EV_KEY of linux/input-event-codes.h
_UP, _DOWN = 0, 1
_SHIFT, _ALT, _CONTROL = frozenset({42, 54}), frozenset({56, 100}), frozenset({29, 97})
_ENTER: Final = frozenset({28, 96})
# Where the keys are, not what is painted on them: code of the first key of a row, its characters, the same with shift.
_ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (15, "\tqwertyuiop[]", "\tQWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_PLAIN: Final = {first + place: letter for first, plain, _ in _ROWS for place, letter in enumerate(plain)}
_SHIFTED: Final = {first + place: letter for first, _, shifted in _ROWS for place, letter in enumerate(shifted)}
# The numeric pad.
_PAD: Final = {82: "0", 79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9"}
_PAD_SIGNS: Final = {83: ".", 78: "+", 74: "-", 55: "*", 98: "/"}
_MOST_DIGITS: Final = 7


@dataclass
class Keyboard:
    """Events in, bytes out; Enter is a carriage return.

    The scanner is set to the United States' keyboard, as they come: what it types are the keys of that one. What no key
    has, it types as digits with Alt held. With `alt_bytes` such a number is one byte of the code (so that a code's UTF-8
    comes through as it is), else the number of a character in Unicode. A number that is neither is a byte that no UTF-8
    has, so that the whole code has no text rather than a wrong one.
    """

    alt_bytes: bool = False
    _rest: bytes = b""
    _held: set[int] = field(default_factory=set)
    _digits: str = ""

    def feed(self, data: bytes) -> bytes:
        """What was typed in these bytes of events; half an event waits for its rest."""
        self._rest += data
        whole = len(self._rest) - len(self._rest) % EVENT.size
        events, self._rest = self._rest[:whole], self._rest[whole:]
        typed = bytearray()
        for _, _, kind, code, value in EVENT.iter_unpack(events):
            if kind == _KEY:
                typed += self._key(code, value)
        return bytes(typed)

    def _key(self, code: int, value: int) -> bytes:
        if value == _UP:
            self._held.discard(code)
            return self._alt_let_go() if code in _ALT and not self._held & _ALT else b""
        if value != _DOWN:
            return b""  # a held key repeats; a scanner does not hold keys
        if code in _SHIFT | _ALT | _CONTROL:
            self._held.add(code)
            return b""
        if self._held & _ALT:
            self._digits += _PAD.get(code, "")
            return b""
        if code in _ENTER:
            return b"\r"
        letters = _SHIFTED if self._held & _SHIFT else _PLAIN
        letter = letters.get(code) or _PAD.get(code) or _PAD_SIGNS.get(code) or ""
        if self._held & _CONTROL:
            return bytes([ord(letter.upper()) & 0x1F]) if letter.isalpha() else b""
        return letter.encode()

    def _alt_let_go(self) -> bytes:
        digits, self._digits = self._digits, ""
        if not digits:
            return b""
        number = int(digits) if len(digits) <= _MOST_DIGITS else -1
        if self.alt_bytes and 0 <= number <= 0xFF:
            return bytes([number])
        if not self.alt_bytes and 0 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
            return chr(number).encode()
        return b"\xff"
