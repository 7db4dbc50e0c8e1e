"""What of ZPL II a slip needs: a picture as a format, and the host status `~HS` read strictly."""

from __future__ import annotations

import base64
import binascii
import io
import re
from dataclasses import dataclass

from PIL import Image

HOST_STATUS = b"~HS"
CANCEL_ALL = b"~JA"
# A label that an error broke off is not printed again by itself when the error is gone.
NO_REPRINT = b"^XA^JZN^XZ"
# Three strings between STX and ETX (ZPL II, ~HS); the fields are counted, since a shifted one would read as "all is well".
_STATUS = re.compile(
    rb"\x02(\d{3}),([01]),([01]),(\d{4}),(\d{3}),([01]),([01]),([01]),(\d{3}),([01]),([01]),([01])\x03\r\n"
    rb"\x02(\d{3}),([01]),([01]),([01]),([01]),(\d),(\d),([01]),(\d{8}),([01]),(\d{3})\x03\r\n"
    rb"\x02(\d{4}),([01])\x03\r\n"
)
STATUS_STRINGS = 3
STATUS_MOST_BYTES = 200


class NoStatus(ValueError):
    """Bytes that are no answer to `~HS`."""


@dataclass(frozen=True)
class Status:
    """What `~HS` says. `formats` are slips that the printer has taken and not finished."""

    paper_out: bool
    paused: bool
    formats: int
    buffer_full: bool
    hot_or_cold: bool
    head_open: bool

    @property
    def problem(self) -> str | None:
        """The code of errors.toml for what forbids printing; None when nothing does."""
        if self.head_open:
            return "PRN-COVER-OPEN"
        if self.paper_out:
            return "PRN-PAPER-OUT"
        return "PRN-OFFLINE" if self.paused or self.buffer_full or self.hot_or_cold else None


def read_status(answer: bytes) -> Status:
    """The answer to `~HS`, whole and nothing else. Raises NoStatus."""
    match = _STATUS.fullmatch(answer)
    if match is None:
        raise NoStatus(f"{len(answer)} bytes that are no host status")
    field = match.groups()
    return Status(
        paper_out=field[1] == b"1",
        paused=field[2] == b"1",
        formats=int(field[4]),
        buffer_full=field[5] == b"1",
        hot_or_cold=b"1" in (field[10], field[11]),
        head_open=field[14] == b"1",
    )


def format_of(png_b64: str, dots: int, cut: bool) -> bytes:
    """A slip as one format. Raises ValueError for a picture that cannot be read."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(png_b64, validate=True))).convert("1")
    except (OSError, binascii.Error) as error:
        raise ValueError("no picture") from error
    sheet = Image.new("1", (dots, picture.height), 1)
    sheet.paste(picture, (0, 0))
    row_bytes = dots // 8
    ink = bytes(byte ^ 0xFF for byte in sheet.tobytes())
    head = f"^XA^PW{dots}^LL{sheet.height}^MM{'C' if cut else 'T'}^FO0,0"
    graphic = f"^GFA,{len(ink)},{len(ink)},{row_bytes},{ink.hex().upper()}"
    return f"{head}{graphic}^FS^PQ1^XZ".encode("ascii")
