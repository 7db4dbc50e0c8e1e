"""Files that are whole or absent: what stands in their place, and what stays beside it when writing fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drivers.durable import write_durably, write_once


def test_a_file_takes_an_earlier_ones_place_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_bytes(b"a longer one that was there before")
    path.chmod(0o644)
    write_durably(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_written_once_stays_and_the_second_writer_is_told(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    write_once(path, b"first")
    with pytest.raises(FileExistsError):
        write_once(path, b"second")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"first", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path, texts = tmp_path / "record", [bytes([letter]) * 100_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(len(texts)) as pool:
        list(pool.map(lambda text: write_durably(path, text), texts))
    assert path.read_bytes() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_cannot_be_put_nothing_is_left_behind(tmp_path: Path) -> None:
    taken = tmp_path / "folder"
    taken.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_durably(taken, b"new")
    assert list(tmp_path.iterdir()) == [taken]
