"""A connection to the store that has let go holds no row in plain, and a host's pipe no line that was read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
from hunter import in_memory

from drivers.host import _lines

ROOT = Path(__file__).parents[2]
NAME = "KAVUKUPITI MUHUKAVUVU"
SCRIPT = """
import sys
from pathlib import Path
from drivers import memory
from kiosk_app.submission.database import Database

memory.overwrite_freed()
store = Database(Path(sys.argv[1]), bytes(32), 5.0)
store.migrate()
store.rows("CREATE TABLE visitor (number INTEGER PRIMARY KEY, name TEXT)")

def visit(count):
    for number in range(count):
        store.change("INSERT INTO visitor (name) VALUES (?)", (sys.stdin.readline().strip(),))
        store.rows("SELECT * FROM visitor")

visit(3)
print("written", flush=True)
sys.stdin.readline()
if sys.argv[2] == "forget":
    store.change("DELETE FROM visitor")
    store.forget()
    memory.forget()
print("over", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("then", ["forget", "keep"])
def test_a_store_that_has_forgotten_holds_no_row_in_memory(tmp_path: Path, then: str) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "store.db"), then]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{NAME} {'and more ' * 50}\n" * 3)
        process.stdin.flush()
        assert process.stdout.readline() == "written\n"
        # Longer than what the reader of the pipe keeps, so that the names in it are of no store.
        process.stdin.write(" " * 20_000 + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "over\n"
        found = in_memory(process.pid, {"name": [NAME.encode()]})
        process.stdin.close()
    assert found == (set() if then == "forget" else {"name"})


def test_lines_of_a_pipe_come_whole_however_they_are_cut() -> None:
    reading, writing = os.pipe()
    sent = [b"{}\n", b"x" * 60_000 + b"\n", b"short\n", b"cut off"]
    for part in (sent[0] + sent[1][:10], sent[1][10:] + sent[2][:2], sent[2][2:] + sent[3]):
        os.write(writing, part)
    os.close(writing)
    assert list(_lines(reading)) == sent[:3]
    os.close(reading)
