"""`make fuzz SECONDS=60`: attacks every layer of the card reader for a while, guided by coverage where atheris is there.

Each target gets its share of the time in a process of its own, which may use 200 MB and, for one input, as long as the
driver has for a whole reading. What breaks a target is written to tests/fuzz/corpus, where every run and every test
replays it. The same seed tries the same inputs in the same order, as far as the time goes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from tests.fuzz.corpus import CORPUS, NAMES, of

_STARTED: Final = time.monotonic()
MEMORY_MB: Final = 200
# The deadline of the driver's verb `read`. Inputs take milliseconds; a loaded machine must not make one of them a finding.
INPUT_SECONDS: Final = 20
# What a worker may need beyond its share: its start, an input that just began, the writing of a finding.
_GRACE_SECONDS: Final = 120
_ROUND: Final = 300


class TooSlow(BaseException):
    """One input took longer than any may; nothing catches this by mistake."""


@dataclass(frozen=True)
class Outcome:
    """How the attack on one target ended: `told` is a line of figures, `complaint` empty unless something broke."""

    name: str
    told: str
    complaint: str = ""


def main() -> int:
    """0 when nothing broke, 1 when something did."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--seed", type=int, default=1, help="which inputs are made; another one tries others")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="targets at the same time")
    parser.add_argument("--target", choices=NAMES, help="only this one")
    parser.add_argument("--hypothesis", action="store_true", help="even where atheris is there")
    parser.add_argument("--worker", choices=("atheris", "hypothesis"), help=argparse.SUPPRESS)
    asked, _ = parser.parse_known_args()
    if asked.worker:
        return worker(asked.worker, asked.target, asked.seconds, asked.seed)
    engine = "hypothesis" if asked.hypothesis or importlib.util.find_spec("atheris") is None else "atheris"
    names = (asked.target,) if asked.target else NAMES
    jobs = max(1, min(asked.jobs, len(names)))
    print(f"{len(names)} targets with {engine}, {asked.seconds:g} s together, seed {asked.seed}", flush=True)
    share = asked.seconds * jobs / len(names)
    with ThreadPoolExecutor(jobs) as pool:
        outcomes = list(pool.map(lambda name: _attack(engine, name, share, asked.seed), names))
    for outcome in outcomes:
        print(f"{outcome.name:18}{'BROKEN' if outcome.complaint else 'ok':8}{outcome.told}")
    for outcome in outcomes:
        if outcome.complaint:
            print(f"\n--- {outcome.name}\n{outcome.complaint}")
    sys.stdout.flush()
    return 1 if any(outcome.complaint for outcome in outcomes) else 0


def _attack(engine: str, name: str, seconds: float, seed: int) -> Outcome:
    """One target in a process of its own, which is killed when it does not end."""
    command = [sys.executable, "-m", "tests.fuzz", "--worker", engine, "--target", name]
    command += ["--seconds", str(seconds), "--seed", str(seed)]
    # Sets have the same order in every run, so that the seed decides alone.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    try:
        finished = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=seconds + _GRACE_SECONDS, env=environment
        )
    except subprocess.TimeoutExpired:
        return Outcome(name, "", f"the attack did not end within {seconds + _GRACE_SECONDS:.0f} s")
    lines = finished.stderr.strip().splitlines()
    figures = [line for line in lines if "exec/s" in line or line.startswith("tried")]
    told = figures[-1].strip() if figures else ""
    if not finished.returncode:
        return Outcome(name, told)
    return Outcome(name, told, f"{finished.stdout[-4000:]}\n" + "\n".join(lines[-24:]))


def worker(engine: str, name: str, seconds: float, seed: int) -> int:
    """One target in this process, whose start counts as part of the seconds."""
    if engine == "atheris":
        return _atheris(name, seconds, seed)
    return _hypothesis(name, seconds, seed)


def _atheris(name: str, seconds: float, seed: int) -> int:
    import atheris

    # What is imported here is compiled with counters, so that inputs which reach new lines are kept and changed further.
    with atheris.instrument_imports(include=["drivers.card"]):
        from tests.fuzz.targets import TARGETS

    attack = TARGETS[name]
    left = max(1, round(seconds - (time.monotonic() - _STARTED)))
    limits = [f"-max_total_time={left}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MB}", f"-seed={seed}"]
    places = [f"-artifact_prefix={CORPUS / name}/", "-max_len=8192"]
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as fresh:
        # New inputs go to a folder of the run; the kept corpus only grows by what breaks something.
        atheris.Setup([sys.argv[0], *limits, *places, fresh, str(CORPUS / name)], lambda data: attack(bytes(data)))
        atheris.Fuzz()
    return 0


def _hypothesis(name: str, seconds: float, number: int) -> int:
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    from tests.fuzz.targets import TARGETS, seeds

    attack, kept = TARGETS[name], [*of(name), *seeds(name)]
    until, tried, rounds = max(_STARTED + seconds, time.monotonic() + 0.5), 0, 0
    signal.signal(signal.SIGALRM, _late)

    inputs = st.one_of(st.binary(max_size=400), _damaged(st, kept))
    limits = settings(
        max_examples=_ROUND,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def one(data: bytes) -> None:
        nonlocal tried
        if time.monotonic() >= until:
            return
        tried += 1
        signal.alarm(INPUT_SECONDS)
        try:
            attack(data)
        except BaseException:
            sys.stderr.write(f"written to {_keep(name, data)}\n")
            raise
        finally:
            signal.alarm(0)

    for data in kept:
        one(data)
    while time.monotonic() < until:
        seed(number * 1_000_000 + rounds)(limits(given(inputs)(one)))()
        rounds += 1
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stderr.write(f"tried {tried} inputs, {used:.0f} MB\n")
    return 0 if used < MEMORY_MB else 1


def _damaged(st, kept: list[bytes]):  # type: ignore[no-untyped-def]
    """A kept input with bytes changed, pieces taken out, doubled or put in, and its end cut off."""

    def damage(drawn: tuple[bytes, list[tuple[int, int, bytes, int]], int]) -> bytes:
        data, changes, end = bytearray(drawn[0]), drawn[1], drawn[2]
        for place, kind, piece, length in changes:
            at = place % (len(data) + 1)
            if kind == 0:
                data[at : at + len(piece)] = piece
            elif kind == 1:
                del data[at : at + length]
            elif kind == 2:
                data[at:at] = data[at : at + length]
            else:
                data[at:at] = piece
        return bytes(data[: len(data) - end] if end < len(data) else data)

    change = st.tuples(st.integers(0, 8191), st.integers(0, 3), st.binary(min_size=1, max_size=6), st.integers(1, 64))
    ends = st.one_of(st.just(0), st.integers(0, 200))
    return st.tuples(st.sampled_from(kept), st.lists(change, min_size=1, max_size=6), ends).map(damage)


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _keep(name: str, data: bytes) -> Path:
    path = CORPUS / name / f"crash-{hashlib.sha256(data).hexdigest()[:16]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    for known in path.parent.iterdir():
        if known.read_bytes() == data:
            return known
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    sys.exit(main())
