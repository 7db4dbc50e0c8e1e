"""The submission slip, from its values to a 1-bit picture for the receipt printer."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from kiosk_app.receipts.layout import Block, Boxes, CodeLetters, Framed, QrCode, Row, Rule, Space, Text, paint
from kiosk_app.receipts.slip import SlipLanguage, SubmissionSlip
from kiosk_app.receipts.typesetting import Face
from kiosk_app.receipts.words import Words, words

WIDTHS: Final = (576, 512, 384)


@dataclass(frozen=True)
class _Scale:
    """Sizes in dots at 203 dpi for one width of paper; 8 dots are a millimetre."""

    margin: int
    title: Face
    centre: Face
    body: Face
    strong: Face
    small: Face
    label: Face
    code_largest: int
    code_smallest: int
    lookup: Face
    qr: int
    gap: int


def _scale(dots: int) -> _Scale:
    narrow = dots < 500
    return _Scale(
        margin=12 if narrow else 16,
        title=Face(30 if narrow else 38, 700),
        centre=Face(20 if narrow else 23, 600),
        body=Face(22 if narrow else 25, 500),
        strong=Face(22 if narrow else 25, 700),
        small=Face(18 if narrow else 20, 500),
        label=Face(18 if narrow else 20, 600),
        code_largest=44 if narrow else 56,
        code_smallest=24,
        lookup=Face(44 if narrow else 52, 700),
        qr=300 if narrow else 380,
        gap=12 if narrow else 16,
    )


def render(slip: SubmissionSlip, dots: int = 576) -> bytes:
    """The slip as a 1-bit PNG exactly `dots` wide (576, 512 or 384). The same slip gives the same bytes.

    Raises ValueError for another width.
    """
    if dots not in WIDTHS:
        raise ValueError(f"dots: {dots} is none of {', '.join(map(str, WIDTHS))}")
    scale = _scale(dots)
    page = _Page(slip, scale)
    picture = paint(page.blocks(), dots, scale.margin)
    file = BytesIO()
    picture.save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue()


class _Page:
    """The slip's blocks in reading order."""

    def __init__(self, slip: SubmissionSlip, scale: _Scale) -> None:
        self._slip = slip
        self._scale = scale
        both = slip.language is SlipLanguage.BOTH
        self._main: Words = words("en" if slip.language is SlipLanguage.EN else "vi")
        self._second: Words | None = words("en") if both else None
        self._blocks: list[Block] = []

    def blocks(self) -> list[Block]:
        """Everything, from the first row to the last."""
        self._head()
        self._codes()
        self._status()
        self._content()
        self._papers()
        self._to_bring()
        self._foot()
        return self._blocks

    # --- sections ---

    def _head(self) -> None:
        slip, scale = self._slip, self._scale
        self._space(4)
        self._add(Text(self._name(slip.centre_name, slip.centre_name_en), scale.centre, centred=True))
        if self._second and slip.centre_name_en:
            self._add(Text(slip.centre_name_en, scale.small, centred=True))
        self._space(scale.gap // 2)
        self._add(Rule(3))
        self._space(scale.gap)
        self._both("title", scale.title, scale.small, centred=True)
        self._space(scale.gap // 2)
        self._add(Text(self._main.time(slip.time), scale.small, centred=True))
        self._both("kiosk", scale.small, None, centred=True, kiosk=slip.kiosk_id)
        self._space(scale.gap)

    def _codes(self) -> None:
        slip, scale = self._slip, self._scale
        label = "dossier_code" if slip.dossier_code else "reference"
        inside: list[Block] = [
            Text(self._joined(label), scale.label, centred=True),
            Space(4),
            CodeLetters(slip.scan_text, scale.code_largest, scale.code_smallest),
        ]
        if slip.dossier_code and slip.lookup_code:
            inside += [
                Space(scale.gap),
                Text(self._joined("lookup_code"), scale.label, centred=True),
                Space(6),
                Boxes(slip.lookup_code, scale.lookup),
            ]
        self._add(Framed(tuple(inside)))
        self._add(QrCode(slip.scan_text, scale.qr))
        if not slip.dossier_code:
            self._both("reference_note", scale.small, scale.small, centred=True)
        else:
            self._both("scan_note", scale.small, scale.small, centred=True)
            if slip.lookup_code:
                self._both("lookup_note", scale.small, scale.small, centred=True)
        self._space(scale.gap)

    def _status(self) -> None:
        scale = self._scale
        status = "status_at_desk" if self._slip.at_desk else "status"
        inside: list[Block] = [Text(self._main(status), scale.strong)]
        if self._second:
            inside += [Space(6), Text(self._second(status), scale.small)]
        self._add(Framed(tuple(inside), border=2))
        self._space(scale.gap)

    def _content(self) -> None:
        slip, scale = self._slip, self._scale
        if slip.procedure_name:
            self._heading("procedure")
            self._add(Text(self._name(slip.procedure_name, slip.procedure_name_en), scale.strong))
            if self._second and slip.procedure_name_en:
                self._add(Text(slip.procedure_name_en, scale.small))
            if slip.procedure_code:
                self._both("procedure_code", scale.body, None, code=slip.procedure_code)
            self._space(scale.gap)
        if slip.masked_name:
            self._heading("applicant")
            self._add(Text(slip.masked_name, scale.strong))
            if slip.assurance:
                self._both(f"assurance_{slip.assurance}", scale.body, scale.small)
            self._space(scale.gap)

    def _papers(self) -> None:
        slip, scale = self._slip, self._scale
        if slip.components:
            self._heading("components")
            hang = "0" * len(str(len(slip.components))) + "."
            for number, component in enumerate(slip.components, 1):
                if number > 1:
                    self._space(4)
                    self._add(Rule(2, dotted=True))
                    self._space(4)
                name = self._name(component.name, component.name_en)
                under = component.name_en if self._second else ""
                pages = self._main.pages(component.pages)
                small = scale.small if under else None
                self._add(Row(name, pages, scale.body, scale.strong, f"{number}.", hang, under, small))
            self._space(6)
            self._add(Rule(2))
            self._space(6)
            total = sum(component.pages for component in slip.components)
            value = self._main("total_value", components=len(slip.components), pages=total)
            self._add(Row(self._main("total"), value, scale.strong, scale.strong))
            self._space(scale.gap)
        if slip.originals:
            inside: list[Block] = [
                Row(
                    self._main("originals"),
                    self._main("originals_value", count=slip.originals),
                    scale.strong,
                    scale.strong,
                ),
                Text(self._main("originals_note"), scale.body),
            ]
            if self._second:
                inside.append(Text(f"{self._second('originals')}: {slip.originals}", scale.small))
            self._add(Framed(tuple(inside), border=2))
            self._space(scale.gap)

    def _to_bring(self) -> None:
        slip, scale = self._slip, self._scale
        if not slip.at_desk:
            return
        inside: list[Block] = [Text(self._joined("at_desk"), scale.strong), Space(6)]
        for number, paper in enumerate(slip.at_desk, 1):
            name = self._name(paper.name, paper.name_en)
            under = paper.name_en if self._second else ""
            small = scale.small if under else None
            counts = self._main("at_desk_counts", originals=paper.originals, copies=paper.copies)
            inside += [
                Row(name, "", scale.body, scale.body, f"{number}.", "0.", under, small),
                Text(counts, scale.small),
            ]
        inside += [Space(6), Text(self._main("at_desk_note", centre=slip.centre_name), scale.body)]
        if self._second:
            centre = slip.centre_name_en or slip.centre_name
            inside.append(Text(self._second("at_desk_note", centre=centre), scale.small))
        self._add(Framed(tuple(inside), border=2))
        self._space(scale.gap)

    def _foot(self) -> None:
        slip, scale = self._slip, self._scale
        if slip.notes:
            self._heading("notes")
            for note in slip.notes:
                self._add(Row(note, "", scale.body, scale.body, mark="•"))
            self._space(scale.gap)
        self._add(Rule(3))
        self._space(scale.gap // 2)
        self._both("keep", scale.body, scale.small, centred=True)
        self._both("bye", scale.strong, scale.small, centred=True)
        self._space(8)

    # --- helpers ---

    def _add(self, block: Block) -> None:
        self._blocks.append(block)

    def _space(self, rows: int) -> None:
        self._add(Space(rows))

    def _name(self, vietnamese: str, english: str) -> str:
        return english if self._slip.language is SlipLanguage.EN and english else vietnamese

    def _joined(self, key: str) -> str:
        return f"{self._main(key)} / {self._second(key)}" if self._second else self._main(key)

    def _heading(self, key: str) -> None:
        self._add(Text(self._joined(key), self._scale.label))
        self._space(2)

    def _both(self, key: str, face: Face, second: Face | None, *, centred: bool = False, **values: object) -> None:
        self._add(Text(self._main(key, **values), face, centred))
        if self._second and second:
            self._add(Text(self._second(key, **values), second, centred))
