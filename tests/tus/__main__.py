"""`make check-tus`: uploads between this project and tus programs of others' making, through a line that cuts.

The agent's upload client brings files to servers that others wrote, and clients that others wrote bring files to the
reference service, all over mutual TLS 1.3, through a proxy that ends each connection at a random byte. What lies at the
server in the end is held against what was sent. Nothing of either side is changed for it.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.tls import Pki
from tests.bench import report
from tests.bench.figures import Row
from tests.bench.large_uploads import MIB, LargeUploads, Ministry, Place, at, cut_somewhere, digest_of
from tests.bench.rough_line import RoughLine
from tests.bench.surroundings import ROOT, computer, course

HOME: Final = (ROOT / ".tools" / "tus").resolve()
PYTHON: Final = HOME / "python" / "bin" / "python"
CHUNK: Final = MIB
PAPER: Final = 300_000
"""Bytes of an ordinary paper, which goes with its own creation."""
_ENOUGH_S: Final = 600.0


@dataclass(frozen=True)
class Peer:
    """A program of others': its package, and how it is started."""

    package: str
    command: tuple[str | Path, ...]

    @property
    def name(self) -> str:
        """Package and version as installed."""
        described = HOME / "node_modules" / self.package / "package.json"
        if described.exists():
            return f"{self.package} {json.loads(described.read_text('utf-8'))['version']}"
        folder = [str(path) for path in (HOME / "python" / "lib").glob("python3*/site-packages")]
        (found,) = importlib.metadata.distributions(name=self.package, path=folder)
        return f"{self.package} {found.version}"


SERVERS: Final = (
    Peer("@tus/server", ("node", HOME / "server.mjs")),
    Peer("tuspyserver", (PYTHON, HOME / "server.py")),
)
CLIENTS: Final = (
    Peer("tus-js-client", ("node", HOME / "client.mjs")),
    Peer("tuspy", (PYTHON, HOME / "client.py")),
)


@contextlib.contextmanager
def serving(peer: Peer, folder: Path) -> Iterator[Place]:
    """Another's server with certificates of an authority as the ministry has one."""
    pki, kept = Pki(folder / "pki"), folder / "kept"
    pki.prepare(30)
    kept.mkdir()
    process = subprocess.Popen([*peer.command, pki.folder, kept], stdout=subprocess.PIPE, text=True, cwd=folder)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"{peer.package} did not start")
        yield Place(("127.0.0.1", int(port)), pki.folder, kept)
    finally:
        process.kill()
        process.communicate()


def to_their_server(peer: Peer, scratch: Path, seed: str, uploads: int, size: int) -> list[Row]:
    """Our client, their server: large files in chunks, and papers that go with their creation."""
    folder = scratch / peer.package.replace("/", "-")
    folder.mkdir()
    with serving(peer, folder) as place:
        with contextlib.closing(LargeUploads(folder, place, seed, size=size)) as large:
            seen = large.play(uploads)
        with contextlib.closing(LargeUploads(folder, place, seed, size=PAPER)) as small:
            papers = small.play(uploads)
    if papers.created_with < uploads * PAPER:
        raise RuntimeError(f"{peer.package} was brought papers in another way than with their creation")
    name, kilobytes = f"to {peer.name}", PAPER // 1000
    whole = f"SHA-256 of {kilobytes} kB at their server, sent with their creation, {papers.cuts} cuts"
    return [
        Row(f"{name}: other bytes", seen.differing, "", 0, uploads, f"SHA-256 of {size // MIB} MB at their server"),
        Row(f"{name}: sent again for a cut, most", seen.most_again, "chunks", 1, uploads, f"{seen.cuts} cuts"),
        Row(f"{name}, papers: other bytes", papers.differing, "", 0, uploads, whole),
        Row(f"{name}, papers: sent again for a cut, most", papers.most_again, "chunks", 1, uploads, "the same"),
    ]


def from_their_client(peer: Peer, scratch: Path, ministry: Ministry, seed: str, uploads: int, size: int) -> list[Row]:
    """Their client, our service."""
    place, dice = at(ministry), random.Random(f"{seed}/{peer.package}")
    weather = functools.partial(cut_somewhere, size)
    certificate = ministry.pki / "kiosk.pem"
    cuts = differing = again = 0
    for number in range(uploads):
        content = dice.randbytes(size)
        file = scratch / f"{peer.package}-{number}.bin"
        file.write_bytes(content)
        line = RoughLine(place.address, place.pki, certificate, weather, f"{seed}/{peer.package}/{number}")
        with contextlib.closing(line):
            address = _uploaded(peer, ministry.pki, f"{line.url}/files/", file)
        differing += digest_of(place, address) != hashlib.sha256(content).hexdigest()
        cuts += line.happened["cuts"]
        again += max(0, line.bytes_up - size)
    name = f"from {peer.name}"
    return [
        Row(
            f"{name}: other bytes",
            differing,
            "",
            0,
            uploads,
            f"SHA-256 of {size // MIB} MB at our service, {cuts} cuts",
        ),
        Row(f"{name}: more on the wire", again / MIB, "MB", None, uploads, "with TLS and heads of requests"),
    ]


def _uploaded(peer: Peer, pki: Path, endpoint: str, file: Path) -> str:
    command = [*peer.command, pki, endpoint, file, str(CHUNK)]
    bare = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_ENOUGH_S,
        check=False,
        env=bare | {"REQUESTS_CA_BUNDLE": str(pki / "ca.pem")},
    )
    if done.returncode:
        raise RuntimeError(f"{peer.package} gave up")
    return done.stdout.strip()


def main() -> int:
    """Runs it, prints the table, and puts it into the page. 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=10, help="with each of the others' programs")
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--out", type=Path, help="the page that gets the table")
    options = parser.parse_args()
    began, load, size = time.monotonic(), os.getloadavg()[0], options.megabytes * MIB
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-tus-") as scratch:
        for peer in SERVERS:
            found += to_their_server(peer, Path(scratch), options.seed, options.uploads, size)
        ministry = Ministry(Path(scratch) / "ministry")
        try:
            for peer in CLIENTS:
                found += from_their_client(peer, Path(scratch), ministry, options.seed, options.uploads, size)
        finally:
            ministry.kill()
    sys.stdout.write(f"\n{report.table(found)}\n")
    if options.out:
        facts = {**computer(), **course(load, began), "seed": options.seed}
        report.put_measured(options.out, "tus", "tus programs of others", "make check-tus", __doc__, found, facts)
    return 1 if any(row.verdict == "over" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
