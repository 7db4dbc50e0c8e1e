"""One picture's retries in their order, none begun that the time left is too short for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product
from typing import Final, TypeVar

from drivers.barcode import closer, ladder, places
from drivers.barcode.reading import Found, Grey, Rung

_Result = TypeVar("_Result")
_BUSY_COST: Final = 3.0  # in readings for QR codes alone, as the rungs' costs
_COARSE_COST: Final = 1.2
_STRIPED_COST: Final = 5.0
_MOST_STRETCHED: Final = 3.0
_PATIENCE_S: Final = 0.3  # of a still picture: more than a camera's frame ever has
_TILE: Final = 1280  # pixels: a large photograph's far-away codes are looked for in parts of that size


class Attempt:
    """Reading one picture until a moment: how long its rungs take is told by those that were taken.

    Times are those of this thread's processor, stretched by how much longer they took on the wall: a busy machine makes
    rungs longer, but one interruption must not make them look too long to be tried at all.
    """

    def __init__(self, picture: Grey, until: float) -> None:
        self._pixels = picture.size
        self._until = until
        self.patient = until - time.monotonic() >= _PATIENCE_S
        self._taken_s = self._lasted_s = self._paid = 0.0

    def read(self, rung: Rung, picture: Grey, *, certain: bool = False) -> list[Found]:
        """What the rung finds; nothing when it would not end in time, unless it is `certain` to be begun."""
        cost = rung.cost * picture.size / self._pixels
        if not certain and not self._in_time(cost):
            return []
        return self._timed(cost, lambda: rung.read(picture))

    def places(self, find: Callable[[Grey], list[Grey]], picture: Grey, cost: float) -> list[Grey]:
        """The places that `find` finds; none when it would not end in time."""
        cost *= picture.size / self._pixels
        return self._timed(cost, lambda: find(picture)) if self._in_time(cost) else []

    def _in_time(self, cost: float) -> bool:
        likely_s = 0.0
        if self._paid:
            stretched = min(max(self._lasted_s / max(self._taken_s, 1e-6), 1.0), _MOST_STRETCHED)
            likely_s = cost * self._taken_s / self._paid * stretched
        return time.monotonic() + likely_s <= self._until

    def _timed(self, cost: float, work: Callable[[], _Result]) -> _Result:
        started, began = time.thread_time(), time.perf_counter()
        done = work()
        self._taken_s += time.thread_time() - started
        self._lasted_s += time.perf_counter() - began
        self._paid += cost
        return done


def search(attempt: Attempt, grey: Grey) -> list[Found]:
    """The first codes that a retry finds in a picture in which no QR code is seen at once, and what is plain beside them."""
    looked = False
    for rung, picture in _steps(attempt, grey):
        looked |= rung is ladder.PLAIN_OTHERS
        if found := attempt.read(rung, picture):
            return found if looked else found + attempt.read(ladder.PLAIN_OTHERS, grey)
    return []


def _steps(attempt: Attempt, grey: Grey) -> Iterator[tuple[Rung, Grey]]:
    squares = _fitted(attempt.places(partial(places.busy, most=2), grey, _BUSY_COST))
    yield from _each(closer.square_first(), squares)
    yield ladder.PLAIN_OTHERS, grey
    yield from _each(closer.square_second(), squares[:1])
    stripes = attempt.places(places.striped, grey, _STRIPED_COST)
    yield from _each(closer.bars(), stripes)
    yield ladder.INVERTED_AREAS, grey
    large = max(grey.shape) > ladder.COMFORTABLE
    smaller = ladder.comfortable(grey) if large else grey
    yield from _each(ladder.first_rungs(), [smaller])
    coarse = _fitted(attempt.places(partial(places.busy, working=places.COARSE, most=2), grey, _COARSE_COST))
    yield from _each(closer.square_first(), coarse)
    yield from _each(closer.square_second(), squares[1:] + coarse)
    yield from _each(closer.square_then(), squares + coarse)
    unclear = attempt.places(partial(places.striped, stripes=places.UNCLEAR), grey, _STRIPED_COST)
    yield from _each(closer.bars(), unclear)
    yield from _each(closer.bars_then(), stripes + unclear)
    yield from _each(closer.square_last(), squares)
    if attempt.patient:
        yield from _each(closer.square_mended(), squares + coarse)
    yield from _each(ladder.rungs(), [smaller])
    if large:
        for tile in _tiles(grey):
            yield ladder.PLAIN, tile
            yield from _each(closer.bars(), attempt.places(places.striped, tile, _STRIPED_COST))
            yield from _each(closer.square_first(), _fitted(attempt.places(places.busy, tile, _BUSY_COST)))
        yield from _each(ladder.rungs(), [grey])


def _each(rungs: Iterable[Rung], pictures: list[Grey]) -> Iterator[tuple[Rung, Grey]]:
    return product(rungs, pictures)


def _fitted(cuts: list[Grey]) -> list[Grey]:
    return [closer.fitted(cut) for cut in cuts]


def _tiles(grey: Grey) -> Iterator[Grey]:
    """Parts that overlap by half, so that each small code lies whole in one of them."""
    high, wide = grey.shape
    for top in range(0, max(1, high - _TILE // 2), _TILE // 2):
        for left in range(0, max(1, wide - _TILE // 2), _TILE // 2):
            yield grey[top : top + _TILE, left : left + _TILE].copy()
