"""Vietnamese written with plain keys: Telex, VNI and marks, as pure functions of a word and a key."""

from kiosk_app.typing.engine import Mark, Method, Word, mark, press
from kiosk_app.typing.syllable import Placement

__all__ = ["Mark", "Method", "Placement", "Word", "mark", "press"]
