"""A vendor's package as installed, and the folder whose files choose how its scanner behaves."""

from __future__ import annotations

from pathlib import Path

import pytest
import vendor_package


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = tmp_path / "site"
    site.mkdir()
    vendor_package.install(site)
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    behaviour = tmp_path / "behaviour"
    behaviour.mkdir()
    return behaviour
