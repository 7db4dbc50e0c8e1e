"""Pages of the kinds that people bring: letters, tables, forms, certificates, figures, columns, a few words."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageDraw, ImageFont

ROOT: Final = Path(__file__).parents[2]
A4_MM: Final = (210.0, 297.0)
# The project's own face, and what the system has: pages are drawn with several.
FACES: Final = tuple(
    path
    for path in (
        ROOT / "assets/fonts/BeVietnamPro_400Regular.ttf",
        ROOT / "assets/fonts/BeVietnamPro_700Bold.ttf",
        *(
            Path("/usr/share/fonts/truetype") / name
            for name in (
                "dejavu/DejaVuSans.ttf",
                "dejavu/DejaVuSerif.ttf",
                "dejavu/DejaVuSerif-Bold.ttf",
                "dejavu/DejaVuSerif-Italic.ttf",
                "dejavu/DejaVuSansCondensed.ttf",
                "dejavu/DejaVuSerifCondensed.ttf",
                "noto/NotoSansMono-Regular.ttf",
            )
        ),
    )
    if path.is_file()
)
SENTENCES: Final = (
    "Căn cứ Luật Sở hữu trí tuệ số 50/2005/QH11 đã được sửa đổi, bổ sung năm 2009, 2019 và 2022;",
    "Người nộp đơn cam đoan những lời khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật.",
    "Hồ sơ gồm tờ khai theo mẫu, bản mô tả, bản tóm tắt và chứng từ nộp phí, lệ phí theo quy định.",
    "Đề nghị cơ quan có thẩm quyền xem xét, giải quyết trong thời hạn hai mươi ngày làm việc.",
    "Giấy ủy quyền này có hiệu lực kể từ ngày ký cho đến khi có văn bản thay thế hoặc hủy bỏ.",
    "Nhãn hiệu gồm phần chữ và phần hình, màu xanh dương và trắng, dùng cho nhóm 30 và nhóm 43.",
    "Bên nhận ủy quyền được thay mặt bên ủy quyền nộp hồ sơ, bổ sung giấy tờ và nhận kết quả.",
    "Thiết bị được kiểm định lần gần nhất tại phòng đo lường, kết quả đạt yêu cầu kỹ thuật.",
    "Mọi thay đổi về địa chỉ, số điện thoại phải được thông báo bằng văn bản trong mười ngày.",
    "Quyết định có hiệu lực thi hành kể từ ngày ký; các đơn vị liên quan chịu trách nhiệm thi hành.",
    "Tổ chức, cá nhân nộp hồ sơ trực tiếp tại Bộ phận Một cửa hoặc qua dịch vụ bưu chính công ích.",
    "Sản phẩm được chế biến từ ngũ cốc, không chứa chất bảo quản, đóng gói trong bao bì giấy.",
    "Sáng chế đề cập đến phương pháp xử lý nước thải bằng vật liệu lọc có nguồn gốc thực vật.",
    "Kính đề nghị Quý cơ quan hướng dẫn thủ tục gia hạn giấy phép sử dụng thiết bị bức xạ.",
)
LABELS: Final = (
    "Họ và tên",
    "Ngày sinh",
    "Số định danh",
    "Địa chỉ thường trú",
    "Điện thoại",
    "Thư điện tử",
    "Tên tổ chức",
    "Mã số thuế",
    "Người đại diện",
    "Chức vụ",
    "Nơi cấp",
    "Lý do đề nghị",
)
VALUES: Final = (
    "NGUYỄN VĂN THỬ NGHIỆM",
    "01/02/1990",
    "001090000001",
    "Số 1 đường Thử Nghiệm, phường Giả Định",
    "0900 000 000",
    "thu@vidu.vn",
    "Công ty TNHH Ví Dụ",
    "0100000001",
)
HEADING: Final = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
TITLES: Final = (
    "TỜ KHAI ĐĂNG KÝ NHÃN HIỆU",
    "GIẤY ỦY QUYỀN",
    "QUYẾT ĐỊNH",
    "BIÊN BẢN BÀN GIAO",
    "ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP",
    "GIẤY CHỨNG NHẬN",
)


@cache
def face(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    """A face at a height in pixels."""
    return ImageFont.truetype(str(path), pixels)


class Sheet:
    """An A4 page being drawn: `mm` pixels a millimetre, `y` in millimetres where the next line goes."""

    def __init__(self, chance: random.Random, dpi: int, size_mm: tuple[float, float] = A4_MM) -> None:
        self.chance = chance
        self.mm = dpi / 25.4
        self.size_mm = size_mm
        paper = chance.choice(((252, 252, 250), (246, 245, 240), (240, 238, 228), (255, 255, 255)))
        self.image = Image.new("RGB", (round(size_mm[0] * self.mm), round(size_mm[1] * self.mm)), paper)
        self.pen = ImageDraw.Draw(self.image)
        self.ink = chance.choice(((20, 20, 24), (45, 45, 50), (10, 10, 10)))
        self.faces = chance.sample(FACES, 2)
        self.points = chance.uniform(9.5, 14.0)
        self.left = chance.uniform(15, 30)
        self.right = size_mm[0] - chance.uniform(12, 22)
        self.bottom = size_mm[1] - chance.uniform(15, 30)
        self.y = chance.uniform(12, 28)

    def text(
        self,
        words: str,
        points: float | None = None,
        align: str = "left",
        box: tuple[float, float] | None = None,
        which: int = 0,
        colour: tuple[int, int, int] | None = None,
    ) -> float:
        """One line at `y`, in millimetres of `box`; gives its width and moves nothing."""
        font = face(self.faces[which], round((points or self.points) / 72 * 25.4 * self.mm))
        low, high = box or (self.left, self.right)
        width = font.getlength(words) / self.mm
        x = {"left": low, "right": high - width, "centre": (low + high - width) / 2}[align]
        self.pen.text((x * self.mm, self.y * self.mm), words, fill=colour or self.ink, font=font)
        return width

    def step(self, points: float | None = None, gap: float = 1.5) -> None:
        """Down by a line."""
        self.y += (points or self.points) / 72 * 25.4 * gap

    def paragraph(self, words: str, box: tuple[float, float] | None = None) -> None:
        """Words broken into lines."""
        low, high = box or (self.left, self.right)
        font = face(self.faces[0], round(self.points / 72 * 25.4 * self.mm))
        line = ""
        for word in words.split():
            longer = f"{line} {word}".strip()
            if font.getlength(longer) / self.mm > high - low and line:
                self.text(line, box=(low, high))
                self.step()
                line = word
            else:
                line = longer
            if self.y > self.bottom:
                return
        self.text(line, box=(low, high))
        self.step()

    def rule(self, x0: float, y0: float, x1: float, y1: float, width_mm: float = 0.3) -> None:
        """A line in millimetres."""
        mm = self.mm
        self.pen.line((x0 * mm, y0 * mm, x1 * mm, y1 * mm), fill=self.ink, width=max(1, round(width_mm * mm)))

    def heading(self) -> None:
        """What stands over every official paper."""
        self.text(HEADING[0], align="centre", which=1)
        self.step()
        width = self.text(HEADING[1], align="centre", which=1)
        self.step()
        middle = (self.left + self.right) / 2
        self.rule(middle - width / 2, self.y, middle + width / 2, self.y)
        self.step(gap=1)

    def title(self) -> None:
        """The paper's name."""
        self.text(self.chance.choice(TITLES), self.points * 1.35, "centre", which=1)
        self.step(self.points * 1.35, 1.8)

    def stamp(self, x: float, y: float, radius: float = 16) -> None:
        """A round red stamp."""
        mm, red = self.mm, (205, 50, 60)
        for part in (1.0, 0.72):
            r = radius * part
            box = ((x - r) * mm, (y - r) * mm, (x + r) * mm, (y + r) * mm)
            self.pen.ellipse(box, outline=red, width=max(1, round(0.7 * mm)))
        font = face(self.faces[0], round(3.2 * mm))
        self.pen.text((x * mm, y * mm), "SỞ THỬ NGHIỆM", fill=red, font=font, anchor="mm")

    def signature(self, x: float, y: float, colour: tuple[int, int, int] = (40, 60, 150)) -> None:
        """A pen's loops."""
        mm, chance = self.mm, self.chance
        points, dx, dy = [(x, y)], chance.uniform(1.0, 2.2), chance.uniform(3, 6)
        for turn in range(chance.randint(6, 12)):
            x += dx
            points.append((x, y + (dy if turn % 2 else -dy) * chance.uniform(0.2, 1)))
        self.pen.line(
            [(px * mm, py * mm) for px, py in points], fill=colour, width=max(1, round(0.45 * mm)), joint="curve"
        )


def letter(sheet: Sheet) -> None:
    """Heading, title, paragraphs, stamp and signature."""
    sheet.heading()
    sheet.title()
    for _ in range(sheet.chance.randint(4, 12)):
        if sheet.y > sheet.bottom - 55:
            break
        sheet.paragraph("    " + " ".join(sheet.chance.sample(SENTENCES, sheet.chance.randint(1, 4))))
    x = sheet.right - 35
    sheet.text("NGƯỜI KÝ", align="centre", box=(x - 25, x + 25), which=1)
    sheet.stamp(x - 10, sheet.y + 22)
    sheet.signature(x - 5, sheet.y + 22)


def dense(sheet: Sheet) -> None:
    """A page full of small print."""
    sheet.points = sheet.chance.uniform(8, 10)
    while sheet.y < sheet.bottom:
        sheet.paragraph(" ".join(sheet.chance.sample(SENTENCES, 4)))


def table(sheet: Sheet) -> None:
    """A ruled table of words and figures."""
    sheet.title()
    columns = sheet.chance.randint(3, 6)
    across = [sheet.left + (sheet.right - sheet.left) * part / columns for part in range(columns + 1)]
    top, height = sheet.y, sheet.points / 72 * 25.4 * sheet.chance.uniform(1.7, 2.6)
    rows = min(sheet.chance.randint(6, 24), int((sheet.bottom - top) / height))
    for row in range(rows + 1):
        sheet.rule(sheet.left, top + row * height, sheet.right, top + row * height)
    for x in across:
        sheet.rule(x, top, x, top + rows * height)
    for row in range(rows):
        sheet.y = top + row * height + height * 0.2
        for column in range(columns):
            words = _figure(sheet.chance) if column % 2 else sheet.chance.choice(LABELS)
            if row == 0:
                words = sheet.chance.choice(LABELS).upper()[:14]
            sheet.text(words[: int((across[1] - across[0]) / 2.3)], box=(across[column] + 1, across[column + 1]))


def figures(sheet: Sheet) -> None:
    """Columns of figures and nothing else."""
    columns = sheet.chance.randint(3, 6)
    ruled = sheet.chance.random() < 0.5
    while sheet.y < sheet.bottom:
        for column in range(columns):
            low = sheet.left + (sheet.right - sheet.left) * column / columns
            sheet.text(_figure(sheet.chance), align="right", box=(low, low + (sheet.right - sheet.left) / columns - 2))
        sheet.step(gap=1.6)
        if ruled:
            sheet.rule(sheet.left, sheet.y - 0.8, sheet.right, sheet.y - 0.8)


def _figure(chance: random.Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        return f"{chance.randint(1000, 99_999_999):,}".replace(",", ".")
    if kind == 1:
        return f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(1960, 2026)}"
    return f"{chance.uniform(0, 500):.2f}".replace(".", ",") if kind == 2 else str(chance.randint(10, 99999))


def form(sheet: Sheet) -> None:
    """Labels, dotted lines, answers in another face, boxes to tick."""
    sheet.heading()
    sheet.title()
    while sheet.y < sheet.bottom - 30:
        label = f"{sheet.chance.randint(1, 9)}. {sheet.chance.choice(LABELS)}:"
        width = sheet.text(label)
        start = sheet.left + width + 2
        if sheet.chance.random() < 0.25:
            for box in range(sheet.chance.randint(2, 12)):
                x, mm = start + box * 6, sheet.mm
                if x < sheet.right - 6:
                    outline = (x * mm, sheet.y * mm, (x + 5) * mm, (sheet.y + 5) * mm)
                    sheet.pen.rectangle(outline, outline=sheet.ink, width=max(1, round(0.25 * mm)))
        else:
            if sheet.chance.random() < 0.7:
                sheet.text(sheet.chance.choice(VALUES), box=(start + 2, sheet.right), which=1, colour=(30, 50, 140))
            base = sheet.y + sheet.points / 72 * 25.4 * 1.25
            for dot in range(int((sheet.right - start) / 1.3)):
                sheet.rule(start + dot * 1.3, base, start + dot * 1.3 + 0.35, base)
        sheet.step(gap=sheet.chance.uniform(1.8, 2.3))
    sheet.signature(sheet.right - 50, sheet.y + 10)


def certificate(sheet: Sheet) -> None:
    """An emblem, a frame, centred lines of several sizes."""
    mm, width = sheet.mm, sheet.size_mm[0]
    for off in (8, 10):
        box = (off * mm, off * mm, (width - off) * mm, (sheet.size_mm[1] - off) * mm)
        sheet.pen.rectangle(box, outline=(150, 110, 40), width=max(1, round(0.8 * mm)))
    sheet.y = 22
    x = width / 2
    sheet.pen.ellipse(((x - 14) * mm, 20 * mm, (x + 14) * mm, 48 * mm), fill=(200, 40, 40))
    sheet.pen.regular_polygon((x * mm, 33 * mm, 9 * mm), 5, fill=(250, 210, 60))
    sheet.y = 54
    sheet.heading()
    sheet.step()
    sheet.text("GIẤY CHỨNG NHẬN", sheet.points * 2.2, "centre", which=1, colour=(180, 30, 40))
    sheet.step(sheet.points * 2.2, 1.8)
    for _ in range(sheet.chance.randint(3, 7)):
        sheet.text(f"{sheet.chance.choice(LABELS)}: {sheet.chance.choice(VALUES)}", align="centre")
        sheet.step(gap=1.8)
    sheet.paragraph(sheet.chance.choice(SENTENCES), (35, width - 35))
    sheet.stamp(width - 60, min(sheet.y + 25, 265))


def capitals(sheet: Sheet) -> None:
    """Nothing but capitals."""
    sheet.heading()
    while sheet.y < sheet.bottom:
        sheet.paragraph(sheet.chance.choice(SENTENCES).upper())


def columns(sheet: Sheet) -> None:
    """Two columns of text."""
    sheet.title()
    top, middle = sheet.y, (sheet.left + sheet.right) / 2
    for low, high in ((sheet.left, middle - 4), (middle + 4, sheet.right)):
        sheet.y = top
        while sheet.y < sheet.bottom - sheet.chance.uniform(0, 40):
            sheet.paragraph(sheet.chance.choice(SENTENCES), (low, high))


def sparse(sheet: Sheet) -> None:
    """Three to six lines somewhere on the page."""
    sheet.y = sheet.chance.uniform(20, 200)
    for line in sheet.chance.sample(SENTENCES, sheet.chance.randint(3, 6)):
        sheet.text(line[: sheet.chance.randint(28, 60)])
        sheet.step(gap=2)


def landscape(sheet: Sheet) -> None:
    """A wide page: a title, a table, a closing line."""
    table(sheet)
    sheet.y = min(sheet.bottom, sheet.size_mm[1] - 20)
    sheet.text(sheet.chance.choice(SENTENCES)[:70])


LAYOUTS: Final = MappingProxyType[str, Callable[[Sheet], None]](
    {
        "letter": letter,
        "dense": dense,
        "table": table,
        "figures": figures,
        "form": form,
        "certificate": certificate,
        "capitals": capitals,
        "columns": columns,
        "sparse": sparse,
        "landscape": landscape,
    }
)


def page(kind: str, seed: int, dpi: int = 150) -> Image.Image:
    """A page of a kind; the same seed draws the same page."""
    size = (A4_MM[1], A4_MM[0]) if kind == "landscape" else A4_MM
    sheet = Sheet(random.Random(f"{kind}-{seed}"), dpi, size)
    LAYOUTS[kind](sheet)
    return sheet.image
