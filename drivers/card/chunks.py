"""What size of answer each kind of chip takes, by its ATR; kept in a file so that a restart does not ask again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Final

# Kinds of chip one kiosk may meet; a hostile card that changes its ATR must not fill the memory.
_MAX_KINDS: Final = 64
_SIZES: Final = range(16, 65537)
_MAX_FILE: Final = 64 * 1024


class ChunkMemory(MutableMapping[bytes, int]):
    """ATR to bytes an answer. With a `path` every change is written there; a file that cannot be used is as good as none.

    An ATR tells the kind of chip, not the card: nothing personal is kept.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._sizes: dict[bytes, int] = {}
        if path is not None:
            self._load(path)

    def __getitem__(self, atr: bytes) -> int:
        return self._sizes[atr]

    def __setitem__(self, atr: bytes, size: int) -> None:
        if self._sizes.get(atr) == size:
            return
        while len(self._sizes) >= _MAX_KINDS and atr not in self._sizes:
            del self._sizes[next(iter(self._sizes))]
        self._sizes[atr] = size
        self._store()

    def __delitem__(self, atr: bytes) -> None:
        del self._sizes[atr]
        self._store()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)

    def _load(self, path: Path) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
            if path.stat().st_size > _MAX_FILE:
                return
            for atr, size in list(json.loads(path.read_text("ascii")).items())[:_MAX_KINDS]:
                if isinstance(size, int) and size in _SIZES:
                    self._sizes[bytes.fromhex(atr)] = size

    def _store(self) -> None:
        if self._path is None:
            return
        fresh = self._path.with_name(f"{self._path.name}.new")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps({atr.hex(): size for atr, size in self._sizes.items()}, indent=1), "ascii")
            fresh.replace(self._path)
