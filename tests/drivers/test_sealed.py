"""Sealed files read piece by piece: the same bytes as read whole, and nothing that was altered."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sealed import SealBroken, SealedReader, SealedWriter, new_key, read_sealed, write_sealed

KEY = new_key()
PLAIN = os.urandom(5000)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "page.sealed"
    write_sealed(path, KEY, PLAIN, b"page:1")
    return path


@given(st.lists(st.binary(max_size=5000), max_size=6))
def test_a_file_written_piece_by_piece_is_one_sealed_file(pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pieces.sealed"
        with SealedWriter(path, KEY, b"component:1") as writer:
            assert [writer.write(piece) for piece in pieces] == [len(piece) for piece in pieces]
            assert not path.exists(), "half a file stands in its place"
        assert read_sealed(path, KEY, b"component:1") == b"".join(pieces)
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(SealBroken):
            read_sealed(path, KEY, b"component:2")


def test_who_fails_while_writing_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "component.sealed"
    write_sealed(path, KEY, PLAIN)

    def fails() -> None:
        with SealedWriter(path, KEY) as writer:
            writer.write(PLAIN)
            raise ValueError("the page cannot be read")

    with pytest.raises(ValueError, match="cannot be read"):
        fails()
    assert read_sealed(path, KEY) == PLAIN
    assert list(tmp_path.iterdir()) == [path]


@given(st.integers(0, 6000), st.integers(0, 6000))
def test_any_piece_is_that_of_the_whole(sealed: Path, offset: int, length: int) -> None:
    with SealedReader(sealed, KEY, b"page:1") as reader:
        assert reader.size == len(PLAIN)
        assert reader.read(offset, length) == PLAIN[offset : offset + length]


@pytest.mark.parametrize("size", [0, 1, 16, 1024 * 1024, 2 * 1024 * 1024 + 3])
def test_files_of_every_size_are_read_to_their_end(tmp_path: Path, size: int) -> None:
    plain = os.urandom(size)
    write_sealed(tmp_path / "one", KEY, plain)
    assert read_sealed(tmp_path / "one", KEY) == plain
    with SealedReader(tmp_path / "one", KEY) as reader:
        assert reader.read(0, reader.size) == plain
        assert reader.read(size, 10) == b""


@pytest.mark.parametrize("place", [0, 4, 16, 2000, -16, -1])
def test_an_altered_byte_is_found_before_anything_is_given_out(tmp_path: Path, sealed: Path, place: int) -> None:
    changed = bytearray(sealed.read_bytes())
    changed[place] ^= 1
    (tmp_path / "changed").write_bytes(changed)
    with pytest.raises(SealBroken):
        SealedReader(tmp_path / "changed", KEY, b"page:1")


@pytest.mark.parametrize("left", [0, 3, 20, 31, 5000])
def test_a_file_that_was_cut_is_found(tmp_path: Path, sealed: Path, left: int) -> None:
    (tmp_path / "cut").write_bytes(sealed.read_bytes()[:left])
    with pytest.raises(SealBroken):
        SealedReader(tmp_path / "cut", KEY, b"page:1")


def test_another_name_or_key_opens_nothing(sealed: Path) -> None:
    for key, name in ((KEY, b"page:2"), (new_key(), b"page:1")):
        with pytest.raises(SealBroken):
            SealedReader(sealed, key, name)


def test_a_file_cut_while_it_is_read_is_found(tmp_path: Path) -> None:
    path = tmp_path / "one"
    write_sealed(path, KEY, PLAIN)
    with SealedReader(path, KEY) as reader:
        os.truncate(path, 1000)
        with pytest.raises(SealBroken):
            reader.read(900, 500)
