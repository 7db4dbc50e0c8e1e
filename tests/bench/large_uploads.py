"""Uploads of 20 MB over lines cut at random bytes: the service ends up with the same bytes, and few were sent twice."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import random
import sys
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
from tests.bench.figures import Row
from tests.bench.rough_line import Fate, RoughLine

SIZE: Final = 20 * 1024 * 1024
_TRIES: Final = 200


class CountingTransport(Transport):
    """The line as it is, and how many bytes of files were handed to it."""

    def __init__(self, settings: SubmissionSettings) -> None:
        super().__init__(settings)
        self.sent = 0

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request; a chunk counts as sent whole, wherever the line is cut."""
        if method == "PATCH" and body is not None:
            self.sent += len(body)
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


class LargeUploads:
    """The upload client of the agent against the real service. `forgetful`: a client that begins anew after each cut."""

    def __init__(
        self, folder: Path, ministry: Ministry, seed: str, *, size: int = SIZE, forgetful: bool = False
    ) -> None:
        self._ministry = ministry
        self._size = size
        self._forgetful = forgetful
        self._dice = random.Random(f"{seed}/large")
        certificate, key = Pki(ministry.pki).issue("soak-large", 30)
        self._line = RoughLine(ministry.address, ministry.pki, certificate, self._weather, f"{seed}/line")
        self._settings = dataclasses.replace(
            make_settings(folder / "large", self._line.url, ministry.pki),
            certificate=certificate,
            private_key=key,
            kiosk_id="soak-large",
            chunk_bytes=SubmissionSettings.chunk_bytes,
            read_timeout_s=20.0,
            request_limit_s=120.0,
        )

    def close(self) -> None:
        """Ends the line."""
        self._line.close()

    def _weather(self, dice: random.Random) -> Fate:
        return Fate("cut", dice.randrange(1, self._size * 5 // 4))

    def play(self, uploads: int) -> Uploaded:
        """So many uploads, one after the other."""
        seen = Uploaded()
        for _ in range(uploads):
            self._one(self._dice.randbytes(self._size), seen)
        seen.on_the_wire = self._line.bytes_up
        return seen

    def _one(self, content: bytes, seen: Uploaded) -> None:
        place: str | None = None
        sent, cuts, done = 0, 0, False

        def created(path: str) -> None:
            nonlocal place
            place = path

        for _ in range(_TRIES):
            with contextlib.closing(CountingTransport(self._settings)) as transport:
                client = TusClient(transport, self._settings.chunk_bytes)
                known = None if self._forgetful else place
                try:
                    client.upload(content, {"filename": "1.pdf"}, known, created, lambda _sent: None)
                    done = True
                except ServiceTrouble:
                    cuts += 1
                sent += transport.sent
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
        kept = self._ministry.data / "uploads" / place.rpartition("/")[2]
        seen.differing += hashlib.sha256(kept.read_bytes()).digest() != hashlib.sha256(content).digest()
        straight = dataclasses.replace(self._settings, service_url=self._ministry.url)
        with contextlib.closing(Transport(straight)) as transport:
            transport.request("DELETE", place, headers={"Tus-Resumable": "1.0.0"})


def rows(seen: Uploaded) -> list[Row]:
    """The promises and what they were tried with."""
    many, megabytes = seen.uploads, 1024 * 1024
    return [
        Row("uploads with other bytes", seen.differing, "", 0, many, "SHA-256 of the file as the service has it"),
        Row("sent again for a cut, most", seen.most_again, "chunks", 1, many, "a chunk that was cut counts whole"),
        Row("cuts of uploads", seen.cuts, "", None, many, "at a random byte"),
        Row("sent again, all", seen.sent_again / megabytes, "MB", None, many, "the same, all uploads together"),
        Row("on the wire, all", seen.on_the_wire / megabytes, "MB", None, many, "with TLS and the heads of requests"),
    ]
