"""One reading from first APDU to verdict: open, the person, the photograph, the proofs, each told as soon as it is known."""

from __future__ import annotations

import base64
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from drivers.card.emrtd import tlv
from drivers.card.emrtd.access import Passwords, open_chip
from drivers.card.emrtd.authenticity import Passive, passive
from drivers.card.emrtd.certificates import TrustStore, noon
from drivers.card.emrtd.data_groups import Dg13, holder, mismatches, parse_com, parse_dg1, parse_dg13
from drivers.card.emrtd.face import Face, parse_dg2
from drivers.card.emrtd.lds import (
    COM,
    DATA_GROUPS,
    SHORT_CHUNK,
    SOD,
    FileReader,
    FileRefusedError,
    FileSpec,
    ProbeFailedError,
)
from drivers.card.emrtd.proofs import Proofs
from drivers.card.emrtd.secure_messaging import SecureChannel
from drivers.card.emrtd.security_infos import SecurityInfos, parse
from drivers.card.emrtd.transport import LimitedTransport, Transport
from drivers.errors import DeviceError
from drivers.mrz import Mrz
from drivers.ports import CardReading, Emit, Holder

# Where each step ends, in percent: by the bytes that it usually moves.
_ACCESS, _IDENTITY, _PHOTO, _DONE = 20, 30, 85, 100
# Each kind of chip may refuse two sizes before the short one.
_MAX_REOPENINGS: Final = 3
_SHORT_LIMIT: Final = 256
_SUSPECTED: Final = 2


@dataclass(frozen=True)
class ChipSettings:
    """What does not change from card to card: trusted issuers, and the chunk size that worked for each ATR.

    `suspects` counts, for each ATR, how often the chip was gone after it was asked for a long answer.
    """

    trust: TrustStore
    chunks: MutableMapping[bytes, int]
    suspects: dict[bytes, int] = field(default_factory=dict)


class ChipReading:
    """Reads one chip once; `run` is the whole of it."""

    def __init__(
        self, transport: Transport, atr: bytes, passwords: Passwords, settings: ChipSettings, emit: Emit
    ) -> None:
        self._transport = LimitedTransport(transport)
        self._atr = atr
        self._passwords = passwords
        self._settings = settings
        self._emit = emit
        self._data: dict[int, bytes] = {}
        self._com: bytes | None = None
        self._sod: bytes | None = None
        self._channel: SecureChannel | None = None

    def run(self, today: date) -> CardReading:
        """Raises DeviceError as CardReader.read does. The session's keys are wiped at the end, however it ends."""
        try:
            return self._run(today)
        finally:
            self._close()

    def _run(self, today: date) -> CardReading:
        started = time.monotonic()
        self._progress("connect", 0)
        self._open()
        self._progress("access", _ACCESS)
        zone = parse_dg1(self._require(1))
        self._tell(holder(zone, None, today))
        present = self._present()
        lines = self._lines(present)
        person = holder(zone, lines, today)
        self._tell(person)
        self._progress("identity", _IDENTITY)
        face = self._face(present)
        self._progress("photo", _PHOTO)
        for number in (14, 15):
            self._optional(number, present)
        self._read_sod()
        issued = noon(person.issued)
        judged = passive(self._sod, self._data, self._settings.trust, issued)
        if hidden := [number for number in (2, 13, 14, 15) if number in judged.listed - self._data.keys()]:
            # EF.COM, which nobody signs, may hide what EF.SOD lists.
            for number in hidden:
                self._optional(number, None)
            judged = passive(self._sod, self._data, self._settings.trust, issued)
        infos = self._infos()
        found = self._mismatches(zone, lines, infos, judged)
        proofs = Proofs(self._chip, self._data, infos, judged, self._settings.trust, issued).run()
        self._progress("authenticity", _DONE)
        return CardReading(
            access=self._chip.kind,
            holder=person,
            photo_b64=base64.b64encode(face.picture).decode("ascii") if face else "",
            photo_type=face.media_type if face else "",
            groups=self._groups(),
            apdus=self._transport.apdus,
            seconds=round(time.monotonic() - started, 3),
            passive=judged.check,
            active=proofs.active,
            chip=proofs.chip,
            mismatches=found,
        )

    # --- the chip

    def _open(self) -> None:
        chunk = self._settings.chunks.get(self._atr)
        extended = None if chunk is None else chunk > _SHORT_LIMIT
        self._close()
        self._chip = open_chip(self._transport, self._passwords, extended, lambda: self._recover(SHORT_CHUNK))
        self._channel = self._chip.channel
        self._files = FileReader(self._chip.channel, chunk)

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()

    def _recover(self, smaller: int) -> None:
        """Resets the chip that a long answer has cost us, and asks its kind for smaller ones from now on.

        A chip that does not come back was probably taken away, which says nothing about it; but a chip that is gone at
        the same question twice does not bear it. Raises DeviceError.
        """
        try:
            self._transport.reset()
        except DeviceError:
            times = self._settings.suspects.pop(self._atr, 0) + 1
            if times < _SUSPECTED:
                self._settings.suspects[self._atr] = times
            else:
                self._settings.chunks[self._atr] = smaller
            raise
        self._settings.chunks[self._atr] = smaller

    def _read(self, spec: FileSpec, span: tuple[str, int, int] | None = None) -> bytes:
        def share(done: float) -> None:
            if span is not None:
                self._progress(span[0], int(span[1] + done * (span[2] - span[1])))

        for _ in range(_MAX_REOPENINGS):
            try:
                data = self._files.read(spec, share)
            except ProbeFailedError as error:
                # Smaller answers for this kind of card; the password is known to be good, so this costs no try.
                self._recover(error.smaller)
                self._open()
                continue
            if self._files.chunk is not None:
                self._settings.chunks[self._atr] = self._files.chunk
            return data
        raise DeviceError("CRD-GARBLED", f"{spec.name} could not be read in any size of answer")

    # --- files

    def _require(self, number: int) -> bytes:
        try:
            self._data[number] = self._read(DATA_GROUPS[number])
        except FileRefusedError as error:
            raise DeviceError("CRD-UNSUPPORTED", str(error)) from error
        return self._data[number]

    def _optional(self, number: int, present: frozenset[int] | None) -> bytes | None:
        if present is not None and number not in present:
            return None
        span = ("photo", _IDENTITY, _PHOTO) if number == 2 else None
        try:
            self._data[number] = self._read(DATA_GROUPS[number], span)
        except FileRefusedError:
            return None
        return self._data[number]

    def _present(self) -> frozenset[int] | None:
        """The data groups that EF.COM lists, None when it cannot be read: then each is asked for."""
        try:
            self._com = self._read(COM)
            tags = parse_com(self._com)
        except FileRefusedError:
            return None
        return frozenset(number for number, spec in DATA_GROUPS.items() if spec.tag in tags)

    def _lines(self, present: frozenset[int] | None) -> Dg13 | None:
        data = self._optional(13, present)
        return parse_dg13(data) if data is not None else None

    def _face(self, present: frozenset[int] | None) -> Face | None:
        data = self._optional(2, present)
        return parse_dg2(data) if data is not None else None

    def _read_sod(self) -> None:
        try:
            self._sod = self._read(SOD, ("authenticity", _PHOTO, _DONE))
        except FileRefusedError:
            self._sod = None

    def _groups(self) -> tuple[str, ...]:
        names = [f"DG{number}" for number in sorted(self._data)]
        return (*(("COM",) if self._com else ()), *names, *(("SOD",) if self._sod else ()))

    # --- what it says

    def _infos(self) -> SecurityInfos | None:
        if 14 not in self._data:
            return None
        try:
            return parse(tlv.require(self._data[14], 0x6E))
        except tlv.TlvError as error:
            raise DeviceError("CRD-GARBLED", f"DG14: {error}") from error

    def _mismatches(
        self, zone: Mrz, lines: Dg13 | None, infos: SecurityInfos | None, judged: Passive
    ) -> tuple[str, ...]:
        found = list(mismatches(zone, lines, self._passwords.qr))
        if infos is not None and self._chip.card_access:
            # EF.CardAccess is not signed, DG14 is: they must agree (9303-11 9.2).
            offered = set(parse(self._chip.card_access).pace)
            if infos.pace and set(infos.pace) != offered:
                found.append("pace_info")
        # A chip that keeps signed files about the person back shows a person other than the signed one.
        found += [f"dg{number}_missing" for number in (2, 13) if number in judged.listed - self._data.keys()]
        return tuple(found)

    def _tell(self, person: Holder) -> None:
        self._emit("identity", number=person.number, name=person.name)

    def _progress(self, step: str, percent: int) -> None:
        self._emit("progress", step=step, percent=percent)
