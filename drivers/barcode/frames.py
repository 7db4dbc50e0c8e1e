"""Frames out of a scanner's byte stream: AIM prefixes, line ends and silences turned into codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from drivers.ports import Code

LONGEST: Final = 8192  # a QR code holds 2953 bytes, a PDF417 fewer; more is noise on the line
_ENDS: Final = re.compile(rb"[\r\n]+")
# ISO/IEC 15424 table 1: "]", the code character of the symbology, a modifier.
_AIM: Final = re.compile(rb"\](?P<symbology>[A-Za-z])(?P<modifier>[0-9A-Za-z])")
_SYMBOLOGIES: Final = {
    "A": "Code39",
    "C": "Code128",
    "E": "EAN13",
    "F": "Codabar",
    "G": "Code93",
    "I": "ITF",
    "L": "PDF417",
    "Q": "QRCode",
    "d": "DataMatrix",
    "e": "DataBar",
    "z": "Aztec",
}


@dataclass
class FrameBuffer:
    """Bytes in, codes out. A frame ends with CR, LF or both, or with `quiet_s` seconds of silence.

    With `terminated`, silence does not end a frame but throws it away: a reader that is set to send a line end and then
    falls silent was cut short, and a shortened code is worse than none. Frames longer than LONGEST are thrown away whole.
    """

    quiet_s: float
    terminated: bool = False
    dropped: int = 0
    _bytes: bytearray = field(default_factory=bytearray)
    _quiet_from: float | None = None
    _overlong: bool = False

    def feed(self, data: bytes) -> list[Code]:
        """Takes what was read; the codes that ended in it."""
        self._quiet_from = None
        self._bytes += data
        codes: list[Code] = []
        start = 0
        for end in _ENDS.finditer(self._bytes):
            codes += self._finish(bytes(self._bytes[start : end.start()]))
            start = end.end()
        del self._bytes[:start]
        if len(self._bytes) > LONGEST:
            self._bytes.clear()
            self._overlong = True
        return codes

    def silence(self, now: float) -> list[Code]:
        """Nothing was there to read at `now` (seconds of a monotonic clock); the code that the silence has ended, if any.

        Silence counts from the first look that found nothing, not from the last byte: a busy machine that looks late must
        not take its own delay for the end of a code whose rest is waiting.
        """
        if not self._bytes and not self._overlong:
            return []
        if self._quiet_from is None:
            self._quiet_from = now
        if now - self._quiet_from < self.quiet_s:
            return []
        self._quiet_from = None
        frame = bytes(self._bytes)
        self._bytes.clear()
        if self.terminated:
            self.dropped += 1
            self._overlong = False
            return []
        return self._finish(frame)

    def _finish(self, frame: bytes) -> list[Code]:
        if self._overlong or len(frame) > LONGEST:
            self._overlong = False
            self.dropped += 1
            return []
        return [code_of(frame)] if frame else []


def code_of(frame: bytes) -> Code:
    """A frame as a code: the AIM prefix told apart, the rest as UTF-8. Bytes that are no UTF-8 keep an empty text."""
    prefix = _AIM.match(frame)
    symbology = ""
    if prefix:
        frame = frame[prefix.end() :]
        letter, modifier = prefix["symbology"].decode(), prefix["modifier"].decode()
        symbology = "EAN8" if (letter, modifier) == ("E", "4") else _SYMBOLOGIES.get(letter, f"]{letter}{modifier}")
    try:
        text = frame.decode("utf-8")
    except UnicodeDecodeError:
        text = ""  # never a guessed encoding: who wants the bytes has them
    return Code(text, symbology, frame.hex())
