"""Values beside their labels: offered with their page, checked, never a guess."""

from __future__ import annotations

import pytest

from kiosk_app.matching.labels import PaperLabels
from kiosk_app.matching.readings import Reading, read_offers
from kiosk_app.matching.shapes import a_date, enterprise_code, personal_number
from kiosk_app.matching.values import StackPage, TextLine
from kiosk_app.model.form import Choice, Field, FieldKind

LABELS = PaperLabels.load()
FIELDS = (
    Field("address", FieldKind.TEXT, "Địa chỉ liên hệ", "Contact address", required=True),
    Field("phone", FieldKind.PHONE, "Số điện thoại", "Phone number", required=True),
    Field("email", FieldKind.EMAIL, "Thư điện tử", "E-mail"),
    Field("person", FieldKind.TEXT, "Họ và tên", "Full name"),
    Field("company", FieldKind.TEXT, "Tên doanh nghiệp", "Name of the enterprise"),
    Field("code", FieldKind.TEXT, "Mã số doanh nghiệp", "Enterprise code"),
    Field("id", FieldKind.TEXT, "Số định danh cá nhân", "Personal ID number"),
    Field("birth", FieldKind.TEXT, "Ngày sinh", "Date of birth"),
    Field("mark", FieldKind.TEXT, "Nhãn hiệu đăng ký", "Trademark"),
    Field("result", FieldKind.CHOICE, "Địa chỉ", "Address", choices=(Choice("a", "a", "a"),)),
)


def page(*texts: str, number: int = 1, blank: bool = False) -> StackPage:
    lines = tuple(TextLine(text, 25, 40 + 7 * at, 2.0 * len(text), 4) for at, text in enumerate(texts))
    return StackPage(number, lines, 210, 297, blank)


def offered(*pages: StackPage) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in read_offers(pages, FIELDS, LABELS):
        found.setdefault(one.field, []).append(one.value)
    return found


def test_values_beside_their_labels_are_offered() -> None:
    assert offered(
        page(
            "1. Tên công ty viết bằng tiếng Việt: Công ty TNHH Thử Nghiệm",
            "Mã số doanh nghiệp: 0100109106",
            "Họ và tên: NGUYỄN THỬ NGHIỆM",
            "Địa chỉ: Số 1 đường Giả Định, phường Thử Nghiệm",
            "Điện thoại: 0912 345 678",
            "Thư điện tử: thu.nghiem@vidu.example",
            "Ngày, tháng, năm sinh: 05/11/1990",
            "Số định danh cá nhân: 001090000001",
        )
    ) == {
        "company": ["Công ty TNHH Thử Nghiệm"],
        "code": ["0100109106"],
        "person": ["NGUYỄN THỬ NGHIỆM"],
        "address": ["Số 1 đường Giả Định, phường Thử Nghiệm"],
        "phone": ["0912345678"],
        "email": ["thu.nghiem@vidu.example"],
        "birth": ["05/11/1990"],
        "id": ["001090000001"],
    }


def test_an_offer_says_where_it_was_found_and_hides_its_value() -> None:
    (found,) = read_offers([page("x"), page("Kính gửi", "Họ và tên: Trần Giả Định", number=4)], FIELDS, LABELS)
    assert (found.page, found.label, found.where.y) == (4, "Họ và tên", 47)
    assert "Trần" not in repr(found)
    assert isinstance(found, Reading)


def test_two_labels_on_one_line_have_each_its_own_value() -> None:
    found = offered(page("Họ và tên: Lê Thử Mẫu   Ngày sinh: 1/2/1980   Điện thoại: 0987654321"))
    assert found == {"person": ["Lê Thử Mẫu"], "birth": ["01/02/1980"], "phone": ["0987654321"]}


def test_a_value_under_its_label_is_found() -> None:
    assert offered(page("Họ và tên / Full name:", "PHẠM THÍ DỤ")) == {"person": ["PHẠM THÍ DỤ"]}


def test_an_address_that_goes_on_below_is_offered_whole() -> None:
    found = offered(page("Địa chỉ: Số 12 đường Ví Dụ,", "phường Mẫu Mực, thành phố Giả Định", "Điện thoại: ....."))
    assert found == {"address": ["Số 12 đường Ví Dụ, phường Mẫu Mực, thành phố Giả Định"]}


def test_the_same_value_on_two_papers_is_one_offer_with_its_first_page() -> None:
    found = read_offers(
        [page("Họ và tên: Vũ Minh Họa", number=2), page("Họ tên: VŨ MINH HỌA", number=5)], FIELDS, LABELS
    )
    assert [one.page for one in found] == [2]


@pytest.mark.parametrize(
    "line",
    [
        "Họ và tên: ...........................",
        "Họ và tên của người được ủy quyền phải ghi rõ ràng",
        "Họ và tên: Công ty Thử Nghiệm",
        "Họ và tên: 0912345678",
        "Mã số doanh nghiệp: 0100109107",
        "Số định danh cá nhân: 999090000001",
        "Số định danh cá nhân: 00109000000",
        "Điện thoại: 0123",
        "Địa chỉ: như trên",
        "Thư điện tử: thu nghiem@vidu",
        "Ngày sinh: 31/02/1990",
        "Tên doanh nghiệp: các công ty trong nước",
        "Nhãn hiệu đăng ký ở nước ngoài",
    ],
)
def test_what_is_not_surely_a_value_is_not_offered(line: str) -> None:
    assert offered(page(line)) == {}


def test_a_blank_page_and_a_form_without_such_questions_offer_nothing() -> None:
    assert read_offers([page("Họ và tên: Lê Thử Mẫu", blank=True)], FIELDS, LABELS) == ()
    assert read_offers([page("Họ và tên: Lê Thử Mẫu")], FIELDS[-2:], LABELS) == ()


def test_dates_are_read_in_figures_and_in_words() -> None:
    assert a_date("ngày 5 tháng 11 năm 1990") == "05/11/1990"
    assert a_date("5.11.1990") == "05/11/1990"
    assert a_date("từ 01/02/2020 đến 01/02/2021") is None
    assert a_date("30/02/2020") is None
    assert a_date("01/01/0990") is None


def test_a_code_is_only_taken_with_its_check_digit() -> None:
    assert enterprise_code("0100109106") == "0100109106"
    assert enterprise_code("0100109106-001") == "0100109106-001"
    assert enterprise_code("0100109160") is None
    assert personal_number("001 090 000 001") == "001090000001"
    assert personal_number("000090000001") is None
