"""Sheets that the scanner's suite draws, and how it tells from a scanned page which one it was and whether it is whole."""

from __future__ import annotations

import base64
import io
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageStat

from drivers import sealed
from drivers.ports import ScannedPage, Spool

SIZE: Final = (800, 1100)
DARKEST, STEP, MOST = 40, 24, 9
"""Sheet n is of one grey all over, far enough from its neighbours that lamps, JPEG and a skewed feed do not matter."""
_numbers: Final = itertools.count(1)
BANDS: Final = (0.3, 0.5, 0.7)
"""Where a page is looked at, as parts of its height: a page cut short differs in the last."""


def draw_sheets(folder: Path, count: int) -> list[Path]:
    """Sheets 0 to count-1 as picture files."""
    assert count <= MOST
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"sheet-{number}.png"
        if not path.exists():
            Image.new("RGB", SIZE, (DARKEST + STEP * number,) * 3).save(path)
        paths.append(path)
    return paths


def number_of(picture: Image.Image) -> int | None:
    """Which sheet it is; None when it is none of ours from top to bottom."""
    grey = picture.convert("L")
    seen = set()
    for band in BANDS:
        middle, row = grey.width // 2, round(grey.height * band)
        patch = grey.crop((middle - grey.width // 10, row - 4, middle + grey.width // 10, row + 4))
        seen.add(round((ImageStat.Stat(patch).mean[0] - DARKEST) / STEP))
    return seen.pop() if len(seen) == 1 else None


def fresh_spool(folder: Path) -> SpoolFolder:
    """A spool below `folder` that nothing was put into."""
    name = f"session-{next(_numbers)}"
    return SpoolFolder(folder / name, name)


@dataclass
class SpoolFolder:
    """A spool for one scan, and what came into it."""

    folder: Path
    session: str
    key: bytes = field(default_factory=sealed.new_key, repr=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def value(self) -> Spool:
        """As the port takes it."""
        return Spool(str(self.folder), base64.b64encode(self.key).decode(), self.session)

    def open(self, data: dict[str, Any]) -> Image.Image:
        """The picture of a page event, checked against all that the event says."""
        page = ScannedPage(**data)
        path = Path(page.path)
        assert path.parent == self.folder, "a page outside the spool"
        assert path.read_bytes()[: len(sealed.MAGIC)] == sealed.MAGIC, "a page that is not sealed"
        plain = sealed.read_sealed(path, self.key, page.associated.encode())
        with Image.open(io.BytesIO(plain)) as picture:
            picture.load()  # fails on a picture that is not whole
            assert picture.size == (page.width, page.height)
            assert Image.MIME[picture.format or ""] == page.media_type
            assert page.dpi > 0
            return picture.convert("RGB")

    def strangers(self, events: list[dict[str, Any]]) -> list[str]:
        """Files in the folder that no page event has named."""
        named = {Path(data["path"]).name for data in events}
        return sorted(path.name for path in self.folder.iterdir() if path.name not in named)
