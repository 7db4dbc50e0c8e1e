"""What a session's slip says, and what it does not say on a counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk_app import config
from kiosk_app.model.assisting import Assist, Record
from kiosk_app.model.basics import Language
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Identity, PageStage, PageView, Session, Submission
from kiosk_app.model.staff import Role
from kiosk_app.receipts import SlipLanguage
from kiosk_app.receipts.drawing import picture
from kiosk_app.runtime.slip import masked_name, slip_of

CONFIG = config.load("test")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROCEDURE = Procedure(
    "X",
    None,
    "Thủ tục",
    "Procedure",
    "Lĩnh vực",
    components=(Component("c1", "Tờ khai", "Form", 1, 0, True), Component("c2", "Bản sao", "Copy", 0, 1, False)),
)


def page(number: int, component: str, kept: bool = True) -> PageView:
    return PageView(number, component, PageStage.READY, kept=kept, width=10, height=10)


SESSION = Session(
    procedure=PROCEDURE,
    identity=Identity("001099000001", "NGUYỄN VĂN THỬ NGHIỆM"),
    pages=(page(1, "c1"), page(2, "c1", kept=False), page(3, "c1")),
    submission=Submission(kiosk_reference="K01-ABCD-EFGHJK"),
)


def test_the_slip_lists_what_goes_into_the_dossier_and_counts_only_kept_pages() -> None:
    slip = slip_of(SESSION, CONFIG, AT)
    assert [(item.name, item.pages) for item in slip.components] == [("Tờ khai", 2)]
    assert (slip.dossier_code, slip.kiosk_reference, slip.procedure_code) == (None, "K01-ABCD-EFGHJK", None)
    assert slip.language is SlipLanguage.VI


def test_a_second_copy_says_that_it_is_one() -> None:
    assert slip_of(SESSION, CONFIG, AT).copy == 1
    first, second = (picture(slip_of(SESSION, CONFIG, AT, copy).document()) for copy in (1, 2))
    assert first != second


def test_an_english_session_gets_both_languages() -> None:
    assert slip_of(replace(SESSION, language=Language.EN), CONFIG, AT).language is SlipLanguage.BOTH


def test_the_number_of_the_person_is_nowhere_on_it() -> None:
    slip = slip_of(SESSION, CONFIG, AT)
    assert "001099000001" not in repr(slip) + str(vars(slip))
    assert "NGUYỄN" not in str(vars(slip))


@pytest.mark.parametrize(
    ("name", "masked"),
    [("NGUYỄN VĂN AN", "N. V. AN"), ("AN", "AN"), ("", ""), ("  ĐỖ   ÁNH ", "Đ. ÁNH")],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_the_slip_says_how_surely_the_applicant_is_known_and_what_to_bring_to_the_desk() -> None:
    typed = Identity("001099000001", "NGUYỄN VĂN THỬ NGHIỆM", verified_by="typed")
    slip = slip_of(replace(SESSION, identity=typed, pages=(), to_desk=frozenset({"c1"})), CONFIG, AT)
    assert slip.assurance == "typed"
    assert [(paper.name, paper.originals, paper.copies) for paper in slip.at_desk] == [("Tờ khai", 1, 0)]
    assert slip.components == ()


def test_who_was_helped_by_an_officer_has_that_on_the_slip() -> None:
    helped = replace(SESSION, assist=Assist(record=Record(Role.OFFICER, AT.isoformat(), AT.isoformat())))
    alone, with_help = (slip_of(session, CONFIG, AT) for session in (SESSION, helped))
    assert (alone.assisted, with_help.assisted) == (False, True)
    assert picture(alone.document()) != picture(with_help.document())
