"""Promises of recorded scenarios: what is done at the dock is written down once, readably, and can be done again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulators import scenario
from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.dock import DockClient, DockError, DockServer
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.simulators.replay import play
from drivers.simulators.scenario import SHIPPED, Scenario, ScenarioError, Step

PATIENCE_S = 60.0


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, PATIENCE_S))


@asynccontextmanager
async def bench(folder: Path) -> AsyncIterator[tuple[DockServer, DockClient, dict[str, Any]]]:
    simulators: dict[str, Any] = {
        "card0": VirtualChip(folder / "csca", port=1, device_id="card0"),
        "scanner0": EsclScanner("scanner0", pages_per_minute=0.0),
        "barcode0": BarcodeGunSimulator("barcode0", folder / "gun"),
        "printer0": EscposPrinterSimulator("printer0", folder / "receipts", speed_mm_s=0.0),
    }
    server = DockServer(simulators, folder / "scenarios")
    for item in simulators.values():
        await item.start()
    await server.start()
    hand = await DockClient.connect(server.address)
    try:
        yield server, hand, simulators
    finally:
        await hand.close()
        await server.stop()
        for item in simulators.values():
            await item.stop()


def names(simulator: Any) -> list[str]:
    return [fault["name"] for fault in simulator.state()["faults"]]


async def frame(server: DockServer) -> dict[str, Any]:
    watcher = await DockClient.connect(server.address)
    try:
        return await anext(watcher.frames())
    finally:
        await watcher.close()


# --- the file ---------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
STEPS = st.builds(
    lambda device, word, act, argument, wait: (device, word, act, argument, wait),
    WORDS,
    WORDS,
    st.booleans(),
    st.none() | WORDS,
    st.integers(0, 100_000),
)


@given(WORDS, st.lists(STEPS, min_size=1, max_size=5))
def test_what_is_written_is_read_as_it_was(name: str, rows: list[tuple[str, str, bool, str | None, int]]) -> None:
    steps, at = [], 0
    for device, word, act, argument, wait in rows:
        at += wait
        steps.append(
            Step(at / 1000, device, act=word if act else "", fault="" if act else word, argument=argument or None)
        )
    written = Scenario(name, tuple(steps))
    assert scenario.parse(scenario.write(written)) == written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"no \[\[step\]\]"),
        ("step = 3", r"no \[\[step\]\]"),
        ("step = [3]", "step 1: a table is expected"),
        ("[[step", "no valid TOML"),
        ('speed = 2\n[[step]]\ndevice = "a"\nact = "b"', "unknown speed"),
        ('[[step]]\nact = "b"', "step 1: no device"),
        ('[[step]]\ndevice = "a"', "step 1: exactly one of act and fault"),
        ('[[step]]\ndevice = "a"\nact = "b"\nfault = "c"', "exactly one of act and fault"),
        ('[[step]]\ndevice = "a"\ntouch = "b"', "unknown touch; known are at, device"),
        ('[[step]]\ndevice = "a"\nact = 3', "texts"),
        ('[[step]]\nat = "1"\ndevice = "a"\nact = "b"', "at is in seconds"),
        ('[[step]]\nat = true\ndevice = "a"\nact = "b"', "at is in seconds"),
        ('[[step]]\nat = nan\ndevice = "a"\nact = "b"', "at is in seconds"),
        (
            '[[step]]\nat = 2\ndevice = "a"\nact = "b"\n[[step]]\nat = 1\ndevice = "a"\nact = "b"',
            r"step 2: at .* not before the step above \(2\)",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_naming_the_step(text: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        scenario.parse(text, "file.toml")


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    for name in ("none.toml", "bad.toml"):
        with pytest.raises(ScenarioError, match=name):
            scenario.read(tmp_path / name)


def test_a_step_without_a_time_is_done_with_the_one_above() -> None:
    text = '[[step]]\nat = 2\ndevice = "a"\nact = "b"\n[[step]]\ndevice = "c"\nfault = "d"'
    assert scenario.parse(text, name="two") == Scenario("two", (Step(2, "a", act="b"), Step(2, "c", fault="d")))


# --- recording ----------------------------------------------------------------------------------------------------------


def test_a_recorded_session_can_be_done_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, hand, simulators):
            await hand.fault("barcode0", "garble")
            await hand.record("start")
            await hand.act("card0", "insert", "elder")
            await hand.act("scanner0", "load", "blank,portrait")
            await hand.fault("printer0", "paper_out")
            with pytest.raises(DockError, match="cover is closed"):
                await hand.act("scanner0", "clear_jam")
            await hand.fault("printer0", "slow", "250")
            assert (await frame(server))["recording"]["steps"] == 4
            answer = await hand.record("stop")
            await hand.fault("scanner0", "garble")
            found = scenario.parse(answer["scenario"])
            assert [str(step) for step in found.steps] == [
                "card0 insert elder",
                "scanner0 load blank,portrait",
                "printer0 paper_out",
                "printer0 slow 250",
            ]
            assert [step.at for step in found.steps] == sorted(step.at for step in found.steps)

            await hand.act("card0", "remove")
            await hand.act("scanner0", "clear_feeder")
            for device in simulators:
                await hand.fault(device, "clear")
            told: list[int] = []
            await play(server.address, found, 1000.0, lambda number, _: told.append(number))
            assert told == [1, 2, 3, 4]
            assert simulators["card0"].state()["person"] == "elder"
            assert simulators["scanner0"].state()["feeder"] == ["blank:1", "portrait:1"]
            assert names(simulators["printer0"]) == ["paper_out", "slow"]

    run(scene())


def test_a_recording_is_saved_under_its_name_and_stands_on_the_shelf(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, hand, _):
            shipped = [item["key"] for item in (await frame(server))["scenarios"]]
            await hand.record("start")
            await hand.fault("printer0", "paper_low")
            await hand.record("stop")
            first = await hand.record("save", "Sắp hết giấy, Đà Nẵng")
            assert Path(first["file"]) == tmp_path / "scenarios" / "sap-het-giay-da-nang.toml"
            second = await hand.record("save", "Sắp hết giấy: Đà Nẵng!")
            assert Path(second["file"]).name == "sap-het-giay-da-nang-2.toml"
            found = scenario.read(Path(first["file"]))
            assert (found.name, len(found.steps)) == ("Sắp hết giấy, Đà Nẵng", 1)
            shelf = (await frame(server))["scenarios"]
            saved = {"sap-het-giay-da-nang", "sap-het-giay-da-nang-2"}
            assert [item["key"] for item in shelf][: len(shipped)] == shipped
            assert {item["key"] for item in shelf} == {*shipped, *saved}
            assert shelf[-1]["steps"] == 1

    run(scene())


@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", "..", "", "a\x00b", "x" * 500])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (_, hand, _simulators):
            await hand.record("start")
            await hand.fault("printer0", "paper_low")
            file = Path((await hand.record("save", name))["file"])
            assert file.parent == tmp_path / "scenarios"
            assert file.is_file()

    run(scene())


def test_a_code_that_is_printed_on_the_card_is_not_written_into_the_file(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, hand, simulators):
            await hand.act("card0", "insert", "adult")
            await hand.record("start")
            await hand.act("barcode0", "scan", PEOPLE["adult"].qr)
            text = (await hand.record("stop"))["scenario"]
            assert PEOPLE["adult"].number not in text
            assert 'argument = "@card0.qr"' in text
            await play(server.address, scenario.parse(text))
            assert simulators["barcode0"].state()["scans"] == 2
            await hand.act("card0", "remove")
            with pytest.raises(ScenarioError, match=r"step 1 \(barcode0 scan @card0.qr\): nothing to read off"):
                await play(server.address, scenario.parse(text))

    run(scene())


def test_recording_says_what_it_cannot_do(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (_, hand, simulators):
            for do, words in (
                ("stop", "no recording is running"),
                ("save", "nothing was recorded"),
                ("sing", "not sing"),
            ):
                with pytest.raises(DockError, match=words):
                    await hand.record(do)
            await hand.record("start")
            with pytest.raises(DockError, match="a recording is running"):
                await hand.record("start")
            bare = DockServer(simulators)
            await bare.start()
            other = await DockClient.connect(bare.address)
            with pytest.raises(DockError, match="no folder"):
                await other.record("save")
            await other.close()
            await bare.stop()

    run(scene())


# --- playing ------------------------------------------------------------------------------------------------------------


def test_a_refused_step_ends_the_scenario_and_is_named(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, _, simulators):
            steps = (
                Step(0, "printer0", fault="paper_low"),
                Step(0, "printer0", fault="paper_on"),
                Step(0, "card0", act="insert"),
            )
            with pytest.raises(
                ScenarioError, match=r"step 2 \(printer0 paper_on\): printer0 has no fault paper_on; did you mean"
            ):
                await play(server.address, Scenario("x", steps))
            assert names(simulators["printer0"]) == ["paper_low"]
            assert not simulators["card0"].state()["inserted"]

    run(scene())


def test_an_act_that_takes_long_does_not_hold_up_what_was_done_meanwhile(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, _, simulators):
            steps = (
                Step(0, "barcode0", fault="hang", argument="3600"),
                Step(0, "barcode0", act="scan", argument="A"),
                Step(0, "printer0", fault="paper_low"),
            )
            playing = asyncio.create_task(play(server.address, Scenario("x", steps)))
            while not names(simulators["printer0"]):
                await asyncio.sleep(0.02)
            assert not playing.done()
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    run(scene())


def test_steps_keep_their_times_divided_by_the_speed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, _, _simulators):
            steps = (Step(0.0, "printer0", fault="paper_low"), Step(4.0, "printer0", fault="clear"))
            at: list[float] = []
            began = time.monotonic()
            await play(server.address, Scenario("x", steps), 10.0, lambda *_: at.append(time.monotonic() - began))
            assert at[1] >= 0.4
            with pytest.raises(ScenarioError, match="greater than 0"):
                await play(server.address, Scenario("x", steps), 0.0)

    run(scene())


def test_a_dock_that_is_gone_is_told() -> None:
    async def scene() -> None:
        with pytest.raises(ScenarioError, match="no dock at"):
            await play("127.0.0.1:1", Scenario("x", (Step(0, "a", act="b"),)))

    run(scene())


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.toml")), ids=lambda file: file.stem)
def test_every_scenario_that_comes_with_the_kiosk_plays_and_leaves_nothing_broken(file: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path) as (server, _, simulators):
            found = scenario.read(file)
            await play(server.address, found, 1000.0)
            left = {device: names(simulator) for device, simulator in simulators.items() if names(simulator)}
            assert left == {}

    run(scene())
