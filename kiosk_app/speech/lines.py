"""What is said: one line of the transcript, its parts, its language, why it is said, and whether it is personal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kiosk_app.model.basics import Language


class Why(StrEnum):
    """What a line is about."""

    GUIDE = "guide"
    SCREEN = "screen"
    STOP = "stop"
    CHANGE = "change"
    KEY = "key"
    SETTING = "setting"


@dataclass(frozen=True)
class Part:
    """Some words that are said in one breath; `personal` ones only into a headset."""

    words: str = field(repr=False)
    personal: bool = False


@dataclass(frozen=True)
class Line:
    """One thing that is said. Its words are never logged: they may be somebody's."""

    parts: tuple[Part, ...]
    language: Language
    why: Why

    @property
    def text(self) -> str:
        """The whole line as it is read."""
        return " ".join(_ended(part.words) for part in self.parts if part.words)

    @property
    def personal(self) -> bool:
        """Whether any of it may be heard by one person only."""
        return any(part.personal for part in self.parts)

    def aloud(self, hidden: str) -> Line:
        """The line as a loudspeaker may say it: `hidden` once in the place of what is personal."""
        if not self.personal:
            return self
        parts: list[Part] = []
        for part in self.parts:
            if not part.personal:
                parts.append(part)
            elif not parts or parts[-1].words != hidden:
                parts.append(Part(hidden))
        return Line(tuple(parts), self.language, self.why)


_DIGITS: Final = re.compile(r"\d{5,}")
_MARKS: Final = str.maketrans({"«": "", "»": "", "·": ",", "•": ",", "→": ",", "–": ",", "\n": " "})


def for_the_ear(words: str) -> str:
    """Words as a voice has to get them: long numbers digit by digit, and no marks that are only for the eye."""
    return _DIGITS.sub(lambda found: " ".join(found.group()), words).translate(_MARKS)


def _ended(words: str) -> str:
    return words if words[-1] in ".!?:;," else f"{words}."
