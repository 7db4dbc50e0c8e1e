"""How the kiosk's unit has memory allocated."""

from __future__ import annotations

from pathlib import Path
from typing import Final

UNIT: Final = Path(__file__).parents[2] / "packaging" / "systemd" / "kiosk.service"
ALLOCATORS: Final = ("PYTHONMALLOC", "GLIBC_TUNABLES")


def allocators() -> dict[str, str]:
    """The variables of the unit's environment that say so; a kiosk without them is another one than that in the hall."""
    lines = UNIT.read_text("utf-8").splitlines()
    words = [
        word for line in lines if line.startswith("Environment=") for word in line.removeprefix("Environment=").split()
    ]
    said = dict(word.split("=", 1) for word in words)
    return {name: said[name] for name in ALLOCATORS}
