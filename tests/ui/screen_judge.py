"""What is wrong with a screen as it is drawn: words cut off or over each other, small targets, faint ink, nameless controls.

Shared by the tests of the screens and by `make screens`, which looks at all of them in every look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Final

from kiosk_bench import KioskBench
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QAccessible, QFont, QImage, QRawFont
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem

from kiosk_app.model.basics import Language
from kiosk_app.model.session import Comfort, Session
from ui.kinds import is_a, kinds
from ui.samples import in_language
from ui.theme import contrast_ratio

SMALLEST: Final = 88
"""EN 301 549 and the design's rule: 20 mm on the kiosk's display, 88 design pixels at least."""
SHORT_OF: Final = 0.5
ENOUGH: Final = 4.5
"""WCAG 2.2, 1.4.3: contrast of text, measured from pixels."""
ENOUGH_HIGH: Final = 7.0
"""WCAG 2.2, 1.4.6: the high-contrast look."""
ROUNDING: Final = 0.05
"""What blending at the edge of a stroke may take off the ratio of the colours themselves."""
_INK: Final = 3
"""A colour counts as ink from so many pixels on."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 0x1, 0x2, 0x20, 0x40
"""Qt::AlignmentFlag."""
_OVER: Final = 3.0
"""Boxes of letters have air in them: they may touch by so many pixels."""


@dataclass(frozen=True)
class Look:
    """One of the forty-eight ways in which a screen is shown."""

    landscape: bool
    language: Language
    comfort: Comfort

    @property
    def name(self) -> str:
        """As in a file name: portrait-vi-100-plain-full."""
        turned = "landscape" if self.landscape else "portrait"
        contrast = "contrast" if self.comfort.high_contrast else "plain"
        reach = "reach" if self.comfort.reach else "full"
        return f"{turned}-{self.language.value}-{round(self.comfort.text_scale * 100)}-{contrast}-{reach}"

    def of(self, session: Session) -> Session:
        """The session in this look."""
        return replace(in_language(session, self.language), comfort=self.comfort)


def looks() -> list[Look]:
    """Orientation x language x size of text x contrast x reach."""
    axes = product((False, True), Language, (1.0, 1.35, 1.6), (False, True), (False, True))
    return [Look(lying, language, Comfort(size, contrast, reach)) for lying, language, size, contrast, reach in axes]


def judge(bench: KioskBench, look: Look) -> list[str]:
    """What is wrong with what the bench shows now; empty when nothing is. Paints the window once."""
    bench.laid_out()
    image = bench.window.grabWindow()
    shown = _shown(bench)
    texts = [item for item in shown if item.inherits("QQuickText") and item.property("text")]
    painted = [(item, area) for item in texts if not (area := _painted(bench, item)).isEmpty()]
    high = look.comfort.high_contrast
    return [
        *_cut_off(bench, texts),
        *_outside_their_layout(bench, shown),
        *_over_each_other(painted),
        *_faint(image, painted, ENOUGH_HIGH if high else ENOUGH),
        *_undrawn(texts),
        *_small_or_nameless(shown),
    ]


def _shown(bench: KioskBench) -> list[QQuickItem]:
    """What is visible and not beneath something that has the whole window: nobody can read or touch that."""
    items = [item for item in bench.items() if item.isVisible() and item.opacity() > 0]
    for front in ("TouchGrid", "DialogSheet", "ComfortPanel"):
        sheets = [item for item in items if is_a(item, front)]
        if sheets:
            return [item for item in items if any(above is sheets[-1] for above in _ancestors(item))]
    return items


def _ancestors(item: QQuickItem) -> Iterator[QQuickItem]:
    at: QQuickItem | None = item
    while at is not None:
        yield at
        at = at.parentItem()


def _view(bench: KioskBench, item: QQuickItem) -> QRectF:
    """The part of the window in which an item can be seen: what clips it."""
    view = QRectF(0, 0, bench.window.width(), bench.window.height())
    for above in _ancestors(item):
        if above.clip():
            view = view.intersected(bench.rect(above))
    return view


def _painted(bench: KioskBench, item: QQuickItem) -> QRectF:
    """Where the letters of a text are in the window, less what scrolled out of sight; empty when nothing is seen."""
    wide, high = float(item.property("paintedWidth")), float(item.property("paintedHeight"))
    area = QRectF(item.mapToScene(QPointF(0, 0)), item.size())
    across, down = _number(item, "effectiveHorizontalAlignment"), _number(item, "verticalAlignment")
    left = {_LEFT: area.left(), _RIGHT: area.right() - wide}.get(across, area.center().x() - wide / 2)
    top = {_TOP: area.top(), _BOTTOM: area.bottom() - high}.get(down, area.center().y() - high / 2)
    view = _view(bench, item)
    whole = QRectF(left, top, wide, high)
    seen = whole.intersected(view)
    # A line half scrolled away is judged where it is whole.
    return seen if seen.height() > 0.6 * min(whole.height(), view.height()) else QRectF()


def _number(item: QQuickItem, name: str) -> int:
    # Python has no type for QQuickText's own enumerations, whose numbers are those of Qt.
    value, _undefined = QQmlExpression(qmlContext(item), item, f"Number({name})").evaluate()
    return int(value)


def _inside_scroll(item: QQuickItem) -> bool:
    return any(above.inherits("QQuickFlickable") for above in _ancestors(item))


def _said(item: QQuickItem) -> str:
    return f"{item.objectName() or next(kinds(item))} «{str(item.property('text') or '')[:60]}»"


def _cut_off(bench: KioskBench, texts: list[QQuickItem]) -> Iterator[str]:
    window = QRectF(0, 0, bench.window.width(), bench.window.height())
    for item in texts:
        area = bench.rect(item)
        if item.property("truncated"):
            yield f"cut short: {_said(item)}"
        if item.property("contentWidth") > item.width() + 1.5 and _number(item, "wrapMode") != 0:
            yield f"wider than its place: {_said(item)}"
        right = area.left() + min(area.width(), float(item.property("contentWidth")))
        if area.left() < -SHORT_OF or right > window.right() + SHORT_OF:
            yield f"beside the window: {_said(item)}"
        if not _inside_scroll(item) and (area.top() < -SHORT_OF or area.bottom() > window.bottom() + 1.5):
            yield f"above or below the window: {_said(item)}"


def _outside_their_layout(bench: KioskBench, items: list[QQuickItem]) -> Iterator[str]:
    for item in items:
        around = item.parentItem()
        if item.width() <= 0 or around is None or not around.inherits("QQuickLayout"):
            continue
        area, given = bench.rect(item), bench.rect(around)
        if area.left() < given.left() - SHORT_OF or area.right() > given.right() + SHORT_OF:
            yield f"wider than its layout: {_said(item)}"


def _over_each_other(painted: list[tuple[QQuickItem, QRectF]]) -> Iterator[str]:
    for (one, first), (other, second) in combinations(painted, 2):
        both = first.intersected(second)
        if both.width() > _OVER and both.height() > _OVER:
            yield f"over each other: {_said(one)} and {_said(other)}"


def _faint(image: QImage, painted: list[tuple[QQuickItem, QRectF]], enough: float) -> Iterator[str]:
    for item, area in painted:
        # WCAG 2.2, 1.4.3: what cannot be used now is exempt.
        if not all(above.isEnabled() and above.opacity() == 1 for above in _ancestors(item)):
            continue
        ratio = _contrast(image, area.toAlignedRect().intersected(image.rect()))
        if ratio is not None and ratio < enough - ROUNDING:
            yield f"contrast {ratio:.2f} of {enough}: {_said(item)}"


def _contrast(image: QImage, area: QRect) -> float | None:
    """Of the strongest ink in the area to its commonest colour; None of nothing."""
    cut = image.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(cut.constBits()).cast("B").cast("I") if not cut.isNull() else memoryview(b"")
    counted = Counter(pixels[:: 1 + len(pixels) // 60_000])
    if not counted:
        return None
    (ground, _), *_rest = counted.most_common(1)
    inks = [colour for colour, number in counted.items() if number >= _INK] or list(counted)
    return max(contrast_ratio(_hex(ink), _hex(ground)) for ink in inks)


def _hex(pixel: int) -> str:
    return f"#{pixel & 0xFFFFFF:06x}"


_fonts: Final[dict[str, QRawFont]] = {}


def _undrawn(texts: list[QQuickItem]) -> Iterator[str]:
    """Letters that the font of a text does not have: they are drawn as boxes, or in another face."""
    for item in texts:
        font: QFont = item.property("font")
        raw = _fonts.setdefault(font.key(), QRawFont.fromFont(font))
        missing = {c for c in str(item.property("text")) if not c.isspace() and not raw.supportsCharacter(ord(c))}
        if missing:
            yield f"no glyph for {' '.join(sorted(missing))}: {_said(item)}"


def _small_or_nameless(items: list[QQuickItem]) -> Iterator[str]:
    for item in items:
        if not item.inherits("QQuickAbstractButton") or not item.isEnabled():
            continue
        key = item.objectName().startswith("key.")  # of the keyboard, which has the whole width
        if not key and (item.width() < SMALLEST - SHORT_OF or item.height() < SMALLEST - SHORT_OF):
            yield f"{item.width():.0f} x {item.height():.0f}: {_said(item)}"
        told = QAccessible.queryAccessibleInterface(item)
        if told is None or not told.text(QAccessible.Text.Name).strip():
            yield f"without a name: {_said(item)}"
