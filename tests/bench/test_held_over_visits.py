"""Promises of judging what visits leave: a leak is seen, a cache that fills is none."""

from __future__ import annotations

from typing import Any

from tests.bench.interface import held_over


def _looks(per_visit: float = 0.0, mb: float = 0.0, cache: int = 0) -> list[dict[str, Any]]:
    """A look each ten visits; `cache` references come at one moment and stay."""
    return [
        {
            "visits": at,
            "mb": 100 + mb * at,
            "None": 9_000 + per_visit * at + (cache if at > 120 else 0),
            "True": 7,
            "False": 5,
        }
        for at in range(0, 210, 10)
    ]


def _verdicts(looks: list[dict[str, Any]]) -> list[str]:
    return [row.verdict for row in held_over(looks, 200, "")]


def test_nothing_left_is_within_the_budgets() -> None:
    assert _verdicts(_looks()) == ["ok", "ok"]


def test_a_reference_left_by_every_tenth_visit_is_over() -> None:
    assert _verdicts(_looks(per_visit=0.1)) == ["ok", "over"]


def test_references_lost_are_over_as_well() -> None:
    assert _verdicts(_looks(per_visit=-1.0)) == ["ok", "over"]


def test_a_cache_that_fills_once_is_no_leak() -> None:
    assert _verdicts(_looks(cache=90)) == ["ok", "ok"]


def test_memory_left_by_each_visit_is_over() -> None:
    assert _verdicts(_looks(mb=0.02)) == ["over", "ok"]
