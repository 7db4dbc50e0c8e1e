"""How well stacks were parted and placed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk_app.matching.values import Placement
from tests.papers.stacks import Stack


@dataclass
class Score:
    """Counts over many stacks. Blank sides count as pages that may be lost, not as ones that are hard to place."""

    pages: int = 0
    lost: int = 0
    judged: int = 0
    right: int = 0
    asked: int = 0
    wrong_unasked: int = 0
    begins_found: int = 0
    begins_true: int = 0
    begins_both: int = 0
    papers: int = 0
    papers_asked: int = 0
    seconds: float = 0.0
    mistakes: list[str] = field(default_factory=list)
    asked_kinds: Counter[str] = field(default_factory=Counter)

    def add(self, stack: Stack, placed: Sequence[Placement], seconds: float) -> None:
        """Counts a stack whose pages were numbered from 1 in order."""
        found = {one.page: one for one in placed}
        self.pages += len(stack.sides)
        self.lost += sum(number not in found for number in range(1, len(stack.sides) + 1))
        self.lost += max(0, len(placed) - len(found))
        self.seconds += seconds
        asked_paper = False
        for number, side in enumerate(stack.sides, start=1):
            one = found.get(number)
            if side.sheet.blank or one is None:
                continue
            self._page(stack, number, one)
            if side.begins:
                self.papers += 1
                asked_paper = False
            if not one.sure and not asked_paper:
                asked_paper = True
                self.papers_asked += 1

    def _page(self, stack: Stack, number: int, one: Placement) -> None:
        side = stack.sides[number - 1]
        self.judged += 1
        right = one.component == side.component
        self.right += right
        self.asked += not one.sure
        if right and not one.sure:
            self.asked_kinds[side.kind] += 1
        if one.sure and not right:
            self.wrong_unasked += 1
        if not right or (number > 1 and one.begins != side.begins):
            self.mistakes.append(
                f"{stack.procedure} p{number} {side.kind}{' begins' if side.begins else ''}: {side.component} "
                f"-> {one.component}{' begins' if one.begins else ''} {one.confidence:.2f}{'' if one.sure else ' asked'}"
            )
        if number > 1:
            self.begins_true += side.begins
            self.begins_found += one.begins
            self.begins_both += side.begins and one.begins

    @property
    def f1(self) -> float:
        """Of finding where papers begin; the first page of a stack does not count, for it always does."""
        return 2 * self.begins_both / max(1, self.begins_found + self.begins_true)

    @property
    def wrong(self) -> float:
        """The share of pages put in a wrong place without a question."""
        return self.wrong_unasked / max(1, self.judged)

    @property
    def asked_share(self) -> float:
        """The share of pages that are asked about."""
        return self.asked / max(1, self.judged)

    @property
    def ms_a_page(self) -> float:
        """Milliseconds a page takes."""
        return 1000 * self.seconds / max(1, self.pages)

    def line(self) -> str:
        """The figures in one line."""
        return (
            f"pages {self.pages} papers {self.papers} F1 {self.f1:.4f} right {self.right / max(1, self.judged):.4f} "
            f"wrong-unasked {self.wrong:.4f} asked {self.asked_share:.4f} papers asked "
            f"{self.papers_asked / max(1, self.papers):.4f} lost {self.lost} ms/page {self.ms_a_page:.2f}"
        )
