"""Fixtures of the card's tests: the trusted issuer, and the one pcscd a machine can have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from card_bench import ISSUER

from drivers.card.emrtd.certificates import TrustStore
from drivers.simulators.pcscd import PcscDaemon, PcscUnavailable


class Background:
    """An event loop of its own thread: simulators live there while a driver, being synchronous, runs in the test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=150)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


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
def trust(tmp_path: Path) -> TrustStore:
    return TrustStore.load(ISSUER.write_csca(tmp_path).parent)
