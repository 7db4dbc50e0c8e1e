"""The generated papers of a patent application: form, description with claims and drawing, abstract."""

from __future__ import annotations

import math
from typing import Final

from drivers.simulators.papers_ink import INK, LEFT, PALE, RIGHT, Paper, font
from drivers.simulators.papers_trademark import ADDRESS, DIRECTOR, MAIL, OFFICE, PHONE, PLACE

DESCRIPTION: Final = (
    (
        "Lĩnh vực kỹ thuật được đề cập",
        (
            "Sáng chế đề cập đến thiết bị sấy nông sản, cụ thể là thiết bị sấy dùng năng lượng mặt trời có bộ tích "
            "nhiệt bằng vật liệu đổi pha để giữ nhiệt độ buồng sấy ổn định khi trời không có nắng."
        ),
    ),
    (
        "Tình trạng kỹ thuật của sáng chế",
        (
            "Các thiết bị sấy năng lượng mặt trời đã biết thường gồm một tấm thu nhiệt và một buồng sấy. Khi có mây "
            "che, nhiệt độ buồng sấy giảm nhanh, thời gian sấy kéo dài và sản phẩm dễ bị nấm mốc."
        ),
    ),
    (
        "",
        (
            "Một số thiết bị dùng thêm điện trở để bù nhiệt. Giải pháp này làm tăng chi phí và không dùng được ở nơi "
            "chưa có lưới điện ổn định."
        ),
    ),
    (
        "Bản chất kỹ thuật của sáng chế",
        (
            "Mục đích của sáng chế là đề xuất thiết bị sấy giữ được nhiệt độ từ 50 đến 60 độ C trong ít nhất bốn giờ "
            "sau khi hết nắng mà không cần nguồn điện bên ngoài."
        ),
    ),
    (
        "",
        (
            "Để đạt mục đích trên, thiết bị theo sáng chế gồm: tấm thu nhiệt (1) đặt nghiêng; buồng sấy (2) có các "
            "khay xếp chồng; bộ tích nhiệt (3) chứa vật liệu đổi pha nằm giữa tấm thu nhiệt và buồng sấy; và quạt "
            "gió (4) chạy bằng pin mặt trời, được bố trí để đưa không khí nóng đi qua bộ tích nhiệt trước khi vào "
            "buồng sấy."
        ),
    ),
    (
        "Hiệu quả đạt được",
        (
            "Thiết bị rút ngắn thời gian sấy khoảng 30 phần trăm so với thiết bị không có bộ tích nhiệt, chất lượng "
            "sản phẩm đồng đều, chi phí vận hành thấp và dễ chế tạo từ vật liệu có sẵn."
        ),
    ),
)
CLAIMS: Final = (
    (
        "1. Thiết bị sấy nông sản bằng năng lượng mặt trời, bao gồm: tấm thu nhiệt (1) đặt nghiêng; buồng sấy (2) có "
        "các khay xếp chồng; khác biệt ở chỗ, thiết bị còn gồm bộ tích nhiệt (3) chứa vật liệu đổi pha đặt giữa tấm "
        "thu nhiệt (1) và buồng sấy (2), và quạt gió (4) chạy bằng pin mặt trời."
    ),
    "2. Thiết bị theo điểm 1, trong đó vật liệu đổi pha có nhiệt độ nóng chảy từ 52 đến 58 độ C.",
    "3. Thiết bị theo điểm 1 hoặc 2, trong đó khay sấy làm bằng lưới thép không gỉ có thể tháo rời.",
)


def patent_application_1(sheet: Paper) -> None:
    """Form of a patent application, first page."""
    sheet.line("Mẫu số 01", 10.5, align="right", colour=PALE)
    sheet.motto()
    sheet.title("TỜ KHAI\nĐĂNG KÝ SÁNG CHẾ")
    sheet.line(OFFICE, 12, 500, align="centre")
    sheet.paragraph(
        "Chủ đơn dưới đây yêu cầu Cục Sở hữu trí tuệ xem xét đơn và cấp Bằng độc quyền sáng chế.", 11.5, indent=90
    )
    sheet.skip(2)
    top = sheet.y
    sheet.heading("1   TÊN SÁNG CHẾ")
    sheet.field("", "Thiết bị sấy nông sản bằng năng lượng mặt trời có bộ tích nhiệt")
    sheet.field("Phân loại quốc tế (IPC):", "F26B 3/28")
    sheet.frame(top)
    top = sheet.y
    sheet.heading("2   CHỦ ĐƠN (Tổ chức, cá nhân yêu cầu cấp Bằng độc quyền sáng chế)")
    sheet.field("Tên đầy đủ:", DIRECTOR)
    sheet.field("Số định danh cá nhân:", "001099000001")
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.field("Điện thoại:", PHONE, box=(LEFT, 1150))
    sheet.y -= round(12 * 300 / 72 * 1.62)
    sheet.field("Thư điện tử:", MAIL, box=(1190, RIGHT))
    sheet.check("Chủ đơn đồng thời là tác giả sáng chế", True)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("3   ĐẠI DIỆN CỦA CHỦ ĐƠN")
    sheet.check("là người được ủy quyền của chủ đơn", True)
    sheet.field("Tên đầy đủ:", "TRẦN THỊ VÍ DỤ")
    sheet.field("Địa chỉ:", ADDRESS)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("4   TÁC GIẢ")
    sheet.field("Tên đầy đủ:", DIRECTOR)
    sheet.field("Quốc tịch:", "Việt Nam")
    sheet.frame(top)
    top = sheet.y
    sheet.heading("5   YÊU CẦU HƯỞNG QUYỀN ƯU TIÊN")
    sheet.check("Theo đơn nộp sớm nhất tại Việt Nam", False)
    sheet.check("Theo Công ước Paris", False)
    sheet.frame(top)


def patent_application_2(sheet: Paper) -> None:
    """Form of a patent application, second page."""
    top = sheet.y
    sheet.heading("6   YÊU CẦU THẨM ĐỊNH NỘI DUNG")
    sheet.check("Chủ đơn yêu cầu thẩm định nội dung đơn", True)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("7   PHÍ, LỆ PHÍ")
    sheet.table(
        (1430, RIGHT - LEFT - 1430),
        (
            ("Loại phí, lệ phí", "Số tiền (đồng)"),
            ("Lệ phí nộp đơn", "150.000"),
            ("Phí công bố đơn", "120.000"),
            ("Phí tra cứu (1 điểm độc lập)", "600.000"),
            ("Phí thẩm định nội dung (1 điểm độc lập)", "720.000"),
            ("Tổng số tiền", "1.590.000"),
        ),
    )
    sheet.frame(top)
    top = sheet.y
    sheet.heading("8   CÁC TÀI LIỆU CÓ TRONG ĐƠN")
    for text, ticked in (
        ("Tờ khai theo mẫu, gồm 2 trang", True),
        ("Bản mô tả sáng chế, gồm 2 trang, có yêu cầu bảo hộ và hình vẽ", True),
        ("Bản tóm tắt sáng chế, gồm 1 trang", True),
        ("Giấy ủy quyền", True),
        ("Bản sao chứng từ nộp phí, lệ phí", True),
        ("Tài liệu chứng minh quyền đăng ký", False),
        ("Tài liệu chứng minh quyền ưu tiên", False),
    ):
        sheet.check(text, ticked)
    sheet.frame(top)
    top = sheet.y
    sheet.heading("9   CAM KẾT CỦA CHỦ ĐƠN")
    sheet.paragraph(
        "Tôi cam đoan mọi thông tin trong tờ khai trên đây là trung thực, đúng sự thật và hoàn toàn chịu trách nhiệm "
        "trước pháp luật.",
        11.5,
        indent=90,
    )
    sheet.skip(3)
    sheet.signature(DIRECTOR, "CHỦ ĐƠN", f"Khai tại: {PLACE}", stamp="DẤU MẪU THỬ NGHIỆM")
    sheet.frame(top, sheet.y + 20)


def patent_description_1(sheet: Paper) -> None:
    """Description of the invention: field, background, substance."""
    sheet.title("BẢN MÔ TẢ SÁNG CHẾ", points=17)
    sheet.line("THIẾT BỊ SẤY NÔNG SẢN BẰNG NĂNG LƯỢNG MẶT TRỜI CÓ BỘ TÍCH NHIỆT", 12, 700, align="centre")
    sheet.skip(4)
    for head, text in DESCRIPTION:
        if head:
            sheet.skip(1.5)
            sheet.line(head, 12, 700)
        sheet.paragraph(text, 12, indent=100, gap=1.62)


def patent_description_2(sheet: Paper) -> None:
    """Claims and the drawing."""
    sheet.line("YÊU CẦU BẢO HỘ", 13, 700, align="centre")
    sheet.skip(2)
    for text in CLAIMS:
        sheet.paragraph(text, 12, indent=100, gap=1.62)
    sheet.skip(6)
    sheet.line("Hình 1", 12, 600, align="centre")
    x, y = 520, sheet.y + 60
    pen = sheet.pen
    pen.polygon(((x, y + 760), (x + 520, y + 380), (x + 560, y + 440), (x + 40, y + 820)), outline=INK, width=6)
    for step in range(1, 8):
        base = (x + 65 * step, y + 760 - 47.5 * step)
        pen.line((base[0], base[1], base[0] + 40, base[1] + 60), fill=INK, width=3)
    pen.rectangle((x + 600, y + 300, x + 800, y + 820), outline=INK, width=6)
    for row in range(5):
        for column in range(3):
            cx, cy = x + 640 + column * 60, y + 360 + row * 95
            pen.ellipse((cx - 22, cy - 22, cx + 22, cy + 22), outline=INK, width=4)
    pen.rectangle((x + 860, y + 120, x + 1400, y + 820), outline=INK, width=6)
    for tray in range(5):
        pen.line((x + 890, y + 230 + tray * 120, x + 1370, y + 230 + tray * 120), fill=INK, width=5)
    pen.ellipse((x + 1050, y - 40, x + 1210, y + 120), outline=INK, width=5)
    for turn in range(4):
        angle = turn * math.pi / 2 + 0.4
        pen.line((x + 1130, y + 40, x + 1130 + 70 * math.cos(angle), y + 40 + 70 * math.sin(angle)), fill=INK, width=8)
    for number, start, end in (
        ("1", (x + 250, y + 560), (x + 120, y + 380)),
        ("2", (x + 1400, y + 480), (x + 1500, y + 420)),
        ("3", (x + 700, y + 300), (x + 700, y + 180)),
        ("4", (x + 1210, y + 40), (x + 1330, y)),
    ):
        pen.line((*start, *end), fill=INK, width=3)
        pen.text(end, number, fill=INK, font=font(13, 600), anchor="rb" if number in "13" else "lb")


def patent_drawings(sheet: Paper) -> None:
    """A last sheet of the description, which holds another drawing and next to no words."""
    sheet.line("3", 12, align="centre")
    sheet.skip(30)
    x, y = 700, sheet.y
    pen = sheet.pen
    pen.rectangle((x, y, x + 1100, y + 1300), outline=INK, width=6)
    for row in range(8):
        for column in range(6):
            cx, cy = x + 150 + column * 160, y + 110 + row * 154
            pen.ellipse((cx - 54, cy - 54, cx + 54, cy + 54), outline=INK, width=5)
    for number, height in (("3", 190), ("5", 650), ("6", 1110)):
        pen.line((x + 1030, y + height, x + 1230, y + height - 60), fill=INK, width=3)
        pen.text((x + 1240, y + height - 60), number, fill=INK, font=font(13, 600), anchor="lm")
    sheet.y = y + 1400
    sheet.line("Hình 2", 12, 600, align="centre")
    sheet.skip(4)
    sheet.paragraph(
        "Hình 2 là hình cắt ngang bộ tích nhiệt (3) theo sáng chế, trong đó các ống (5) chứa vật liệu đổi pha được đặt "
        "so le trong vỏ cách nhiệt (6).",
        12,
        indent=100,
        gap=1.62,
    )


def patent_abstract(sheet: Paper) -> None:
    """The abstract."""
    sheet.title("BẢN TÓM TẮT SÁNG CHẾ", points=17)
    sheet.skip(4)
    sheet.field("Tên sáng chế:", "Thiết bị sấy nông sản bằng năng lượng mặt trời có bộ tích nhiệt")
    sheet.field("Chủ đơn:", DIRECTOR)
    sheet.skip(4)
    sheet.paragraph(
        "Sáng chế đề cập đến thiết bị sấy nông sản bằng năng lượng mặt trời bao gồm tấm thu nhiệt (1), buồng sấy (2), bộ "
        "tích nhiệt (3) chứa vật liệu đổi pha và quạt gió (4) chạy bằng pin mặt trời. Không khí được đốt nóng trong tấm "
        "thu nhiệt đi qua bộ tích nhiệt rồi mới vào buồng sấy, nhờ đó nhiệt độ trong buồng sấy được giữ ổn định từ 50 đến "
        "60 độ C trong ít nhất bốn giờ sau khi hết nắng. Thiết bị không cần nguồn điện bên ngoài, phù hợp với hộ gia đình "
        "và hợp tác xã.",
        12.5,
        indent=100,
        gap=1.75,
    )
    sheet.skip(10)
    sheet.signature(DIRECTOR, "CHỦ ĐƠN", PLACE)
