"""Rows of scan and page review: papers into pages, pages under the right component."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drivers.ports import DeviceKind
from kiosk_app.flow.effects import CancelScan, ScanPages
from kiosk_app.flow.events import (
    Back,
    ChooseComponent,
    Continue,
    DropPage,
    HandInAtDesk,
    KeepPage,
    MovePage,
    PageFailed,
    PageReady,
    PageScanned,
    PaperChanged,
    ScanEnded,
    StartScan,
    StopScan,
)
from kiosk_app.flow.rows import Row, Step, go, row, stay
from kiosk_app.model.basics import Screen
from kiosk_app.model.offers import desk_offered
from kiosk_app.model.session import PageStage, PageView, Session


def _change_page(session: Session, number: int, **changes: Any) -> Step:
    pages = tuple(replace(page, **changes) if page.number == number else page for page in session.pages)
    return stay(session, pages=pages)


def _choose(session: Session, event: ChooseComponent) -> Step:
    known = session.procedure is not None and session.procedure.component(event.component) is not None
    if session.scan.running or not known:
        return stay(session)
    return stay(session, notice=None, scan=replace(session.scan, component=event.component))


def _start(session: Session, _: StartScan) -> Step:
    if session.scan.running or not session.scan.component:
        return stay(session)
    if code := _scanner_code(session):
        return stay(session, notice=code)
    first = max((page.number for page in session.pages), default=0) + 1
    return stay(
        session,
        ScanPages(session.scan.component, first),
        notice=None,
        scan=replace(session.scan, running=True, stopping=False),
        to_desk=frozenset(),  # the scanner is back: what it takes need not be carried to the desk
    )


def _stop(session: Session, _: StopScan) -> Step:
    if not session.scan.running or session.scan.stopping:
        return stay(session)
    return stay(session, CancelScan(), scan=replace(session.scan, stopping=True))


def _scanned(session: Session, event: PageScanned) -> Step:
    return stay(session, pages=(*session.pages, PageView(event.page, event.component)))


def _ready(session: Session, event: PageReady) -> Step:
    dropped = any(page.number == event.page and not page.kept for page in session.pages)
    # A blank page is set aside where the citizen sees it and can take it back; nothing is dropped unseen.
    return _change_page(
        session,
        event.page,
        stage=PageStage.READY,
        thumbnail=event.thumbnail,
        blank=event.blank,
        kept=not event.blank and not dropped,
        warnings=event.warnings,
        width=event.width,
        height=event.height,
    )


def _page_failed(session: Session, event: PageFailed) -> Step:
    return _change_page(session, event.page, stage=PageStage.FAILED, kept=False, code=event.code)


def _ended(session: Session, event: ScanEnded) -> Step:
    scan = replace(session.scan, running=False, stopping=False)
    if event.code is None and session.missing:
        scan = replace(scan, component=_next_missing(session))
    # A host that died says nothing to a citizen; what matters is that a page may be missing.
    notice = "SCN-CUT-SHORT" if event.code in ("SYS-HOST-DIED", "SYS-DEADLINE") else event.code
    return stay(session, scan=scan, notice=notice if session.screen in _BOTH else session.notice)


def _next_missing(session: Session) -> str:
    """The next required paper without a page; a page still being processed counts as there."""
    return session.missing[0] if session.missing else session.scan.component


def _finish(session: Session, _: Continue) -> Step:
    if session.scan.running or session.processing:
        return stay(session, notice="APP-PAGES-PROCESSING")
    if not session.pages and session.at_desk and not session.missing:
        return _past_the_papers(session)
    if not session.pages and session.procedure is not None and session.procedure.components:
        return stay(session, notice="APP-MISSING-PAPERS")
    return go(session, Screen.PAGE_REVIEW)


def _to_the_desk(session: Session, _: HandInAtDesk) -> Step:
    """What cannot be scanned now is brought to the desk: what is required, and what the citizen said to have."""
    if not desk_offered(session) or session.procedure is None:
        return stay(session)
    if session.scan.running or session.processing:
        return stay(session, notice="APP-PAGES-PROCESSING")
    left = [item for item in session.procedure.components if not session.kept_pages(item.id)]
    session = replace(session, to_desk=frozenset(item.id for item in left if item.required or item.id in session.have))
    return go(session, Screen.PAGE_REVIEW) if session.pages else _past_the_papers(session)


def _past_the_papers(session: Session) -> Step:
    if session.returning:
        return go(session, Screen.CHECK_ANSWERS, returning=False)
    return go(session, Screen.FORM)


def _leave_review(session: Session, _: Continue) -> Step:
    if session.missing:
        return stay(session, notice="APP-MISSING-PAPERS")
    return _past_the_papers(session)


def _drop(session: Session, event: DropPage) -> Step:
    return _change_page(session, event.page, kept=False)


def _keep(session: Session, event: KeepPage) -> Step:
    page = next((page for page in session.pages if page.number == event.page), None)
    if page is None or page.stage is not PageStage.READY:
        return stay(session)
    return _change_page(session, event.page, kept=True)


def _move(session: Session, event: MovePage) -> Step:
    if session.procedure is None or session.procedure.component(event.component) is None:
        return stay(session)
    return _change_page(session, event.page, component=event.component)


def paper_changed(session: Session, event: PaperChanged) -> Step:
    """Paper in the feeder is known on every screen."""
    notice = None if event.loaded and session.notice == "SCN-FEEDER-EMPTY" else session.notice
    return stay(session, scan=replace(session.scan, paper_loaded=event.loaded), notice=notice)


def begin_scan(session: Session) -> Step:
    """Goes to the scan screen; a scanner that is out of order is told there at once."""
    return go(session, Screen.SCAN, notice=_scanner_code(session))


def _scanner_code(session: Session) -> str | None:
    """Why the scanner takes nothing now; None when it does, or when nothing is known of the devices yet."""
    status = session.device(DeviceKind.SCANNER)
    if status is None:
        return "SCN-ABSENT" if session.devices else None
    return None if status.usable else status.code or "SCN-ABSENT"


def _back_to_scan(session: Session, _: Back) -> Step:
    return begin_scan(session)


def _leave_scan(session: Session, _: Back) -> Step:
    if session.scan.running:
        return stay(session)
    if session.returning:
        return go(session, Screen.CHECK_ANSWERS, returning=False)
    return go(session, Screen.CONFIRM_IDENTITY)


_AFTER = (Screen.FORM, Screen.CHECK_ANSWERS)
_BOTH = (Screen.SCAN, Screen.PAGE_REVIEW)
# Scanner and imaging go on wherever the citizen has gone meanwhile; an older session's answers never get here.
_ANYWHERE = tuple(Screen)
ROWS: tuple[Row, ...] = (
    row(Screen.SCAN, ChooseComponent, _choose),
    row(Screen.SCAN, StartScan, _start),
    row(Screen.SCAN, StopScan, _stop),
    row(_ANYWHERE, PageScanned, _scanned),
    row(_ANYWHERE, PageReady, _ready),
    row(_ANYWHERE, PageFailed, _page_failed),
    row(_ANYWHERE, ScanEnded, _ended),
    row(_BOTH, DropPage, _drop),
    row(_BOTH, KeepPage, _keep),
    row(_BOTH, MovePage, _move),
    row(Screen.SCAN, Continue, _finish, Screen.PAGE_REVIEW, *_AFTER),
    row(Screen.SCAN, HandInAtDesk, _to_the_desk, Screen.PAGE_REVIEW, *_AFTER),
    row(Screen.SCAN, Back, _leave_scan, Screen.CONFIRM_IDENTITY, Screen.CHECK_ANSWERS),
    row(Screen.PAGE_REVIEW, Continue, _leave_review, *_AFTER),
    row(Screen.PAGE_REVIEW, Back, _back_to_scan, Screen.SCAN),
)
