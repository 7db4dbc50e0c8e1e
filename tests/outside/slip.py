"""What came of a visit: the ministry's dossier, and the slip as its picture says it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image


def the_dossier(data: Path) -> dict[str, Any]:
    """The one that the ministry's service holds. Raises ValueError when there is none, or another."""
    command = [
        str(Path(sys.executable).parent / "kiosk-backend"),
        "dossiers",
        "--data",
        str(data / "service"),
        "--json",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (dossier,) = json.loads(done.stdout)["dossiers"]
    found: dict[str, Any] = dossier
    return found


def codes_on_slip(receipts: Path) -> list[str]:
    """What is in the codes of the one slip that was printed."""
    (picture,) = receipts.glob("receipt-*.png")
    with Image.open(picture) as slip:
        return [code.text for code in zxingcpp.read_barcodes(slip.convert("L"))]
