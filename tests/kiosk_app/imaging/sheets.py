"""Draws the sheets of paper that the imaging tests scan; every person on them is fictional."""

from __future__ import annotations

import io
import random
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

ROOT = Path(__file__).parents[3]
A4_MM = (210, 297)
BED = (28, 29, 31)

LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập – Tự do – Hạnh phúc",
    "TỜ KHAI ĐĂNG KÝ NHÃN HIỆU",
    "Kính gửi: Cục Sở hữu trí tuệ",
    "Tên người nộp đơn: NGUYỄN VĂN THỬ NGHIỆM",
    "Địa chỉ: Số 1 đường Thử Nghiệm, phường Giả Định",
    "Mẫu nhãn hiệu gồm chữ và hình, màu xanh và trắng.",
    "Nhóm hàng hóa, dịch vụ mang nhãn hiệu: chè, cà phê,",
    "bánh kẹo và các sản phẩm chế biến từ ngũ cốc.",
    "Người nộp đơn cam đoan những lời khai trên đây là",
    "đúng sự thật và chịu trách nhiệm trước pháp luật.",
    "Giấy ủy quyền kèm theo gồm hai trang bằng tiếng Việt.",
    "Phí và lệ phí đã nộp theo biên lai kèm theo hồ sơ này.",
    "Quyết định giải quyết được trả qua dịch vụ bưu chính.",
    "Ngày nộp hồ sơ do Bộ phận Một cửa ghi khi tiếp nhận.",
)


def font_file() -> Path | None:
    """A font with Vietnamese letters: the project's own, else the one the system gives."""
    for own in sorted((ROOT / "assets" / "fonts").rglob("*Regular.ttf")):
        return own
    try:
        found = subprocess.run(
            ["fc-match", "-f", "%{file}", "sans:lang=vi"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(found) if found.endswith((".ttf", ".otf")) else None


FONT = font_file()


def font(points: float, dpi: int) -> ImageFont.FreeTypeFont:
    """The test font at a printed size."""
    assert FONT is not None
    return ImageFont.truetype(str(FONT), round(points / 72 * dpi))


def paper(
    dpi: int = 200, size_mm: tuple[int, int] = A4_MM, colour: tuple[int, int, int] = (248, 247, 243)
) -> Image.Image:
    """An empty sheet."""
    return Image.new("RGB", (round(size_mm[0] / 25.4 * dpi), round(size_mm[1] / 25.4 * dpi)), colour)


def letter(dpi: int = 200, lines: tuple[str, ...] = LINES, points: float = 13) -> Image.Image:
    """A typical page: title, lines of text, a red stamp and a blue signature."""
    return _letter(dpi, lines, points).copy()


@cache
def _letter(dpi: int, lines: tuple[str, ...], points: float) -> Image.Image:
    page = paper(dpi)
    draw = ImageDraw.Draw(page)
    mm = dpi / 25.4
    face = font(points, dpi)
    y = 22 * mm
    for line in lines:
        draw.text((25 * mm, y), line, fill=(25, 25, 30), font=face)
        y += points / 72 * dpi * 1.75
    stamp(draw, 60 * mm, 240 * mm, mm)
    signature(draw, 140 * mm, 240 * mm, mm)
    return page


def stamp(draw: ImageDraw.ImageDraw, x: float, y: float, mm: float, strength: int = 190) -> None:
    """A round red stamp of 30 mm."""
    red = (255 - strength // 8, 255 - strength, 255 - strength)
    draw.ellipse((x, y, x + 30 * mm, y + 30 * mm), outline=red, width=max(2, round(0.8 * mm)))
    draw.ellipse((x + 4 * mm, y + 4 * mm, x + 26 * mm, y + 26 * mm), outline=red, width=max(1, round(0.5 * mm)))


def signature(
    draw: ImageDraw.ImageDraw, x: float, y: float, mm: float, colour: tuple[int, int, int] = (40, 60, 150)
) -> None:
    """A small pen stroke of 15 mm by 5 mm."""
    points = [
        (x + t * 0.5 * mm, y + 2.5 * mm + 2.4 * mm * np.sin(t * 0.9) * np.cos(t * 0.31))
        for t in np.linspace(0, 30, 120)
    ]
    draw.line(points, fill=colour, width=max(1, round(0.4 * mm)), joint="curve")


def noisy(page: Image.Image, sigma: float = 5.0, seed: int = 7) -> Image.Image:
    """The grain of a scanner."""
    rng = np.random.default_rng(seed)
    grain = np.round(rng.standard_normal((page.height, page.width, 1), dtype=np.float32) * sigma).astype(np.int16)
    return Image.fromarray(np.clip(np.asarray(page).astype(np.int16) + grain, 0, 255).astype(np.uint8))


def on_bed(
    page: Image.Image, angle: float, bed: tuple[int, int, int] = BED, margin: float = 0.06, grain: float = 4.0
) -> Image.Image:
    """The sheet turned counter-clockwise by `angle` degrees on a bed larger than itself."""
    turned = page.convert("RGBA").rotate(angle, resample=Image.Resampling.BICUBIC, expand=True)
    border = round(max(turned.size) * margin)
    scan = Image.new("RGB", (turned.width + 2 * border, turned.height + 2 * border), bed)
    scan.paste(turned, (border, border), turned)
    return noisy(scan, grain) if grain else scan


def show_through(page: Image.Image, strength: float = 0.14) -> Image.Image:
    """The back of a printed sheet: its front shines through, mirrored and blurred."""
    back = page.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(2.5))
    return Image.blend(paper_like(page), back, strength)


def paper_like(page: Image.Image) -> Image.Image:
    """An empty sheet of the same size."""
    return Image.new("RGB", page.size, (248, 247, 243))


def specks(page: Image.Image, count: int = 40, dpi: int = 200, seed: int = 3) -> Image.Image:
    """Dust of up to 0.5 mm."""
    chance = random.Random(seed)
    draw = ImageDraw.Draw(page)
    for _ in range(count):
        x, y, r = chance.uniform(0, page.width), chance.uniform(0, page.height), chance.uniform(0.05, 0.25) / 25.4 * dpi
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(70, 70, 70))
    return page


def png(page: Image.Image, dpi: int = 200) -> bytes:
    """The sheet as a scanner's file."""
    out = io.BytesIO()
    page.save(out, "PNG", compress_level=1, dpi=(dpi, dpi))
    return out.getvalue()


@cache
def scanned_letter() -> bytes:
    """The typical page at 300 dpi, 3 degrees askew on a dark bed, as a scanner's file."""
    return png(on_bed(letter(300, lines=LINES), 3), 300)
