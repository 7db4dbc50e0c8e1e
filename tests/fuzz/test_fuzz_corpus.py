"""Every kept input of the fuzzers, again: only typed errors, in time, and the harness itself works."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.__main__ import INPUT_SECONDS
from tests.fuzz.corpus import CORPUS, NAMES, of
from tests.fuzz.targets import TARGETS, seeds

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("target", NAMES)
def test_no_kept_input_breaks_its_target(target: str) -> None:
    kept = [*of(target), *seeds(target)]
    assert kept
    for data in kept:
        # Processor time: what others do on the machine does not count.
        started = time.process_time()
        TARGETS[target](data)
        assert time.process_time() - started < INPUT_SECONDS


def test_every_folder_of_the_corpus_belongs_to_a_target() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(NAMES)


ENGINES = ["atheris", "hypothesis"] if importlib.util.find_spec("atheris") else ["hypothesis"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_harness_attacks_for_the_time_it_is_given(engine: str) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "1", "--target", "tlv"]
    command += ["--hypothesis"] if engine == "hypothesis" else []
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert finished.returncode == 0, finished.stdout
    assert f"with {engine}" in finished.stdout
    assert f"{'tlv':18}ok" in finished.stdout


FAULTY = """
import sys
from pathlib import Path
import tests.fuzz.__main__ as harness
from tests.fuzz import targets

def attack(data):
    if len(data) > 3:
        raise KeyError("found")

targets.TARGETS = {"tlv": attack}
harness.CORPUS = Path(sys.argv[2])
sys.exit(harness.worker(sys.argv[1], "tlv", 60.0, 1))
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_what_breaks_a_target_is_written_to_a_file_that_breaks_it_again(engine: str, tmp_path: Path) -> None:
    (tmp_path / "tlv").mkdir()
    command = [sys.executable, "-c", FAULTY, engine, str(tmp_path)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert finished.returncode != 0
    assert "KeyError" in finished.stdout + finished.stderr
    found = [path for path in (tmp_path / "tlv").iterdir() if path.name.startswith("crash-")]
    assert found
    assert all(len(path.read_bytes()) > 3 for path in found)
    assert str(found[0]) in finished.stdout + finished.stderr
