"""Words gathered into lines: for plain text and for the baselines of a page's text layer."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.imaging.values import Word


def lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words in reading order cut into lines: one ends where the next word stands further left or at another height."""
    gathered: list[list[Word]] = []
    for word in words:
        if gathered and _continues(gathered[-1], word):
            gathered[-1].append(word)
        else:
            gathered.append([word])
    return gathered


def _continues(line: Sequence[Word], word: Word) -> bool:
    last = line[-1]
    if word.x < last.x:
        return False
    shared = min(last.y + last.h, word.y + word.h) - max(last.y, word.y)
    return shared >= 0.4 * min(last.h, word.h)


def plain_text(words: Sequence[Word]) -> str:
    """The page's text, a line a row."""
    return "\n".join(" ".join(word.text for word in line) for line in lines(words))
