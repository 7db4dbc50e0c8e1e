"""What the listen button reads aloud: the fixed words of the screen that is shown, never what was typed."""

from __future__ import annotations

from PySide6.QtQuick import QQuickItem, QQuickWindow


def spoken_words(window: QQuickWindow) -> str:
    """What the shown page says of itself (its property `spoken`); empty while no page is shown."""
    loader = window.findChild(QQuickItem, "screen")
    page = loader.property("item") if loader is not None else None
    if page is None:
        return ""
    return str(page.property("spoken") or "")
