"""What a kiosk tells the system's manager: when it is ready, while its loop turns, and that it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk_app.runtime import alive
from tests.sites import NO_READER

PATIENCE_S = 120.0


@pytest.fixture
def manager(tmp_path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(PATIENCE_S)
    return listening


def until_silence(manager: socket.socket) -> list[bytes]:
    """What is heard until two seconds pass without a word, five times as long as was asked for."""
    heard = []
    manager.settimeout(2.0)
    try:
        while True:
            heard.append(manager.recv(100))
    except TimeoutError:
        return heard
    finally:
        manager.settimeout(PATIENCE_S)


def test_nobody_is_told_where_nobody_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not alive.notify(alive.READY)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    assert not alive.notify(alive.READY)


def test_a_manager_with_a_name_of_its_own_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0kiosk-test-{os.getpid()}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@kiosk-test-{os.getpid()}")
        assert alive.notify(alive.READY)
        assert listening.recv(100) == b"READY=1"


@pytest.mark.timeout(400)
def test_a_kiosk_says_that_it_is_ready_and_lives_until_it_hangs(manager: socket.socket, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(NO_READER, "utf-8")
    words = ("--config", str(tmp_path / "site.toml"), "--data", str(tmp_path / "data"), "run", "--profile", "test")
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000", "QT_QPA_PLATFORM": "offscreen"}
    kiosk = subprocess.Popen([str(Path(sys.executable).parent / "kiosk"), *words], env={**os.environ, **told})
    try:
        heard = [manager.recv(100) for _ in range(4)]
        assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        kiosk.send_signal(signal.SIGSTOP)  # as a loop that hangs
        said_before = until_silence(manager)
        assert set(said_before) <= {b"WATCHDOG=1"}
        kiosk.send_signal(signal.SIGCONT)
        assert manager.recv(100) == b"WATCHDOG=1"
        kiosk.send_signal(signal.SIGTERM)
        while (last := manager.recv(100)) == b"WATCHDOG=1":
            pass
        assert last == b"STOPPING=1"
        assert kiosk.wait(PATIENCE_S) == 0
    finally:
        kiosk.kill()
        kiosk.wait(60)
        manager.close()
