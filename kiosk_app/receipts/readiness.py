"""The technician's slip: what was tested, and how it ended, as a 1-bit picture for the receipt printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from kiosk_app.receipts.layout import Block, Row, Rule, Space, Text, paint
from kiosk_app.receipts.render import WIDTHS
from kiosk_app.receipts.typesetting import Face
from kiosk_app.receipts.words import words


@dataclass(frozen=True)
class ReadinessSlip:
    """What the slip says; `groups` are (title, lines), a line being (test, passed, code or seconds).

    `mark` is the beginning of the signature under the same report's file.
    """

    kiosk_id: str
    version: str
    time: datetime
    passed: bool
    groups: tuple[tuple[str, tuple[tuple[str, bool, str], ...]], ...]
    language: str = "vi"
    mark: str = ""


def render_readiness(slip: ReadinessSlip, dots: int = 576) -> bytes:
    """The slip as a PNG exactly `dots` wide (576, 512 or 384). Raises ValueError for another width."""
    if dots not in WIDTHS:
        raise ValueError(f"dots: {dots} is none of {', '.join(map(str, WIDTHS))}")
    say = words(slip.language)
    title, body, strong, small = Face(36, 700), Face(24, 500), Face(26, 700), Face(20, 500)
    verdict = say("readiness_passed" if slip.passed else "readiness_failed")
    blocks: list[Block] = [
        Space(4),
        Text(say("readiness_title"), title, centred=True),
        Text(say.time(slip.time), small, centred=True),
        Text(say("readiness_machine", kiosk=slip.kiosk_id, version=slip.version), small, centred=True),
        Space(10),
        Rule(3),
        Space(10),
        Text(verdict, title, centred=True),
        Space(10),
    ]
    for name, lines in slip.groups:
        blocks += [Rule(2, dotted=True), Space(8), Text(name, strong)]
        for test, passed, words_after in lines:
            blocks.append(Row(test, words_after, body, strong, mark="+" if passed else "×", hang="×"))
        blocks.append(Space(8))
    blocks.append(Rule(3))
    if slip.mark:
        blocks += [Space(8), Text(say("readiness_mark", mark=slip.mark), small, centred=True)]
    blocks.append(Space(40))
    picture = paint(blocks, dots, 12 if dots < 500 else 16)
    file = BytesIO()
    picture.save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue()
