"""Sets a wording as sheets: where each line stands, how large, in which of the side's fonts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import ImageFont

from tests.papers.wordings import Prose, Wording, filled, prose

ROOT = Path(__file__).parents[2]
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
OWN = ROOT / "assets" / "fonts"
# regular and bold; no font is on both sides
FONTS = {
    "a": (
        (DEJAVU / "DejaVuSans.ttf", DEJAVU / "DejaVuSans-Bold.ttf"),
        (OWN / "print" / "NotoSansPrint_500Medium.ttf", OWN / "print" / "NotoSansPrint_700Bold.ttf"),
    ),
    "b": (
        (DEJAVU / "DejaVuSerif.ttf", DEJAVU / "DejaVuSerif-Bold.ttf"),
        (OWN / "BeVietnamPro_400Regular.ttf", OWN / "BeVietnamPro_700Bold.ttf"),
    ),
}
# What forms say is handed in with them.
ENCLOSED = (
    "Giấy ủy quyền",
    "Giấy chứng nhận đăng ký doanh nghiệp (bản sao)",
    "Biên lai nộp phí, lệ phí",
    "Bản sao căn cước",
    "Báo cáo đánh giá an toàn",
    "Điều lệ công ty",
    "Hợp đồng lao động",
    "Bản vẽ thiết kế",
)
PIXELS_PER_MM = 10
POINT_MM = 25.4 / 72


@dataclass(frozen=True)
class Run:
    """A line of text: left and top in millimetres, size in points, measured width and height in millimetres."""

    text: str
    x: float
    y: float
    points: float
    bold: bool
    w: float
    h: float


@dataclass(frozen=True)
class Box:
    """Something that is not text: `kind` is frame, rule, picture or strokes; millimetres."""

    kind: str
    x: float
    y: float
    w: float
    h: float


@dataclass
class Sheet:
    """One side of a sheet."""

    width: float = 210.0
    height: float = 297.0
    runs: list[Run] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    font: tuple[Path, Path] = (Path(), Path())
    blank: bool = False


@dataclass(frozen=True)
class Style:
    """How one paper is set."""

    font: tuple[Path, Path]
    body: float
    title: float
    leading: float
    left: float
    right: float
    top: float
    numbers: str
    header: str
    bold_title: bool
    under_agency: bool


@cache
def _font(path: Path, points: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), max(4, round(points * POINT_MM * PIXELS_PER_MM)))


def usable_fonts(side: str) -> tuple[tuple[Path, Path], ...]:
    """The side's fonts that this machine has; our own are always there."""
    return tuple(pair for pair in FONTS[side] if all(path.is_file() for path in pair))


class Setter:
    """Sets one paper, line under line, sheet after sheet."""

    def __init__(self, wording: Wording, side: str, rng: random.Random) -> None:
        self.wording, self.rng, self.filling = wording, rng, prose(side)
        self.style = _style(wording, side, rng)
        self.sheets: list[Sheet] = []
        self.y = 0.0
        self.item = 0

    def set(self) -> list[Sheet]:
        """The sheets of one copy of the paper."""
        count = self.rng.randint(self.wording.least, self.wording.most)
        match self.wording.genre:
            case "card":
                self._card()
            case "portrait":
                self._portrait()
            case "drawing":
                self._drawing(count)
            case "picture":
                self._pictures(count)
            case _:
                self._written(count)
        self._number()
        return self.sheets

    def _sheet(self, width: float = 210.0, height: float = 297.0) -> Sheet:
        sheet = Sheet(width, height, font=self.style.font)
        self.sheets.append(sheet)
        self.y = self.style.top
        return sheet

    def _put(self, text: str, x: float, y: float, points: float, bold: bool = False, centre: bool = False) -> Run:
        text = filled(text, self.rng)
        font = _font(self.style.font[bold], points)
        width, (_, top, _, bottom) = font.getlength(text) / PIXELS_PER_MM, font.getbbox(text or "x")
        run = Run(text, x - width / 2 if centre else x, y, points, bold, width, (bottom - top) / PIXELS_PER_MM)
        self.sheets[-1].runs.append(run)
        return run

    def _centred(self, text: str, points: float, bold: bool = False, gap: float = 1.35) -> None:
        self._put(text, self.sheets[-1].width / 2, self.y, points, bold, centre=True)
        self.y += points * POINT_MM * gap

    def _paragraph(self, text: str, points: float | None = None, bold: bool = False, indent: float = 0.0) -> None:
        points = points or self.style.body
        font = _font(self.style.font[bold], points)
        wide = (self.sheets[-1].width - self.style.left - self.style.right - indent) * PIXELS_PER_MM
        words, line = filled(text, self.rng).split(), ""
        for word in [*words, None]:
            longer = f"{line} {word}".strip() if word is not None else None
            if longer is not None and font.getlength(longer) <= wide:
                line = longer
                continue
            if line:
                if self.y > self.sheets[-1].height - 26:
                    return
                self._put(line, self.style.left + indent, self.y, points, bold)
                self.y += points * POINT_MM * self.style.leading
            line = word or ""
        self.y += 1.0

    def _full(self) -> bool:
        return self.y > self.sheets[-1].height - 34

    def _written(self, count: int) -> None:
        genre = self.wording.genre
        small = genre == "receipt" and self.rng.random() < 0.7
        self._sheet(*((210.0, 148.0) if small else (210.0, 297.0)))
        cover = genre == "report" and count > 2 and self.rng.random() < 0.35
        if cover:
            self._cover()
            self._sheet()
            count -= 1
            if self.rng.random() < 0.4:
                self._title()
        else:
            self._heading()
            self._title()
        own = list(self.wording.lines)
        # what is particular to the paper is spread over its pages
        share = max(2, -(-len(own) // count))
        for page in range(count):
            if page:
                self._sheet()
                self._running_header()
                self._inner_heading()
            last = page == count - 1
            for line in own[page * share :] if last else own[page * share : (page + 1) * share]:
                self._own(line)
            fill = self.rng.uniform(0.35, 0.7) if last else 1.0
            while not self._full() and self.y < self.sheets[-1].height * fill:
                self._filler()
            if last:
                if genre in ("form", "letter") and self.rng.random() < 0.35:
                    self._enclosures()
                self._signature()

    def _inner_heading(self) -> None:
        """Now and then a part of the paper has a heading of its own on top of a page, as a paper would."""
        if self.wording.genre in ("report", "rules", "contract", "table") and self.rng.random() < 0.15:
            for part in self.rng.choice(self.filling.headings).split("|"):
                self._centred(part, self.style.body + 1, True)
            self.y += 3

    def _enclosures(self) -> None:
        """Names of other papers, as forms list what is handed in with them."""
        self._paragraph(self.rng.choice(("Tài liệu kèm theo:", "Hồ sơ gồm có:", "Gửi kèm:")))
        for name in self.rng.sample(ENCLOSED, self.rng.randint(2, 4)):
            self._paragraph(f"- {name}")

    def _own(self, line: str) -> None:
        if " | " in line:
            self._row(line)
        elif self.wording.genre == "certificate" and self.rng.random() < 0.3:
            self._centred(line, self.style.body, gap=self.style.leading)
        elif self.wording.genre in ("form",) and not line[0].isdigit() and ":" in line:
            self.item += 1
            self._paragraph(f"{self.item}. {line}" if self.rng.random() < 0.6 else line)
        else:
            self._paragraph(line, bold=line.startswith(("Điều", "Chương", "Phần", "I. ", "II. ")))

    def _filler(self) -> None:
        filling, rng = self.filling, self.rng
        match self.wording.genre:
            case "form" | "receipt":
                self.item += 1
                number = f"{self.item}. " if rng.random() < 0.6 else ""
                self._paragraph(
                    number + rng.choice(filling.labels) + rng.choice(("", " .............................."))
                )
            case "certificate":
                self._paragraph(rng.choice(filling.labels) if rng.random() < 0.7 else rng.choice(filling.prose))
            case "table":
                for _ in range(rng.randint(2, 5)):
                    self._row(rng.choice(filling.rows))
            case "contract" | "rules":
                self.item += 1
                if rng.random() < 0.4:
                    own = [line for line in self.wording.lines if line.startswith("Điều")]
                    number = len(own) + self.item
                    self._paragraph(f"Điều {number}. Các nội dung khác", bold=True)
                self._paragraph(f"{rng.randint(1, 6)}. {rng.choice(filling.prose)}")
            case "english":
                self._paragraph(rng.choice(filling.english))
            case _:
                self._paragraph(" ".join(rng.sample(filling.prose, rng.randint(1, 3))))

    def _row(self, line: str) -> None:
        if self._full():
            return
        cells = [cell.strip() for cell in line.split("|")]
        wide = (self.sheets[-1].width - self.style.left - self.style.right) / len(cells)
        high = self.style.body * POINT_MM * 1.7
        for at, cell in enumerate(cells):
            x = self.style.left + at * wide
            self.sheets[-1].boxes.append(Box("frame", x, self.y, wide, high))
            if cell:
                self._put(cell, x + 1.5, self.y + 1.2, self.style.body * 0.9)
        self.y += high

    def _heading(self) -> None:
        genre, rng, sheet = self.wording.genre, self.rng, self.sheets[-1]
        if genre == "certificate" and rng.random() < 0.3:
            self._put(rng.choice(("BẢN SAO", "SAO Y BẢN CHÍNH")), self.style.left, self.style.top - 9, 11, True)
        if rng.random() < 0.07:
            # the copier cut it off
            return
        nation, motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
        if rng.random() < 0.35 and genre in ("form", "receipt"):
            form = rng.choice(("Mẫu số {}", "Phụ lục {}", "Mẫu {}/BM")).format(rng.randint(1, 12))
            self._put(form, sheet.width - self.style.right - 30, self.style.top - 8, self.style.body * 0.9)
        if genre in ("rules", "english", "table", "report") and rng.random() < 0.6:
            if rng.random() < 0.6:
                self._put("{o}" if genre != "english" else "EXAMPLE OFFICE", self.style.left, self.y, self.style.body)
                self.y += 9
            return
        size = self.style.body * 0.95
        if self.style.under_agency:
            left, right = sheet.width * 0.27, sheet.width * 0.7
            self._put(rng.choice(("{o}", "BỘ GIẢ ĐỊNH", "ỦY BAN THỬ NGHIỆM")), left, self.y, size * 0.9, True, True)
            self._put(nation, right, self.y, size * 0.85, True, True)
            self.y += size * POINT_MM * 1.4
            self._put(rng.choice(("Số: {n}", "Số: ...../...", "PHÒNG MẪU")), left, self.y, size * 0.9, False, True)
            self._put(motto, right, self.y, size * 0.9, True, True)
            self.y += size * POINT_MM * 1.6
            sheet.boxes.append(Box("rule", right - 22, self.y - 1.2, 44, 0.2))
            if rng.random() < 0.6:
                self._put("Giả Định, ngày 12 tháng 5 năm 2026", right, self.y + 1, size * 0.9, False, True)
        else:
            self._centred(nation, size, True)
            self._centred(rng.choice((motto, "Độc lập – Tự do – Hạnh phúc")), size, True)
        self.y += rng.uniform(7, 14)

    def _title(self) -> None:
        title = self.rng.choice(self.wording.titles)
        for at, part in enumerate(title.split("|")):
            capitals = part.upper() == part
            points = self.style.title if capitals and at < 2 else self.style.body
            self._centred(part, points, self.style.bold_title or capitals)
        self.y += self.rng.uniform(2, 7)

    def _cover(self) -> None:
        self.y = self.style.top
        self._centred("{o}", self.style.body + 1, True)
        self.y = self.sheets[-1].height * self.rng.uniform(0.32, 0.42)
        self._title()
        self.y = self.sheets[-1].height - 40
        self._centred("Giả Định, năm 2026", self.style.body)
        if self.rng.random() < 0.5:
            self.sheets[-1].boxes.append(Box("frame", 15, 15, 180, 267))

    def _running_header(self) -> None:
        if self.style.header:
            self._put(self.style.header, self.style.left, self.style.top - 9, self.style.body * 0.75)
            self.sheets[-1].boxes.append(Box("rule", self.style.left, self.style.top - 4.5, 150, 0.2))

    def _signature(self) -> None:
        genre, rng = self.wording.genre, self.rng
        if genre in ("table", "report", "rules") and rng.random() < 0.5:
            return
        self.y = min(self.y + 6, self.sheets[-1].height - 50)
        width = self.sheets[-1].width
        if genre == "contract":
            self._put("ĐẠI DIỆN BÊN A", width * 0.28, self.y, self.style.body, True, True)
            self._put("ĐẠI DIỆN BÊN B", width * 0.72, self.y, self.style.body, True, True)
            return
        sign = rng.choice(self.filling.signs) if genre != "english" else "Authorised officer"
        for part in sign.split("|"):
            self._put(part, width * 0.7, self.y, self.style.body, True, True)
            self.y += self.style.body * POINT_MM * 1.3
        if rng.random() < 0.6 and genre != "english":
            words = rng.choice(("(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)", "(ký và ghi rõ họ, tên)"))
            self._put(words, width * 0.7, self.y, self.style.body * 0.9, False, True)
        self.sheets[-1].boxes.append(Box("strokes", width * 0.62, self.y + 6, 36, 12))
        self._put("{p}", width * 0.7, self.y + 21, self.style.body, True, True)

    def _card(self) -> None:
        sheet = self._sheet()
        x, y = self.rng.uniform(20, 60), self.rng.uniform(25, 60)
        for side in range(2):
            sheet.boxes.append(Box("frame", x, y, 85.6, 54))
            if side == 0:
                self._put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", x + 50, y + 3, 6, True, True)
                self._put("Độc lập - Tự do - Hạnh phúc", x + 50, y + 6, 5.5, False, True)
                for at, part in enumerate(self.rng.choice(self.wording.titles).split("|")):
                    self._put(part, x + 50, y + 11 + 4 * at, 8 if at == 0 else 6, True, True)
                for at, line in enumerate(self.wording.lines):
                    self._put(line[:46], x + 27, y + 20 + 5 * at, 5.5)
                sheet.boxes.append(Box("picture", x + 3, y + 22, 20, 26))
            else:
                self._put("Ngày, tháng, năm / Date, month, year: {d}", x + 25, y + 8, 5.5)
                self._put("BỘ CÔNG AN / MINISTRY OF PUBLIC SECURITY", x + 25, y + 14, 5.5, True)
                self._put("IDVNM0000000000<<<<<<<<<<<<<<<", x + 5, y + 40, 7)
            y += 54 + self.rng.uniform(8, 30)

    def _portrait(self) -> None:
        if self.rng.random() < 0.5:
            sheet = self._sheet(40, 60)
            sheet.boxes.append(Box("picture", 2, 2, 36, 56))
        else:
            sheet = self._sheet()
            for at in range(self.rng.randint(1, 3)):
                sheet.boxes.append(Box("picture", 30 + 40 * at, 40, 30, 40))

    def _drawing(self, count: int) -> None:
        for page in range(count):
            sheet = self._sheet(297, 210)
            sheet.boxes += [Box("frame", 10, 10, 277, 190), Box("strokes", 40, 45, 200, 110)]
            title = self.rng.choice(self.wording.titles)
            at_top = self.rng.random() < 0.6
            self.y = 14 if at_top else 168
            for part in title.split("|"):
                self._put(part, 148 if at_top else 235, self.y, self.style.title if at_top else 11, True, True)
                self.y += 7
            y = 178.0
            for line in self.wording.lines:
                self._put(line, 200 if not at_top else 20, y, 8)
                y += 4.2
            for _ in range(12):
                value = str(self.rng.randint(100, 9000))
                self._put(value, self.rng.uniform(40, 230), self.rng.uniform(48, 150), 7)
            del page

    def _pictures(self, count: int) -> None:
        lines = list(self.wording.lines)
        share = max(1, -(-len(lines) // count))
        for page in range(count):
            sheet = self._sheet()
            if page == 0:
                self._title()
            for line in lines[page * share : (page + 1) * share]:
                if self.y < 200:
                    high = self.rng.uniform(30, 60)
                    sheet.boxes.append(Box("picture", 65, self.y, 80, high))
                    self.y += high + 3
                self._centred(line, self.style.body)
                self.y += 3

    def _number(self) -> None:
        total = len(self.sheets)
        if total == 1 or self.style.numbers == "none":
            return
        for at, sheet in enumerate(self.sheets, start=1):
            if at == 1 and self.style.numbers in ("plain", "top"):
                continue
            text = {"of": f"Trang {at}/{total}", "dashes": f"- {at} -"}.get(self.style.numbers, str(at))
            y = 10 if self.style.numbers == "top" else sheet.height - 15
            font = _font(self.style.font[0], 10)
            width = font.getlength(text) / PIXELS_PER_MM
            sheet.runs.append(Run(text, sheet.width / 2 - width / 2, y, 10, False, width, 2.6))


def _style(wording: Wording, side: str, rng: random.Random) -> Style:
    body = rng.choice((11.0, 12.0, 12.5, 13.0)) if side == "a" else rng.choice((10.5, 11.5, 12.0, 13.5))
    certificate = wording.genre == "certificate"
    return Style(
        font=rng.choice(usable_fonts(side)),
        body=body,
        title=body + rng.uniform(4, 8) if certificate else body + rng.choice((0.5, 1.5, 3.0)),
        leading=rng.uniform(1.35, 1.75),
        left=rng.uniform(22, 34),
        right=rng.uniform(13, 22),
        top=rng.uniform(17, 26),
        numbers=rng.choice(("none", "plain", "of", "dashes", "top") if side == "b" else ("none", "plain", "of")),
        header=filled(rng.choice(("", "", "", "{o}", "Tài liệu của {o}")), rng),
        bold_title=rng.random() < 0.85,
        under_agency=wording.genre in ("letter", "certificate", "receipt") or rng.random() < 0.25,
    )


def set_paper(wording: Wording, side: str, rng: random.Random) -> list[Sheet]:
    """The sheets of one copy of the paper, in a style of its own."""
    return Setter(wording, side, rng).set()


def blank_back(front: Sheet) -> Sheet:
    """The empty back of a sheet."""
    return Sheet(front.width, front.height, font=front.font, blank=True)


def filling(side: str) -> Prose:
    """The sentences that fill the side's pages."""
    return prose(side)


def text_of(sheets: Sequence[Sheet]) -> str:
    """All text of the sheets, for looking at."""
    return "\n".join(run.text for sheet in sheets for run in sheet.runs)
