"""What a stack of pages still needs of the citizen: questions one by one, and how far reading and placing are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk_app.model.papers import PageStage, PageView, Placing
from kiosk_app.model.session import Session


class Doubt(StrEnum):
    """What is asked of a page: is it of this paper, of which one is it, is it there twice."""

    PAPER = "paper"
    NOWHERE = "nowhere"
    TWICE = "twice"


@dataclass(frozen=True)
class Question:
    """A page that a person has to look at. `twin` is the earlier page that it looks like.

    `through` is the last page of the same paper: pages that go on with it are asked together with its first one.
    """

    doubt: Doubt
    page: int
    component: str = ""
    choices: tuple[str, ...] = ()
    twin: int = 0
    through: int = 0


@dataclass(frozen=True)
class Progress:
    """How many pages left the scanner, how many are read, and how many of them are under a paper or were asked about."""

    scanned: int
    read: int
    placed: int

    @property
    def over(self) -> bool:
        """Whether nothing is on its way any more."""
        return self.scanned == self.read == self.placed


def progress(session: Session) -> Progress:
    """Of the pages of stacks; what was scanned for one paper needs no reading to be placed."""
    stacked = [page for page in session.pages if page.stacked and page.stage is not PageStage.FAILED]
    return Progress(
        len(stacked),
        sum(page.read for page in stacked),
        sum(page.read and page.placing is not Placing.READING for page in stacked),
    )


def settled(session: Session) -> bool:
    """Whether every page of the stacks has been read and matched with all the others."""
    return progress(session).over and session.scan.matched >= session.scan.asked


def reviewable(session: Session) -> bool:
    """Whether the pages may be looked through: all are scanned, and those of a stack may still be on their way.

    The review shows how far a stack is read and goes no further before that is over; of other pages it says nothing.
    """
    return not session.scan.running and not (session.processing and settled(session))


def questions(session: Session) -> tuple[Question, ...]:
    """What is open, in the order of the pages; none before everything is read, since the next page may answer it."""
    if not settled(session):
        return ()
    known = tuple(item.id for item in session.procedure.components) if session.procedure else ()
    good = {page.number for page in session.pages if page.kept and page.stage is PageStage.READY}
    asked: list[Question] = []
    goes_on = False
    for page in sorted(session.pages, key=lambda page: page.number):
        found = _question(page, known, good) if page.number in good and not page.renewing else None
        if found is not None and goes_on and not page.begins and _alike(asked[-1], found):
            asked[-1] = replace(asked[-1], through=page.number)
        elif found is not None:
            asked.append(found)
        # A blank back between two pages parts nothing.
        goes_on = found is not None or (goes_on and page.blank)
    return tuple(asked)


def _alike(one: Question, other: Question) -> bool:
    return one.doubt is other.doubt is not Doubt.TWICE and one.component == other.component


def _question(page: PageView, known: tuple[str, ...], good: set[int]) -> Question | None:
    if page.same_as in good and page.same_as != page.number:
        return Question(Doubt.TWICE, page.number, page.component, twin=page.same_as)
    if not known:
        return None  # a procedure without papers: there is nothing to ask
    if page.component in known and page.placing is not Placing.DOUBTFUL:
        return None
    likely = tuple(item for item in page.alternatives if item in known and item != page.component)
    if page.component not in known:
        return Question(Doubt.NOWHERE, page.number, choices=likely)
    return Question(Doubt.PAPER, page.number, page.component, likely)
