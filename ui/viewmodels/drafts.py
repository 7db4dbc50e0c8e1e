"""Saving for later and going on later: what is offered, what saving means, and the drafts that there are."""

from __future__ import annotations

from kiosk_app.model.basics import Goal
from kiosk_app.model.drafts import DraftWork, SavedDraft
from kiosk_app.model.offers import draft_offered
from kiosk_app.model.session import Session
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown


class DraftsModel(SnapshotModel):
    """The person's drafts as the screens tell of them."""

    parts = ("drafts", "screen", "procedure", "goal", "identity", "devices", "pages", "service_online", "submission")

    @shown(bool)
    def offered(self, session: Session) -> bool:
        """Whether what was done so far can be saved for later from here."""
        return draft_offered(session)

    # --- saving -------------------------------------------------------------------------------------------------------

    @shown(str)
    def stage(self, session: Session) -> str:
        """Saving: asking, ready, saving, saved, or off while the service cannot be asked."""
        drafts = session.drafts
        if drafts.saved is not None:
            return "saved"
        if drafts.work in (DraftWork.ASKING, DraftWork.SAVING):
            return drafts.work.value
        return "ready" if drafts.found is not None else "off"

    @shown(list)
    def points(self, session: Session) -> list[Row]:
        """What the citizen agrees to: what is kept, where and how it is locked, how long, and how it is deleted."""
        t, days = self.texts.t, session.drafts.keep_days
        return [
            {"icon": "files", "title": t("draft.what_title"), "text": self._what(session)},
            {"icon": "lock", "title": t("draft.where_title"), "text": t("draft.where")},
            {"icon": "calendar", "title": t("draft.how_long_title"), "text": self.texts.n("draft.how_long", days)},
            {"icon": "trash-2", "title": t("draft.delete_title"), "text": t("draft.delete")},
        ]

    def _what(self, session: Session) -> str:
        name = session.procedure.name(session.language) if session.procedure else ""
        kept = sum(page.kept for page in session.pages)
        said = "draft.what" if kept else "draft.what_no_pages"
        return self.texts.t(said, procedure=name, pages=self.texts.n("answers.pages", kept))

    @shown(str)
    def replaced(self, session: Session) -> str:
        """That an earlier draft of the procedure is given up for this one; empty where there is none but this very one."""
        before = session.drafts.of(session.procedure)
        if before is None or before.lineage == session.drafts.lineage or session.drafts.saved is not None:
            return ""
        return self.texts.t("draft.replaces", date=words.day(self.texts, before.saved_at))

    @shown(str)
    def until(self, session: Session) -> str:
        """The last day of the draft that was just saved."""
        saved = session.drafts.saved
        return self.texts.t("draft.kept_until", date=words.day(self.texts, saved.until)) if saved else ""

    # --- what there is ------------------------------------------------------------------------------------------------

    @shown(list)
    def mine(self, session: Session) -> list[Row]:
        """The person's drafts, beside their dossiers."""
        return [
            {
                "id": item.id,
                "title": self._name(item),
                "subtitle": self.texts.t(
                    "draft.saved_until",
                    date=words.day(self.texts, item.saved_at),
                    until=words.day(self.texts, item.until),
                ),
            }
            for item in session.drafts.found or ()
        ]

    def _name(self, draft: SavedDraft) -> str:
        return self.texts.pick(draft.procedure_vi, draft.procedure_en) or self.texts.t("draft.other_card")

    @shown(dict)
    def chosen(self, session: Session) -> Row:
        """The draft in hand: what it is of, when it was saved, until when it is kept."""
        draft = session.drafts.in_hand
        if draft is None:
            return {"name": "", "facts": [], "readable": False}
        t = self.texts.t
        facts = [
            (t("draft.saved_on"), words.day(self.texts, draft.saved_at)),
            (t("draft.last_day"), words.day(self.texts, draft.until)),
            (t("draft.scanned"), self.texts.n("answers.pages", draft.pages) if draft.pages else ""),
        ]
        return {
            "name": self._name(draft),
            "facts": [{"label": label, "value": value, "note": ""} for label, value in facts if value],
            "readable": draft.readable,
        }

    @shown(str)
    def work(self, session: Session) -> str:
        """What is being done: none, asking, saving, opening or deleting."""
        return session.drafts.work.value

    @shown(bool)
    def sure(self, session: Session) -> bool:
        """Whether the citizen is asked if the draft is really to be deleted."""
        return session.drafts.sure

    @shown(bool)
    def opened(self, session: Session) -> bool:
        """Whether the draft is open, and only what has changed of it is still told."""
        return bool(session.drafts.lineage)

    @shown(list)
    def lost(self, session: Session) -> list[str]:
        """Names of papers and questions that the procedure does not have any more."""
        return list(session.drafts.lost)

    @shown(bool)
    def can_start_anew(self, session: Session) -> bool:
        """Whether the citizen came to submit something, so that going on without the draft is a way."""
        return session.goal is Goal.SUBMIT

    @shown(dict)
    def trouble(self, session: Session) -> Row:
        """What went wrong last: words, and the code, small, for staff."""
        code = session.drafts.code
        if code is None:
            return {"text": "", "code": ""}
        return {"text": self.texts.code(code), "code": self.texts.t("notice.code", code=code)}
