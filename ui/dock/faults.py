"""Faults as a person sets them: which take a number, and what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

State = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """What a fault's number is at first, and what it counts (`dock.unit.*`); "" where the fault's own words say it."""

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
            "removed_at": Number("20", ""),
            "naked_status": Number("6988", "hex"),
        },
        "scanner": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("1", "page"),
            "jam": Number("2", ""),
            "double_feed": Number("2", ""),
            "truncated": Number("1", ""),
            "cut_line": Number("1", ""),
        },
        "barcode": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("10", "byte"),
            "split": Number("20", "ms"),
            "flood": Number("20", "times"),
        },
        "camera": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("20", "frame"),
        },
        "printer": {
            "hang": _SECONDS,
            "slow": _MILLISECONDS,
            "drop_after": Number("500", "byte"),
            "paper_out_after": Number("40", "mm"),
            "slow_paper": Number("20", "mm_s"),
            "power_cycle": Number("3000", "ms"),
        },
    }
)


def number_of(kind: str, fault: str) -> Number | None:
    """The number a fault takes; None when it takes none."""
    return _NUMBERS.get(kind, {}).get(fault)
