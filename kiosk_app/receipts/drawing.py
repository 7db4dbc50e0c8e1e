"""Draws a document: as a picture for the printer's roll, as a PDF, and as a picture for a screen.

Each function raises TemplateError for an unknown template and for values that it misses or does not take.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from kiosk_app.receipts import paint
from kiosk_app.receipts.document import Document
from kiosk_app.receipts.filling import fill, say
from kiosk_app.receipts.layout import Block, Rule, Space, Text
from kiosk_app.receipts.marks import Piece, below
from kiosk_app.receipts.scale import A4_MM, DOTS_PER_MM, Scale, roll, scale
from kiosk_app.receipts.specimens import specimen
from kiosk_app.receipts.template import TemplateError, checked
from kiosk_app.receipts.words import words

# In a PDF, letters stand on quarters of a printer's dot.
_FINE: Final = 4


def title(document: Document) -> str:
    """What the document is called. Raises TemplateError."""
    template = checked(document)
    return say(template, template.title, document.values, document.language)[0]


def lay(document: Document, dots: int, unit: int = 1) -> Piece:
    """The marks on a roll `dots` wide (576, 512 or 384), in `unit`ths of a dot. Raises ValueError for another width."""
    sizes = roll(dots, document.large, unit)
    template = checked(document)
    if "roll" not in template.papers:
        raise TemplateError(f"{document.name}: is not for a roll")
    blocks = [
        Space(4 * unit),
        *_banner(document, sizes),
        *fill(template, document.values, document.language, sizes),
    ]
    blocks += [*_foot(document, sizes), Space(8 * unit), *_banner(document, sizes)]
    inside = below(block.lay(dots * unit - 2 * sizes.margin) for block in blocks)
    return Piece(inside.height, inside.at(sizes.margin, 0))


def picture(document: Document, dots: int = 576) -> bytes:
    """A 1-bit PNG exactly `dots` wide. The same document gives the same bytes. Raises ValueError for another width."""
    piece = lay(document, dots)
    return paint.picture(piece.marks, dots, piece.height)


def rehearse() -> None:
    """Draws an example for nobody: the first drawing of a process looks for faces, templates and picture formats.

    Raises TemplateError.
    """
    picture(specimen("submission-slip"))


def screen(document: Document, dots: int = 576, unit: int = 1) -> bytes:
    """The roll in greys for a screen, as PNG, `unit` times `dots` wide. Raises ValueError for another width."""
    piece = lay(document, dots, unit)
    return paint.picture(piece.marks, dots * unit, piece.height, greys=True)


def pdf_roll(document: Document, dots: int = 576, made: datetime | None = None) -> bytes:
    """A PDF of one page as long as the slip. Raises ValueError for another width."""
    from kiosk_app.receipts import pdf as portable  # what prints pictures never loads its libraries

    piece = lay(document, dots, _FINE)
    sheet = portable.Sheet(dots * _FINE, piece.height, piece.marks)
    return portable.pdf([sheet], DOTS_PER_MM * _FINE, title(document), _language(document), made or datetime.now(UTC))


def pdf_a4(document: Document, made: datetime | None = None) -> bytes:
    """A PDF of as many pages A4 as it takes. Raises TemplateError for a document that is only for rolls."""
    if "a4" not in checked(document).papers:
        raise TemplateError(f"{document.name}: is not for A4")
    from kiosk_app.receipts import pdf as portable

    sheets = [portable.Sheet(*_a4_size(), page.marks) for page in a4_pages(document)]
    return portable.pdf(sheets, DOTS_PER_MM * _FINE, title(document), _language(document), made or datetime.now(UTC))


def _a4_size() -> tuple[int, int]:
    return A4_MM[0] * DOTS_PER_MM * _FINE, A4_MM[1] * DOTS_PER_MM * _FINE


def a4_pages(document: Document) -> list[Piece]:
    """The pages, each with what stands at its foot: form, nature of the paper, number of the page."""
    sizes = scale("a4", document.large, _FINE)
    width, height = _a4_size()
    inner = width - 2 * sizes.margin
    top = round(sizes.margin * 0.6)
    banner = [block.lay(inner) for block in _banner(document, sizes)]
    foot = [block.lay(inner) for block in _foot(document, sizes)]
    number = sizes.face("small")
    room = height - 2 * top - sum(piece.height for piece in (*banner, *foot)) - number.line - sizes.gap
    blocks = fill(checked(document), document.values, document.language, sizes)
    pages = _paginate([block.lay(inner) for block in blocks], room)
    tell = words("en" if document.language == "en" else "vi")
    made = []
    for count, body in enumerate(pages, 1):
        marks = list(below([*banner, body]).at(sizes.margin, top))
        closing: list[Piece] = list(foot)
        if len(pages) > 1:
            closing.append(Text(tell("page_of", page=count, pages=len(pages)), number, centred=True).lay(inner))
        ending = below(closing)
        marks += ending.at(sizes.margin, height - top - ending.height)
        made.append(Piece(height, tuple(marks)))
    return made


def _paginate(pieces: list[Piece], room: int) -> list[Piece]:
    """Pieces on pages: a heading, a rule or white never ends a page, and white begins none."""
    pages: list[list[Piece]] = [[]]
    used = 0
    for piece in pieces:
        if used + piece.height > room and pages[-1]:
            page = pages[-1]
            carried: list[Piece] = []
            while page and page[-1].joined and len(carried) < len(page):
                carried.insert(0, page.pop())
            while carried and not carried[0].marks:
                carried.pop(0)
            pages.append(carried)
            used = sum(item.height for item in carried)
        if not pages[-1] and not piece.marks:
            continue
        pages[-1].append(piece)
        used += piece.height
    return [below(page) for page in pages if any(piece.marks for piece in page)]


def _banner(document: Document, sizes: Scale) -> list[Block]:
    """What says that a specimen is one, at both ends: torn in two, each half still says so."""
    if not document.specimen:
        return []
    texts = [words(language)("specimen") for language in ("vi", "en")]
    if document.language == "en":
        texts.reverse()
    faces = (sizes.face("strong"), sizes.face("small"))
    lines: list[Block] = [Text(text, face, centred=True) for text, face in zip(texts, faces, strict=True)]
    white = Space(sizes.gap // 2)
    return [Rule(2 * sizes.unit), *lines, white, Rule(2 * sizes.unit), white]


def _foot(document: Document, sizes: Scale) -> list[Block]:
    """What the paper is and is not, and where its form is laid down."""
    template, small = checked(document), sizes.face("small")
    texts = [
        *say(template, template.nature, document.values, document.language),
        *say(template, template.legal, document.values, document.language),
    ]
    if not texts:
        return []
    lines: list[Block] = [Text(text, small, centred=not sizes.wide) for text in texts]
    return [Space(sizes.gap // 2), Rule(2 * sizes.unit), Space(sizes.gap // 4), *lines, Space(sizes.gap // 2)]


def _language(document: Document) -> str:
    return "en" if document.language == "en" else "vi"
