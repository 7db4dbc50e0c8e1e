"""Rows of an officer's help over a citizen's session: signing in, the tools of the panel, and the end of it.

Whatever the panel does is written into the audit log first and done when it stands there. The citizen stays the actor: no
tool consents, declares or submits, a masked answer is shown by the citizen's own touch, and what is tried all the same is
refused and written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from kiosk_app.flow.digitising import begin_scan, change_page
from kiosk_app.flow.effects import (
    ChoosePin,
    Effect,
    EndAssist,
    FindOffers,
    LookAtGate,
    NoteAct,
    NoteRefusal,
    PrintHandout,
    Search,
    StartTimer,
    StopTimer,
    VerifyPin,
)
from kiosk_app.flow.events import (
    ActNoted,
    ActNotNoted,
    AnswerField,
    BadgeScanned,
    EnterOfficerPin,
    GateAnswered,
    OpenOfficerDoor,
    OpenPane,
    TimerFired,
    UseTool,
)
from kiosk_app.flow.identifying import begin_identify
from kiosk_app.flow.practising import begin_practice
from kiosk_app.flow.rows import IDLE_S, Row, Step, go, row, stay
from kiosk_app.flow.saving import to_saving
from kiosk_app.model.assisting import (
    AGREED,
    DECLINED,
    ENLARGED,
    FILLED,
    LONGEST_NOTE,
    PATIENCE_S,
    Acceptable,
    Accepted,
    Act,
    Helper,
    Pane,
    Record,
    Tool,
)
from kiosk_app.model.basics import SERVICING, Overlay, Screen
from kiosk_app.model.calling import Call
from kiosk_app.model.helping import CITIZENS, allowed, hand_over_by_draft, masked
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.session import Handout, ReceiptStage, Session
from kiosk_app.model.staff import Right, StaffMember

TIMER: Final = "assist"
"""Runs out when the officer has not touched the panel for so long."""
_HANDED_BACK, _AWAY, _TAKEN_OVER, _UNSEEN, _ENDED = "handed_back", "away", "taken_over", "unwritten", "session_ended"


def _with(session: Session, **changes: Any) -> Session:
    return replace(session, assist=replace(session.assist, **changes))


def _helper(session: Session, **changes: Any) -> Session:
    now = session.assist.now
    return session if now is None else _with(session, now=replace(now, **changes))


# --- signing in -----------------------------------------------------------------------------------------------------------


def _door(session: Session, _: OpenOfficerDoor) -> Step:
    return stay(_with(session, gate=GateView()), overlay=Overlay.STAFF_PIN)


def _badge(session: Session, event: BadgeScanned) -> Step:
    gate = session.assist.gate
    if gate is not None and (gate.stage is GateStage.CHECKING or gate.stage.choosing):
        return stay(session)
    looking = _with(session, gate=GateView(GateStage.CHECKING))
    return stay(looking, LookAtGate(event.number), overlay=Overlay.STAFF_PIN)


def _enter(session: Session, event: EnterOfficerPin) -> Step:
    gate = session.assist.gate
    if gate is None or gate.member is None or gate.stage in (GateStage.CHECKING, GateStage.LOCKED):
        return stay(session)
    checking = _with(session, gate=GateView(GateStage.CHECKING, member=gate.member), asked_at=event.at)
    if gate.stage.choosing:
        return stay(checking, ChoosePin(event.pin, Right.GUIDE, gate.member))
    return stay(checking, VerifyPin(event.pin, gate.member.staff_id, Right.GUIDE))


def _answered(session: Session, event: GateAnswered) -> Step:
    if event.let_in is not None and event.let_in.may(Right.GUIDE):
        return _begin(session, event.let_in)
    if session.overlay is not Overlay.STAFF_PIN:
        return stay(session)  # it was closed meanwhile
    return stay(_with(session, gate=event.gate))


def _begin(session: Session, member: StaffMember) -> Step:
    """The officer is here: the call is over, and everything typed before is masked."""
    assist = session.assist
    since = assist.asked_at
    record = Record(member.role, since, since) if assist.record is None else replace(assist.record, role=member.role)
    begun = replace(assist, gate=None, now=Helper(member, since), record=replace(record, until=since or record.until))
    return stay(
        replace(session, assist=begun),
        StartTimer(TIMER, assist.idle_s),
        overlay=Overlay.NONE,
        call=Call(session.call.number),
    )


# --- the panel ------------------------------------------------------------------------------------------------------------


def _use(session: Session, event: UseTool) -> Step:
    act, now = event.act, session.assist.now
    if now is None or not allowed(session, act):
        return stay(session, NoteRefusal(now.member if now else None, act.tool.value, act.target))
    return stay(session, NoteAct(now.member, act), StartTimer(TIMER, session.assist.idle_s))


def _pane(session: Session, event: OpenPane) -> Step:
    return stay(_helper(session, pane=event.pane), StartTimer(TIMER, session.assist.idle_s))


def _noted(session: Session, event: ActNoted) -> Step:
    act, record = event.act, session.assist.record
    if session.assist.now is None or record is None:
        return stay(session)
    session = _with(session, record=replace(record, until=act.at or record.until))
    if act.tool is Tool.FIELD and act.reason:
        return stay(_shown(session, act.target) if act.reason == AGREED else session)
    # What was noted a moment ago may be none any more: the citizen went on.
    return _DO[act.tool](session, act) if allowed(session, act) else stay(session)


def _not_noted(session: Session, _: ActNotNoted) -> Step:
    """Nobody helps unseen: the citizen goes on alone, and is told why the officer's part is gone."""
    if session.assist.now is None:
        return stay(session)
    return stay(_with(session, now=None), notice="APP-HELP-UNSEEN")


def _point(session: Session, _: Act) -> Step:
    now = session.assist.now
    return stay(_helper(session, pointing=not (now and now.pointing)))


def _enlarge(session: Session, _: Act) -> Step:
    if session.assist.text_scale:
        return stay(_as_chosen(session))
    larger = _with(session, text_scale=session.comfort.text_scale)
    return stay(larger, comfort=replace(session.comfort, text_scale=ENLARGED))


def _as_chosen(session: Session) -> Session:
    """The text as large as the citizen had chosen it."""
    chosen = session.assist.text_scale
    if not chosen:
        return session
    return replace(_with(session, text_scale=0.0), comfort=replace(session.comfort, text_scale=chosen))


def _time(session: Session, _: Act) -> Step:
    return stay(_with(session, patience=True), StopTimer("idle_end"), StartTimer("idle", PATIENCE_S))


def _step(session: Session, act: Act) -> Step:
    """Back to a step behind. What was done stays; the way forward is the citizen's again, with every question on it."""
    session = replace(session, look=None, returning=False, overlay=Overlay.NONE)
    match Screen(act.target):
        case Screen.SEARCH:
            return go(session, Screen.SEARCH, Search(session.query))
        case Screen.IDENTIFY:
            # Asked anew for its number, or the card that lies there would lead straight back.
            return begin_identify(replace(session, card=replace(session.card, access_number="", qr="", mrz="")))
        case Screen.SCAN:
            return begin_scan(session)
        case Screen.FORM:
            return go(session, Screen.FORM, FindOffers())
        case stop:
            return go(session, stop)


def _field(session: Session, act: Act) -> Step:
    return stay(_helper(session, asked=act.target), overlay=Overlay.FIELD_CONSENT)


def _shown(session: Session, field: str) -> Session:
    now = session.assist.now
    return session if now is None else _helper(session, shown=now.shown | {field}, pane=Pane.TOOLS)


def _accept(session: Session, act: Act) -> Step:
    what, record = Acceptable(act.target), session.assist.record
    if record is None:
        return stay(session)
    accepted = (*record.accepted, Accepted(what, act.reason, act.page))
    session = _helper(_with(session, record=replace(record, accepted=accepted)), pane=Pane.TOOLS)
    if what is Acceptable.PAGE:
        # The page is kept as it is; its doubt goes with the dossier.
        return change_page(session, act.page, warnings=())
    if what is Acceptable.NAME and session.identity is not None:
        return stay(session, identity=replace(session.identity, noted=True))
    if session.screen is Screen.IDENTIFY:
        return go(session, Screen.IDENTIFY_OTHERWISE)
    return stay(session)


def _note(session: Session, act: Act) -> Step:
    record = session.assist.record
    if record is None:
        return stay(session)
    phrases = tuple(act.target.split("+")) if act.target else ()
    noted = replace(record, phrases=phrases, note=act.text.strip()[:LONGEST_NOTE])
    return stay(_helper(_with(session, record=noted), pane=Pane.TOOLS))


def _hand_over(session: Session, _: Act) -> Step:
    """To the desk: with what is done, saved by the citizen's own yes, or with the printed list of papers alone."""
    if hand_over_by_draft(session) and not (session.scan.running or session.processing):
        return to_saving(session, session.screen)
    if session.handout.stage is ReceiptStage.PRINTING:
        return stay(session)
    return stay(session, PrintHandout(), handout=Handout(ReceiptStage.PRINTING))


def _practise(session: Session, _: Act) -> Step:
    now = session.assist.now
    return stay(session) if now is None else begin_practice(session, now.member)


def _hand_back(session: Session, _: Act) -> Step:
    return stay(_with(session, now=None))


_DO: Final[Mapping[Tool, Any]] = {
    Tool.POINT: _point,
    Tool.ENLARGE: _enlarge,
    Tool.READ: lambda session, _: stay(session),  # the screen speaks
    Tool.TIME: _time,
    Tool.STEP: _step,
    Tool.FIELD: _field,
    Tool.ACCEPT: _accept,
    Tool.NOTE: _note,
    Tool.HAND_OVER: _hand_over,
    Tool.PRACTISE: _practise,
    Tool.HAND_BACK: _hand_back,
}


def _answer_field(session: Session, event: AnswerField) -> Step:
    now = session.assist.now
    if session.overlay is not Overlay.FIELD_CONSENT or now is None or not now.asked:
        return stay(session)
    answer = Act(Tool.FIELD, now.asked, AGREED if event.agreed else DECLINED)
    return stay(session, NoteAct(now.member, answer), overlay=Overlay.NONE)


# --- on every step --------------------------------------------------------------------------------------------------------


def walked_away(session: Session) -> Step:
    """Nobody touched the panel for so long: the officer is logged off, the citizen's session is as it was."""
    if session.assist.now is None:
        return stay(session)
    overlay = Overlay.NONE if session.overlay is Overlay.FIELD_CONSENT else session.overlay
    return stay(_with(session, now=None), StartTimer("idle", IDLE_S), overlay=overlay)


def followed(before: Session, after: Session, event: object) -> Step:
    """What holds whatever has happened: an end is written down, a dialog that is gone asks nothing any more, a step that
    is left takes its looks along, and what the citizen types in front of an officer is no secret."""
    was, now = before.assist.now, after.assist.now
    effects: tuple[Effect, ...] = ()
    if was is not None and (now is None or now.member != was.member):
        effects = (EndAssist(was.member, _why(event)), *(() if now else (StopTimer(TIMER),)))
    if after.assist.gate is not None and after.overlay is not Overlay.STAFF_PIN:
        after = _with(after, gate=None)
    if now is not None and now.asked and after.overlay is not Overlay.FIELD_CONSENT:
        after = _helper(after, asked="")
    if after.screen is not before.screen or (was is not None and now is None):
        after = _as_chosen(after)
        now = after.assist.now
        if now is not None and (now.pointing or now.pane is not Pane.TOOLS):
            after = _helper(after, pointing=False, pane=Pane.TOOLS)
        if after.assist.patience and after.screen is not before.screen:
            after = _with(after, patience=False)
    return after, effects


def _why(event: object) -> str:
    match event:
        case TimerFired(name="assist"):
            return _AWAY
        case ActNoted():
            return _HANDED_BACK
        case GateAnswered():
            return _TAKEN_OVER
        case ActNotNoted():
            return _UNSEEN
    return _ENDED


def typed(session: Session, field: str) -> Step:
    """An answer changed while an officer is here: seen as it is typed; of one that had been masked it is written down."""
    now = session.assist.now
    if now is None:
        return stay(session)
    if field not in now.shown:
        return stay(_helper(session, shown=now.shown | {field}))
    if field in now.filled:
        return stay(session)
    after = _helper(session, filled=now.filled | {field})
    return stay(after, NoteAct(now.member, Act(Tool.FIELD, field, FILLED)))


def hidden(session: Session, field: str) -> bool:
    """Whether an answer may not be changed now, since an officer is here and the citizen has not shown it."""
    return session.assist.now is not None and field in masked(session)


_EVERYBODY: Final = tuple(screen for screen in Screen if screen not in SERVICING)
_LED_TO: Final = (
    *(Screen.SEARCH, Screen.CHECKLIST, Screen.IDENTIFY, Screen.IDENTIFY_OTHERWISE, Screen.SCAN, Screen.PAGE_REVIEW),
    *(Screen.FORM, Screen.SAVE_DRAFT),
)
ROWS: tuple[Row, ...] = (
    row(CITIZENS, OpenOfficerDoor, _door),
    row(CITIZENS, BadgeScanned, _badge),
    row(CITIZENS, EnterOfficerPin, _enter),
    row(_EVERYBODY, GateAnswered, _answered),
    row(_EVERYBODY, UseTool, _use),
    row(_EVERYBODY, OpenPane, _pane),
    row(_EVERYBODY, ActNoted, _noted, *_LED_TO),
    row(_EVERYBODY, ActNotNoted, _not_noted),
    row(_EVERYBODY, AnswerField, _answer_field),
)
