"""The A4 printer from the command line: configuration, host and driver, to a printer of another's making and back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from eve import MISSING, EvePrinter

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 120
pytestmark = pytest.mark.skipif(MISSING is not None, reason=f"{MISSING} is not installed (packaging/setup.sh)")


def kiosk(folder: Path, uri: str, *words: str) -> tuple[int, Any]:
    site = folder / "kiosk.toml"
    site.write_text(
        f"""profile = "production"
[kiosk]
id = "kiosk-0001"
[[devices]]
id = "office0"
kind = "office"
driver = "ipp-office"
[devices.settings]
uri = "{uri}"
""",
        "utf-8",
    )
    command = [
        str(Path(sys.executable).with_name("kiosk")),
        "--config",
        str(site),
        "--data",
        str(folder / "data"),
        *words,
    ]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def test_it_is_listed_tested_and_prints_a_specimen(eve: EvePrinter, tmp_path: Path) -> None:
    code, listed = kiosk(tmp_path, eve.uri, "devices")
    assert code == 0
    (row,) = listed["devices"]
    assert (row["id"], row["kind"], row["state"], row["code"]) == ("office0", "office", "ready", None)
    assert "pdf" in row["capabilities"]
    code, printed = kiosk(tmp_path, eve.uri, "print-sample", "form-01", "--on", "office0")
    assert (code, printed["outcome"], printed["device"]) == (0, "printed", "office0")
    (document,) = eve.documents
    assert document.startswith(b"%PDF-")


def test_without_a_printer_the_code_says_so_and_an_unknown_one_is_a_slip_of_the_pen(tmp_path: Path) -> None:
    code, told = kiosk(tmp_path, "ipp://127.0.0.1:1/ipp/print", "print-sample", "form-01", "--on", "office0")
    assert (code, told["error"]) == (1, "OFP-ABSENT")
    for words in (("form-01", "--on", "printer0"), ("queue-ticket", "--on", "office0")):
        code, said = kiosk(tmp_path, "ipp://127.0.0.1:1/ipp/print", "print-sample", *words)
        assert code == 2, said
