"""The card service going away: pcscd killed while waiting, while reading and with its parent; the next card is read."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from card_bench import Background
from card_rig import Rig

from drivers.card.pcsc import DRIVER
from drivers.errors import DeviceError
from drivers.ports import CardAccess
from drivers.simulators.chip import VirtualChip
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.pcscd import PcscDaemon

ADULT = PEOPLE["adult"]


def test_a_restarted_pcscd_is_joined_again_and_the_next_card_is_read(
    own_pcscd: PcscDaemon, background: Background, tmp_path: Path
) -> None:
    driver = DRIVER.create({"reader": own_pcscd.reader})
    driver.open()
    card = VirtualChip(tmp_path, port=own_pcscd.port)
    background.run(card.start())
    rig = Rig(driver, card, background)
    rig.insert()
    background.run(own_pcscd.end_daemon())
    with pytest.raises(DeviceError, match="CRD-NO-SERVICE"):
        driver.poll(rig.events)
    assert rig.events.named("card_removed") == [{}]
    with pytest.raises(DeviceError, match="CRD-NO-SERVICE"):
        driver.open()
    background.run(own_pcscd.start_again())
    driver.open()
    rig.wait("card_inserted")
    assert driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number
    # Once more, so fast that no poll comes between.
    background.run(own_pcscd.end_daemon())
    background.run(own_pcscd.start_again())
    rig.wait("card_inserted")
    assert driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number
    background.run(card.stop())
    rig.wait_empty()
    driver.close()


def test_a_pcscd_that_is_killed_while_a_card_is_read_is_no_service(
    own_pcscd: PcscDaemon, background: Background, tmp_path: Path
) -> None:
    driver = DRIVER.create({"reader": own_pcscd.reader})
    driver.open()
    card = VirtualChip(tmp_path, port=own_pcscd.port)
    background.run(card.start())
    rig = Rig(driver, card, background)
    rig.insert()

    def kill(event: str, /, **data: object) -> None:
        if event == "identity" and own_pcscd.ours:
            background.run(own_pcscd.end_daemon())

    with pytest.raises(DeviceError, match="CRD-NO-SERVICE"):
        driver.read(CardAccess(can=ADULT.can), kill)
    background.run(own_pcscd.start_again())
    driver.close()
    driver.open()
    rig.wait("card_inserted")
    assert driver.read(CardAccess(can=ADULT.can), rig.events).holder.number == ADULT.number
    background.run(card.stop())
    rig.wait_empty()
    driver.close()


def test_pcscd_dies_with_the_process_that_started_it(own_pcscd: PcscDaemon, background: Background) -> None:
    background.run(own_pcscd.stop())
    program = (
        "import asyncio, os, signal\n"
        "from drivers.simulators.pcscd import PcscDaemon\n"
        "async def main():\n"
        "    daemon = PcscDaemon(wait_s=60)\n"
        "    await daemon.start()\n"
        "    print(daemon._process.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    pid = int(finished.stdout)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/exe").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}/exe").exists()
    # Neither the stale socket nor the dead process's lock keeps the next one from starting.
    own_pcscd.port = 0
    background.run(own_pcscd.start())
    assert own_pcscd.ours
