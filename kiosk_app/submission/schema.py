"""The store's tables and the steps from one version of them to the next."""

from __future__ import annotations

from typing import Final

# A migration is only ever appended; its place in the tuple is the version that it leads to (PRAGMA user_version).
MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE dossier (
        uuid TEXT PRIMARY KEY,
        reference TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('sealed', 'uploading', 'committed', 'acknowledged', 'refused')),
        payload TEXT,
        fingerprint TEXT NOT NULL,
        wrapped_key BLOB,
        bytes_total INTEGER NOT NULL,
        sealed_at REAL NOT NULL,
        state_at REAL NOT NULL,
        dossier_code TEXT,
        lookup_code TEXT,
        received_at TEXT,
        status_code INTEGER,
        status_vi TEXT,
        status_en TEXT,
        refusal_code TEXT,
        refusal_vi TEXT,
        refusal_en TEXT,
        erased_at REAL
    ) STRICT;
    CREATE INDEX dossier_by_state ON dossier (state);
    CREATE TABLE file (
        dossier TEXT NOT NULL REFERENCES dossier (uuid) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        file_id TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        upload TEXT,
        bytes_sent INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (dossier, position)
    ) STRICT;
    CREATE TABLE outbox (
        dossier TEXT PRIMARY KEY REFERENCES dossier (uuid) ON DELETE CASCADE,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at REAL NOT NULL,
        last_at REAL,
        last_code TEXT
    ) STRICT;
    CREATE TABLE print_job (
        job TEXT PRIMARY KEY,
        dossier TEXT NOT NULL REFERENCES dossier (uuid) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'confirmed', 'unknown', 'not_printed')),
        code TEXT,
        intended_at REAL NOT NULL,
        state_at REAL NOT NULL
    ) STRICT;
    CREATE INDEX print_job_by_dossier ON print_job (dossier);
    CREATE TABLE incident (
        id INTEGER PRIMARY KEY,
        code TEXT NOT NULL,
        at REAL NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
    CREATE TABLE note (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE letter (
        dossier TEXT PRIMARY KEY REFERENCES dossier (uuid) ON DELETE CASCADE,
        address TEXT,
        asked_at REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at REAL NOT NULL,
        last_code TEXT
    ) STRICT;
    """,
    """
    CREATE TABLE print_job_2 (
        job TEXT PRIMARY KEY,
        dossier TEXT NOT NULL REFERENCES dossier (uuid) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'confirmed', 'unknown', 'not_printed', 'voided')),
        code TEXT,
        copy INTEGER NOT NULL,
        inked INTEGER NOT NULL DEFAULT 0,
        intended_at REAL NOT NULL,
        state_at REAL NOT NULL
    ) STRICT;
    INSERT INTO print_job_2 SELECT job, dossier, state, code,
        1 + (SELECT count(*) FROM print_job b WHERE b.dossier = a.dossier AND b.rowid < a.rowid
             AND (b.state = 'confirmed' OR b.code = 'PRN-UNKNOWN-OUTCOME')),
        state IN ('confirmed', 'unknown') OR code IS 'PRN-UNKNOWN-OUTCOME', intended_at, state_at FROM print_job a;
    DROP TABLE print_job;
    ALTER TABLE print_job_2 RENAME TO print_job;
    CREATE INDEX print_job_by_dossier ON print_job (dossier);
    """,
    # A list of papers belongs to no dossier: only a slip, by its kind, can stand for a dossier's receipt.
    """
    CREATE TABLE print_job_3 (
        job TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('slip', 'checklist')),
        subject TEXT NOT NULL,
        dossier TEXT REFERENCES dossier (uuid) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'confirmed', 'unknown', 'not_printed', 'voided')),
        code TEXT,
        copy INTEGER NOT NULL,
        inked INTEGER NOT NULL DEFAULT 0,
        intended_at REAL NOT NULL,
        state_at REAL NOT NULL,
        CHECK ((kind = 'slip') = (dossier IS NOT NULL))
    ) STRICT;
    INSERT INTO print_job_3 SELECT job, 'slip', dossier, dossier, state, code, copy, inked, intended_at, state_at
        FROM print_job;
    DROP TABLE print_job;
    ALTER TABLE print_job_3 RENAME TO print_job;
    CREATE INDEX print_job_by_dossier ON print_job (dossier);
    CREATE INDEX print_job_by_subject ON print_job (kind, subject);
    """,
    # Papers for a dossier that is there go the same way as a dossier, to another address of the service.
    """
    ALTER TABLE dossier ADD COLUMN kind TEXT NOT NULL DEFAULT 'dossier' CHECK (kind IN ('dossier', 'supplement'));
    """,
)
