"""One shared running service for the tests that do not break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ministry_harness import Client, Ministry, running

from backend.tls import Pki


@pytest.fixture(scope="session")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    with running(tmp_path_factory.mktemp("ministry") / "data") as service:
        Pki(service.pki).issue("other-kiosk", 10)
        yield service


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """A service with little patience: few misses, short silences."""
    settings = "tracking_misses_per_minute = 3\nupload_idle_s = 0.3\n"
    with running(tmp_path_factory.mktemp("strict") / "data", settings) as service:
        Pki(service.pki).issue("other-kiosk", 10)
        yield service


@pytest.fixture
def client(ministry: Ministry) -> Client:
    return Client(ministry)


@pytest.fixture
def other(ministry: Ministry) -> Client:
    """Another kiosk of the same ministry."""
    return Client(ministry, "other-kiosk", "kiosk-other-kiosk")
