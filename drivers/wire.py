"""JSON lines between the kiosk and a device host: frames, limits, and the ports' values to JSON and back.

A request is `{"id": n, "call": verb, "args": {...}}`; the host answers with any number of `{"id": n, "event": name,
"data": {...}}` and ends with `{"id": n, "result": ...}` or `{"id": n, "error": {"code", "detail"}}`. What the device reports
by itself has no id. `{"id": n, "cancel": true}` asks the running request n to stop.
"""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final, TypeVar, cast

MAX_LINE_BYTES: Final = 2_000_000
"""A receipt of a metre is 100 kB and a portrait 200 kB as base64; a longer line is a host gone mad."""

UNUSABLE_EXIT: Final = 69
"""Exit code of a host that will never work: no such driver, or settings it cannot use. It is not started again."""
PERSONAL: Final = {
    "card": ("read",),
    "barcode": ("code", "preview"),
    "scanner": ("scan",),
    "office": ("print",),
    "camera": ("capture", "preview"),
}
"""Which verbs and events of a kind tell who somebody is: such hosts keep out of swap and are replaced with the session."""
CANCELLED: Final = {
    "card": "CRD-CANCELLED",
    "scanner": "SCN-CANCELLED",
    "barcode": "SCN-CANCELLED",
    "printer": "SCN-CANCELLED",
    "office": "OFP-CANCELLED",
    "camera": "CAM-CANCELLED",
}
"""The code of a verb that was cancelled, for each kind of device."""

T = TypeVar("T")
Frame = dict[str, Any]


class BadFrame(Exception):
    """A line that is no frame: not JSON, not an object, too long, or of the wrong types."""


def encode(frame: Frame) -> bytes:
    """One frame as a line; halves of surrogate pairs become "?". Raises BadFrame when it is too long or no JSON."""
    try:
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadFrame(f"{type(error).__name__} while writing a frame") from error
    line = text.encode(errors="replace") + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise BadFrame(f"frame of {len(line)} bytes")
    return line


def decode(line: bytes) -> Frame:
    """One line as a frame. Raises BadFrame."""
    if len(line) > MAX_LINE_BYTES:
        raise BadFrame(f"frame of {len(line)} bytes")
    try:
        frame = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadFrame("no JSON") from error
    if not isinstance(frame, dict):
        raise BadFrame("no object")
    return frame


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def to_json(value: object) -> Any:
    """A port's value as JSON-able data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} does not cross the wire")


def from_json(kind: type[T], data: object) -> T:
    """Data as the value `kind` of a port. Raises BadFrame naming what does not fit."""
    return cast(T, _build(kind, data))


def _build(kind: Any, data: object) -> object:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        return _build(next(item for item in typing.get_args(kind) if item is not type(None)), data)
    if origin is tuple:
        if not isinstance(data, list):
            raise BadFrame(f"a list expected, got {type(data).__name__}")
        return tuple(_build(typing.get_args(kind)[0], item) for item in data)
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_dataclass(kind, data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError as error:
            raise BadFrame(f"no such {kind.__name__}") from error
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        try:
            return float(data)
        except OverflowError as error:
            raise BadFrame("a number too large") from error
    if kind is int and isinstance(data, float) and data.is_integer():
        return int(data)  # JSON and QML know only one kind of number
    if kind in (str, int, float, bool) and type(data) is kind:
        return data
    if kind is Any:
        return data
    raise BadFrame(f"{getattr(kind, '__name__', kind)} expected, got {type(data).__name__}")


def _build_dataclass(kind: type, data: object) -> object:
    if not isinstance(data, dict):
        raise BadFrame(f"{kind.__name__}: an object expected")
    hints = typing.get_type_hints(kind)
    known = {item.name for item in fields(kind)}
    if unknown := set(data) - known:
        raise BadFrame(f"{kind.__name__}: unknown {', '.join(sorted(unknown))}")
    try:
        return kind(**{name: _build(hints[name], item) for name, item in data.items()})
    except TypeError as error:
        raise BadFrame(f"{kind.__name__}: {error}") from error
