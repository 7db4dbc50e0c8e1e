"""Python beside a mount that only it sees, gone with its process: full disks, read-only ones, another machine's folder."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def told_beside(mount: str, script: str) -> str:
    """What the script prints after the command `mount`; skips the test where mount namespaces are not allowed."""
    command = f'{mount} && exec "{sys.executable}" -c "$SCRIPT"'
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", command],
        env={**os.environ, "SCRIPT": script},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "unshare" in done.stderr or "mount: " in done.stderr:
        pytest.skip("mount namespaces are not allowed here")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
