"""The wordings of the corpus: what stands on each kind of paper, two sides apart, and who is named there (nobody real)."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "wordings"
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
MIDDLES = ("Văn", "Thị", "Minh", "Thử", "Giả")
GIVEN = ("Nghiệm", "Định", "Mẫu", "Thí", "Dụ", "Tượng", "Trưng")
WORKS = ("Thử Nghiệm", "Giả Định", "Ví Dụ", "Mẫu Mực", "Minh Họa", "Tưởng Tượng")
FORMS = ("Công ty TNHH", "Công ty Cổ phần", "Trung tâm", "Viện")


@dataclass(frozen=True)
class Wording:
    """One kind of paper on one side of the corpus. `answers`: beginnings of the components' names it is a paper for."""

    kind: str
    genre: str
    answers: tuple[str, ...]
    titles: tuple[str, ...]
    lines: tuple[str, ...]
    least: int
    most: int


@dataclass(frozen=True)
class Prose:
    """What fills the pages of one side."""

    prose: tuple[str, ...]
    labels: tuple[str, ...]
    english: tuple[str, ...]
    rows: tuple[str, ...]
    signs: tuple[str, ...]
    headings: tuple[str, ...]


@cache
def wordings(side: str) -> tuple[Wording, ...]:
    """All kinds of one side, `a` or `b`."""
    found = []
    for name in ("forms", "papers", "others"):
        for entry in _read(f"{name}.toml")["paper"]:
            least, most = entry["pages"]
            found.append(
                Wording(
                    entry["kind"],
                    entry["genre"],
                    tuple(entry.get("answers", ())),
                    tuple(entry[f"title_{side}"]),
                    tuple(entry[f"lines_{side}"]),
                    least,
                    most,
                )
            )
    return tuple(found)


@cache
def prose(side: str) -> Prose:
    """The filling sentences of one side."""
    entry = _read("prose.toml")[side]
    return Prose(*(tuple(entry[key]) for key in ("prose", "labels", "english", "rows", "signs", "headings")))


def filled(text: str, rng: random.Random) -> str:
    """The text with its placeholders filled in: people, works and numbers that are plainly made up."""
    return re.sub(r"\{([podnam])\}", lambda found: _made_up(found[1], rng), text)


def _made_up(what: str, rng: random.Random) -> str:
    match what:
        case "p":
            return f"{rng.choice(FAMILIES)} {rng.choice(MIDDLES)} {rng.choice(GIVEN)}"
        case "o":
            return f"{rng.choice(FORMS)} {rng.choice(WORKS)} {rng.choice(GIVEN)}"
        case "d":
            return f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2015, 2026)}"
        case "n":
            return "0000" + "".join(str(rng.randint(0, 9)) for _ in range(rng.choice((4, 6, 8))))
        case "a":
            return f"Số {rng.randint(1, 200)} đường {rng.choice(WORKS)}, phường {rng.choice(WORKS)}"
        case _:
            return f"{rng.randint(1, 900)}.000.000 đồng"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
