"""Sites for whole kiosks in tests that leave the computer's one virtual card reader alone, so that many run at once."""

from __future__ import annotations

from typing import Final

NO_READER: Final = """
[simulation]
devices = ["scanner", "barcode", "printer"]

[[devices]]
id = "card0"
kind = "card"
driver = "pcsc"
settings = { transport = "pcsc", reader = "no such reader" }

[[devices]]
id = "scanner0"
kind = "scanner"
driver = "sane"

[[devices]]
id = "barcode0"
kind = "barcode"
driver = "serial-barcode"

[[devices]]
id = "printer0"
kind = "printer"
driver = "escpos-network"
"""
"""A machine without a card reader."""

DIRECT_CARD: Final = NO_READER.replace('devices = ["scanner"', 'devices = ["card", "scanner"').replace(
    'transport = "pcsc", reader = "no such reader"', 'transport = "direct"'
)
"""A machine whose card reader takes the simulated chip itself."""
