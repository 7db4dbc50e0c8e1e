"""Search, procedure and checklist: what there is, what it takes, and which papers the citizen has."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Property, QObject

from drivers.ports import DeviceKind
from kiosk_app.model.basics import Goal, Language
from kiosk_app.model.offers import handout_offered
from kiosk_app.model.procedure import Component, Jurisdiction, Procedure
from kiosk_app.model.session import ReceiptStage, Session
from ui.translations import Texts
from ui.viewmodels import able, words
from ui.viewmodels.base import Row, RowsModel, SnapshotModel, shown

_TONES: Final = {"printed": "ok", "none": "info", "printing": "info"}
_TOLD: Final = ("printed", "voided", "unknown")
_BUTTONS: Final = {
    "printed": "another",
    "not_printed": "again",
    "voided": "again",
    "unknown": "missing",
}
REASONS: Final = ("PRN-ABSENT", "PRN-PAPER-OUT", "PRN-COVER-OPEN", "PRN-CUTTER", "PRN-HOT", "PRN-OFFLINE")
"""The printer's codes that are told in words of this screen: those of the catalogue speak of a dossier that is in."""
# Some entries only point to another one by the catalogue's own id, which is no official code and is never shown.
_POINTER: Final = re.compile(r"như [A-Z]+-\d+", re.IGNORECASE)


class BrowseModel(SnapshotModel):
    """The catalogue as one citizen looks through it."""

    parts = ("query", "results", "procedure", "have", "handout", "goal", "devices", "service_online")

    def __init__(self, texts: Texts, session: Session, parent: QObject | None = None) -> None:
        self._results = RowsModel("id")
        self._papers = RowsModel("id")
        self._filled: tuple[object, ...] = ()
        super().__init__(texts, session, parent)
        self._results.setParent(self)
        self._papers.setParent(self)

    results = Property(QObject, fget=lambda self: self._results, constant=True)
    papers = Property(QObject, fget=lambda self: self._papers, constant=True)

    def prepare(self, session: Session) -> None:
        """Results and papers change in place, so that lists keep their scroll."""
        found = (session.results, session.language, session.query)
        if not self._filled or any(one is not other for one, other in zip(found, self._filled, strict=True)):
            self._filled = found
            self._results.replace(self._found(session))
        components = session.procedure.components if session.procedure else ()
        self._papers.replace([self._paper(item, item.id in session.have) for item in components])

    def _found(self, session: Session) -> list[Row]:
        """The results as rows; what is the same for all of them is worked out once, since there may be hundreds."""
        here, elsewhere = self.texts.t("search.here"), self.texts.t("search.elsewhere")
        wanted = words.folded(session.query.strip())
        rows = []
        for item in session.results:
            name = item.name(session.language)
            rows.append(
                {
                    "id": item.local_id,
                    "title": name,
                    "match": words.found(name, wanted),
                    "subtitle": f"{item.field_vi} · {item.code}" if item.code else item.field_vi,
                    "badge": here if item.offered else elsewhere,
                    "tone": "info" if item.offered else "none",
                }
            )
        return rows

    def _paper(self, item: Component, have: bool) -> Row:
        need = self.texts.t("procedure.required" if item.required else "procedure.optional")
        counts = words.counts(self.texts, item)
        return {
            "id": item.id,
            "name": item.name(self.texts.language),
            "counts": counts,
            "required": item.required,
            "need": need,
            "about": " · ".join(part for part in (words.sentence(need), counts) if part),
            "template": self.texts.t("procedure.template", name=item.template) if item.template else "",
            "have": have,
        }

    # --- search -------------------------------------------------------------------------------------------------------

    @shown(str)
    def query(self, session: Session) -> str:
        """What was typed."""
        return session.query

    @shown(str)
    def search_title(self, session: Session) -> str:
        """What to do, by what the citizen came for."""
        suffix = {Goal.SUBMIT: "_submit", Goal.CHECK: "_check"}.get(session.goal, "")
        return self.texts.t(f"search.title{suffix}")

    @shown(bool)
    def nothing_found(self, session: Session) -> bool:
        """Whether something was typed and nothing fits."""
        return bool(session.query.strip()) and not session.results

    @shown(str)
    def count_text(self, session: Session) -> str:
        """How many procedures are in the list."""
        return self.texts.n("search.count", len(session.results)) if session.results else ""

    # --- procedure ----------------------------------------------------------------------------------------------------

    @shown(str)
    def name(self, session: Session) -> str:
        """The procedure's name."""
        return session.procedure.name(self.texts.language) if session.procedure else ""

    @shown(bool)
    def offered(self, session: Session) -> bool:
        """Whether it can be submitted here."""
        return session.procedure is not None and session.procedure.offered

    @shown(bool)
    def for_check(self, session: Session) -> bool:
        """Whether the citizen came to check papers rather than to submit."""
        return session.goal is Goal.CHECK

    @shown(str)
    def moved_text(self, session: Session) -> str:
        """Who handles it now, when it is not submitted here."""
        procedure = session.procedure
        if procedure is None or procedure.offered:
            return ""
        key = {
            Jurisdiction.PROVINCE: "procedure.moved_province",
            Jurisdiction.MOVED: "procedure.moved_other",
        }.get(procedure.jurisdiction, "procedure.moved")
        return self.texts.t(key)

    @shown(list)
    def facts(self, session: Session) -> list[Row]:
        """What is known of the procedure, in the order people ask; a part the catalogue does not have is left out."""
        return self._facts(session.procedure) if session.procedure else []

    def _facts(self, procedure: Procedure) -> list[Row]:
        t = self.texts.t
        later = procedure.deadline_text_vi if procedure.deadline_value is not None else ""
        noted = procedure.fee_note_vi if procedure.fee_vnd is not None else ""
        rows = [
            ("deadline", "clock", words.deadline(self.texts, procedure), later),
            ("fee", "banknote", words.fee(self.texts, procedure), noted),
            ("unit", "building-2", procedure.unit_vi, ""),
            ("field", "layers", procedure.field_vi, ""),
            ("level", "globe", words.sentence(procedure.level), ""),
            ("code", "file-text", procedure.code or "", ""),
            ("result", "file-check", procedure.result_vi, ""),
            ("basis", "scroll-text", "" if _POINTER.match(procedure.legal_basis_vi) else procedure.legal_basis_vi, ""),
        ]
        return [
            {
                "id": key,
                "icon": icon,
                "label": t(f"procedure.{key}"),
                "value": value,
                "note": "" if note == value else note,
            }
            for key, icon, value, note in rows
            if value
        ]

    @shown(bool)
    def vietnamese_only(self, session: Session) -> bool:
        """Whether an English reader must be told that details are in Vietnamese."""
        return session.language is Language.EN and session.procedure is not None

    # --- checklist ----------------------------------------------------------------------------------------------------

    @shown(dict)
    def verdict(self, session: Session) -> Row:
        """Whether the papers at hand would do."""
        components = session.procedure.components if session.procedure else ()
        missing = sum(1 for item in components if item.required and item.id not in session.have)
        if missing:
            return {"tone": "warn", "text": self.texts.n("checklist.missing", missing)}
        return {"tone": "ok", "text": self.texts.t("checklist.complete")}

    @shown(list)
    def limits(self, session: Session) -> list[str]:
        """What will be done in another way than usual, said before anybody begins."""
        return [row["text"] for row in able.limits(self.texts, session)]

    # --- the list to take home ----------------------------------------------------------------------------------------

    @shown(dict)
    def handout(self, session: Session) -> Row:
        """What is printed to take home: whether it can be asked for, how its print stands, words with the printer's code.

        `state` is none, printing, printed, not_printed, voided, unknown, or off while no printer works.
        """
        t, handout = self.texts.t, session.handout
        what = "draft_slip" if handout.draft else "handout"
        offered = handout_offered(session)
        code = handout.code
        state = handout.stage.value
        if not offered and handout.stage in (ReceiptStage.NONE, ReceiptStage.NOT_PRINTED, ReceiptStage.VOIDED):
            # What keeps it from being printed now, not what did a while ago.
            printer = session.device(DeviceKind.PRINTER)
            state, code = "off", printer.code if printer else "PRN-ABSENT"
        known = bool(session.devices)
        told = state not in ("none", "printing") and known
        text = t(f"{what}.{state}_text") if state in _TOLD else ""
        if state in ("not_printed", "off") or (state == "voided" and not offered):
            text = " ".join(part for part in (self._reason(code), t(f"{what}.instead")) if part)
        return {
            "offered": offered,
            "state": state,
            "told": told,
            "tone": _TONES.get(state, "warn"),
            "icon": "printer-check" if state == "printed" else "printer",
            "lead": t(f"{what}.{state}") if told else "",
            "text": text if told else "",
            "code": t("notice.code", code=code) if told and code else "",
            "button": t(f"{what}.busy" if state == "printing" else f"{what}.{_BUTTONS.get(state, 'print')}"),
        }

    def _reason(self, code: str | None) -> str:
        key = f"handout.reason.{(code or '').removeprefix('PRN-').replace('-', '_').lower()}"
        return self.texts.t(key if code in REASONS else "handout.reason.other")
