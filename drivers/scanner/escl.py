"""What an eSCL scanner says of itself: ScannerStatus and ScannerCapabilities over HTTP, with the standard library.

SANE knows only "device busy" where the scanner's own status tells a jam from an open cover (Mopria eSCL 2.97, 9.1).
"""

from __future__ import annotations

import http.client
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

TIMEOUT_S: Final = 1.5
MAX_ANSWER_BYTES: Final = 256 * 1024

# ScannerAdfDoorOpen is not of the specification, yet some makers say it.
TROUBLES: Final = MappingProxyType(
    {
        "ScannerAdfJam": "SCN-JAM",
        "ScannerAdfMispick": "SCN-JAM",
        "ScannerAdfHatchOpen": "SCN-COVER-OPEN",
        "ScannerAdfDoorOpen": "SCN-COVER-OPEN",
        "ScannerAdfMultipickDetected": "SCN-DOUBLE-FEED",
        "ScannerAdfInputTrayFailed": "SCN-IO",
        "ScannerAdfInputTrayOverloaded": "SCN-JAM",
    }
)
ENDED_BADLY: Final = frozenset({"Aborted", "Canceled"})


class EsclUnreachable(Exception):
    """Nobody answers at the address: unplugged, switched off, or hung."""


class EsclRefused(Exception):
    """Somebody answers, but not as an eSCL scanner does."""


@dataclass(frozen=True)
class EsclJob:
    """A job of the scanner's list; `completed` counts the images it made, `state` is Processing, Completed, Aborted ..."""

    uri: str
    state: str
    completed: int

    @property
    def ended_badly(self) -> bool:
        """Whether it was broken off."""
        return self.state in ENDED_BADLY


@dataclass(frozen=True)
class EsclStatus:
    """The scanner's state (Idle, Processing, Testing, Stopped, Down), its feeder's, and its jobs, newest first."""

    state: str
    adf_state: str
    jobs: tuple[EsclJob, ...] = ()

    @property
    def paper_loaded(self) -> bool:
        """Whether the feeder's sensor sees paper."""
        return self.adf_state == "ScannerAdfLoaded"

    @property
    def trouble(self) -> str | None:
        """The code of what a person must put right, if anything."""
        if self.adf_state in TROUBLES:
            return TROUBLES[self.adf_state]
        return "SCN-IO" if self.state in ("Stopped", "Down") else None

    @property
    def busy(self) -> bool:
        """Whether a job runs, ours or another computer's."""
        return self.state in ("Processing", "Testing")


@dataclass(frozen=True)
class EsclAbout:
    """Who the scanner is."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    version: str = ""


class EsclClient:
    """Asks one scanner; every question is a connection of its own, so that a replugged scanner is found again."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        """Raises ValueError when `url` is not http(s)://host[:port]/path."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"escl_url: not an http address: {url}")
        self.url = url.rstrip("/")
        self._parts = parts
        self._path = parts.path.rstrip("/")
        self._timeout_s = timeout_s

    def status(self) -> EsclStatus:
        """How the scanner is now. Raises EsclUnreachable, EsclRefused."""
        root = self._read("ScannerStatus")
        state = _text(root, "State")
        if not state:
            raise EsclRefused("a status without a state")
        jobs = tuple(
            EsclJob(_text(job, "JobUri"), _text(job, "JobState"), _count(_text(job, "ImagesCompleted")))
            for job in root.iter()
            if _name(job) == "JobInfo"
        )
        return EsclStatus(state, _text(root, "AdfState"), jobs)

    def about(self) -> EsclAbout:
        """Who the scanner is. Raises EsclUnreachable, EsclRefused."""
        root = self._read("ScannerCapabilities")
        vendor, _, model = _text(root, "MakeAndModel").partition(" ")
        return EsclAbout(vendor, model, _text(root, "SerialNumber"), _text(root, "Version"))

    def cancel(self, job: EsclJob) -> None:
        """Ends a job of the scanner's list; one that is gone already is no error. Raises EsclUnreachable, EsclRefused."""
        # Only the path of a job's address is used: some scanners name themselves by a host name that nobody knows.
        self._ask("DELETE", urlsplit(job.uri).path)

    def _read(self, name: str) -> ElementTree.Element:
        status, body = self._ask("GET", f"{self._path}/{name}")
        if status != http.client.OK:
            raise EsclRefused(f"{name}: HTTP {status}")
        # A scanner's answer has no document type; one that has could blow up its entities.
        if b"<!DOCTYPE" in body:
            raise EsclRefused(f"{name}: a document type")
        try:
            return ElementTree.fromstring(body)
        except (ElementTree.ParseError, ValueError) as error:
            raise EsclRefused(f"{name}: no XML") from error

    def _ask(self, method: str, path: str) -> tuple[int, bytes]:
        connect = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = connect(self._parts.hostname or "", self._parts.port, timeout=self._timeout_s)
        try:
            connection.request(method, path, headers={"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read(MAX_ANSWER_BYTES)
        except http.client.HTTPException as error:
            raise EsclRefused(f"{method}: {type(error).__name__}") from error
        except OSError as error:
            raise EsclUnreachable(f"{method}: {type(error).__name__}") from error
        finally:
            connection.close()


def _name(element: ElementTree.Element) -> str:
    """The tag without its name space: makers disagree on the spaces."""
    return element.tag.rpartition("}")[2]


def _text(root: ElementTree.Element, name: str) -> str:
    return next(((element.text or "").strip() for element in root.iter() if _name(element) == name), "")


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0
