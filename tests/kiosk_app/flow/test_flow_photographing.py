"""Papers photographed on the table: where the scanner fails, or as the citizen likes; nothing taken twice or lost."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from citizen import SCANNER, Citizen, machine

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import CancelScan, ScanPages
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.offers import camera_shown
from kiosk_app.model.session import DeviceStatus, Session

CAMERA = "camera0"


def stand(scanner: DeviceState = DeviceState.READY, camera: DeviceState = DeviceState.READY) -> Session:
    session = machine()
    code = None if scanner is DeviceState.READY else "SCN-ABSENT"
    devices = {
        **session.devices,
        SCANNER: DeviceStatus(SCANNER, DeviceKind.SCANNER, scanner, code),
        CAMERA: DeviceStatus(CAMERA, DeviceKind.CAMERA, camera, preview=True),
    }
    return replace(session, devices=MappingProxyType(devices))


def at_the_table() -> Citizen:
    return Citizen(stand()).to_scan().do(ev.PhotographPapers())


def lost() -> ev.DeviceChanged:
    return ev.DeviceChanged(DeviceStatus(CAMERA, DeviceKind.CAMERA, DeviceState.ABSENT, "CAM-ABSENT"))


def test_without_the_scanner_papers_are_photographed_and_nobody_is_troubled_with_the_scanner() -> None:
    citizen = Citizen(stand(scanner=DeviceState.ABSENT)).to_scan()
    assert citizen.session.scan.camera
    assert citizen.session.notice is None
    assert citizen.do(ev.StartScan()).effect(ScanPages) == ScanPages("c1", 1, camera=True)


def test_with_a_scanner_that_works_the_table_is_a_choice_that_can_be_taken_back() -> None:
    citizen = Citizen(stand()).to_scan()
    assert not citizen.session.scan.camera
    assert citizen.do(ev.PhotographPapers()).session.scan.camera
    assert not citizen.do(ev.PhotographPapers(on=False)).session.scan.camera


def test_without_a_camera_there_is_no_table_to_choose() -> None:
    assert not Citizen().to_scan().do(ev.PhotographPapers()).session.scan.camera


def test_a_camera_waits_for_no_paper_in_a_feeder() -> None:
    citizen = at_the_table().do(ev.StartScan())
    assert (citizen.session.scan.running, citizen.session.scan.waiting) == (True, False)


def test_stopping_the_camera_is_the_usual_end_and_no_trouble() -> None:
    citizen = at_the_table().do(ev.StartScan()).answer(ev.PageScanned, 1, "c1").answer(ev.PageScanned, 2, "c1")
    assert citizen.do(ev.StopScan()).effect(CancelScan) is not None
    citizen.answer(ev.ScanEnded, "CAM-CANCELLED")
    assert (citizen.session.notice, citizen.session.scan.running, len(citizen.session.pages)) == (None, False, 2)
    assert citizen.session.scan.resume == 0


def test_of_originals_one_lies_on_the_table_however_many_pages_were_taken() -> None:
    citizen = at_the_table().do(ev.StartScan())
    for number in (1, 2, 3):
        citizen.answer(ev.PageScanned, number, "c1")
    assert citizen.session.scan.out == 1
    assert citizen.do(ev.TakeOriginals()).session.scan.out == 0


def test_what_lies_there_can_be_taken_as_it_lies_also_while_the_camera_waits_for_better() -> None:
    citizen = at_the_table().do(ev.StartScan()).do(ev.TakeItNow())
    assert citizen.effect(CancelScan) is not None
    citizen.answer(ev.ScanEnded, "CAM-CANCELLED")
    assert citizen.effect(ScanPages) == ScanPages("c1", 1, camera=True, at_once=True)
    citizen.answer(ev.PageScanned, 1, "c1").answer(ev.ScanEnded)
    assert (citizen.session.scan.running, citizen.session.scan.at_once) == (False, False)


def test_taking_it_now_begins_by_itself_when_nothing_runs() -> None:
    assert at_the_table().do(ev.TakeItNow()).effect(ScanPages) == ScanPages("c1", 1, camera=True, at_once=True)


def test_a_camera_that_is_lost_is_told_where_it_is_used_and_the_scanner_is_not() -> None:
    assert at_the_table().do(lost()).session.notice == "CAM-ABSENT"
    assert Citizen(stand()).to_scan().do(lost()).session.notice is None


def test_nothing_begins_while_the_camera_is_gone() -> None:
    citizen = at_the_table().do(lost(), ev.StartScan())
    assert (citizen.session.scan.running, citizen.session.notice) == (False, "CAM-ABSENT")


def test_an_empty_table_is_told() -> None:
    assert at_the_table().do(ev.StartScan()).answer(ev.ScanEnded, "CAM-NO-PAGE").session.notice == "CAM-NO-PAGE"


def test_the_picture_is_shown_while_the_table_is_used_also_beneath_a_call_for_help() -> None:
    citizen = at_the_table()
    assert camera_shown(citizen.session) is DeviceKind.CAMERA
    citizen.do(ev.StartScan(), ev.CallHelp())
    assert citizen.session.overlay is Overlay.HELP_CALLED
    assert camera_shown(citizen.session) is DeviceKind.CAMERA
    assert camera_shown(replace(citizen.session, screen=Screen.FORM)) is None
    assert camera_shown(Citizen(stand()).to_scan().session) is None
