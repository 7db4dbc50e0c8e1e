"""What a saved draft consists of: everything that the citizen did comes back, and bytes that are no draft are refused."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from types import MappingProxyType

import pytest

from kiosk_app.imaging.values import PageResult, PageSource, PageVerdict, PageWarning, Word
from kiosk_app.model.drafts import Drafts, mark
from kiosk_app.model.form import Answer, Field, FieldKind, Source
from kiosk_app.model.papers import PageStage, PageView, Placing
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Consent, Session
from kiosk_app.runtime.draft_content import DraftBroken, PageToKeep, pack, unpack

FORM = Component("c1", "Tờ khai", "Application form", 1, 0, True)
PROCEDURE = Procedure("IP-03", None, "Thủ tục đăng ký nhãn hiệu", "Trademark", "Sở hữu trí tuệ", components=(FORM,))
FIELDS = (Field("phone", FieldKind.PHONE, "Số điện thoại", "Phone"),)
RESULT = PageResult(
    page=PageSource(Path("/spool/page-1"), b"k" * 32, b"page:1", 300),
    width=2480,
    height=3508,
    dpi=300,
    verdict=PageVerdict(False, 1.5, (PageWarning.BLURRED,), 90),
    thumbnail=b"jpeg",
    words=(Word("Tờ", 10, 20, 30, 40, 96.5),),
    recognised=True,
    likeness=b"\x00\xff",
    codes=("KIOSK:PART:c1",),
)
PICTURES = {3: os.urandom(5000), 1: os.urandom(70)}


def session() -> Session:
    return Session(
        procedure=PROCEDURE,
        fields=FIELDS,
        have=frozenset({"c1"}),
        consent=Consent("2026-01", "2026-03-02T09:00:00+07:00", True),
        answers=MappingProxyType({"phone": Answer("0912 345 678", Source.TYPED)}),
        drafts=Drafts(agreed="2026-03-02T09:30:00+07:00"),
        pages=(
            PageView(3, "c1", PageStage.READY, sheet=1, placing=Placing.DOUBTFUL, stacked=True),
            PageView(1, "c1", PageStage.READY, sheet=2),
            PageView(2, "c1", PageStage.READY, blank=True, kept=False),
        ),
    )


def packed() -> bytes:
    return pack(session(), [PageToKeep(number, RESULT, picture) for number, picture in PICTURES.items()])


def test_everything_that_was_done_comes_back() -> None:
    content, pages = unpack(packed())
    assert (content.procedure_id, content.asked) == ("IP-03", mark(PROCEDURE, FIELDS))
    assert (content.have, content.notices) == ({"c1"}, True)
    assert content.answers == {"phone": Answer("0912 345 678", Source.TYPED)}
    assert {page.number: page.picture for page in pages} == PICTURES
    for page in pages:
        assert (page.result.words, page.result.verdict) == (RESULT.words, RESULT.verdict)
        assert (page.result.likeness, page.result.codes, page.result.page.dpi) == (b"\x00\xff", RESULT.codes, 300)


def test_kept_pages_come_back_in_their_order_and_the_others_do_not() -> None:
    content, _ = unpack(packed())
    assert [(page.number, page.component, page.kept) for page in content.pages] == [(3, "c1", True), (1, "c1", True)]
    assert all(page.stage is PageStage.READY and page.read for page in content.pages)


def test_no_key_and_no_place_of_this_kiosk_travels_with_it() -> None:
    data = packed()
    assert b"/spool" not in data
    assert RESULT.page.key not in data


def test_when_the_citizen_agreed_is_kept_with_it() -> None:
    data = packed()
    (length,) = struct.unpack_from(">I", data)
    assert json.loads(data[4 : 4 + length])["agreed"] == "2026-03-02T09:30:00+07:00"


@pytest.mark.parametrize("cut", [0, 3, 4, 200, 1000, -1])
def test_bytes_that_are_cut_short_are_no_draft_and_nothing_is_said_of_what_they_hold(cut: int) -> None:
    with pytest.raises(DraftBroken) as broken:
        unpack(packed()[:cut])
    assert "0912" not in str(broken.value)
    assert broken.value.__cause__ is None


@pytest.mark.parametrize("told", [{}, [], {"version": 2}, {"version": 1, "pages": 7}])
def test_what_another_version_wrote_is_refused_whole(told: object) -> None:
    text = json.dumps(told).encode()
    with pytest.raises(DraftBroken):
        unpack(struct.pack(">I", len(text)) + text)
