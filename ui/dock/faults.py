"""Faults as a person sets them: which take a number, and what in a device's state shows that one is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

State = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """What a fault's number is at first, and what it counts (`dock.unit.*`)."""

    value: str
    unit: str


_SECONDS: Final = Number("10", "s")
_MILLISECONDS: Final = Number("500", "ms")

_NUMBERS: Final[Mapping[str, Mapping[str, Number]]] = MappingProxyType(
    {
        "card": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("20", "apdu"),
            "removed_at": Number("20", "apdu"),
            "naked_status": Number("6988", "hex"),
        },
        "scanner": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("1", "page"),
            "jam": Number("2", "page"),
            "double_feed": Number("2", "page"),
            "truncated": Number("1", "page"),
            "cut_line": Number("1", "page"),
        },
        "barcode": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("10", "byte"),
            "split": Number("20", "ms"),
            "flood": Number("20", "times"),
        },
        "printer": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("500", "byte"),
            "paper_out_after": Number("40", "mm"),
        },
    }
)


def number_of(kind: str, fault: str) -> Number | None:
    """The number a fault takes; None when it takes none."""
    return _NUMBERS.get(kind, {}).get(fault)


def _fell(key: str) -> Callable[[State, State], bool]:
    return lambda before, now: bool(before.get(key)) and not now.get(key)


def _rose(key: str) -> Callable[[State, State], bool]:
    return lambda before, now: (now.get(key) or 0) > (before.get(key) or 0)


# What a person's hands, or the fault's own end, do to the state. Everything else lasts until it is cleared.
_OVER: Final[Mapping[str, Callable[[State, State], bool]]] = MappingProxyType(
    {
        "absent": _rose("plugged"),
        "cover_open": _fell("cover_open"),
        "cutter_jam": _fell("cutter_jammed"),
        "double_feed": _fell("stuck"),
        "drop_after": _fell("plugged"),
        "flood": _rose("scans"),
        "jam": _fell("stuck"),
        "paper_low": _rose("paper_left_mm"),
        "paper_out": _rose("paper_left_mm"),
        "paper_out_after": _rose("paper_left_mm"),
    }
)


def is_over(fault: str, before: State, now: State) -> bool:
    """Whether the step from one state to the next tells that this fault has ended."""
    rule = _OVER.get(fault)
    return rule is not None and rule(before, now)
