"""What the listen button reads aloud: the heading and the guidance of the screen that is shown, never what was typed."""

from __future__ import annotations

from PySide6.QtQuick import QQuickItem, QQuickWindow


def heading_and_guidance(window: QQuickWindow) -> str:
    """The shown page's fixed words, as two sentences; empty while no page is shown."""
    loader = window.findChild(QQuickItem, "screen")
    page = loader.property("item") if loader is not None else None
    if page is None:
        return ""
    words = (str(page.property(name) or "").strip().rstrip(".") for name in ("title", "guidance"))
    return ". ".join(word for word in words if word)
