"""Device hosts as the kiosk keeps them: a vendor's driver in real processes that die, hang, flood and come back."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from host_rig import QUICK, WAIT_S, alive, keeping, run

from drivers import ports, registry
from drivers.errors import DeviceError
from drivers.limits import Limits
from drivers.ports import DeviceKind, DeviceState, Health, ScanReport
from drivers.supervisor import DeviceConfig, Supervisor


def test_a_vendors_driver_becomes_ready_answers_and_leaves_no_process(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            assert rig.states() == ["starting", "ready"]
            assert rig.client.description.model == "V1"
            tests = await rig.client.call("self_test", tuple[ports.TestResult, ...])
            assert [(item.name, item.passed, item.code) for item in tests] == [
                ("lamp", True, None),
                ("feeder", False, "SCN-JAM"),
            ]
            assert await rig.client.call("paper_loaded", bool) is True
            assert await rig.client.call_none("health") == {"state": "ready", "code": None, "detail": ""}
            pid = rig.pid
        assert not alive(pid)

    run(scene())


def test_progress_arrives_before_the_result_and_the_device_is_busy_meanwhile(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            heard: list[int] = []
            report = await rig.scan(10, lambda event, data: heard.append(data["percent"]))
            assert (report.pages, report.dpi) == (10, 300)
            assert heard == list(range(0, 100, 10))
            await rig.ready()
            assert rig.states() == ["starting", "ready", "busy", "ready"]

    run(scene())


def test_the_frames_are_kept_for_a_technician_and_a_witness_sees_each_good_end(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            seen: list[tuple[str, str, Any]] = []
            rig.supervisor.witness(lambda device, verb, arguments, answer: seen.append((device, verb, answer)))
            await rig.ready()
            await rig.client.call("paper_loaded", bool)
            rig.choose("jam")
            with pytest.raises(DeviceError):
                await rig.scan(2)
            kept = [(line.way.value, line.what) for line in rig.client.exchanges.lines()]
            assert kept[:4] == [
                ("from_host", "opened"),
                ("from_host", "state"),
                ("to_host", "paper_loaded"),
                ("from_host", "paper_loaded: result"),
            ]
            assert ("from_host", "scan: error") in kept
            (failed,) = [line for line in rig.client.exchanges.lines() if line.bad]
            assert "SCN-JAM" in failed.data
            assert failed.ms is not None
            assert seen == [(rig.client.config.id, "paper_loaded", True)]

    run(scene())


def test_a_short_verb_does_not_flicker_as_busy(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            await rig.scan(1)
            await asyncio.sleep(0.4)
            assert rig.states() == ["starting", "ready"]

    run(scene())


def test_a_failed_verb_tells_its_code_and_the_device_as_it_is_afterwards(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose("jam")
            with pytest.raises(DeviceError) as caught:
                await rig.scan(8)
            assert caught.value.code == "SCN-JAM"
            await rig.until(lambda: rig.states()[-1] == "fault")
            assert rig.client.health.code == "SCN-JAM"
            assert rig.states() == ["starting", "ready", "busy", "fault"]

    run(scene())


def test_an_absent_device_is_told_so_and_found_when_it_comes(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, "absent") as rig:
            await rig.until(lambda: rig.states() == ["starting", "absent"])
            assert rig.client.health.code == "SCN-ABSENT"
            with pytest.raises(DeviceError) as caught:
                await rig.scan(1)
            assert caught.value.code == "SCN-ABSENT"
            (folder / "absent").unlink()
            await rig.ready()
            assert rig.client.restarts == 0

    run(scene())


def test_an_unplugged_device_is_absent_and_opened_anew(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose("unplug")
            await rig.until(lambda: rig.states() == ["starting", "ready", "absent", "ready"])
            assert rig.client.restarts == 0

    run(scene())


def test_what_the_device_reports_by_itself_reaches_the_kiosk(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose("paper")
            await rig.until(lambda: ("paper", {"loaded": True}) in rig.events)

    run(scene())


def test_a_running_verb_stops_when_it_is_cancelled_and_a_waiting_one_never_begins(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            begun = asyncio.Event()
            first = asyncio.create_task(rig.scan(1000, lambda *_: begun.set()))
            second = asyncio.create_task(rig.scan(1000))
            await begun.wait()
            rig.client.cancel_running()
            answers = await asyncio.gather(first, second, return_exceptions=True)
            assert [getattr(item, "code", item) for item in answers] == ["SCN-CANCELLED", "SCN-CANCELLED"]
            assert (await rig.scan(1)).pages == 1

    run(scene())


def test_a_verb_whose_caller_left_is_stopped_and_the_next_waits_for_its_end(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            begun = asyncio.Event()
            leaving = asyncio.create_task(rig.scan(1000, lambda *_: begun.set()))
            await begun.wait()
            leaving.cancel()
            assert (await rig.scan(1)).pages == 1
            assert rig.client.restarts == 0
            with pytest.raises(asyncio.CancelledError):
                await leaving

    run(scene())


def test_a_verb_that_hangs_past_its_deadline_is_killed_and_the_device_comes_back(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, "hang-scan") as rig:
            await rig.ready()
            pid, started = rig.pid, time.monotonic()
            with pytest.raises(DeviceError) as caught:
                await rig.scan(1)
            assert caught.value.code == "SYS-DEADLINE"
            assert time.monotonic() - started > 0.5
            (folder / "hang-scan").unlink()
            await rig.until(lambda: rig.client.restarts == 1)
            assert ("state", {"state": "fault", "code": "SYS-DEADLINE", "detail": "host ended with -9"}) in rig.events
            await rig.ready()
            assert not alive(pid)
            assert (await rig.scan(1)).pages == 1

    run(scene())


def test_each_sign_of_progress_renews_the_deadline(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            assert (await rig.scan(18)).pages == 18  # 0.9 s with a deadline of 0.6 s of silence

    run(scene())


@pytest.mark.parametrize("name", ["hang-poll", "hang-open"])
def test_a_host_stuck_between_verbs_is_killed_and_started_again(folder: Path, name: str) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            if name == "hang-open":
                rig.choose(name, "unplug")
            else:
                rig.choose(name)
            await rig.until(lambda: "device.silent" in rig.logged)
            (folder / name).unlink(missing_ok=True)
            # The spare may have opened, and hung, before the file was gone.
            await rig.until(lambda: rig.client.health == Health(DeviceState.READY) and rig.client.restarts >= 1)

    run(scene())


def test_a_killed_host_fails_its_call_and_is_replaced(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            begun = asyncio.Event()
            call = asyncio.create_task(rig.scan(1000, lambda *_: begun.set()))
            await begun.wait()
            os.kill(rig.pid, signal.SIGKILL)
            with pytest.raises(DeviceError) as caught:
                await call
            assert caught.value.code == "SYS-HOST-DIED"
            await rig.until(lambda: rig.client.restarts == 1)
            await rig.ready()
            assert (await rig.scan(1)).pages == 1

    run(scene())


def test_a_bug_in_the_driver_ends_its_host_only(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose("crash-poll")
            await rig.until(lambda: rig.client.restarts == 1)
            await rig.ready()
            assert "device.stderr" in rig.logged

    run(scene())


def test_a_crash_loop_opens_the_breaker_and_a_technician_closes_it(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, "crash-open") as rig:
            await rig.until(lambda: rig.client.health.code == "SYS-BREAKER")
            assert rig.client.health.state is DeviceState.DISABLED
            assert rig.client.restarts == QUICK.breaker_deaths
            await asyncio.sleep(0.3)
            assert rig.client.restarts == QUICK.breaker_deaths
            (folder / "crash-open").unlink()
            rig.client.restart()
            await rig.ready()

    run(scene())


def test_the_breaker_tries_again_after_its_rest(folder: Path) -> None:
    limits = Limits(backoff_first_s=0.01, backoff_last_s=0.02, breaker_deaths=2, breaker_rest_s=0.2)

    async def scene() -> None:
        async with keeping(folder, "crash-open", limits=limits) as rig:
            await rig.until(lambda: rig.client.health.code == "SYS-BREAKER")
            (folder / "crash-open").unlink()
            await rig.ready()

    run(scene())


def test_a_technicians_restart_is_no_death(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            for count in range(1, QUICK.breaker_deaths + 2):
                await rig.until(lambda: rig.client.health.state is DeviceState.READY)
                rig.client.restart()
                await rig.until(lambda count=count: rig.client.restarts == count)
            await rig.ready()

    run(scene())


def test_what_a_library_prints_is_never_taken_for_frames(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose("noise")
            await rig.until(lambda: not (folder / "noise").exists())
            assert (await rig.scan(1)).pages == 1
            assert rig.client.restarts == 0

    run(scene())


@pytest.mark.parametrize(
    ("name", "logged"), [("flood", "device.flood"), ("half-frame", ""), ("no-json", "device.bad_frame")]
)
def test_a_host_that_writes_no_frames_is_replaced(folder: Path, name: str, logged: str) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose(name)
            await rig.until(lambda: rig.client.restarts == 1)
            await rig.ready()
            assert not logged or logged in rig.logged

    run(scene())


def test_a_process_that_the_driver_left_behind_does_not_keep_the_device_dead(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, "leave-child") as rig:
            await rig.ready()
            assert rig.client.restarts == 1
            left = int((folder / "child").read_text())
            assert alive(left), "it no longer holds the pipes, so nothing was shown"
            os.kill(left, signal.SIGKILL)

    run(scene())


def test_a_listener_that_fails_neither_ends_the_host_nor_its_keeping(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:

            def fail(event: str, data: dict[str, Any]) -> None:
                raise KeyError("a mistake of a screen")

            rig.on_event = fail
            await rig.ready()
            assert (await rig.scan(2, fail)).pages == 2
            os.kill(rig.pid, signal.SIGKILL)
            await rig.until(lambda: rig.client.restarts == 1)
            await rig.ready()
            assert "device.listener_failed" in rig.logged

    run(scene())


def test_an_answer_of_the_wrong_type_is_a_device_error(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, "wrong-type") as rig:
            await rig.ready()
            for call in (
                rig.client.call("paper_loaded", bool),
                rig.client.call("scan", ScanReport),
                rig.client.call("open", bool),
            ):
                with pytest.raises(DeviceError) as caught:
                    await call
                assert caught.value.code == "SYS-UNEXPECTED"
            assert rig.client.restarts == 0

    run(scene())


@pytest.mark.parametrize("driver", ["vendor-broken", "vendor-leaving", "vendor-other", "no-such-driver"])
def test_a_driver_that_cannot_be_loaded_is_disabled_with_the_reason_and_not_tried_for_ever(
    folder: Path, driver: str
) -> None:
    async def scene() -> None:
        async with keeping(folder, driver=driver) as rig:
            await rig.until(lambda: rig.client.health.state is DeviceState.DISABLED)
            assert rig.client.health.code == "SYS-NO-DRIVER"
            assert driver in rig.client.health.detail
            await rig.until(lambda: rig.client._keeper.done())
            assert rig.client.restarts == 0

    run(scene())


def test_a_driver_of_another_kind_is_refused(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, kind=DeviceKind.PRINTER) as rig:
            await rig.until(lambda: rig.client.health.state is DeviceState.DISABLED)
            await rig.until(lambda: rig.client._keeper.done())
            assert "not for a printer" in rig.client.health.detail
            assert rig.states() == ["starting", "disabled"]

    run(scene())


def test_settings_the_driver_does_not_know_disable_it_with_the_key(folder: Path) -> None:
    async def scene() -> None:
        config = DeviceConfig("dev0", DeviceKind.SCANNER, "vendor", {"fodler": "x"})
        supervisor = Supervisor((config,), lambda *_: None, lambda *_, **__: None, QUICK)
        await supervisor.start()
        client = supervisor.clients["dev0"]
        while client.health.state is not DeviceState.DISABLED:
            await asyncio.sleep(0.01)
        assert "fodler" in client.health.detail
        await supervisor.stop()

    run(scene())


def test_no_drivers_library_is_imported_into_the_kiosks_process(folder: Path) -> None:
    async def scene() -> None:
        sys.modules.pop("vendor_scanner", None)
        async with keeping(folder) as rig:
            await rig.ready()
            assert "vendor_scanner" not in sys.modules

    run(scene())


def test_stopping_at_any_moment_leaves_no_process(folder: Path) -> None:
    async def scene() -> None:
        for pause in (0.0, 0.01, 0.05):
            async with keeping(folder):
                await asyncio.sleep(pause)
        async with keeping(folder) as rig:
            await rig.ready()
            begun = asyncio.Event()
            call = asyncio.create_task(rig.scan(1000, lambda *_: begun.set()))
            await begun.wait()
        with pytest.raises(DeviceError) as caught:
            await call
        assert caught.value.code == "SYS-HOST-DIED"

    run(scene())


def test_the_registry_lists_what_is_unavailable_with_the_reason(folder: Path) -> None:
    drivers = {item.name: item for item in registry.registered()}
    assert drivers["vendor"].info is not None
    assert drivers["vendor"].package == "vendor-scanner"
    assert "no_such_vendor_library" in drivers["vendor-broken"].reason
    assert "no licence" in drivers["vendor-leaving"].reason
    assert "no DriverInfo" in drivers["vendor-other"].reason
    assert {"pcsc", "sane", "serial-barcode", "escpos-network"} <= set(drivers)
    with pytest.raises(DeviceError) as caught:
        registry.load("vendor-broken")
    assert caught.value.code == "SYS-NO-DRIVER"


def test_a_kiosk_killed_outright_leaves_no_host(folder: Path, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    kiosk = tmp_path / "kiosk.py"
    kiosk.write_text(
        textwrap.dedent(f"""
            import asyncio
            from pathlib import Path
            from drivers.ports import DeviceKind
            from drivers.supervisor import DeviceConfig, Supervisor

            async def main():
                found = asyncio.Event()
                config = DeviceConfig("dev0", DeviceKind.SCANNER, "vendor", {{"folder": {str(folder)!r}}})
                supervisor = Supervisor((config,), lambda d, e, data: data["state"] == "ready" and found.set(), print)
                await supervisor.start()
                await found.wait()
                Path({str(pid_file)!r}).write_text(str(supervisor.clients["dev0"]._process.pid))
                await asyncio.sleep(60)

            asyncio.run(main())
        """),
        "utf-8",
    )
    process = subprocess.Popen([sys.executable, str(kiosk)], cwd=Path(registry.__file__).parent.parent)
    try:
        end = time.monotonic() + WAIT_S
        while not (pid_file.exists() and pid_file.read_text()):
            assert time.monotonic() < end
            time.sleep(0.02)
        host = int(pid_file.read_text())
        assert alive(host)
    finally:
        process.kill()
        process.wait()
    end = time.monotonic() + 3
    while alive(host):
        assert time.monotonic() < end
        time.sleep(0.02)
