"""An open driver with the virtual card beside it, and the hand that puts the card on and takes it off."""

from __future__ import annotations

import time

import pytest
from card_bench import Background, Events

from drivers.card.pcsc import CardDriver
from drivers.errors import DeviceError
from drivers.ports import CardAccess
from drivers.simulators.chip import VirtualChip


class Rig:
    """An open driver and the virtual card beside it."""

    def __init__(self, driver: CardDriver, card: VirtualChip, background: Background) -> None:
        self.driver = driver
        self.card = card
        self.events = Events()
        self._background = background

    def act(self, action: str, argument: str | None = None) -> None:
        self._background.run(self.card.act(action, argument))

    def fault(self, fault: str, argument: str | None = None) -> None:
        self._background.run(self.card.fault(fault, argument))

    def wait(self, event: str, seconds: float = 6.0) -> dict[str, object]:
        """Polls as the host does until the event comes."""
        fresh = Events()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.driver.poll(fresh)
            if fresh.named(event):
                return fresh.named(event)[0]
            time.sleep(0.05)
        raise AssertionError(f"no {event} in {seconds} s, only {[name for name, _ in fresh.all]}")

    def wait_empty(self) -> None:
        """pcscd looks every 0.4 s: a card of the next test must not come before the last one is seen to be gone."""
        deadline = time.monotonic() + 5
        while self.driver.health().detail != "no card" and time.monotonic() < deadline:
            time.sleep(0.05)

    def insert(self, person: str = "adult") -> None:
        self.act("insert", person)
        self.wait("card_inserted")

    def code(self, access: CardAccess) -> str:
        with pytest.raises(DeviceError) as caught:
            self.driver.read(access, self.events)
        return caught.value.code
