"""Values as a citizen reads them: dates, money, times of processing, sizes."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from kiosk_app.model.basics import Language
from kiosk_app.model.procedure import Component, Procedure
from ui.translations import Texts

_UNITS: Final = {"working_day": "procedure.working_days", "day": "procedure.days", "month": "procedure.months"}


def day(texts: Texts, value: str) -> str:
    """An ISO date or RFC 3339 time as dd/mm/yyyy in the kiosk's time zone; what is neither stays as it is."""
    try:
        if "T" in value:
            return datetime.fromisoformat(value).astimezone(texts.zone).strftime("%d/%m/%Y")
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    except ValueError:
        return value


def number(value: int, language: Language) -> str:
    """A whole number with the thousands of the language: 150.000 or 150,000."""
    grouped = f"{value:,}"
    return grouped if language is Language.EN else grouped.replace(",", ".")


def size(value: int, language: Language) -> str:
    """Bytes as KB or MB, rounded as people say them."""
    if value < 1_000_000:
        return f"{max(1, round(value / 1000)) if value else 0} KB"
    text = f"{value / 1_000_000:.1f} MB"
    return text if language is Language.EN else text.replace(".", ",")


def metres(millimetres: int, language: Language) -> str:
    """A length of paper in metres: 1.204,5 m or 1,204.5 m."""
    whole, tenth = divmod(round(millimetres / 100), 10)
    mark = "." if language is Language.EN else ","
    return f"{number(whole, language)}{mark}{tenth}\u00a0m"


def moment(texts: Texts, at: str) -> str:
    """An RFC 3339 time to the second in the kiosk's time zone; what is none stays as it is."""
    try:
        return datetime.fromisoformat(at).astimezone(texts.zone).strftime("%H:%M:%S %d/%m/%Y")
    except ValueError:
        return at


def deadline(texts: Texts, procedure: Procedure) -> str:
    """The time of processing in words: the number with its unit, or the catalogue's own words, or that there is none."""
    key = _UNITS.get(procedure.deadline_unit or "")
    if procedure.deadline_value is None or key is None:
        return procedure.deadline_text_vi or texts.t("procedure.no_deadline")
    return texts.n(key, procedure.deadline_value)


def fee(texts: Texts, procedure: Procedure) -> str:
    """The fee in words; never a number that the catalogue does not have."""
    if procedure.fee_vnd is None:
        return procedure.fee_note_vi or texts.t("procedure.no_fee")
    if procedure.fee_vnd == 0:
        return texts.t("procedure.free")
    return texts.t("procedure.vnd", n=number(procedure.fee_vnd, texts.language))


def counts(texts: Texts, component: Component) -> str:
    """How many originals and copies of a paper: «Bản chính: 1 – Bản sao: 2»."""
    parts = []
    if component.originals:
        parts.append(texts.t("procedure.originals", n=component.originals))
    if component.copies:
        parts.append(texts.t("procedure.copies", n=component.copies))
    return " – ".join(parts)


def sentence(text: str) -> str:
    """The text with a capital first letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Letters without case and marks, one for one: «Nhãn hiệu» and «nhan hieu» are the same."""
    plain = unicodedata.normalize("NFC", text).lower().replace("đ", "d")
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in plain)


def found(text: str, wanted: str) -> str:
    """The part of `text` that folds to `wanted`, as it is written there; empty when it is not there in one piece."""
    at = folded(text).find(wanted) if wanted else -1
    return text[at : at + len(wanted)] if at >= 0 else ""


def masked_address(address: str) -> str:
    """A mail address as it may stand on a screen: who knows it recognises it, nobody else learns it."""
    name, _, host = address.partition("@")
    return f"{name[:2]}•••@{host}"


def clock(texts: Texts, at: str) -> str:
    """Hour and minute of an RFC 3339 time in the kiosk's zone; empty for none, or for what is no time."""
    try:
        return datetime.fromisoformat(at).astimezone(texts.zone).strftime("%H:%M") if at else ""
    except ValueError:
        return ""
