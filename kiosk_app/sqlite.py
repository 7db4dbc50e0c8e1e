"""The one SQLite of the kiosk: SQLCipher's, for the sealed store, for plain files and for the catalogue's index.

Python's own sqlite3 would be a second SQLite in the same process, with 0.9 MB of memory. sqlcipher3 is a fork of that
module with the same interface and no type hints, so Python's stand for them; its errors are classes of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as sqlite
else:
    import sqlcipher3.dbapi2 as sqlite

__all__ = ["sqlite"]
