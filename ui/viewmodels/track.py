"""Track: a code or a card in, and where the dossier stands."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.offers import own_dossiers_offered, supplement_offered
from kiosk_app.model.procedure import Component
from kiosk_app.model.session import Session
from kiosk_app.model.tracking import OwnDossier, TrackingReport, TrackingStep, WantedPaper
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

# The national list of statuses (codes 1 to 10): what each means for the citizen who waits.
_TONES: Final = {
    1: "info",
    2: "info",
    3: "bad",
    4: "info",
    5: "warn",
    6: "warn",
    7: "warn",
    8: "bad",
    9: "ok",
    10: "ok",
}
_MORE_PAPERS: Final = 5
_OVER: Final = (3, 8, 9, 10)
_STATES: Final = {"done": "done", "current": "current", "coming": "coming"}


class TrackModel(SnapshotModel):
    """The entered codes, one's own dossiers, and the service's answer."""

    parts = ("track", "devices", "service_online", "out_of_service")

    @shown(bool)
    def supplement(self, session: Session) -> bool:
        """Whether the papers that are asked for can be handed in here."""
        return supplement_offered(session)

    @shown(bool)
    def by_card(self, session: Session) -> bool:
        """Whether one's own dossiers can be asked for by card."""
        return own_dossiers_offered(session)

    # --- one's own dossiers -------------------------------------------------------------------------------------------

    @shown(bool)
    def mine_known(self, session: Session) -> bool:
        """Whether the service has told which they are."""
        return session.track.mine is not None

    @shown(str)
    def mine_guidance(self, session: Session) -> str:
        """How many there are, or what is being waited for."""
        if session.track.mine is None:
            return ""
        return self.texts.n("mine.count", len(session.track.mine)) if session.track.mine else ""

    @shown(list)
    def mine(self, session: Session) -> list[Row]:
        """One's own dossiers, newest first."""
        return [self._own(item) for item in session.track.mine or ()]

    def _own(self, item: OwnDossier) -> Row:
        parts = [item.dossier_code, self.texts.t("mine.sent", date=words.day(self.texts, item.received_at))]
        left = self._left(item.working_days_left, item.due_date, item.status_code)
        return {
            "id": item.dossier_code,
            "title": self.texts.pick(item.procedure_vi, item.procedure_en),
            "subtitle": " · ".join([*parts, left] if left else parts),
            "badge": self.texts.pick(item.status_vi, item.status_en),
            "tone": _TONES.get(item.status_code, "info"),
        }

    # --- one dossier --------------------------------------------------------------------------------------------------

    @shown(str)
    def code(self, session: Session) -> str:
        """The dossier's code as entered or scanned."""
        return session.track.code

    @shown(str)
    def lookup_code(self, session: Session) -> str:
        """The look-up code as entered."""
        return session.track.lookup_code

    @shown(bool)
    def asking(self, session: Session) -> bool:
        """Whether the service is being asked."""
        return session.track.asking

    @shown(bool)
    def found(self, session: Session) -> bool:
        """Whether there is an answer to show."""
        return session.track.report is not None

    @shown(dict)
    def report(self, session: Session) -> Row:
        """The status, in the words of the national list and one plain line."""
        report = session.track.report
        if report is None:
            return {"code": "", "status": "", "plain": "", "procedure": "", "tone": "info", "late": ""}
        pick = self.texts.pick
        return {
            "code": report.dossier_code,
            "status": pick(report.status_vi, report.status_en),
            "plain": pick(report.plain_vi, report.plain_en),
            "procedure": pick(report.procedure_vi, report.procedure_en),
            "tone": _TONES.get(report.status_code, "info"),
            "late": self.texts.t("track.late_words") if _late(report) else "",
        }

    @shown(dict)
    def awaited(self, session: Session) -> Row:
        """What is still to be brought to the desk, if anything is."""
        names = session.track.report.awaited if session.track.report else ()
        return {"lead": self.texts.n("track.awaited", len(names)) if names else "", "text": "; ".join(names)}

    @shown(dict)
    def next(self, session: Session) -> Row:
        """What the citizen does now, by the status of the national list; the officer's own words with it."""
        report = session.track.report
        if report is None:
            return {"text": "", "reason": "", "tone": "info"}
        asks = report.status_code == _MORE_PAPERS
        where = self.texts.t("track.here" if supplement_offered(session) else "track.desk")
        if asks and report.until:
            text = self.texts.t("track.next_until", date=words.day(self.texts, report.until), where=where)
        else:
            key = f"{report.status_code}_desk" if report.awaited and report.status_code == 1 else report.status_code
            text = self.texts.t(f"track.next.{key}", where=where) if report.status_code in _TONES else ""
        return {"text": text, "reason": report.reason, "tone": _TONES.get(report.status_code, "info")}

    @shown(list)
    def wanted(self, session: Session) -> list[Row]:
        """The papers that the dossier asks for."""
        papers = session.track.report.wanted if session.track.report else ()
        return [{"text": paper.name_vi, "note": self._counts(paper)} for paper in papers]

    def _counts(self, paper: WantedPaper) -> str:
        component = Component(paper.component, paper.name_vi, "", paper.originals, paper.copies, True)
        return words.counts(self.texts, component)

    @shown(list)
    def past(self, session: Session) -> list[Row]:
        """Every status so far, the newest first."""
        report = session.track.report
        entries = reversed(report.history) if report else ()
        return [
            {
                "label": words.day(self.texts, entry.at),
                "value": self.texts.pick(entry.status_vi, entry.status_en),
                "note": self.texts.pick(entry.unit_vi, entry.unit_en),
            }
            for entry in entries
        ]

    @shown(list)
    def facts(self, session: Session) -> list[Row]:
        """Unit and dates."""
        report = session.track.report
        if report is None:
            return []
        t = self.texts.t
        left = self._left(report.working_days_left, report.due_date, report.status_code)
        rows = (
            ("unit", self.texts.pick(report.unit_vi, report.unit_en), ""),
            ("received", words.day(self.texts, report.received_at), ""),
            ("accepted", words.day(self.texts, report.accepted_at), ""),
            ("due", self._due(report), left),
        )
        return [{"label": t(f"track.{key}"), "value": value, "note": note} for key, value, note in rows if value]

    def _due(self, report: TrackingReport) -> str:
        """The day, or why there is none; nothing of a dossier that is over."""
        if report.due_date:
            return words.day(self.texts, report.due_date)
        if report.status_code in _OVER:
            return ""
        if report.working_days_left is not None:
            return self.texts.n("track.paused", report.working_days_left)
        return self.texts.t("track.no_due_set" if report.accepted_at else "track.no_due")

    def _left(self, left: int | None, due_date: str, status_code: int) -> str:
        if left is None or not due_date or status_code in _OVER:
            return ""
        if left < 0:
            return self.texts.n("track.late", -left)
        return self.texts.n("track.left", left) if left else self.texts.t("track.today")

    @shown(list)
    def steps(self, session: Session) -> list[Row]:
        """The way through the offices."""
        report = session.track.report
        return [self._step(step) for step in report.steps] if report else []

    def _step(self, step: TrackingStep) -> Row:
        said = ""
        if step.state == "done" and step.finished_at:
            said = self.texts.t("track.step_done", date=words.day(self.texts, step.finished_at))
        elif step.state == "current" and step.started_at:
            said = self.texts.t("track.step_current", date=words.day(self.texts, step.started_at))
        elif step.due_at:
            said = self.texts.t("track.step_due", date=words.day(self.texts, step.due_at))
        unit = self.texts.pick(step.unit_vi, step.unit_en)
        return {
            "text": self.texts.pick(step.name_vi, step.name_en),
            "state": _STATES.get(step.state, "coming"),
            "note": " · ".join(part for part in (unit, said) if part),
        }


def _late(report: TrackingReport) -> bool:
    left = report.working_days_left
    return left is not None and left < 0 and report.status_code not in _OVER
