"""The simulated barcode gun that plays keyboard: the kernel's events for each key, on a pseudo terminal.

The nearest thing to an event device where the kernel has no uinput: the same bytes come out of it, but nobody can grab it.
"""

from __future__ import annotations

import struct
import time

from drivers.simulators.barcode_gun import BarcodeGunSimulator

_KEYS = {
    letter: code
    for code, letter in (
        *enumerate("1234567890-=", 2),
        *enumerate("qwertyuiop[]", 16),
        *enumerate("asdfghjkl;'`", 30),
        *enumerate("\\zxcvbnm,./", 43),
        (57, " "),
        (28, "\r"),
    )
}
_ABOVE = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))
_PAD = dict(zip("0123456789", (82, 79, 80, 81, 75, 76, 77, 71, 72, 73), strict=True))
_SHIFT, _ALT = 42, 56
_SYNCHRONISE, _SCAN, _KEY = 0, 4, 1


class WedgeGunSimulator(BarcodeGunSimulator):
    """A gun that types what it reads; bytes that no key has it types with Alt held, a zero and their number."""

    def _frame(self, argument: str) -> bytes:
        return b"".join(self._typed(byte) for byte in super()._frame(argument))

    def _typed(self, byte: int) -> bytes:
        letter = chr(byte)
        if letter in _KEYS:
            return self._press(_KEYS[letter])
        if letter in _ABOVE or "A" <= letter <= "Z":
            return self._press(_KEYS[_ABOVE.get(letter, letter.lower())], _SHIFT)
        held = self._event(_KEY, _ALT, 1)
        digits = b"".join(self._press(_PAD[digit]) for digit in f"0{byte}")
        return held + digits + self._event(_KEY, _ALT, 0)

    def _press(self, key: int, modifier: int = 0) -> bytes:
        down = self._event(_KEY, modifier, 1) if modifier else b""
        up = self._event(_KEY, modifier, 0) if modifier else b""
        stroke = self._event(_SCAN, 4, 0x70000 + key) + self._event(_KEY, key, 1) + self._event(_KEY, key, 0)
        return down + stroke + up

    @staticmethod
    def _event(kind: int, code: int, value: int) -> bytes:
        now = time.time_ns() // 1000
        stamp = divmod(now, 1_000_000)
        return struct.pack("llHHi", *stamp, kind, code, value) + struct.pack("llHHi", *stamp, _SYNCHRONISE, 0, 0)
