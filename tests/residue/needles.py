"""Finds any of thousands of byte strings in gigabytes, in one pass whose time does not depend on how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

ANCHOR: Final = 8
"""Bytes of each needle by which it is recognised; no needle is shorter."""
_TRIED: Final = 4
_BUCKETS: Final = 8
_HASH_BITS: Final = 20
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_COMMON: Final = np.array(
    [
        9 if byte in (0, 255) else 4 if byte == 32 else 3 if chr(byte).islower() or chr(byte).isdigit() else 1
        for byte in range(256)
    ]
)

Bytes = npt.NDArray[np.uint8]


class Needles:
    """What is looked for, ready to be found. Names are those of the mapping; a needle may stand under several.

    Each needle is recognised by its eight rarest bytes in a row. Four tables say for each of the first four which bytes may
    stand there, for eight groups of needles at once (a bit a group); where a group agrees with all four, the eight bytes are
    looked up, and then the needle is compared whole.
    """

    def __init__(self, named: Mapping[str, Iterable[bytes]]) -> None:
        """Raises ValueError for a needle that is too short."""
        self._by_anchor: dict[int, list[tuple[bytes, int, str]]] = defaultdict(list)
        self.count = 0
        self.longest = 0
        anchors: set[bytes] = set()
        for name, some in named.items():
            for needle in some:
                if len(needle) < ANCHOR:
                    raise ValueError(f"{name}: a needle has at least {ANCHOR} bytes")
                at = _rarest(needle)
                anchor = needle[at : at + ANCHOR]
                anchors.add(anchor)
                self._by_anchor[int.from_bytes(anchor, "little")].append((needle, at, name))
                self.count += 1
                self.longest = max(self.longest, len(needle))
        self._keys = np.array(sorted(self._by_anchor), dtype=np.uint64)
        self._likely = np.zeros(1 << _HASH_BITS, np.bool_)
        self._likely[_hashed(self._keys)] = True
        tables = np.zeros((_TRIED, 256), np.uint8)
        # In order, neighbours are alike: a group then allows few bytes at each place.
        for number, anchor in enumerate(sorted(anchors)):
            for place in range(_TRIED):
                tables[place][anchor[place]] |= 1 << (number * _BUCKETS // len(anchors))
        self._tables = [table.tobytes() for table in tables]

    def found_in(self, data: bytes) -> set[str]:
        """The names of the needles that stand in `data`."""
        found: set[str] = set()
        if len(data) < ANCHOR or not self.count:
            return found
        places = self._places(data)
        if not places.size:
            return found
        # Every eight bytes from any place on, without a copy.
        words = np.ndarray((len(data) - ANCHOR + 1,), "<u8", data, strides=(1,))[places]
        likely = self._likely[_hashed(words)]
        places, words = places[likely], words[likely]
        sure = np.isin(words, self._keys)
        for place, word in zip(places[sure].tolist(), words[sure].tolist(), strict=True):
            for needle, at, name in self._by_anchor[word]:
                if name not in found and data.startswith(needle, place - at) and place >= at:
                    found.add(name)
        return found

    def _places(self, data: bytes) -> npt.NDArray[np.intp]:
        last = len(data) - ANCHOR + 1
        agreed: Bytes | None = None
        for place, table in enumerate(self._tables):
            allowed: Bytes = np.frombuffer(data.translate(table), np.uint8)[place : place + last]
            agreed = allowed.copy() if agreed is None else np.bitwise_and(agreed, allowed, out=agreed)
        assert agreed is not None
        return np.flatnonzero(agreed)


def _hashed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    return (words * _SPREAD) >> np.uint64(64 - _HASH_BITS)


def _rarest(needle: bytes) -> int:
    """Where the eight bytes begin of which the first four are the rarest."""
    weights = _COMMON[np.frombuffer(needle, np.uint8)]
    last = len(needle) - ANCHOR + 1
    sums = [int(weights[at : at + _TRIED].sum()) for at in range(last)]
    return sums.index(min(sums))
