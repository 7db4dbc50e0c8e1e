"""Rows of the page review: every page under its paper, in order, the doubtful ones settled by the citizen."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.flow.digitising import (
    ANYWHERE,
    BOTH,
    begin_scan,
    change_page,
    fit_for_its_paper,
    past_the_papers,
    scanner_code,
    tells_of_paper,
    the_page,
    wait_for_paper,
)
from kiosk_app.flow.effects import Effect, PlaceStack, RotatePage, ShowPage
from kiosk_app.flow.events import (
    Back,
    BringToDesk,
    ClosePage,
    Continue,
    DropPage,
    KeepPage,
    LookAtPage,
    MovePage,
    PageRead,
    PagesAlike,
    PageShown,
    PagesPlaced,
    PageTurned,
    RescanPage,
    ScanPaper,
    ShiftPage,
    TurnPage,
)
from kiosk_app.flow.rows import Row, Step, row, stay
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.papers import POORER, Placed, Placing
from kiosk_app.model.session import PageLook, PageStage, PageView, Session
from kiosk_app.model.stack import questions, settled

# --- matching -------------------------------------------------------------------------------------------------------------


def _read(session: Session, event: PageRead) -> Step:
    page = the_page(session, event.page)
    if page is None:
        return stay(session)
    if not page.stacked:
        return change_page(session, event.page, read=True)
    asked = session.scan.asked + 1
    session = replace(session, scan=replace(session.scan, asked=asked))
    return change_page(session, event.page, PlaceStack(asked), read=True)


def _alike(session: Session, event: PagesAlike) -> Step:
    return change_page(session, event.page, same_as=event.same_as)


def _placed(session: Session, event: PagesPlaced) -> Step:
    found = {item.page: item for item in event.placed}
    scan = session.scan
    matched = max(scan.matched, event.asked) if event.asked else scan.asked
    pages = tuple(_put(session, page, found.get(page.number), not event.asked) for page in session.pages)
    return stay(session, pages=pages, scan=replace(scan, matched=matched))


def _put(session: Session, page: PageView, placed: Placed | None, in_vain: bool) -> PageView:
    """The page where the matching puts it; what the citizen placed stays there."""
    if not page.stacked or page.placing is Placing.BY_HAND:
        return page
    if placed is None:
        unplaced = in_vain and page.read and page.placing is Placing.READING
        return replace(page, placing=Placing.NOWHERE, confidence=0.0) if unplaced else page
    if placed.divider:
        # Set aside in sight, like a blank page; who takes it back is asked where it belongs.
        return replace(page, component="", placing=Placing.SURE, confidence=placed.confidence, kept=False)
    known = session.procedure is not None and session.procedure.component(placed.component) is not None
    placing = Placing.SURE if known and placed.sure else Placing.DOUBTFUL if known else Placing.NOWHERE
    return replace(
        page,
        component=placed.component if known else "",
        placing=placing,
        confidence=placed.confidence,
        alternatives=placed.alternatives,
        begins=placed.begins,
    )


# --- what the citizen does with a page ------------------------------------------------------------------------------------


def _drop(session: Session, event: DropPage) -> Step:
    for number in _asked_together(session, event.page, event.through):
        session, _ = change_page(session, number, kept=False)
    return stay(session)


def _asked_together(session: Session, page: int, through: int) -> tuple[int, ...]:
    """The page, and the kept ones after it up to `through` if that is what was asked."""
    asked = any(item.page == page and item.through == through for item in questions(session))
    if not (through and asked):
        return (page,)
    return tuple(item.number for item in session.pages if page <= item.number <= through and item.kept)


def _keep(session: Session, event: KeepPage) -> Step:
    page = the_page(session, event.page)
    if page is None or page.stage is not PageStage.READY:
        return stay(session)
    return change_page(session, event.page, kept=True, same_as=0)


def _move(session: Session, event: MovePage) -> Step:
    if session.procedure is None or session.procedure.component(event.component) is None:
        return stay(session)
    numbers = _asked_together(session, event.page, event.through)
    # What comes after it may belong with it; the number stays, nobody has to wait for the answer.
    stacked = any(page.stacked for page in session.pages if page.number in numbers)
    again: tuple[Effect, ...] = (PlaceStack(session.scan.asked),) if stacked else ()
    for number in numbers:
        session, _ = change_page(session, number, component=event.component, placing=Placing.BY_HAND)
    pages = tuple(fit_for_its_paper(session, page) if page.number in numbers else page for page in session.pages)
    session = replace(session, pages=pages)
    if session.screen is Screen.PAGE_REVIEW and (page := the_page(session, event.page)) and POORER in page.warnings:
        # Large, with what is the matter beside it and the button that scans it again.
        shown, effects = _look(session, LookAtPage(event.page))
        return shown, (*effects, *again)
    return stay(session, *again)


def _shift(session: Session, event: ShiftPage) -> Step:
    page = the_page(session, event.page)
    if page is None:
        return stay(session)
    mine = [at for at, item in enumerate(session.pages) if item.component == page.component and item.kept]
    here = session.pages.index(page)
    there = (
        next((at for at in mine if at > here), None)
        if event.later
        else next((at for at in reversed(mine) if at < here), None)
    )
    if there is None or here not in mine:
        return stay(session)
    pages = list(session.pages)
    pages[here], pages[there] = pages[there], pages[here]
    return stay(session, pages=tuple(pages))


# --- one page, large ------------------------------------------------------------------------------------------------------


def _look(session: Session, event: LookAtPage) -> Step:
    page = the_page(session, event.page)
    if page is None:
        return stay(session)
    if page.stage is not PageStage.READY:
        return stay(session, look=PageLook(event.page, code=page.code))
    return stay(session, ShowPage(event.page), look=PageLook(event.page))


def _close(session: Session, _: ClosePage) -> Step:
    return stay(session, look=None)


def _shown(session: Session, event: PageShown) -> Step:
    if session.look is None or session.look.page != event.page:
        return stay(session)  # another page is looked at by now, or none: the picture is let go
    return stay(session, look=PageLook(event.page, event.picture, event.code))


def _turn(session: Session, event: TurnPage) -> Step:
    page = the_page(session, event.page)
    quarters = event.quarters % 4
    if page is None or page.stage is not PageStage.READY or page.renewing or not quarters:
        return stay(session)
    return change_page(session, event.page, RotatePage(event.page, quarters), renewing=True)


def _turned(session: Session, event: PageTurned) -> Step:
    if event.code is not None:
        return change_page(replace(session, notice=event.code), event.page, renewing=False)
    seen = session.look is not None and session.look.page == event.page
    return change_page(
        session,
        event.page,
        *((ShowPage(event.page),) if seen else ()),
        renewing=False,
        thumbnail=event.thumbnail,
        width=event.width,
        height=event.height,
    )


def _rescan(session: Session, event: RescanPage) -> Step:
    page = the_page(session, event.page)
    if page is None or page.renewing or page.stage is PageStage.PROCESSING or session.scan.running:
        return stay(session)
    session = replace(session, scan=replace(session.scan, renewing=event.page))
    return _to_scan(session)


# --- papers ---------------------------------------------------------------------------------------------------------------


def _scan_paper(session: Session, event: ScanPaper) -> Step:
    known = session.procedure is not None and session.procedure.component(event.component) is not None
    if not known or session.scan.running:
        return stay(session)
    scan = replace(session.scan, component=event.component, renewing=0, whole=0, resume=0, half=0)
    return _to_scan(replace(session, scan=scan))


def _to_scan(session: Session) -> Step:
    """To the scanner, which begins by itself as soon as there is paper; what lies there already waits for a touch."""
    after, effects = begin_scan(session)
    if after.scan.camera or scanner_code(session) or not tells_of_paper(session) or session.scan.paper_loaded:
        return after, effects
    waits, more = wait_for_paper(after)
    return waits, (*effects, *more)


def _bring_to_desk(session: Session, event: BringToDesk) -> Step:
    if session.goal is Goal.SUPPLEMENT:
        return stay(session)  # the papers asked for are handed in together, here or at the desk
    if session.procedure is None or session.procedure.component(event.component) is None:
        return stay(session)
    paper = frozenset({event.component})
    if event.component in session.to_desk:
        return stay(session, to_desk=session.to_desk - paper, chosen_for_desk=session.chosen_for_desk - paper)
    notice = None if session.notice == "APP-MISSING-PAPERS" else session.notice
    return stay(
        session, to_desk=session.to_desk | paper, chosen_for_desk=session.chosen_for_desk | paper, notice=notice
    )


# --- on and back ----------------------------------------------------------------------------------------------------------


def open_questions(session: Session) -> str | None:
    """The code of what is still open about the pages, or None: no page goes into a dossier, or out of it, unasked."""
    if not settled(session):
        return "APP-PAGES-PROCESSING"
    return "APP-OPEN-QUESTIONS" if questions(session) else None


def _leave(session: Session, _: Continue) -> Step:
    if session.processing:
        return stay(session, notice="APP-PAGES-PROCESSING")
    if code := open_questions(session):
        return stay(session, notice=code)
    if session.missing:
        return stay(session, notice="APP-MISSING-PAPERS")
    # What the citizen has seen and agreed to is moved by no later stack.
    pages = tuple(replace(page, placing=Placing.BY_HAND) if page.component else page for page in session.pages)
    return past_the_papers(replace(session, pages=pages))


def _back(session: Session, _: Back) -> Step:
    if session.look is not None:
        return stay(session, look=None)
    return begin_scan(session)


_AFTER = (Screen.FORM, Screen.CHECK_ANSWERS, Screen.DECLARE)
ROWS: tuple[Row, ...] = (
    row(ANYWHERE, PageRead, _read),
    row(ANYWHERE, PagesAlike, _alike),
    row(ANYWHERE, PagesPlaced, _placed),
    row(ANYWHERE, PageTurned, _turned),
    row(BOTH, DropPage, _drop),
    row(BOTH, KeepPage, _keep),
    row(BOTH, MovePage, _move),
    row(BOTH, BringToDesk, _bring_to_desk),
    row(Screen.PAGE_REVIEW, ShiftPage, _shift),
    row(Screen.PAGE_REVIEW, LookAtPage, _look),
    row(Screen.PAGE_REVIEW, ClosePage, _close),
    row(Screen.PAGE_REVIEW, PageShown, _shown),
    row(Screen.PAGE_REVIEW, TurnPage, _turn),
    row(Screen.PAGE_REVIEW, RescanPage, _rescan, Screen.SCAN),
    row(Screen.PAGE_REVIEW, ScanPaper, _scan_paper, Screen.SCAN),
    row(Screen.PAGE_REVIEW, Continue, _leave, *_AFTER),
    row(Screen.PAGE_REVIEW, Back, _back, Screen.SCAN),
)
