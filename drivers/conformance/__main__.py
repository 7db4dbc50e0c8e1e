"""`python -m drivers.conformance --device ID`: pytest on the suite of a configured device, with the plugin that finds it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

# Here nobody else's options are near, so ours may be short.
SHORT: Final = {"--device": "--kiosk-device", "--profile": "--kiosk-profile"}


def long(word: str) -> str:
    """An option as the plugin knows it, with a value behind = or without."""
    name, equals, value = word.partition("=")
    return f"{SHORT.get(name, name)}{equals}{value}"


if __name__ == "__main__":
    tests = Path(__file__).with_name("test_device.py")
    own = ["-p", "drivers.conformance.plugin", "-p", "no:cacheprovider", "-v", "-rs", "--tb=short"]
    sys.exit(pytest.main([*own, str(tests), *map(long, sys.argv[1:])]))
