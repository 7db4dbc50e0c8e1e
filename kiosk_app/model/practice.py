"""A practice session: the same screens with a fictional person and fictional papers, from which nothing is ever sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk_app.model.staff import StaffMember

SPECIMEN_NUMBER: Final = "123456"
"""The six digits of the specimen card; any six open it."""


@dataclass(frozen=True)
class Practice:
    """Who let the practice begin, None for whoever started the kiosk for training, and what really lies on the reader and in
    the feeder meanwhile: the session itself knows only of the specimens."""

    member: StaffMember | None
    card_present: bool = False
    paper_loaded: bool = False
