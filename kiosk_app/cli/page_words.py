"""What the command line says of digitised pages, in the language asked: which page, what is the matter, what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from kiosk_app import paths
from kiosk_app.model.basics import Language


@dataclass(frozen=True)
class PageWords:
    """The texts of one language, from assets/translations/pages.*.toml."""

    texts: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, language: Language) -> PageWords:
        """Those of that language."""
        file = paths.assets() / "translations" / f"pages.{language.value}.toml"
        return cls({key: str(text) for key, text in tomllib.loads(file.read_text("utf-8")).items()})

    def say(self, name: str, **values: object) -> str:
        """The text of that name with its {placeholders} filled. Raises KeyError."""
        return self.texts[name].format(**values)

    def pages(self, pages: int, blank: Collection[int], warnings: Iterable[tuple[int, str]]) -> Iterator[str]:
        """A line for each thing to know of so many pages, in their order."""
        left_out = "blank" if len(blank) < pages else "blank_kept"
        told = [*((page, left_out) for page in blank), *warnings]
        yield from (self.say(name, n=page) for page, name in sorted(told, key=lambda item: item[0]))
