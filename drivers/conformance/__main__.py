"""`python -m drivers.conformance --device ID`: pytest on the suite of a configured device, with the plugin that finds it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    tests = Path(__file__).with_name("test_device.py")
    own = ["-p", "drivers.conformance.plugin", "-p", "no:cacheprovider", "-v", "-rs", "--tb=short"]
    sys.exit(pytest.main([*own, str(tests), *sys.argv[1:]]))
