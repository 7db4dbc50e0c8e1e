"""What an officer can do for a citizen at this moment: which tools, which steps behind, what may be accepted or shown."""

from __future__ import annotations

from typing import Final

from drivers.ports import DeviceKind
from kiosk_app.model.assisting import NEEDS, PHRASES, REASONS, Acceptable, Act, Tool
from kiosk_app.model.basics import SERVICING, Goal, Overlay, Screen
from kiosk_app.model.form import FieldKind
from kiosk_app.model.offers import draft_offered, handout_offered
from kiosk_app.model.papers import PageStage
from kiosk_app.model.session import CardStage, Session

CITIZENS: Final = tuple(
    screen for screen in Screen if screen not in (Screen.GOODBYE, Screen.OUT_OF_SERVICE, Screen.SENDING, *SERVICING)
)
"""Screens over which an officer can sign in."""
OWN: Final = (Screen.CONSENT, Screen.DECLARE, Screen.SENDING, Screen.SAVE_DRAFT, Screen.SAVED_DRAFT)
"""Screens that ask for the citizen's own word: there the panel steps aside."""
QUIET: Final = frozenset({Tool.POINT, Tool.ENLARGE, Tool.READ, Tool.TIME, Tool.HAND_BACK})
"""Tools that change nothing of what is declared."""
_WAY: Final = (
    Screen.SEARCH,
    Screen.PROCEDURE,
    Screen.CHECKLIST,
    Screen.CONSENT,
    Screen.IDENTIFY,
    Screen.IDENTIFY_OTHERWISE,
    Screen.CONFIRM_IDENTITY,
    Screen.SCAN,
    Screen.PAGE_REVIEW,
    Screen.FORM,
    Screen.CHECK_ANSWERS,
    Screen.DECLARE,
)
_STOPS: Final = (Screen.SEARCH, Screen.CHECKLIST, Screen.IDENTIFY, Screen.SCAN, Screen.PAGE_REVIEW, Screen.FORM)
"""Where an officer can lead back to. Nobody is led to a consent or a declaration, nor past one."""


def folded(session: Session) -> bool:
    """Whether the panel stands aside as a bar: the next touch is the citizen's own."""
    return session.screen in OWN


def steps_behind(session: Session) -> tuple[Screen, ...]:
    """The steps that lie behind the citizen and can be gone back to, in their order."""
    if session.screen not in _WAY or session.scan.running or session.card.stage is CardStage.READING:
        return ()
    # Whoever hands in papers later begins at the scanner.
    stops = (Screen.SCAN, Screen.PAGE_REVIEW) if session.goal is Goal.SUPPLEMENT else _STOPS
    here = _WAY.index(session.screen)
    behind = [stop for stop in stops if _WAY.index(stop) < here and not _nothing_there(session, stop)]
    if session.screen is Screen.IDENTIFY_OTHERWISE and Screen.IDENTIFY in behind:
        behind.remove(Screen.IDENTIFY)  # the same step in another way
    return tuple(behind)


def _nothing_there(session: Session, stop: Screen) -> bool:
    return stop is Screen.PAGE_REVIEW and not session.pages


def masked(session: Session) -> frozenset[str]:
    """The answers that an officer who stands here does not see: all that is typed or read, until the citizen shows it.

    A choice among a few is no secret that could be read off a screen.
    """
    now = session.assist.now
    if now is None:
        return frozenset()
    return frozenset(
        item.id
        for item in session.fields
        if item.kind is not FieldKind.CHOICE
        and item.id not in now.shown
        and item.id in session.answers
        and session.answers[item.id].value
    )


def doubtful_page(session: Session) -> int:
    """The first page that may have to be scanned again, 0 when there is none: kept, with a warning that nobody accepted."""
    accepted = {item.page for item in session.assist.record.accepted} if session.assist.record is not None else set()
    pages = (page for page in session.pages if page.kept and page.stage is PageStage.READY and page.warnings)
    return next((page.number for page in pages if not page.renewing and page.number not in accepted), 0)


def acceptable(session: Session) -> tuple[tuple[Acceptable, int], ...]:
    """The soft failures of this screen that an officer may accept, with the number of the page where it is one."""
    identity, record = session.identity, session.assist.record
    if session.goal is not Goal.SUBMIT:
        return ()  # there is no dossier that it could go with
    done = {(item.what, item.page) for item in record.accepted} if record is not None else set()
    found: list[tuple[Acceptable, int]] = []
    match session.screen:
        case Screen.IDENTIFY if session.card.stage is not CardStage.READING and session.device(DeviceKind.CARD):
            found.append((Acceptable.NO_CARD, 0))
        case Screen.CONFIRM_IDENTITY if identity is not None:
            if identity.verified_by != "chip":
                found.append((Acceptable.NO_CARD, 0))
            if identity.doubt == "CRD-MISMATCH" and not identity.noted:
                found.append((Acceptable.NAME, 0))
        case Screen.SCAN | Screen.PAGE_REVIEW:
            doubtful = [page for page in session.pages if page.kept and page.stage is PageStage.READY and page.warnings]
            found += [(Acceptable.PAGE, page.number) for page in doubtful if not page.renewing]
    return tuple(item for item in found if item not in done)


def hand_over_by_draft(session: Session) -> bool:
    """Whether the desk can go on with what is done: as a saved draft, which takes a proven card."""
    return session.screen is not Screen.CHECKLIST and draft_offered(session)


def tools(session: Session) -> frozenset[Tool]:
    """The tools that help now and that the officer's role has; none while nobody helps."""
    now = session.assist.now
    if now is None:
        return frozenset()
    helps = set(QUIET)
    if session.screen is Screen.HOME and session.out_of_service is None:
        helps.add(Tool.PRACTISE)  # where no session of a citizen is running
    if not folded(session):
        if steps_behind(session):
            helps.add(Tool.STEP)
        if session.screen is Screen.FORM and masked(session):
            helps.add(Tool.FIELD)
        if acceptable(session):
            helps.add(Tool.ACCEPT)
        if session.goal is Goal.SUBMIT and session.procedure is not None and session.screen is not Screen.DONE:
            helps.add(Tool.NOTE)
        if hand_over_by_draft(session) or (handout_offered(session) and session.screen is not Screen.DONE):
            helps.add(Tool.HAND_OVER)
    return frozenset(tool for tool in helps if now.member.may(NEEDS[tool]))


def allowed(session: Session, act: Act) -> bool:
    """Whether this use of a tool is one now. What is not is refused and written down."""
    if act.tool not in tools(session):
        return False
    match act.tool:
        case Tool.STEP:
            return act.target in steps_behind(session)
        case Tool.FIELD:
            return act.target in masked(session) and not act.reason and session.overlay is Overlay.NONE
        case Tool.ACCEPT:
            known = [what for what, page in acceptable(session) if (what, page) == (act.target, act.page)]
            return bool(known) and act.reason in REASONS[known[0]]
        case Tool.NOTE:
            chosen = act.target.split("+") if act.target else []
            return set(chosen) <= set(PHRASES) and bool(chosen or act.text.strip())
    return not act.target and not act.reason
