"""Promises of the keypad's way through a grid of keys."""

from __future__ import annotations

from ui.keypad.order import Box, above_or_below, beside, rows

# Three rows as of a keyboard: five narrow keys, four shifted by half a key, one wide key and a narrow one.
KEYS = (
    *(Box(100.0 * x, 0, 90, 80) for x in range(5)),
    *(Box(50 + 100.0 * x, 100, 90, 80) for x in range(4)),
    Box(0, 200, 390, 80),
    Box(400, 200, 90, 80),
)


def test_keys_of_one_height_are_one_row_from_left_to_right() -> None:
    assert rows(KEYS) == [[0, 1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


def test_rows_are_found_in_whatever_order_the_keys_come() -> None:
    turned = tuple(reversed(KEYS))

    assert [[turned[at] for at in row] for row in rows(turned)] == [[KEYS[at] for at in row] for row in rows(KEYS)]


def test_left_and_right_stay_in_the_row_and_end_with_it() -> None:
    assert beside(KEYS, 1, 1) == 2
    assert beside(KEYS, 4, 1) is None
    assert beside(KEYS, 5, -1) is None


def test_up_and_down_go_to_the_nearest_key_of_the_next_row() -> None:
    assert above_or_below(KEYS, 4, 1) == 8
    assert above_or_below(KEYS, 7, 1) == 9
    assert above_or_below(KEYS, 10, -1) == 8
    assert above_or_below(KEYS, 2, -1) is None
    assert above_or_below(KEYS, 10, 1) is None
