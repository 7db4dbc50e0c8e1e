"""The expected failures of keeping and sending dossiers, each with a code of drivers/errors.toml."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final


class SubmissionError(Exception):
    """An expected failure; `detail` is for technicians and never personal."""

    default_code: ClassVar[str] = "STO-IO"

    def __init__(self, detail: str = "", code: str | None = None) -> None:
        self.code = code or self.default_code
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class StoreFull(SubmissionError):
    """The disk has no room left; nothing was half written."""

    default_code = "STO-FULL"


class StoreBusy(SubmissionError):
    """Another process holds the data folder or the database."""

    default_code = "STO-BUSY"


class StoreFailed(SubmissionError):
    """The disk or the database refused for another reason (I/O error, read-only, made by newer software)."""

    default_code = "STO-IO"


class StoreCorrupt(SubmissionError):
    """The database is damaged; the next opening moves it aside and rebuilds what it can."""

    default_code = "STO-CORRUPT"


class StoreKeyWrong(SubmissionError):
    """The device key is missing or is not the one that this data folder was made with."""

    default_code = "STO-KEY"


class SealConflict(SubmissionError):
    """A dossier with this id is already sealed with another content."""

    default_code = "STO-CONFLICT"


class SessionEnded(SubmissionError):
    """The session's key is already destroyed."""

    default_code = "STO-SEAL"


class OutboxFull(SubmissionError):
    """Too many dossiers are unsent (OUT-FULL), or one is unsent for too long (OUT-OLD): no new ones are taken."""

    default_code = "OUT-FULL"


class PrintUndecided(SubmissionError):
    """A receipt of this dossier may or may not be on paper; a person has to say before another is printed."""

    default_code = "PRN-UNKNOWN-OUTCOME"


class ServiceTrouble(SubmissionError):
    """The ministry service could not be used now; trying later may help."""

    default_code = "NET-UNREACHABLE"

    def __init__(self, detail: str = "", code: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(detail, code)
        self.retry_after_s = retry_after_s


# With these codes nothing at all gets through, so one dossier's failure speaks for the whole queue.
TRUST_CODES: Final = frozenset(
    {
        "NET-TLS",
        "NET-TLS-VERSION",
        "NET-CERT-MISSING",
        "NET-CERT-EXPIRED",
        "NET-CERT-REVOKED",
        "NET-CERT-UNKNOWN",
        "NET-CERT-REFUSED",
        "NET-SERVER-CERT",
        "NET-SERVER-NAME",
        "NET-SERVER-DATES",
    }
)
LINE_CODES: Final = frozenset({"NET-UNREACHABLE", "NET-SILENT", "NET-FORBIDDEN"}) | TRUST_CODES


class ServiceRefusal(SubmissionError):
    """The service understood and said no. `problem` is its own code, the texts are for people."""

    default_code = "NET-REFUSED"

    def __init__(self, problem: str, detail_vi: str = "", detail_en: str = "", code: str | None = None) -> None:
        super().__init__(problem, code)
        self.problem = problem
        self.detail_vi = detail_vi
        self.detail_en = detail_en


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """Turns OSError of the data folder into StoreFull or StoreFailed; `doing` names the act, never a person."""
    try:
        yield
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "OSError")
        raise (StoreFull if error.errno in _FULL else StoreFailed)(f"{doing}: {name}") from error
