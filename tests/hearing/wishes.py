"""What somebody who cannot see came for, what they would answer, and what they do with their hands when told to.

All of it is about words that are heard; none of it names an item, a screen or a fact of the program.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """What is done at the machine when these words are heard: a device, an act, and what is held before it."""

    words: str
    device: str
    act: str
    argument: str | None = None


@dataclass(frozen=True)
class Wishes:
    """In one language: the words that tell what a line is, and what this person wants.

    `choose` are things that are chosen wherever they are heard, `agree` those that are ticked or picked once, `write` what
    is typed into a field of that name, `onward` what leads on when a screen has been heard to its end, best first.
    """

    end: str
    disabled: str
    field: str
    empty: str
    chosen: str
    button: str
    keyboard: str
    space: str
    shift: str
    over: str
    choose: tuple[str, ...]
    agree: tuple[str, ...]
    write: dict[str, str]
    onward: tuple[str, ...]
    hands: tuple[Hand, ...]


VI = Wishes(
    end="Hết danh sách",
    disabled="chưa dùng được",
    field="ô nhập",
    empty="để trống",
    chosen="đã chọn",
    button=" nút.",
    keyboard="Bàn phím đang mở",
    space="Dấu cách",
    shift="Chữ hoa",
    over="cảm ơn Quý khách",
    choose=("Nộp hồ sơ trực tuyến", "Thủ tục đăng ký nhãn hiệu", "Bắt đầu quét", "Đã lấy"),
    agree=("Tờ khai đăng ký nhãn hiệu", "Mẫu nhãn hiệu", "Tôi cam đoan", "Rất hài lòng"),
    write={"Gõ tên thủ tục": "nhan hieu", "Nhãn hiệu đăng ký": "sao mai", "Số điện thoại": "0900000042"},
    onward=("Nộp hồ sơ", "Đồng ý", "Đúng là tôi", "Đúng, tiếp tục", "Tiếp tục", "Kết thúc và xóa dữ liệu"),
    hands=(
        Hand(r"Đặt thẻ căn cước", "card0", "insert"),
        Hand(r"mã QR", "barcode0", "scan", "@card0.qr"),
        Hand(r"Đặt cả tập vào khay", "scanner0", "load"),
        Hand(r"lấy lại \d+ tờ bản gốc ở khay", "scanner0", "take_output"),
        Hand(r"Mời Quý khách lấy phiếu", "printer0", "tear"),
        Hand(r"lấy lại thẻ căn cước", "card0", "remove"),
    ),
)
EN = Wishes(
    end="End of the list",
    disabled="not available yet",
    field="text field",
    empty="empty",
    chosen="chosen",
    button=" button.",
    keyboard="The keyboard is open",
    space="Space",
    shift="Capital",
    over="Thank you",
    choose=("Submit a dossier online", "Registration of a trademark", "Start scanning", "I have them"),
    agree=("Application form", "Mark specimens", "I declare", "Very satisfied"),
    write={"Type a name": "trademark", "Trademark": "sao mai", "Phone number": "0900000042"},
    onward=("Submit", "Agree", "Yes, this is me", "Correct, continue", "Continue", "Finish and erase my data"),
    hands=(
        Hand(r"Place your ID card", "card0", "insert"),
        Hand(r"hold the QR code printed", "barcode0", "scan", "@card0.qr"),
        Hand(r"Put the whole stack", "scanner0", "load"),
        Hand(r"take your \d+ original sheets from", "scanner0", "take_output"),
        Hand(r"Please take it below the screen", "printer0", "tear"),
        Hand(r"take your ID card", "card0", "remove"),
    ),
)
LANGUAGES = {"vi": VI, "en": EN}
