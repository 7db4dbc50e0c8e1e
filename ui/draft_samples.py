"""Fictional sessions that save a draft or open one, for the pictures of the screens."""

from __future__ import annotations

from dataclasses import replace

from drivers.ports import Check, Verdict
from kiosk_app.model.basics import EndReason, Goal, Overlay, Screen
from kiosk_app.model.drafts import Drafts, DraftWork, SavedDraft
from kiosk_app.model.session import Handout, Identity, ReceiptStage, Session, TrackView

MARK = SavedDraft(
    "0b5f1d3e-0000-4000-8000-000000000001",
    "0b5f1d3e-0000-4000-8000-000000000001",
    "2026-11-20T09:12:00+07:00",
    "2026-12-20",
    "IP-03",
    "Thủ tục đăng ký nhãn hiệu",
    "Procedure for trademark registration",
    6,
)
OTHER = SavedDraft(
    "0b5f1d3e-0000-4000-8000-000000000002", "x", "2026-11-02T15:40:00+07:00", "2026-12-02", readable=False
)


def proven(person: Identity) -> Identity:
    """The person by a chip that proved its data and itself."""
    passed = Check(Verdict.PASSED)
    return replace(person, passive=passed, chip=passed, photo=person.photo or b"jpeg")


def draft_sessions(unfinished: Session, person: Identity) -> dict[str, Session]:
    """By name; `unfinished` is a session at the scan screen with its pages, `person` whose it is."""
    session = replace(unfinished, identity=proven(person))
    procedure = session.procedure
    mark = replace(MARK, procedure_id=procedure.local_id) if procedure else MARK
    ready = Drafts(found=(), keep_days=30, back=Screen.SCAN)
    saving = replace(session, screen=Screen.SAVE_DRAFT)
    saved = replace(ready, found=(mark,), saved=mark, lineage=mark.lineage)
    found = replace(
        session,
        screen=Screen.SAVED_DRAFT,
        pages=(),
        drafts=Drafts(found=(mark,), keep_days=30, chosen=mark.id),
    )
    changed = replace(
        found.drafts,
        lineage=mark.lineage,
        code="APP-DRAFT-CHANGED",
        lost=("Giấy ủy quyền (bản cũ)", "Ngày nộp đơn đầu tiên"),
    )
    other = replace(found.drafts, found=(OTHER,), chosen=OTHER.id)
    mine = replace(session, screen=Screen.MY_DOSSIERS, goal=Goal.TRACK, pages=(), procedure=None)
    return {
        "save_draft": replace(saving, drafts=ready),
        "save_draft_asking": replace(saving, drafts=Drafts(work=DraftWork.ASKING, back=Screen.SCAN)),
        "save_draft_replaces": replace(saving, drafts=replace(ready, found=(mark,))),
        "save_draft_saving": replace(saving, drafts=replace(ready, work=DraftWork.SAVING)),
        "save_draft_failed": replace(saving, drafts=replace(ready, code="NET-DRAFT-NOT-SAVED")),
        "save_draft_off": replace(saving, service_online=False, drafts=Drafts(back=Screen.SCAN, code="NET-NOT-ASKED")),
        "save_draft_saved": replace(saving, drafts=saved, handout=Handout(ReceiptStage.PRINTED, draft=True)),
        "saved_draft": found,
        "saved_draft_opening": replace(found, drafts=replace(found.drafts, work=DraftWork.OPENING)),
        "saved_draft_delete": replace(found, drafts=replace(found.drafts, sure=True)),
        "saved_draft_changed": replace(found, drafts=changed),
        "saved_draft_other_card": replace(found, drafts=other),
        "mine_drafts": replace(mine, track=TrackView(mine=()), drafts=Drafts(found=(mark, OTHER), keep_days=30)),
        "end_or_save": replace(session, overlay=Overlay.CONFIRM_END),
        "idle_or_save": replace(session, overlay=Overlay.IDLE_WARNING),
        "scan_to_save": session,
        "goodbye_saved": Session(screen=Screen.GOODBYE, end_reason=EndReason.SAVED),
    }
