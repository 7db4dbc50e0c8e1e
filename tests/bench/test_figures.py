"""Promises of the figures: a percentile is a measured value, and what is over its budget is called so."""

from __future__ import annotations

import pytest

from tests.bench import report
from tests.bench.figures import Row, median, percentile


def test_a_percentile_is_the_smallest_value_that_the_share_does_not_exceed() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.95) == 95
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert median([3.0, 1.0, 2.0]) == 2
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)


def test_what_is_over_its_budget_is_called_so_in_table_and_page() -> None:
    rows = [
        Row("slow", 30.0, "ms", 20, 5, "so"),
        Row("quick", 3.0, "ms", 20, 5, "so"),
        Row("told", 3.0, "ms", None, 5, "so"),
    ]
    assert [row.verdict for row in rows] == ["over", "ok", ""]
    assert report.table(rows).endswith("OVER BUDGET: slow")
    page = report.page(rows, {"cpu": "any"}, 12.0)
    assert "**Over budget: slow.**" in page
    assert "| slow | 30.0 | 20 | ms | **over** | 5 | so |" in page
    assert report.table(rows[1:]).endswith("everything is within its budget")
