"""Fixtures of the card's tests: the trusted issuer, and the one pcscd a machine can have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from card_bench import ISSUER, Background

from drivers.card.emrtd.certificates import TrustStore
from drivers.simulators.pcscd import PcscDaemon, PcscUnavailable


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    loop = Background()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def pcscd(background: Background) -> Iterator[PcscDaemon]:
    """The virtual reader, shared with nobody while a module's tests run; skips with the reason where there is none."""
    daemon = PcscDaemon(wait_s=120)
    try:
        background.run(daemon.start())
    except PcscUnavailable as error:
        pytest.skip(f"no virtual reader: {error}")
    yield daemon
    background.run(daemon.stop())


@pytest.fixture
def own_pcscd(pcscd: PcscDaemon) -> PcscDaemon:
    """The same, for tests that end it."""
    if not pcscd.ours:
        pytest.skip("the pcscd that runs here is not ours to end")
    return pcscd


@pytest.fixture
def trust(tmp_path: Path) -> TrustStore:
    return TrustStore.load(ISSUER.write_csca(tmp_path).parent)
