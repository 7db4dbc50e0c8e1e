"""The shape of every simulator: a device on its wire that a person, a test or the dock can handle and break."""

from __future__ import annotations

from typing import ClassVar, Final, Protocol

from drivers.ports import DeviceKind

COMMON_FAULTS: Final = {
    "absent": "the device is unplugged until cleared",
    "drop_after": "the line drops after N units (APDUs, pages, bytes)",
    "hang": "the device answers nothing for N seconds",
    "slow": "every answer is delayed by N milliseconds",
    "garble": "answers arrive damaged",
    "refuse": "the device refuses every command",
    "clear": "all faults are cleared; with the name of a fault as argument only that one",
}


class Simulator(Protocol):
    """A device on its wire. `act` is what a person does to it, `fault` what breaks; both raise ValueError when unknown."""

    id: str
    actions: ClassVar[dict[str, str]]
    faults: ClassVar[dict[str, str]]

    @property
    def kind(self) -> DeviceKind:
        """Which port it stands behind."""

    @property
    def address(self) -> str:
        """Where it can be reached once started: host:port, URL or device path."""

    async def start(self) -> None:
        """Puts the device on its wire."""

    async def stop(self) -> None:
        """Takes it off and frees everything."""

    def state(self) -> dict[str, object]:
        """What a person beside the machine sees, as JSON-able values.

        `faults` lists those in effect, each with `name` and `argument` (None when it takes none).
        """

    async def act(self, action: str, argument: str | None = None) -> None:
        """Does what a person does: insert, remove, load, press, tear, refill."""

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """Breaks the device in the shared fault language."""
