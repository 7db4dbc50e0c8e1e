"""The last frames between supervisor and host, for a technician's eyes: in memory only, personal values masked.

Masked before they are kept, by one rule: a value is shown only when its key is on a list of what is never personal, and
then only when it looks like what such a key holds. What a driver adds tomorrow is masked until somebody decides.
"""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from drivers.errors import DeviceError

KEPT: Final = 200
LETTERS: Final = 300
"""Of one frame's data; a page's picture would not help anybody."""
ITEMS: Final = 12
LONGEST_WORD: Final = 24
"""Of a detail; what is longer is no word but bytes written as letters."""
MASK: Final = "•••"

_SHOWN: Final = frozenset(
    {
        *("state", "code", "step", "percent", "loaded", "passed", "seconds", "outcome", "begun", "cut", "exit"),
        *("pages", "index", "width", "height", "dpi", "colour", "duplex", "max_pages", "source", "media_type"),
        *("access", "apdus", "groups", "verdict", "cause", "symbology"),
        *("kind", "vendor", "model", "firmware", "driver", "capabilities"),
    }
)
_TEXTS: Final = frozenset({"detail", "reason"})
"""Technician's English by the ports' promise; what looks like a number, a name or a path in it is masked all the same."""
_PATHS: Final = frozenset({"path", "folder", "port"})
_ALSO_SHOWN: Final = {"self_test": frozenset({"name"})}
"""Keys that are no person's in the answer of one verb only: a card's reading has a name too."""
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 _.,:;/+=()#-]{0,80}")
_MANY_DIGITS: Final = re.compile(r"\d(?:[ .-]?\d){5,}")
_CITED: Final = re.compile(r"\"[^\"]*\"?")
_QUOTED: Final = re.compile(r'[<>@"{}\\|]')
"""What a plain word of a detail never has: signs of a card's lines, of an address, of data quoted as it came."""
_LARGE: Final = 10**6


class Way(StrEnum):
    """Who spoke."""

    TO_HOST = "to_host"
    FROM_HOST = "from_host"


@dataclass(frozen=True)
class Exchange:
    """One frame: when (Unix time), which way, what it was, its masked data, and after a verb's end its milliseconds."""

    at: float
    way: Way
    what: str
    data: str = ""
    ms: float | None = None
    bad: bool = False


class ExchangeLog:
    """The last frames of one device, oldest first; a ring that lives and dies with the process."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lines: deque[Exchange] = deque(maxlen=kept)

    def lines(self) -> tuple[Exchange, ...]:
        """What is kept, oldest first."""
        return tuple(self._lines)

    def sent(self, verb: str, arguments: Mapping[str, Any]) -> None:
        """A call went to the host."""
        self._add(Way.TO_HOST, verb, masked(arguments, verb))

    def asked_to_stop(self, verb: str) -> None:
        """The host was asked to end a verb soon."""
        self._add(Way.TO_HOST, f"{verb}: cancel")

    def event(self, name: str, data: Mapping[str, Any], verb: str = "") -> None:
        """The host told something by itself, or while a verb ran."""
        self._add(Way.FROM_HOST, f"{verb}: {name}" if verb else name, masked(data, verb))

    def answered(self, verb: str, answer: object, seconds: float) -> None:
        """A verb ended with a value."""
        self._add(Way.FROM_HOST, f"{verb}: result", masked(answer, verb), seconds)

    def failed(self, verb: str, error: DeviceError, seconds: float) -> None:
        """A verb ended with a code."""
        self._add(Way.FROM_HOST, f"{verb}: error", masked({"code": error.code, "detail": error.detail}), seconds, True)

    def ended(self, exit_code: int | None) -> None:
        """The host's process is gone."""
        self._add(Way.FROM_HOST, "host ended", masked({"exit": exit_code}), None, True)

    def _add(self, way: Way, what: str, data: str = "", seconds: float | None = None, bad: bool = False) -> None:
        ms = None if seconds is None else round(seconds * 1000, 1)
        self._lines.append(Exchange(time.time(), way, _name(what), data, ms, bad))


def masked(value: object, verb: str = "") -> str:
    """A frame's data as compact JSON in which only what is never personal is readable."""
    shown = _SHOWN | _ALSO_SHOWN.get(verb, frozenset())
    text = json.dumps(_masked(value, "", shown), ensure_ascii=False)
    return text if len(text) <= LETTERS else f"{text[:LETTERS]}…"


def _masked(value: object, key: str, shown: frozenset[str]) -> object:
    if isinstance(value, Mapping):
        return {_name(name): _masked(item, str(name), shown) for name, item in value.items()}
    if isinstance(value, list | tuple):
        rest = [f"… {len(value)}"] if len(value) > ITEMS else []
        return [*(_masked(item, key, shown) for item in value[:ITEMS]), *rest]
    if value is None or isinstance(value, bool):
        return value if key in shown or not key else MASK  # a plain yes or no is the answer of a verb
    if isinstance(value, int | float):
        return value if key in shown and abs(value) < _LARGE else MASK
    text = str(value)
    if key in _PATHS:
        return _shortened(text)
    if key in _TEXTS:
        return _words(_MANY_DIGITS.sub(MASK, _CITED.sub(MASK, text)))
    plain = key in shown and _PLAIN.fullmatch(text) and not _MANY_DIGITS.search(text)
    return text if plain else MASK


def _words(text: str) -> str:
    """A detail; beside a masked word one that begins large is masked too, since names come in several words."""
    words = [_word(word) for word in text.split()]
    for order in (range(len(words)), reversed(range(len(words)))):
        before = ""
        for at in order:
            if MASK in before and words[at][:1].isupper():
                words[at] = MASK
            before = words[at]
    return " ".join(words)


def _word(word: str) -> str:
    if _QUOTED.search(word) or not word.replace(MASK, "").isascii():
        return MASK
    if word.count("/") > 1:
        word = _shortened(word)
    return word if len(word) <= LONGEST_WORD else MASK


def _shortened(path: str) -> str:
    """The last part of a path; what stands before it may name a session."""
    head, slash, name = path.rpartition("/")
    name = _MANY_DIGITS.sub(MASK, name) if _PLAIN.fullmatch(name) else MASK
    return f"…/{name}" if slash and head else f"{slash}{name}"


def _name(name: object) -> str:
    text = str(name)
    return text if all(_KEY.fullmatch(part) for part in re.split(r": | ", text)) else MASK
