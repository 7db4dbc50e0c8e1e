"""How well what stands on a page names a kind of paper, and how well a paper that is wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kiosk_app.matching.kinds import PaperKinds, Phrase
from kiosk_app.matching.letters import almost, tokens
from kiosk_app.matching.reading import Title, Understood
from kiosk_app.matching.values import WantedPaper

# A title may carry a word more in between («GIẤY CHỨNG NHẬN (bản sao) ĐĂNG KÝ ...»).
_WORDS_BETWEEN: Final = 3
# Share of a phrase's weight that must be there before it counts.
LEAST_COVERED: Final = 0.62
_OR = re.compile(r"\s+hoặc\s+|;|\bor\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)?")


@dataclass(frozen=True)
class Named:
    """What the titles of a page say: how strongly each kind is named, and the title that counted."""

    kinds: Mapping[str, float] = field(repr=False)
    title: Title | None = field(repr=False)
    best: float


@dataclass(frozen=True)
class Sought:
    """A wanted paper prepared: the phrases of its names, how much each kind of paper is what is meant (0-1), their look."""

    paper: WantedPaper
    phrases: tuple[Phrase, ...] = field(repr=False)
    kinds: Mapping[str, float] = field(repr=False)
    marks: frozenset[str]
    families: frozenset[str]


def along(phrase: Phrase, words: Sequence[str], kinds: PaperKinds) -> float:
    """The part of the phrase, by weight, that stands in `words` in its order from their beginning on; 0 if none."""
    if not phrase or not words:
        return 0.0
    at = 0
    had = whole = 0.0
    for place, word in enumerate(phrase):
        weight = kinds.weight(word)
        whole += weight
        for step in range(at, min(at + _WORDS_BETWEEN, len(words))):
            if words[step] == word:
                # what stands before the name makes it less likely to be the paper's
                had += weight if place else weight * (1 - 0.4 * step)
                at = step + 1
                break
            if not place and not step and almost(words[0], word):
                had += 0.7 * weight
                at = 1
                break
        else:
            if place == 0:
                had -= weight
    return max(0.0, had / whole)


def heard(phrase: Phrase, words: frozenset[str], kinds: PaperKinds) -> float:
    """The part of the phrase, by weight, whose words are among `words`, in any order."""
    whole = sum(kinds.weight(word) for word in phrase)
    return sum(kinds.weight(word) for word in phrase if word in words) / whole if whole else 0.0


def kinds_of_title(words: Phrase, kinds: PaperKinds) -> dict[str, float]:
    """For each kind the title names: by how much weight of words, what is missing counted against it."""
    found: dict[str, float] = {}
    for kind, phrase, whole in kinds.titles_like(words):
        covered = along(phrase, words, kinds)
        if covered >= LEAST_COVERED:
            value = whole * (covered - 0.8 * (1 - covered))
            if value > found.get(kind, 0.0):
                found[kind] = value
    return found


def named(page: Understood, kinds: PaperKinds) -> Named:
    """What the page's titles say: of each kind the strongest naming."""
    found: dict[str, float] = {}
    title, best = None, 0.0
    headed: dict[int, int] = {}
    for candidate in page.titles:
        meant = kinds_of_title(candidate.words, kinds)
        if not meant:
            continue
        # «ĐƠN ĐỀ NGHỊ GIA HẠN / GIẤY PHÉP ...» is no licence: what begins the title says what the paper is.
        trust = candidate.strength * (
            1.0 if headed.setdefault(candidate.block, candidate.line) == candidate.line else 0.25
        )
        for kind, weight in meant.items():
            value = weight * trust
            found[kind] = max(found.get(kind, 0.0), value)
            # Of the lines of one title the longest is taken, for what is particular stands in the later ones.
            longer = title is not None and value > 0.85 * best and len(candidate.words) > len(title.words)
            if value > best + 1e-9 or longer:
                title, best = candidate, max(value, best)
    if title is None:
        title = max(page.titles, key=lambda one: (one.strength, len(one.words)), default=None)
    return Named(found, title, best)


def sought(paper: WantedPaper, kinds: PaperKinds) -> Sought:
    """The wanted paper with the kinds its names mean."""
    phrases: list[Phrase] = []
    meant: dict[str, float] = {}
    for place, name in enumerate(paper.names):
        for part in _OR.split(_ASIDE.sub(" ", name)):
            phrase = bare_name(part, kinds)
            if not phrase:
                continue
            phrases.append(phrase)
            trust = 1.0 if place == 0 else 0.9
            for kind, share in _meant(phrase, tokens(part), kinds).items():
                meant[kind] = max(meant.get(kind, 0.0), trust * share)
    meanings = [kinds.kinds[kind] for kind, share in meant.items() if share >= 0.8]
    marks = frozenset(mark for kind in meanings for mark in kind.marks)
    families = frozenset(kind.family for kind in meanings)
    return Sought(paper, tuple(dict.fromkeys(phrases)), meant, marks, families)


def bare_name(name: str, kinds: PaperKinds) -> Phrase:
    """A component's name without what says how it is handed in («bản sao có chứng thực», «còn giá trị»)."""
    text = " ".join(tokens(name))
    for noise in kinds.noise:
        cut = re.sub(rf"\b{noise}\b", " ", text)
        if cut.strip():
            text = cut
    return kinds.vocabulary.read(tuple(text.split()))


def _meant(phrase: Phrase, whole: Phrase, kinds: PaperKinds) -> dict[str, float]:
    """The kinds a name means: those its beginning names best, those of a group it names, and a little the rest."""
    direct = kinds_of_title(phrase, kinds)
    found: dict[str, float] = {}
    if direct:
        top = max(direct.values())
        found = {kind: 1.0 if value > top - 0.3 else 0.8 * value / top for kind, value in direct.items()}
    for group in kinds.groups:
        for title in group.titles:
            if max(along(title, phrase, kinds), along(title, whole, kinds)) >= 0.85:
                found.update({kind: max(found.get(kind, 0.0), 0.9) for kind in group.kinds})
    return found
