"""From a mixed stack of pages to the papers of a procedure: which page is which, where each begins, how sure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kiosk_app.matching import begins
from kiosk_app.matching.kinds import PaperKinds, Phrase
from kiosk_app.matching.naming import Named, Sought, along, heard, named, sought
from kiosk_app.matching.reading import Understood, understand
from kiosk_app.matching.sequence import Decoded, Evidence, decode
from kiosk_app.matching.values import Placement, StackPage, WantedPaper

# The kiosk's own sheets; kiosk_app.identity.codes says what else a code can be.
_DIVIDER = re.compile(r"KIOSK:(?:(NEXT)|PART:([A-Za-z0-9._-]{1,64}))")
# A header sheet says little; a form with its component's code in a corner says much, and is part of its paper.
_SHEET_WORDS: Final = 60
# Of a wrong paper the citizen sees the name and the picture in the review. One set aside is seen by nobody who misses
# it, so that more is asked before it is. Set on side a of the corpus: nothing between 0.90 and 0.95 was wrong there.
SURE: Final = 0.90
SURE_UNWANTED: Final = 0.95
# The chain of evidence is more cautious than it need be: how far its log odds were off over two hundred stacks.
_CAUTION_PAPER: Final = 1.2
_CAUTION_NONE: Final = 0.75
_CODED: Final = 0.995
# How far a paper of a wanted one's family speaks against its being none of them.
_AKIN: Final = 0.4
# No larger than a photograph from the chemist's.
_PHOTOGRAPH_MM: Final = 160.0


@dataclass
class _Run:
    """Pages between two dividing sheets. `component` is what the header sheet says of all of them."""

    pages: list[Understood] = field(default_factory=list)
    blank_before: list[bool] = field(default_factory=list)
    component: str | None = None
    separated: bool = False


class Matcher:
    """Tells papers apart by what is known of their kinds. Holds no page and no word of one; use one for many stacks."""

    def __init__(self, papers: PaperKinds) -> None:
        self._kinds = papers
        self._sought: dict[WantedPaper, Sought] = {}

    def place(self, stack: Sequence[StackPage], wanted: Sequence[WantedPaper]) -> tuple[Placement, ...]:
        """Where each page belongs: one placement a page in the stack's order, blank ones and dividing sheets too."""
        try:
            return self._placed(stack, wanted)
        finally:
            self._kinds.vocabulary.forget()

    def _placed(self, stack: Sequence[StackPage], wanted: Sequence[WantedPaper]) -> tuple[Placement, ...]:
        for paper in wanted:
            if paper not in self._sought:
                self._sought[paper] = sought(paper, self._kinds)
        seeking = [self._sought[paper] for paper in wanted]
        ids = {paper.id for paper in wanted}
        placed: dict[int, Placement] = {}
        for run in self._runs(stack, ids, placed):
            for placement in self._place_run(run, seeking):
                placed[placement.page] = placement
        self._doubt_the_weaker(placed, stack)
        return tuple(_with_blanks(stack, placed))

    def _runs(self, stack: Sequence[StackPage], ids: set[str], placed: dict[int, Placement]) -> list[_Run]:
        runs = [_Run()]
        blank = False
        for page in stack:
            divides, component = _divider(page)
            if component is not None and component not in ids:
                component = None
            if divides:
                runs.append(_Run(component=component, separated=True))
                blank = False
                if sum(len(line.text.split()) for line in page.lines) < _SHEET_WORDS:
                    placed[page.number] = Placement(page.number, None, 1.0, True, True, divider=True)
                    continue
            if page.blank:
                blank = True
                continue
            runs[-1].pages.append(understand(page, self._kinds))
            runs[-1].blank_before.append(blank)
            blank = False
        return runs

    def _place_run(self, run: _Run, seeking: Sequence[Sought]) -> list[Placement]:
        if run.component is not None:
            return [
                Placement(page.page.number, run.component, _CODED, at == 0, True) for at, page in enumerate(run.pages)
            ]
        told = iter(self._told_apart(run, seeking))
        placements: list[Placement] = []
        unread = False
        for page in run.pages:
            if not page.page.read:
                placements.append(Placement(page.page.number, None, 0.0, True, False))
                unread = True
                continue
            placement = next(told)
            # What does not begin a paper may go on with the one that nobody has read.
            unread = unread and not placement.begins
            placements.append(replace(placement, sure=False) if unread else placement)
        return placements

    def _told_apart(self, run: _Run, seeking: Sequence[Sought]) -> list[Placement]:
        """The places of the run's pages that were read, by what is written on them."""
        pages = [page for page in run.pages if page.page.read]
        blanks = [blank for page, blank in zip(run.pages, run.blank_before, strict=True) if page.page.read]
        evidence: list[Evidence] = []
        behind: begins.Before | None = None
        for page, blank in zip(pages, blanks, strict=True):
            name, body = named(page, self._kinds), self._kinds.body(page.words)
            odds = begins.log_odds(replace(behind, blank_between=blank) if behind else None, page, name)
            if run.separated and behind is not None:
                odds -= 2.5
            evidence.append(Evidence(odds, self._labels(page, name, body, seeking), self._onward(page, body, seeking)))
            behind = begins.Before(page, name)
        return [_placement(page, decoded, seeking) for page, decoded in zip(pages, decode(evidence), strict=True)]

    def _labels(
        self, page: Understood, name: Named, body: dict[str, float], seeking: Sequence[Sought]
    ) -> tuple[float, ...]:
        """The log chance of each wanted paper, and at the end of none, for a page that begins a paper."""
        by_title = _shares(name.kinds, 2.2)
        by_body = _shares(body, 1.5)
        strength = name.title.strength if name.title is not None else 0.0
        if not name.kinds:
            # Capitals in the middle of the page that name no paper: a company, a heading.
            strength *= 0.4
        words = frozenset(page.words)
        scores: list[float] = []
        for one in seeking:
            agreed = sum(share * by_title.get(kind, 0.0) for kind, share in one.kinds.items())
            said = sum(share * by_body.get(kind, 0.0) for kind, share in one.kinds.items())
            called = max((self._called(phrase, name) for phrase in one.phrases), default=0.0)
            spoken = max((heard(phrase, words, self._kinds) for phrase in one.phrases), default=0.0)
            score = strength * (4.0 * agreed + 5.0 * (called - 0.6)) + 1.8 * said * min(1.0, sum(body.values()) / 3)
            score += 1.5 * (spoken - 0.7)
            score += _by_look(page, one)
            scores.append(score)
        clear = min(1.0, name.best / 2.0)
        meant = max(
            (sum(share * by_title.get(k, 0.0) for k, share in one.kinds.items()) for one in seeking), default=0.0
        )
        # A form by another name may still be the form that is wanted.
        wanted_families = {family for one in seeking for family in one.families}
        akin = sum(share for kind, share in by_title.items() if self._kinds.kinds[kind].family in wanted_families)
        none = 0.4 + 3.2 * clear * (1 - max(meant, _AKIN * akin)) - 0.6 * meant
        return _normalised([*scores, none])

    def _called(self, phrase: Phrase, name: Named) -> float:
        """How much of a wanted paper's name the title is, from its beginning on and over all."""
        if name.title is None:
            return 0.0
        in_order = along(phrase, name.title.words, self._kinds)
        return 0.5 * in_order + 0.5 * heard(phrase, frozenset(name.title.words), self._kinds)

    def _onward(self, page: Understood, body: dict[str, float], seeking: Sequence[Sought]) -> tuple[float, ...]:
        """What a page that goes on says of the paper it goes on with: little, for all papers quote others."""
        by_body = _shares(body, 1.5)
        clear = min(1.0, sum(body.values()) / 4)
        said = [sum(share * by_body.get(kind, 0.0) for kind, share in one.kinds.items()) for one in seeking]
        return (*(1.2 * clear * value for value in said), 0.3 * clear)

    def _doubt_the_weaker(self, placed: dict[int, Placement], stack: Sequence[StackPage]) -> None:
        """Of papers that would be the same one, those clearly less certain are asked about."""
        first: dict[str, float] = {}
        for placement in placed.values():
            if placement.begins and placement.component is not None:
                first[placement.component] = max(first.get(placement.component, 0.0), placement.confidence)
        doubted = False
        for page in stack:
            one = placed.get(page.number)
            if one is None or one.component is None:
                continue
            if one.begins:
                doubted = one.confidence < 0.985 and one.confidence < first[one.component]
            if doubted and one.sure:
                placed[page.number] = replace(one, sure=False)


def _divider(page: StackPage) -> tuple[bool, str | None]:
    """Whether a code on the page parts the stack here, and the component it names."""
    for code in page.codes:
        found = _DIVIDER.fullmatch(code.strip())
        if found is not None:
            return True, found[2]
    return False, None


def _by_look(page: Understood, one: Sought) -> float:
    """For papers that are looked at rather than read."""
    pictured = bool(one.marks & {"picture", "drawing"})
    if not page.words and max(page.page.width_mm, page.page.height_mm) < _PHOTOGRAPH_MM:
        return 3.0 if "picture" in one.marks else -1.5
    if page.pictorial:
        return 2.0 if pictured else -1.0
    if one.marks & {"picture"} and page.covered > 0.2:
        return -0.8
    return 0.0


def _shares(values: Mapping[str, float], sharpness: float) -> dict[str, float]:
    """Strengths made shares of one, the stronger getting more than its part."""
    if not values:
        return {}
    top = max(values.values())
    raised = {key: math.exp(sharpness * (value - top)) for key, value in values.items()}
    whole = sum(raised.values())
    return {key: value / whole for key, value in raised.items()}


def _normalised(scores: Sequence[float]) -> tuple[float, ...]:
    top = max(scores)
    whole = top + math.log(sum(math.exp(score - top) for score in scores))
    return tuple(score - whole for score in scores)


def _calibrated(chance: float, caution: float) -> float:
    """The chance with the caution taken off its log odds, so that of a hundred pages with 0.95 five are wrong."""
    bounded = min(1 - 1e-6, max(1e-6, chance))
    return 1 / (1 + (1 - bounded) / bounded * math.exp(-caution))


def _placement(page: Understood, decoded: Decoded, seeking: Sequence[Sought]) -> Placement:
    ids: list[str | None] = [one.paper.id for one in seeking] + [None]
    component = ids[decoded.label]
    confidence = _calibrated(decoded.labels[decoded.label], _CAUTION_NONE if component is None else _CAUTION_PAPER)
    others = sorted(
        (index for index in range(len(ids) - 1) if index != decoded.label), key=lambda index: -decoded.labels[index]
    )
    alternatives = tuple(str(ids[index]) for index in others if decoded.labels[index] > 0.02)[:3]
    return Placement(
        page.page.number,
        component,
        round(confidence, 4),
        decoded.begins,
        confidence >= (SURE_UNWANTED if component is None else SURE),
        alternatives,
    )


def _with_blanks(stack: Sequence[StackPage], placed: dict[int, Placement]) -> list[Placement]:
    """The placements in the stack's order; a blank side belongs to the paper before it."""
    result: list[Placement] = []
    last: Placement | None = None
    for page in stack:
        placement = placed.get(page.number)
        if placement is None:
            if last is None or last.divider:
                placement = Placement(page.number, None, 1.0, True, True)
            else:
                placement = replace(last, page=page.number, begins=False)
        result.append(placement)
        last = placement
    return result
