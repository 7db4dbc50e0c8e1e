"""Drafts that a citizen saves and opens again: what is known of them, and what of one still fits its procedure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk_app.model.basics import Screen
from kiosk_app.model.form import Answer, Field, check
from kiosk_app.model.papers import PageView, Placing
from kiosk_app.model.procedure import Procedure


class DraftWork(StrEnum):
    """What is being done for the citizen about drafts; at most one thing at a time."""

    NONE = "none"
    ASKING = "asking"
    SAVING = "saving"
    OPENING = "opening"
    DELETING = "deleting"


@dataclass(frozen=True)
class SavedDraft:
    """A draft that the service keeps for the person. Times are RFC 3339, `until` is its last day (ISO).

    `lineage` names the first of those that were saved, opened and saved again. `readable`: the card opens it; of one that
    was saved with another card of the person neither procedure nor content is known.
    """

    id: str
    lineage: str
    saved_at: str
    until: str
    procedure_id: str = ""
    procedure_vi: str = ""
    procedure_en: str = ""
    pages: int = 0
    readable: bool = True


@dataclass(frozen=True)
class Drafts:
    """What the session knows of the person's drafts: `found` None before the service has told.

    `keep_days`: for how long one is kept that is saved now. `wanted`: the citizen wants to save as soon as the card is read.
    `back`: the screen that saving goes back to. `chosen`: the draft in hand; `sure`: its deletion was asked for once.
    `agreed`: when the citizen agreed to its being kept. `saved`: the one of this session, once it is kept. `lineage`: of the
    draft that this session's dossier comes from. `anew`: the citizen does without the drafts that were found. `lost`: the
    names of papers and questions of the opened draft that its procedure does not have any more.
    """

    found: tuple[SavedDraft, ...] | None = None
    keep_days: int = 0
    work: DraftWork = DraftWork.NONE
    code: str | None = None
    wanted: bool = False
    back: Screen | None = None
    chosen: str = ""
    sure: bool = False
    agreed: str = ""
    saved: SavedDraft | None = None
    lineage: str = ""
    anew: bool = False
    lost: tuple[str, ...] = ()

    @property
    def in_hand(self) -> SavedDraft | None:
        """The draft that is chosen."""
        return next((item for item in self.found or () if item.id == self.chosen), None)

    def of(self, procedure: Procedure | None) -> SavedDraft | None:
        """The person's draft of that procedure."""
        if procedure is None:
            return None
        return next((item for item in self.found or () if item.procedure_id == procedure.local_id), None)


@dataclass(frozen=True)
class DraftContent:
    """What was saved: papers at hand, answers, pages. `papers` are the procedure's by id, `asked` its mark, both of then."""

    procedure_id: str
    papers: Mapping[str, str]
    asked: str
    notices: bool = False
    have: frozenset[str] = frozenset()
    to_desk: frozenset[str] = frozenset()
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pages: tuple[PageView, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """A draft as it fits its procedure now. `changed`: the procedure asks for other things than when it was saved."""

    have: frozenset[str]
    to_desk: frozenset[str]
    answers: Mapping[str, Answer] = field(repr=False)
    pages: tuple[PageView, ...]
    changed: bool = False
    lost: tuple[str, ...] = ()


_KINDS: Final = ("name_vi", "originals", "copies", "required")


def mark(procedure: Procedure, fields: tuple[Field, ...]) -> str:
    """A digest of what the procedure asks of a citizen: papers and questions. Another one means that it has changed."""
    papers = [[item.id, *(getattr(item, name) for name in _KINDS)] for item in procedure.components]
    questions = [
        [item.id, item.kind.value, item.label_vi, item.required, item.max_length, [one.value for one in item.choices]]
        for item in fields
    ]
    text = json.dumps([papers, questions], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fitted(content: DraftContent, procedure: Procedure, fields: tuple[Field, ...]) -> Fitted:
    """The draft as the procedure takes it now: nothing that still fits is lost, and no page at all.

    Papers are known again by their names, since their numbers change with the list; the pages of a paper that is not asked
    for any more are left without one, so that the review asks where they belong. An answer stays when its question is there
    and takes it.
    """
    moved = _moved(content.papers, procedure)
    pages = tuple(_page(page, moved) for page in content.pages)
    known = {item.id: item for item in fields}
    answers = {
        key: answer
        for key, answer in content.answers.items()
        # An empty or half typed one is no reason to take it away: the form says what is missing.
        if key in known and (not answer.value.strip() or check(known[key], answer.value) is None)
    }
    papers = [name for id, name in content.papers.items() if id not in moved and _used(content, id)]
    asked = [content.questions.get(key, key) for key in content.answers if key not in answers]
    return Fitted(
        have=frozenset(moved[id] for id in content.have if id in moved),
        to_desk=frozenset(moved[id] for id in content.to_desk if id in moved),
        answers=MappingProxyType(answers),
        pages=pages,
        changed=content.asked != mark(procedure, fields),
        lost=(*papers, *asked),
    )


def _moved(papers: Mapping[str, str], procedure: Procedure) -> dict[str, str]:
    """Where each paper of the draft is in the procedure now; one of the same name under the same id stays there."""
    now = {item.id: item.name_vi for item in procedure.components}
    moved = {id: id for id, name in papers.items() if now.get(id) == name}
    for id, name in papers.items():
        if id in moved:
            continue
        free = [item for item, other in now.items() if other == name and item not in moved.values()]
        if free:
            moved[id] = free[0]
    return moved


def _used(content: DraftContent, paper: str) -> bool:
    return paper in content.have | content.to_desk or any(page.component == paper for page in content.pages)


def _page(page: PageView, moved: Mapping[str, str]) -> PageView:
    component = moved.get(page.component, "")
    if component:
        return replace(page, component=component, placing=Placing.BY_HAND)
    # Nobody knows where it belongs: it is asked of the citizen.
    return replace(page, component="", placing=Placing.NOWHERE)
