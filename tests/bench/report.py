"""The report: a table for people, a page for docs/, JSON for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.bench.figures import Row

PART: Final = re.compile(r"<!-- (\w+) -->\n.*?<!-- end of \1 -->\n", re.DOTALL)
INTRODUCTION: Final = """# Benchmarks

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
    """docs/benchmarks.md but for the parts that other commands put into it."""
    facts = {**machine, "duration": f"{seconds:.0f} s"}
    return f"{INTRODUCTION}\n{rows_and_facts(rows, facts, '## Measured on')}\n"


def rows_and_facts(rows: Sequence[Row], facts: Mapping[str, str], title: str = "### Measured on") -> str:
    """The verdict, the table of figures, and under `title` what they were measured on."""
    body = "\n".join(
        f"| {row.name} | {figure(row)} | {budget(row)} | {row.unit} | "
        f"{'**over**' if row.verdict == 'over' else row.verdict} | {row.count} | {row.how} |"
        for row in rows
    )
    over = [row.name for row in rows if row.verdict == "over"]
    verdict = f"**Over budget: {', '.join(over)}.**" if over else "Everything is within its budget."
    return (
        f"{verdict}\n\n| what | measured | budget | unit | | of | how |\n|---|--:|--:|---|---|--:|---|\n"
        f"{body}\n\n{measured_on(facts, title)}"
    )


def measured_on(facts: Mapping[str, str], title: str = "### Measured on") -> str:
    """Under `title` what figures were measured on."""
    said = "\n".join(f"| {name} | {value} |" for name, value in facts.items())
    return f"{title}\n\n| | |\n|---|---|\n{said}"


def put_measured(
    path: Path, part: str, title: str, command: str, words: str | None, rows: Sequence[Row], facts: Mapping[str, str]
) -> None:
    """Writes a part whose words are those of the command's docstring after its first line."""
    text = " ".join((words or "").partition("\n\n")[2].split())
    put(path, part, f"## {title}\n\nWritten by `{command}`. {text}\n\n{rows_and_facts(rows, facts)}")


def put(path: Path, part: str, body: str) -> None:
    """Writes one part of the page in its place, or at the end; the other parts stay as they are."""
    text = path.read_text("utf-8") if path.exists() else ""
    begin, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->\n"
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2] if found else ""
    before = before.rstrip("\n") + "\n\n" if before.strip() else ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{begin}{body.strip()}\n{end}{after}", "utf-8")


def kept_parts(path: Path) -> str:
    """What other commands have put into the page, to be put below a new one."""
    text = path.read_text("utf-8") if path.exists() else ""
    return "".join(f"\n{found.group(0)}" for found in PART.finditer(text))
