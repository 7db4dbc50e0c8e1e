"""The citizen's thumb on the keypad: it sees the ring on the screen and presses keys, nothing else."""

from __future__ import annotations

import asyncio
from typing import Final

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk_app.keypad import KEYS, Act
from ui.journey.hand import Hand

REST_S: Final = 0.03
"""What follows from a key has been looked at by then, and another screen entered."""
MOST: Final = 200


class Thumb:
    """One thumb at one window. `presses` counts its keys."""

    def __init__(self, window: QQuickWindow) -> None:
        self._window = window
        self.presses = 0

    async def press(self, act: Act) -> None:
        """One key, pressed and released."""
        key = getattr(Qt.Key, f"Key_{KEYS[act][0]}")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(self._window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))
        self.presses += 1
        await asyncio.sleep(REST_S)

    def at(self) -> QQuickItem | None:
        """What the ring is round."""
        ring = self._window.findChild(QQuickItem, "keypadRing")
        target = ring.property("target") if ring is not None else None
        return target if isinstance(target, QQuickItem) and shiboken6.isValid(target) else None

    def name(self) -> str:
        """What it is called, as a screen reader has it."""
        item = self.at()
        face = QAccessible.queryAccessibleInterface(item) if item is not None else None
        return str(face.text(QAccessible.Text.Name)) if face is not None else ""

    async def find(self, words: str) -> bool:
        """Goes on, and back from the end, until the ring is round what has these words in its name."""
        if self.at() is None:
            await self.press(Act.DOWN)
        for act in (Act.DOWN, Act.UP):
            for _ in range(MOST):
                if words in self.name():
                    return True
                before = self.at()
                await self.press(act)
                if self.at() is before:
                    break
        return words in self.name()

    async def go_to(self, item: QQuickItem) -> bool:
        """By rows and columns to a key of the keyboard."""
        for _ in range(MOST):
            here = self.at()
            if here is item:
                return True
            if here is None:
                await self.press(Act.DOWN)
                continue
            mine, wanted = _rect(here), _rect(item)
            if not mine.top() <= wanted.center().y() <= mine.bottom():
                await self.press(Act.DOWN if wanted.center().y() > mine.center().y() else Act.UP)
            else:
                await self.press(Act.RIGHT if wanted.center().x() > mine.center().x() else Act.LEFT)
            if self.at() is here:
                await self.press(Act.DOWN)
        return self.at() is item

    async def spell(self, text: str, hand: Hand) -> bool:
        """Types on the on-screen keyboard; `hand` only sees where its keys are."""
        for letter in text:
            key = hand.find(f"key.{'space' if letter == ' ' else letter}")
            if key is None or not await self.go_to(key):
                return False
            await self.press(Act.SELECT)
        return True


def _rect(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
