"""What reached the ministry of a dossier: which sheet each page of its files shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from PIL import Image

from backend import desk
from backend.service import open_service
from drivers.simulators import papers

SMALL = (62, 88)
CERTAIN = 0.5


def sheets_of(service: Path, dossier_code: str, known: tuple[str, ...]) -> dict[str, list[str]]:
    """The labels of the sheets in each component's file, in the order of their pages; «?» for what is none of `known`."""
    drawn = {label: _drawn(label) for label in known}
    ministry = open_service(service, None)
    try:
        return {
            file.component: [_nearest(page, drawn) for page in _pages(Path(ministry.files.place(file.sha256)))]
            for file in desk.files(ministry, dossier_code)
        }
    finally:
        ministry.close()


@cache
def _drawn(label: str) -> Any:
    name, _, page = label.partition(":")
    return _look(papers.paper(name, int(page)))


def _pages(file: Path) -> list[Any]:
    found = []
    with pikepdf.open(file) as pdf:
        for page in pdf.pages:
            (picture,) = page.get_images().values()
            found.append(_look(pikepdf.PdfImage(picture).as_pil_image()))
    return found


def _look(picture: Image.Image) -> Any:
    """A small picture of unit length without its mean, so that a product is a correlation."""
    small = np.asarray(picture.convert("L").resize(SMALL, Image.Resampling.BOX), dtype=np.float64)
    small -= small.mean()
    return small / (np.linalg.norm(small) or 1.0)


def _nearest(page: Any, drawn: dict[str, Any]) -> str:
    label, likeness = max(
        ((label, float((page * look).sum())) for label, look in drawn.items()), key=lambda found: found[1]
    )
    return label if likeness > CERTAIN else "?"
