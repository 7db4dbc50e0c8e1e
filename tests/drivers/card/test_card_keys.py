"""The keys of a session are zeros as soon as its reading is over, well or badly."""

from __future__ import annotations

import pytest
from card_bench import ATR, TODAY, ChipTransport, Events, chip

from drivers.card.emrtd.access import Passwords
from drivers.card.emrtd.apdu import Command
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.reader import ChipReading, ChipSettings
from drivers.card.emrtd.secure_messaging import SecureChannel
from drivers.errors import DeviceError
from drivers.ports import CardAccess
from drivers.simulators.chip.applet import Defects
from drivers.simulators.chip.people import PEOPLE

ADULT = PEOPLE["adult"]
ACCESSES = {"pace": CardAccess(can=ADULT.can), "bac": CardAccess(mrz=ADULT.mrz)}


def reading(access: CardAccess, defects: Defects) -> ChipReading:
    settings = ChipSettings(TrustStore(), {})
    return ChipReading(ChipTransport(chip(defects=defects)), ATR, Passwords.of(access), settings, Events())


def wiped(channel: SecureChannel | None) -> bool:
    assert channel is not None
    return not any(channel._keys.enc) and not any(channel._keys.mac)


@pytest.mark.parametrize("way", ACCESSES)
def test_a_reading_wipes_its_keys(way: str) -> None:
    one = reading(ACCESSES[way], Defects(pace_refused=way == "bac"))
    one.run(TODAY)
    assert wiped(one._channel)


def test_a_reading_that_fails_wipes_its_keys_too() -> None:
    one = reading(ACCESSES["pace"], Defects(truncated=True))
    with pytest.raises(DeviceError):
        one.run(TODAY)
    assert wiped(one._channel)


def test_a_closed_session_sends_nothing() -> None:
    one = reading(ACCESSES["pace"], Defects())
    one.run(TODAY)
    assert one._channel is not None
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        one._channel.send(Command(0x00, 0xB0, 0x81, 0x00, b"", 8))
