"""The fault language: every fault of every simulated device, with what it is played with."""

from __future__ import annotations

import random
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.base import Simulator
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator

SIMULATORS: Final[MappingProxyType[str, type[Simulator]]] = MappingProxyType(
    {
        "card0": VirtualChip,
        "scanner0": EsclScanner,
        "barcode0": BarcodeGunSimulator,
        "printer0": EscposPrinterSimulator,
    }
)
MORE: Final = (("printer0", "cutter_jam", "next"),)
"""Faults whose argument makes another fault of them."""

# Long enough that a deadline of the driver passes; the gun's is short, since the simulator cannot be called back from it.
_PLAYED: Final = MappingProxyType(
    {
        ("card0", "drop_after"): "5",
        ("card0", "removed_at"): "8",
        ("card0", "hang"): "25",
        ("card0", "slow"): "100",
        ("scanner0", "drop_after"): "0",
        ("scanner0", "hang"): "600",
        ("scanner0", "slow"): "400",
        ("scanner0", "jam"): "1",
        ("scanner0", "double_feed"): "1",
        ("scanner0", "truncated"): "1",
        ("scanner0", "cut_line"): "1",
        ("barcode0", "drop_after"): "20",
        ("barcode0", "hang"): "6",
        ("barcode0", "slow"): "400",
        ("barcode0", "split"): "20",
        ("barcode0", "flood"): "50",
        ("printer0", "drop_after"): "800",
        ("printer0", "hang"): "600",
        ("printer0", "slow"): "200",
        ("printer0", "paper_out_after"): "20",
        ("printer0", "slow_paper"): "40",
        ("printer0", "power_cycle"): "2000",
    }
)
# Ranges of whole numbers; of the others `_PLAYED` is good enough for chance, too.
_ROLLED: Final = MappingProxyType(
    {
        ("card0", "drop_after"): (0, 60),
        ("card0", "removed_at"): (1, 60),
        ("card0", "hang"): (1, 4),
        ("card0", "slow"): (10, 150),
        ("scanner0", "drop_after"): (0, 2),
        ("scanner0", "hang"): (1, 5),
        ("scanner0", "slow"): (20, 600),
        ("scanner0", "jam"): (1, 2),
        ("scanner0", "truncated"): (1, 2),
        ("scanner0", "cut_line"): (1, 2),
        ("barcode0", "drop_after"): (0, 80),
        ("barcode0", "hang"): (1, 4),
        ("barcode0", "slow"): (20, 800),
        ("barcode0", "split"): (5, 60),
        ("barcode0", "flood"): (2, 100),
        ("printer0", "drop_after"): (0, 20_000),
        ("printer0", "hang"): (1, 5),
        ("printer0", "slow"): (20, 500),
        ("printer0", "paper_out_after"): (0, 120),
        ("printer0", "slow_paper"): (20, 150),
        ("printer0", "power_cycle"): (300, 4000),
    }
)


@dataclass(frozen=True)
class Fault:
    """A fault of a device, and the argument it is set with."""

    device: str
    name: str
    argument: str | None = None

    def __str__(self) -> str:
        return self.name if self.argument is None else f"{self.name} {self.argument}"

    @property
    def meaning(self) -> str:
        """What it does, in the simulator's own words."""
        return SIMULATORS[self.device].faults[self.name]


def faults(device: str) -> tuple[Fault, ...]:
    """All faults that the device's simulator knows; mending is none."""
    plain = [Fault(device, name, _PLAYED.get((device, name))) for name in SIMULATORS[device].faults if name != "clear"]
    return (*plain, *(Fault(*more) for more in MORE if more[0] == device))


def roll(dice: random.Random, device: str) -> Fault:
    """One of the device's faults by chance, with an argument by chance."""
    chosen = dice.choice(faults(device))
    between = _ROLLED.get((device, chosen.name))
    return chosen if between is None else Fault(device, chosen.name, str(dice.randint(*between)))
