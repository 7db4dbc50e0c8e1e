"""Where the application's read-only files and a machine's data lie."""

from __future__ import annotations

import os
from pathlib import Path


def root() -> Path:
    """The folder with assets/ and config/: KIOSK_HOME where packaged apart, else the checkout."""
    return Path(os.environ.get("KIOSK_HOME") or Path(__file__).resolve().parent.parent)


def assets() -> Path:
    """Fonts, icons, translations, catalogue and forms."""
    return root() / "assets"


def config() -> Path:
    """kiosk.toml and the profiles."""
    return root() / "config"
