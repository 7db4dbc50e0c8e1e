"""Nothing of the card leaves the reading but the reading: not in logs, not in errors, not in what is printed or kept."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from card_bench import Background, ChipTransport, Events, chip, read

from drivers.card.emrtd.certificates import TrustStore
from drivers.errors import DeviceError
from drivers.ports import CardAccess, CardReading
from drivers.simulators.chip import VirtualChip
from drivers.simulators.chip.applet import Defects
from drivers.simulators.chip.people import PEOPLE, Person

PERSON = PEOPLE["diacritics"]
ROOT = Path(__file__).parents[3]


def canaries(person: Person) -> list[str]:
    """Everything of a card that must not be found anywhere: whole, and in the pieces that a message would repeat."""
    short = person.number[3:]
    dates = [
        day.strftime(form)
        for day in (person.birth, person.issued)
        for form in ("%y%m%d", "%d%m%Y", "%d/%m/%Y", "%Y-%m-%d")
    ]
    return [
        person.number,
        short,
        person.can,
        person.name,
        person.residence,
        person.home_town,
        person.mrz,
        person.qr,
        *dates,
    ]


def assert_silent(text: str, person: Person = PERSON) -> None:
    for canary in canaries(person):
        assert canary not in text
        assert canary.encode("utf-8").hex() not in text.lower()


ACCESSES = [
    CardAccess(can=PERSON.can),
    CardAccess(mrz=PERSON.mrz),
    CardAccess(qr=PERSON.qr),
    CardAccess(can="000000", qr=PERSON.qr),
    CardAccess(mrz=PERSON.mrz[:-1]),
    CardAccess(qr=PERSON.qr[:40]),
]
DEFECTS = [
    Defects(),
    *(
        Defects(**{name: True})
        for name in (
            "bad_mac",
            "blocked",
            "pace_refused",
            "endless",
            "truncated",
            "refuse",
            "clone",
            "stripped",
            "no_proofs",
        )
    ),
    Defects(naked_status=0x6988),
]


@pytest.mark.parametrize("access", ACCESSES, ids=range(len(ACCESSES)))
def test_no_error_log_or_repr_of_a_reading_repeats_the_card(access: CardAccess, caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    for defects in DEFECTS:
        events = Events()
        try:
            result: object = read(ChipTransport(chip("diacritics", defects=defects)), access, events=events)
        except DeviceError as error:
            result = (str(error), repr(error), error.detail, repr(error.__cause__), repr(error.__context__))
        said = capfd.readouterr()
        assert_silent(repr(result) + repr(access) + caplog.text + said.out + said.err)
        # The one event that carries the person, and nothing else does.
        assert_silent(repr([data for name, data in events.all if name != "identity"]))


def test_damaged_files_of_a_card_are_complained_of_without_being_repeated() -> None:
    target = chip("diacritics")
    for fid in (0x0101, 0x010D, 0x0102, 0x011D, 0x010E, 0x010F):
        for cut in (7, 40):
            files = dict(target.card.files)
            broken = bytearray(files[fid])
            broken[cut % len(broken)] ^= 0x41
            files[fid] = bytes(broken)
            try:
                reading = read(ChipTransport(_with(files)), CardAccess(can=PERSON.can))
            except DeviceError as error:
                assert_silent(str(error) + repr(error.__cause__) + repr(error.__context__))
            else:
                reasons = (reading.passive, reading.active, reading.chip, reading.mismatches)
                assert_silent(repr(reasons))


def _with(files: dict[int, bytes]):
    target = chip("diacritics")
    object.__setattr__(target.card, "files", files)
    return target


def test_the_driver_process_writes_the_person_to_its_caller_and_nowhere_else(
    background: Background, tmp_path: Path
) -> None:
    """The host process of the device from end to end: its standard error and its files hold nothing of the card."""
    home = tmp_path / "home"
    home.mkdir()
    settings = {"transport": "direct", "csca_dir": str(tmp_path / "trust"), "cache_file": str(home / "chips.json")}
    card = VirtualChip(tmp_path / "trust", port=1, seed="silence")
    background.run(card.start())
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONFAULTHANDLER": "1"}
    command = [sys.executable, "-m", "drivers.host", "pcsc"]
    with (home / "stderr").open("wb") as errors:
        host = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, env=environment
        )
    assert host.stdin is not None
    assert host.stdout is not None
    try:
        reading = _converse(host, settings, card, background)
    finally:
        host.stdin.close()
        host.wait(10)
        host.stdout.close()
        background.run(card.stop())
    assert reading["holder"]["number"] == PERSON.number
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert_silent(path.read_bytes().decode("utf-8", "replace"))


def _converse(host: subprocess.Popen[bytes], settings: dict[str, str], card: VirtualChip, background: Background):
    def say(frame: dict[str, object]) -> None:
        host.stdin.write(json.dumps(frame).encode() + b"\n")
        host.stdin.flush()

    def heard(**wanted: object):
        while line := host.stdout.readline():
            frame = json.loads(line)
            if wanted.items() <= frame.items() and ("event" in wanted or "event" not in frame):
                return frame
        raise AssertionError("the host ended")

    say(settings)
    card._port = int(heard(event="opened")["data"]["port"].rpartition(":")[2])
    background.run(card.act("insert", PERSON.key))
    heard(event="card_inserted")
    for number, access in ((1, {"can": "000000"}), (2, {"qr": PERSON.qr})):
        say({"id": number, "call": "read", "args": {"access": {"can": None, "mrz": None, "qr": None} | access}})
        told = heard(id=number)
    return told["result"]


def test_what_a_reading_is_printed_as_shows_no_person(trust: TrustStore) -> None:
    reading = read(ChipTransport(chip("diacritics")), CardAccess(qr=PERSON.qr), trust=trust)
    assert isinstance(reading, CardReading)
    assert_silent(repr(reading))
