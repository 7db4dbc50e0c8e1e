"""The sealed copies of requests for receipts by e-mail, from which a lost database gets them back."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

from drivers.durable import write_durably

from .database import Database
from .device_key import DeviceKey
from .errors import StoreKeyWrong, disk_errors

_FOLDER: Final = "letters"
_ENDING: Final = ".sealed"
_FIELDS: Final = ("reference", "fingerprint", "bytes_total", "sealed_at", "address", "asked_at")


def _purpose(uuid: str) -> str:
    return f"letter:{uuid}"


def keep(database: Database, key: DeviceKey, data_folder: Path, uuid: str) -> None:
    """Writes the copy of a request that waits. Raises OSError; the request is safe in its row without it."""
    row = database.row(
        "SELECT d.*, l.address, l.asked_at FROM letter l JOIN dossier d ON d.uuid = l.dossier"
        " WHERE l.dossier = ? AND l.address IS NOT NULL",
        (uuid,),
    )
    if row is None:
        return
    record = json.dumps({name: row[name] for name in _FIELDS}).encode("utf-8")
    folder = data_folder / _FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    write_durably(folder / f"{uuid}{_ENDING}", key.wrap(record, _purpose(uuid)))


def restore(database: Database, key: DeviceKey, data_folder: Path) -> tuple[int, int]:
    """Puts back the requests that the rows have lost; how many, and how many copies were damaged and are gone."""
    restored = damaged = 0
    for path in _copies(data_folder):
        uuid = path.name.removesuffix(_ENDING)
        if database.row("SELECT 1 FROM letter WHERE dossier = ?", (uuid,)) is not None:
            continue
        try:
            record: Any = json.loads(key.unwrap(path.read_bytes(), _purpose(uuid)))
        except (StoreKeyWrong, ValueError, OSError):
            damaged += 1
            continue
        _insert(database, uuid, record)
        restored += 1
    return restored, damaged


def _insert(database: Database, uuid: str, record: dict[str, Any]) -> None:
    with database.transaction():
        # Where the dossier's files are gone it was answered and erased: had it not been, they would have put it back.
        database.change(
            "INSERT INTO dossier (uuid, reference, state, fingerprint, bytes_total, sealed_at, state_at, erased_at)"
            " VALUES (?, ?, 'acknowledged', ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
            (
                uuid,
                record["reference"],
                record["fingerprint"],
                record["bytes_total"],
                record["sealed_at"],
                record["asked_at"],
                time.time(),
            ),
        )
        database.change(
            "INSERT INTO letter (dossier, address, asked_at, next_at) VALUES (?, ?, ?, ?)",
            (uuid, record["address"], record["asked_at"], record["asked_at"]),
        )


def sweep(database: Database, data_folder: Path) -> None:
    """Removes the copies of requests that wait no longer: an address stays nowhere for longer than it is needed."""
    waiting = {row["dossier"] for row in database.rows("SELECT dossier FROM letter WHERE address IS NOT NULL")}
    with disk_errors("letters"):
        for path in _copies(data_folder):
            if path.name.removesuffix(_ENDING) not in waiting:
                path.unlink(missing_ok=True)


def _copies(data_folder: Path) -> list[Path]:
    return sorted((data_folder / _FOLDER).glob(f"*{_ENDING}"))
