"""Messages of the Internet Printing Protocol (RFC 8010): requests to bytes, answers from bytes, all of it checked."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Final

Value = int | bool | str | bytes | None
VERSION: Final = (2, 0)


class Operation(IntEnum):
    """RFC 8011 5.4.15."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Group(IntEnum):
    """RFC 8010 3.5.1: what a row of attributes is about."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """RFC 8010 3.5.2: the syntax of a value."""

    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    BEGIN_COLLECTION = 0x34
    TEXT_LANGUAGE = 0x35
    NAME_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49


_TEXTS: Final = range(0x40, 0x60)
_OUT_OF_BAND: Final = range(0x10, 0x20)
_LONGEST: Final = 32767


class BadAnswer(Exception):
    """What came is no answer to what was asked; never the bytes themselves."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of a request: its name, syntax and values."""

    name: str
    tag: Tag
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Answer:
    """`status` of RFC 8011 appendix B, and the groups in order; of a collection only that it is there."""

    status: int
    groups: tuple[tuple[int, Mapping[str, tuple[Value, ...]]], ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether the operation was carried out, perhaps without attributes that the printer does not know."""
        return self.status < 0x0100

    def first(self, group: Group) -> Mapping[str, tuple[Value, ...]]:
        """The first group of that kind; empty where there is none."""
        return next((values for kind, values in self.groups if kind == group), MappingProxyType({}))

    def all(self, group: Group) -> tuple[Mapping[str, tuple[Value, ...]], ...]:
        """Every group of that kind: each a job in the answer to Get-Jobs."""
        return tuple(values for kind, values in self.groups if kind == group)


def encode(
    operation: Operation, request: int, attributes: tuple[Attribute, ...], job: tuple[Attribute, ...] = ()
) -> bytes:
    """A request in UTF-8 and English. Raises ValueError for a value too long for the protocol."""
    head = (
        Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
        Attribute("attributes-natural-language", Tag.LANGUAGE, ("en",)),
    )
    parts = [struct.pack(">BBHI", *VERSION, operation, request), bytes([Group.OPERATION])]
    parts += [_attribute(item) for item in (*head, *attributes)]
    if job:
        parts += [bytes([Group.JOB]), *(_attribute(item) for item in job)]
    return b"".join((*parts, bytes([Group.END])))


def _attribute(item: Attribute) -> bytes:
    parts = []
    name = item.name.encode()
    for value in item.values:
        coded = _coded(value)
        if len(coded) > _LONGEST:
            raise ValueError(f"{item.name}: too long")
        parts.append(struct.pack(">BH", item.tag, len(name)) + name + struct.pack(">H", len(coded)) + coded)
        name = b""  # further values of the same attribute
    return b"".join(parts)


def _coded(value: Value) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    if isinstance(value, int):
        return struct.pack(">i", value)
    return value.encode() if isinstance(value, str) else value or b""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next bytes. Raises BadAnswer when there are fewer."""
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise BadAnswer("the answer ends in the middle")
        self._at += count
        return taken

    def number(self, size: int) -> int:
        """An unsigned number. Raises BadAnswer."""
        return int.from_bytes(self.take(size), "big")


def decode(data: bytes, request: int) -> Answer:
    """The answer to request number `request`. Raises BadAnswer for anything that is none."""
    reader = _Reader(data)
    major, _minor, status, echoed = reader.number(1), reader.number(1), reader.number(2), reader.number(4)
    if major not in (1, 2):
        raise BadAnswer(f"version {major}")
    if echoed != request:
        raise BadAnswer("the answer to another question")
    groups: list[tuple[int, dict[str, list[Value]]]] = []
    name, depth = "", 0
    while (tag := reader.number(1)) != Group.END:
        if tag < 0x10:
            if depth:
                raise BadAnswer("a group within a collection")
            groups.append((tag, {}))
            name = ""
            continue
        if not groups:
            raise BadAnswer("a value before any group")
        named = reader.take(reader.number(2))
        raw = reader.take(reader.number(2))
        depth += (tag == Tag.BEGIN_COLLECTION) - (tag == Tag.END_COLLECTION)
        if depth < 0:
            raise BadAnswer("a collection ends that has not begun")
        if depth > 0 and not (tag == Tag.BEGIN_COLLECTION and depth == 1):
            continue
        if tag == Tag.END_COLLECTION:
            continue
        name = _text(named) if named else name
        if not name:
            raise BadAnswer("a value without a name")
        groups[-1][1].setdefault(name, []).append(_value(tag, raw))
    return Answer(
        status,
        tuple(
            (kind, MappingProxyType({key: tuple(values) for key, values in found.items()})) for kind, found in groups
        ),
    )


def _value(tag: int, raw: bytes) -> Value:
    if tag in (Tag.INTEGER, Tag.ENUM):
        if len(raw) != 4:
            raise BadAnswer("a number that is none")
        return int.from_bytes(raw, "big", signed=True)
    if tag == Tag.BOOLEAN:
        if len(raw) != 1:
            raise BadAnswer("neither true nor false")
        return raw != b"\0"
    if tag in (Tag.TEXT_LANGUAGE, Tag.NAME_LANGUAGE):
        reader = _Reader(raw)
        reader.take(reader.number(2))
        return _text(reader.take(reader.number(2)))
    if tag in _TEXTS:
        return _text(raw)
    return None if tag in _OUT_OF_BAND or tag == Tag.BEGIN_COLLECTION else raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise BadAnswer("text that is no UTF-8") from error
