"""Rows of the scan screen: sheets into pages, none lost when a scan is cut short, originals counted out again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from drivers.ports import DeviceKind
from kiosk_app.flow.effects import CancelScan, Effect, FindOffers, ScanPages, ShowPage, StartTimer, StopTimer
from kiosk_app.flow.events import (
    Back,
    ChooseComponent,
    Continue,
    HandInAtDesk,
    PageFailed,
    PageReady,
    PageScanned,
    PaperChanged,
    PhotographPapers,
    ScanEnded,
    StartScan,
    StopScan,
    TakeItNow,
    TakeOriginals,
)
from kiosk_app.flow.rows import PAPER_SETTLES_S, WAIT_FOR_PAPER_S, Row, Step, go, row, stay
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.offers import Need, Way, desk_offered, table_offered, way
from kiosk_app.model.papers import POORER, Placing
from kiosk_app.model.scanning import PaperScan, together, wants_more
from kiosk_app.model.session import PageLook, PageStage, PageView, ScanView, Session
from kiosk_app.model.stack import reviewable

WAITING: Final = "paper"
"""The timer of a scan that waits for paper."""


def change_page(session: Session, number: int, *effects: Effect, **changes: Any) -> Step:
    """The page of that number with `changes`; nothing when there is none."""
    pages = tuple(replace(page, **changes) if page.number == number else page for page in session.pages)
    return stay(session, *effects, pages=pages)


def the_page(session: Session, number: int) -> PageView | None:
    """The page of that number."""
    return next((page for page in session.pages if page.number == number), None)


def fit_for_its_paper(session: Session, page: PageView) -> PageView:
    """The page, with a warning if the paper under which it lies wants more colour or dots than it was scanned with."""
    paper = session.procedure.component(page.component) if session.procedure is not None else None
    poorer = paper is not None and page.taken is not None and wants_more(paper.scan, page.taken)
    others = tuple(warning for warning in page.warnings if warning != POORER)
    return replace(page, warnings=(*others, POORER) if poorer else others)


# --- what is scanned next -------------------------------------------------------------------------------------------------


def _choose(session: Session, event: ChooseComponent) -> Step:
    known = session.procedure is not None and session.procedure.component(event.component) is not None
    if session.scan.running or not (known or event.component == ""):
        return stay(session)
    stop, scan = _not_waiting(session.scan)
    # What is begun is another stack than the one that was cut short.
    return stay(
        session,
        *stop,
        notice=None,
        scan=replace(scan, component=event.component, renewing=0, whole=0, resume=0, half=0),
    )


def _start(session: Session, event: StartScan) -> Step:
    scan = session.scan
    several = session.procedure is not None and bool(session.procedure.components)
    if scan.running or not (scan.component or several):
        return stay(session)
    if code := taker_code(session):
        return stay(session, notice=code)
    if scan.camera:
        return _begin(session, glass=False)
    if not event.glass and not scan.paper_loaded and not scan.waiting and tells_of_paper(session):
        return wait_for_paper(session)
    return _begin(session, event.glass)


def _photograph(session: Session, event: PhotographPapers) -> Step:
    if session.scan.running or (event.on and not table_offered(session)):
        return stay(session)
    stop, scan = _not_waiting(session.scan)
    # What is begun is another stack than the one that was cut short.
    scan = replace(scan, camera=event.on, whole=0, resume=0, half=0)
    after = replace(session, scan=scan)
    return stay(after, *stop, notice=taker_code(after))


def _take_it_now(session: Session, _: TakeItNow) -> Step:
    """Ends the taking by itself, if it runs; what lies there is then taken as it lies."""
    scan = session.scan
    if not scan.camera or scan.stopping or taker_code(session):
        return stay(session)
    if scan.running:
        return stay(session, CancelScan(), scan=replace(scan, stopping=True, at_once=True))
    return _begin(session, glass=False, at_once=True)


def wait_for_paper(session: Session) -> Step:
    """The citizen has started: the sheets may come after that, too."""
    return stay(session, StartTimer(WAITING, WAIT_FOR_PAPER_S), notice=None, scan=replace(session.scan, waiting=True))


def _begin(session: Session, glass: bool, at_once: bool = False) -> Step:
    stop, scan = _not_waiting(session.scan)
    renewed = the_page(session, scan.renewing)
    # Nothing else fits on a glass before what lies there is taken off it.
    taken = 1 if glass and scan.glass else 0
    scan = replace(
        scan, running=True, stopping=False, at_once=False, passed=0, glass=glass, out=max(0, scan.out - taken)
    )
    table = {"camera": scan.camera, "at_once": at_once}
    if renewed is not None:
        how = _as_wanted(session, renewed.component)
        effect = ScanPages(renewed.component, renewed.number, again=True, one=True, glass=glass, scan=how, **table)
    elif scan.half and not glass and not scan.camera:
        effect = ScanPages(scan.component, scan.half, again=True, scan=_as_wanted(session, scan.component))
    else:
        last = max((page.number for page in session.pages), default=0)
        how = _as_wanted(session, scan.component)
        effect = ScanPages(scan.component, last + 1, glass=glass, scan=how, **table)
    scan = replace(scan, how=effect.scan)
    # The scanner is back: what it takes need not be carried to the desk, but for what the citizen wants there.
    desk = session.chosen_for_desk - {scan.component}
    return stay(session, *stop, effect, notice=None, scan=scan, to_desk=desk, chosen_for_desk=desk)


def _as_wanted(session: Session, component: str) -> PaperScan:
    """How the paper is scanned; where nobody knows yet which one it is, in the way that serves all of the procedure's."""
    papers = session.procedure.components if session.procedure is not None else ()
    return together([paper.scan for paper in papers if component in ("", paper.id)])


def _stop(session: Session, _: StopScan) -> Step:
    if session.scan.waiting:
        effects, scan = _not_waiting(session.scan)
        return stay(session, *effects, scan=scan)
    if not session.scan.running or session.scan.stopping:
        return stay(session)
    return stay(session, CancelScan(), scan=replace(session.scan, stopping=True))


def _not_waiting(scan: ScanView) -> tuple[tuple[Effect, ...], ScanView]:
    return ((StopTimer(WAITING),), replace(scan, waiting=False)) if scan.waiting else ((), scan)


# --- paper ----------------------------------------------------------------------------------------------------------------


def paper_changed(session: Session, event: PaperChanged) -> Step:
    """Paper in the feeder is known on every screen; a scan that waits for it begins once the hand is away."""
    notice = None if event.loaded and session.notice == "SCN-FEEDER-EMPTY" else session.notice
    scan = replace(session.scan, paper_loaded=event.loaded)
    if not scan.waiting:
        return stay(session, scan=scan, notice=notice)
    seconds = PAPER_SETTLES_S if event.loaded else WAIT_FOR_PAPER_S
    return stay(session, StartTimer(WAITING, seconds), scan=scan, notice=notice)


def paper_awaited(session: Session) -> Step:
    """The wait for paper is over: it lies there, or nobody has put any in."""
    if not session.scan.waiting:
        return stay(session)
    if session.screen is not Screen.SCAN:
        return stay(session, scan=replace(session.scan, waiting=False))
    code = scanner_code(session) or (None if session.scan.paper_loaded else "SCN-FEEDER-EMPTY")
    if code:
        return stay(session, notice=code, scan=replace(session.scan, waiting=False))
    return _begin(session, glass=False)


def tells_of_paper(session: Session) -> bool:
    """Whether the scanner says by itself when paper is put in."""
    status = session.device(DeviceKind.SCANNER)
    return status is not None and status.senses


def _take_originals(session: Session, _: TakeOriginals) -> Step:
    return stay(session, scan=replace(session.scan, out=0, glass=False))


# --- pages ----------------------------------------------------------------------------------------------------------------


def _scanned(session: Session, event: PageScanned) -> Step:
    scan = session.scan
    sheet = event.sheet or scan.passed + 1
    fresh = sheet > scan.passed
    known = the_page(session, event.page)
    # A sheet that is scanned again was counted before, unless it has been taken since.
    out = scan.out + 1 if fresh and (not scan.renewing or not scan.out) else scan.out
    if scan.camera:
        out = min(1, out)  # on the table lies one sheet, the others are in the citizen's hands
    scan = replace(scan, passed=max(scan.passed, sheet), out=out)
    if known is not None:
        return change_page(replace(session, scan=scan), event.page, renewing=True)
    stacked = event.component == ""
    page = PageView(
        event.page,
        event.component,
        sheet=scan.whole + sheet,
        stacked=stacked,
        placing=Placing.READING if stacked else Placing.BY_HAND,
        taken=None if scan.camera else scan.how,
    )
    return stay(session, pages=(*session.pages, page), scan=scan)


def _ready(session: Session, event: PageReady) -> Step:
    known = the_page(session, event.page)
    if known is None:
        return stay(session)
    # A blank page is set aside where the citizen sees it and can take it back; nothing is dropped unseen.
    dropped = not known.kept and not event.again
    changes: dict[str, Any] = {}
    if event.again:
        taken = None if session.scan.camera else session.scan.how
        changes = {"renewing": False, "read": False, "same_as": 0, "code": None, "taken": taken}
    page = replace(
        known,
        stage=PageStage.READY,
        thumbnail=event.thumbnail,
        blank=event.blank,
        kept=not event.blank and not dropped,
        warnings=event.warnings,
        width=event.width,
        height=event.height,
        **changes,
    )
    seen = session.look is not None and session.look.page == event.page
    pages = tuple(fit_for_its_paper(session, page) if item is known else item for item in session.pages)
    return stay(session, *((ShowPage(event.page),) if seen and event.again else ()), pages=pages)


def _page_failed(session: Session, event: PageFailed) -> Step:
    if event.again:
        # What was there before is as good as it was.
        return change_page(replace(session, notice=event.code), event.page, renewing=False)
    return change_page(session, event.page, stage=PageStage.FAILED, kept=False, code=event.code)


def _ended(session: Session, event: ScanEnded) -> Step:
    scan = replace(session.scan, running=False, stopping=False)
    # A host that died says nothing to a citizen; what matters is that a page may be missing.
    notice = "SCN-CUT-SHORT" if event.code in ("SYS-HOST-DIED", "SYS-DEADLINE") else event.code
    if scan.at_once and notice in (None, "CAM-CANCELLED"):
        return _begin(replace(session, scan=scan), glass=False, at_once=True)
    if scan.camera and notice == "CAM-CANCELLED":
        notice = None  # that is how a citizen says that it was the last page
    if scan.renewing:
        return _scanned_again(session, scan, notice)
    if notice is None or scan.camera:
        scan = replace(scan, whole=0, resume=0, half=0)
        if scan.component and session.missing:
            scan = replace(scan, component=_next_missing(session))
    else:
        scan = _cut_short(scan, event.half)
    return stay(session, scan=scan, notice=notice if session.screen in BOTH else session.notice)


def _cut_short(scan: ScanView, half: int) -> ScanView:
    """What of the stack is kept, and which sheet comes next; one whose back is missing comes again."""
    whole = scan.whole + scan.passed - (1 if half else 0)
    # A scan that brought nothing leaves the half sheet of the one before as it is.
    half = half if scan.passed else scan.half
    out = scan.out - 1 if half and scan.passed else scan.out
    return replace(scan, whole=max(0, whole), resume=whole + 1 if whole > 0 else 0, half=half, out=max(0, out))


def _scanned_again(session: Session, scan: ScanView, notice: str | None) -> Step:
    """One page was scanned again: back to where that was asked, or still here when it did not come."""
    if notice is not None and not (notice == "SCN-CANCELLED" and scan.passed):
        return stay(session, scan=scan, notice=notice if session.screen in BOTH else session.notice)
    if not scan.passed:
        return stay(session, scan=scan)
    number, scan = scan.renewing, replace(scan, renewing=0)
    if session.screen is not Screen.SCAN:
        return stay(session, scan=scan)
    return go(session, Screen.PAGE_REVIEW, ShowPage(number), scan=scan, look=PageLook(number))


def _next_missing(session: Session) -> str:
    """The next required paper without a page; a page still being processed counts as there."""
    return session.missing[0] if session.missing else session.scan.component


# --- to and from the screen -----------------------------------------------------------------------------------------------


def _finish(session: Session, _: Continue) -> Step:
    if not reviewable(session):
        return stay(session, notice="APP-PAGES-PROCESSING")
    if not session.pages and session.at_desk and not session.missing:
        stop, scan = _left(session)
        after, effects = past_the_papers(replace(session, scan=scan))
        return after, (*stop, *effects)
    if not session.pages and session.procedure is not None and session.procedure.components:
        return stay(session, notice="APP-MISSING-PAPERS")
    stop, scan = _left(session)
    return go(session, Screen.PAGE_REVIEW, *stop, scan=scan)


def _left(session: Session) -> tuple[tuple[Effect, ...], ScanView]:
    """The scan view of somebody who leaves the screen: nothing waits and no page is to be scanned again."""
    stop, scan = _not_waiting(session.scan)
    return stop, replace(scan, renewing=0)


def _to_the_desk(session: Session, _: HandInAtDesk) -> Step:
    """What cannot be scanned now is brought to the desk: what is required, and what the citizen said to have."""
    if not desk_offered(session) or session.procedure is None:
        return stay(session)
    if session.scan.running or session.processing:
        return stay(session, notice="APP-PAGES-PROCESSING")
    left = [item for item in session.procedure.components if not session.kept_pages(item.id)]
    stop, scan = _left(session)
    session = replace(
        session, scan=scan, to_desk=frozenset(item.id for item in left if item.required or item.id in session.have)
    )
    after, effects = go(session, Screen.PAGE_REVIEW) if session.pages else past_the_papers(session)
    return after, (*stop, *effects)


def past_the_papers(session: Session) -> Step:
    """On to the form, or back to the answers where the citizen came from; a supplement has no form."""
    if session.goal is Goal.SUPPLEMENT:
        return go(session, Screen.DECLARE, look=None)
    if session.returning:
        return go(session, Screen.CHECK_ANSWERS, returning=False, look=None)
    return go(session, Screen.FORM, FindOffers(), look=None)


def begin_scan(session: Session) -> Step:
    """Goes to the scan screen; one that is out of order is told there at once, unless the camera takes its place."""
    camera = way(session, Need.PAPERS) is Way.PHOTOGRAPHED
    session = replace(session, scan=replace(session.scan, camera=camera))
    return go(session, Screen.SCAN, notice=taker_code(session), look=None)


def begin_papers(session: Session) -> Step:
    """To the scan screen for the first time: all papers go through in one stack; where there is but one, for that one."""
    components = session.procedure.components if session.procedure else ()
    only = components[0].id if len(components) == 1 else ""
    return begin_scan(replace(session, scan=replace(session.scan, component=session.scan.component or only)))


def taker_code(session: Session) -> str | None:
    """Why pages cannot be taken now, in the way that was chosen; None when they can."""
    return table_code(session) if session.scan.camera else scanner_code(session)


def table_code(session: Session) -> str | None:
    """Why nothing can be photographed now."""
    status = session.device(DeviceKind.CAMERA)
    if status is None:
        return "CAM-ABSENT"
    return None if status.usable else status.code or "CAM-ABSENT"


def scanner_code(session: Session) -> str | None:
    """Why the scanner takes nothing now; None when it does, or when nothing is known of the devices yet."""
    status = session.device(DeviceKind.SCANNER)
    if status is None:
        return "SCN-ABSENT" if session.devices else None
    return None if status.usable else status.code or "SCN-ABSENT"


def _leave_scan(session: Session, _: Back) -> Step:
    if session.scan.running:
        return stay(session)
    stop, scan = _left(session)
    if the_page(session, session.scan.renewing) is not None:
        return go(session, Screen.PAGE_REVIEW, *stop, scan=scan)
    if session.returning:
        return go(session, Screen.CHECK_ANSWERS, *stop, scan=scan, returning=False)
    if session.goal is Goal.SUPPLEMENT:
        return go(session, Screen.TRACK, *stop, scan=scan, goal=Goal.TRACK)
    return go(session, Screen.CONFIRM_IDENTITY, *stop, scan=scan)


_AFTER = (Screen.FORM, Screen.CHECK_ANSWERS, Screen.DECLARE)
BOTH = (Screen.SCAN, Screen.PAGE_REVIEW)
# Scanner and imaging go on wherever the citizen has gone meanwhile; an older session's answers never get here.
ANYWHERE = tuple(Screen)
ROWS: tuple[Row, ...] = (
    row(Screen.SCAN, ChooseComponent, _choose),
    row(Screen.SCAN, StartScan, _start),
    row(Screen.SCAN, StopScan, _stop),
    row(Screen.SCAN, PhotographPapers, _photograph),
    row(Screen.SCAN, TakeItNow, _take_it_now),
    row(ANYWHERE, PageScanned, _scanned),
    row(ANYWHERE, PageReady, _ready),
    row(ANYWHERE, PageFailed, _page_failed),
    row(Screen.SCAN, ScanEnded, _ended, Screen.PAGE_REVIEW),
    row(tuple(screen for screen in Screen if screen is not Screen.SCAN), ScanEnded, _ended),
    row((*BOTH, Screen.DONE), TakeOriginals, _take_originals),
    row(Screen.SCAN, Continue, _finish, Screen.PAGE_REVIEW, *_AFTER),
    row(Screen.SCAN, HandInAtDesk, _to_the_desk, Screen.PAGE_REVIEW, *_AFTER),
    row(
        Screen.SCAN, Back, _leave_scan, Screen.CONFIRM_IDENTITY, Screen.CHECK_ANSWERS, Screen.PAGE_REVIEW, Screen.TRACK
    ),
)
