"""A stack of a few pages: parted, named, nothing lost."""

from __future__ import annotations

import pytest

from kiosk_app.identity.codes import ComponentCode, SeparatorCode, recognise
from kiosk_app.matching.kinds import PaperKinds
from kiosk_app.matching.matcher import Matcher
from kiosk_app.matching.reading import understand
from kiosk_app.matching.values import Placement, StackPage, TextLine, WantedPaper

WANTED = (
    WantedPaper("form", ("Tờ khai đăng ký nhãn hiệu", "Application form"), True),
    WantedPaper("specimen", ("Mẫu nhãn hiệu kèm danh mục hàng hóa, dịch vụ", "Mark specimens"), True),
    WantedPaper("authority", ("Giấy ủy quyền (nếu nộp thông qua đại diện)", "Power of attorney"), False),
    WantedPaper("fee", ("Bản sao chứng từ nộp phí, lệ phí", "Copy of fee payment proof"), False),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(PaperKinds.load())


def centred(text: str, y: float, h: float = 4.5) -> TextLine:
    width = len(text) * h * 0.55
    return TextLine(text, 105 - width / 2, y, width, h)


def body(*texts: str, top: float = 80.0) -> tuple[TextLine, ...]:
    return tuple(TextLine(text, 30, top + 7 * at, min(150, len(text) * 2.1), 3.8) for at, text in enumerate(texts))


HEADING = (
    centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 20),
    centred("Độc lập - Tự do - Hạnh phúc", 27),
)
PROSE = (
    "nội dung được trình bày tiếp ở trang này theo đúng thứ tự của các mục đã nêu",
    "ở trang trước, kèm theo các số liệu cần thiết để cơ quan xem xét theo quy định",
    "và các bên liên quan thực hiện đầy đủ trách nhiệm của mình trong thời gian tới.",
)


def page(number: int, *lines: TextLine, blank: bool = False, codes: tuple[str, ...] = ()) -> StackPage:
    return StackPage(number, tuple(lines), 210, 297, blank, codes)


FORM = (
    *HEADING,
    centred("TỜ KHAI ĐĂNG KÝ NHÃN HIỆU", 45, 5.5),
    *body("Kính gửi: Cục Sở hữu trí tuệ", "Chủ đơn", *PROSE),
)
AUTHORITY = (*HEADING, centred("GIẤY ỦY QUYỀN", 45, 5.5), *body("Bên ủy quyền:", "Bên được ủy quyền:", *PROSE))
STRANGE = (
    *HEADING,
    centred("GIẤY KHAI SINH", 45, 5.5),
    *body("Họ, chữ đệm, tên:", "Nơi sinh:", "Nơi đăng ký khai sinh"),
)


def places(placed: tuple[Placement, ...]) -> list[tuple[int, str | None, bool]]:
    return [(one.page, one.component, one.begins) for one in placed]


def test_a_form_its_second_page_and_a_power_of_attorney_are_parted_and_named(matcher: Matcher) -> None:
    stack = [page(1, *FORM), page(2, *body(*PROSE, top=20)), page(3, *AUTHORITY)]
    placed = matcher.place(stack, WANTED)
    assert places(placed) == [(1, "form", True), (2, "form", False), (3, "authority", True)]
    assert all(one.sure for one in placed)


def test_a_title_misread_without_its_marks_is_still_known(matcher: Matcher) -> None:
    lines = (*HEADING, centred("GIAY UY QUYEM", 45, 5.5), *body("Ben uy quyen:", "Ben duoc uy quyen:", *PROSE))
    assert places(matcher.place([page(7, *lines)], WANTED)) == [(7, "authority", True)]


@pytest.mark.parametrize("footer", ["Trang 2/2", "Trong 2/2", "Tráng 2 / 2", "Page 2 of 2"])
def test_a_page_number_with_a_letter_misread_still_numbers_its_page(footer: str) -> None:
    number = TextLine(footer, 175, 277, 15, 3.4)
    read = understand(page(2, *body(*PROSE), number), PaperKinds.load())
    assert (read.number, read.of) == (2, 2)


def test_a_paper_nobody_asked_for_is_given_to_none(matcher: Matcher) -> None:
    placed = matcher.place([page(1, *FORM), page(2, *STRANGE)], WANTED)
    assert places(placed) == [(1, "form", True), (2, None, True)]


def test_a_blank_back_belongs_to_the_paper_before_it(matcher: Matcher) -> None:
    stack = [page(1, *FORM), page(2, blank=True), page(3, *AUTHORITY), page(4, blank=True)]
    assert [one.component for one in matcher.place(stack, WANTED)] == ["form", "form", "authority", "authority"]


def test_every_page_gets_a_place_even_without_a_word_on_it(matcher: Matcher) -> None:
    stack = [page(n, blank=n % 3 == 0) for n in range(1, 8)]
    assert [one.page for one in matcher.place(stack, WANTED)] == list(range(1, 8))
    assert matcher.place([], WANTED) == ()
    assert [one.component for one in matcher.place([page(1, *FORM)], ())] == [None]


def unread(number: int, codes: tuple[str, ...] = ()) -> StackPage:
    return StackPage(number, (), 210, 297, codes=codes, read=False)


def test_pages_that_nobody_could_read_are_asked_one_by_one_in_their_order(matcher: Matcher) -> None:
    placed = matcher.place([unread(number) for number in (1, 2, 3)], WANTED)
    assert [(item.page, item.component, item.begins, item.sure) for item in placed] == [
        (1, None, True, False),
        (2, None, True, False),
        (3, None, True, False),
    ]


def test_what_may_go_on_with_an_unread_page_is_asked_and_what_begins_a_paper_is_not(matcher: Matcher) -> None:
    stack = [page(1, *FORM), unread(2), page(3, *body(*PROSE, top=25)), page(4, *AUTHORITY)]
    placed = matcher.place(stack, WANTED)
    assert [(item.component, item.sure) for item in placed[:2]] == [("form", True), (None, False)]
    assert (placed[2].begins, placed[2].sure) == (False, False)
    assert (placed[3].component, placed[3].sure) == ("authority", True)


def test_a_header_sheet_says_of_unread_pages_too_what_they_are(matcher: Matcher) -> None:
    placed = matcher.place([page(1, codes=("KIOSK:PART:fee",)), unread(2), unread(3)], WANTED)
    assert [(item.component, item.sure, item.divider) for item in placed[1:]] == [("fee", True, False)] * 2


def test_a_header_sheet_wins_over_what_the_pages_say(matcher: Matcher) -> None:
    stack = [page(1, *AUTHORITY), page(2, codes=("KIOSK:PART:fee",)), page(3, *FORM), page(4, *body(*PROSE))]
    placed = matcher.place(stack, WANTED)
    assert places(placed) == [(1, "authority", True), (2, None, True), (3, "fee", True), (4, "fee", False)]
    assert placed[1].divider
    assert all(one.sure for one in placed)


def test_a_separator_sheet_parts_pages_that_look_like_one_paper(matcher: Matcher) -> None:
    stack = [page(1, *FORM), page(2, codes=("KIOSK:NEXT",)), page(3, *body(*PROSE, top=20))]
    placed = matcher.place(stack, WANTED)
    assert placed[1].divider
    assert placed[2].begins


def test_a_header_sheet_of_another_procedure_parts_but_names_nothing(matcher: Matcher) -> None:
    placed = matcher.place([page(1, codes=("KIOSK:PART:unheard-of",)), page(2, *AUTHORITY)], WANTED)
    assert places(placed) == [(1, None, True), (2, "authority", True)]


def test_dividing_sheets_are_those_that_a_scanned_code_is_told_as(matcher: Matcher) -> None:
    for code, meaning in (("KIOSK:NEXT", SeparatorCode()), ("KIOSK:PART:form", ComponentCode("form"))):
        assert recognise(code) == meaning
        assert matcher.place([page(1, codes=(code,))], WANTED)[0].divider
    assert not matcher.place([page(1, *FORM, codes=("KIOSK:PROC:form",))], WANTED)[0].divider


def test_the_same_stack_is_placed_the_same_again(matcher: Matcher) -> None:
    stack = [page(1, *FORM), page(2, *STRANGE), page(3, *AUTHORITY)]
    assert (
        matcher.place(stack, WANTED) == matcher.place(stack, WANTED) == Matcher(PaperKinds.load()).place(stack, WANTED)
    )


def test_nothing_of_a_page_shows_in_its_repr() -> None:
    assert "ỦY QUYỀN" not in repr(page(1, *AUTHORITY, codes=("x|Nguyễn Thử",)))
