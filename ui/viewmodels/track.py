"""Track: a code in, and where the dossier stands."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.session import Session
from kiosk_app.model.tracking import TrackingReport, TrackingStep
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
_STATES: Final = {"done": "done", "current": "current", "coming": "coming"}


class TrackModel(SnapshotModel):
    """The entered codes and the service's answer."""

    parts = ("track",)

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

    @shown(list)
    def facts(self, session: Session) -> list[Row]:
        """Unit and dates."""
        report = session.track.report
        if report is None:
            return []
        t = self.texts.t
        due = words.day(self.texts, report.due_date) if report.due_date else t("track.no_due")
        rows = (
            ("unit", self.texts.pick(report.unit_vi, report.unit_en), ""),
            ("received", words.day(self.texts, report.received_at), ""),
            ("accepted", words.day(self.texts, report.accepted_at), ""),
            ("due", due, self._left(report)),
        )
        return [{"label": t(f"track.{key}"), "value": value, "note": note} for key, value, note in rows if value]

    def _left(self, report: TrackingReport) -> str:
        left = report.working_days_left
        if left is None or not report.due_date or report.status_code in (3, 8, 9, 10):
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
    return left is not None and left < 0 and report.status_code not in (3, 8, 9, 10)
