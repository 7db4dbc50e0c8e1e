"""People who exist for one session only: words, numbers and pictures that stand nowhere else in the world."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from drivers.simulators import papers
from drivers.simulators.chip.people import Person
from drivers.simulators.chip.portrait import portrait
from drivers.simulators.papers_ink import font

PHOTO_BYTES: Final = 20_000
_PLAIN_CONSONANTS: Final = "bhklmnptv"
_VOWELS: Final = "aiu"
_MARKED: Final = {"a": "Ẫ", "i": "Ĩ", "u": "Ữ"}
_SYLLABLES: Final = 5
_GRAIN: Final = (60, 60)
_GRAIN_PIXELS: Final = 10


@dataclass(frozen=True)
class Canary:
    """One citizen: the card's person, what they type (none of its keys makes a mark), what is printed on their paper."""

    key: str
    person: Person
    phone: str
    email: str
    typed: str
    printed: str

    @property
    def photo(self) -> bytes:
        """The portrait in the chip, a JPEG."""
        return portrait(self.key, PHOTO_BYTES)

    def paper(self, folder: Path) -> Path:
        """Draws the citizen's paper: a form with the canary's word in large print, and a photograph that is only grain."""
        file = folder / f"{self.key}.png"
        sheet = papers.paper("trademark-application", 1)
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((150, 2300, 2330, 3300), fill="white")
        draw.text((200, 2350), self.printed, font=font(22, 600), fill="black")
        chance = random.Random(f"grain {self.key}")
        grain = Image.frombytes("RGB", _GRAIN, chance.randbytes(_GRAIN[0] * _GRAIN[1] * 3))
        large = grain.resize((_GRAIN[0] * _GRAIN_PIXELS, _GRAIN[1] * _GRAIN_PIXELS), Image.Resampling.NEAREST)
        sheet.paste(large, (300, 2550))
        sheet.save(file, compress_level=1)
        return file


def canary(seed: str, number: int) -> Canary:
    """The citizen of session `number`; the same seed gives the same ones."""
    chance = random.Random(f"{seed}/{number}")
    name = _word(chance)
    marked = _MARKED[name[1]]
    digits = "".join(chance.choices("0123456789", k=6))
    person = Person(
        f"canary-{seed}-{number}",
        "001099" + digits,
        f"NGUYỄN THỬ NGHIỆM {name[0].upper()}{marked}{name[2:].upper()}",
        date(1990, 8, 14),
        "F",
        "Xã Hư Cấu, Quảng Trị",
        f"Ngõ {_word(chance).capitalize()}, Phường Hư Cấu, Quảng Trị",
        date(2023, 2, 9),
        date(2039, 8, 14),
    )
    phone = "09" + "".join(chance.choices("0123456789", k=8))
    return Canary(person.key, person, phone, _word(chance), _word(chance), _word(chance).upper())


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_PLAIN_CONSONANTS) + chance.choice(_VOWELS) for _ in range(_SYLLABLES))
