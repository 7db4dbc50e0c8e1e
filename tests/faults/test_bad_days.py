"""Bad days: devices gone, cards pulled, papers stuck, the ministry out of reach, the citizen gone."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
import zxingcpp
from cells import Matrix
from language import Fault
from machine import Machine
from PIL import Image
from traces import dossiers_at, files_that_say

from drivers.simulators.chip.people import DEFAULT, PEOPLE

# The time includes waiting for another worker's turn at the reader.
pytestmark = [pytest.mark.xdist_group("virtual-reader"), pytest.mark.timeout(600)]
PERSON = PEOPLE[DEFAULT]


def personal(machine: Machine) -> list[str]:
    """Files of the kiosk that say who the citizen was; the ministry's own data and the paper slip may."""
    words = (PERSON.name, PERSON.number, PERSON.residence, "0912345678")
    return files_that_say(machine.folder, words, (machine.folder / "service",))


def spooled(machine: Machine) -> list[Path]:
    # unlike rglob, a walk passes over a folder that is wiped meanwhile
    walk = os.walk(machine.folder / "store" / "sessions")
    return [Path(folder, name) for folder, _, names in walk for name in names]


def held_by_the_ministry(machine: Machine) -> list[dict[str, str]]:
    return machine.run(asyncio.to_thread(dossiers_at, machine.folder / "service"))


def test_an_absent_card_reader_is_announced_and_another_way_is_offered_until_it_is_back(machine: Machine) -> None:
    if not machine.virtual_reader:
        pytest.skip("no pcscd with a virtual reader here")
    machine.play("card-reader-absent")


def test_without_a_scanner_the_dossier_goes_out_and_its_papers_are_brought_to_the_desk(machine: Machine) -> None:
    report = machine.play("scanner-absent")
    assert (report.state, report.pages) == ("acknowledged", 0)
    (dossier,) = [row for row in held_by_the_ministry(machine) if row["uuid"] == report.uuid]
    assert dossier["awaited_papers"] == 1


def test_without_a_code_reader_the_number_is_typed(machine: Machine) -> None:
    machine.play("barcode-absent")


def test_without_a_printer_the_codes_stay_on_the_screen(machine: Machine) -> None:
    report = machine.play("printer-absent")
    assert report.dossier_code
    assert report.state == "acknowledged"


def test_paper_out_after_submit_keeps_the_dossier_and_offers_the_code_on_screen(machine: Machine) -> None:
    report = machine.play("paper-out")
    assert report.dossier_code
    assert report.state == "acknowledged"


def test_without_the_ministry_the_dossier_goes_out_later_once(machine: Machine) -> None:
    report = machine.play("service-unreachable")
    assert report.kiosk_reference.startswith("K01-")
    assert report.dossier_code == ""
    slip = sorted((machine.folder / "bench" / "receipts").glob("receipt-*.png"))[-1]
    assert report.kiosk_reference in {code.text for code in zxingcpp.read_barcodes(Image.open(slip).convert("L"))}
    service = machine.kiosk.submission
    assert service is not None

    def sent() -> bool:
        return not [row for row in service.outbox_report() if row.id == report.uuid]

    assert machine.run(machine.until(sent, 40)), "the dossier never left the kiosk"
    assert [item["uuid"] for item in held_by_the_ministry(machine)].count(report.uuid) == 1


def test_a_card_pulled_while_read_is_told_and_read_when_it_is_back(machine: Machine) -> None:
    machine.play("card-pulled")


def test_a_wrong_number_is_told_and_asked_for_again(machine: Machine) -> None:
    machine.play("wrong-number")


def test_an_empty_feeder_is_told(machine: Machine) -> None:
    machine.play("feeder-empty")


def test_a_jam_keeps_the_pages_before_it(machine: Machine) -> None:
    machine.play("jam")
    assert [page.number for page in machine.session.pages if page.kept] == [1, 2]


def test_a_recorded_session_of_faults_is_replayed_and_the_visit_goes_on(machine: Machine) -> None:
    machine.play("recorded")
    assert [page.number for page in machine.session.pages if page.kept] == [1, 2]
    assert machine.run(machine.active_faults()) == {}


def test_a_citizen_who_walks_away_leaves_nothing(machine: Machine) -> None:
    machine.play("idle")
    assert machine.run(machine.until(lambda: not spooled(machine))), spooled(machine)
    assert personal(machine) == []


PLANS = {
    "while papers are scanned": {
        "identify: show the code": Fault("barcode0", "garble"),
        "scan c1: wait for the sensor": Fault("scanner0", "feeder_empty"),
        "scan c1: start": Fault("scanner0", "cut_line", "1"),
        "scan c1: running": Fault("scanner0", "absent"),
        "scan c2: start": Fault("scanner0", "cover_open"),
        "sending: wait": Fault("printer0", "cover_open"),
    },
    "while the card is read and the slip printed": {
        "identify: wait": Fault("card0", "bad_mac"),
        "identify: being read": Fault("card0", "removed_at", "8"),
        "scan c1: start": Fault("scanner0", "double_feed", "1"),
        "scan c2: start": Fault("scanner0", "truncated", "1"),
        "form: phone": Fault("printer0", "refuse"),
        "declare: submit": Fault("printer0", "paper_out_after", "20"),
    },
}
"""Of the whole matrix (`make faults`) a dozen cells of different faults, each when the device is at work."""


@pytest.mark.parametrize("plan", PLANS)
def test_devices_that_fail_when_it_matters_lose_and_double_nothing(machine: Machine, plan: str) -> None:
    cells = Matrix(machine).play(PLANS[plan])
    assert {cell.step: cell.problems for cell in cells} == {step: [] for step in PLANS[plan]}


def test_nothing_personal_is_in_the_data_folder_after_all_that(machine: Machine) -> None:
    machine.run(machine.end_session())
    assert spooled(machine) == []
    assert personal(machine) == []
