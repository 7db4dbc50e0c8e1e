"""Binds the pages of one component into one file that claims PDF/A-2b, with the text under the picture."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from kiosk_app.imaging import glyphless, xmp
from kiosk_app.imaging.errors import SETUP, UNREADABLE, ImagingError
from kiosk_app.imaging.lines import lines
from kiosk_app.imaging.values import ComponentPdf, Page, PdfFacts, Word

POINTS_PER_INCH: Final = 72
# Where distributions keep the sRGB profile (Debian: icc-profiles-free).
PROFILES: Final = (
    "/usr/share/color/icc/sRGB.icc",
    "/usr/share/color/icc/colord/sRGB.icc",
    "/usr/share/color/icc/ghostscript/srgb.icc",
)


def build_pdf(pages: Sequence[Page], facts: PdfFacts) -> ComponentPdf:
    """One file of these pages in this order, the same bytes for the same pages and facts.

    The JPEG of a page is carried over untouched. Raises ImagingError IMG-SETUP without a colour profile, IMG-UNREADABLE
    for a page that is no colour JPEG; ValueError without pages or with a time that has no zone.
    """
    if not pages:
        raise ValueError("a file needs a page")
    characters = sorted({character for page in pages for word in page.words for character in word.text} | {" "})
    codes = {character: code for code, character in enumerate(characters, 1)}
    with pikepdf.new() as pdf:
        font = _font(pdf, characters)
        for page in pages:
            _add_page(pdf, page, font, codes)
        _describe(pdf, facts)
        out = io.BytesIO()
        pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            preserve_pdfa=True,
        )
    data = out.getvalue()
    return ComponentPdf(len(pages), len(data), hashlib.sha256(data).hexdigest(), data)


def colour_profile() -> bytes:
    """The sRGB profile of the system. Raises ImagingError IMG-SETUP."""
    for path in PROFILES:
        try:
            data = Path(path).read_bytes()
        except OSError:
            continue
        if data[36:40] == b"acsp" and data[16:20] == b"RGB ":
            return data
    raise ImagingError(SETUP, "no sRGB colour profile (icc-profiles-free)")


def _add_page(pdf: pikepdf.Pdf, page: Page, font: pikepdf.Object, codes: dict[str, int]) -> None:
    with Image.open(io.BytesIO(page.jpeg), formats=("JPEG",)) as header:
        if header.mode != "RGB" or header.size != (page.width, page.height):
            raise ImagingError(UNREADABLE, f"page {page.index}: {header.mode} {header.size}")
    picture = Stream(pdf, page.jpeg)
    picture.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=page.width,
        Height=page.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    # true size: 100 % scale means that a pixel is 1/dpi of an inch
    unit = POINTS_PER_INCH / page.dpi
    across, down = page.width * unit, page.height * unit
    resources = Dictionary(XObject=Dictionary(Im=pdf.make_indirect(picture)))
    content = f"q {_number(across)} 0 0 {_number(down)} 0 0 cm /Im Do Q\n".encode("ascii")
    if page.words:
        resources.Font = Dictionary(F=font)
        content += _text_layer(page.words, codes, unit, down)
    pdf.pages.append(
        pikepdf.Page(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, round(across, 3), round(down, 3)]),
                Resources=resources,
                Contents=pdf.make_indirect(Stream(pdf, content)),
            )
        )
    )


def _text_layer(words: Sequence[Word], codes: dict[str, int], unit: float, height: float) -> bytes:
    """Every word over its own box in render mode 3 (not painted); the words of a line share size and baseline."""
    out = ["BT 3 Tr"]
    for line in lines(words):
        size = _median([word.h for word in line]) * unit
        bottom = _median([word.y + word.h for word in line]) * unit
        size = max(size, 1.0)
        # the boxes reach from accents to descenders, the font from 0.8 above to 0.2 below the baseline
        baseline = height - bottom + 0.2 * size
        out.append(f"/F {_number(size)} Tf")
        for word, following in zip(line, [*line[1:], None], strict=True):
            out.append(_shown(word.text, word.x * unit, word.w * unit, baseline, size, codes))
            # a real space between two words, as wide as the gap: readers that do not measure gaps find it too
            if following is not None and following.x > word.x + word.w:
                gap = (following.x - word.x - word.w) * unit
                out.append(_shown(" ", (word.x + word.w) * unit, gap, baseline, size, codes))
    out.append("ET\n")
    return "\n".join(out).encode("ascii")


def _shown(text: str, x: float, width: float, y: float, size: float, codes: dict[str, int]) -> str:
    """Characters stretched over exactly `width` points."""
    natural = glyphless.ADVANCE / glyphless.UNITS_PER_EM * size * len(text)
    hexed = "".join(f"{codes[character]:04X}" for character in text)
    return f"{_number(max(0.1, 100 * width / natural))} Tz 1 0 0 1 {_number(x)} {_number(y)} Tm <{hexed}> Tj"


def _median(values: Sequence[int]) -> float:
    ordered = sorted(values)
    return float(ordered[len(ordered) // 2])


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _font(pdf: pikepdf.Pdf, characters: Sequence[str]) -> pikepdf.Object:
    """The glyphless font as a composite font: Identity-H codes, each with its Unicode value."""
    program = Stream(pdf, glyphless.font_file())
    program.stream_dict.Length1 = len(glyphless.font_file())
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{glyphless.FONT_NAME}"),
        Flags=4,
        FontBBox=Array([0, glyphless.DESCENT, glyphless.ADVANCE, glyphless.ASCENT]),
        ItalicAngle=0,
        Ascent=glyphless.ASCENT,
        Descent=glyphless.DESCENT,
        CapHeight=700,
        StemV=80,
        FontFile2=pdf.make_indirect(program),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(f"/{glyphless.FONT_NAME}"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        CIDToGIDMap=pdf.make_indirect(Stream(pdf, glyphless.cid_to_gid(len(characters)))),
        DW=glyphless.ADVANCE,
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(f"/{glyphless.FONT_NAME}"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, glyphless.to_unicode(characters))),
        )
    )


def _describe(pdf: pikepdf.Pdf, facts: PdfFacts) -> None:
    profile = Stream(pdf, colour_profile())
    profile.stream_dict.N = 3
    packet = Stream(pdf, xmp.packet(facts))
    packet.stream_dict.Type = Name.Metadata
    packet.stream_dict.Subtype = Name.XML
    root = pdf.Root
    root.Metadata = pdf.make_indirect(packet)
    root.Lang = String("vi-VN")
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name("/GTS_PDFA1"),
                OutputConditionIdentifier=String("sRGB"),
                RegistryName=String("http://www.color.org"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=pdf.make_indirect(profile),
            )
        ]
    )
    stamp = xmp.pdf_time(facts.created)
    pdf.docinfo["/Title"] = String(facts.title)
    pdf.docinfo["/Creator"] = String(xmp.PRODUCER)
    pdf.docinfo["/Producer"] = String(xmp.PRODUCER)
    pdf.docinfo["/CreationDate"] = String(stamp)
    pdf.docinfo["/ModDate"] = String(stamp)
