"""The one exception of imaging, with its code."""

from __future__ import annotations

from typing import Final

UNREADABLE: Final = "IMG-UNREADABLE"
FORMAT: Final = "IMG-FORMAT"
LOCKED: Final = "IMG-LOCKED"
TOO_LARGE: Final = "IMG-TOO-LARGE"
TOO_MANY: Final = "IMG-TOO-MANY"
TIMEOUT: Final = "IMG-TIMEOUT"
WORKER: Final = "IMG-WORKER"
SETUP: Final = "IMG-SETUP"
WRITE: Final = "IMG-WRITE"
STORE_FULL: Final = "STO-FULL"


class ImagingError(Exception):
    """An expected failure: a code of drivers/errors.toml and a detail for technicians, never personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
