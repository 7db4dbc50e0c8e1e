"""The virtual chip card as a device of the simulators: people put cards on the reader, take them off, and break them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import ClassVar, Final, Protocol

from drivers.ports import DeviceKind
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.chip.applet import Chip, Defects
from drivers.simulators.chip.issuer import Issuer
from drivers.simulators.chip.making import ACTIVE_KINDS, CHIP_KINDS, SUITES, Making
from drivers.simulators.chip.people import DEFAULT, PEOPLE
from drivers.simulators.chip.vpcd import ABSENCE_SECONDS, CardGoneError, VpcdWire, keep_connected

VPCD_PORT: Final = 35963
# A contactless card with no historical bytes, as PC/SC part 3 makes its ATR.
ATR: Final = bytes.fromhex("3B80800101")
_NAKED_DEFAULT: Final = 0x6988
_LARGEST: Final = 1000


class Reader(Protocol):
    """The reader under the card, where it can be taken away."""

    async def unplug(self) -> None:
        """The reader's cable is pulled."""

    async def plug(self) -> None:
        """The cable is put back."""


class VirtualChip:
    """A card that connects to a virtual reader (vpcd, or the driver's own development socket).

    `trust_folder` gets the issuer's csca.pem. `seed` makes keys and certificates the same each time. `delay_ms` is added
    to every answer, as a real chip takes its time, and `bytes_per_s`, 0 for as fast as it goes, is how fast they travel.
    `making` is what the cards are like. `reader`, if given, goes and comes with the fault `absent`.
    """

    kind: ClassVar[DeviceKind] = DeviceKind.CARD
    actions: ClassVar[dict[str, str]] = {
        "insert": f"put a card on the reader; argument is the person: {', '.join(PEOPLE)} (default {DEFAULT})",
        "remove": "take the card away",
        "make": "what the cards inserted from now on are like, as name=value words: mapping=gm|im|cam"
        f" suite={'|'.join(SUITES)} parameters=0..2|8..18 chip={'|'.join(CHIP_KINDS)}"
        f" active={'|'.join(ACTIVE_KINDS)}"
        " chip_parameters=0..2|8..18 photo=BYTES picture=jpeg|jp2 explicit=yes|no; no words make them as at first",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "absent": "the reader is unplugged until cleared; where it cannot be, no card reaches it",
        "drop_after": "contact is lost once, after N answered APDUs; it comes back by itself",
        "removed_at": "the card is taken away at the Nth APDU from now",
        "bad_mac": "every protected answer carries a wrong MAC",
        "naked_status": "protected commands get a bare status (argument in hex, default 6988)",
        "wrong_hash": "the signed hash of the portrait does not fit (from the next insertion)",
        "foreign_signer": "the card is signed by an issuer that nobody trusts (from the next insertion)",
        "blocked": "PACE and BAC answer 6983",
        "pace_refused": "PACE answers 6982, BAC works",
        "short_only": "extended length answers 6700 and ends secure messaging",
        "endless": "every answer promises more with 61xx",
        "truncated": "the portrait's file ends half-way",
        "drip": "after its first chunk a file comes one byte at a time",
        "no_sfi": "files are found by SELECT only, not by short identifiers",
        "needs_selection": "EF.CardAccess is readable only once the application is selected",
        "mf_6d00": "SELECT of the master file answers 6D00, as the Vietnamese card does",
        "clone": "a copy: every file of the card, none of its private keys",
        "no_proofs": "active and chip authentication are not answered",
        "stripped": "DG14 and DG15 are kept back, and EF.COM does not name them",
        "largest": "answers have at most 1000 bytes, and asking for more ends secure messaging with 6700",
    }

    def __init__(
        self,
        trust_folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = VPCD_PORT,
        device_id: str = "card",
        seed: str | None = None,
        delay_ms: float = 0.0,
        bytes_per_s: float = 0.0,
        making: Making | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.id = device_id
        self._host, self._port = host, port
        self._trust_folder = trust_folder
        self._issuer = Issuer(seed)
        self._foreign = Issuer(None if seed is None else f"{seed} foreign", "Unknown Issuer Simulation")
        self._base_delay = delay_ms / 1000
        self._byte_s = 1 / bytes_per_s if bytes_per_s > 0 else 0.0
        self._first_making = making or Making()
        self._making = self._first_making
        self._reader = reader
        self._chip: Chip | None = None
        self._wire: VpcdWire | None = None
        self._task: asyncio.Task[None] | None = None
        self._left_at = 0.0
        self._apdus = 0
        self._active = ActiveFaults(self._ended)
        self._clear()

    def _clear(self) -> None:
        self.defects = Defects()
        self._active.clear()
        self._delay = self._base_delay
        self._hang = 0.0
        self._garble = False
        self._countdown: int | None = None
        self._takes_card = False

    @property
    def address(self) -> str:
        """The virtual reader that the card is put on."""
        return f"{self._host}:{self._port}"

    @property
    def csca_path(self) -> Path:
        """The certificate to trust."""
        return self._trust_folder / "csca.pem"

    async def start(self) -> None:
        """Writes the issuer's certificate; no card is on the reader yet."""
        self._issuer.write_csca(self._trust_folder)

    async def stop(self) -> None:
        """Takes the card away."""
        await self._remove()

    def state(self) -> dict[str, object]:
        """The card on the reader; CAN, MRZ and QR are what anyone can read off this fictional card."""
        person = self._chip.card.person if self._chip is not None else None
        return {
            "inserted": person is not None,
            "connected": self._wire is not None,
            "person": person.key if person else None,
            "name": person.name if person else None,
            "number": person.number if person else None,
            "can": person.can if person else None,
            "mrz": person.mrz if person else None,
            "qr": person.qr if person else None,
            "apdus": self._apdus,
            "faults": self._active.told(),
            "people": list(PEOPLE),
        }

    async def act(self, action: str, argument: str | None = None) -> None:
        """insert [person], remove, make [words]. Raises ValueError."""
        if action == "insert":
            person = PEOPLE.get(argument or DEFAULT)
            if person is None:
                raise ValueError(f"no such person: {argument}")
            await self._remove()
            issuer = self._foreign if "foreign_signer" in self._active else self._issuer
            card = issuer.card(person, self._making, wrong_hash="wrong_hash" in self._active)
            self._chip = Chip(card, self.defects)
            self._approach()
        elif action == "remove":
            await self._remove()
        elif action == "make":
            self._making = self._first_making.asked(argument or "")
        else:
            raise ValueError(f"unknown action: {action}")

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """One of `faults`. Raises ValueError."""
        if fault not in self.faults:
            raise ValueError(f"unknown fault: {fault}")
        if fault == "clear":
            await self._clear_faults(to_clear(self.faults, argument))
            return
        if fault in ("drop_after", "removed_at"):
            self._countdown = _count(argument) + (1 if fault == "drop_after" else 0)
            self._takes_card = fault == "removed_at"
        elif fault == "hang":
            self._hang = float(_count(argument))
        elif fault == "slow":
            self._delay = _count(argument) / 1000
        elif fault == "garble":
            self._garble = True
        elif fault == "naked_status":
            self.defects.naked_status = int(argument, 16) if argument else _NAKED_DEFAULT
        elif fault == "absent":
            await self._leave()
        elif fault == "largest":
            self.defects.largest, self.defects.strict_length = _LARGEST, True
        elif fault not in ("wrong_hash", "foreign_signer"):
            setattr(self.defects, fault, True)
        self._active.add(fault, argument)

    async def _clear_faults(self, only: str | None) -> None:
        was_absent = "absent" in self._active and only in (None, "absent")
        if only is None:
            self._clear()
        else:
            self._mend(only)
        if was_absent and self._reader is not None:
            await self._reader.plug()
        if self._chip is not None:
            self._chip.defects = self.defects
            if was_absent:
                self._approach()

    def _mend(self, fault: str) -> None:
        match fault:
            case "drop_after" | "removed_at" if fault in self._active:
                self._countdown = None
            case "hang":
                self._hang = 0.0
            case "slow":
                self._delay = self._base_delay
            case "garble":
                self._garble = False
            case "largest":
                self.defects.largest, self.defects.strict_length = Defects().largest, Defects().strict_length
            case _ if hasattr(self.defects, fault):
                setattr(self.defects, fault, getattr(Defects(), fault))
        self._active.drop(fault)

    def _ended(self, fault: str) -> bool:
        match fault:
            case "hang":
                return self._hang == 0.0
            case "drop_after":
                return self._countdown is None or self._takes_card
            case "removed_at":
                return self._countdown is None or not self._takes_card
        return False

    async def _leave(self) -> None:
        await self._withdraw()
        if self._reader is not None and "absent" not in self._active:
            await self._reader.unplug()

    # --- on and off the reader

    def _approach(self) -> None:
        if "absent" not in self._active and self._chip is not None:
            self._task = asyncio.get_running_loop().create_task(self._stay())

    async def _stay(self) -> None:
        await asyncio.sleep(max(0.0, self._left_at + ABSENCE_SECONDS - time.monotonic()))
        await keep_connected(self._host, self._port, self._make_wire, self._note)

    def _make_wire(self) -> VpcdWire:
        return VpcdWire(ATR, self._answer, self._power)

    def _note(self, wire: VpcdWire | None) -> None:
        self._wire = wire
        if wire is None:
            self._left_at = time.monotonic()

    async def _withdraw(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _remove(self) -> None:
        await self._withdraw()
        self._chip = None

    # --- commands

    def _power(self) -> None:
        if self._chip is not None:
            self._chip.reset()

    async def _answer(self, apdu: bytes) -> bytes | None:
        chip = self._chip
        if chip is None:
            return None
        if self._countdown is not None:
            self._countdown -= 1
            if self._countdown <= 0:
                self._lose()
        self._apdus += 1
        hang, self._hang = self._hang, 0.0
        if hang or self._delay:
            await asyncio.sleep(hang + self._delay)
        answer = chip.process(apdu)
        if self._byte_s:
            await asyncio.sleep((len(apdu) + len(answer)) * self._byte_s)
        if self._garble and len(answer) > 2:
            # The first byte is a tag wherever data is: what follows can no longer be taken for something else.
            answer = bytes((answer[0] ^ 0x55,)) + answer[1:]
        return answer

    def _lose(self) -> None:
        """The contact breaks in the middle of a command; with `removed_at` the card is gone for good."""
        self._countdown = None
        if self._takes_card:
            self._chip = None
            if self._task is not None:
                self._task.cancel()
                self._task = None
        raise CardGoneError


def _count(argument: str | None) -> int:
    try:
        count = int(argument or "")
    except ValueError:
        raise ValueError("a number is needed") from None
    if count < 0:
        raise ValueError("a positive number is needed")
    return count
