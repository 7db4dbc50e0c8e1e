"""A reader that plays keyboard: keys by their place, letters that no key has, and no key for anybody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.keys import EVENT, Keyboard
from drivers.barcode.wedge import DRIVER
from drivers.errors import DeviceError

SHIFT, ALT, CONTROL, CAPS = 42, 56, 29, 58
PAD = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73}


def event(code: int, value: int, kind: int = 1) -> bytes:
    return EVENT.pack(1_700_000_000, 5, kind, code, value)


def press(code: int, *held: int) -> bytes:
    keys = [event(key, 1) for key in (*held, code)] + [event(key, 0) for key in (code, *held)]
    return b"".join(keys)


def alt(number: int | str) -> bytes:
    return event(ALT, 1) + b"".join(press(PAD[digit]) for digit in str(number)) + event(ALT, 0)


def test_keys_are_taken_by_their_place_with_and_without_shift() -> None:
    keyboard = Keyboard()
    row = b"".join(press(code) for code in range(2, 14)) + b"".join(press(code, SHIFT) for code in range(2, 14))
    assert keyboard.feed(row) == b"1234567890-=!@#$%^&*()_+"
    assert keyboard.feed(press(30) + press(30, SHIFT) + press(43, SHIFT) + press(86) + press(28)) == b"aA|\r"
    assert keyboard.feed(b"".join(press(PAD[digit]) for digit in "7410") + press(96)) == b"7410\r"


def test_releases_repeats_and_other_events_type_nothing() -> None:
    keyboard = Keyboard()
    assert keyboard.feed(event(30, 1) + event(30, 2) * 5 + event(30, 0) + event(4, 0x70004, 4) + event(0, 0, 0)) == b"a"
    assert keyboard.feed(press(CAPS) + press(59) + press(103)) == b""


def test_letters_that_no_key_has_come_by_their_number_in_unicode() -> None:
    name = "NGUYỄN VĂN THỬ NGHIỆM"
    assert Keyboard().feed(b"".join(alt(ord(letter)) for letter in name)).decode() == name


def test_or_byte_by_byte_when_the_reader_is_set_so() -> None:
    name = "Đặng Ước"
    assert Keyboard(alt_bytes=True).feed(b"".join(alt(f"0{byte}") for byte in name.encode())).decode() == name


@pytest.mark.parametrize("number", ["1114112", "55296", "99999999999"])
def test_a_number_that_is_no_letter_leaves_the_code_without_text(number: str) -> None:
    typed = Keyboard().feed(press(30) + alt(number))
    with pytest.raises(UnicodeDecodeError):
        typed.decode()


@given(st.binary(max_size=400), st.booleans())
def test_no_events_whatever_break_it(data: bytes, alt_bytes: bool) -> None:
    Keyboard(alt_bytes=alt_bytes).feed(data)


@given(st.lists(st.integers(1, 200), max_size=12))
def test_events_may_come_in_any_pieces(cuts: list[int]) -> None:
    stream = press(30, SHIFT) + alt(7877) + press(28)
    keyboard, typed, start = Keyboard(), b"", 0
    for cut in (*cuts, len(stream)):
        typed += keyboard.feed(stream[start : start + cut])
        start += cut
    assert typed == "Aễ\r".replace("ễ", chr(7877)).encode()


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    path = tmp_path / "events"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)
    yield path, descriptor
    os.close(descriptor)


def test_a_recorded_stream_of_events_is_a_code_and_nothing_before_opening_is(pipe: tuple[Path, int]) -> None:
    path, descriptor = pipe
    told: list[tuple[str, dict[str, Any]]] = []
    os.write(descriptor, press(16) + press(28))
    reader = DRIVER.create({"path": str(path)})
    reader.open()
    os.write(descriptor, press(27) + press(16, SHIFT) + press(2) + press(30, SHIFT) + press(48, SHIFT) + press(28))
    reader.poll(lambda name, /, **data: told.append((name, data)))
    assert told == [("code", {"text": "AB", "symbology": "QRCode", "bytes_hex": "4142"})]
    assert "exclusive" not in reader.describe().capabilities
    path.unlink()
    with pytest.raises(DeviceError, match="BAR-ABSENT"):
        reader.health()
    reader.close()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "path"),
        ({"path": "x", "alt": "latin"}, "alt"),
        ({"path": "x", "inter_key_ms": 1}, "inter_key_ms"),
        ({"port": "x"}, "port"),
    ],
)
def test_bad_settings_are_named(table: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(table)
