"""The report: a table for people, a page for docs/, JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.bench.figures import Row

INTRODUCTION = """# Benchmarks

Written by `make bench`; do not edit. Budgets are those of the interface on two cores without a GPU. What is over its
budget is said so here and does not fail the build: another machine, another figure.
"""


def figure(row: Row) -> str:
    """The value with as many digits as it can carry."""
    return f"{row.value:.0f}" if row.value >= 100 else f"{row.value:.1f}" if row.value >= 10 else f"{row.value:.2f}"


def budget(row: Row) -> str:
    """The budget, or a dash."""
    return "–" if row.budget is None else f"{row.budget:g}"


def table(rows: Sequence[Row]) -> str:
    """Lines for a terminal."""
    lines = [f"{'':38}{'measured':>10}{'budget':>9}  {'':7}{'':6}of"]
    lines += [f"{row.name:38}{figure(row):>10}{budget(row):>9}  {row.unit:7}{row.verdict:6}{row.count}" for row in rows]
    over = [row.name for row in rows if row.verdict == "over"]
    lines.append(f"OVER BUDGET: {', '.join(over)}" if over else "everything is within its budget")
    return "\n".join(lines)


def page(rows: Sequence[Row], machine: Mapping[str, str], seconds: float) -> str:
    """docs/benchmarks.md."""
    facts = "\n".join(f"| {name} | {value} |" for name, value in {**machine, "duration": f"{seconds:.0f} s"}.items())
    body = "\n".join(
        f"| {row.name} | {figure(row)} | {budget(row)} | {row.unit} | "
        f"{'**over**' if row.verdict == 'over' else row.verdict} | {row.count} | {row.how} |"
        for row in rows
    )
    over = [row.name for row in rows if row.verdict == "over"]
    verdict = f"**Over budget: {', '.join(over)}.**" if over else "Everything is within its budget."
    return (
        f"{INTRODUCTION}\n{verdict}\n\n"
        "| what | measured | budget | unit | | of | how |\n|---|--:|--:|---|---|--:|---|\n"
        f"{body}\n\n## Measured on\n\n| | |\n|---|---|\n{facts}\n"
    )
