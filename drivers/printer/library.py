"""python-escpos, imported when it is needed and without the folder that its import leaves in the temporary directory."""

from __future__ import annotations

import tempfile
from functools import cache
from typing import Any


@cache
def load() -> tuple[Any, Any]:
    """Its Dummy printer and Profile; the first call takes a third of a second, which no restart should wait for.

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
