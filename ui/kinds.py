"""Of which QML type an item is, and what can be called on it.

Never by keeping what `metaObject()` gives: a QML item's meta-object dies with it, PySide keeps its wrapper as long as the
item's, and whatever is made at the same address later would come to Python as that wrapper, of the wrong type.
"""

from __future__ import annotations

from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import QMetaObject, QObject


def kinds(item: QObject) -> Iterator[str]:
    """The names of its classes as QML writes them, its own first: Tappable, then what that is made of."""
    kind: QMetaObject | None = item.metaObject()
    while kind is not None:
        name = kind.className()
        # Only what QML made is looked through; the classes of Qt behind it are known by their own names.
        above = kind.superClass() if "_QML" in name else None
        shiboken6.invalidate(kind)
        yield name.partition("_QML")[0]
        kind = above


def is_a(item: QObject, name: str) -> bool:
    """Whether it is of the QML type of that name."""
    return name in kinds(item)


def can(item: QObject, signature: str) -> bool:
    """Whether it has a signal, slot or function of this signature, such as `clicked()`."""
    kind = item.metaObject()
    found = kind.indexOfMethod(signature) >= 0
    shiboken6.invalidate(kind)
    return found
