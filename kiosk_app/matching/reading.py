"""A page as it is understood before any paper is thought of: its heading, its titles, its number, its look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from kiosk_app.matching.kinds import PaperKinds, Phrase
from kiosk_app.matching.letters import fold, tokens
from kiosk_app.matching.values import StackPage, TextLine

_NATION: Final = ("cong", "hoa", "xa", "hoi", "chu", "nghia", "viet", "nam")
_MOTTO: Final = ("doc", "lap", "tu", "do", "hanh", "phuc")
# What stands alone on a line or in capitals without being a title.
_NOT_TITLE = re.compile(
    r"kinh gui|so ?:|so [0-9]|ngay [0-9]|noi nhan|tm\b|kt\b|tl\b|tuq\b|can cu\b|page\b|trang\b"
    r"|nguoi (?:khai|lam don|de nghi|viet|lap|nop|uy quyen|duoc)\b|dai dien|(?:tong |pho )?giam doc"
    r"|hieu truong|thu truong|chu tich|bo truong|cuc truong|truong phong"
)
_CHAPTER = re.compile(r"(?:chuong|phan|muc|dieu|section|chapter|annex)\s+(?:so\s+)?[0-9ivxlc]{1,5}\b")
_NUMBERED = re.compile(r"(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)/]|[ivxlc]{1,5}[.)])\s")
_BULLET = re.compile(r"[-–•+*]\s")
_FORM_NUMBER = re.compile(r"(?:mau|bieu mau|phu luc)\s+(?:so\s*)?[0-9ivxlc]{1,5}[a-z]?\b|\bban hanh kem theo\b")
_ANNEX = re.compile(r"phu luc(?:\s+(?:so\s+)?[0-9ivxlca-d]{1,4})?\b")
# Small grey print at the edge: its a is read for an o now and then, «Trong 2/2».
_PAGE: Final = r"(?:tr[a-z]ng|page)"
_OF = re.compile(rf"(?:{_PAGE}|to)?\s*[-–|]?\s*([0-9]{{1,3}})\s*(?:/|of|tren)\s*([0-9]{{1,3}})\s*[-–|]?")
_OF_WITHIN = re.compile(rf"{_PAGE}\s*([0-9]{{1,3}})\s*(?:/|of)\s*([0-9]{{1,3}})")
_ALONE = re.compile(rf"(?:{_PAGE}|to)?\s*[-–|.]?\s*([0-9]{{1,3}})\s*[-–|.]?")
_ALONE_WITHIN = re.compile(rf"\b{_PAGE}\s+([0-9]{{1,3}})\s*$")
_SIGNED = re.compile(
    r"ky[, ]+(?:va )?(?:ghi ro )?(?:ho|dong dau|ten)|ghi ro ho|nguoi (?:khai|lam don|de nghi|viet don|lap|nop|uy quyen)\b"
    r"|^\s*(?:tm|kt|tl|tuq)\s*[.,]|noi nhan|thu truong don vi|(?:tong )?giam doc\s*$|dai dien (?:ben|to chuc|doanh nghiep)"
    r"|hieu truong\s*$|chu tich\s*$|nguoi dai dien theo phap luat\s*$|authori[sz]ed signature"
)
_SENTENCE_ENDS: Final = (".", ":", ";", "!", "?", "/.", "./.")
_ARTICLE = re.compile(r"dieu\s+([0-9]{1,3})\b|^([0-9]{1,2})\.\s")


@dataclass(frozen=True)
class Title:
    """What may be the name of the paper: its words put right, how much it looks like one (0-1), where it stands.

    Lines that stand together are one `block`; a title made of some of them begins with the `line`-th line of the page,
    `top` millimetres from its upper edge.
    """

    words: Phrase = field(repr=False)
    strength: float
    block: int
    line: int
    top: float


@dataclass(frozen=True)
class Understood:
    """A page with what was understood of it. `words` are all its words, folded and put right."""

    page: StackPage
    words: Phrase = field(repr=False)
    titles: tuple[Title, ...] = field(repr=False)
    national: bool
    form_number: bool
    annex: bool
    number: int | None
    of: int | None
    signed: bool
    runs_on: bool
    breaks_off: bool
    letter_height: float
    left: float
    first: Phrase = field(repr=False)
    last: Phrase = field(repr=False)
    articles: tuple[int, ...]
    covered: float

    @property
    def pictorial(self) -> bool:
        """Whether the page has so little text that it must be looked at rather than read."""
        return sum(len(word) for word in self.words) < 60


def understand(page: StackPage, kinds: PaperKinds) -> Understood:
    """What can be said of the page by itself."""
    lines = sorted(page.lines, key=lambda line: (round(line.y), line.x))
    folded = [fold(line.text) for line in lines]
    national = next((i for i, text in enumerate(folded[:14]) if _speaks(text, _NATION, 5)), None)
    motto = next((i for i, text in enumerate(folded[:16]) if _speaks(text, _MOTTO, 5)), None)
    letters = _letter_height(lines)
    number, of = _numbered(page, lines, folded)
    inner = [line for line in lines if not _is_number(fold(line.text))]
    words = tuple(word for text in folded for word in kinds.vocabulary.read(tokens(text)))
    below = max((i for i in (national, motto) if i is not None), default=-1)
    height = page.height_mm or 297.0
    bottom = [text for line, text in zip(lines, folded, strict=True) if line.y > 0.3 * height]
    starts = inner[0].text.strip() if inner else ""
    return Understood(
        page=page,
        words=words,
        titles=tuple(_titles(page, lines, folded, letters, below, kinds)),
        national=national is not None or motto is not None,
        form_number=any(_FORM_NUMBER.search(text) for text in folded[:4]),
        annex=any(_ANNEX.match(text.strip()) for text in folded[:3]),
        number=number,
        of=of,
        signed=any(_SIGNED.search(text) for text in bottom),
        runs_on=bool(starts) and (starts[0].islower() or bool(_BULLET.match(starts))),
        breaks_off=_breaks_off(page, inner),
        letter_height=letters,
        left=median([line.x for line in lines]) if lines else 0.0,
        first=_edge(lines[:1]),
        last=_edge(lines[-1:]),
        articles=tuple(
            int(found[1] or found[2]) for text in folded if (found := _ARTICLE.match(text.strip())) is not None
        ),
        covered=sum(line.w * line.h for line in lines) / max(1.0, page.width_mm * page.height_mm),
    )


def _speaks(text: str, phrase: Sequence[str], least: int) -> bool:
    """Whether at least so many words of the phrase stand in the text, in their order: some may be misread."""
    words = tokens(text)
    at = count = 0
    for word in phrase:
        if word in words[at:]:
            at = words.index(word, at) + 1
            count += 1
    return count >= least


def _letter_height(lines: Sequence[TextLine]) -> float:
    return median([line.h for line in lines if len(line.text) > 8] or [line.h for line in lines] or [0.0])


def _edge(lines: Sequence[TextLine]) -> Phrase:
    return tuple(word for line in lines for word in tokens(line.text) if not word.isdigit())


def _is_number(text: str) -> bool:
    return bool(_OF.fullmatch(text.strip()) or _ALONE.fullmatch(text.strip()))


def _numbered(page: StackPage, lines: Sequence[TextLine], folded: Sequence[str]) -> tuple[int | None, int | None]:
    """The page's number and of how many, from the lines at its very top and bottom."""
    height = page.height_mm or 297.0
    edge = [(line, text) for line, text in zip(lines, folded, strict=True) if not 0.1 < line.y / height < 0.88]
    for _, text in edge:
        found = _OF.fullmatch(text.strip()) or _OF_WITHIN.search(text)
        if found is not None and 1 <= int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
    for line, text in edge:
        found = _ALONE.fullmatch(text.strip()) or _ALONE_WITHIN.search(text)
        if found is not None and line.w < 0.3 * (page.width_mm or 210.0):
            return int(found[1]), None
    return None, None


def _breaks_off(page: StackPage, lines: Sequence[TextLine]) -> bool:
    """Whether the last line goes to the right margin and its sentence is not at its end."""
    if len(lines) < 8:
        return False
    last = lines[-1]
    right = max(line.x + line.w for line in lines)
    full = last.x + last.w > right - 0.12 * page.width_mm and last.w > 0.4 * page.width_mm
    return full and not last.text.rstrip().endswith(_SENTENCE_ENDS)


def _titles(
    page: StackPage,
    lines: Sequence[TextLine],
    folded: Sequence[str],
    letters: float,
    below: int,
    kinds: PaperKinds,
) -> list[Title]:
    strengths = [
        _looks_like_title(page, line, text, letters, below >= 0 and at > below)
        for at, (line, text) in enumerate(zip(lines, folded, strict=True))
    ]
    read = [kinds.vocabulary.read(tokens(_right_of_heading(text))) for text in folded]
    found: list[Title] = []
    block = 0
    for at, strength in enumerate(strengths):
        if strength < 0.2 or not read[at]:
            continue
        if at and not (strengths[at - 1] >= 0.2 and _next_to(lines[at - 1], lines[at], letters)):
            block += 1
        words, total, count = list(read[at]), strength, 1
        found.append(Title(tuple(words), strength, block, at, lines[at].y))
        for after in range(at + 1, min(at + 4, len(lines))):
            close = _next_to(lines[after - 1], lines[after], letters)
            if strengths[after] < 0.3 or not close or _is_number(folded[after]):
                break
            words += read[after]
            total, count = total + strengths[after], count + 1
            found.append(Title(tuple(words), total / count, block, at, lines[at].y))
    return found


def _next_to(upper: TextLine, lower: TextLine, letters: float) -> bool:
    return lower.y - (upper.y + upper.h) <= 1.6 * max(lower.h, letters)


def _right_of_heading(text: str) -> str:
    """The line without the national heading, which stands beside the office's name and may be read as one line."""
    at = text.find("cong hoa xa")
    return text[:at] if at >= 0 else text


def _looks_like_title(page: StackPage, line: TextLine, text: str, letters: float, under_heading: bool) -> float:
    """0-1: capitals, size, the middle of the page, near its top."""
    bare = text.strip()
    written = [c for c in line.text if c.isalpha()]
    if len(written) < 4 or _CHAPTER.match(bare) or _BULLET.match(bare) or _NOT_TITLE.match(bare):
        return 0.0
    first = next((c for c in line.text if c.isalpha()), "")
    if first.islower() or _speaks(bare, _MOTTO, 4):
        return 0.0
    words = tokens(bare)
    if _speaks(bare, _NATION, 5) and len(words) <= len(_NATION) + 1:
        return 0.0
    capitals = sum(c.isupper() for c in written) / len(written)
    width, height = page.width_mm or 210.0, page.height_mm or 297.0
    off_centre = abs(line.x + line.w / 2 - width / 2) / width
    strength = 0.5 if capitals > 0.8 else 0.0
    strength += 0.22 if line.h > 1.25 * letters else 0.0
    strength += 0.2 if off_centre < 0.06 and line.w < 0.8 * width else (0.05 if off_centre < 0.12 else -0.1)
    strength += 0.15 if line.y < 0.35 * height else (-0.25 if line.y > 0.6 * height else 0.0)
    strength += 0.12 if under_heading and line.y < 0.5 * height else 0.0
    if _NUMBERED.match(bare):
        strength *= 0.35
    if line.text.rstrip().endswith((";", ",", ".", ":")) and capitals < 0.8:
        strength *= 0.4
    return max(0.0, min(1.0, strength))
