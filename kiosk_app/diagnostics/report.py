"""The readiness report: as JSON in a file of its own, and as lines for a slip."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from kiosk_app.model.servicing import Readiness

KEPT: Final = 30
"""Reports that stay; older ones go when a new one is written."""


def write(folder: Path, report: Readiness, kiosk_id: str, versions: dict[str, str]) -> Readiness:
    """Writes the report and returns it with its file; without a file when the disk refuses.

    `kiosk_id` and `versions` say what it is of.
    """
    name = re.sub(r"[^0-9]", "", report.at[:19])
    file = folder / f"readiness-{name}.json"
    document = {"kiosk_id": kiosk_id, "passed": report.passed, "versions": versions, **asdict(replace(report, file=""))}
    document["devices"] = [{"id": id, "tests": [asdict(test) for test in tests]} for id, tests in report.devices]
    del document["file"]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=False, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
        for old in sorted(folder.glob("readiness-*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return report
    return replace(report, file=str(file))
