"""The end of the log as a technician reads it: newest first, by kind of event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kiosk_app.model.servicing import LogFilter, LogLine

TAIL_BYTES: Final = 200_000
LINES: Final = 60
_OWN: Final = ("event", "level", "timestamp")
_PREFIXES: Final = {
    LogFilter.DEVICES: ("device.", "card.", "scan.", "slip.", "speech."),
    LogFilter.DOSSIERS: ("dossier.", "service.", "slip."),
}
_BAD: Final = (
    "failed",
    "died",
    "deadline",
    "breaker",
    "silent",
    "flood",
    "bad_frame",
    "refused",
    "exception",
    "message",
)
# A device that is well logs these codes as None.
_BAD_STATES: Final = ("fault", "absent", "attention", "disabled")


def tail(file: Path, only: LogFilter = LogFilter.ALL, limit: int = LINES) -> tuple[LogLine, ...]:
    """The last lines that the filter lets through, newest first; a line that is no JSON object is left out."""
    found = []
    for entry in _newest_first(file):
        line = _line(entry)
        if _wanted(line, only):
            found.append(line)
            if len(found) == limit:
                break
    return tuple(found)


def _newest_first(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(size - TAIL_BYTES, 0))
            data = stream.read()
    except OSError:
        return
    for raw in reversed(data.splitlines()):
        try:
            entry = json.loads(raw)
        except ValueError:
            continue  # half a line at the beginning of the tail, or one being written
        if isinstance(entry, dict) and "event" in entry:
            yield entry


def _line(entry: dict[str, Any]) -> LogLine:
    event = str(entry["event"])
    words = ", ".join(f"{key} {value}" for key, value in entry.items() if key not in _OWN and value is not None)
    bad = event.rpartition(".")[2].endswith(_BAD) or any(word in event for word in _BAD)
    bad = bad or (event == "device.state" and entry.get("state") in _BAD_STATES)
    return LogLine(str(entry.get("timestamp", "")), event, words[:300], bad)


def _wanted(line: LogLine, only: LogFilter) -> bool:
    if only is LogFilter.PROBLEMS:
        return line.bad
    return only is LogFilter.ALL or line.event.startswith(_PREFIXES[only])
