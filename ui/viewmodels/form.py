"""The form: its questions once, and the answers, sources and errors by field, so that typing rebuilds nothing."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.form import Field, FieldKind, Source
from kiosk_app.model.helping import masked
from kiosk_app.model.session import Session
from ui.viewmodels.base import Row, SnapshotModel, shown

_KEYBOARDS: Final = {FieldKind.PHONE: "numeric", FieldKind.EMAIL: "email"}
_ICONS: Final = {FieldKind.PHONE: "phone", FieldKind.EMAIL: "mail"}


class FormModel(SnapshotModel):
    """Questions and answers."""

    parts = ("fields", "answers", "field_errors", "returning", "paper_offers", "assist")

    @shown(list)
    def fields(self, session: Session) -> list[Row]:
        """The questions in their order; equal while only answers change."""
        return [self._field(item) for item in session.fields]

    def _field(self, item: Field) -> Row:
        language = self.texts.language
        return {
            "id": item.id,
            "kind": item.kind.value,
            "label": item.label(language),
            "hint": item.hint(language),
            "required": item.required,
            "max_length": item.max_length,
            "keyboard": _KEYBOARDS.get(item.kind, "letters"),
            "icon": _ICONS.get(item.kind, ""),
            "choices": [{"id": choice.value, "text": choice.label(language)} for choice in item.choices],
        }

    @shown(dict)
    def values(self, session: Session) -> dict[str, str]:
        """The answers by field; what an officer who stands here is not to see is not even handed to the screen."""
        covered = masked(session)
        return {
            item.id: session.answers[item.id].value if item.id in session.answers and item.id not in covered else ""
            for item in session.fields
        }

    @shown(dict)
    def covered(self, session: Session) -> dict[str, bool]:
        """Which answers are covered, by field."""
        hidden = masked(session)
        return {item.id: item.id in hidden for item in session.fields}

    @shown(dict)
    def sources(self, session: Session) -> dict[str, str]:
        """Where an answer came from, in words; empty where the citizen typed it."""
        said = {
            Source.CHIP: "form.source_chip",
            Source.QR: "form.source_qr",
            Source.DEFAULT: "form.source_default",
            Source.PAPER: "form.source_paper",
        }
        found = {}
        for item in session.fields:
            answer = session.answers.get(item.id)
            key = said.get(answer.source) if answer is not None and answer.value else None
            found[item.id] = self.texts.t(key) if key else ""
        return found

    @shown(dict)
    def offers(self, session: Session) -> dict[str, list[Row]]:
        """What papers say is the answer, by field: what stands there, on which page; without the answer itself."""
        found: dict[str, list[Row]] = {item.id: [] for item in session.fields}
        covered = masked(session)
        for offer in session.paper_offers:
            if offer.field in covered:
                continue
            answer, rows = session.answers.get(offer.field), found.setdefault(offer.field, [])
            if answer is not None and answer.value and answer.source is Source.CHIP:
                continue  # what the chip says is proven; papers would only raise a question
            text = self.texts.t("form.offer", page=offer.page, label=offer.label)
            taken = answer is not None and answer.value.strip() == offer.value
            rows.append({"value": offer.value, "text": text, "taken": taken})
        return found

    @shown(dict)
    def errors(self, session: Session) -> dict[str, str]:
        """What is wrong with an answer, by field."""
        return {
            item.id: self.texts.t(f"field.{session.field_errors[item.id].value}")
            if item.id in session.field_errors
            else ""
            for item in session.fields
        }

    @shown(str)
    def first_error(self, session: Session) -> str:
        """The first field that needs another look, or nothing."""
        return next((item.id for item in session.fields if item.id in session.field_errors), "")

    @shown(str)
    def error_text(self, session: Session) -> str:
        """How many fields need another look."""
        count = len(session.field_errors)
        return self.texts.n("form.errors", count) if count else ""
