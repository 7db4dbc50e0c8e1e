"""Binds the pages of one component into one file that claims PDF/A-2b, with the text under the picture."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PIL import Image

from kiosk_app.imaging import glyphless, xmp
from kiosk_app.imaging.errors import SETUP, UNREADABLE, ImagingError
from kiosk_app.imaging.lines import lines
from kiosk_app.imaging.pdfout import PdfWriter, Sink, refs, text
from kiosk_app.imaging.values import ComponentPdf, Page, PdfFacts, Word

POINTS_PER_INCH: Final = 72
# The output intent's RGB profile defines grey, too (ISO 19005-2, 6.2.4.3).
SPACES: Final = MappingProxyType({"RGB": "/DeviceRGB", "L": "/DeviceGray"})
# Where distributions keep the sRGB profile (Debian: icc-profiles-free).
PROFILES: Final = (
    "/usr/share/color/icc/sRGB.icc",
    "/usr/share/color/icc/colord/sRGB.icc",
    "/usr/share/color/icc/ghostscript/srgb.icc",
)


def build_pdf(pages: Sequence[Page], facts: PdfFacts) -> ComponentPdf:
    """One file of these pages in this order, the same bytes for the same pages and facts.

    A page's JPEG or fax rows are carried over untouched. Raises ImagingError IMG-SETUP without a colour profile,
    IMG-UNREADABLE for a page that is no JPEG in colour or grey; ValueError without pages or with a time that has no zone.
    """
    out = io.BytesIO()
    size, sha256 = write_pdf(pages, letters_of(word.text for page in pages for word in page.words), facts, out.write)
    return ComponentPdf(len(pages), size, sha256, out.getvalue())


def letters_of(words: Iterable[str]) -> tuple[str, ...]:
    """The characters that the text layer needs, in order."""
    return tuple(sorted({character for word in words for character in word} | {" "}))


def write_pdf(pages: Iterable[Page], letters: Sequence[str], facts: PdfFacts, sink: Sink) -> tuple[int, str]:
    """`build_pdf` page by page into `sink`: only the page at hand is in memory. `letters` are those of all pages.

    Returns size and SHA-256. Raises as `build_pdf`; what was written by then is no file.
    """
    codes = {character: code for code, character in enumerate(letters, 1)}
    packet, profile = xmp.packet(facts), colour_profile()
    out = PdfWriter(sink)
    tree, font = out.reserve(), out.reserve()
    numbers: list[int] = []
    read = False
    for page in pages:
        numbers.append(_add_page(out, page, tree, font, codes))
        read = read or bool(page.words)
    if not numbers:
        raise ValueError("a file needs a page")
    _add_font(out, letters, font, used=read)
    out.put(f"<< /Type /Pages /Kids {refs(numbers)} /Count {len(numbers)} >>", tree)
    sha256 = out.end(*_describe(out, tree, facts, packet, profile))
    return out.size, sha256


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


def _add_page(out: PdfWriter, page: Page, tree: int, font: int, codes: dict[str, int]) -> int:
    picture = out.put_stream(
        f"/Type /XObject /Subtype /Image /Width {page.width} /Height {page.height} {_coding(page)}",
        page.fax or page.jpeg,
        squeezed=False,
    )
    # true size: 100 % scale means that a pixel is 1/dpi of an inch
    unit = POINTS_PER_INCH / page.dpi
    across, down = page.width * unit, page.height * unit
    content = f"q {_number(across)} 0 0 {_number(down)} 0 0 cm /Im Do Q\n".encode("ascii")
    if page.words:
        content += _text_layer(page.words, codes, unit, down)
    shown = out.put_stream("", content)
    fonts = f" /Font << /F {font} 0 R >>" if page.words else ""
    return out.put(
        f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {_number(across)} {_number(down)}] "
        f"/Resources << /XObject << /Im {picture} 0 R >>{fonts} >> /Contents {shown} 0 R >>"
    )


def _coding(page: Page) -> str:
    """The entries that tell how the page's picture is stored. Raises ImagingError IMG-UNREADABLE."""
    if page.fax:
        return (
            "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
            f"/DecodeParms << /K -1 /Columns {page.width} /Rows {page.height} >>"
        )
    with Image.open(io.BytesIO(page.jpeg), formats=("JPEG",)) as header:
        if header.mode not in SPACES or header.size != (page.width, page.height):
            raise ImagingError(UNREADABLE, f"page {page.index}: {header.mode} {header.size}")
        return f"/ColorSpace {SPACES[header.mode]} /BitsPerComponent 8 /Filter /DCTDecode"


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


def _shown(word: str, x: float, width: float, y: float, size: float, codes: dict[str, int]) -> str:
    """Characters stretched over exactly `width` points."""
    natural = glyphless.ADVANCE / glyphless.UNITS_PER_EM * size * len(word)
    hexed = "".join(f"{codes[character]:04X}" for character in word)
    return f"{_number(max(0.1, 100 * width / natural))} Tz 1 0 0 1 {_number(x)} {_number(y)} Tm <{hexed}> Tj"


def _median(values: Sequence[int]) -> float:
    ordered = sorted(values)
    return float(ordered[len(ordered) // 2])


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _add_font(out: PdfWriter, letters: Sequence[str], number: int, *, used: bool) -> None:
    """The glyphless font as a composite font: Identity-H codes, each with its Unicode value; nothing where no word is."""
    if not used:
        out.put("null", number)
        return
    name = glyphless.FONT_NAME
    program = out.put_stream(f"/Length1 {len(glyphless.font_file())}", glyphless.font_file())
    descriptor = out.put(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /ItalicAngle 0 /CapHeight 700 /StemV 80 "
        f"/FontBBox [0 {glyphless.DESCENT} {glyphless.ADVANCE} {glyphless.ASCENT}] "
        f"/Ascent {glyphless.ASCENT} /Descent {glyphless.DESCENT} /FontFile2 {program} 0 R >>"
    )
    glyphs = out.put_stream("", glyphless.cid_to_gid(len(letters)))
    descendant = out.put(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap {glyphs} 0 R "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/DW {glyphless.ADVANCE} /FontDescriptor {descriptor} 0 R >>"
    )
    unicode_map = out.put_stream("", glyphless.to_unicode(letters))
    out.put(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [{descendant} 0 R] /ToUnicode {unicode_map} 0 R >>",
        number,
    )


def _describe(out: PdfWriter, tree: int, facts: PdfFacts, packet: bytes, profile: bytes) -> tuple[int, int]:
    """What the file says of itself; the numbers of its catalogue and its information dictionary."""
    # ISO 19005-2, 6.6.2.1: the packet is not compressed, so that it is found without reading PDF
    metadata = out.put_stream("/Type /Metadata /Subtype /XML", packet, squeezed=False)
    colours = out.put_stream("/N 3", profile)
    root = out.put(
        f"<< /Type /Catalog /Pages {tree} 0 R /Metadata {metadata} 0 R /Lang {text('vi-VN')} "
        f"/ViewerPreferences << /DisplayDocTitle true >> "
        f"/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) "
        f"/RegistryName (http://www.color.org) /Info (sRGB IEC61966-2.1) /DestOutputProfile {colours} 0 R >>] >>"
    )
    stamp = text(xmp.pdf_time(facts.created))
    info = out.put(
        f"<< /Title {text(facts.title)} /Creator {text(xmp.PRODUCER)} /Producer {text(xmp.PRODUCER)} "
        f"/CreationDate {stamp} /ModDate {stamp} >>"
    )
    return root, info
