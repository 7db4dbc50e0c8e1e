"""Nobody gets out of the kiosk in the compositor of its unit either, and no other user's program gets onto its screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.escape.trying import a_hand_everywhere, every_corner, every_key, it_serves, nobody_gets_out
from tests.outside.on_screen import HIGH, WIDE, OnScreen, kiosk_in_cage


def _may_be_somebody_else() -> bool:
    """Whether root may make the namespace in which it has another number; not in a changed root, says user_namespaces(7)."""
    return os.getuid() != 0 or subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not (shutil.which("cage") and shutil.which("Xwayland")),
        reason="cage and xwayland are not installed: packaging/setup.sh installs them",
    ),
    pytest.mark.skipif(not _may_be_somebody_else(), reason="cage refuses root, and root may not make a namespace here"),
]
ROOT = Path(__file__).parents[2]
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[OnScreen]:
    with kiosk_in_cage(tmp_path) as running:
        running.until(lambda: [(one.wide, one.high) for one in running.windows()] == [(WIDE, HIGH)], "its whole screen")
        yield running


def test_what_is_tried_here_is_the_compositor_of_the_unit(kiosk: OnScreen) -> None:
    unit = ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    unit.read(ROOT / "packaging" / "systemd" / "kiosk.service", "utf-8")
    words = Path(f"/proc/{kiosk.kiosk.pid}/cmdline").read_bytes().decode().split("\0")
    assert unit["Service"]["ExecStart"].split()[1:3] == words[1:3] == ["-d", "--"]
    assert unit["Service"]["RuntimeDirectoryMode"] == "0700"
    assert sockets(kiosk)[0].parent.stat().st_mode & 0o777 == 0o700
    assert "QT_QPA_PLATFORM=wayland" in (ROOT / "packaging" / "systemd" / "kiosk.service").read_text("utf-8")


def test_keys_arrive_through_the_compositor(kiosk: OnScreen) -> None:
    kiosk.hand("mousemove", "540", "1500")

    def pressed() -> bool:
        kiosk.hand("key", "Tab", "Return")
        return bool(kiosk.screens())

    kiosk.until(pressed, "what a pressed button leads to")


def test_no_key_leads_out_of_the_compositor(kiosk: OnScreen) -> None:
    every_key(kiosk)


def test_no_corner_edge_or_long_press_is_a_door_of_the_compositor(kiosk: OnScreen) -> None:
    every_corner(kiosk)


def test_no_hand_that_touches_everywhere_finds_a_door_of_the_compositor(kiosk: OnScreen) -> None:
    a_hand_everywhere(kiosk, "collar")


def sockets(kiosk: OnScreen) -> tuple[Path, str]:
    """The compositor's socket and its display for X clients, as the kiosk in it was told."""
    (child,) = Path(f"/proc/{kiosk.kiosk.pid}/task/{kiosk.kiosk.pid}/children").read_text("ascii").split()
    told = dict(
        line.split("=", 1) for line in Path(f"/proc/{child}/environ").read_bytes().decode().split("\0") if "=" in line
    )
    return Path(told["XDG_RUNTIME_DIR"]) / told["WAYLAND_DISPLAY"], told["DISPLAY"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_no_program_of_another_user_gets_onto_the_screen(kiosk: OnScreen) -> None:
    socket, display = sockets(kiosk)
    code = f"import socket; socket.socket(socket.AF_UNIX).connect({str(socket)!r})"
    ask = ["xdotool", "search", "--maxdepth", "0", "--name", ""]
    environment = {"PATH": "/usr/bin:/bin", "DISPLAY": display}

    def tried(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, capture_output=True, text=True, env=environment, check=False, timeout=60, cwd="/")

    with nobody_gets_out(kiosk):
        assert tried("/usr/bin/python3", "-c", code).returncode == 0  # the same ways are open to the kiosk's own user
        assert "PermissionError" in tried(*NOBODY, "/usr/bin/python3", "-c", code).stderr
        refused = tried(*NOBODY, *ask)
        assert refused.returncode != 0
        assert "Authorization required" in refused.stderr
        it_serves(kiosk)
