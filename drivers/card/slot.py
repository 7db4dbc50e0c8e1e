"""A place a card can be put: what the driver needs of PC/SC or of the development socket."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from drivers.card.emrtd.transport import Transport


@dataclass(frozen=True)
class Presence:
    """Whether a card is there; `insertion` differs between two insertions, however fast they follow."""

    insertion: int
    atr: bytes | None = field(default=None)


class Slot(Protocol):
    """One reader's slot. Every method may raise DeviceError CRD-NO-SERVICE or CRD-ABSENT."""

    @property
    def name(self) -> str:
        """The reader's name."""

    @property
    def port(self) -> str:
        """Where it is reached: `pcsc`, or the address of the development socket."""

    def open(self) -> None:
        """Takes the reader."""

    def close(self) -> None:
        """Lets it go; never raises."""

    def presence(self) -> Presence:
        """What is in the slot now, without waiting."""

    def connect(self) -> AbstractContextManager[Transport]:
        """Powers the card for one reading and resets it afterwards. Raises DeviceError CRD-NO-CARD as well."""
