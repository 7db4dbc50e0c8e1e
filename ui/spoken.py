"""What the listen button reads aloud: the fixed words of the screen that is shown, never what was typed."""

from __future__ import annotations

from typing import Final

from PySide6.QtQuick import QQuickItem, QQuickWindow

GUIDE: Final = "guide"
"""Asked for instead of a screen's name: the steps that an officer's panel shows."""


def spoken_words(window: QQuickWindow) -> str:
    """What the shown page says of itself (its property `spoken`); empty while no page is shown."""
    loader = window.findChild(QQuickItem, "screen")
    page = loader.property("item") if loader is not None else None
    if page is None:
        return ""
    return str(page.property("spoken") or "")


def guide_words(window: QQuickWindow) -> str:
    """The steps on the officer's panel; empty while none is shown."""
    panel = window.findChild(QQuickItem, "assist.panel")
    return "" if panel is None else str(panel.property("spoken") or "")
