"""The readiness report: what it holds, and as a signed JSON file of its own."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from drivers.durable import write_durably
from kiosk_app.diagnostics.signing import ReportKey, verify
from kiosk_app.model.servicing import Readiness

KEPT: Final = 30
"""Reports that stay; older ones go when a new one is written."""


def document(report: Readiness, kiosk_id: str, versions: dict[str, str]) -> dict[str, Any]:
    """The report as JSON values; `kiosk_id` and `versions` say what it is of."""
    return {
        "kiosk_id": kiosk_id,
        "passed": report.passed,
        "versions": versions,
        "at": report.at,
        "seconds": report.seconds,
        "devices": [{"id": id, "tests": [asdict(test) for test in tests]} for id, tests in report.devices],
        "checks": [asdict(check) for check in report.checks],
        "guided": [asdict(result) for result in report.guided],
        "outbox": None if report.outbox is None else asdict(report.outbox),
    }


def write(folder: Path, report: Readiness, kiosk_id: str, versions: dict[str, str], key: ReportKey) -> Readiness:
    """Writes the signed report and returns it with its file and mark; without a file when the disk refuses."""
    name = re.sub(r"[^0-9]", "", report.at[:19])
    file = folder / f"readiness-{name}.json"
    data = key.sign(document(report, kiosk_id, versions))
    marked = replace(report, mark=verify(data).mark)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(file, data)
        for old in sorted(folder.glob("readiness-*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return marked
    return replace(marked, file=str(file))
