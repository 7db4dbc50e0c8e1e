"""What an operator may set, from `backend.toml` in the data folder."""

from __future__ import annotations

import tomllib
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

# Viet Nam has one time zone and no summer time, so a fixed offset needs no tz database.
VIETNAM = timezone(timedelta(hours=7), "ICT")

MEBIBYTE = 1024 * 1024


def rfc3339(moment: datetime) -> str:
    """A moment in Viet Nam's time, to the second."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


class SettingsError(Exception):
    """`backend.toml` cannot be used. `code` is SETTINGS-INVALID."""

    code = "SETTINGS-INVALID"


class Settings(BaseModel):
    """Limits and rules; every value has a working default.

    Times are seconds unless named otherwise, sizes are bytes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dossier_code_pattern: str = "G06-{yyyymmdd}-{seq:07d}"
    unit_vi: str = "Bộ phận Một cửa"
    unit_en: str = "One-Stop Department"
    #: An acceptance at or after this local hour counts from the next working day; None = no cut-off.
    cut_off: time | None = time(15, 0)
    #: Statuses during which the legal time stands still (5 always by law; 6 where a ministry says so).
    paused_statuses: frozenset[int] = frozenset({5})
    #: SQLAlchemy URL of the database; empty is SQLite in the data folder.
    database_url: str = ""
    #: URL of an S3-compatible store for files (backend/storage/objects.py); empty is the data folder.
    files_url: str = ""
    max_upload_bytes: Annotated[int, Field(gt=0)] = 200 * MEBIBYTE
    max_manifest_bytes: Annotated[int, Field(gt=0)] = 2 * MEBIBYTE
    max_open_uploads: Annotated[int, Field(gt=0)] = 2000
    #: An upload goes so long after anything was last heard of the dossier it is for. A kiosk that comes back later than
    #: that sends the file again; a slow one is heard all the time, and keeps the files that it has finished, too.
    upload_unused_s: Annotated[int, Field(gt=0)] = 24 * 3600
    #: Bytes of an upload that are held in memory before they are written; 0: what suits the file store.
    upload_piece_bytes: Annotated[int, Field(ge=0)] = 0
    #: Silence after which a half-open upload connection is given up (its bytes are kept).
    upload_idle_s: Annotated[float, Field(gt=0)] = 30.0
    tracking_misses_per_minute: Annotated[int, Field(gt=0)] = 10
    tracking_misses_per_code_per_hour: Annotated[int, Field(gt=0)] = 30
    #: A citizen at a kiosk asks once a visit; every question of a kiosk counts, whatever the answer.
    person_questions_per_minute: Annotated[int, Field(gt=0)] = 10
    person_questions_per_hour: Annotated[int, Field(gt=0)] = 60
    #: smtp://, smtp+tls:// or smtps://[USER:PASSWORD@]HOST[:PORT]; empty writes mails into `mail/` of the data folder.
    mail_url: str = ""
    mail_from: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = "mot-cua@kiosk.invalid"
    #: The account that fees go to, as VietQR names it (bank's BIN, account); without both no QR code is made.
    payment_bank: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""
    payment_account: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{0,19}$")] = ""
    #: Common name of the certificate that may confirm payments.
    payment_platform: str = "payment-platform"
    #: Days after the end of a dossier until its files and the citizen's data are removed; 0 keeps them for ever.
    keep_finished_days: Annotated[int, Field(ge=0)] = 0
    #: Days for which a draft that a citizen left can be opened again; told to them before they agree and on their slip.
    draft_days: Annotated[int, Field(ge=1, le=365)] = 30
    max_draft_bytes: Annotated[int, Field(gt=0)] = 200 * MEBIBYTE
    #: A person has one draft of a procedure; of so many procedures at most.
    max_drafts: Annotated[int, Field(gt=0)] = 10
    kiosk_certificate_days: Annotated[int, Field(gt=0)] = 730

    @field_validator("dossier_code_pattern")
    @classmethod
    def _pattern_numbers_dossiers(cls, value: str) -> str:
        try:
            first = value.format(yyyymmdd="20260101", yymmdd="260101", seq=1)
            second = value.format(yyyymmdd="20260101", yymmdd="260101", seq=2)
            other_day = value.format(yyyymmdd="20260102", yymmdd="260102", seq=1)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("unknown field in the pattern") from error
        if first in (second, other_day):
            raise ValueError("the pattern must contain the day and the sequence")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_goes_somewhere(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname):
            raise ValueError("expected smtp://, smtp+tls:// or smtps:// with a host")
        return value

    @field_validator("paused_statuses")
    @classmethod
    def _pauses_only_while_waiting(cls, value: frozenset[int]) -> frozenset[int]:
        if not value <= {5, 6}:
            raise ValueError("only statuses 5 and 6 can pause the legal time")
        return value


def load(data: Path) -> Settings:
    """Read `DATA/backend.toml` if there is one.

    Raises SettingsError naming the keys at fault.
    """
    path = data / "backend.toml"
    if not path.exists():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
        raise SettingsError(f"{path}: {keys}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {error}") from error
