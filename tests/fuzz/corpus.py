"""The kept inputs: honest files of fictional cards, and whatever once broke a target."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

NAMES: Final = (
    "card-security",
    "com",
    "dg1",
    "dg13",
    "dg15",
    "dg2",
    "lds",
    "qr",
    "reading",
    "secure-messaging",
    "security-infos",
    "sod",
    "tlv",
)
CORPUS: Final = Path(__file__).parent / "corpus"


def of(target: str) -> list[bytes]:
    """The inputs of a target, none when it has none."""
    folder = CORPUS / target
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []


def plant() -> int:
    """Writes the honest inputs; the same every time, but for RSA keys. Gives how many there are."""
    from tests.fuzz import targets

    count = 0
    for name in NAMES:
        (CORPUS / name).mkdir(parents=True, exist_ok=True)
        for data in targets.seeds(name):
            path = CORPUS / name / f"seed-{hashlib.sha256(data).hexdigest()[:16]}"
            path.write_bytes(data)
            count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{plant()} inputs\n")
