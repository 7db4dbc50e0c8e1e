"""The simulated scanner itself, asked with plain HTTP: it must behave as the real ones do."""

from __future__ import annotations

import http.client
import io
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from drivers.scanner.escl import EsclClient, EsclRefused, EsclUnreachable
from drivers.simulators import escl_server
from tests.drivers.scanner.rig import SMALL_BED, SimulatedScanner

SETTINGS = """<?xml version="1.0"?>
<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"
 xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"><pwg:Version>2.0</pwg:Version>
 <pwg:InputSource>{source}</pwg:InputSource><scan:ColorMode>{mode}</scan:ColorMode>
 <scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}</scan:YResolution>
 <scan:Duplex>{duplex}</scan:Duplex></scan:ScanSettings>"""


def ask(scanner: SimulatedScanner, method: str, path: str, body: str = "") -> tuple[int, bytes, str]:
    """Status, body and Location of an answer."""
    parts = urlsplit(scanner.device.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request(method, path, body or None)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("Location", "")
    finally:
        connection.close()


def new_job(
    scanner: SimulatedScanner, source: str = "Feeder", mode: str = "RGB24", dpi: int = 75, duplex: str = "false"
) -> tuple[int, str]:
    """Asks for a scan; status and the job's place."""
    body = SETTINGS.format(source=source, mode=mode, dpi=dpi, duplex=duplex)
    status, _, place = ask(scanner, "POST", "/eSCL/ScanJobs", body)
    return status, place


def test_feeder_gives_its_sheets_and_then_404(simulated: SimulatedScanner, sheet_files: list[str]) -> None:
    simulated.act("load", ",".join(sheet_files[:2]))
    status, job = new_job(simulated)
    assert status == 201
    answers = [ask(simulated, "GET", f"{job}/NextDocument") for _ in range(3)]
    assert [answer[0] for answer in answers] == [200, 200, 404]
    with Image.open(io.BytesIO(answers[0][1])) as page:
        assert page.format == "PNG"
        assert page.size == (SMALL_BED[0] // 4, SMALL_BED[1] // 4)
    client = EsclClient(simulated.device.address)
    (listed,) = client.status().jobs
    assert (listed.state, listed.completed) == ("Completed", 2)


def test_empty_feeder_answers_409_and_a_second_job_503(simulated: SimulatedScanner, sheet_files: list[str]) -> None:
    assert new_job(simulated)[0] == 409
    simulated.act("load", sheet_files[0])
    assert new_job(simulated)[0] == 201
    assert new_job(simulated)[0] == 503
    assert EsclClient(simulated.device.address).status().busy


def test_deleted_job_stops_feeding(simulated: SimulatedScanner, sheet_files: list[str]) -> None:
    simulated.act("load", ",".join(sheet_files[:3]))
    _, job = new_job(simulated)
    ask(simulated, "GET", f"{job}/NextDocument")
    assert ask(simulated, "DELETE", job)[0] == 200
    assert ask(simulated, "GET", f"{job}/NextDocument")[0] == 404
    assert len(simulated.sheets("feeder")) == 2


def test_jam_stays_until_cleared_through_the_open_cover(simulated: SimulatedScanner, sheet_files: list[str]) -> None:
    client = EsclClient(simulated.device.address)
    simulated.act("load", ",".join(sheet_files[:3]))
    simulated.fault("jam", 1)
    _, job = new_job(simulated)
    assert ask(simulated, "GET", f"{job}/NextDocument")[0] == 503
    assert (client.status().state, client.status().adf_state) == ("Stopped", "ScannerAdfJam")
    with pytest.raises(ValueError, match="closed"):
        simulated.act("clear_jam")
    simulated.act("open_cover")
    assert client.status().trouble == "SCN-COVER-OPEN"
    simulated.act("close_cover")
    assert client.status().trouble == "SCN-JAM"
    simulated.act("open_cover")
    simulated.act("clear_jam")
    simulated.act("close_cover")
    assert client.status().trouble is None
    assert len(simulated.sheets("feeder")) == 3


def test_flatbed_gives_the_sheet_on_the_glass_or_the_bare_bed(
    simulated: SimulatedScanner, sheet_files: list[str]
) -> None:
    for prepare in ("clear_flatbed", "place_flatbed"):
        simulated.act(prepare, sheet_files[1])
        _, job = new_job(simulated, source="Platen", mode="Grayscale8")
        status, body, _ = ask(simulated, "GET", f"{job}/NextDocument")
        assert status == 200
        with Image.open(io.BytesIO(body)) as page:
            assert page.mode == "L"
            bare = page.getextrema()[0] == page.getextrema()[1]
        assert bare == (prepare == "clear_flatbed")
        assert ask(simulated, "GET", f"{job}/NextDocument")[0] == 404


@pytest.mark.parametrize("body", ["", "<a", SETTINGS.format(source="Feeder", mode="RGB24", dpi=123, duplex="false")])
def test_impossible_settings_are_refused(simulated: SimulatedScanner, sheet_files: list[str], body: str) -> None:
    simulated.act("load", sheet_files[0])
    assert ask(simulated, "POST", "/eSCL/ScanJobs", body)[0] == 400


@pytest.mark.parametrize("path", ["/", "/eSCL/ScanJobs/none/NextDocument", "/eSCL/Nothing"])
def test_unknown_paths_are_404(simulated: SimulatedScanner, path: str) -> None:
    assert ask(simulated, "GET", path)[0] == 404


def test_absence_is_a_closed_port_and_the_address_stays(simulated: SimulatedScanner) -> None:
    client, address = EsclClient(simulated.device.address), simulated.device.address
    simulated.fault("absent")
    with pytest.raises(EsclUnreachable):
        client.status()
    simulated.fault("clear")
    assert client.status().state == "Idle"
    assert simulated.device.address == address


def test_refusing_and_garbling_are_no_status(simulated: SimulatedScanner) -> None:
    client = EsclClient(simulated.device.address)
    for fault in ("refuse", "garble"):
        simulated.fault(fault)
        with pytest.raises(EsclRefused):
            client.status()
        simulated.fault("clear")


def test_a_silent_scanner_is_unreachable_after_the_timeout(simulated: SimulatedScanner) -> None:
    simulated.fault("hang", 3)
    with pytest.raises(EsclUnreachable):
        EsclClient(simulated.device.address, timeout_s=0.2).status()


def test_a_job_of_a_computer_that_fell_silent_is_given_up(
    simulated: SimulatedScanner, sheet_files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escl_server, "JOB_SILENCE_S", 0.2)
    simulated.act("load", sheet_files[0])
    assert new_job(simulated)[0] == 201
    time.sleep(0.3)
    assert new_job(simulated)[0] == 201


def test_a_running_job_can_be_ended_from_the_list(simulated: SimulatedScanner, sheet_files: list[str]) -> None:
    client = EsclClient(simulated.device.address)
    simulated.act("load", sheet_files[0])
    new_job(simulated)
    client.cancel(client.status().jobs[0])
    assert client.status().jobs[0].ended_badly
    assert not client.status().busy


def test_pages_come_at_the_pace_of_the_machine(sheet_files: list[str]) -> None:
    with SimulatedScanner(pages_per_minute=120) as simulated:
        simulated.act("load", ",".join(sheet_files[:3]))
        _, job = new_job(simulated)
        began = time.monotonic()
        for _ in range(3):
            ask(simulated, "GET", f"{job}/NextDocument")
        assert time.monotonic() - began > 1.3


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        ("load", "no-such-paper"),
        ("load", "trademark-application:3"),
        ("dance", None),
        ("place_flatbed", "trademark-application"),
    ],
)
def test_what_a_person_cannot_do_is_refused(simulated: SimulatedScanner, action: str, argument: str | None) -> None:
    with pytest.raises(ValueError, match=r".+"):
        simulated.act(action, argument)


def test_unknown_faults_and_numbers_are_refused(simulated: SimulatedScanner) -> None:
    for fault, argument in (("melt", None), ("jam", "-1"), ("jam", "x")):
        with pytest.raises(ValueError, match=r".+"):
            simulated.fault(fault, argument)


def test_every_action_and_fault_named_is_known(simulated: SimulatedScanner) -> None:
    for fault in sorted(simulated.device.faults):
        simulated.fault(fault)
        simulated.fault("clear")
    for action in simulated.device.actions:
        if action == "clear_jam":
            simulated.act("open_cover")
        simulated.act(action)
    assert simulated.device.state()["plugged"] is True


def test_the_demonstration_stack_fits_and_lies_askew(tmp_path: Path) -> None:
    with SimulatedScanner(skew=1.6, bed=(2622, 3685), formats=("image/jpeg",)) as simulated:
        simulated.act("load")
        assert simulated.sheets("feeder")[0] == "trademark-application:1"
        _, job = new_job(simulated, dpi=150)
        _, body, _ = ask(simulated, "GET", f"{job}/NextDocument")
        with Image.open(io.BytesIO(body)) as page:
            assert page.size == (1311, 1842)
            dark = page.convert("L").point(lambda value: 255 if value < 90 else 0)
            left = [next(x for x in range(page.width) if not dark.getpixel((x, y))) for y in (300, 1500)]
            assert abs(left[0] - left[1]) >= 4
