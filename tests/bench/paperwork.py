"""Draws A4 papers of which every word and its place are known; every person and firm on them is fictional."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT: Final = Path(__file__).resolve().parents[2]
DPI: Final = 300
MM: Final = DPI / 25.4
A4: Final = (2480, 3508)
BED: Final = (30, 31, 33)
DEJAVU: Final = Path("/usr/share/fonts/truetype/dejavu")
OWN: Final = ROOT / "assets" / "fonts"
# A face's files for ordinary and for bold type.
FACES: Final = {
    "serif": (DEJAVU / "DejaVuSerif.ttf", DEJAVU / "DejaVuSerif-Bold.ttf"),
    "serif condensed": (DEJAVU / "DejaVuSerifCondensed.ttf", DEJAVU / "DejaVuSerifCondensed-Bold.ttf"),
    "sans": (DEJAVU / "DejaVuSans.ttf", DEJAVU / "DejaVuSans-Bold.ttf"),
    "sans condensed": (DEJAVU / "DejaVuSansCondensed.ttf", DEJAVU / "DejaVuSansCondensed-Bold.ttf"),
    "grotesque": (OWN / "BeVietnamPro_400Regular.ttf", OWN / "BeVietnamPro_700Bold.ttf"),
    "humanist": (OWN / "print" / "NotoSansPrint_500Medium.ttf", OWN / "print" / "NotoSansPrint_700Bold.ttf"),
}
SENTENCES: Final = (
    "Người nộp hồ sơ cam đoan những lời khai trên đây là đúng sự thật và hoàn toàn chịu trách nhiệm trước pháp luật.",
    "Căn cứ quy định hiện hành, cơ quan tiếp nhận thông báo kết quả trong thời hạn mười lăm ngày làm việc.",
    "Bên được ủy quyền thay mặt bên ủy quyền nộp hồ sơ, sửa đổi, bổ sung và nhận kết quả giải quyết.",
    "Doanh nghiệp đã nộp đủ phí thẩm định theo biên lai kèm theo và đề nghị xem xét theo quy định.",
    "Trường hợp hồ sơ chưa hợp lệ, đề nghị cơ quan hướng dẫn bằng văn bản để tổ chức hoàn thiện.",
    "Địa điểm sản xuất có hệ thống xử lý nước thải, kho nguyên liệu và khu vực đóng gói riêng biệt.",
    "Kết quả kiểm nghiệm cho thấy các chỉ tiêu đều nằm trong giới hạn cho phép của quy chuẩn kỹ thuật.",
    "Hai bên thống nhất giá trị hợp đồng, tiến độ thanh toán và trách nhiệm bảo hành như các điều khoản dưới đây.",
    "Giấy ủy quyền này có hiệu lực kể từ ngày ký cho đến khi công việc được giải quyết xong.",
    "Thiết bị được lắp đặt đúng thiết kế, vận hành thử ổn định và bàn giao kèm tài liệu hướng dẫn sử dụng.",
    "Chúng tôi xin gửi kèm bản sao giấy chứng nhận đăng ký doanh nghiệp và danh sách cán bộ kỹ thuật.",
    "Quyết định này có hiệu lực kể từ ngày ký; các phòng, ban có liên quan chịu trách nhiệm thi hành.",
    "Nhãn hiệu gồm phần chữ và phần hình được trình bày màu xanh lá cây trên nền trắng, không yêu cầu bảo hộ riêng.",
    "Hội đồng đã nghe báo cáo, thảo luận từng nội dung và biểu quyết thông qua với đa số phiếu tán thành.",
    "Sản phẩm được bảo quản nơi khô ráo, thoáng mát, tránh ánh nắng trực tiếp và xa nguồn nhiệt.",
    "Cơ sở đáp ứng điều kiện về phòng cháy, chữa cháy, vệ sinh môi trường và an toàn lao động.",
    "Kinh phí thực hiện được lấy từ nguồn vốn tự có và nguồn vốn vay của ngân hàng thương mại.",
    "Người học hoàn thành chương trình đào tạo ba năm, xếp loại tốt nghiệp khá, hình thức chính quy.",
)
LABELS: Final = (
    "Họ và tên người nộp", "Số căn cước", "Địa chỉ liên hệ", "Điện thoại", "Tên tổ chức", "Mã số doanh nghiệp",
    "Ngày cấp", "Nơi cấp", "Người đại diện", "Chức vụ", "Số tài khoản", "Thời hạn đề nghị", "Lĩnh vực", "Số lượng bản",
)  # fmt: skip
FAMILIES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLES: Final = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Quang", "Thu", "Đức", "Giả", "Thử")
GIVEN: Final = ("Mẫu", "Nghiệm", "Thử", "Định", "Hòa", "Lụa", "Khánh", "Quyên", "Sửu", "Thắm", "Vượng", "Yến", "Đạt")
STREETS: Final = ("Thử Nghiệm", "Giả Định", "Mẫu Đơn", "Hư Cấu", "Ví Dụ", "Tưởng Tượng")
TITLES: Final = (
    "ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP", "TỜ KHAI ĐĂNG KÝ NHÃN HIỆU", "GIẤY ỦY QUYỀN", "BÁO CÁO KẾT QUẢ THỰC HIỆN",
    "HỢP ĐỒNG DỊCH VỤ KỸ THUẬT", "BIÊN BẢN HỌP HỘI ĐỒNG", "QUYẾT ĐỊNH PHÊ DUYỆT", "THUYẾT MINH DỰ ÁN ĐẦU TƯ",
    "DANH SÁCH CÁN BỘ KỸ THUẬT", "VĂN BẢN ĐỒNG Ý CỦA CHỦ SỞ HỮU", "PHIẾU ĐĂNG KÝ DỰ THI", "GIẤY XÁC NHẬN CÔNG TÁC",
)  # fmt: skip


@dataclass(frozen=True)
class TrueWord:
    """A printed word and the box of its ink in millimetres from the sheet's top left corner."""

    text: str
    x: float
    y: float
    w: float
    h: float


@dataclass
class Sheet:
    """A drawn sheet at 300 dpi and what stands on it, word by word in reading order."""

    image: Image.Image
    words: list[TrueWord] = field(default_factory=list)
    y: float = 20.0

    @property
    def text(self) -> str:
        """All words, one space between them."""
        return " ".join(word.text for word in self.words)


def faces_here() -> tuple[str, ...]:
    """The faces whose files this machine has."""
    return tuple(name for name, files in FACES.items() if all(file.is_file() for file in files))


@cache
def typeface(name: str, points: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A face at a printed size."""
    return ImageFont.truetype(str(FACES[name][bold]), round(points * DPI / 72))


@cache
def _procedures() -> tuple[str, ...]:
    """Names of real procedures: words that no sentence above has."""
    told = json.loads((ROOT / "assets" / "catalogue" / "procedures.json").read_text("utf-8"))
    rows = told["procedures"] if isinstance(told, dict) else told
    return tuple(sorted(str(row["name_vi"]) for row in rows if len(str(row["name_vi"])) > 20))


def person(chance: random.Random) -> str:
    """A name that nobody bears."""
    return f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"


def value(chance: random.Random) -> str:
    """What people write after a label."""
    return chance.choice(
        (
            person(chance),
            f"Số {chance.randint(1, 199)} đường {chance.choice(STREETS)}, phường {chance.choice(STREETS)}",
            f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(1960, 2026)}",
            "".join(str(chance.randint(0, 9)) for _ in range(chance.choice((9, 10, 12)))),
            f"Công ty TNHH {chance.choice(GIVEN)} {chance.choice(STREETS)}",
        )
    )


def typeset(sheet: Sheet, text: str, face: ImageFont.FreeTypeFont, *, left: float = 30, right: float = 195,
            centred: bool = False, spacing: float = 1.55, ink: tuple[int, int, int] = (26, 26, 30)) -> None:  # fmt: skip
    """Sets text at the sheet's height in millimetres, broken between words, and moves the height on."""
    pen = ImageDraw.Draw(sheet.image)
    space = face.getlength(" ")
    line: list[str] = []
    used = 0.0
    room = (right - left) * MM
    for word in [*text.split(), None]:
        width = face.getlength(word) if word is not None else 0.0
        if word is None or (line and used + space + width > room):
            x = left * MM + ((room - used) / 2 if centred else 0.0)
            _line(sheet, pen, line, x, face, ink)
            sheet.y += face.size * spacing / MM
            line, used = [], 0.0
        if word is not None:
            used += width + (space if line else 0.0)
            line.append(word)


def _line(sheet: Sheet, pen: ImageDraw.ImageDraw, line: Sequence[str], x: float, face: ImageFont.FreeTypeFont,
          ink: tuple[int, int, int]) -> None:  # fmt: skip
    for word in line:
        place = (x, sheet.y * MM)
        pen.text(place, word, fill=ink, font=face)
        left, top, right, bottom = pen.textbbox(place, word, font=face)
        sheet.words.append(TrueWord(word, left / MM, top / MM, (right - left) / MM, (bottom - top) / MM))
        x += face.getlength(word) + face.getlength(" ")


def paper(seed: int, *, face: str = "serif", points: float = 12.0, stamp_over_text: bool = True,
          rows: int = 6, until: float = 240.0) -> Sheet:  # fmt: skip
    """A form or letter: heading, title, filled-in rows, paragraphs down to `until` mm, signature and red stamp."""
    chance = random.Random(f"paper {seed}")
    sheet = Sheet(Image.new("RGB", A4, (250, 249, 245)))
    plain, bold = typeface(face, points), typeface(face, points, True)
    typeset(sheet, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold, centred=True)
    typeset(sheet, "Độc lập - Tự do - Hạnh phúc", bold, centred=True)
    sheet.y += 6
    typeset(sheet, chance.choice(TITLES), typeface(face, points * 1.25, True), centred=True)
    sheet.y += 3
    for label in chance.sample(LABELS, rows):
        typeset(sheet, f"{label}: {value(chance)}", plain)
    sheet.y += 2
    while sheet.y < until:
        told = chance.sample(SENTENCES, 2)
        typeset(sheet, f"{told[0]} {chance.choice(_procedures())}. {told[1]}", plain)
        sheet.y += 2
    under = sheet.y
    typeset(sheet, "NGƯỜI LÀM ĐƠN", bold, left=120, right=190, centred=True)
    sheet.y += 16
    typeset(sheet, person(chance), bold, left=120, right=190, centred=True)
    scribble(sheet.image, chance, 140, under + 10)
    stamp(sheet.image, 122, under - 8 if stamp_over_text else under + 6, chance)
    return sheet


def scribble(image: Image.Image, chance: random.Random, x: float, y: float, ink: tuple[int, int, int] = (28, 52, 150),
             reach: float = 30.0) -> None:  # fmt: skip
    """A signature by pen, never twice the same."""
    turns, lean = chance.uniform(0.6, 1.3), chance.uniform(0.2, 0.5)
    points = [
        ((x + t * reach / 30) * MM, (y + 4 * np.sin(t * turns) * np.cos(t * lean) + chance.uniform(-0.15, 0.15)) * MM)
        for t in np.linspace(0, 30, 160)
    ]
    ImageDraw.Draw(image).line(points, fill=ink, width=round(0.45 * MM), joint="curve")


def stamp(image: Image.Image, x: float, y: float, chance: random.Random, across: float = 32.0) -> None:
    """A round red stamp as ink lies over print: what is black stays black."""
    side = round(across * MM)
    seal = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(seal)
    red = (chance.randint(196, 222), chance.randint(24, 60), chance.randint(40, 72))
    pen.ellipse((4, 4, side - 5, side - 5), outline=red, width=round(0.9 * MM))
    pen.ellipse((5 * MM, 5 * MM, side - 5 * MM, side - 5 * MM), outline=red, width=round(0.5 * MM))
    face = typeface(faces_here()[0], 9, True)
    for row, word in enumerate(("CÔNG TY", "VÍ DỤ", str(chance.randint(100, 999)))):
        pen.text((side / 2, side / 2 + (row - 1) * 4 * MM), word, fill=red, font=face, anchor="mm")
    seal = seal.rotate(chance.uniform(-25, 25), resample=Image.Resampling.BICUBIC, fillcolor="white")
    corner = (round(x * MM), round(y * MM))
    under = image.crop((*corner, corner[0] + side, corner[1] + side))
    over = np.minimum(np.asarray(under), np.asarray(seal))
    image.paste(Image.fromarray(over), corner)


def fade(image: Image.Image, strength: float) -> Image.Image:
    """Print that has paled: `strength` 0 to 1 of the way to the paper."""
    return Image.blend(image, Image.new("RGB", image.size, (247, 244, 234)), strength)


def wear(image: Image.Image, seed: int, *, fading: float = 0.35, specks: int = 500, blur: float = 0.8) -> Image.Image:
    """A paper that has been about: paled, copied once too softly, speckled, yellowed unevenly, and creased."""
    chance = np.random.default_rng(seed)
    pixels = np.asarray(fade(image, fading)).astype(np.float32)
    if blur:
        pixels = cv2.GaussianBlur(pixels, (0, 0), blur)
    height, width = pixels.shape[:2]
    # the light falls unevenly, and paper yellows from its edges
    slope = np.linspace(0.9, 1.0, width, dtype=np.float32)[None, :, None]
    pixels *= slope if chance.random() < 0.5 else slope[:, ::-1]
    pixels *= np.array([1.0, 0.99, 0.95], np.float32)
    crease = int(height * chance.uniform(0.3, 0.7))
    pixels[crease - 2 : crease + 2] *= 0.88
    worn = np.clip(pixels, 0, 255).astype(np.uint8)
    for _ in range(specks):
        x, y, r = int(chance.integers(width)), int(chance.integers(height)), float(chance.uniform(0.4, 2.2))
        shade = int(chance.integers(60, 160))
        cv2.circle(worn, (x, y), max(1, round(r)), (shade, shade, shade), -1)
    # toner that has flaked off
    for _ in range(specks):
        x, y = int(chance.integers(width)), int(chance.integers(height))
        cv2.circle(worn, (x, y), 1, (236, 232, 222), -1)
    return Image.fromarray(worn)


def scanned(image: Image.Image, angle: float, seed: int, *, dpi: int = DPI, grain: float = 4.0, margin_mm: float = 6.0,
            bed: tuple[int, int, int] = BED) -> Image.Image:  # fmt: skip
    """The sheet turned counter-clockwise on the scanner's bed, with the sensor's noise of a seed."""
    pixels = np.asarray(image)
    scale = dpi / DPI
    height, width = pixels.shape[:2]
    border = margin_mm * dpi / 25.4
    cosine, sine = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
    across = round((width * cosine + height * sine) * scale + 2 * border)
    down = round((width * sine + height * cosine) * scale + 2 * border)
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    turn[:, 2] += ((across - width) / 2, (down - height) / 2)
    lying = cv2.warpAffine(pixels, turn, (across, down), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
                           borderMode=cv2.BORDER_CONSTANT, borderValue=bed)  # fmt: skip
    rng = np.random.default_rng(seed)
    noise = (rng.standard_normal((down, across, 3), dtype=np.float32) * grain).astype(np.int16)
    return Image.fromarray(np.clip(lying.astype(np.int16) + noise, 0, 255).astype(np.uint8))
