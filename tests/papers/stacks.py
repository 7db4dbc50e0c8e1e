"""Mixed stacks for real procedures of the catalogue, with the truth about every page."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import cache

from kiosk_app.matching.letters import fold
from kiosk_app.matching.values import WantedPaper
from tests.papers.layout import ROOT, Sheet, blank_back, set_paper
from tests.papers.wordings import Wording, wordings

PROCEDURES = (
    "IP-01", "IP-02", "IP-03", "IP-04", "IP-06", "IP-08", "RA-02", "RA-04", "RA-06", "PO-01", "PO-02",
    "TE-01", "TE-02", "TE-04", "RF-03", "ST-02", "TT-01", "TT-04",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One page of a stack with the truth: the component it belongs to (None: none), and whether it begins its paper."""

    sheet: Sheet
    component: str | None
    begins: bool
    kind: str


@dataclass(frozen=True)
class Stack:
    """What a citizen puts in, and what the procedure wants."""

    procedure: str
    wanted: tuple[WantedPaper, ...]
    sides: tuple[Side, ...]


@cache
def wanted_of(procedure: str) -> tuple[WantedPaper, ...]:
    """The components of a procedure of the catalogue as papers that are wanted."""
    catalogue = json.loads((ROOT / "assets" / "catalogue" / "procedures.json").read_text(encoding="utf-8"))
    entry = next(item for item in catalogue["procedures"] if item["local_id"] == procedure)
    return tuple(
        WantedPaper(f"{procedure}.{at}", (item["name_vi"], item["name_en"]), bool(item["required"]))
        for at, item in enumerate(entry["components"], start=1)
    )


def answering(paper: WantedPaper, side: str) -> list[Wording]:
    """The wordings that are a paper of this component."""
    name = fold(paper.names[0])
    return [one for one in wordings(side) if any(name.startswith(fold(answer)) for answer in one.answers)]


def stack(seed: int, side: str) -> Stack:
    """The stack of that number: most required papers, some others, some that nobody asked for, blank backs."""
    rng = random.Random(f"{side}{seed}")
    procedure = PROCEDURES[seed % len(PROCEDURES)]
    wanted = wanted_of(procedure)
    papers: list[tuple[str | None, Wording]] = []
    for paper in wanted:
        choice = answering(paper, side)
        if choice and rng.random() < (0.92 if paper.required else 0.55):
            papers += [(paper.id, rng.choice(choice))] * (2 if rng.random() < 0.06 else 1)
    strange = [one for one in wordings(side) if not one.answers]
    papers += [(None, one) for one in rng.sample(strange, rng.randint(1, 3))]
    rng.shuffle(papers)
    duplex = rng.random() < 0.35
    sides: list[Side] = []
    for component, wording in papers:
        sheets = set_paper(wording, side, rng)
        sides += [Side(sheet, component, at == 0, wording.kind) for at, sheet in enumerate(sheets)]
        if duplex and len(sheets) % 2:
            sides.append(Side(blank_back(sheets[-1]), component, False, wording.kind))
    return Stack(procedure, wanted, tuple(sides))
