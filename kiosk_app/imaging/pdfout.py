"""Writes the objects of a PDF file one after the other, so that no more of it than one page is ever in memory."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from typing import Final

# ISO 19005-2, 6.1.2: four bytes above 127 tell programs that this is no text.
HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
Sink = Callable[[bytes], object]


class PdfWriter:
    """Objects go to `sink` as they are given; `end` writes the table of where they are. The same objects, the same bytes."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self._places: list[int] = []
        self.size = 0
        self._write(HEADER)

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._places.append(0)
        return len(self._places)

    def put(self, body: str, number: int | None = None) -> int:
        """An object that is no stream; gives its number."""
        return self._object(number, body.encode("ascii"))

    def put_stream(self, entries: str, data: bytes, *, squeezed: bool = True, number: int | None = None) -> int:
        """A stream with the entries of its dictionary, deflated or as it is; gives its number."""
        if squeezed:
            data, entries = zlib.compress(data, 9), f"{entries} /Filter /FlateDecode"
        head = f"<< {entries} /Length {len(data)} >>\nstream\n".encode("ascii")
        return self._object(number, head + data + b"\nendstream")

    def end(self, root: int, info: int) -> str:
        """The table and the trailer. Returns the file's SHA-256 in hex."""
        start = self.size
        rows = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % place for place in self._places)]
        self._write(b"xref\n0 %d\n" % len(rows) + b"".join(rows))
        name = self._hash.hexdigest()[:32]
        self._write(
            f"trailer\n<< /Size {len(rows)} /Root {root} 0 R /Info {info} 0 R /ID [<{name}> <{name}>] >>\n"
            f"startxref\n{start}\n%%EOF\n".encode("ascii")
        )
        return self._hash.hexdigest()

    def _object(self, number: int | None, body: bytes) -> int:
        number = number if number is not None else self.reserve()
        self._places[number - 1] = self.size
        self._write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
        return number

    def _write(self, data: bytes) -> None:
        self._hash.update(data)
        self.size += len(data)
        self._sink(data)


def text(value: str) -> str:
    """A text string (ISO 32000-1, 7.9.2.2): UTF-16 with its mark, in hex, so that nothing needs escaping."""
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"


def refs(numbers: Sequence[int]) -> str:
    """An array of references."""
    return "[" + " ".join(f"{number} 0 R" for number in numbers) + "]"
