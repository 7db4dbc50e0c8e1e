"""Places stacks of the corpus and counts; by simulated reading (fast) or by drawing and really reading them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable

from kiosk_app.matching.kinds import PaperKinds
from kiosk_app.matching.matcher import Matcher
from kiosk_app.matching.values import StackPage
from tests.papers import misread
from tests.papers.score import Score
from tests.papers.stacks import Stack, stack

Reading = Callable[[Stack, int], list[StackPage]]


def simulated(one: Stack, seed: int) -> list[StackPage]:
    """The pages as a recogniser with ordinary mistakes would give them."""
    rng = random.Random(f"misread{seed}")
    return [misread.read(side.sheet, number, rng) for number, side in enumerate(one.sides, start=1)]


def measure(side: str, seeds: Iterable[int], reading: Reading = simulated) -> Score:
    """The score over the stacks of those numbers."""
    matcher = Matcher(PaperKinds.load())
    score = Score()
    for seed in seeds:
        one = stack(seed, side)
        pages = reading(one, seed)
        started = time.perf_counter()
        placed = matcher.place(pages, one.wanted)
        score.add(one, placed, time.perf_counter() - started)
    return score
