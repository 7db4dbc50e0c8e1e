"""The submission slip as a picture: what is on it, what never is, and that nothing is cut off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from kiosk_app.receipts import DeskComponent, SlipComponent, SlipLanguage, SubmissionSlip
from kiosk_app.receipts.codes import CodeLetters
from kiosk_app.receipts.drawing import lay, picture
from kiosk_app.receipts.marks import Letters, Line
from kiosk_app.receipts.scale import WIDTHS, roll
from kiosk_app.receipts.template import load
from kiosk_app.receipts.typesetting import Face, balance, tidy, wrap
from kiosk_app.receipts.words import words

CODE = "G09.20-20260609-0092637"
HANOI = timezone(timedelta(hours=7))
LONGEST = (
    "Thẩm định kết quả thực hiện nhiệm vụ khoa học và công nghệ không sử dụng ngân sách nhà nước có tiềm ẩn ảnh hưởng "
    "đến lợi ích quốc gia, quốc phòng, an ninh, môi trường, tính mạng, sức khỏe con người"
)


def slip_of(language: SlipLanguage = SlipLanguage.VI) -> SubmissionSlip:
    return SubmissionSlip(
        centre_name="Bộ phận Một cửa – Bộ Khoa học và Công nghệ",
        centre_name_en="One-Stop Department – Ministry of Science and Technology",
        kiosk_id="K03",
        time=datetime(2026, 6, 9, 10, 5, tzinfo=HANOI),
        procedure_name="Thủ tục đăng ký sáng chế",
        procedure_name_en="Registration of an invention (patent)",
        procedure_code="1.011902",
        dossier_code=CODE,
        lookup_code="K7P2",
        kiosk_reference="K03-20260609-4F7Q",
        masked_name="NGUYỄN V** T** N*****",
        components=(
            SlipComponent("Tờ khai đăng ký sáng chế", 3, "Patent application form"),
            SlipComponent("Giấy ủy quyền (nếu nộp thông qua đại diện)", 1, "Power of attorney"),
        ),
        originals=2,
        notes=("Kết quả được trả qua dịch vụ bưu chính.",),
        language=language,
    )


def longest_of(language: SlipLanguage) -> SubmissionSlip:
    component = SlipComponent(LONGEST, 120, "Very" + "long" * 40)
    return replace(
        slip_of(language),
        centre_name=LONGEST,
        procedure_name=LONGEST,
        masked_name="NGUYỄN " + "V" * 60 + " Đ*****",
        components=(component,) * 30,
        notes=(LONGEST, LONGEST),
        kiosk_id="K" * 40,
    )


def in_greys(slip: SubmissionSlip, dots: int) -> Image.Image:
    return Image.open(BytesIO(picture(slip.document(), dots))).convert("L")


def texts_of(slip: SubmissionSlip) -> list[str]:
    return [mark.text for mark in lay(slip.document(), 576).marks if isinstance(mark, Line)]


def codes_in(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", SlipLanguage)
def test_the_qr_code_is_the_dossier_code_and_nothing_else(dots: int, language: SlipLanguage) -> None:
    image = in_greys(slip_of(language), dots)
    assert image.width == dots
    assert codes_in(image) == [CODE]


@pytest.mark.parametrize("dots", WIDTHS)
def test_without_a_dossier_code_the_machine_reference_is_printed_and_no_empty_look_up_code(dots: int) -> None:
    slip = replace(slip_of(), dossier_code=None)
    assert codes_in(in_greys(slip, dots)) == ["K03-20260609-4F7Q"]
    assert picture(slip.document(), dots) == picture(replace(slip, lookup_code=None).document(), dots)


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", SlipLanguage)
def test_the_longest_names_leave_the_margins_white_and_no_block_draws_over_another(
    dots: int, language: SlipLanguage
) -> None:
    slip = longest_of(language)
    margin = roll(dots).margin
    ink = ImageChops.invert(in_greys(slip, dots)).getbbox()
    assert ink is not None
    assert ink[0] >= margin - 1
    assert ink[2] <= dots - margin + 1
    marks = [mark for mark in lay(slip.document(), dots).marks if isinstance(mark, (Line, Letters))]
    for mark, other in pairwise(sorted(marks, key=lambda mark: (mark.y + mark.face.rise, mark.x))):
        beside = abs(mark.y + mark.face.rise - other.y - other.face.rise) < 3
        assert beside or mark.y + mark.face.line <= other.y + 3, (mark.face, other.face)


def test_the_same_slip_is_the_same_bytes() -> None:
    assert picture(slip_of().document(), 576) == picture(slip_of().document(), 576)


def test_the_picture_is_pure_black_and_white() -> None:
    image = Image.open(BytesIO(picture(slip_of().document(), 576)))
    assert (image.mode, image.format) == ("1", "PNG")


def test_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="dots"):
        picture(slip_of().document(), 600)


def test_a_time_without_a_zone_and_a_slip_without_any_code_are_refused() -> None:
    with pytest.raises(ValueError, match="time"):
        replace(slip_of(), time=datetime(2026, 6, 9, 10, 5, tzinfo=UTC).replace(tzinfo=None))
    with pytest.raises(ValueError, match="kiosk_reference"):
        replace(slip_of(), dossier_code=None, kiosk_reference="")


def test_time_is_written_with_its_zone() -> None:
    moment = datetime(2026, 6, 9, 10, 5, tzinfo=HANOI)
    assert words("vi").time(moment) == "10:05, ngày 09/06/2026 (GMT+7)"
    assert words("en").time(moment) == "9 June 2026, 10:05 (GMT+7)"
    assert words("en").time(moment.replace(tzinfo=timezone(-timedelta(hours=3, minutes=30)))).endswith("(GMT-3:30)")


def test_both_languages_have_the_same_words_and_promise_no_due_date() -> None:
    vietnamese, english = words("vi").texts, words("en").texts
    singular = {key for key in english if key.endswith("_one")}
    assert {key.removesuffix("_one") for key in singular} <= set(vietnamese)
    assert set(english) - singular == set(vietnamese)
    assert load("submission-slip").title.vi == "Phiếu xác nhận nộp hồ sơ trực tuyến"
    printed = " ".join(texts_of(slip_of())).lower()
    assert "hồ sơ chờ cán bộ kiểm tra. ngày hẹn trả chỉ có sau khi hồ sơ được tiếp nhận." in printed
    assert "giấy tiếp nhận" not in printed
    assert "chưa có mã" not in printed


def test_a_slip_printed_again_says_so() -> None:
    assert "Bản in lại số 2" in texts_of(replace(slip_of(), copy=2))
    assert not any("Bản in lại" in text for text in texts_of(slip_of()))


def test_large_print_is_larger_and_as_wide() -> None:
    normal, large = slip_of(), replace(slip_of(), large=True)
    for dots in WIDTHS:
        assert in_greys(large, dots).width == dots
        assert in_greys(large, dots).height > in_greys(normal, dots).height
        assert codes_in(in_greys(large, dots)) == [CODE]


def test_a_missing_procedure_code_leaves_no_line_for_it() -> None:
    with_code, without = in_greys(slip_of(), 576), in_greys(replace(slip_of(), procedure_code=None), 576)
    assert with_code.height - without.height == roll(576).face("body").line


@pytest.mark.parametrize("dots", WIDTHS)
def test_a_slip_with_nothing_but_its_code_has_no_empty_headings(dots: int) -> None:
    bare = SubmissionSlip("Bộ phận Một cửa", "K03", slip_of().time, "", "K03-20260609-4F7Q")
    assert codes_in(in_greys(bare, dots)) == ["K03-20260609-4F7Q"]
    headings = {"Thủ tục", "Người nộp hồ sơ", "Giấy tờ đã nộp", "Bản gốc cần lấy lại", "Lưu ý"}
    assert not headings & set(texts_of(bare))


@given(st.text("Nguyễn Thử ắ ệ ự Ộ đ WWW- 0123", max_size=120), st.integers(60, 560))
@settings(deadline=None, max_examples=60)
def test_wrapping_keeps_every_letter_and_stays_within_the_width(text: str, width: int) -> None:
    face = Face(25)
    for lines in (broken(text, face, width) for broken in (wrap, balance, tidy)):
        assert "".join(lines).replace(" ", "") == "".join(text.split())
        assert all(face.width(line) <= width + 1 for line in lines)


@pytest.mark.parametrize("width", [300, 480])
@pytest.mark.parametrize("code", [CODE, "000.00.00.G09-191017-0001", "K03-20260609-4F7Q", "X" * 40])
def test_a_code_is_never_broken_inside_a_group_and_fits(code: str, width: int) -> None:
    letters = CodeLetters(code, 56, 24)
    face, lines = letters._lines(width)
    assert "".join(group for line in lines for group in line) == code
    assert all(letters._width(line, face) <= width for line in lines)


def test_the_slip_printed_on_the_simulated_printer_decodes(tmp_path: Path) -> None:
    """The whole way: drawn, sent over TCP as ESC/POS, printed to paper, read with a scanner's decoder."""
    import asyncio
    import base64

    from drivers.ports import PrintJob, PrintOutcome
    from drivers.printer.escpos import DRIVER
    from drivers.simulators.escpos_printer import EscposPrinterSimulator

    async def journey() -> list[str]:
        simulator = EscposPrinterSimulator("printer", tmp_path, dots=384, speed_mm_s=0)
        await simulator.start()
        driver = DRIVER.create({"address": simulator.address, "dots": 384})
        job = PrintJob("slip", base64.b64encode(picture(slip_of().document(), 384)).decode())
        try:
            await asyncio.to_thread(driver.open)
            report = await asyncio.to_thread(driver.print, job, lambda event, /, **data: None)  # type: ignore[attr-defined]
            assert report.outcome is PrintOutcome.PRINTED
        finally:
            driver.close()
            await simulator.stop()
        paths = simulator.state()["receipts"]
        assert isinstance(paths, list)
        return codes_in(Image.open(paths[0]).convert("L"))

    assert asyncio.run(journey()) == [CODE]


@pytest.mark.parametrize("assurance", ["chip_verified", "chip_read", "qr", "typed"])
@pytest.mark.parametrize("language", SlipLanguage)
def test_every_assurance_and_papers_for_the_desk_have_their_words(assurance: str, language: SlipLanguage) -> None:
    plain = Image.open(BytesIO(picture(slip_of(language).document())))
    papers = (DeskComponent("Tờ khai", 2, 0, "Application form"), DeskComponent(LONGEST, 0, 1))
    asked = replace(slip_of(language), assurance=assurance, at_desk=papers)
    for dots in WIDTHS:
        assert Image.open(BytesIO(picture(asked.document(), dots))).width == dots
    assert Image.open(BytesIO(picture(asked.document()))).height > plain.height


def test_the_slip_of_a_supplement_says_so_and_that_the_time_runs_again() -> None:
    said = " ".join(texts_of(replace(slip_of(), supplement=True)))
    assert "Phiếu xác nhận nộp giấy tờ bổ sung" in said
    assert "được tính tiếp" in said
    assert "nộp hồ sơ trực tuyến" not in said
    assert "Ngày hẹn trả chỉ có" not in said
    waiting = " ".join(texts_of(replace(slip_of(), supplement=True, dossier_code=None, lookup_code=None)))
    assert "sẽ tự gửi" in waiting
    assert "để nhận mã hồ sơ" not in waiting
