"""Checks what can be checked of a file that claims PDF/A-2b. No validator: an empty list is no certificate."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

import pikepdf

PDFAID: Final = "{http://www.aiim.org/pdfa/ns/id/}"
RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
# ISO 19005-2: 6.1.7 and 6.1.8 (filters), 6.5.1 (actions), 6.9 (files within the file)
BANNED_FILTERS: Final = frozenset({"/LZWDecode", "/Crypt"})
BANNED_ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition"}
)


def check_structure(data: bytes) -> list[str]:
    """What was found wrong, in technician's English; empty when the file holds to all that is looked at.

    Looked at: that it opens without repair, header, identifier, no encryption, XMP and its claim, output intent and
    profile, embedded fonts with matching widths and Unicode maps, pictures, no transparency, scripts or foreign files.
    """
    problems = list(_header(data))
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            problems += [f"syntax: {note}" for note in pdf.check_pdf_syntax()]
            problems += _document(pdf)
            problems += _metadata(pdf)
            problems += _output_intent(pdf)
            for number, page in enumerate(pdf.pages, 1):
                problems += (f"page {number}: {problem}" for problem in _page(page))
            problems += _objects(pdf)
    except pikepdf.PasswordError:
        problems.append("encrypted")
    except pikepdf.PdfError as error:
        problems.append(f"does not open: {type(error).__name__}")
    return problems


def _header(data: bytes) -> Iterator[str]:
    """6.1.2: version line at the very start, then a comment of four bytes above 127; Decree 30/2020: 1.4 or later."""
    match = re.match(rb"%PDF-1\.([0-9])[\r\n]+%([^\r\n]*)", data[:64])
    if match is None:
        yield "header: no version line at the start or no binary comment"
        return
    if not 4 <= int(match[1]) <= 7:
        yield f"header: version 1.{match[1].decode()}"
    if len(match[2]) < 4 or any(byte < 128 for byte in match[2][:4]):
        yield "header: binary comment"
    if not data.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "trailer: data after the end"


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "encrypted"
    if "/ID" not in pdf.trailer:
        yield "trailer: no identifier"
    for key in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties"):
        if key in pdf.Root:
            yield f"catalogue: {key}"
    if "/Names" in pdf.Root:
        for key in ("/EmbeddedFiles", "/JavaScript"):
            if key in pdf.Root.Names:
                yield f"catalogue: {key}"
    if len(pdf.pages) == 0:
        yield "no pages"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "metadata: none"
        return
    stream = pdf.Root.Metadata
    if "/Filter" in stream:
        yield "metadata: compressed"
    try:
        # the packet is our own or a colleague's, but may come from a file: no entities, no DTD
        text = stream.read_bytes()
        if b"<!" in text:
            yield "metadata: declarations"
            return
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        yield "metadata: not XML"
        return
    found = {element.tag: (element.text or "").strip() for element in root.iter()}
    for element in root.iter(f"{RDF}Description"):
        found.update(element.attrib)
    if found.get(f"{PDFAID}part") != "2" or found.get(f"{PDFAID}conformance") not in ("A", "B", "U"):
        yield "metadata: does not claim PDF/A-2"
    title = root.find(f".//{DC}title/{RDF}Alt/{RDF}li")
    if title is None or not (title.text or "").strip():
        yield "metadata: no title"
    elif "/Title" in pdf.docinfo and str(pdf.docinfo["/Title"]) != title.text:
        yield "metadata: titles differ"
    if f"{XMP}CreateDate" not in found:
        yield "metadata: no date"


def _output_intent(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [intent for intent in pdf.Root.get("/OutputIntents", []) if intent.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield f"output intent: {len(intents)}"
        return
    if "/DestOutputProfile" not in intents[0]:
        yield "output intent: no profile"
        return
    stream = intents[0].DestOutputProfile
    profile = stream.read_bytes()
    if profile[36:40] != b"acsp" or profile[16:20] != b"RGB " or profile[8] > 4 or stream.get("/N") != 3:
        yield "output intent: not an RGB profile of version 4 or less"


def _page(page: pikepdf.Page) -> Iterator[str]:
    if "/Group" in page.obj:
        yield "transparency group"
    if "/Annots" in page.obj:
        yield "annotations"
    if "/AA" in page.obj:
        yield "actions"
    used = {str(operands[0]) for operands, operator in _instructions(page) if str(operator) == "Tf"}
    fonts = page.resources.get("/Font", pikepdf.Dictionary())
    for name in sorted(used):
        if name not in fonts:
            yield f"font {name} is not in the resources"
        else:
            yield from (f"font {name}: {problem}" for problem in _font(fonts[name]))


def _instructions(page: pikepdf.Page) -> Iterator[tuple[list[pikepdf.Object], pikepdf.Operator]]:
    for instruction in pikepdf.parse_content_stream(page):
        if isinstance(instruction, pikepdf.ContentStreamInstruction):
            yield list(instruction.operands), instruction.operator


def _font(font: pikepdf.Object) -> Iterator[str]:
    """6.2.11: embedded, a composite TrueType font with a map to glyphs, widths as in the program, never glyph 0."""
    if font.get("/Subtype") != "/Type0":
        yield "not a composite font"
        return
    if "/ToUnicode" not in font:
        yield "no Unicode values"
    inner = font.DescendantFonts[0]
    descriptor = inner.get("/FontDescriptor")
    if descriptor is None or "/FontFile2" not in descriptor:
        yield "not embedded"
        return
    if "/CIDToGIDMap" not in inner:
        yield "no CIDToGIDMap"
        return
    tables = truetype_tables(descriptor.FontFile2.read_bytes())
    if not {b"head", b"hhea", b"hmtx", b"maxp", b"loca", b"glyf"} <= tables.keys():
        yield "font program: tables missing"
        return
    units = struct.unpack_from(">H", tables[b"head"], 18)[0]
    metrics = struct.unpack_from(">H", tables[b"hhea"], 34)[0]
    glyphs = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
    advances = [struct.unpack_from(">H", tables[b"hmtx"], 4 * index)[0] * 1000 / units for index in range(metrics)]
    if "/W" not in inner and any(abs(advance - float(inner.get("/DW", 1000))) > 1 for advance in advances[1:]):
        yield "widths differ from the font program"
    if inner.CIDToGIDMap != "/Identity":
        mapped = inner.CIDToGIDMap.read_bytes()
        if any(not 0 < glyph < glyphs for glyph in struct.unpack(f">{len(mapped) // 2}H", mapped)[1:]):
            yield "characters without a glyph"


def truetype_tables(program: bytes) -> dict[bytes, bytes]:
    """The tables of a TrueType file by tag; empty when it is none."""
    if len(program) < 12 or program[:4] != b"\0\1\0\0":
        return {}
    count = struct.unpack_from(">H", program, 4)[0]
    tables: dict[bytes, bytes] = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", program, 12 + 16 * index)
        tables[tag] = program[offset : offset + length]
    return tables


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What no object anywhere in the file may be."""
    for item in pdf.objects:
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        if isinstance(item, pikepdf.Stream):
            if "/F" in item:
                yield "a stream lies outside the file"
            filters = item.get("/Filter", pikepdf.Array())
            named = {str(filters)} if isinstance(filters, pikepdf.Name) else {str(one) for one in filters}
            yield from (f"filter {name}" for name in sorted(named & BANNED_FILTERS))
            if item.get("/Subtype") == "/Image":
                yield from _picture(item)
        if item.get("/Type") == "/ExtGState" and (item.get("/ca", 1) != 1 or item.get("/CA", 1) != 1):
            yield "transparent graphics state"
        if "/S" in item and str(item.get("/S")) in BANNED_ACTIONS:
            yield f"action {item.get('/S')}"
        if item.get("/Type") == "/Filespec" and "/EF" in item:
            yield "embedded file"


def _picture(item: pikepdf.Stream) -> Iterator[str]:
    if "/SMask" in item or "/Mask" in item:
        yield "picture with a mask"
    if item.get("/Interpolate", False):
        yield "picture with interpolation"
    if item.get("/ColorSpace") not in ("/DeviceRGB", "/DeviceGray"):
        yield f"picture in {item.get('/ColorSpace')}"
