"""python-escpos, imported without the folder that each of its imports leaves in the temporary directory."""

from __future__ import annotations

import tempfile
from typing import Any


def _load() -> tuple[Any, Any]:
    """Its Dummy printer and Profile.

    On import it makes a temporary folder for a cache of printer profiles and never removes it; a host that restarts would
    fill the disk. The profiles are in memory afterwards, so the folder may go.
    """
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="kiosk-escpos-") as folder:
        tempfile.tempdir = folder
        try:
            from escpos.capabilities import Profile
            from escpos.printer import Dummy
        finally:
            tempfile.tempdir = before
    return Dummy, Profile


Dummy, Profile = _load()
