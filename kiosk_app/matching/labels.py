"""The labels that stand before values on papers, and which of a form's questions each of them answers."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from kiosk_app.matching.kinds import Phrase, phrases
from kiosk_app.matching.letters import tokens
from kiosk_app.model.form import Field, FieldKind
from kiosk_app.paths import assets


class Sort(StrEnum):
    """What a value must look like."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    ID_NUMBER = "id_number"
    ENTERPRISE_CODE = "enterprise_code"
    DATE = "date"


@dataclass(frozen=True)
class PaperLabel:
    """One meaning: the wordings it has on papers, those a form asks for it with, and the sort of its values."""

    id: str
    sort: Sort
    labels: tuple[Phrase, ...] = field(repr=False)
    asks: tuple[Phrase, ...] = field(repr=False)


@dataclass(frozen=True)
class PaperLabels:
    """All labels that are known."""

    labels: tuple[PaperLabel, ...]

    @classmethod
    def load(cls) -> Self:
        """Those of assets/papers/labels.toml."""
        data = tomllib.loads((assets() / "papers" / "labels.toml").read_text(encoding="utf-8"))
        return cls(
            tuple(
                PaperLabel(entry["id"], Sort(entry["sort"]), phrases(entry["labels"]), phrases(entry["asks"]))
                for entry in data["label"]
            )
        )

    def asked_by(self, question: Field) -> PaperLabel | None:
        """What the question asks for; None when no paper is looked through for it.

        A question whose kind is phone or e-mail is clear; one with words of its own must be worded as a label is.
        """
        if question.kind is FieldKind.CHOICE:
            return None
        if question.kind in (FieldKind.PHONE, FieldKind.EMAIL):
            sort = Sort(question.kind.value)
            return next((one for one in self.labels if one.sort is sort), None)
        worded = (tokens(question.label_vi), tokens(question.label_en))
        return next((one for one in self.labels if any(said in one.asks for said in worded if said)), None)

    def before(self, words: Sequence[str]) -> tuple[PaperLabel, int] | None:
        """The longest label that `words` begin with, and of how many words it is."""
        best: tuple[PaperLabel, int] | None = None
        for one in self.labels:
            for phrase in one.labels:
                if tuple(words[: len(phrase)]) == phrase and (best is None or len(phrase) > best[1]):
                    best = (one, len(phrase))
        return best
