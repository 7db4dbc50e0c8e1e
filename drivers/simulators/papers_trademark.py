"""The generated papers of trademarks: application, sample, certificate, renewal."""

from __future__ import annotations

import math
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from drivers.simulators.papers_ink import A4, INK, LEFT, PALE, RIGHT, Paper, font

COMPANY: Final = "CÔNG TY TNHH THỬ NGHIỆM SAO MAI"
DIRECTOR: Final = "NGUYỄN VĂN THỬ NGHIỆM"
ADDRESS: Final = "Số 0, phố Thử Nghiệm, phường Mẫu, thành phố Hà Nội"
PHONE: Final = "0900 000 000"
MAIL: Final = "mau@saomai.example"
PLACE: Final = "Hà Nội, ngày 05 tháng 10 năm 2026"
SEAL: Final = "CÔNG TY TNHH THỬ NGHIỆM SAO MAI"
OFFICE: Final = "Kính gửi: Cục Sở hữu trí tuệ - Bộ Khoa học và Công nghệ"


def logo(size: int) -> Image.Image:
    """The mark of the company that does not exist: a morning star over waves."""
    scale = 3
    image = Image.new("RGB", (size * scale, size * scale), "white")
    pen, side = ImageDraw.Draw(image), size * scale
    middle, high = side / 2, side * 0.36
    pen.ellipse((side * 0.14, side * 0.02, side * 0.86, side * 0.74), fill=(244, 180, 26))
    corners = []
    for number in range(16):
        reach = side * (0.29 if number % 2 == 0 else 0.12)
        turn = number * math.pi / 8
        corners.append((middle + reach * math.sin(turn), high + 0.02 * side - reach * math.cos(turn)))
    pen.polygon(corners, fill=(196, 34, 42))
    for row, colour in enumerate(((22, 92, 158), (38, 128, 194), (92, 168, 220))):
        base = side * (0.60 + 0.075 * row)
        wave = [(x, base + side * 0.022 * math.sin(x / side * 15 + row * 1.4)) for x in range(0, side + 1, 6)]
        pen.polygon([*wave, (side, side), (0, side)], fill=colour)
    pen.rectangle((0, side * 0.80, side, side), fill="white")
    pen.text((middle, side * 0.9), "SAO MAI MẪU", fill=(22, 60, 110), font=_sized(side * 0.125), anchor="mm")
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _sized(pixels: float) -> ImageFont.FreeTypeFont:
    return font(pixels * 72 / 300, 700)


def trademark_application_1(sheet: Paper) -> None:
    """Form of a trademark application, first page."""
    sheet.line("Mẫu số 08", 10.5, align="right", colour=PALE)
    sheet.motto()
    sheet.title("TỜ KHAI\nĐĂNG KÝ NHÃN HIỆU")
    sheet.line(OFFICE, 12, 500, align="centre")
    sheet.paragraph(
        "Chủ đơn dưới đây yêu cầu Cục Sở hữu trí tuệ xem xét đơn và cấp Giấy chứng nhận đăng ký nhãn hiệu.",
        11.5,
        indent=90,
    )
    sheet.skip(2)
    top = sheet.y
    sheet.heading("1   NHÃN HIỆU")
    mark = logo(560)
    sheet.image.paste(mark, (LEFT + 20, sheet.y + 10))
    sheet.pen.rectangle((LEFT + 10, sheet.y, LEFT + 590, sheet.y + 580), outline=INK, width=2)
    column, begin = (LEFT + 650, RIGHT), sheet.y
    sheet.line("Loại nhãn hiệu yêu cầu đăng ký", 11.5, 600, box=column)
    for text, ticked in (
        ("Nhãn hiệu thông thường", True),
        ("Nhãn hiệu tập thể", False),
        ("Nhãn hiệu chứng nhận", False),
    ):
        sheet.check(text, ticked, x=column[0])
    sheet.field("Màu sắc:", "đỏ, vàng, xanh lam", 11.5, box=column)
    sheet.line("Mô tả nhãn hiệu:", 11.5, 600, box=column)
    sheet.paragraph(
        "Hình ngôi sao tám cánh màu đỏ trên nền tròn màu vàng, phía dưới là ba lớp sóng màu xanh lam và "
        "dòng chữ «SAO MAI MẪU».",
        11,
        box=column,
    )
    sheet.y = max(sheet.y, begin + 610)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("2   CHỦ ĐƠN (Tổ chức, cá nhân yêu cầu cấp Giấy chứng nhận đăng ký nhãn hiệu)")
    sheet.field("Tên đầy đủ:", COMPANY)
    sheet.field("Mã số doanh nghiệp:", "0109999999")
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Điện thoại:", PHONE, box=(LEFT, 1150))
    sheet.y -= round(12 * 300 / 72 * 1.62)
    sheet.field("Thư điện tử:", MAIL, box=(1190, RIGHT))
    sheet.frame(top)
    top = sheet.y
    sheet.heading("3   ĐẠI DIỆN CỦA CHỦ ĐƠN")
    sheet.check("là người đại diện theo pháp luật của chủ đơn", False)
    sheet.check("là người được ủy quyền của chủ đơn", True)
    sheet.field("Tên đầy đủ:", "TRẦN THỊ VÍ DỤ")
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("4   YÊU CẦU HƯỞNG QUYỀN ƯU TIÊN")
    sheet.check("Theo đơn nộp sớm nhất tại Việt Nam", False)
    sheet.check("Theo Công ước Paris", False)
    sheet.frame(top)


def trademark_application_2(sheet: Paper) -> None:
    """Form of a trademark application, second page: fees, goods, papers, declaration."""
    top = sheet.y
    sheet.heading("5   PHÍ, LỆ PHÍ")
    widths = (1130, 330, RIGHT - LEFT - 1460)
    sheet.table(
        widths,
        (
            ("Loại phí, lệ phí", "Số đối tượng", "Số tiền (đồng)"),
            ("Lệ phí nộp đơn", "1 đơn", "150.000"),
            ("Phí công bố đơn", "1 đơn", "120.000"),
            ("Phí tra cứu phục vụ thẩm định nội dung", "2 nhóm", "360.000"),
            ("Phí thẩm định nội dung", "2 nhóm", "1.100.000"),
            ("Tổng số tiền", "", "1.730.000"),
        ),
    )
    sheet.frame(top)
    top = sheet.y
    sheet.heading("6   CÁC TÀI LIỆU CÓ TRONG ĐƠN")
    for text, ticked in (
        ("Tờ khai theo mẫu, gồm 2 trang", True),
        ("Mẫu nhãn hiệu, gồm 5 mẫu", True),
        ("Danh mục hàng hóa, dịch vụ mang nhãn hiệu", True),
        ("Giấy ủy quyền", True),
        ("Bản sao chứng từ nộp phí, lệ phí", True),
        ("Quy chế sử dụng nhãn hiệu tập thể, nhãn hiệu chứng nhận", False),
        ("Tài liệu chứng minh quyền ưu tiên", False),
    ):
        sheet.check(text, ticked)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("7   DANH MỤC VÀ PHÂN NHÓM HÀNG HÓA, DỊCH VỤ MANG NHÃN HIỆU")
    sheet.paragraph("Nhóm 30: Cà phê; trà; ca cao; bánh ngọt; mật ong; gia vị; đồ gia vị.", 11.5)
    sheet.paragraph("Nhóm 43: Dịch vụ quán cà phê; dịch vụ nhà hàng; dịch vụ cung cấp thực phẩm và đồ uống.", 11.5)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("8   CAM KẾT CỦA CHỦ ĐƠN")
    sheet.paragraph(
        "Tôi cam đoan mọi thông tin trong tờ khai trên đây là trung thực, đúng sự thật và hoàn toàn chịu trách nhiệm "
        "trước pháp luật.",
        11.5,
        indent=90,
    )
    sheet.skip(3)
    sheet.signature(DIRECTOR, "CHỦ ĐƠN / ĐẠI DIỆN CỦA CHỦ ĐƠN", f"Khai tại: {PLACE}", stamp=SEAL)
    sheet.frame(top, sheet.y + 20)


def trademark_sample(sheet: Paper) -> None:
    """The mark at its greatest size, 80 x 80 mm, and the goods it is for."""
    sheet.motto()
    sheet.title("MẪU NHÃN HIỆU", "kèm theo Tờ khai đăng ký nhãn hiệu")
    side = round(80 * 300 / 25.4)
    x = (A4[0] - side) // 2
    sheet.image.paste(logo(side - 24), (x + 12, sheet.y + 12))
    sheet.pen.rectangle((x, sheet.y, x + side, sheet.y + side), outline=PALE, width=2)
    sheet.y += side + 30
    sheet.line("Kích thước mẫu: 80 mm x 80 mm", 10.5, align="centre", colour=PALE)
    sheet.skip(5)
    sheet.field("Chủ đơn:", COMPANY)
    sheet.field("Màu sắc nhãn hiệu:", "đỏ, vàng, xanh lam")
    sheet.skip(3)
    sheet.line("DANH MỤC HÀNG HÓA, DỊCH VỤ", 12.5, 700, align="centre")
    sheet.skip(1)
    sheet.table(
        (260, RIGHT - LEFT - 260),
        (
            ("Nhóm", "Hàng hóa, dịch vụ"),
            ("30", "Cà phê; trà; ca cao; bánh ngọt; mật ong; gia vị"),
            ("43", "Dịch vụ quán cà phê; dịch vụ nhà hàng"),
        ),
        11.5,
    )
    sheet.skip(6)
    sheet.signature(DIRECTOR, "CHỦ ĐƠN", PLACE, stamp=SEAL)


def trademark_certificate(sheet: Paper) -> None:
    """A certificate of registration, with the double border of such papers."""
    for inset, width in ((110, 10), (136, 3)):
        sheet.pen.rectangle((inset, inset, A4[0] - inset, A4[1] - inset - 90), outline=(158, 34, 40), width=width)
    sheet.skip(6)
    sheet.motto(("BỘ KHOA HỌC VÀ CÔNG NGHỆ", "CỤC SỞ HỮU TRÍ TUỆ"))
    sheet.skip(10)
    sheet.title("GIẤY CHỨNG NHẬN\nĐĂNG KÝ NHÃN HIỆU", "Số: 000000", 22)
    mark = logo(720)
    sheet.image.paste(mark, ((A4[0] - 720) // 2, sheet.y))
    sheet.y += 790
    sheet.field("Chủ Giấy chứng nhận:", COMPANY)
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Số đơn:", "4-2016-00000", box=(LEFT, 1180))
    sheet.y -= round(12 * 300 / 72 * 1.62)
    sheet.field("Ngày nộp đơn:", "12/10/2016", box=(1220, RIGHT))
    sheet.field("Cấp theo Quyết định số:", "0000/QĐ-SHTT ngày 03/01/2018")
    sheet.paragraph(
        "Giấy chứng nhận này có hiệu lực từ ngày cấp đến hết 10 năm tính từ ngày nộp đơn và có thể gia hạn nhiều lần "
        "liên tiếp, mỗi lần 10 năm.",
        12,
        indent=90,
    )
    sheet.skip(8)
    sheet.signature("LÊ THỊ MINH HỌA", "CỤC TRƯỞNG", "Hà Nội, ngày 03 tháng 01 năm 2018", stamp="CỤC MẪU THỬ NGHIỆM")


def renewal_application(sheet: Paper) -> None:
    """Form to renew a certificate."""
    sheet.motto()
    sheet.title("TỜ KHAI\nYÊU CẦU GIA HẠN HIỆU LỰC VĂN BẰNG BẢO HỘ")
    sheet.line(OFFICE, 12, 500, align="centre")
    sheet.skip(3)
    top = sheet.y
    sheet.heading("1   CHỦ VĂN BẰNG BẢO HỘ")
    sheet.field("Tên đầy đủ:", COMPANY)
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Điện thoại:", PHONE)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("2   VĂN BẰNG BẢO HỘ YÊU CẦU GIA HẠN")
    sheet.check("Giấy chứng nhận đăng ký nhãn hiệu", True)
    sheet.check("Bằng độc quyền kiểu dáng công nghiệp", False)
    sheet.field("Số văn bằng:", "000000", box=(LEFT, 1180))
    sheet.y -= round(12 * 300 / 72 * 1.62)
    sheet.field("Ngày cấp:", "03/01/2018", box=(1220, RIGHT))
    sheet.field("Ngày hết hiệu lực:", "12/10/2026")
    sheet.frame(top)
    top = sheet.y
    sheet.heading("3   NỘI DUNG YÊU CẦU GIA HẠN")
    sheet.paragraph("Gia hạn hiệu lực lần thứ nhất, thời hạn 10 năm, đối với toàn bộ danh mục hàng hóa, dịch vụ.", 12)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("4   PHÍ, LỆ PHÍ")
    sheet.table(
        (1430, RIGHT - LEFT - 1430),
        (
            ("Loại phí, lệ phí", "Số tiền (đồng)"),
            ("Lệ phí gia hạn hiệu lực (2 nhóm)", "200.000"),
            ("Phí sử dụng văn bằng bảo hộ 10 năm (2 nhóm)", "1.400.000"),
            ("Phí công bố thông tin", "120.000"),
        ),
    )
    sheet.frame(top)
    sheet.skip(5)
    sheet.paragraph("Tôi cam đoan mọi thông tin trong tờ khai trên đây là trung thực, đúng sự thật.", 12, indent=90)
    sheet.skip(3)
    sheet.signature(DIRECTOR, "CHỦ VĂN BẰNG", PLACE, stamp=SEAL)
