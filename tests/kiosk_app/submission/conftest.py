"""Fixtures: one ministry for the whole run, a kiosk and a proxy for each test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cutting_proxy import CuttingProxy
from submission_bench import AgentProcess, Ministry, make_settings

from kiosk_app.submission import SubmissionService, SubmissionSettings


@pytest.fixture(scope="session")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """The real service."""
    service = Ministry(tmp_path_factory.mktemp("ministry"))
    yield service
    service.kill()


@pytest.fixture
def proxy(ministry: Ministry) -> Iterator[CuttingProxy]:
    """The line to it."""
    with contextlib.closing(CuttingProxy(ministry.address)) as line:
        yield line


@pytest.fixture
def settings(tmp_path: Path, ministry: Ministry, proxy: CuttingProxy) -> SubmissionSettings:
    """A kiosk behind the proxy."""
    return make_settings(tmp_path / "kiosk", proxy.url, ministry.pki)


@pytest.fixture
def offline(tmp_path: Path) -> SubmissionSettings:
    """A kiosk that needs no service."""
    return make_settings(tmp_path / "kiosk", "https://127.0.0.1:9", tmp_path)


@pytest.fixture
def kiosk(settings: SubmissionSettings) -> Iterator[SubmissionService]:
    """The façade of the kiosk behind the proxy."""
    with contextlib.closing(SubmissionService(settings)) as service:
        yield service


@pytest.fixture
def start_agent() -> Iterator[Callable[..., AgentProcess]]:
    """Starts agents and leaves none behind."""
    running: list[AgentProcess] = []

    def start(settings: SubmissionSettings, prefix: tuple[str, ...] = ()) -> AgentProcess:
        running.append(AgentProcess(settings, prefix))
        return running[-1]

    yield start
    for agent in running:
        if agent.process.poll() is None:
            agent.kill()
        elif agent.process.stderr is not None:
            agent.process.stderr.close()
