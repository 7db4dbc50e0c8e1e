"""Marks as a PDF: text that can be selected and searched, in embedded fonts with only the letters used."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from pikepdf import Dictionary, Name, Object, Page, Pdf, String

from kiosk_app.receipts.marks import Border, Fill, Letters, Line, Mark
from kiosk_app.receipts.truetype import TrueType, read
from kiosk_app.receipts.typesetting import Face

_POINTS_PER_MM: Final = 72 / 25.4
_ARC: Final = 0.5523  # a quarter of a circle as a Bézier curve


@dataclass(frozen=True)
class Sheet:
    """One page: its size in dots, and what is on it."""

    width: int
    height: int
    marks: tuple[Mark, ...]


def pdf(sheets: Sequence[Sheet], dots_per_mm: int, title: str, language: str, made: datetime) -> bytes:
    """A PDF of the sheets, sizes in dots of `dots_per_mm`. `language` is "vi" or "en"; `made` carries its zone.

    The same sheets give the same bytes.
    """
    file = Pdf.new()
    fonts: dict[Path, _Font] = {}
    points = _POINTS_PER_MM / dots_per_mm
    resources = file.make_indirect(Dictionary())
    for sheet in sheets:
        page = Dictionary(
            Type=Name.Page,
            MediaBox=[0, 0, round(sheet.width * points, 3), round(sheet.height * points, 3)],
            Resources=resources,
            Contents=file.make_stream(_content(sheet, points, fonts)),
        )
        file.pages.append(Page(file.make_indirect(page)))
    resources.Font = Dictionary({f"/{font.key}": font.embed(file) for font in fonts.values()})
    file.Root.Lang = String(language)
    file.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    stamp = made.strftime("%Y%m%d%H%M%S%z")
    file.docinfo = file.make_indirect(
        Dictionary(Title=String(title), CreationDate=String(f"D:{stamp[:-2]}'{stamp[-2:]}"), Producer=String("kiosk"))
    )
    out = BytesIO()
    file.save(out, deterministic_id=True, force_version="1.7")
    return out.getvalue()


@dataclass
class _Font:
    """A font of the document and the letters used of it."""

    key: str
    font: TrueType
    used: dict[int, str] = field(default_factory=dict)

    def code(self, text: str) -> str:
        glyphs = [self.font.glyph(letter) for letter in text]
        self.used.update(zip(glyphs, text, strict=True))
        return "<" + "".join(f"{glyph:04x}" for glyph in glyphs) + ">"

    def width(self, text: str) -> int:
        return sum(self.font.widths[self.font.glyph(letter)] for letter in text)

    def embed(self, file: Pdf) -> Object:
        """ISO 32000-1 9.7: a composite font whose codes are the glyphs' numbers, and the way back to Unicode."""
        data = self.font.only(set(self.used))
        name = Name(f"/{_tag(self.used)}+{self.font.name}")
        about = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=[*self.font.box],
            ItalicAngle=0,
            Ascent=self.font.ascent,
            Descent=self.font.descent,
            CapHeight=714,
            StemV=90,
            FontFile2=file.make_stream(data, Length1=len(data)),
        )
        widths: list[int | list[int]] = []
        for glyph in sorted(self.used):
            widths += [glyph, [self.font.widths[glyph]]]
        inner = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=file.make_indirect(about),
            CIDToGIDMap=Name.Identity,
            DW=600,
            W=widths,
        )
        return file.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=name,
                Encoding=Name("/Identity-H"),
                DescendantFonts=[file.make_indirect(inner)],
                ToUnicode=file.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        rows = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(self.used.items())]
        blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
        maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            f"{maps}\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
        ).encode("ascii")


def _words(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _tag(used: Iterable[int]) -> str:
    """Six capitals that tell one part of a font from another (ISO 32000-1 9.6.4)."""
    number = zlib.crc32(",".join(map(str, sorted(used))).encode())
    return "".join(chr(65 + number // 26**place % 26) for place in range(6))


def _content(sheet: Sheet, points: float, fonts: dict[Path, _Font]) -> bytes:
    """The page's operators; the origin is the upper left corner, in dots."""
    out = [f"{points:.6f} 0 0 {-points:.6f} 0 {sheet.height * points:.3f} cm"]
    for mark in sheet.marks:
        if isinstance(mark, Fill):
            out.append(f"{mark.x:g} {mark.y} {mark.width} {mark.height} re f")
        elif isinstance(mark, Border):
            out.append(_border(mark))
        elif isinstance(mark, Line):
            out.append(_text(_font(mark.face, fonts), mark, [*mark.face.words(mark.text)], " "))
        elif isinstance(mark, Letters):
            spoken = f"/Span<</ActualText{_words(mark.text)}>>BDC"
            out.append(f"{spoken}\n{_text(_font(mark.face, fonts), mark, [*mark.groups], '')}\nEMC")
    return "\n".join(out).encode("ascii")


def _font(face: Face, fonts: dict[Path, _Font]) -> _Font:
    return fonts.setdefault(face.file(), _Font(f"F{len(fonts) + 1}", read(face.file())))


def _text(font: _Font, mark: Line | Letters, parts: list[tuple[float, str]], between: str) -> str:
    """One line: the words at their places, with spaces between them for whoever copies it."""
    size, used, shown = mark.face.size, 0.0, []
    for number, (place, part) in enumerate(parts):
        text = between + part if number else part
        # In thousandths of the size, against the direction of writing.
        back = used - place * 1000 / size + (font.width(between) if number else 0)
        if round(back):
            shown.append(f"{back:.0f}")
        shown.append(font.code(text))
        used = place * 1000 / size + font.width(part)
    baseline = mark.y + mark.face.rise
    return f"BT /{font.key} {size} Tf 1 0 0 -1 {mark.x:.2f} {baseline} Tm [{''.join(shown)}] TJ ET"


def _border(mark: Border) -> str:
    """A line around the box, its outside on the box's edges."""
    half = mark.thick / 2
    left, top = mark.x + half, mark.y + half
    right, bottom = mark.x + mark.width - half, mark.y + mark.height - half
    r = max(0.0, mark.radius - half)
    c = r * (1 - _ARC)
    return (
        f"{mark.thick} w {left + r:.2f} {top:.2f} m {right - r:.2f} {top:.2f} l "
        f"{right - c:.2f} {top:.2f} {right:.2f} {top + c:.2f} {right:.2f} {top + r:.2f} c {right:.2f} {bottom - r:.2f} l "
        f"{right:.2f} {bottom - c:.2f} {right - c:.2f} {bottom:.2f} {right - r:.2f} {bottom:.2f} c "
        f"{left + r:.2f} {bottom:.2f} l "
        f"{left + c:.2f} {bottom:.2f} {left:.2f} {bottom - c:.2f} {left:.2f} {bottom - r:.2f} c {left:.2f} {top + r:.2f} l "
        f"{left:.2f} {top + c:.2f} {left + c:.2f} {top:.2f} {left + r:.2f} {top:.2f} c h S"
    )
