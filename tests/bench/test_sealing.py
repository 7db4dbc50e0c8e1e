"""The measuring of sealing runs and tells its ratio."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.sealing import TIMES, measure, rows


def test_sealing_is_measured_against_the_same_bytes_written_plainly(tmp_path: Path) -> None:
    plains, seals, late = asyncio.run(measure(tmp_path, 2))
    assert (len(plains), len(seals)) == (2, 2)
    lines = rows([0.010, 0.020], [0.025, 0.031], late or [0.0])
    assert (lines[0].value, lines[0].budget, lines[0].verdict) == (2.5, TIMES, "ok")
    assert rows([0.01], [0.05], [0.0])[0].verdict == "over"
