"""What a saved draft consists of, as bytes: what the citizen has said, and the pages with what was read on them."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kiosk_app.imaging import frames
from kiosk_app.imaging.values import PageResult, PageSource
from kiosk_app.model.drafts import DraftContent, mark
from kiosk_app.model.form import Answer, Source
from kiosk_app.model.papers import PageStage, PageView, Placing
from kiosk_app.model.session import Session

_VERSION: Final = 1
_LENGTH: Final = struct.Struct(">I")
_NOWHERE: Final = PageSource(Path(), b"")


class DraftBroken(Exception):
    """These bytes are no draft, or one of a newer version."""

    code = "APP-DRAFT-BROKEN"


@dataclass(frozen=True)
class PageToKeep:
    """A page of a draft: its number, what imaging made of it, and its picture as it lies in the spool, opened."""

    number: int
    result: PageResult
    picture: bytes = field(repr=False)


def pack(session: Session, pages: Sequence[PageToKeep]) -> bytes:
    """The session's work as bytes: a JSON object behind its length, then the pictures. What nobody keeps is left out."""
    procedure = session.procedure
    if procedure is None:
        raise ValueError("a draft is of a procedure")
    views = {page.number: page for page in session.pages}
    told = {
        "version": _VERSION,
        "procedure": procedure.local_id,
        "papers": {item.id: item.name_vi for item in procedure.components},
        "questions": {item.id: item.label_vi for item in session.fields},
        "asked": mark(procedure, session.fields),
        "notices": session.consent is not None and session.consent.notices,
        "agreed": session.drafts.agreed,
        "have": sorted(session.have),
        "to_desk": sorted(session.to_desk),
        "answers": {key: [answer.value, answer.source.value] for key, answer in session.answers.items()},
        "pages": [_page_to_json(views[page.number], page) for page in pages if page.number in views],
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    pictures = [page.picture for page in pages if page.number in views]
    return b"".join((_LENGTH.pack(len(text)), text, *pictures))


def unpack(data: bytes) -> tuple[DraftContent, list[PageToKeep]]:
    """What `pack` made; the pages have no place in a spool yet. Raises DraftBroken."""
    try:
        return _unpack(data)
    except (KeyError, TypeError, ValueError, AttributeError, struct.error, binascii.Error) as error:
        raise DraftBroken(type(error).__name__) from None  # its words could be somebody's answers


def _unpack(data: bytes) -> tuple[DraftContent, list[PageToKeep]]:
    (length,) = _LENGTH.unpack_from(data)
    at = _LENGTH.size + length
    told: dict[str, Any] = json.loads(data[_LENGTH.size : at])
    if told["version"] != _VERSION:
        raise ValueError("another version")
    views, pages = [], []
    for item in told["pages"]:
        size = int(item["bytes"])
        if size < 1 or at + size > len(data):
            raise ValueError("a page is cut off")
        view, result = _page_from_json(item)
        views.append(view)
        pages.append(PageToKeep(view.number, result, data[at : at + size]))
        at += size
    content = DraftContent(
        procedure_id=str(told["procedure"]),
        papers={str(key): str(name) for key, name in told["papers"].items()},
        asked=str(told["asked"]),
        notices=bool(told["notices"]),
        have=frozenset(map(str, told["have"])),
        to_desk=frozenset(map(str, told["to_desk"])),
        answers=MappingProxyType(
            {str(key): Answer(str(value), Source(source)) for key, (value, source) in told["answers"].items()}
        ),
        questions={str(key): str(label) for key, label in told["questions"].items()},
        pages=tuple(views),
    )
    return content, pages


def _page_to_json(view: PageView, page: PageToKeep) -> dict[str, Any]:
    result = page.result
    return {
        "number": view.number,
        "component": view.component,
        "sheet": view.sheet,
        "bytes": len(page.picture),
        "width": result.width,
        "height": result.height,
        "dpi": result.dpi,
        "page_dpi": result.page.dpi,
        "verdict": frames.verdict_to_json(result.verdict),
        "thumbnail": _text(result.thumbnail),
        "words": frames.words_to_json(result.words),
        "recognised": result.recognised,
        "likeness": _text(result.likeness),
        "codes": list(result.codes),
    }


def _page_from_json(item: dict[str, Any]) -> tuple[PageView, PageResult]:
    verdict = frames.verdict_from_json(item["verdict"])
    result = PageResult(
        page=dataclasses.replace(_NOWHERE, dpi=int(item["page_dpi"])),
        width=int(item["width"]),
        height=int(item["height"]),
        dpi=int(item["dpi"]),
        verdict=verdict,
        thumbnail=_bytes(item["thumbnail"]),
        words=frames.words_from_json(item["words"]),
        recognised=bool(item["recognised"]),
        likeness=_bytes(item["likeness"]),
        codes=tuple(map(str, item["codes"])),
    )
    view = PageView(
        number=int(item["number"]),
        component=str(item["component"]),
        stage=PageStage.READY,
        thumbnail=result.thumbnail,
        warnings=tuple(warning.value for warning in verdict.warnings),
        width=result.width,
        height=result.height,
        sheet=int(item["sheet"]),
        placing=Placing.BY_HAND,
        read=True,
    )
    return view, result


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
