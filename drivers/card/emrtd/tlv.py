"""BER-TLV from an untrusted chip: every length is checked before it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAX_TAG_BYTES: Final = 3
MAX_LENGTH_BYTES: Final = 4


class TlvError(ValueError):
    """The bytes are no TLV: cut short, too long, or of an indefinite length, which DER forbids."""


@dataclass(frozen=True)
class Header:
    """Tag, length of the value and size of the header itself, in bytes."""

    tag: int
    length: int
    size: int

    @property
    def total(self) -> int:
        """Bytes of header and value together."""
        return self.size + self.length


@dataclass(frozen=True)
class Tlv:
    """One element; `value` is a slice of its own."""

    tag: int
    value: bytes = field(repr=False)

    @property
    def constructed(self) -> bool:
        """Whether the value is TLV again (bit 6 of the tag's first byte)."""
        first = self.tag >> (8 * (tag_size(self.tag) - 1))
        return bool(first & 0x20)


def tag_size(tag: int) -> int:
    """How many bytes a tag takes."""
    return max(1, (tag.bit_length() + 7) // 8)


def read_header(data: bytes, offset: int = 0) -> Header:
    """The header at `offset`; the value need not be there yet. Raises TlvError."""
    position = offset
    if position >= len(data):
        raise TlvError("no tag")
    tag = data[position]
    position += 1
    if tag & 0x1F == 0x1F:
        while True:
            if position >= len(data):
                raise TlvError("tag cut short")
            if position - offset >= MAX_TAG_BYTES:
                raise TlvError("tag too long")
            byte = data[position]
            tag = tag << 8 | byte
            position += 1
            if not byte & 0x80:
                break
    if position >= len(data):
        raise TlvError("no length")
    length = data[position]
    position += 1
    if length == 0x80:
        raise TlvError("indefinite length")
    if length > 0x80:
        count = length & 0x7F
        if count > MAX_LENGTH_BYTES:
            raise TlvError("length too long")
        if position + count > len(data):
            raise TlvError("length cut short")
        length = int.from_bytes(data[position : position + count], "big")
        position += count
    return Header(tag, length, position - offset)


def read_tlv(data: bytes, offset: int = 0) -> tuple[Tlv, int]:
    """The element at `offset` and the offset after it. Raises TlvError."""
    header = read_header(data, offset)
    start = offset + header.size
    end = start + header.length
    if end > len(data):
        raise TlvError(f"value of tag {header.tag:X} cut short")
    return Tlv(header.tag, bytes(data[start:end])), end


def children(data: bytes) -> Iterator[Tlv]:
    """The elements that fill `data` one after the other. Raises TlvError when they do not fill it exactly."""
    offset = 0
    while offset < len(data):
        element, offset = read_tlv(data, offset)
        yield element


def find(data: bytes, tag: int) -> bytes | None:
    """The value of the first element with `tag` among the elements of `data`. Raises TlvError."""
    for element in children(data):
        if element.tag == tag:
            return element.value
    return None


def require(data: bytes, tag: int) -> bytes:
    """As `find`, but raises TlvError when there is none."""
    value = find(data, tag)
    if value is None:
        raise TlvError(f"tag {tag:X} missing")
    return value


def encode(tag: int, value: bytes) -> bytes:
    """DER of one element."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    else:
        body = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(body)]) + body
    return tag.to_bytes(tag_size(tag), "big") + length + value
