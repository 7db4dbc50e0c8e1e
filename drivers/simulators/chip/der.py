"""Writing DER: the few forms that cards and their signatures are made of."""

from __future__ import annotations


def tlv(tag: str, *values: bytes) -> bytes:
    """One element from a tag in hex and the parts of its value."""
    value = b"".join(values)
    if len(value) < 128:
        length = bytes((len(value),))
    elif len(value) < 256:
        length = bytes((0x81, len(value)))
    else:
        length = (
            b"\x82" + len(value).to_bytes(2, "big") if len(value) < 65536 else b"\x83" + len(value).to_bytes(3, "big")
        )
    return bytes.fromhex(tag) + length + value


def sequence(*values: bytes) -> bytes:
    """SEQUENCE."""
    return tlv("30", *values)


def set_of(*values: bytes) -> bytes:
    """SET OF, its members sorted as DER wants."""
    return tlv("31", *sorted(values))


def integer(value: int) -> bytes:
    """INTEGER, not negative."""
    return tlv("02", value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv("04", value)


def utf8(text: str) -> bytes:
    """UTF8String."""
    return tlv("0C", text.encode("utf-8"))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = b""
    for number in (first * 40 + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        body += bytes(reversed(groups))
    return tlv("06", body)


def split(data: bytes) -> list[tuple[int, bytes]]:
    """The elements in `data` as tag and value; one-byte tags and lengths to 65535, which is all a chip gets sent.

    Raises ValueError.
    """
    found: list[tuple[int, bytes]] = []
    rest = data
    while rest:
        if len(rest) < 2:
            raise ValueError("cut short")
        tag, size, start = rest[0], rest[1], 2
        if size > 0x80:
            start = 2 + (size & 0x7F)
            size = int.from_bytes(rest[2:start], "big")
        if len(rest) < start + size:
            raise ValueError("cut short")
        found.append((tag, rest[start : start + size]))
        rest = rest[start + size :]
    return found
