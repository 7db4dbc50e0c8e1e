"""The specimens of a practice session: a fictional card and fictional papers, made here, sealed like any scanned page."""

from __future__ import annotations

import asyncio
import base64
import io
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drivers import sealed, wire
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardReading, Check, Holder, ScannedPage, Spool, Verdict
from kiosk_app import paths
from kiosk_app.flow.effects import Effect, ReadSpecimen, ScanPages
from kiosk_app.flow.events import CardProgressed, CardRead
from kiosk_app.model.session import Session
from kiosk_app.runtime.runtime import Runtime

if TYPE_CHECKING:
    from PIL import Image

_DPI: Final = 200
_SIZE: Final = (1654, 2339)
"""An A4 sheet at that resolution, in dots."""
_EDGE: Final = 170
_BETWEEN_S: Final = 0.6
"""From sheet to sheet, and from step to step of the card: about as long as the devices take."""
_STEPS: Final = (("connect", 10), ("access", 30), ("identity", 60), ("photo", 80), ("authenticity", 95))
_MOST: Final = 8
"""Papers of a stack; who practises has seen it by then."""
_FONT: Final = "NotoSansPrint_{}.ttf"


@dataclass(frozen=True)
class _Words:
    holder: Holder
    page: dict[str, Any]


@cache
def _words() -> _Words:
    said = tomllib.loads((paths.assets() / "practice" / "person.toml").read_text("utf-8"))
    return _Words(Holder(**said["holder"]), said["page"])


def specimen_reading() -> CardReading:
    """What reading the specimen card gives: a chip in order, and a drawn head in the place of a photograph."""
    passed = Check(Verdict.PASSED)
    return CardReading(
        AccessKind.PACE_CAN,
        _words().holder,
        photo_b64=base64.b64encode(_jpeg(_head())).decode(),
        photo_type="image/jpeg",
        passive=passed,
        chip=passed,
    )


def specimen_page(title: str) -> bytes:
    """A JPEG of a paper of that name, marked as a specimen in both languages."""
    return _jpeg(_page(title))


class SpecimenHands:
    """Reads the specimen card. There is no way from here to a device."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def handles(self) -> tuple[type[Effect], ...]:
        """The specimen card; the specimen papers go the way of all papers."""
        return (ReadSpecimen,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Tells the steps of a reading, then what was read."""
        reading = await asyncio.to_thread(specimen_reading)
        for step, percent in _STEPS:
            self._runtime.dispatch(CardProgressed(session.number, step, percent))
            await asyncio.sleep(_BETWEEN_S)
        self._runtime.dispatch(CardRead(session.number, reading))


async def feed(
    asked: ScanPages,
    session: Session,
    spool: Spool,
    arrived: Callable[[str, dict[str, Any]], None],
    stop: Callable[[], bool],
) -> None:
    """Gives the papers that were asked for to `arrived` one by one, as a scanner's host does: each sealed into the spool.

    Raises DeviceError SCN-CANCELLED when stopped between two sheets, OSError when the spool cannot be written.
    """
    for index, title in enumerate(_titles(asked, session)):
        await asyncio.sleep(_BETWEEN_S)
        if stop():
            raise DeviceError("SCN-CANCELLED", "stopped between two specimens")
        path, associated = Path(spool.folder) / f"{spool.session}-{index}.page", f"{spool.session}/{index}"
        await asyncio.to_thread(_seal, path, base64.b64decode(spool.key_b64), title, associated)
        page = ScannedPage(index, str(path), associated, *_SIZE, _DPI, "image/jpeg")
        arrived("page", wire.to_json(page))


def _titles(asked: ScanPages, session: Session) -> list[str]:
    papers = session.procedure.components if session.procedure is not None else ()
    wanted = [paper.name_vi for paper in papers if asked.component in ("", paper.id)]
    required = [paper.name_vi for paper in papers if paper.required]
    several = (required or wanted) if asked.component == "" else wanted
    return several[: 1 if asked.one else _MOST]


def _seal(path: Path, key: bytes, title: str, associated: str) -> None:
    sealed.write_sealed(path, key, specimen_page(title), associated.encode())


def _page(title: str) -> Image.Image:
    from PIL import Image, ImageDraw, ImageFont

    said = _words().page
    fonts = paths.assets() / "fonts" / "print"
    plain = ImageFont.truetype(str(fonts / _FONT.format("500Medium")), 40)
    strong = ImageFont.truetype(str(fonts / _FONT.format("700Bold")), 44)
    large = ImageFont.truetype(str(fonts / _FONT.format("700Bold")), 60)
    sheet = Image.new("L", _SIZE, 255)
    draw = ImageDraw.Draw(sheet)
    middle, y = _SIZE[0] / 2, 150

    def line(text: str, font: ImageFont.FreeTypeFont, step: int, centred: bool = False, ink: int = 20) -> None:
        nonlocal y
        for piece in _wrapped(text, font, _SIZE[0] - 2 * _EDGE):
            draw.text((middle if centred else _EDGE, y), piece, ink, font, "ma" if centred else "la")
            y += step

    line(said["nation"], strong, 66, centred=True)
    line(said["motto"], plain, 150, centred=True)
    line(title.upper(), large, 92, centred=True)
    y += 70
    for text in said["lines"]:
        line(text, plain, 72)
        y += 24
    y = 1900
    line(said["mark"], large, 92, centred=True, ink=110)
    line(said["mark_en"], strong, 66, centred=True, ink=110)
    draw.rectangle((_EDGE / 2, 1860, _SIZE[0] - _EDGE / 2, 2110), outline=110, width=6)
    return sheet


def _wrapped(text: str, font: Any, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _head() -> Image.Image:
    from PIL import Image, ImageDraw

    picture = Image.new("L", (300, 400), 225)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 70, 210, 220), fill=150)
    draw.ellipse((30, 250, 270, 560), fill=150)
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=88, dpi=(_DPI, _DPI))
    return stream.getvalue()
