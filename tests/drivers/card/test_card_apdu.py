"""Command and response APDUs: encodings of ISO 7816-4 5.1, and chips that never come to an end."""

from __future__ import annotations

import pytest
from card_bench import ScriptedTransport, unhex

from drivers.card.emrtd.apdu import Command, PlainChannel, send_long
from drivers.errors import DeviceError


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (Command(0x00, 0xA4, 0x00, 0x0C), "00A4000C"),
        (Command(0x00, 0xB0, 0x00, 0x00, b"", 256), "00B0000000"),
        (Command(0x00, 0xB0, 0x00, 0x00, b"", 231), "00B00000E7"),
        (Command(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1e"), "00A4020C02011E"),
        (Command(0x10, 0x86, 0x00, 0x00, b"\x7c\x00", 256), "10860000027C0000"),
        (Command(0x00, 0xB0, 0x00, 0x00, b"", 257), "00B00000000101"),
        (Command(0x00, 0xB0, 0x00, 0x00, b"", 65536), "00B00000000000"),
        (Command(0x00, 0xD6, 0x00, 0x00, bytes(256)), "00D60000000100" + "00" * 256),
        (Command(0x0C, 0xB0, 0x00, 0x00, b"\x97", 65536), "0CB000000000019700 00"),
    ],
)
def test_commands_take_the_shortest_form_that_holds_their_lengths(command: Command, encoded: str) -> None:
    if encoded.startswith("0CB0"):
        # One byte of data with a long expected length: extended all the same.
        encoded = "0CB00000" + "00" + "0001" + "97" + "0000"
    assert command.encode() == unhex(encoded)


def test_lengths_beyond_any_apdu_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="length"):
        Command(0, 0xB0, 0, 0, b"", 65537).encode()


def test_61xx_is_followed_and_the_data_joined() -> None:
    transport = ScriptedTransport([unhex("0102 6102"), unhex("0304 9000")])
    response = PlainChannel(transport).send(Command(0x00, 0x84, 0, 0, b"", 8))
    assert (response.data, response.sw) == (b"\x01\x02\x03\x04", 0x9000)
    assert transport.sent[1] == unhex("00C0000002")


def test_6cxx_repeats_once_with_the_length_it_names() -> None:
    transport = ScriptedTransport([unhex("6C03"), unhex("010203 9000")])
    assert PlainChannel(transport).send(Command(0x00, 0xB0, 0, 0, b"", 256)).data == b"\x01\x02\x03"
    assert transport.sent[1] == unhex("00B0000003")


def test_a_chip_that_promises_more_for_ever_is_stopped() -> None:
    def endless():
        while True:
            yield unhex("00 6100")

    transport = ScriptedTransport(endless())
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        PlainChannel(transport).send(Command(0x00, 0x84, 0, 0, b"", 8))
    assert len(transport.sent) < 300


def test_an_answer_without_a_status_is_garbled() -> None:
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        PlainChannel(ScriptedTransport([b"\x90"])).send(Command(0x00, 0x84, 0, 0, b"", 8))


def test_a_protected_answer_that_ends_with_6cxx_is_not_sent_twice() -> None:
    transport = ScriptedTransport([unhex("8E080102030405060708 6C10")])
    assert PlainChannel(transport).send(Command(0x0C, 0xB0, 0, 0, b"", 256)).sw == 0x6C10
    assert len(transport.sent) == 1


def test_a_long_command_is_chained_where_the_chip_has_no_extended_length() -> None:
    transport = ScriptedTransport([unhex("9000"), unhex("9000"), unhex("7C00 9000")])
    channel = PlainChannel(transport, extended=False)
    assert send_long(channel, Command(0x00, 0x86, 0, 0, bytes(600), 256)).data == unhex("7C00")
    # ISO 7816-4 5.3.3: bit 5 of CLA in all but the last; only the last asks for data.
    assert [apdu[:5] for apdu in transport.sent] == [unhex("10860000FF"), unhex("10860000FF"), unhex("008600005A")]
    assert [len(apdu) for apdu in transport.sent] == [260, 260, 96]


def test_a_chain_ends_where_the_chip_refuses_a_part_of_it() -> None:
    transport = ScriptedTransport([unhex("6883")])
    assert send_long(PlainChannel(transport, False), Command(0x00, 0x86, 0, 0, bytes(600), 256)).sw == 0x6883


@pytest.mark.parametrize("extended", [True, None])
def test_a_long_command_goes_out_whole_where_it_may(extended: bool | None) -> None:
    transport = ScriptedTransport([unhex("9000")])
    assert send_long(PlainChannel(transport, extended), Command(0x00, 0x86, 0, 0, bytes(600), 256)).ok
    assert transport.sent[0][:7] == unhex("00860000000258")
