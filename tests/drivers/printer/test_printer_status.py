"""What status bytes mean, and which are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ports import DeviceState
from drivers.printer.status import BadReply, PrinterStatus, parse

GOOD = b"\x12"


@pytest.mark.parametrize(
    ("number", "byte", "name", "code"),
    [
        (1, 0x1A, "offline", "PRN-OFFLINE"),
        (1, 0x32, "waiting_for_recovery", "PRN-OFFLINE"),
        (2, 0x16, "cover_open", "PRN-COVER-OPEN"),
        (2, 0x1A, "feeding", "PRN-OFFLINE"),
        (2, 0x32, "stopped_by_paper_end", "PRN-PAPER-OUT"),
        (2, 0x52, "error", "PRN-OFFLINE"),
        (3, 0x16, "recoverable_error", "PRN-OFFLINE"),
        (3, 0x1A, "cutter_error", "PRN-CUTTER"),
        (3, 0x32, "unrecoverable_error", "PRN-OFFLINE"),
        (3, 0x52, "overheated", "PRN-HOT"),
        (4, 0x1E, "paper_near_end", None),
        (4, 0x72, "paper_end", "PRN-PAPER-OUT"),
    ],
)
def test_each_bit_is_read_and_leads_to_its_code(number: int, byte: int, name: str, code: str | None) -> None:
    replies = [GOOD] * 4
    replies[number - 1] = bytes((byte,))
    status = parse((replies[0], replies[1], replies[2], replies[3]))
    assert getattr(status, name)
    assert sum(vars(status).values()) == 1
    assert status.problem == code


@given(st.tuples(*[st.binary(max_size=3)] * 4))
def test_no_reply_but_four_well_formed_bytes_is_ever_good_news(replies: tuple[bytes, bytes, bytes, bytes]) -> None:
    try:
        status = parse(replies)
    except BadReply:
        return
    assert all(len(reply) == 1 and reply[0] & 0x93 == 0x12 for reply in replies)
    if status.problem is None:
        assert status.health.state is DeviceState.READY


@pytest.mark.parametrize("reply", [b"", b"\x12\x12", b"\x00", b"\xff", b"\x10", b"\x92"])
def test_an_empty_doubled_or_malformed_reply_says_nothing(reply: bytes) -> None:
    for at in range(4):
        replies = [GOOD] * 4
        replies[at] = reply
        with pytest.raises(BadReply, match=f"DLE EOT {at + 1}"):
            parse((replies[0], replies[1], replies[2], replies[3]))


def test_half_a_paper_sensor_is_damage_not_half_a_warning() -> None:
    for byte in (0x16, 0x1A, 0x32, 0x52):
        with pytest.raises(BadReply, match="half a sensor"):
            parse((GOOD, GOOD, GOOD, bytes((byte,))))


def test_the_cover_is_named_before_the_paper_that_an_open_cover_seems_to_lack() -> None:
    assert PrinterStatus(offline=True, cover_open=True, paper_end=True).problem == "PRN-COVER-OPEN"
