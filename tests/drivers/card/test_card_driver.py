"""The driver from end to end: through pcscd and a virtual reader, and through its own development socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from card_bench import Background
from card_rig import Rig

from drivers.card.pcsc import DRIVER, CardDriver
from drivers.card.pcsc_slot import choose_reader
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess, DeviceState, Verdict
from drivers.simulators.chip import VirtualChip
from drivers.simulators.chip.issuer import Issuer
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.pcscd import PcscDaemon

ADULT, ELDER = PEOPLE["adult"], PEOPLE["elder"]


@pytest.fixture(params=["pcsc", "direct"])
def rig(
    request: pytest.FixtureRequest, background: Background, shared_pcscd: PcscDaemon | str, tmp_path: Path
) -> Iterator[Rig]:
    settings: dict[str, object] = {"csca_dir": str(tmp_path / "trust"), "transport": request.param}
    if request.param == "pcsc":
        daemon: PcscDaemon = request.getfixturevalue("pcscd")
        settings["reader"] = daemon.reader
    Issuer("driver tests").write_csca(tmp_path / "trust")
    driver = DRIVER.create(settings)
    assert isinstance(driver, CardDriver)
    driver.open()
    port = daemon.port if request.param == "pcsc" else int(driver.describe().port.rpartition(":")[2])
    card = VirtualChip(tmp_path / "trust", port=port, seed="driver tests")
    background.run(card.start())
    rig = Rig(driver, card, background)
    yield rig
    background.run(card.stop())
    rig.wait_empty()
    driver.close()


def test_a_card_is_seen_read_and_seen_leaving(rig: Rig) -> None:
    assert rig.driver.health().detail == "no card"
    rig.act("insert")
    assert rig.wait("card_inserted") == {"atr": "3B80800101"}
    assert rig.driver.health().state is DeviceState.READY
    reading = rig.driver.read(CardAccess(can=ADULT.can), rig.events)
    assert (reading.holder.number, reading.holder.name) == (ADULT.number, ADULT.name)
    assert reading.passive.verdict is Verdict.PASSED
    assert [data["step"] for data in rig.events.named("progress")][-1] == "authenticity"
    rig.act("remove")
    assert rig.wait("card_removed") == {}
    assert rig.code(CardAccess(can=ADULT.can)) == "CRD-NO-CARD"


def test_the_same_card_is_read_twice_and_then_another_person(rig: Rig) -> None:
    rig.insert()
    first = rig.driver.read(CardAccess(can=ADULT.can), rig.events)
    second = rig.driver.read(CardAccess(mrz=ADULT.mrz), rig.events)
    assert (first.holder, first.photo_b64) == (second.holder, second.photo_b64)
    rig.act("insert", "elder")
    rig.wait("card_removed")
    rig.wait("card_inserted")
    assert rig.driver.read(CardAccess(can=ELDER.can), rig.events).holder.name == ELDER.name


def test_a_refused_can_is_not_sent_again_but_the_right_one_is(rig: Rig) -> None:
    rig.insert()
    assert rig.code(CardAccess(can="000000")) == "CRD-WRONG-CAN"
    before = rig.card.state()["apdus"]
    assert rig.code(CardAccess(can="000000")) == "CRD-WRONG-CAN"
    assert rig.card.state()["apdus"] == before
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


def test_after_three_refusals_only_a_new_insertion_helps(rig: Rig) -> None:
    rig.insert()
    for can in ("000000", "000001", "000002"):
        assert rig.code(CardAccess(can=can)) == "CRD-WRONG-CAN"
    before = rig.card.state()["apdus"]
    assert rig.code(CardAccess(can=ADULT.can)) == "CRD-WRONG-CAN"
    assert rig.card.state()["apdus"] == before
    rig.act("remove")
    rig.wait("card_removed")
    rig.insert()
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


@pytest.mark.parametrize("apdu", ["1", "7", "13"])
def test_a_card_taken_away_while_read_is_removed_and_reads_when_put_back(rig: Rig, apdu: str) -> None:
    rig.insert()
    rig.fault("removed_at", apdu)
    assert rig.code(CardAccess(can=ADULT.can)) == "CRD-REMOVED"
    rig.wait("card_removed")
    assert rig.card.state()["inserted"] is False
    rig.insert()
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


def test_a_lost_contact_comes_back_as_a_new_insertion(rig: Rig) -> None:
    rig.insert()
    rig.fault("drop_after", "9")
    assert rig.code(CardAccess(can=ADULT.can)) == "CRD-REMOVED"
    rig.wait("card_removed")
    rig.wait("card_inserted")
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("bad_mac", "CRD-GARBLED"),
        ("naked_status", "CRD-GARBLED"),
        ("garble", "CRD-GARBLED"),
        ("blocked", "CRD-BLOCKED"),
        ("refuse", "CRD-UNSUPPORTED"),
        ("endless", "CRD-GARBLED"),
        ("truncated", "CRD-GARBLED"),
    ],
)
def test_a_fault_has_its_code_and_leaves_no_trace_once_cleared(rig: Rig, fault: str, code: str) -> None:
    rig.insert()
    rig.fault(fault)
    assert rig.code(CardAccess(can=ADULT.can)) == code
    rig.fault("clear")
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


@pytest.mark.parametrize(
    ("fault", "verdict"), [("wrong_hash", Verdict.FAILED), ("foreign_signer", Verdict.ISSUER_NOT_TRUSTED)]
)
def test_a_forged_card_is_read_and_told_as_such(rig: Rig, fault: str, verdict: Verdict) -> None:
    rig.fault(fault)
    rig.insert()
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).passive.verdict is verdict


@pytest.mark.parametrize("person", PEOPLE)
def test_a_chip_without_pace_is_read_whole_with_bac(rig: Rig, person: str) -> None:
    rig.fault("pace_refused")
    rig.act("insert", person)
    rig.wait("card_inserted")
    reading = rig.driver.read(CardAccess(mrz=PEOPLE[person].mrz), rig.events)
    assert reading.access is AccessKind.BAC
    assert (reading.holder.number, reading.holder.name) == (PEOPLE[person].number, PEOPLE[person].name)
    assert len(reading.photo_b64) > 10_000
    verdicts = (reading.passive.verdict, reading.active.verdict, reading.chip.verdict)
    assert (verdicts, reading.mismatches) == ((Verdict.PASSED,) * 3, ())


def test_a_master_file_that_is_no_command_is_no_obstacle(rig: Rig) -> None:
    rig.fault("mf_6d00")
    rig.insert()
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


def test_an_unplugged_card_comes_back_when_the_fault_is_cleared(rig: Rig) -> None:
    rig.insert()
    rig.fault("absent")
    rig.wait("card_removed")
    rig.fault("clear")
    rig.wait("card_inserted")


def test_a_slow_chip_is_read_all_the_same(rig: Rig) -> None:
    rig.insert()
    rig.fault("slow", "20")
    reading = rig.driver.read(CardAccess(can=ADULT.can), rig.events)
    assert reading.seconds >= 0.02 * reading.apdus


def test_a_cancelled_reading_ends_before_its_next_apdu(rig: Rig) -> None:
    rig.insert()

    def stop(event: str, /, **data: object) -> None:
        if event == "identity":
            rig.driver.cancel()

    with pytest.raises(DeviceError, match="CRD-CANCELLED"):
        rig.driver.read(CardAccess(can=ADULT.can), stop)
    assert rig.driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number


def test_without_any_password_the_chip_is_left_alone(rig: Rig) -> None:
    rig.insert()
    before = rig.card.state()["apdus"]
    assert rig.code(CardAccess()) == "CRD-NEEDS-ACCESS"
    assert rig.card.state()["apdus"] == before


def test_the_driver_says_what_it_is_and_tests_itself(rig: Rig) -> None:
    description = rig.driver.describe()
    direct = description.model == "direct"
    assert ("development-only-transport" in description.capabilities) is direct
    assert "trusted-issuers=1" in description.capabilities
    assert all(step.passed for step in rig.driver.self_test())


def test_an_unknown_reader_is_absent(pcscd: PcscDaemon) -> None:
    driver = DRIVER.create({"reader": "no such reader"})
    with pytest.raises(DeviceError, match="CRD-ABSENT"):
        driver.open()


def test_a_real_reader_is_taken_before_a_virtual_one_and_a_sam_slot_last() -> None:
    names = ["Virtual PCD 00 00", "ACME Dual SAM 01 00", "ACME Dual PICC 00 00"]
    assert choose_reader(names, "") == "ACME Dual PICC 00 00"
    assert choose_reader(names, "virtual") == "Virtual PCD 00 00"
    assert choose_reader(names[:2], "") == "Virtual PCD 00 00"
    assert choose_reader([], "") is None


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"reader": 3}, "reader"),
        ({"transport": "usb"}, "transport"),
        ({"direct_port": 70000}, "direct_port"),
        ({"direct_port": True}, "direct_port"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, object], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(settings)
