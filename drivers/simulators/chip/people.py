"""The people on the virtual cards: all invented, with names that say so and numbers that nobody has."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

_WEIGHTS: Final = (7, 3, 1)


@dataclass(frozen=True)
class Person:
    """What is printed on a card and stored in its chip; `expires` None means never, `form` is the year of its design."""

    key: str
    number: str
    name: str
    birth: date
    sex: str
    home_town: str
    residence: str
    issued: date
    expires: date | None
    old_number: str = ""
    father: str = "NGUYỄN VĂN VÍ DỤ"
    mother: str = "TRẦN THỊ MINH HỌA"
    form: int = 2021

    @property
    def can(self) -> str:
        """The card access number: on this card the last six digits of the number."""
        return self.number[-6:]

    @property
    def mrz(self) -> str:
        """The three lines of the machine-readable zone, 90 characters without line breaks (TD1)."""
        short = self.number[3:]
        one = f"IDVNM{short}{_digit(short)}{self.number}<<{_digit(self.number + '<<')}"
        birth, expiry = _short_date(self.birth), _short_date(self.expires) if self.expires else "991231"
        two = f"{birth}{_digit(birth)}{self.sex}{expiry}{_digit(expiry)}VNM" + "<" * 11
        two += _digit(one[5:30] + two[0:7] + two[8:15] + two[18:29])
        surname, *given = _plain(self.name).split()
        three = f"{surname}<<{'<'.join(given)}"[:30].ljust(30, "<")
        return one + two + three

    @property
    def qr(self) -> str:
        """The text of the QR code: seven fields since 2021, and parents behind an empty one since 2024."""
        fields = (
            self.number,
            self.old_number,
            self.name,
            self.birth.strftime("%d%m%Y"),
            self.sex_word,
            self.residence,
            self.issued.strftime("%d%m%Y"),
        )
        more = ("", self.father, self.mother, "") if self.form >= 2024 else ()
        return "|".join((*fields, *more))

    @property
    def sex_word(self) -> str:
        """The sex as the card prints it."""
        return "Nam" if self.sex == "M" else "Nữ"


def _short_date(day: date) -> str:
    return day.strftime("%y%m%d")


def _plain(text: str) -> str:
    """Vietnamese letters as the MRZ has them."""
    decomposed = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _digit(text: str) -> str:
    values = (0 if letter == "<" else int(letter, 36) for letter in text)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


DEFAULT: Final = "adult"
PEOPLE: Final = MappingProxyType(
    {
        person.key: person
        for person in (
            Person(
                DEFAULT,
                "001099123456",
                "NGUYỄN VĂN THỬ NGHIỆM",
                date(1999, 5, 17),
                "M",
                "Xã Ví Dụ, Huyện Giả Định, Hà Nội",
                "Số 1 Phố Thử Nghiệm, Phường Mẫu, Hà Nội",
                date(2022, 6, 20),
                date(2039, 5, 17),
                "099123456",
            ),
            Person(
                "elder",
                "001099234567",
                "TRẦN THỊ VÍ DỤ",
                date(1958, 11, 3),
                "F",
                "Xã Minh Họa, Nam Định",
                "Thôn Mẫu, Xã Minh Họa, Nam Định",
                date(2021, 4, 8),
                None,
                "099234567",
            ),
            Person(
                "minor",
                "001099345678",
                "LÊ HOÀNG GIẢ ĐỊNH",
                date(2011, 9, 2),
                "M",
                "Phường Mẫu, Đà Nẵng",
                "Số 99 Đường Ước Lệ, Phường Mẫu, Đà Nẵng",
                date(2025, 10, 1),
                date(2036, 9, 2),
            ),
            Person(
                "long-name",
                "001099456789",
                "CÔNG TẰNG TÔN NỮ THỊ ƯỚC LỆ MINH HỌA",
                date(1987, 2, 28),
                "F",
                "Phường Ước Lệ, Thừa Thiên Huế",
                "Tổ 3, Khu Quy Hoạch Thử Nghiệm Ngã Ba Giả Định, Phường Ước Lệ, Thành phố Mẫu, Thừa Thiên Huế",
                date(2025, 3, 15),
                date(2047, 2, 28),
                "099456789",
            ),
            Person(
                "expired",
                "001099567890",
                "PHẠM MINH QUÁ HẠN",
                date(1999, 7, 30),
                "M",
                "Thị trấn Mẫu, Cần Thơ",
                "Số 7 Hẻm Thử Nghiệm, Thị trấn Mẫu, Cần Thơ",
                date(2021, 5, 5),
                date(2024, 7, 30),
            ),
            Person(
                "diacritics",
                "001099678901",
                "ĐẶNG THỊ ĂẮẰẲẴẶ ÂẤẦẨẪẬ ÊẾỀỂỄỆ ÔỐỒỔỖỘ ƠỚỜỞỠỢ ƯỨỪỬỮỰ",
                date(1992, 2, 29),
                "F",
                "Xã Àáảãạ Èéẻẽẹ Ìíỉĩị, Hải Phòng",
                "Ngõ Òóỏõọ Ùúủũụ Ỳýỷỹỵ, Phường Đđ, Hải Phòng",
                date(2023, 3, 1),
                date(2032, 2, 29),
            ),
            Person(
                "card-2024",
                "001099789012",
                "VŨ THỊ THẺ MỚI",
                date(1985, 12, 31),
                "F",
                "Phường Giả Định, Hà Nội",
                "Số 24 Phố Thẻ Mới, Phường Giả Định, Hà Nội",
                date(2024, 8, 1),
                date(2045, 12, 31),
                "",
                form=2024,
            ),
        )
    }
)
