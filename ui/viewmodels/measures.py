"""What an administrator sees of the sessions of a day, a week or a month: shares, times, where people give up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kiosk_app.model.basics import Screen
from kiosk_app.model.measures import MeasureSum, Span
from kiosk_app.model.session import Session
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

SPANS: Final = {
    Span.DAY: ("measures.span.day", "measures.plotted_day"),
    Span.WEEK: ("measures.span.week", "measures.plotted_days"),
    Span.MONTH: ("measures.span.month", "measures.plotted_days"),
}
SCREENS: Final = {
    Screen.SEARCH: "measures.screen.search",
    Screen.PROCEDURE: "measures.screen.procedure",
    Screen.CHECKLIST: "measures.screen.checklist",
    Screen.CONSENT: "measures.screen.consent",
    Screen.IDENTIFY: "measures.screen.identify",
    Screen.IDENTIFY_OTHERWISE: "measures.screen.identify_otherwise",
    Screen.CONFIRM_IDENTITY: "measures.screen.confirm_identity",
    Screen.SCAN: "measures.screen.scan",
    Screen.PAGE_REVIEW: "measures.screen.page_review",
    Screen.FORM: "measures.screen.form",
    Screen.CHECK_ANSWERS: "measures.screen.check_answers",
    Screen.DECLARE: "measures.screen.declare",
    Screen.SENDING: "measures.screen.sending",
    Screen.DONE: "measures.screen.done",
    Screen.TRACK: "measures.screen.track",
    Screen.MY_DOSSIERS: "measures.screen.my_dossiers",
    Screen.SAVE_DRAFT: "measures.screen.save_draft",
    Screen.SAVED_DRAFT: "measures.screen.saved_draft",
}
LISTS: Final = {
    "medians": ("measures.medians", "measures.no_times"),
    "given_up": ("measures.given_up", "measures.no_given_up"),
    "faults": ("measures.faults", "measures.no_faults"),
    "ratings": ("measures.ratings", "measures.no_ratings"),
}
SHOWN_POINTS: Final = 6
"""How many screens on which people gave up are shown."""


class MeasuresModel(SnapshotModel):
    """The sums of the diagnostics' part «measures»; while they are being read, there are none."""

    parts = ("servicing",)

    @shown(list)
    def spans(self, session: Session) -> list[Row]:
        """The spans there are."""
        chosen = session.servicing.span
        return [
            {"id": span.value, "text": self.texts.t(text), "chosen": span is chosen}
            for span, (text, _) in SPANS.items()
        ]

    @shown(str)
    def state(self, session: Session) -> str:
        """What is said where there is nothing to plot: that it is being read, or that nobody came."""
        found = self._sum(session)
        if found is None:
            return self.texts.t("measures.reading")
        return "" if found.total else self.texts.t("measures.none")

    @shown(list)
    def plots(self, session: Session) -> list[Row]:
        """Sessions and what was handed in, by hour or day."""
        found = self._sum(session)
        if found is None or not found.total:
            return []
        plotted = self.texts.t(SPANS[found.span][1], n=len(found.slots))
        share = self._share(found.handed_in, found.begun)
        submitted = self.texts.t("measures.of_begun", share=share, n=self._count(found.begun)) if found.begun else ""
        return [
            {
                "id": "sessions",
                "label": self.texts.t("measures.sessions"),
                "figure": self._count(found.total),
                "text": self.texts.t("measures.begun", n=self._count(found.begun)),
                "values": list(found.sessions),
                "plotted": plotted,
            },
            {
                "id": "submitted",
                "label": self.texts.t("measures.submitted"),
                "figure": self._count(found.handed_in),
                "text": submitted,
                "values": list(found.submitted),
                "plotted": plotted,
            },
        ]

    @shown(list)
    def figures(self, session: Session) -> list[Row]:
        """The single figures."""
        found = self._sum(session)
        if found is None or not found.total:
            return []
        satisfied = "–" if found.satisfied is None else self._share(sum(found.ratings[3:]), found.rated)
        said = (
            ("measures.satisfied", satisfied, self.texts.n("measures.rated", found.rated)),
            ("measures.saved", self._count(found.saved), ""),
            ("measures.help_calls", self._count(found.help_calls), ""),
            ("measures.assisted", self._share(found.assisted, found.total), ""),
            ("measures.cut", self._count(found.cut), ""),
        )
        return [{"label": self.texts.t(key), "figure": figure, "text": text} for key, figure, text in said]

    @shown(list)
    def bars(self, session: Session) -> list[Row]:
        """Lists of bars: time at each step, where people gave up, faults, ratings. An empty one says so in words."""
        found = self._sum(session)
        if found is None or not found.total:
            return []
        return [
            self._list(
                "medians",
                ((self.texts.t(f"step.{step}"), seconds, self._time(seconds)) for step, seconds in found.medians),
            ),
            self._list(
                "given_up",
                (
                    (self.texts.t(SCREENS[screen]), count, self._count(count))
                    for screen, count in found.given_up[:SHOWN_POINTS]
                ),
            ),
            self._list(
                "faults",
                ((code, count, self._count(count)) for code, count in found.faults),
            ),
            self._list(
                "ratings",
                (
                    (self.texts.t(f"ui.rate.{mark}"), count, self._count(count))
                    for mark, count in reversed(list(enumerate(found.ratings, start=1)))
                    if found.rated
                ),
            ),
        ]

    @shown(dict)
    def sheet(self, session: Session) -> Row:
        """The file for a spreadsheet: whether it is being written, and where it lies."""
        view = session.servicing.machine.sheet
        text = ""
        if view.code:
            text = self.texts.t("measures.sheet_failed", code=view.code)
        elif view.file:
            text = self.texts.t("measures.sheet_done", file=view.file)
        return {"running": view.running, "text": text, "tone": "warn" if view.code else "ok"}

    def _sum(self, session: Session) -> MeasureSum | None:
        """The sum of the span that is asked for; one of another span is on its way out."""
        found = session.servicing.machine.measures
        return found if found is not None and found.span is session.servicing.span else None

    def _list(self, name: str, lines: Iterable[tuple[str, int, str]]) -> Row:
        known, (label, empty) = list(lines), LISTS[name]
        most = max((value for _, value, _ in known), default=0)
        return {
            "id": name,
            "label": self.texts.t(label),
            "empty": "" if known else self.texts.t(empty),
            "lines": [
                {"text": text, "share": value / most if most else 0.0, "figure": said} for text, value, said in known
            ],
        }

    def _count(self, value: int) -> str:
        return words.number(value, self.texts.language)

    def _share(self, part: int, whole: int) -> str:
        return f"{round(100 * part / whole) if whole else 0} %"

    def _time(self, seconds: int) -> str:
        minutes, rest = divmod(seconds, 60)
        if not minutes:
            return self.texts.t("measures.seconds", n=rest)
        return self.texts.t("measures.minutes", n=minutes, rest=f"{rest:02d}")
