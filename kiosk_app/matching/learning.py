"""A kind of paper learned from examples: words that all of them share, and nothing that is a person's."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk_app.matching.kinds import PaperKind, PaperKinds, Phrase
from kiosk_app.matching.letters import fold, tokens
from kiosk_app.matching.naming import named
from kiosk_app.matching.reading import understand
from kiosk_app.matching.values import StackPage

# One example's words may be its owner's; what two papers share is the form's, as long as names are kept out besides.
LEAST_EXAMPLES: Final = 2
MOST_PHRASES: Final = 24
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
_WORD = re.compile(r"[^\W\d_]+")
# The family names of nine in ten people: a title that begins so is whoever the paper was made out to.
_FAMILY_NAMES: Final = frozenset(
    tokens("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Lưu Cao Tạ Triệu")
)
_ORGANISATIONS: Final = frozenset(("cong", "tap", "vien", "truong", "ngan", "benh"))


class UnusableExamples(ValueError):
    """Examples from which nothing can be learned; the text says why."""


def learn(
    kind: str, examples: Sequence[Sequence[StackPage]], known: PaperKinds, name_vi: str = "", name_en: str = ""
) -> PaperKind:
    """The kind as the examples (the pages of each) show it, to be added to what is known of it.

    Kept are title words and phrases in small letters that at least two examples share: names, numbers and places are
    written with capitals and figures, and differ. A new kind needs `name_vi`. Raises UnusableExamples.
    """
    if not _ID.fullmatch(kind):
        raise UnusableExamples("a kind's name has small letters, digits and _ only, 2 to 40 of them")
    if len(examples) < LEAST_EXAMPLES:
        raise UnusableExamples(f"at least {LEAST_EXAMPLES} examples are needed, made out to different people")
    present = known.kinds.get(kind)
    if present is None and not name_vi.strip():
        raise UnusableExamples("a new kind needs its Vietnamese name")
    titles = _titles(examples, known)
    if name_vi.strip():
        titles = tuple(dict.fromkeys((tokens(name_vi), *titles)))
    words = _phrases(examples, known)
    if not titles and not words:
        raise UnusableExamples("the examples share no words")
    return PaperKind(
        kind,
        name_vi.strip() or (present.name_vi if present else ""),
        name_en.strip() or (present.name_en if present else ""),
        present.family if present else "learned",
        titles,
        words,
    )


def save(kind: PaperKind, folder: Path) -> Path:
    """Writes the kind into the folder of learned ones, whole or not at all; the same kind again replaces it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# Learned from examples by `kiosk papers learn`: words they share, nothing of a person.", "[[kind]]"]
    for key, value in (("id", kind.id), ("name_vi", kind.name_vi), ("name_en", kind.name_en), ("family", kind.family)):
        lines.append(f"{key} = {_quoted(value)}")
    lines += [f"titles = {_listed(kind.titles)}", f"words = {_listed(kind.words)}"]
    path = folder / f"{kind.id}.toml"
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(path)
    return path


def _quoted(text: str) -> str:
    # a JSON string is a TOML basic string, but for DEL
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)


def _listed(phrases: Sequence[Phrase]) -> str:
    return "[" + ", ".join(_quoted(" ".join(phrase)) for phrase in phrases) + "]"


def _titles(examples: Sequence[Sequence[StackPage]], known: PaperKinds) -> tuple[Phrase, ...]:
    """The beginnings that the titles of at least two examples share."""
    found: list[Phrase] = []
    for pages in examples:
        first = next((page for page in pages if not page.blank), None)
        if first is None:
            continue
        title = named(understand(first, known), known).title
        if title is not None:
            found.append(tuple(word for word in title.words if not any(letter.isdigit() for letter in word)))
    shared: Counter[Phrase] = Counter()
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            count = next(
                (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)),
            )
            if count >= 2 and one[0] not in _FAMILY_NAMES | _ORGANISATIONS:
                shared[one[:count]] += 1
    return tuple(phrase for phrase, _ in shared.most_common(3))


def _phrases(examples: Sequence[Sequence[StackPage]], known: PaperKinds) -> tuple[Phrase, ...]:
    """The phrases of two to four words that most examples share and no other kind is known by."""
    counts: Counter[Phrase] = Counter()
    for pages in examples:
        counts.update({phrase for page in pages for line in page.lines for phrase in _impersonal(line.text)})
    least = max(LEAST_EXAMPLES, -(-6 * len(examples) // 10))
    taken = {phrase for kind in known.kinds.values() for phrase in (*kind.words, *kind.titles)}
    common = [phrase for phrase, count in counts.items() if count >= least and phrase not in taken]
    common.sort(key=lambda phrase: (-sum(known.weight(word) for word in phrase) / len(phrase) ** 0.5, phrase))
    kept: list[Phrase] = []
    for phrase in common:
        if len(kept) < MOST_PHRASES and not any(set(phrase) <= set(other) for other in kept):
            kept.append(phrase)
    return tuple(kept)


def _impersonal(text: str) -> set[Phrase]:
    """The phrases of a line that are all in small letters but for the line's first letter: no names, no places."""
    found: set[Phrase] = set()
    run: list[str] = []
    at_front = True
    end = 0
    for word in _WORD.finditer(text):
        small = word[0].islower() or (at_front and word[0][1:].islower() and fold(word[0]) not in _FAMILY_NAMES)
        joined = text[end : word.start()].strip(" ") == ""
        if not small or not joined:
            run = []
        if small:
            run.append(fold(word[0]))
            found |= {tuple(run[-size:]) for size in (2, 3, 4) if len(run) >= size}
        at_front, end = False, word.end()
    return found
