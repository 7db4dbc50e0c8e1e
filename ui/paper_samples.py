"""Fictional sessions of scanning and page review, with pages that are drawn, so that nobody's paper is ever in a picture."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.basics import Screen
from kiosk_app.model.papers import PageLook, PageStage, PageView, Placing, ScanView
from kiosk_app.model.session import DeviceStatus, Session


def encoded(image: QImage, kind: str) -> bytes:
    """The picture as a file of that kind."""
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)  # type: ignore[call-overload]  # the stubs know only file names
    return bytes(raw.data())


def page_picture(number: int, blank: bool = False, scale: int = 1) -> bytes:
    """A drawn page as PNG: lines of grey where text would be."""
    image = QImage(300 * scale, 424 * scale, QImage.Format.Format_RGB32)
    image.fill(QColor("#FDFDFB"))
    if not blank:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#3A4650"))
        painter.drawRoundedRect(QRectF(70, 34, 160, 12), 5, 5)
        painter.setBrush(QColor("#AAB3BA"))
        for line in range(19):
            wide = 220 - ((line * 37 + number * 53) % 90)
            painter.drawRoundedRect(QRectF(34, 74 + line * 16, wide, 6), 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor("#B5453C"))
        painter.drawEllipse(QRectF(186, 344, 58, 58))
        painter.end()
    return encoded(image, "PNG")


def pages() -> tuple[PageView, ...]:
    """Six sheets: good ones, a blurred one, a blank one set aside, and one still being worked on."""

    def ready(number: int, component: str, *warnings: str, blank: bool = False) -> PageView:
        return PageView(
            number,
            component,
            PageStage.READY,
            page_picture(number, blank),
            blank=blank,
            kept=not blank,
            warnings=warnings,
            width=2480,
            height=3508,
        )

    return (
        ready(1, "form"),
        ready(2, "form"),
        ready(3, "sample", "blurred"),
        ready(4, "sample"),
        ready(5, "sample", blank=True),
    )


def _stacked(number: int, component: str, placing: Placing, confidence: float = 0.98, **more: object) -> PageView:
    page = PageView(
        number,
        component,
        PageStage.READY,
        page_picture(number),
        width=2480,
        height=3508,
        sheet=number,
        stacked=True,
        placing=placing,
        confidence=confidence,
        read=placing is not Placing.READING,
    )
    return replace(page, **more)  # type: ignore[arg-type]


def stack() -> tuple[PageView, ...]:
    """Seven sheets of a stack that was read and placed; one is doubtful, one of no paper, one there twice, one blank."""
    return (
        _stacked(1, "form", Placing.SURE),
        _stacked(2, "form", Placing.SURE, 0.96),
        _stacked(3, "sample", Placing.DOUBTFUL, 0.61, alternatives=("power", "fee")),
        _stacked(4, "", Placing.NOWHERE, 0.2, alternatives=("power",)),
        _stacked(5, "power", Placing.SURE),
        _stacked(6, "form", Placing.SURE, same_as=1, thumbnail=page_picture(1)),
        _stacked(7, "power", Placing.SURE, blank=True, kept=False, thumbnail=page_picture(7, blank=True)),
    )


def paper_sessions(scanning: Session) -> dict[str, Session]:
    """A session for each picture of the two screens; `scanning` stands before an empty scanner, for a whole stack."""
    pages = stack()
    both = replace(scanning, screen=Screen.PAGE_REVIEW)
    settled = tuple(
        replace(page, placing=Placing.BY_HAND, same_as=0, component=page.component or "sample") for page in pages
    )
    here = settled[:5] + settled[6:]
    large = PageLook(2, page_picture(2, scale=5))
    can_glass = DeviceStatus("scanner", DeviceKind.SCANNER, DeviceState.READY, glass=True, senses=True)
    glass = MappingProxyType({**scanning.devices, "scanner": can_glass})
    reading = tuple(
        replace(page, placing=Placing.READING, component="", read=False) if page.number > 2 else page for page in pages
    )
    coming = PageView(6, "", stacked=True, placing=Placing.READING)
    return {
        "scan_stack": replace(scanning, devices=glass),
        "scan_stack_running": replace(
            scanning, pages=(*reading[:5], coming), scan=ScanView(running=True, paper_loaded=True, asked=2)
        ),
        "scan_stack_reading": replace(scanning, pages=reading, scan=ScanView(asked=2, out=7)),
        "scan_stack_placed": replace(scanning, pages=here, scan=ScanView(out=7)),
        "scan_waiting": replace(scanning, devices=glass, scan=ScanView(waiting=True)),
        "scan_resume": replace(
            scanning, pages=here[:4], scan=ScanView(out=4, whole=4, resume=5), notice="SCN-DOUBLE-FEED"
        ),
        "scan_renewing": replace(scanning, pages=here, devices=glass, scan=ScanView(renewing=3)),
        "review_question": replace(both, pages=pages),
        "review_nowhere": replace(both, pages=(*pages[:2], *pages[3:5])),
        "review_run": replace(
            both,
            pages=(
                *pages[:2],
                *(_stacked(n, "", Placing.NOWHERE, 0.1, alternatives=("fee",), begins=n == 3) for n in (3, 4, 5)),
            ),
        ),
        "review_twice": replace(both, pages=(*pages[:2], *pages[4:])),
        "review_reading": replace(both, pages=reading, scan=ScanView(asked=2)),
        "review_missing": replace(both, pages=here, scan=ScanView(out=7)),
        "review_desk": replace(both, pages=here, to_desk=frozenset({"fee"}), chosen_for_desk=frozenset({"fee"})),
        "review_page": replace(both, pages=here, look=large),
        "review_page_aside": replace(both, pages=here, look=PageLook(7, page_picture(7, blank=True, scale=5))),
    }
