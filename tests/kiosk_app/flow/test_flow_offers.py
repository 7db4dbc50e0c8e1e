"""What the citizen's papers say is offered for the form, and enters it only by a touch."""

from __future__ import annotations

import pytest
from citizen import FIELDS, Citizen, reading

from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import FindOffers
from kiosk_app.flow.identifying import identity_of
from kiosk_app.flow.rows import prefilled
from kiosk_app.model.basics import Screen
from kiosk_app.model.form import PaperOffer, Source

OFFERS = (
    PaperOffer("phone", "0900 000 001", 1, "Điện thoại"),
    PaperOffer("phone", "0900 000 002", 3, "Số điện thoại"),
    PaperOffer("address", "Số 2 đường Giả Định", 1, "Địa chỉ"),
)


def at_the_form() -> Citizen:
    citizen = Citizen().to_form()
    assert citizen.effect(FindOffers) is not None
    return citizen.answer(ev.OffersFound, OFFERS)


def test_what_papers_say_is_never_entered_unasked() -> None:
    before = Citizen().to_form().session.answers
    assert at_the_form().session.answers == before


def test_a_touch_takes_an_offer_and_says_where_it_came_from() -> None:
    answer = at_the_form().do(ev.TakeOffer("phone", 1)).session.answers["phone"]
    assert (answer.value, answer.source) == ("0900 000 002", Source.PAPER)


@pytest.mark.parametrize(("field", "offer"), [("phone", 2), ("phone", -1), ("result_delivery", 0), ("nothing", 0)])
def test_what_was_not_offered_cannot_be_taken(field: str, offer: int) -> None:
    citizen = at_the_form()
    before = citizen.session.answers
    assert citizen.do(ev.TakeOffer(field, offer)).session.answers == before


def test_taking_an_offer_mends_the_mistake_it_answers() -> None:
    citizen = at_the_form().do(ev.Continue())
    assert "phone" in citizen.session.field_errors
    assert "phone" not in citizen.do(ev.TakeOffer("phone", 0)).session.field_errors


def test_a_taken_answer_is_typed_over_like_any_other() -> None:
    citizen = at_the_form().do(ev.TakeOffer("phone", 0), ev.SetAnswer("phone", "0900 000 009"))
    assert citizen.session.answers["phone"].source is Source.TYPED


def test_a_card_read_again_does_not_undo_what_was_taken() -> None:
    answers = at_the_form().do(ev.TakeOffer("address", 0)).session.answers
    again = prefilled(FIELDS, answers, identity_of(reading()))
    assert again["address"].value == "Số 2 đường Giả Định"


def test_pages_are_looked_through_again_when_the_form_is_opened_again() -> None:
    citizen = at_the_form().do(ev.SetAnswer("phone", "0900 000 009"), ev.Continue())
    assert citizen.screen is Screen.CHECK_ANSWERS
    assert citizen.do(ev.ChangeAnswer("form")).effect(FindOffers) is not None


def test_offers_of_the_citizen_before_never_arrive() -> None:
    citizen = Citizen().to_form()
    late = ev.OffersFound(citizen.session.number - 1, OFFERS)
    assert citizen.do(late).session.paper_offers == ()


def test_an_offer_tells_its_value_to_no_log() -> None:
    assert "0900" not in repr(OFFERS[0])
