"""`make soak-uploads`: files of 20 MB over lines cut at random bytes, until each is whole at the service.

The agent's upload client brings random bytes to the reference service over TLS 1.3, through a proxy that ends each
connection at a random byte between the first and a quarter more than the file has. After each cut the client has forgotten
everything but the upload's address. In the end the file at the service is held against what was sent.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import hashlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "kiosk_app" / "submission"))

from submission_bench import Ministry, make_settings

from backend.tls import Pki
from kiosk_app.submission import ServiceTrouble, SubmissionSettings
from kiosk_app.submission.transport import Answer, Transport
from kiosk_app.submission.tus import TusClient
from tests.bench import report
from tests.bench.figures import Row
from tests.bench.rough_line import Fate, RoughLine
from tests.bench.surroundings import computer, course

MIB: Final = 1024 * 1024
SIZE: Final = 20 * MIB
_TRIES: Final = 200
# tuspyserver resumes no upload without a file type.
_METADATA: Final = {"filename": "1.pdf", "filetype": "application/pdf"}


@dataclass(frozen=True)
class Place:
    """A tus server behind mutual TLS: where it listens, whose authority it has, and the folder of its uploads."""

    address: tuple[str, int]
    pki: Path
    kept: Path
    endpoint: str = "/files/"


def at(ministry: Ministry) -> Place:
    """The reference service."""
    return Place(ministry.address, ministry.pki, ministry.data / "uploads")


def cut_somewhere(size: int, dice: random.Random) -> Fate:
    """The end of a connection that was to carry so many bytes; every fifth or so is not cut."""
    return Fate("cut", dice.randrange(1, size * 5 // 4))


class CountingTransport(Transport):
    """The line as it is, how many bytes of files were handed to it, and how many of those went with a creation."""

    def __init__(self, settings: SubmissionSettings) -> None:
        super().__init__(settings)
        self.sent = self.created_with = 0

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request; a chunk counts as sent whole, wherever the line is cut."""
        if method in ("POST", "PATCH") and body is not None:
            self.sent += len(body)
            self.created_with += len(body) if method == "POST" else 0
        return super().request(method, path, headers=headers, body=body)


@dataclass
class Uploaded:
    """What became of all uploads together. Bytes; `most_again` is the largest share of a chunk that a cut has cost."""

    uploads: int = 0
    cuts: int = 0
    differing: int = 0
    sent_again: int = 0
    most_again: float = 0.0
    on_the_wire: int = 0
    created_with: int = 0


class LargeUploads:
    """The upload client of the agent against a tus server. `forgetful`: a client that begins anew after each cut."""

    def __init__(self, folder: Path, place: Place, seed: str, *, size: int = SIZE, forgetful: bool = False) -> None:
        self._place = place
        self._size = size
        self._forgetful = forgetful
        self._dice = random.Random(f"{seed}/large")
        certificate, key = Pki(place.pki).issue("soak-large", 30)
        weather = functools.partial(cut_somewhere, size)
        self._line = RoughLine(place.address, place.pki, certificate, weather, f"{seed}/line")
        self._settings = dataclasses.replace(
            make_settings(folder / "large", self._line.url, place.pki),
            certificate=certificate,
            private_key=key,
            kiosk_id="soak-large",
            chunk_bytes=SubmissionSettings.chunk_bytes,
            read_timeout_s=60.0,
            request_limit_s=120.0,
        )

    def close(self) -> None:
        """Ends the line."""
        self._line.close()

    def play(self, uploads: int) -> Uploaded:
        """So many uploads, one after the other."""
        seen = Uploaded()
        for number in range(uploads):
            self._one(self._dice.randbytes(self._size), seen)
            sys.stderr.write(f"\r{number + 1} of {uploads} whole, {seen.cuts} cuts ")
        seen.on_the_wire = self._line.bytes_up
        return seen

    def _one(self, content: bytes, seen: Uploaded) -> None:
        place: str | None = None
        sent, cuts, done = 0, 0, False

        def created(path: str) -> None:
            nonlocal place
            place = path

        def read(offset: int, length: int) -> bytes:
            return content[offset : offset + length]

        for _ in range(_TRIES):
            with contextlib.closing(CountingTransport(self._settings)) as transport:
                client = TusClient(transport, self._settings.chunk_bytes, self._place.endpoint)
                known = None if self._forgetful else place
                try:
                    client.learn()
                    client.upload(len(content), read, _METADATA, known, created, lambda _sent: None)
                    done = True
                except ServiceTrouble:
                    cuts += 1
                sent += transport.sent
                seen.created_with += transport.created_with
            if done:
                break
        if not done or place is None:
            raise TimeoutError(f"an upload did not end after {_TRIES} cuts")
        self._look(content, place, seen)
        again = sent - len(content)
        seen.uploads += 1
        seen.cuts += cuts
        seen.sent_again += again
        seen.most_again = max(seen.most_again, again / self._settings.chunk_bytes / max(cuts, 1))

    def _look(self, content: bytes, place: str, seen: Uploaded) -> None:
        """The bytes as they lie at the service; then room for the next."""
        seen.differing += digest_of(self._place, place) != hashlib.sha256(content).hexdigest()
        host, port = self._place.address
        straight = dataclasses.replace(self._settings, service_url=f"https://{host}:{port}")
        with contextlib.closing(Transport(straight)) as transport:
            transport.request("DELETE", place, headers={"Tus-Resumable": "1.0.0"})


def digest_of(place: Place, path: str) -> str:
    """SHA-256 of an upload as it lies at the server."""
    with (place.kept / path.rpartition("/")[2]).open("rb") as kept:
        return hashlib.file_digest(kept, "sha256").hexdigest()


def rows(seen: Uploaded) -> list[Row]:
    """The promises and what they were tried with."""
    many = seen.uploads
    return [
        Row("uploads with other bytes", seen.differing, "", 0, many, "SHA-256 of the file as the service has it"),
        Row("sent again for a cut, most", seen.most_again, "chunks", 1, many, "a chunk that was cut counts whole"),
        Row("cuts of uploads", seen.cuts, "", None, many, "at a random byte"),
        Row("sent again, all", seen.sent_again / MIB, "MB", None, many, "the same, all uploads together"),
        Row("on the wire, all", seen.on_the_wire / MIB, "MB", None, many, "with TLS and the heads of requests"),
    ]


def main() -> int:
    """Runs it, prints the figures, and puts them into the page. 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=1000)
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--forgetful", action="store_true", help="the control that must fail")
    parser.add_argument("--out", type=Path, help="the page that gets the figures")
    options = parser.parse_args()
    began, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="kiosk-uploads-") as scratch:
        ministry = Ministry(Path(scratch) / "ministry")
        try:
            large = LargeUploads(Path(scratch), at(ministry), options.seed, forgetful=options.forgetful)
            with contextlib.closing(large):
                found = rows(large.play(options.uploads))
        finally:
            ministry.kill()
    sys.stdout.write(report.table(found) + "\n")
    if options.out:
        facts = {**computer(), **course(load, began), "seed": options.seed}
        report.put_measured(options.out, "uploads", "Large uploads", "make soak-uploads", __doc__, found, facts)
    return 1 if any(row.verdict == "over" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
