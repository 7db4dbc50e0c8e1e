"""One device's page behind its first part: what was counted of it, its paper, and the frames of its host."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kiosk_app.model.servicing import Counter, DeviceCard, FrameLine, PaperLeft, Part
from kiosk_app.model.session import Session
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

PARTS: Final = {
    Part.STATE: ("diagnostics.part.state", "wrench"),
    Part.COUNTS: ("diagnostics.part.counts", "activity"),
    Part.FRAMES: ("diagnostics.part.frames", "scroll-text"),
}
LABELS: Final = {
    "pages": "diagnostics.label.pages",
    "prints": "diagnostics.label.prints",
    "paper_mm": "diagnostics.label.paper_mm",
    "cuts": "diagnostics.label.cuts",
    "card_reads": "diagnostics.label.card_reads",
    "codes": "diagnostics.label.codes",
    "failures": "diagnostics.label.failures",
    "restarts": "diagnostics.label.restarts",
}
_NO_PAPER: Final[Row] = {"there": False, "share": 0.0, "tone": "info", "text": "", "left": "", "since": ""}


class DevicePageModel(SnapshotModel):
    """What the technician sees of the device that was opened."""

    parts = ("servicing",)

    @shown(str)
    def part(self, session: Session) -> str:
        """The part that is shown."""
        return session.servicing.part.value

    @shown(list)
    def choices(self, session: Session) -> list[Row]:
        """The parts there are."""
        return [{"id": part.value, "text": self.texts.t(text), "icon": icon} for part, (text, icon) in PARTS.items()]

    @shown(list)
    def plots(self, session: Session) -> list[Row]:
        """What was counted, each with its days; the newest is today."""
        card = self._card(session)
        return [self._plot(one) for one in card.counters] if card is not None else []

    @shown(dict)
    def paper(self, session: Session) -> Row:
        """The roll in the printer and how long it lasts."""
        card = self._card(session)
        return _NO_PAPER if card is None or card.paper is None else self._paper(card.paper)

    @shown(list)
    def frames(self, session: Session) -> list[Row]:
        """The newest frames between kiosk and host; what may be personal was masked before it was kept."""
        card = self._card(session)
        return [self._frame(line) for line in card.frames] if card is not None else []

    def _card(self, session: Session) -> DeviceCard | None:
        return session.servicing.machine.device(session.servicing.device)

    def _plot(self, counter: Counter) -> Row:
        paper = counter.name == "paper_mm"
        today, total = (
            words.metres(value, self.texts.language) if paper else words.number(value, self.texts.language)
            for value in (counter.today, counter.total)
        )
        return {
            "id": counter.name,
            "label": self.texts.t(LABELS[counter.name]),
            "text": self.texts.t("diagnostics.today_total", today=today, total=total),
            "days": list(counter.days),
            "plotted": self.texts.t("diagnostics.plotted", n=len(counter.days)),
        }

    def _paper(self, paper: PaperLeft) -> Row:
        language = self.texts.language
        if paper.slips is None or paper.days is None:
            text = self.texts.t("diagnostics.paper_unknown")
        else:
            slips = words.number(paper.slips, language)
            days = max(1, int(paper.days))
            text = self.texts.n("diagnostics.paper_left", days, slips=slips) if paper.left_mm else ""
        left, whole = (words.metres(value, language) for value in (paper.left_mm, paper.roll_mm))
        since = words.moment(self.texts, paper.since) if paper.since else self.texts.t("diagnostics.unknown")
        return {
            "there": True,
            "share": paper.left_mm / paper.roll_mm,
            "tone": "warn" if paper.low else "info",
            "text": text or self.texts.t("diagnostics.paper_over"),
            "left": self.texts.t("diagnostics.paper_metres", left=left, whole=whole),
            "since": self.texts.t("diagnostics.paper_since", at=since),
        }

    def _frame(self, line: FrameLine) -> Row:
        try:
            at = datetime.fromisoformat(line.at).astimezone(self.texts.zone)
            clock = f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"
        except ValueError:
            clock = line.at
        return {
            "at": clock,
            "toHost": line.to_host,
            "what": line.what,
            "data": "" if line.data == "{}" else line.data,
            "ms": "" if line.ms is None else self.texts.t("diagnostics.check.ms", n=f"{line.ms:.0f}"),
            "bad": line.bad,
        }
