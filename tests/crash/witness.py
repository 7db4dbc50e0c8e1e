"""An own look at what is on the disks of kiosk and ministry, with nothing of the code that is tested."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _derived(folder: Path, label: bytes) -> bytes:
    secret = (folder / "device.key").read_bytes()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=label).derive(secret)


def _opened(key: bytes, sealed: bytes, purpose: bytes) -> bytes:
    assert sealed[:4] == b"KSF1"
    return AESGCM(key).decrypt(sealed[4:16], sealed[16:], purpose)


@contextlib.contextmanager
def _kiosk_rows(folder: Path) -> Iterator[Any]:
    key = _derived(folder, b"kiosk store rows").hex()
    with contextlib.closing(
        sqlcipher.connect(str(folder / "store.db"), timeout=10, isolation_level=None)
    ) as connection:
        connection.row_factory = sqlcipher.Row
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        yield connection


@dataclass(frozen=True)
class KioskSide:
    """What a kiosk's data folder holds."""

    dossiers: dict[str, dict[str, Any]]
    outbox: list[str]
    prints: list[dict[str, Any]]
    incidents: list[str]
    folders: list[str]
    sessions: list[str]
    troubles: list[str]

    @property
    def at_rest(self) -> bool:
        """Nothing is left to send and nothing of a citizen lies about."""
        done = all(row["state"] == "acknowledged" and row["erased_at"] is not None for row in self.dossiers.values())
        return done and not self.outbox and not self.folders and not self.sessions


def kiosk_side(folder: Path, thorough: bool = False) -> KioskSide:
    """Reads the rows under the device key; `thorough` also checks every page of the database and every sealed file."""
    troubles: list[str] = []
    with _kiosk_rows(folder) as rows:
        if thorough:
            if rows.execute("PRAGMA cipher_integrity_check").fetchall():
                troubles.append("pages of the database are damaged")
            if rows.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                troubles.append("the database does not hold together")
        dossiers = {row["uuid"]: dict(row) for row in rows.execute("SELECT * FROM dossier")}
        outbox = [row["dossier"] for row in rows.execute("SELECT dossier FROM outbox")]
        prints = [dict(row) for row in rows.execute("SELECT * FROM print_job ORDER BY intended_at")]
        incidents = [f"{row['code']} {row['detail']}" for row in rows.execute("SELECT * FROM incident")]
        files = [dict(row) for row in rows.execute("SELECT * FROM file")]
    if thorough:
        troubles += _sealed_troubles(folder, dossiers, files)
    return KioskSide(
        dossiers, outbox, prints, incidents, _names(folder / "dossiers"), _names(folder / "sessions"), troubles
    )


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def _sealed_troubles(folder: Path, dossiers: dict[str, dict[str, Any]], files: list[dict[str, Any]]) -> list[str]:
    wrapping = _derived(folder, b"kiosk dossier keys")
    troubles = []
    for uuid, row in dossiers.items():
        if row["erased_at"] is not None:
            continue
        mine = [file for file in files if file["dossier"] == uuid]
        try:
            key = _opened(wrapping, row["wrapped_key"], f"dossier:{uuid}".encode())
            for file in mine:
                sealed = (folder / "dossiers" / uuid / f"{file['file_id']}.sealed").read_bytes()
                plain = _opened(key, sealed, f"component:{file['file_id']}".encode())
                if hashlib.sha256(plain).hexdigest() != file["sha256"]:
                    troubles.append(f"{uuid}: another content than its row says")
        except Exception as error:  # whatever is wrong with it, it is half a dossier
            troubles.append(f"{uuid}: {type(error).__name__}")
        if row["state"] in ("sealed", "uploading", "committed") and not mine:
            troubles.append(f"{uuid}: no files")
    return troubles


@dataclass(frozen=True)
class MinistrySide:
    """What the ministry holds: of each dossier its code and the SHA-256 of what really lies in its files."""

    codes: dict[str, str]
    contents: dict[str, list[str]]
    troubles: list[str]


def ministry_side(data: Path) -> MinistrySide:
    """Reads rows and files; a row whose file is missing or is another is a trouble."""
    troubles = []
    with contextlib.closing(sqlite3.connect(data / "ministry.sqlite", timeout=20)) as rows:
        if rows.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            troubles.append("the ministry's database does not hold together")
        found = rows.execute("SELECT id, dossier_code FROM dossiers").fetchall()
        codes = dict(found)
        contents: dict[str, list[str]] = {uuid: [] for uuid in codes}
        steps = dict(rows.execute("SELECT dossier_id, count(*) FROM history GROUP BY 1").fetchall())
        named = rows.execute("SELECT dossier_id, sha256, bytes FROM dossier_files ORDER BY dossier_id, position")
        for uuid, digest, size in named.fetchall():
            path = data / "files" / digest[:2] / digest
            content = path.read_bytes() if path.is_file() else b""
            really = hashlib.sha256(content).hexdigest()
            contents.setdefault(uuid, []).append(really)
            if (really, len(content)) != (digest, size):
                troubles.append(f"{uuid}: a file of the ministry is torn or gone")
    troubles += [f"{uuid}: no first step of its history" for uuid in codes if steps.get(uuid) != 1]
    troubles += ["one code for two dossiers"] * (len(set(codes.values())) != len(codes))
    return MinistrySide(codes, contents, troubles)
