"""However a code's bytes are cut up on the line, it is the same code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.frames import LONGEST, FrameBuffer, code_of
from drivers.ports import Code

_TEXTS = st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
    lambda text: not text.startswith("]")
)


@given(st.lists(_TEXTS, min_size=1, max_size=6), st.sampled_from([b"\r", b"\n", b"\r\n"]), st.data())
def test_every_chunking_gives_the_same_codes(texts: list[str], ending: bytes, data: st.DataObject) -> None:
    stream = b"".join(b"]Q1" + text.encode() + ending for text in texts)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stream) - 1), max_size=12)))
    frames = FrameBuffer(quiet_s=0.1)
    got: list[Code] = []
    now = 0.0
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += frames.feed(stream[start:end])
        now += 1  # how late the machine looks again does not matter
        got += frames.silence(now)
        got += frames.silence(now + data.draw(st.floats(0, 0.09)))
    assert [code.text for code in got] == texts
    assert {code.symbology for code in got} == {"QRCode"}
    assert [bytes.fromhex(code.bytes_hex) for code in got] == [text.encode() for text in texts]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_no_bytes_whatever_break_the_reader(chunks: list[bytes]) -> None:
    frames = FrameBuffer(quiet_s=0.1)
    for number, chunk in enumerate(chunks):
        for code in frames.feed(chunk) + frames.silence(number * 0.07) + frames.silence(number * 0.07 + number % 3):
            if code.text:
                assert code.text.encode().hex() == code.bytes_hex


def test_silence_ends_a_code_without_a_line_end_but_not_before() -> None:
    frames = FrameBuffer(quiet_s=0.1)
    assert frames.feed(b"]C1AB") == []
    assert frames.silence(1.0) == []
    assert frames.silence(1.09) == []
    assert frames.feed(b"CD") == []
    assert frames.silence(1.2) == []
    assert frames.silence(1.31) == [Code("ABCD", "Code128", b"ABCD".hex())]
    assert frames.silence(9.0) == []


def test_a_reader_known_to_send_line_ends_never_gives_a_shortened_code() -> None:
    frames = FrameBuffer(quiet_s=0.1, terminated=True)
    assert frames.feed(b"]Q1G09.20-2026") == []
    assert frames.silence(1.0) + frames.silence(1.2) == []
    assert frames.feed(b"]Q1G09.20-20260609-0092637\r") == [code_of(b"]Q1G09.20-20260609-0092637")]
    assert frames.dropped == 1


def test_a_megabyte_without_a_line_end_is_thrown_away_and_the_next_code_is_read() -> None:
    frames = FrameBuffer(quiet_s=0.1)
    got: list[Code] = []
    for _ in range(1024):
        got += frames.feed(b"x" * 1024)
    got += frames.feed(b"tail\r]Q1after\r")
    assert [code.text for code in got] == ["after"]
    assert frames.dropped == 1
    assert LONGEST < 1024 * 1024


@pytest.mark.parametrize(
    ("frame", "symbology", "text"),
    [
        (b"]Q1ABC", "QRCode", "ABC"),
        (b"]C1ABC", "Code128", "ABC"),
        (b"]E04006381333931", "EAN13", "4006381333931"),
        (b"]E496385074", "EAN8", "96385074"),
        (b"]d2ABC", "DataMatrix", "ABC"),
        (b"]L0ABC", "PDF417", "ABC"),
        (b"]z0ABC", "Aztec", "ABC"),
        (b"]A0ABC", "Code39", "ABC"),
        (b"]X9ABC", "]X9", "ABC"),
        (b"ABC", "", "ABC"),
        ("]Q1NGUYỄN VĂN THỬ NGHIỆM".encode(), "QRCode", "NGUYỄN VĂN THỬ NGHIỆM"),
    ],
)
def test_the_prefix_names_the_symbology_and_is_no_part_of_the_text(frame: bytes, symbology: str, text: str) -> None:
    assert code_of(frame) == Code(text, symbology, text.encode().hex())


def test_bytes_that_are_no_utf8_are_given_as_bytes_and_never_guessed() -> None:
    code = code_of(b"]Q1NGUY\xca\xa2N")
    assert (code.text, code.bytes_hex) == ("NGUYʢN", b"NGUY\xca\xa2N".hex())
    assert code_of(b"]Q1\xd2\xff") == Code("", "QRCode", "d2ff")
