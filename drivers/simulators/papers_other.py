"""The generated papers that many procedures share: powers of attorney, receipts, registrations, applications, portraits."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from drivers.simulators.papers_ink import A4, INK, LEFT, PALE, RIGHT, Paper, font
from drivers.simulators.papers_trademark import ADDRESS, COMPANY, DIRECTOR, MAIL, PHONE, PLACE, SEAL

ID_NUMBER = "001099000001"


def blank(_sheet: Paper) -> None:
    """A back that nobody wrote on."""


def power_of_attorney(sheet: Paper) -> None:
    """Power of attorney for a filing."""
    sheet.motto()
    sheet.line(PLACE, 11.5, align="right")
    sheet.skip(4)
    sheet.title("GIẤY ỦY QUYỀN", "(Về việc nộp và theo đuổi hồ sơ thủ tục hành chính)", 19)
    sheet.paragraph("Căn cứ Bộ luật Dân sự; căn cứ nhu cầu của các bên, hôm nay chúng tôi gồm có:", 12, indent=90)
    sheet.skip(2)
    sheet.line("BÊN ỦY QUYỀN", 12.5, 700)
    sheet.field("Tên tổ chức:", COMPANY)
    sheet.field("Mã số doanh nghiệp:", "0109999999")
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Người đại diện theo pháp luật:", f"{DIRECTOR} - Giám đốc")
    sheet.skip(2)
    sheet.line("BÊN ĐƯỢC ỦY QUYỀN", 12.5, 700)
    sheet.field("Họ và tên:", "TRẦN THỊ VÍ DỤ")
    sheet.field("Số định danh cá nhân:", "001099000002")
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Điện thoại:", PHONE)
    sheet.skip(2)
    sheet.line("NỘI DUNG ỦY QUYỀN", 12.5, 700)
    sheet.paragraph(
        "Bên ủy quyền ủy quyền cho Bên được ủy quyền thay mặt mình nộp hồ sơ, ký các giấy tờ cần thiết, nộp phí, lệ phí, "
        "sửa đổi, bổ sung hồ sơ và nhận kết quả giải quyết thủ tục hành chính tại Bộ Khoa học và Công nghệ.",
        12,
        indent=90,
    )
    sheet.paragraph(
        "Thời hạn ủy quyền: kể từ ngày ký cho đến khi hoàn thành công việc được ủy quyền. Bên được ủy quyền không được "
        "ủy quyền lại cho người khác.",
        12,
        indent=90,
    )
    sheet.skip(6)
    top = sheet.y
    left = (LEFT, 1130)
    sheet.line("BÊN ĐƯỢC ỦY QUYỀN", 12, 700, align="centre", box=left)
    sheet.line("(Ký, ghi rõ họ tên)", 10.5, align="centre", box=left, colour=PALE)
    sheet.scribble(560, sheet.y + 160)
    sheet.y += 330
    sheet.line("TRẦN THỊ VÍ DỤ", 12, 700, align="centre", box=left)
    sheet.y = top - round(11.5 * 300 / 72 * 1.45)
    sheet.signature(DIRECTOR, "BÊN ỦY QUYỀN", "", stamp=SEAL)


def fee_receipt(sheet: Paper) -> None:
    """Proof that the fees were paid into the office's account."""
    sheet.motto(("NGÂN HÀNG MẪU", "CHI NHÁNH THỬ NGHIỆM"))
    sheet.skip(3)
    sheet.title("CHỨNG TỪ NỘP PHÍ, LỆ PHÍ", "Liên 2: Giao người nộp tiền", 18)
    sheet.line("Số: 0000001      Ngày 02 tháng 10 năm 2026", 11.5, align="centre", colour=PALE)
    sheet.skip(4)
    sheet.field("Người nộp tiền:", "TRẦN THỊ VÍ DỤ")
    sheet.field("Nộp thay cho:", COMPANY)
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Đơn vị thụ hưởng:", "Cục Sở hữu trí tuệ")
    sheet.field("Số tài khoản:", "0000 0000 0000 0000")
    sheet.skip(3)
    sheet.table(
        (150, 1250, RIGHT - LEFT - 1400),
        (
            ("STT", "Nội dung khoản thu", "Số tiền (đồng)"),
            ("1", "Lệ phí nộp đơn", "150.000"),
            ("2", "Phí công bố đơn", "120.000"),
            ("3", "Phí tra cứu", "360.000"),
            ("4", "Phí thẩm định nội dung", "1.100.000"),
            ("", "Tổng cộng", "1.730.000"),
        ),
        11.5,
    )
    sheet.field("Bằng chữ:", "Một triệu bảy trăm ba mươi nghìn đồng")
    sheet.field("Hình thức nộp:", "Chuyển khoản")
    sheet.skip(8)
    sheet.signature(
        "PHẠM VĂN GIẢ ĐỊNH", "KẾ TOÁN TRƯỞNG", "Hà Nội, ngày 02 tháng 10 năm 2026", stamp="NGÂN HÀNG MẪU THỬ NGHIỆM"
    )
    sheet.stamp("ĐÃ THU TIỀN - ĐÃ THU TIỀN", 640, sheet.y - 330, 180)


def business_registration(sheet: Paper) -> None:
    """Certificate of a company's registration."""
    for inset, width in ((100, 4), (118, 12), (146, 3)):
        sheet.pen.rectangle((inset, inset, A4[0] - inset, A4[1] - inset - 100), outline=(196, 150, 40), width=width)
    sheet.skip(5)
    sheet.motto(("SỞ TÀI CHÍNH MẪU", "PHÒNG ĐĂNG KÝ KINH DOANH"))
    sheet.skip(6)
    sheet.title("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP\nCÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN")
    sheet.line("Mã số doanh nghiệp: 0109999999", 13, 700, align="centre")
    sheet.line("Đăng ký lần đầu: ngày 15 tháng 03 năm 2021", 11.5, align="centre")
    sheet.skip(5)
    sheet.line("1. Tên công ty", 12, 700)
    sheet.field("Tên công ty viết bằng tiếng Việt:", COMPANY)
    sheet.field("Tên công ty viết bằng tiếng nước ngoài:", "SAO MAI SAMPLE CO., LTD")
    sheet.field("Tên công ty viết tắt:", "SAO MAI MẪU")
    sheet.line("2. Địa chỉ trụ sở chính", 12, 700)
    sheet.field("", ADDRESS)
    sheet.field("Điện thoại:", PHONE, box=(LEFT, 1150))
    sheet.y -= round(12 * 300 / 72 * 1.62)
    sheet.field("Thư điện tử:", MAIL, box=(1190, RIGHT))
    sheet.line("3. Vốn điều lệ", 12, 700)
    sheet.field("Bằng số:", "1.000.000.000 đồng")
    sheet.field("Bằng chữ:", "Một tỷ đồng")
    sheet.line("4. Thông tin về chủ sở hữu", 12, 700)
    sheet.field("Họ và tên:", DIRECTOR)
    sheet.field("Số định danh cá nhân:", ID_NUMBER)
    sheet.line("5. Người đại diện theo pháp luật của công ty", 12, 700)
    sheet.field("Họ và tên:", DIRECTOR, box=(LEFT, 1400))
    sheet.y -= round(12 * 300 / 72 * 1.62)
    sheet.field("Chức danh:", "Giám đốc", box=(1440, RIGHT))
    sheet.skip(8)
    sheet.signature(
        "LÊ THỊ MINH HỌA", "TRƯỞNG PHÒNG", "Hà Nội, ngày 15 tháng 03 năm 2021", stamp="PHÒNG ĐĂNG KÝ KINH DOANH MẪU"
    )


def barcode_application(sheet: Paper) -> None:
    """Application for numbers and bar codes."""
    sheet.line("Mẫu số 12", 10.5, align="right", colour=PALE)
    sheet.motto()
    sheet.title("ĐƠN ĐĂNG KÝ SỬ DỤNG MÃ SỐ, MÃ VẠCH", "(Cấp mới Giấy chứng nhận quyền sử dụng mã số, mã vạch)")
    sheet.line("Kính gửi: Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia", 12, 500, align="centre")
    sheet.skip(3)
    for label, value in (
        ("1. Tên tổ chức, cá nhân:", COMPANY),
        ("Tên viết bằng tiếng Anh:", "SAO MAI SAMPLE CO., LTD"),
        ("2. Địa chỉ:", ADDRESS),
        ("Điện thoại:", PHONE),
        ("Thư điện tử:", MAIL),
        ("3. Giấy chứng nhận đăng ký doanh nghiệp số:", "0109999999 ngày 15/03/2021"),
        ("4. Phân ngành kinh tế:", "1077 - Sản xuất cà phê"),
        ("5. Người đại diện:", f"{DIRECTOR} - Giám đốc"),
        ("Số định danh cá nhân:", ID_NUMBER),
    ):
        sheet.field(label, value)
    sheet.line("6. Loại mã đăng ký", 12, 600)
    for text, ticked in (
        ("Mã doanh nghiệp GS1 loại 10 chữ số (dưới 100 loại sản phẩm)", True),
        ("Mã doanh nghiệp GS1 loại 9 chữ số (dưới 1.000 loại sản phẩm)", False),
        ("Mã địa điểm toàn cầu (GLN)", False),
    ):
        sheet.check(text, ticked)
    sheet.paragraph(
        "Chúng tôi xin cam đoan thực hiện đúng các quy định của Nhà nước về quản lý, sử dụng mã số, mã vạch, nộp phí đúng "
        "hạn và chịu trách nhiệm về những thông tin kê khai trên đây.",
        12,
        indent=90,
    )
    sheet.skip(6)
    sheet.signature(DIRECTOR, "ĐẠI DIỆN TỔ CHỨC", PLACE, stamp=SEAL)


def radiation_application(sheet: Paper) -> None:
    """Application for a radiation worker's certificate."""
    sheet.motto()
    sheet.title("ĐƠN ĐỀ NGHỊ\nCẤP CHỨNG CHỈ NHÂN VIÊN BỨC XẠ")
    sheet.line("Kính gửi: Cục An toàn bức xạ và hạt nhân", 12, 500, align="centre")
    sheet.skip(4)
    for label, value in (
        ("1. Họ và tên:", "HOÀNG THỊ VÍ VON"),
        ("2. Ngày sinh:", "01/01/1999"),
        ("3. Số định danh cá nhân:", "001199000003"),
        ("4. Địa chỉ liên hệ:", ADDRESS),
        ("5. Điện thoại:", PHONE),
        ("6. Trình độ chuyên môn:", "Kỹ sư vật lý kỹ thuật"),
        ("7. Cơ quan làm việc:", "Bệnh viện Mẫu Thử Nghiệm"),
    ):
        sheet.field(label, value)
    sheet.line("8. Đề nghị cấp chứng chỉ cho công việc:", 12)
    for text, ticked in (
        ("Người phụ trách an toàn bức xạ", True),
        ("Người vận hành máy gia tốc", False),
        ("Người vận hành thiết bị chiếu xạ", False),
    ):
        sheet.check(text, ticked, x=LEFT + 90)
    sheet.line("9. Tài liệu kèm theo:", 12)
    for text in ("Bản sao chứng nhận đào tạo an toàn bức xạ", "Ảnh 3 x 4 (02 ảnh)"):
        sheet.check(text, True, x=LEFT + 90)
    sheet.skip(2)
    sheet.paragraph(
        "Tôi cam đoan những nội dung khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật.", 12, indent=90
    )
    sheet.skip(6)
    sheet.signature("HOÀNG THỊ VÍ VON", "NGƯỜI ĐỀ NGHỊ", PLACE)
    sheet.stamp("BỆNH VIỆN MẪU THỬ NGHIỆM", 660, sheet.y - 250)


def radiation_training(sheet: Paper) -> None:
    """Certificate of a training in radiation safety."""
    sheet.pen.rectangle((120, 120, A4[0] - 120, A4[1] - 220), outline=(36, 96, 120), width=12)
    sheet.pen.rectangle((146, 146, A4[0] - 146, A4[1] - 246), outline=(36, 96, 120), width=3)
    sheet.skip(6)
    sheet.motto(("TRUNG TÂM ĐÀO TẠO MẪU",))
    sheet.skip(12)
    sheet.title("GIẤY CHỨNG NHẬN\nĐÀO TẠO AN TOÀN BỨC XẠ", "Số: 0000/CN-ATBX", 22)
    sheet.skip(6)
    sheet.line("Chứng nhận", 13, align="centre")
    sheet.line("HOÀNG THỊ VÍ VON", 20, 700, align="centre", colour=(36, 96, 120))
    sheet.skip(4)
    sheet.field("Ngày sinh:", "01/01/1999")
    sheet.field("Cơ quan làm việc:", "Bệnh viện Mẫu Thử Nghiệm")
    sheet.skip(2)
    sheet.paragraph(
        "Đã hoàn thành khóa đào tạo an toàn bức xạ cho người phụ trách an toàn, tổ chức từ ngày 07 đến ngày 11 tháng 09 "
        "năm 2026, với thời lượng 40 giờ.",
        13,
        indent=90,
        gap=1.7,
    )
    sheet.field("Kết quả:", "Đạt loại khá", 13)
    sheet.skip(14)
    sheet.signature("VŨ VĂN MINH HỌA", "GIÁM ĐỐC", "Hà Nội, ngày 14 tháng 09 năm 2026", stamp="TRUNG TÂM ĐÀO TẠO MẪU")


def portrait(sheet: Paper) -> None:
    """Two portraits of 3 x 4 cm of nobody, glued on a sheet."""
    sheet.line("ẢNH 3 x 4", 16, 700, align="centre")
    sheet.field("Họ và tên:", "HOÀNG THỊ VÍ VON")
    sheet.field("Ngày sinh:", "01/01/1999")
    sheet.skip(10)
    width, height = round(30 * 300 / 25.4), round(40 * 300 / 25.4)
    picture = Image.new("RGB", (width, height), (96, 152, 206))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((-20, height - 150, width + 20, height + 260), fill=(58, 66, 92))
    pen.rectangle((width // 2 - 34, 250, width // 2 + 34, 370), fill=(226, 184, 152))
    pen.ellipse((width // 2 - 98, 70, width // 2 + 98, 320), fill=(40, 34, 34))
    pen.ellipse((width // 2 - 78, 104, width // 2 + 78, 314), fill=(236, 198, 168))
    picture = picture.filter(ImageFilter.GaussianBlur(1.5))
    ImageDraw.Draw(picture).text((width // 2, height - 40), "MẪU", fill="white", font=font(12, 700), anchor="mm")
    for number in range(2):
        x = LEFT + 120 + number * (width + 140)
        sheet.image.paste(picture, (x, sheet.y))
        sheet.pen.rectangle((x - 2, sheet.y - 2, x + width + 2, sheet.y + height + 2), outline=INK, width=2)
