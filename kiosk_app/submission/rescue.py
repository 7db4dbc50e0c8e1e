"""The rescue record: a sealed copy of a dossier's row beside its files, from which a lost database is rebuilt."""

from __future__ import annotations

import base64
import json
import time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from drivers.durable import fsync_folder, write_durably

from .database import Database
from .device_key import DeviceKey
from .errors import StoreKeyWrong, disk_errors

RECORD: Final = "record.sealed"
_FIELDS: Final = ("uuid", "reference", "payload", "fingerprint", "bytes_total", "sealed_at", "kind")


def _purpose(uuid: str) -> str:
    return f"rescue:{uuid}"


def write_rescue_record(database: Database, key: DeviceKey, folder: Path) -> None:
    """Writes the record of a committed dossier unless it is there. Raises OSError.

    It is written only after the row is committed, so that a record means that sealing had succeeded.
    """
    path = folder / RECORD
    row = database.row("SELECT * FROM dossier WHERE uuid = ?", (folder.name,))
    if path.exists() or row is None or row["wrapped_key"] is None:
        return
    files = database.rows("SELECT file_id, bytes, sha256 FROM file WHERE dossier = ? ORDER BY position", (folder.name,))
    record = {name: row[name] for name in _FIELDS}
    record["wrapped_key"] = base64.b64encode(row["wrapped_key"]).decode("ascii")
    record["files"] = [[f["file_id"], f["bytes"], f["sha256"]] for f in files]
    write_durably(path, key.wrap(json.dumps(record).encode("utf-8"), _purpose(folder.name)))


class Rescue(StrEnum):
    """What became of a folder without a row."""

    NOTHING = "nothing"
    DONE = "done"
    FAILED = "failed"


def rescue(database: Database, key: DeviceKey, folder: Path) -> Rescue:
    """Puts a dossier back as sealed; the service recognises its id should it have had it already.

    NOTHING when no record says that the folder was ever committed; FAILED when one does but record or files are damaged.
    """
    try:
        sealed = (folder / RECORD).read_bytes()
    except OSError:
        return Rescue.FAILED if (folder / RECORD).exists() else Rescue.NOTHING
    try:
        record: Any = json.loads(key.unwrap(sealed, _purpose(folder.name)))
    except (StoreKeyWrong, ValueError):
        return Rescue.FAILED
    if any(not (folder / f"{file_id}.sealed").is_file() for file_id, _, _ in record["files"]):
        return Rescue.FAILED
    with database.transaction():
        database.change(
            "INSERT INTO dossier (uuid, reference, state, payload, fingerprint, wrapped_key, bytes_total, sealed_at,"
            " state_at, kind) VALUES (?, ?, 'sealed', ?, ?, ?, ?, ?, ?, ?)",
            (
                record["uuid"],
                record["reference"],
                record["payload"],
                record["fingerprint"],
                base64.b64decode(record["wrapped_key"]),
                record["bytes_total"],
                record["sealed_at"],
                time.time(),
                record.get("kind", "dossier"),  # a record from before there were supplements does not say
            ),
        )
        for position, (file_id, size, digest) in enumerate(record["files"]):
            database.change(
                "INSERT INTO file (dossier, position, file_id, bytes, sha256) VALUES (?, ?, ?, ?, ?)",
                (record["uuid"], position, file_id, size, digest),
            )
        database.change("INSERT INTO outbox (dossier, next_at) VALUES (?, ?)", (record["uuid"], time.time()))
    return Rescue.DONE


def quarantine_folder(data_folder: Path, folder: Path) -> None:
    """Moves a dossier's folder that cannot be put back out of the way; a technician may still make something of it."""
    place = data_folder / "quarantine"
    with disk_errors("quarantine"):
        place.mkdir(exist_ok=True, mode=0o700)
        folder.rename(place / f"{folder.name}.{time.time_ns()}")
        fsync_folder(place)
