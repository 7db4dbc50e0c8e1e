"""The end of the log as a technician reads and searches it: newest first, by kind of event and by words."""

from __future__ import annotations

import json
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from kiosk_app.model.servicing import LogFilter, LogLine

TAIL_BYTES: Final = 200_000
"""How far back is read when nothing is searched for."""
SEARCH_BYTES: Final = 4_000_000
"""How far back is searched: some weeks of a machine in service, half a second of work beside the screen."""
LINES: Final = 60
MASK: Final = "•••"
_BREATH: Final = 100
"""Lines between two breaths, in which the thread of the screen gets its turn and an overtaken search gives up."""
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
# Numbers of people have nine digits or more (ID number, telephone); a dossier's id has them between letters and hyphens.
_MASKED: Final = re.compile(r"(?<![\w-])\d(?:[ .]?\d){8,}(?![\w-])|[^\s,<>\"]+@[^\s,<>\"]+")
_MARKS_OFF: Final = str.maketrans({"đ": "d", "Đ": "d"})


class Overtaken(Exception):
    """Somebody asked for other lines meanwhile; what these would have been nobody wants to know any more."""


class LogReader:
    """Reads one log again and again, only when it or the question has changed. Its calls come from threads.

    Only the newest question is worked on: letters are typed faster than a long log is searched.
    """

    def __init__(self, file: Path, zone: tzinfo | None = None) -> None:
        self._file = file
        self._zone = zone
        self._turn = threading.Lock()
        self._asked: tuple[LogFilter, str] | None = None
        self._known: object = None
        self._found: tuple[LogLine, ...] = ()

    def lines(self, only: LogFilter, text: str = "") -> tuple[LogLine, ...]:
        """What `tail` finds. Raises Overtaken when another question has come since."""
        asked = self._asked = (only, text)
        with self._turn:
            self._give_up_unless(asked)
            state = (asked, self._state())
            if state != self._known:
                self._found = tail(self._file, only, text, zone=self._zone, breathe=lambda: self._give_up_unless(asked))
                self._known = state
            return self._found

    def _give_up_unless(self, asked: tuple[LogFilter, str]) -> None:
        if self._asked != asked:
            raise Overtaken
        time.sleep(0)  # lets go of the interpreter: the screen goes first

    def _state(self) -> object:
        try:
            about = self._file.stat()
        except OSError:
            return None
        return about.st_ino, about.st_size, about.st_mtime_ns


def tail(
    file: Path,
    only: LogFilter = LogFilter.ALL,
    text: str = "",
    limit: int = LINES,
    *,
    zone: tzinfo | None = None,
    breathe: Callable[[], None] = lambda: None,
) -> tuple[LogLine, ...]:
    """The last lines that the filter lets through and that have every word of `text`, newest first.

    Compared is what is shown, after masking and shortening: a search must not tell by its hits what nobody may read. Case
    and diacritics do not count; `zone` is the one in which the line's time is read. A line that is no JSON object is left
    out. `breathe` is called every now and then and may raise.
    """
    wanted = _folded(text).split()
    found = []
    for number, entry in enumerate(_newest_first(file, SEARCH_BYTES if wanted else TAIL_BYTES)):
        if number % _BREATH == 0:
            breathe()
        line = _line(entry)
        if _wanted(line, only) and _has(line, wanted, zone):
            found.append(line)
            if len(found) == limit:
                break
    return tuple(found)


def _newest_first(file: Path, most: int) -> Iterator[dict[str, Any]]:
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(size - most, 0))
            data = stream.read(most)
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
    # The log has nothing personal by its own rule; what slipped in through somebody else's words stops here. Masked
    # before it is shortened, or the beginning of a number would be left.
    return LogLine(str(entry.get("timestamp", "")), _MASKED.sub(MASK, event), _MASKED.sub(MASK, words)[:300], bad)


def _wanted(line: LogLine, only: LogFilter) -> bool:
    if only is LogFilter.PROBLEMS:
        return line.bad
    return only is LogFilter.ALL or line.event.startswith(_PREFIXES[only])


def _has(line: LogLine, wanted: list[str], zone: tzinfo | None) -> bool:
    if not wanted:
        return True
    shown = _folded(f"{line.event} {line.words}")
    missing = [word for word in wanted if word not in shown]
    return not missing or all(word in _moment(line.at, zone) for word in missing)


def _moment(at: str, zone: tzinfo | None) -> str:
    """The line's time as the screen writes it, so that 10:42 or 21/11 find what they would find by eye."""
    try:
        return datetime.fromisoformat(at).astimezone(zone).strftime("%H:%M:%S %d/%m/%Y")
    except ValueError:
        return at


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.translate(_MARKS_OFF).lower())
    return "".join(char for char in plain if not unicodedata.combining(char))
