"""Answers and forms: what may be typed, and that every form file can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app import forms, paths
from kiosk_app.forms import FormError, fields_for
from kiosk_app.model.basics import Language
from kiosk_app.model.form import Answer, Choice, Field, FieldError, FieldKind, Source, check, check_all
from kiosk_app.model.procedure import Component, ProcedureSummary
from kiosk_app.model.session import DeviceStatus, Identity, Session

TEXT = Field("t", FieldKind.TEXT, "Chữ", "Text", required=True, max_length=5)
PHONE = Field("p", FieldKind.PHONE, "Số", "Phone")
EMAIL = Field("e", FieldKind.EMAIL, "Thư", "E-mail")
CHOICE = Field("c", FieldKind.CHOICE, "Chọn", "Choose", choices=(Choice("a", "Một", "One"),))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (TEXT, "", FieldError.REQUIRED),
        (TEXT, "   ", FieldError.REQUIRED),
        (TEXT, "12345", None),
        (TEXT, " 12345 ", None),
        (TEXT, "123456", FieldError.TOO_LONG),
        (PHONE, "", None),
        (PHONE, "0912345678", None),
        (PHONE, "0912 345 678", None),
        (PHONE, "091-234.5678", None),
        (PHONE, "+84912345678", None),
        (PHONE, "02438220000", None),
        (PHONE, "091234567", FieldError.PHONE),
        (PHONE, "84912345678", FieldError.PHONE),
        (PHONE, "09123456789012", FieldError.PHONE),
        (PHONE, "０９１２３４５６７８", FieldError.PHONE),
        (EMAIL, "a@b.vn", None),
        (EMAIL, "a.b+c@mail.example.vn", None),
        (EMAIL, "a@b", FieldError.EMAIL),
        (EMAIL, "a@.vn", FieldError.EMAIL),
        (EMAIL, "a b@c.vn", FieldError.EMAIL),
        (EMAIL, "a@b@c.vn", FieldError.EMAIL),
        (CHOICE, "a", None),
        (CHOICE, "b", FieldError.CHOICE),
    ],
)
def test_what_may_be_answered(field: Field, value: str, error: FieldError | None) -> None:
    assert check(field, value) is error


def test_every_field_that_does_not_hold_is_named() -> None:
    answers = {"p": Answer("1", Source.TYPED), "c": Answer("a", Source.DEFAULT)}
    assert check_all((TEXT, PHONE, EMAIL, CHOICE), answers) == {"t": FieldError.REQUIRED, "p": FieldError.PHONE}


@given(st.text(max_size=300))
def test_no_answer_breaks_a_check(value: str) -> None:
    for field in (TEXT, PHONE, EMAIL, CHOICE):
        check(field, value)


def test_an_answers_value_stays_out_of_its_words() -> None:
    assert "bí mật" not in repr(Answer("bí mật", Source.TYPED))


def test_texts_follow_the_language_and_fall_back_to_vietnamese() -> None:
    assert (TEXT.label(Language.VI), TEXT.label(Language.EN)) == ("Chữ", "Text")
    assert CHOICE.choices[0].label(Language.EN) == "One"
    assert TEXT.hint(Language.EN) == ""
    assert Component("c", "Đơn", "", 1, 0, True).name(Language.EN) == "Đơn"
    assert ProcedureSummary("A", None, "Tên", "", "X").name(Language.EN) == "Tên"


@pytest.mark.parametrize(
    ("number", "masked"),
    [("001099000001", "001••••••001"), ("123456789", "123•••789"), ("12345", "•••••"), ("", "")],
)
def test_a_number_on_a_screen_is_masked(number: str, masked: str) -> None:
    assert Identity(number, "X").masked_number == masked


@pytest.mark.parametrize(
    ("state", "code", "usable"),
    [
        ("ready", None, True),
        ("busy", None, True),
        ("attention", "PRN-PAPER-LOW", True),
        ("attention", "PRN-PAPER-OUT", False),
        ("starting", None, False),
        ("absent", "SCN-ABSENT", False),
        ("fault", "SCN-JAM", False),
        ("disabled", "SYS-BREAKER", False),
    ],
)
def test_what_a_citizen_can_count_on(state: str, code: str | None, usable: bool) -> None:
    from drivers.ports import DeviceKind, DeviceState

    status = DeviceStatus("x", DeviceKind.PRINTER, DeviceState(state), code)
    assert status.usable is usable
    assert Session(devices={"x": status}).usable(DeviceKind.PRINTER) is usable
    assert Session().usable(DeviceKind.PRINTER) is False


# --- the files -------------------------------------------------------------------------------------------------------

FILES = sorted((paths.assets() / "forms").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_form_of_the_application_can_be_asked(file: Path) -> None:
    asked = fields_for(file.stem if file.stem != "common" else "none-of-its-own")
    assert {"address", "phone", "result_delivery"} <= {field.id for field in asked}
    for field in asked:
        assert field.label_vi
        assert field.label_en
        assert bool(field.hint_vi) == bool(field.hint_en)
        assert field.max_length <= 500
        assert not field.default or check(field, field.default) is None


def test_a_procedures_own_questions_come_first() -> None:
    assert fields_for("IP-03")[0].id == "mark_name"
    assert fields_for("IP-03")[1:] == fields_for("IP-01")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[[field]\n", "form.toml"),
        ("field = 1", "expected tables"),
        ("field = [1]", "form.toml: field"),
        ('[[field]]\nkind = "text"\nlabel_vi = "a"\nlabel_en = "a"', "without id"),
        ('[[field]]\nid = "a"\nkind = "colour"\nlabel_vi = "a"\nlabel_en = "a"', "colour"),
        ('[[field]]\nid = "a"\nkind = "text"\nlabel_vi = "a"', "label_en"),
        ('[[field]]\nid = "a"\nkind = "text"\nlabel_vi = "a"\nlabel_en = "a"\nwidth = 3', "width"),
        ('[[field]]\nid = "a"\nkind = "choice"\nlabel_vi = "a"\nlabel_en = "a"', "choices"),
        ('[[field]]\nid = "a"\nkind = "text"\nlabel_vi = "a"\nlabel_en = "a"\nprefill = "blood"', "blood"),
        ('[[field]]\nid = "a"\nkind = "phone"\nlabel_vi = "a"\nlabel_en = "a"\ndefault = "1"', "default"),
    ],
)
def test_a_form_that_cannot_be_asked_names_file_and_field(toml: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "form.toml"
    file.write_text(toml, "utf-8")
    with pytest.raises(FormError, match=words):
        forms.read(file)


def test_a_question_asked_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "forms").mkdir()
    text = '[[field]]\nid = "a"\nkind = "text"\nlabel_vi = "a"\nlabel_en = "a"\n'
    for name in ("common", "X"):
        (tmp_path / "forms" / f"{name}.toml").write_text(text, "utf-8")
    monkeypatch.setattr(paths, "assets", lambda: tmp_path)
    with pytest.raises(FormError, match="asked twice"):
        fields_for.__wrapped__("X")
