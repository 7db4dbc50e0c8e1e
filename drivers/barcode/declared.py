"""Text in the encoding that a code itself declares, its extended channel interpretation (AIM ITS/04-023)."""

from __future__ import annotations

import re
from typing import Final

# Numbers of the assignments that are letters; 899 and the like are bytes for machines.
_ENCODINGS: Final = {
    **{number: f"iso8859-{number - 2}" for number in (*range(3, 14), *range(15, 19))},
    20: "shift_jis",
    21: "cp1250",
    22: "cp1251",
    23: "cp1252",
    24: "cp1256",
    25: "utf-16-be",
    26: "utf-8",
    27: "ascii",
    28: "big5",
    29: "gbk",
    30: "euc_kr",
    32: "gb18030",
    33: "utf-16-le",
    34: "utf-32-be",
    35: "utf-32-le",
    170: "ascii",
}
_DECLARATION: Final = re.compile(rb"\\([0-9]{6})")
_IDENTIFIER: Final = 3  # bytes of the symbology's identifier, such as "]Q2"


def text_of(data: bytes, protocol: bytes) -> str | None:
    """The text of a code's `data` as its reader tells them under the ECI protocol; None unless all of it is declared.

    In that protocol (ISO/IEC 15424) a backslash and six digits declare what follows, and a backslash in the text is doubled.
    """
    told = protocol[_IDENTIFIER:]
    if told == data:
        return None  # nothing is declared: what looks like a declaration is text
    text, encoding, place = "", "", 0
    try:
        while place < len(told):
            if declaration := _DECLARATION.match(told, place):
                encoding = _ENCODINGS[int(declaration[1])]
                place = declaration.end()
                continue
            if not encoding:
                return None
            end = place
            while end < len(told) and not _DECLARATION.match(told, end):
                end += 2 if told[end : end + 2] == b"\\\\" else 1
            text += told[place:end].replace(b"\\\\", b"\\").decode(encoding)
            place = end
    except (KeyError, UnicodeDecodeError):
        return None
    return text if encoding else None
