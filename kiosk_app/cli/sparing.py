"""What modules of Python bring along unasked, left out of the window's process: a megabyte that nothing there uses."""

from __future__ import annotations

import os
import sys
from typing import Any, Final, cast

_FOLDERS: Final = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
"""Where time zones lie, as Python is built for."""


def import_zones() -> None:
    """Imports zoneinfo without the table of all settings Python was built with, which it reads its folders from.

    PYTHONTZPATH is the documented way to say them (PEP 615); what it says already stays.
    """
    if "PYTHONTZPATH" in os.environ:
        return
    os.environ["PYTHONTZPATH"] = os.pathsep.join(_FOLDERS)
    try:
        import zoneinfo  # noqa: F401
    finally:
        del os.environ["PYTHONTZPATH"]


def import_asyncio() -> None:
    """Imports asyncio without ssl, which it can do without: its streams then know no TLS, and here none are asked to.

    The line to the ministry is of requests, which brings ssl along when it is needed, on its own thread.
    """
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    modules = cast(dict[str, Any], sys.modules)
    modules["ssl"] = None  # an import of it fails
    try:
        import asyncio  # noqa: F401
    finally:
        del modules["ssl"]
