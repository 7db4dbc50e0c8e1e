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
def shared_pcscd(background: Background) -> Iterator[PcscDaemon | str]:
    """The virtual reader, shared with nobody while a module's tests run, or the reason why there is none."""
    daemon = PcscDaemon(wait_s=120)
    try:
        background.run(daemon.start())
    except PcscUnavailable as error:
        yield str(error)
        return
    yield daemon
    background.run(daemon.stop())


@pytest.fixture
def pcscd(shared_pcscd: PcscDaemon | str) -> PcscDaemon:
    if isinstance(shared_pcscd, str):
        pytest.skip(f"no virtual reader: {shared_pcscd}")
    return shared_pcscd


@pytest.fixture
def own_pcscd(background: Background) -> Iterator[PcscDaemon]:
    """A daemon of one test's own, for tests that end it; not for modules that share one."""
    daemon = PcscDaemon(wait_s=120)
    try:
        background.run(daemon.start())
    except PcscUnavailable as error:
        pytest.skip(f"no virtual reader: {error}")
    if not daemon.ours:
        background.run(daemon.stop())
        pytest.skip("the pcscd that runs here is not ours to end")
    yield daemon
    background.run(daemon.stop())


@pytest.fixture
def trust(tmp_path: Path) -> TrustStore:
    return TrustStore.load(ISSUER.write_csca(tmp_path).parent)
