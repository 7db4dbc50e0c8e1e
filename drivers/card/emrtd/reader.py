"""One reading from first APDU to verdict: open, DG1, DG13, DG2, DG14 and SOD, each told as soon as it is known."""

from __future__ import annotations

import base64
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from drivers.card.emrtd import tlv
from drivers.card.emrtd.access import OpenChip, Passwords, open_chip
from drivers.card.emrtd.authenticity import passive
from drivers.card.emrtd.certificates import TrustStore, noon
from drivers.card.emrtd.data_groups import Dg13, holder, mismatches, parse_dg1, parse_dg13
from drivers.card.emrtd.face import Face, parse_dg2
from drivers.card.emrtd.lds import (
    DATA_GROUPS,
    SHORT_CHUNK_AES,
    SOD,
    FileReader,
    FileRefusedError,
    FileSpec,
    ProbeFailedError,
)
from drivers.card.emrtd.mrz import Mrz
from drivers.card.emrtd.security_infos import pace_infos
from drivers.card.emrtd.transport import LimitedTransport, Transport
from drivers.errors import DeviceError
from drivers.ports import CardReading, Check, Emit, Holder, Verdict

# Where each step ends, in percent: by the bytes that it usually moves.
_ACCESS, _IDENTITY, _PHOTO, _DONE = 20, 30, 85, 100
_UNCHECKED: Final = Check(Verdict.NOT_CHECKED, "this reader does not run it")


@dataclass(frozen=True)
class ChipSettings:
    """What does not change from card to card: trusted issuers, and the chunk size that worked for each ATR."""

    trust: TrustStore
    chunks: MutableMapping[bytes, int]


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

    def run(self, today: date) -> CardReading:
        """Raises DeviceError as CardReader.read does."""
        started = time.monotonic()
        self._progress("connect", 0)
        self._open()
        self._progress("access", _ACCESS)
        files: dict[int, bytes] = {}
        zone = parse_dg1(self._require(1, files))
        self._tell(holder(zone, None, today))
        lines = self._lines(files)
        person = holder(zone, lines, today)
        self._tell(person)
        self._progress("identity", _IDENTITY)
        face = self._face(files)
        self._progress("photo", _PHOTO)
        self._optional(14, files)
        sod = self._read_sod()
        check = passive(sod, files, self._settings.trust, noon(person.issued))
        self._progress("authenticity", _DONE)
        return CardReading(
            access=self._chip.kind,
            holder=person,
            photo_b64=base64.b64encode(face.picture).decode("ascii") if face else "",
            photo_type=face.media_type if face else "",
            groups=tuple(f"DG{number}" for number in sorted(files)) + (("SOD",) if sod else ()),
            apdus=self._transport.apdus,
            seconds=round(time.monotonic() - started, 3),
            passive=check,
            active=_UNCHECKED,
            chip=_UNCHECKED,
            mismatches=self._mismatches(zone, lines, files),
        )

    def _open(self) -> None:
        self._chip: OpenChip = open_chip(self._transport, self._passwords)
        self._files = FileReader(self._chip.channel, self._settings.chunks.get(self._atr))

    def _read(self, spec: FileSpec, span: tuple[str, int, int] | None = None) -> bytes:
        def share(done: float) -> None:
            if span is not None:
                self._progress(span[0], int(span[1] + done * (span[2] - span[1])))

        try:
            data = self._files.read(spec, share)
        except ProbeFailedError:
            # Short answers for this kind of card from now on; the password is known to be good, so this costs no try.
            self._settings.chunks[self._atr] = SHORT_CHUNK_AES
            self._transport.reset()
            self._open()
            data = self._files.read(spec, share)
        if self._files.chunk is not None:
            self._settings.chunks[self._atr] = self._files.chunk
        return data

    def _require(self, number: int, files: dict[int, bytes]) -> bytes:
        try:
            files[number] = self._read(DATA_GROUPS[number])
        except FileRefusedError as error:
            raise DeviceError("CRD-UNSUPPORTED", str(error)) from error
        return files[number]

    def _optional(self, number: int, files: dict[int, bytes]) -> bytes | None:
        span = ("photo", _IDENTITY, _PHOTO) if number == 2 else None
        try:
            files[number] = self._read(DATA_GROUPS[number], span)
        except FileRefusedError:
            return None
        return files[number]

    def _lines(self, files: dict[int, bytes]) -> Dg13 | None:
        data = self._optional(13, files)
        return parse_dg13(data) if data is not None else None

    def _face(self, files: dict[int, bytes]) -> Face | None:
        data = self._optional(2, files)
        return parse_dg2(data) if data is not None else None

    def _read_sod(self) -> bytes | None:
        try:
            return self._read(SOD, ("authenticity", _PHOTO, _DONE))
        except FileRefusedError:
            return None

    def _mismatches(self, zone: Mrz, lines: Dg13 | None, files: dict[int, bytes]) -> tuple[str, ...]:
        found = mismatches(zone, lines)
        if 14 in files and self._chip.card_access:
            try:
                signed = set(pace_infos(tlv.require(files[14], 0x6E)))
                offered = set(pace_infos(self._chip.card_access))
            except tlv.TlvError as error:
                raise DeviceError("CRD-GARBLED", f"DG14: {error}") from error
            # EF.CardAccess is not signed, DG14 is: they must agree (9303-11 9.2).
            if signed and signed != offered:
                found += ("pace_info",)
        return found

    def _tell(self, person: Holder) -> None:
        self._emit("identity", number=person.number, name=person.name)

    def _progress(self, step: str, percent: int) -> None:
        self._emit("progress", step=step, percent=percent)
