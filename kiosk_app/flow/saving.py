"""Rows of saving what is begun and of going on with it, here or at another kiosk: by consent, and by a proven card."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.flow.digitising import begin_papers
from kiosk_app.flow.effects import FetchDraft, FindDrafts, PrintHandout, RemoveDraft, SaveDraft
from kiosk_app.flow.events import (
    AskSaveDraft,
    Back,
    ChooseDraft,
    Continue,
    DeleteDraft,
    DraftDeleted,
    DraftKept,
    DraftNotDeleted,
    DraftNotKept,
    DraftNotOpened,
    DraftOpened,
    DraftsFound,
    DraftsNotFound,
    KeepDraft,
    OpenDraft,
    StartAnew,
)
from kiosk_app.flow.rows import Row, Step, defaults, go, goodbye, prefilled, row, stay
from kiosk_app.model.basics import EndReason, Goal, Overlay, Screen
from kiosk_app.model.drafts import Drafts, DraftWork, SavedDraft, fitted
from kiosk_app.model.offers import blocking_code, draft_offered, handout_offered
from kiosk_app.model.session import Handout, ReceiptStage, ScanView, Session, TrackView

_UNFINISHED = (Screen.SCAN, Screen.PAGE_REVIEW, Screen.FORM, Screen.CHECK_ANSWERS, Screen.DECLARE)

# --- saving ---------------------------------------------------------------------------------------------------------------


def _ask(session: Session, _: AskSaveDraft) -> Step:
    """What saving means is shown; where nobody knows yet whose draft it is, the card is read first."""
    closed = replace(session, overlay=Overlay.NONE)
    if session.scan.running or session.processing:
        return stay(closed, notice="APP-PAGES-PROCESSING")
    if not draft_offered(session):
        return stay(closed)
    if session.screen is Screen.CHECKLIST:
        if code := blocking_code(session):
            return stay(closed, notice=code)
        wanted = replace(session.drafts, wanted=True)
        return go(replace(closed, goal=Goal.SUBMIT), Screen.CONSENT, drafts=wanted)
    return to_saving(closed, session.screen)


def to_saving(session: Session, back: Screen) -> Step:
    """To the page that says what is kept, where and for how long; it asks for what there is already."""
    drafts = replace(session.drafts, back=back, saved=None, code=None, found=None)
    if not session.service_online:
        return go(session, Screen.SAVE_DRAFT, drafts=replace(drafts, work=DraftWork.NONE, code="NET-NOT-ASKED"))
    return go(session, Screen.SAVE_DRAFT, FindDrafts(), drafts=replace(drafts, work=DraftWork.ASKING))


def _ask_again(session: Session, _: AskSaveDraft) -> Step:
    """The line may be back, whatever was heard of it last."""
    drafts = session.drafts
    if drafts.work is not DraftWork.NONE or drafts.found is not None:
        return stay(session, overlay=Overlay.NONE)
    asking = replace(drafts, work=DraftWork.ASKING, code=None)
    return stay(session, FindDrafts(), overlay=Overlay.NONE, drafts=asking)


def _keep(session: Session, event: KeepDraft) -> Step:
    drafts = session.drafts
    if drafts.work is not DraftWork.NONE or drafts.found is None or drafts.saved is not None:
        return stay(session)
    before = drafts.of(session.procedure)
    saving = replace(drafts, work=DraftWork.SAVING, code=None, agreed=event.at)
    return stay(session, SaveDraft(before.id if before else ""), drafts=saving)


def _kept(session: Session, event: DraftKept) -> Step:
    """The slip is printed at once: without it nobody remembers the day."""
    kept = event.draft
    others = tuple(item for item in session.drafts.found or () if item.procedure_id != kept.procedure_id)
    drafts = replace(
        session.drafts, work=DraftWork.NONE, code=None, saved=kept, lineage=kept.lineage, found=(kept, *others)
    )
    if not handout_offered(session):
        return stay(session, drafts=drafts, handout=Handout(draft=True))
    return stay(session, PrintHandout(), drafts=drafts, handout=Handout(ReceiptStage.PRINTING, draft=True))


def _not_kept(session: Session, event: DraftNotKept) -> Step:
    if event.code == "APP-DRAFT-EXISTS":
        # Saved at another kiosk in this moment: the citizen is asked about that one, too.
        asking = replace(session.drafts, work=DraftWork.ASKING, code=event.code, found=None)
        return stay(session, FindDrafts(), drafts=asking)
    return stay(session, drafts=replace(session.drafts, work=DraftWork.NONE, code=event.code))


def _leave_saving(session: Session, _: Back) -> Step:
    """On with the dossier; what was saved stays saved."""
    drafts = session.drafts
    if drafts.work is DraftWork.SAVING:
        return stay(session)
    handout = Handout() if session.handout.draft else session.handout
    after = replace(drafts, work=DraftWork.NONE, code=None, back=None)
    back = drafts.back if drafts.back in (Screen.CONFIRM_IDENTITY, *_UNFINISHED) else Screen.SCAN
    return go(session, back, drafts=after, handout=handout)


def _end_saved(session: Session, _: Continue) -> Step:
    return goodbye(session, EndReason.SAVED) if session.drafts.saved is not None else stay(session)


# --- what there is --------------------------------------------------------------------------------------------------------


def _found(session: Session, event: DraftsFound) -> Step:
    drafts = replace(session.drafts, found=event.drafts, keep_days=event.keep_days)
    if session.screen is Screen.SAVE_DRAFT:
        waiting = drafts.work is DraftWork.ASKING
        return stay(session, drafts=replace(drafts, work=DraftWork.NONE) if waiting else drafts)
    session = replace(session, drafts=drafts)
    untouched = session.screen is Screen.SCAN and not session.scan.running and session.overlay is Overlay.NONE
    # The answer came after the citizen had gone on: nothing is scanned yet, so nothing is in the way.
    return (to_found(session) if untouched else None) or stay(session)


def _not_found(session: Session, event: DraftsNotFound) -> Step:
    """Told where it was asked for; whoever came to submit something is not bothered with it."""
    if session.screen is not Screen.SAVE_DRAFT or session.drafts.work is not DraftWork.ASKING:
        return stay(session)
    return stay(session, drafts=replace(session.drafts, work=DraftWork.NONE, code=event.code))


def to_found(session: Session) -> Step | None:
    """To the draft of the procedure in hand; None where there is none, or where it is no question any more."""
    drafts = session.drafts
    draft = drafts.of(session.procedure)
    if draft is None or drafts.anew or drafts.lineage or session.pages or session.goal is not Goal.SUBMIT:
        return None
    return _to_draft(session, draft)


def _to_draft(session: Session, draft: SavedDraft) -> Step:
    return go(session, Screen.SAVED_DRAFT, drafts=replace(session.drafts, chosen=draft.id, sure=False, code=None))


def _choose(session: Session, event: ChooseDraft) -> Step:
    chosen = next((item for item in session.drafts.found or () if item.id == event.draft), None)
    return stay(session) if chosen is None or session.track.asking else _to_draft(session, chosen)


# --- going on with it -----------------------------------------------------------------------------------------------------


def _open(session: Session, _: OpenDraft) -> Step:
    draft = session.drafts.in_hand
    if draft is None or not draft.readable or session.drafts.work is not DraftWork.NONE or session.drafts.lineage:
        return stay(session)
    opening = replace(session.drafts, work=DraftWork.OPENING, sure=False, code=None)
    return stay(session, FetchDraft(draft.id), drafts=opening)


def _opened(session: Session, event: DraftOpened) -> Step:
    """Everything that still fits is there again; what does not is named before the citizen goes on."""
    draft, identity, consent = session.drafts.in_hand, session.identity, session.consent
    if draft is None or identity is None or session.drafts.work is not DraftWork.OPENING:
        return stay(session)
    fits = fitted(event.content, event.procedure, event.fields)
    answers = prefilled(event.fields, {**defaults(event.fields), **fits.answers}, identity)
    if consent is not None and session.goal is Goal.TRACK:
        # Who came by way of their own dossiers was not asked about notices this time.
        consent = replace(consent, notices=event.content.notices)
    drafts = replace(session.drafts, work=DraftWork.NONE, lineage=draft.lineage, lost=fits.lost)
    after = replace(
        session,
        goal=Goal.SUBMIT,
        track=TrackView(),
        procedure=event.procedure,
        fields=event.fields,
        consent=consent,
        have=fits.have,
        to_desk=fits.to_desk,
        chosen_for_desk=fits.to_desk,
        answers=answers,
        field_errors={},
        pages=fits.pages,
        scan=ScanView(paper_loaded=session.scan.paper_loaded),
        handout=Handout(),
        drafts=drafts,
    )
    if fits.changed or fits.lost:
        return stay(after, drafts=replace(drafts, code="APP-DRAFT-CHANGED"))
    return _go_on(after)


def _go_on(session: Session) -> Step:
    session = replace(session, drafts=replace(session.drafts, code=None))
    if session.pages:
        return go(session, Screen.PAGE_REVIEW)
    return begin_papers(session)


def _continue(session: Session, _: Continue) -> Step:
    return _go_on(session) if session.drafts.lineage else stay(session)


def _not_opened(session: Session, event: DraftNotOpened) -> Step:
    return stay(session, drafts=replace(session.drafts, work=DraftWork.NONE, code=event.code))


def _anew(session: Session, _: StartAnew) -> Step:
    if session.drafts.work is not DraftWork.NONE or session.goal is not Goal.SUBMIT:
        return stay(session)
    return begin_papers(replace(session, drafts=replace(session.drafts, anew=True, chosen="", sure=False)))


def _back(session: Session, _: Back) -> Step:
    if session.drafts.work is not DraftWork.NONE:
        return stay(session)
    drafts = replace(session.drafts, chosen="", sure=False, code=None)
    return go(session, Screen.MY_DOSSIERS if session.goal is Goal.TRACK else Screen.CONFIRM_IDENTITY, drafts=drafts)


# --- deleting -------------------------------------------------------------------------------------------------------------


def _delete(session: Session, event: DeleteDraft) -> Step:
    drafts = session.drafts
    if drafts.in_hand is None or drafts.work is not DraftWork.NONE or drafts.lineage:
        return stay(session)
    if not (event.sure and drafts.sure):
        return stay(session, drafts=replace(drafts, sure=not drafts.sure and not event.sure, code=None))
    return stay(session, RemoveDraft(drafts.chosen), drafts=replace(drafts, work=DraftWork.DELETING, code=None))


def _deleted(session: Session, event: DraftDeleted) -> Step:
    left = tuple(item for item in session.drafts.found or () if item.id != event.draft)
    drafts = Drafts(found=left, keep_days=session.drafts.keep_days)
    if session.goal is Goal.TRACK:
        return go(session, Screen.MY_DOSSIERS, drafts=drafts, notice="APP-DRAFT-DELETED")
    after, effects = begin_papers(replace(session, drafts=drafts))
    return replace(after, notice=after.notice or "APP-DRAFT-DELETED"), effects


def _not_deleted(session: Session, event: DraftNotDeleted) -> Step:
    return stay(session, drafts=replace(session.drafts, work=DraftWork.NONE, sure=False, code=event.code))


ROWS: tuple[Row, ...] = (
    row(Screen.CHECKLIST, AskSaveDraft, _ask, Screen.CONSENT),
    row(_UNFINISHED, AskSaveDraft, _ask, Screen.SAVE_DRAFT),
    row(Screen.SAVE_DRAFT, AskSaveDraft, _ask_again),
    row(Screen.SAVE_DRAFT, KeepDraft, _keep),
    row(Screen.SAVE_DRAFT, DraftKept, _kept),
    row(Screen.SAVE_DRAFT, DraftNotKept, _not_kept),
    row(Screen.SAVE_DRAFT, Continue, _end_saved, Screen.GOODBYE),
    row(Screen.SAVE_DRAFT, Back, _leave_saving, Screen.CONFIRM_IDENTITY, *_UNFINISHED),
    row(Screen.SCAN, DraftsFound, _found, Screen.SAVED_DRAFT),
    row(tuple(screen for screen in Screen if screen is not Screen.SCAN), DraftsFound, _found),
    row(tuple(Screen), DraftsNotFound, _not_found),
    row(Screen.MY_DOSSIERS, ChooseDraft, _choose, Screen.SAVED_DRAFT),
    row(Screen.SAVED_DRAFT, OpenDraft, _open),
    row(Screen.SAVED_DRAFT, DraftOpened, _opened, Screen.PAGE_REVIEW, Screen.SCAN),
    row(Screen.SAVED_DRAFT, DraftNotOpened, _not_opened),
    row(Screen.SAVED_DRAFT, Continue, _continue, Screen.PAGE_REVIEW, Screen.SCAN),
    row(Screen.SAVED_DRAFT, StartAnew, _anew, Screen.SCAN),
    row(Screen.SAVED_DRAFT, DeleteDraft, _delete),
    row(Screen.SAVED_DRAFT, DraftDeleted, _deleted, Screen.SCAN, Screen.MY_DOSSIERS),
    row(Screen.SAVED_DRAFT, DraftNotDeleted, _not_deleted),
    row(Screen.SAVED_DRAFT, Back, _back, Screen.MY_DOSSIERS, Screen.CONFIRM_IDENTITY),
)
