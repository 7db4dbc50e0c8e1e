"""Every kept input of the fuzzers, again: only typed errors, in time, and the harness itself works."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.corpus import CORPUS, NAMES, of
from tests.fuzz.targets import TARGETS, seeds

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("target", NAMES)
def test_no_kept_input_breaks_its_target(target: str) -> None:
    kept = [*of(target), *seeds(target)]
    assert kept
    for data in kept:
        started = time.monotonic()
        TARGETS[target](data)
        assert time.monotonic() - started < 5


def test_every_folder_of_the_corpus_belongs_to_a_target() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(NAMES)


@pytest.mark.parametrize("target", ["tlv", "sod"])
def test_the_harness_attacks_for_the_time_it_is_given(target: str) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "1", "--target", target, "--hypothesis"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert finished.returncode == 0, finished.stdout
    assert f"{target:18}ok" in finished.stdout
