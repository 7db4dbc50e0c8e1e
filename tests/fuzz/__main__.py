"""`make fuzz SECONDS=60`: attacks every layer of the card reader for a while, guided by coverage where atheris is there.

Each target gets its share of the time in a process of its own, which may use 200 MB and 5 seconds for one input. What
breaks a target is written to tests/fuzz/corpus, where every run and every test replays it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Final

from tests.fuzz.corpus import CORPUS, NAMES, of

MEMORY_MB: Final = 200
INPUT_SECONDS: Final = 5
_ROUND: Final = 300


class TooSlow(BaseException):
    """One input took longer than any may; nothing catches this by mistake."""


def main() -> int:
    """0 when nothing broke, 1 when something did."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--target", choices=NAMES, help="only this one")
    parser.add_argument("--hypothesis", action="store_true", help="even where atheris is there")
    parser.add_argument("--worker", choices=("atheris", "hypothesis"), help=argparse.SUPPRESS)
    asked, _ = parser.parse_known_args()
    if asked.worker:
        return worker(asked.worker, asked.target, asked.seconds)
    engine = "hypothesis" if asked.hypothesis or importlib.util.find_spec("atheris") is None else "atheris"
    names = [asked.target] if asked.target else NAMES
    print(f"{len(names)} targets with {engine}, {asked.seconds:g} s together", flush=True)
    broken = []
    for name in names:
        share = asked.seconds / len(names)
        command = [sys.executable, "-m", "tests.fuzz", "--worker", engine, "--target", name, "--seconds", str(share)]
        finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=share + 120)
        lines = finished.stderr.strip().splitlines()
        print(f"{name:18}{'ok' if finished.returncode == 0 else 'BROKEN':8}{_last(lines)}", flush=True)
        if finished.returncode:
            broken.append(name)
            print(finished.stdout[-4000:] + "\n".join(lines[-12:]))
    return 1 if broken else 0


def _last(lines: list[str]) -> str:
    told = [line for line in lines if "exec/s" in line or line.startswith("tried")]
    return told[-1].strip() if told else ""


def worker(engine: str, name: str, seconds: float) -> int:
    """One target in this process."""
    if engine == "atheris":
        return _atheris(name, seconds)
    return _hypothesis(name, seconds)


def _atheris(name: str, seconds: float) -> int:
    import atheris

    # What is imported here is compiled with counters, so that inputs which reach new lines are kept and changed further.
    with atheris.instrument_imports(include=["drivers.card"]):
        from tests.fuzz.targets import TARGETS

    attack = TARGETS[name]
    limits = [f"-max_total_time={max(1, int(seconds))}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MB}"]
    places = [f"-artifact_prefix={CORPUS / name}/", "-max_len=8192"]
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as fresh:
        # New inputs go to a folder of the run; the kept corpus only grows by what breaks something.
        atheris.Setup([sys.argv[0], *limits, *places, fresh, str(CORPUS / name)], lambda data: attack(bytes(data)))
        atheris.Fuzz()
    return 0


def _hypothesis(name: str, seconds: float) -> int:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    from tests.fuzz.targets import TARGETS, seeds

    attack, kept = TARGETS[name], [*of(name), *seeds(name)]
    until, tried = time.monotonic() + seconds, 0
    signal.signal(signal.SIGALRM, _late)

    @settings(
        max_examples=_ROUND,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(st.binary(max_size=400), _damaged(st, kept)))
    def round_(data: bytes) -> None:
        nonlocal tried
        if time.monotonic() >= until:
            return
        tried += 1
        signal.alarm(INPUT_SECONDS)
        try:
            attack(data)
        except BaseException:
            _keep(name, data)
            raise
        finally:
            signal.alarm(0)

    for data in kept:
        attack(data)
    while time.monotonic() < until:
        round_()
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
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    sys.exit(main())
