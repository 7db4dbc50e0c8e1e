"""The guided tests as the technician sees them: what to do, what runs, what was found."""

from __future__ import annotations

from typing import Final

from drivers.errors import entry
from kiosk_app.model.guided import CELLS, GUIDE_OF, Guide, GuidedResult, GuidedRun, GuideStage
from kiosk_app.model.session import Session
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

ICONS: Final = {
    Guide.PRINT: "printer",
    Guide.SCAN: "scan-line",
    Guide.CARD: "id-card",
    Guide.CODE: "scan-qr-code",
    Guide.TOUCH: "pointer",
    Guide.SOUND: "volume-2",
}
PICTURES: Final = {Guide.PRINT: "printer", Guide.SCAN: "scanner", Guide.CARD: "card"}
"""Those that have a drawing of the device."""
VALUES: Final = ("sharp", "blurred", "passed", "failed", "not_checked", "issuer_not_trusted", "hidden")
_NONE: Final = GuidedRun(Guide.TOUCH)


class GuidedModel(SnapshotModel):
    """What QML reads of the guided test that is open, and of the last results."""

    parts = ("servicing",)

    @shown(dict)
    def run(self, session: Session) -> Row:
        """The open test with its words; of none when none is open."""
        run = session.servicing.guided or _NONE
        step = run.step or run.guide.value
        found = run.found
        return {
            "guide": run.guide.value,
            "stage": run.stage.value,
            "icon": ICONS[run.guide],
            "device": PICTURES.get(run.guide, ""),
            "title": self.texts.t(f"guided.title.{run.guide.value}"),
            "prepare": self.texts.t(f"guided.prepare.{run.guide.value}"),
            "doing": self.texts.t(f"guided.step.{step}") if run.stage is GuideStage.RUNNING and step != "touch" else "",
            "share": run.percent / 100 if run.percent else -1.0,
            "question": self._question(run),
            "passed": found.passed is True,
            "verdict": self.texts.t("guided.passed" if found.passed else "guided.failed"),
            "words": self._words(run),
            "code": found.code or "",
            "facts": [
                {"label": self.texts.t(f"guided.fact.{name}"), "value": self._value(value)}
                for name, value in found.facts
            ],
            "picture": found.picture,
            "needsNumber": run.guide is Guide.CARD,
        }

    @shown(list)
    def cells(self, session: Session) -> list[bool]:
        """The touch grid: which cells have answered."""
        run = session.servicing.guided or _NONE
        return [cell in run.touched for cell in range(CELLS)] if run.guide is Guide.TOUCH else []

    @shown(bool)
    def grid(self, session: Session) -> bool:
        """Whether the grid covers the screen."""
        run = session.servicing.guided
        return run is not None and run.guide is Guide.TOUCH and run.stage is GuideStage.RUNNING

    @shown(list)
    def tests(self, session: Session) -> list[Row]:
        """Every guided test with how it ended the last time."""
        last = {one.guide: one for one in session.servicing.machine.guided}
        kinds = {card.kind for card in session.servicing.machine.devices if card.in_service}
        offered = [GUIDE_OF[kind] for kind in GUIDE_OF if kind in kinds]
        return [self._row(guide, last.get(guide)) for guide in (*offered, Guide.TOUCH, Guide.SOUND)]

    @shown(str)
    def own(self, session: Session) -> str:
        """The guided test of the device that is looked at, empty while it is out of service."""
        card = session.servicing.machine.device(session.servicing.device)
        guide = GUIDE_OF.get(card.kind) if card is not None and card.in_service else None
        return guide.value if guide is not None else ""

    def _row(self, guide: Guide, result: GuidedResult | None) -> Row:
        said, tone = "", "info"
        if result is not None:
            verdict = self.texts.t("guided.passed" if result.passed else "guided.failed")
            code = f" {result.code}" if result.code else ""
            said = self.texts.t("guided.last", verdict=verdict + code, at=words.moment(self.texts, result.at))
            tone = "ok" if result.passed else "bad"
        return {
            "id": guide.value,
            "icon": ICONS[guide],
            "text": self.texts.t(f"guided.title.{guide.value}"),
            "last": said,
            "tone": tone,
        }

    def _question(self, run: GuidedRun) -> str:
        if run.stage is not GuideStage.ASK:
            return ""
        return self.texts.t(f"guided.ask.{run.step if run.guide is Guide.SOUND else run.guide.value}")

    def _words(self, run: GuidedRun) -> str:
        if run.stage is not GuideStage.DONE:
            return ""
        if run.guide is Guide.TOUCH:
            missing = CELLS - len(run.touched)
            return self.texts.n("guided.missed", missing) if missing else self.texts.t("guided.touched")
        if run.found.code is not None:
            said = entry(run.found.code)
            language = self.texts.language.value
            return f"{said.text('staff', language)} {said.text('technician', language)}"
        asked = run.guide in (Guide.PRINT, Guide.SOUND) and not run.found.passed
        return self.texts.t("guided.refused") if asked else ""

    def _value(self, value: str) -> str:
        return self.texts.t(f"guided.value.{value}") if value in VALUES else value
