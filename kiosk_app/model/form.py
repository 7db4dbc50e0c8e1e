"""The e-form: its fields, what may be typed into them, and where an answer was prefilled from."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk_app.model.basics import Language


class FieldKind(StrEnum):
    """What a field takes; decides keyboard and check."""

    TEXT = "text"
    PHONE = "phone"
    EMAIL = "email"
    CHOICE = "choice"


class Source(StrEnum):
    """Where an answer came from; shown to the citizen beside it. STATED: typed on the way to the form, not in it.

    PAPER: found on one of the citizen's papers, and taken by a touch.
    """

    CHIP = "chip"
    QR = "qr"
    STATED = "stated"
    TYPED = "typed"
    PAPER = "paper"
    DEFAULT = "default"


@dataclass(frozen=True)
class Choice:
    """One answer of a choice field."""

    value: str
    label_vi: str
    label_en: str

    def label(self, language: Language) -> str:
        """The choice in the citizen's language."""
        return self.label_en if language is Language.EN else self.label_vi


@dataclass(frozen=True)
class Field:
    """One question of the form. `prefill` names the identity's attribute that answers it, if any."""

    id: str
    kind: FieldKind
    label_vi: str
    label_en: str
    hint_vi: str = ""
    hint_en: str = ""
    required: bool = False
    max_length: int = 200
    choices: tuple[Choice, ...] = ()
    default: str = ""
    prefill: str = ""

    def label(self, language: Language) -> str:
        """The question in the citizen's language."""
        return self.label_en if language is Language.EN else self.label_vi

    def hint(self, language: Language) -> str:
        """The help line under the question."""
        return self.hint_en if language is Language.EN else self.hint_vi


@dataclass(frozen=True)
class Answer:
    """What was answered, and where it came from."""

    value: str
    source: Source

    def __repr__(self) -> str:
        return f"Answer(source={self.source.value!r})"


@dataclass(frozen=True)
class PaperOffer:
    """A value that stands on page `page` behind `label` and would answer a field; entered only when the citizen takes it."""

    field: str
    value: str = dataclasses.field(repr=False)
    page: int
    label: str


class FieldError(StrEnum):
    """Why an answer does not do; each is a text of the translations (`field.<value>`)."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    PHONE = "phone"
    EMAIL = "email"
    CHOICE = "choice"


# Vietnamese numbers after the 2018 renumbering: ten digits from 0, or +84 and nine; landlines have eleven.
_PHONE = re.compile(r"(?:0|\+84)[0-9]{9,10}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


def check(field: Field, value: str) -> FieldError | None:
    """What is wrong with `value` as the answer to `field`, or None."""
    value = value.strip()
    if not value:
        return FieldError.REQUIRED if field.required else None
    if len(value) > field.max_length:
        return FieldError.TOO_LONG
    if field.kind is FieldKind.PHONE and not _PHONE.fullmatch(re.sub(r"[ .-]", "", value)):
        return FieldError.PHONE
    if field.kind is FieldKind.EMAIL and not _EMAIL.fullmatch(value):
        return FieldError.EMAIL
    if field.kind is FieldKind.CHOICE and value not in {choice.value for choice in field.choices}:
        return FieldError.CHOICE
    return None


def check_all(fields: tuple[Field, ...], answers: Mapping[str, Answer]) -> dict[str, FieldError]:
    """The fields that do not hold yet, with the reason of each."""
    found = {field.id: check(field, answers[field.id].value if field.id in answers else "") for field in fields}
    return {field_id: error for field_id, error in found.items() if error is not None}
