"""One shared running service for the tests that do not break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ministry_harness import Client, Ministry, running


@pytest.fixture(scope="session")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    with running(tmp_path_factory.mktemp("ministry") / "data") as service:
        service.run("issue-certificate", "other-kiosk")
        yield service


@pytest.fixture
def client(ministry: Ministry) -> Client:
    return Client(ministry)


@pytest.fixture
def other(ministry: Ministry) -> Client:
    """Another kiosk of the same ministry."""
    return Client(ministry, "other-kiosk", "kiosk-other-kiosk")
