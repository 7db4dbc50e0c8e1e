"""The data groups a card holds about its person, written as ICAO 9303-10 and the Vietnamese card have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from drivers.simulators.chip import der
from drivers.simulators.chip.people import Person
from drivers.simulators.chip.portrait import HEIGHT, WIDTH

_TAGS: Final = {1: "61", 2: "75", 3: "63", 13: "6D", 14: "6E", 15: "6F"}


def com(groups: Mapping[int, bytes], hidden: frozenset[int] = frozenset()) -> bytes:
    """EF.COM: which data groups there are, without the `hidden` ones (nobody signs this file)."""
    listed = "".join(_TAGS[number] for number in sorted(groups) if number not in hidden)
    return der.tlv("60", der.tlv("5F01", b"0107"), der.tlv("5F36", b"040000"), der.tlv("5C", bytes.fromhex(listed)))


def dg2(picture: bytes) -> bytes:
    """DG2 with one facial record of ISO 19794-5 (9303-10 4.7.2)."""
    # Basic face image; JPEG is 0, JPEG 2000 is 1.
    kind = b"\x00" if picture.startswith(b"\xff\xd8") else b"\x01"
    image = b"\x01" + kind + WIDTH.to_bytes(2, "big") + HEIGHT.to_bytes(2, "big") + bytes(6)
    size = 20 + len(image) + len(picture)
    facial = size.to_bytes(4, "big") + bytes(16) + image + picture
    record = b"FAC\x00010\x00" + (14 + size).to_bytes(4, "big") + b"\x00\x01" + facial
    header = der.tlv(
        "A1",
        der.tlv("80", b"\x01\x01"),
        der.tlv("81", b"\x02"),
        der.tlv("87", b"\x01\x01"),
        der.tlv("88", b"\x00\x08"),
    )
    template = der.tlv("7F60", header, der.tlv("5F2E", record))
    return der.tlv("75", der.tlv("7F61", der.tlv("02", b"\x01"), template))


def dg13(person: Person) -> bytes:
    """DG13 of the Vietnamese card: numbered lines of text."""
    day = "%d/%m/%Y"
    lines = {
        1: person.number,
        2: person.name,
        3: person.birth.strftime(day),
        4: person.sex_word,
        5: "Việt Nam",
        6: "Kinh",
        7: "Không",
        8: person.home_town,
        9: person.residence,
        10: "Không có",
        11: person.issued.strftime(day),
        12: person.expires.strftime(day) if person.expires else "Không thời hạn",
    }
    if person.old_number:
        lines[16] = person.old_number
    written = [der.sequence(der.tlv("02", bytes((number,))), der.utf8(text)) for number, text in lines.items()]
    parents = der.sequence(
        der.tlv("02", b"\x0d"),
        der.sequence(der.utf8(person.father)),
        der.sequence(der.utf8(person.mother)),
    )
    return der.tlv("6D", *written, parents)
