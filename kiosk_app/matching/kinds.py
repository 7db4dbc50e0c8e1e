"""The kinds of paper that are known: what stands over them, what is written in them, how they look."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kiosk_app.matching.letters import Vocabulary, almost, fold, tokens
from kiosk_app.paths import assets

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper. `titles` and `words` are folded phrases; `marks` name the look (heading, cards, picture, ...)."""

    id: str
    name_vi: str
    name_en: str
    family: str
    titles: tuple[Phrase, ...]
    words: tuple[Phrase, ...] = ()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KindGroup:
    """A name that stands for several kinds, such as «legal documents of the parties»."""

    titles: tuple[Phrase, ...]
    kinds: tuple[str, ...]


class UnusablePapers(ValueError):
    """A file of kinds that cannot be used; the text says which and why."""


@dataclass(frozen=True)
class PaperKinds:
    """All kinds, the words they are told by, and how much each word tells."""

    kinds: Mapping[str, PaperKind]
    groups: tuple[KindGroup, ...] = ()
    noise: tuple[str, ...] = ()
    vocabulary: Vocabulary = field(init=False, repr=False, compare=False)
    _weights: dict[str, float] = field(init=False, repr=False, compare=False, default_factory=dict)
    _phrases: dict[str, list[tuple[Phrase, tuple[str, ...]]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _rarity: dict[Phrase, float] = field(init=False, repr=False, compare=False, default_factory=dict)
    _titles: dict[str, list[tuple[str, Phrase, float]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        seen: Counter[str] = Counter()
        said: dict[Phrase, list[str]] = {}
        for kind in self.kinds.values():
            seen.update({word for title in kind.titles for word in title})
            for phrase in kind.words:
                said.setdefault(phrase, []).append(kind.id)
        total = math.log(len(self.kinds) + 1)
        self._weights.update({word: 0.3 + 1.2 * (1 - math.log(count + 0.5) / total) for word, count in seen.items()})
        for kind in self.kinds.values():
            for title in kind.titles:
                whole = sum(self.weight(word) for word in title)
                self._titles.setdefault(title[0], []).append((kind.id, title, whole))
        for phrase, kinds in said.items():
            self._phrases.setdefault(phrase[0], []).append((phrase, tuple(kinds)))
            # A phrase of several words is seldom there by chance, and the fewer kinds have it the more it tells.
            self._rarity[phrase] = min(2.0, 0.5 + 0.3 * len(phrase)) / len(kinds)
        words = {word for group in self.groups for title in group.titles for word in title}
        words |= set(seen) | {word for phrase in said for word in phrase}
        object.__setattr__(self, "vocabulary", Vocabulary(words))

    @classmethod
    def load(cls, learned: Path | None = None) -> Self:
        """The kinds of assets/papers and those an operator added in the folder `learned`.

        Raises UnusablePapers when a file of the assets is broken; a broken learned file is left out.
        """
        kinds: dict[str, PaperKind] = {}
        groups: list[KindGroup] = []
        noise: list[str] = []
        for path in sorted((assets() / "papers").glob("*.toml")):
            data = _read(path)
            for entry in data.get("kind", []):
                kind = _kind(entry, path)
                if kind.id in kinds:
                    raise UnusablePapers(f"{path.name}: kind {kind.id!r} twice")
                kinds[kind.id] = kind
            groups += [KindGroup(phrases(entry["titles"]), tuple(entry["kinds"])) for entry in data.get("group", [])]
            noise += [" ".join(tokens(text)) for text in data.get("names", {}).get("noise", [])]
        for path in sorted(learned.glob("*.toml")) if learned is not None and learned.is_dir() else []:
            try:
                added = [_kind(entry, path) for entry in _read(path).get("kind", [])]
            except UnusablePapers:
                continue
            for kind in added:
                kinds[kind.id] = _joined(kinds[kind.id], kind) if kind.id in kinds else kind
        for group in groups:
            missing = set(group.kinds) - set(kinds)
            if missing:
                raise UnusablePapers(f"group names unknown kinds: {', '.join(sorted(missing))}")
        return cls(kinds, tuple(groups), tuple(sorted(noise, key=len, reverse=True)))

    def weight(self, word: str) -> float:
        """How much a word of a title tells; one that no title has tells most, for it is particular."""
        if len(word) == 1 or word.isdigit():
            return 0.2
        return self._weights.get(word, 1.2)

    def titles_like(self, words: Sequence[str]) -> list[tuple[str, Phrase, float]]:
        """The titles that begin with one of the first words, or nearly with the first: kind, phrase, its weight."""
        firsts = dict.fromkeys(word for word in words[:3] if word in self._titles)
        if words and words[0] not in self._titles:
            firsts |= dict.fromkeys(word for word in self._titles if almost(words[0], word))
        return [title for first in firsts for title in self._titles[first]]

    def body(self, words: Sequence[str]) -> dict[str, float]:
        """For each kind that the page's words speak of: how clearly, from 0 upwards; 3 is clear."""
        found: dict[str, float] = {}
        counted: set[Phrase] = set()
        for at, word in enumerate(words):
            for phrase, kinds in self._phrases.get(word, ()):
                if phrase not in counted and tuple(words[at : at + len(phrase)]) == phrase:
                    counted.add(phrase)
                    for kind in kinds:
                        found[kind] = found.get(kind, 0.0) + self._rarity[phrase]
        return found


def phrases(texts: Iterable[str]) -> tuple[Phrase, ...]:
    """The texts as folded phrases, each once."""
    return tuple(dict.fromkeys(folded for text in texts if (folded := tokens(text))))


def _joined(known: PaperKind, added: PaperKind) -> PaperKind:
    titles = tuple(dict.fromkeys(known.titles + added.titles))
    words = tuple(dict.fromkeys(known.words + added.words))
    return PaperKind(known.id, known.name_vi, known.name_en, known.family, titles, words, known.marks | added.marks)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnusablePapers(f"{path.name}: {type(error).__name__}") from error


def _kind(entry: Mapping[str, Any], path: Path) -> PaperKind:
    try:
        return PaperKind(
            str(entry["id"]),
            str(entry["name_vi"]),
            str(entry.get("name_en", "")),
            str(entry.get("family", "other")),
            phrases(entry["titles"]),
            phrases(entry.get("words", [])),
            frozenset(fold(mark) for mark in entry.get("marks", [])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnusablePapers(f"{path.name}: a kind without what it needs") from error
