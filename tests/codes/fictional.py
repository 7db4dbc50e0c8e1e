"""Fictional people's ID-card texts: every letter of Vietnamese, names that say what they are."""

from __future__ import annotations

from typing import Final

from numpy.random import Generator

SURNAMES: Final = (
    "NGUYỄN",
    "TRẦN",
    "LÊ",
    "PHẠM",
    "HOÀNG",
    "HUỲNH",
    "PHAN",
    "VŨ",
    "VÕ",
    "ĐẶNG",
    "BÙI",
    "ĐỖ",
    "HỒ",
    "NGÔ",
    "DƯƠNG",
    "LÝ",
    "ĐÀO",
    "ĐOÀN",
    "VƯƠNG",
    "TRỊNH",
    "TRƯƠNG",
    "ĐINH",
    "LÂM",
    "PHÙNG",
    "MAI",
    "TÔ",
    "TẠ",
    "HÀ",
    "CAO",
    "QUÁCH",
    "THÁI",
    "LƯU",
    "TÔN",
    "NGHIÊM",
    "KIỀU",
    "ÂU",
    "DIỆP",
    "THẠCH",
)
MIDDLES: Final = (
    "VĂN",
    "THỊ",
    "ĐỨC",
    "HỮU",
    "QUỐC",
    "NGỌC",
    "XUÂN",
    "THU",
    "MINH",
    "KHÁNH",
    "BẢO",
    "THÙY",
    "ÁNH",
    "PHƯỢNG",
    "KIỀU",
    "DIỄM",
    "HẢI",
    "TUẤN",
    "MỸ",
    "ƯỚC",
    "Ý",
    "NHƯ",
    "QUỲNH",
    "THÚY",
    "BÍCH",
    "LỆ",
    "ẨN",
    "ĐÌNH",
    "CÔNG",
    "TIẾN",
    "VĨNH",
    "GIỮ",
    "SỸ",
)
# A given name says that nobody is called so.
GIVENS: Final = ("THỬ NGHIỆM", "VÍ DỤ", "MINH HỌA", "GIẢ ĐỊNH", "MẪU", "BỊA ĐẶT", "TƯỞNG TƯỢNG", "HƯ CẤU", "THÍ ĐIỂM")
STREETS: Final = (
    "Phố Thử",
    "Đường Ví Dụ",
    "Ngõ Giả Định",
    "Thôn Mẫu",
    "Ấp Hư Cấu",
    "Xóm Tưởng Tượng",
    "Tổ dân phố Thử Nghiệm",
)
WARDS: Final = ("Phường Mẫu", "Xã Thí Điểm", "Phường Minh Họa", "Xã Giả Định", "Thị trấn Ví Dụ", "Đặc khu Tưởng Tượng")
PROVINCES: Final = (
    "Hà Nội",
    "Đắk Lắk",
    "Bà Rịa – Vũng Tàu",
    "Thừa Thiên Huế",
    "Cần Thơ",
    "Quảng Ngãi",
    "Lạng Sơn",
    "Kiên Giang",
)


def person(random: Generator) -> str:
    """The text of one ID card's QR code, in the form of 2021 or of 2024."""

    def one(words: tuple[str, ...]) -> str:
        return str(words[int(random.integers(len(words)))])

    middle = " ".join(one(MIDDLES) for _ in range(int(random.integers(1, 3))))
    name = f"{one(SURNAMES)} {middle} {one(GIVENS)}"
    birth = f"{random.integers(1, 29):02d}{random.integers(1, 13):02d}{random.integers(1940, 2009)}"
    issued = f"{random.integers(1, 29):02d}{random.integers(1, 13):02d}{random.integers(2021, 2026)}"
    old = f"{random.integers(10**9):09d}" if random.random() < 0.6 else ""
    address = f"Số {random.integers(1, 400)}, {one(STREETS)}, {one(WARDS)}, {one(PROVINCES)}"
    sex = "Nữ" if random.random() < 0.5 else "Nam"
    text = f"001099{random.integers(10**6):06d}|{old}|{name}|{birth}|{sex}|{address}|{issued}"
    if random.random() < 0.3:
        text += f"||{one(SURNAMES)} VĂN VÍ DỤ|{one(SURNAMES)} THỊ MINH HỌA|"
    return text
