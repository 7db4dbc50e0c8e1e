"""`make bench-assist`: how many touches an officer needs until a stuck citizen can go on, in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.bench import report

ROOT: Final = Path(__file__).resolve().parents[2]
INTRODUCTION: Final = """## An officer's touches

Written by `make bench-assist`. Twelve scripted citizens who are stuck, each through the real flow
(`tests/kiosk_app/flow/stuck.py`); counted is every touch of the officer from the open panel until the citizen can go on,
on the panel or in the citizen's stead; badge, PIN and handing back come on top and are the same each time. What the
citizen does is not counted."""


def page(found: Mapping[str, Any]) -> str:
    """The part of docs/benchmarks.md."""
    rows = [
        f"| {name.replace('_', ' ')} | {one.touches} | {'yes' if one.went_on else '**no**'} |"
        for name, one in found.items()
    ]
    touches = [one.touches for one in found.values()]
    verdict = f"Median {median(touches):g} touches, at most {max(touches)}; asked is a median of 4 at most."
    return "\n".join([INTRODUCTION, "", verdict, "", "| stuck at | touches | went on |", "|---|--:|---|", *rows])


def main() -> int:
    """All twelve; exit code 1 when somebody stays stuck."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the page into which the part is written")
    arguments = parser.parse_args()
    # The scripts are the tests' own, which are no package.
    sys.path.insert(0, str(ROOT / "tests" / "kiosk_app" / "flow"))
    from stuck import CASES

    found = {name: case() for name, case in CASES.items()}
    print(page(found))
    if arguments.out is not None:
        report.put(arguments.out, "assist", page(found))
    return 0 if all(one.stuck and one.went_on for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
