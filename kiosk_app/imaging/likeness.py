"""Tells from two fingerprints whether two pictures show the same sheet; free of any imaging library.

A fingerprint holds two maps of the finished page, a bit a dot: what is surely ink, and what may be. Two pages are the same
when, tile by tile and each tile laid over the other as well as it can be, nothing is surely written on one that may not be
on the other. A rescan moves ink by a dot or makes faint ink fainter; another word moves it altogether.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

VERSION: Final = 2
LOOK_DPI: Final = 100
_HEAD: Final = struct.Struct(">BHH")
# Larger than A2 at this resolution is no page, and no fingerprint of ours.
MAX_SIDE: Final = 2400
# Less ink than a line of print is nothing to compare: two empty pages are not one page scanned twice.
LEAST_INK: Final = 150
# Two scans of one sheet differ in ink by specks and shadows, and in size where the whole frame was kept.
MAX_INK_RATIO: Final = 1.3
MAX_SIZE_DIFFERENCE: Final = 80
# A tile is about a word and a half of print: one other word fills it.
TILE: Final = 40
TILE_STEP: Final = 20
TILE_REACH: Final = 4
# Rollers draw a sheet through a hair faster or slower than the last time: down the page its ink lies ever further off.
DRIFT: Final = 10
# Fewer dots of ink than about two letters have tell a tile that it is there, but not how far it moved: a speck would be
# found anywhere, and lead all tiles after it astray.
LEADING_INK: Final = 30
# Dots of a tile that are surely ink on one page and may not be on the other, nor beside it. Measured on drawn papers of
# 9-14 points, at the best move: 0 or 1 when a sheet is scanned again, 3 and more where a day has another digit.
DIFFERENT_DOTS: Final = 2
# Coarse maps are laid over one another first: a dot of the coarser is 8 of ours, of the finer 4.
COARSE: Final = (8, 4)
COARSE_REACH: Final = 8
FINE_REACH: Final = 2
LAST_REACH: Final = 4
COARSE_KEPT: Final = 12
FINE_KEPT: Final = 4
# Where most sheets lie that come again, in dots of the coarser map. Rows that fall between its dots on one page and onto
# them on the other hide that place from it.
USUALLY: Final = tuple((x, y) for y in (-2, 0, 2) for x in (-2, 0, 2))
LEAST_OVERLAP: Final = 0.6

Rows = Sequence[int]


@dataclass(frozen=True)
class _Plane:
    """A map: a row of dots is one integer, its least bit leftmost."""

    width: int
    rows: tuple[int, ...]

    @property
    def ink(self) -> int:
        return sum(row.bit_count() for row in self.rows)

    def whole(self, stride: int) -> int:
        """All rows as one integer, `stride` bits from one to the next."""
        text = b"".join(row.to_bytes(stride // 8, "little") for row in self.rows)
        return int.from_bytes(text, "little")


@dataclass(frozen=True)
class _Maps:
    """What a fingerprint holds."""

    coarse: _Plane
    fine: _Plane
    sure: _Plane
    may_be: _Plane


def sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """Width and height of the maps of a fingerprint, coarsest first."""
    small = tuple((-(-width // by), -(-height // by)) for by in COARSE)
    return (*small, (width, height), (width, height))


def pack(width: int, height: int, planes: bytes) -> bytes:
    """The fingerprint of maps in the order and size of `sizes`; rows are padded to whole bytes, the least bit leftmost."""
    return _HEAD.pack(VERSION, width, height) + zlib.compress(planes, 6)


def same_page(a: bytes, b: bytes) -> bool:
    """Whether two fingerprints are of one sheet scanned twice. Pages of one form filled in otherwise are not the same.

    Takes a millisecond or two for most pages that are unlike and tens for the same. What is no fingerprint, and a page
    with hardly any ink, is like nothing. Raises nothing.
    """
    first, second = _unpacked(a), _unpacked(b)
    if first is None or second is None or not _alike_at_a_glance(first, second):
        return False
    place = _laid_over(first, second)
    return place is not None and _tiles_agree(first, second, place)


def _unpacked(data: bytes) -> _Maps | None:
    if len(data) <= _HEAD.size:
        return None
    version, width, height = _HEAD.unpack_from(data)
    if version != VERSION or not 0 < width <= MAX_SIDE or not 0 < height <= MAX_SIDE:
        return None
    wanted = sum((across + 7) // 8 * down for across, down in sizes(width, height))
    try:
        plain = zlib.decompressobj().decompress(data[_HEAD.size :], wanted + 1)
    except zlib.error:
        return None
    if len(plain) != wanted:
        return None
    planes, at = [], 0
    for across, down in sizes(width, height):
        stride = (across + 7) // 8
        rows = [
            int.from_bytes(plain[place : place + stride], "little") for place in range(at, at + stride * down, stride)
        ]
        planes.append(_Plane(across, tuple(rows)))
        at += stride * down
    return _Maps(*planes)


def _alike_at_a_glance(first: _Maps, second: _Maps) -> bool:
    across, down = first.sure.width - second.sure.width, len(first.sure.rows) - len(second.sure.rows)
    if max(abs(across), abs(down)) > MAX_SIZE_DIFFERENCE:
        return False
    less, more = sorted((first.sure.ink, second.sure.ink))
    return less >= LEAST_INK and more <= MAX_INK_RATIO * less


def _laid_over(first: _Maps, second: _Maps) -> tuple[int, int] | None:
    """How far the second page's ink lies right of and below the first's; None when they do not lie over one another."""
    # lines and rows of a table lie over one another in many places, a line or a row apart: the finer map tells which
    likely = [around for _, around in _places(first.coarse, second.coarse, (0, 0), COARSE_REACH)[:COARSE_KEPT]]
    if not likely:
        return None
    found = [
        place
        for around in dict.fromkeys((*likely, *USUALLY))
        for place in _places(first.fine, second.fine, (2 * around[0], 2 * around[1]), FINE_REACH)[:1]
    ]
    ends = [
        place
        for around in _apart(place for _, place in sorted(set(found), reverse=True))
        for place in _places(first.sure, second.may_be, (4 * around[0], 4 * around[1]), LAST_REACH, least=0.0)[:1]
    ]
    return max(ends)[1] if ends else None


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first few of these, one of each row: the page's own rows make one row of it like another."""
    kept: list[tuple[int, int]] = []
    for place in places:
        if len(kept) < FINE_KEPT and all(abs(place[1] - other[1]) > 1 for other in kept):
            kept.append(place)
    return kept


def _places(
    one: _Plane, other: _Plane, around: tuple[int, int], reach: int, least: float = LEAST_OVERLAP
) -> list[tuple[int, tuple[int, int]]]:
    """Places near `around` where at least so much ink of the one lies on the other's, with how much: most ink first.

    Of places that touch only the best.
    """
    stride = (max(one.width, other.width) + abs(around[0]) + reach + 7) // 8 * 8
    below, above = one.whole(stride), other.whole(stride)
    found: list[tuple[int, tuple[int, int]]] = []
    for y in range(around[1] - reach, around[1] + reach + 1):
        for x in range(around[0] - reach, around[0] + reach + 1):
            shift = y * stride + x
            found.append(((below & (above >> shift if shift >= 0 else above << -shift)).bit_count(), (x, y)))
    enough = least * min(one.ink, other.ink)
    best: list[tuple[int, tuple[int, int]]] = []
    for ink, (x, y) in sorted(found, key=lambda place: -place[0]):
        if ink < enough:
            break
        if all(max(abs(x - there[0]), abs(y - there[1])) > 1 for _, there in best):
            best.append((ink, (x, y)))
    return best


def _thick(rows: Sequence[int]) -> tuple[int, ...]:
    """Each dot and its four neighbours."""
    last = len(rows) - 1
    return tuple(
        row | row << 1 | row >> 1 | (rows[y - 1] if y else 0) | (rows[y + 1] if y < last else 0)
        for y, row in enumerate(rows)
    )


ROOM: Final = TILE + 2 * TILE_REACH
_TILE_MASK: Final = sum((1 << TILE) - 1 << ROOM * row for row in range(TILE))


def _cut(rows: Sequence[int], x: int, y: int, size: int) -> int:
    """A square of a map as one integer, ROOM bits from row to row; nothing lies beyond the map."""
    mask = (1 << size) - 1
    whole = 0
    for row in range(y + size - 1, y - 1, -1):
        line = rows[row] if 0 <= row < len(rows) else 0
        whole = whole << ROOM | ((line >> x if x >= 0 else line << -x) & mask)
    return whole


def _tiles_agree(first: _Maps, second: _Maps, place: tuple[int, int]) -> bool:
    """Whether every tile of the first page has its like near its place on the second."""
    one, other = (first.sure.rows, _thick(first.may_be.rows)), (second.sure.rows, _thick(second.may_be.rows))
    start = place
    for y in range(0, len(one[0]), TILE_STEP):
        moved, leads = start, True
        for x in range(0, first.sure.width, TILE_STEP):
            # a frame's line is found anywhere along itself, and may lead astray as well
            found = _tile_move(one, other, x, y, _near(place, moved), moved) or (
                _tile_move(one, other, x, y, place, place) if moved != place else None
            )
            if found is None:
                return False
            to, ink = found
            if ink < LEADING_INK:
                continue
            moved = to
            if leads:
                # the next row begins where this one did
                start, leads = to, False
    return True


def _near(place: tuple[int, int], moved: tuple[int, int]) -> tuple[int, int]:
    """Where a tile is looked for: where its neighbour was found, as long as that is no other place of the page."""
    across, down = (min(max(there, here - DRIFT), here + DRIFT) for here, there in zip(place, moved, strict=True))
    return across, down


def _tile_move(
    one: tuple[Sequence[int], Sequence[int]],
    other: tuple[Sequence[int], Sequence[int]],
    x: int,
    y: int,
    place: tuple[int, int],
    likely: tuple[int, int],
) -> tuple[tuple[int, int], int] | None:
    """Where the tile is found on the other page, tried first at its neighbour's move, and its ink; None: it is not there."""
    sure, thick = _cut(one[0], x, y, TILE), _cut(one[1], x, y, TILE)
    corner = x + place[0] - TILE_REACH, y + place[1] - TILE_REACH
    there = [_cut(rows, *corner, ROOM) for rows in other]
    if not sure and not there[0]:
        return likely, 0
    moves = [(dx, dy) for dy in range(-TILE_REACH, TILE_REACH + 1) for dx in range(-TILE_REACH, TILE_REACH + 1)]
    first = likely[0] - place[0], likely[1] - place[1]
    least, best = DIFFERENT_DOTS, None
    for dx, dy in (first, *moves):
        shift = (TILE_REACH + dy) * ROOM + TILE_REACH + dx
        their_sure, their_thick = (rows >> shift & _TILE_MASK for rows in there)
        left = (sure & ~their_thick).bit_count() + (their_sure & ~thick).bit_count()
        if left < least:
            least, best = left, (place[0] + dx, place[1] + dy)
            if not left:
                break
    return (best, sure.bit_count()) if best is not None else None
