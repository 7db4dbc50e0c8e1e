"""Which words anybody in the hall may hear: the kiosk's own texts, never what is somebody's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from kiosk_app.model.basics import Language, Screen
from ui.translations import table

OPEN: Final = (
    *(Screen.HOME, Screen.SEARCH, Screen.PROCEDURE, Screen.CHECKLIST, Screen.CONSENT, Screen.SCAN),
    *(Screen.SENDING, Screen.GOODBYE, Screen.OUT_OF_SERVICE),
)
"""Screens on which nothing of a person stands, except in what is typed."""
_NUMBER: Final = re.compile(r"\d+")
_PLACE: Final = re.compile(r"\{[a-z_]+\}")


def is_open(words: str, screen: Screen, language: Language, also: Iterable[str] = ()) -> bool:
    """Whether these words may come out of a loudspeaker on this screen.

    On a screen that shows something of a person only the kiosk's own texts may, with nothing but short numbers filled in,
    and those in `also`: a form's questions.
    """
    if screen in OPEN:
        return True
    return not words or words in also or _bare(words) in _own(language)


@cache
def _own(language: Language) -> frozenset[str]:
    """Each own text with its numbers left out; those with words to fill in cannot be told from what fills them."""
    return frozenset(_NUMBER.sub("#", _PLACE.sub("#", text)) for text in table(language).values())


def _bare(words: str) -> str:
    # A number of three digits counts pages or seconds; a longer one may be somebody's.
    return _NUMBER.sub(lambda found: "#" if len(found.group()) <= 3 else found.group(), words)
