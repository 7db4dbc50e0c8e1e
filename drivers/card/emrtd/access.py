"""Opening a chip: EF.CardAccess, PACE first, BAC as the fallback, never a second guess of a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from drivers.card.emrtd import bac, mrz, pace, tlv
from drivers.card.emrtd.apdu import SW_END_OF_FILE, Channel, Command, PlainChannel, Response
from drivers.card.emrtd.secure_messaging import SecureChannel, SessionKeys
from drivers.card.emrtd.security_infos import PaceInfo, pace_infos
from drivers.card.emrtd.transport import Transport
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess

APPLICATION: Final = bytes.fromhex("A0000002471001")
CARD_ACCESS_FID: Final = bytes.fromhex("011C")
CARD_ACCESS_SFI: Final = 0x1C
_CARD_ACCESS_CAP: Final = 4096


@dataclass(frozen=True)
class OpenChip:
    """A chip whose application is selected under secure messaging; `card_access` is empty when the chip has none."""

    kind: AccessKind
    channel: SecureChannel
    card_access: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Passwords:
    """What the caller gave, checked for form: the CAN and the MRZ's key information."""

    can: str | None = field(default=None, repr=False)
    information: str | None = field(default=None, repr=False)

    @staticmethod
    def of(access: CardAccess) -> Passwords:
        """Checks the form before the chip is touched. Raises DeviceError CRD-NEEDS-ACCESS, CRD-WRONG-CAN."""
        can = access.can.strip() if access.can else None
        if can and not (can.isascii() and can.isdigit() and len(can) == 6):
            raise DeviceError("CRD-WRONG-CAN", "the CAN is not six digits")
        information: str | None = None
        if access.mrz and access.mrz.strip():
            try:
                information = mrz.key_information(access.mrz)
            except mrz.MrzError as error:
                raise DeviceError("CRD-WRONG-MRZ", f"the MRZ given: {error}") from error
        if not can and information is None:
            raise DeviceError("CRD-NEEDS-ACCESS", "neither CAN nor MRZ given")
        return Passwords(can or None, information)


def open_chip(transport: Transport, passwords: Passwords) -> OpenChip:
    """Runs the best access protocol that chip and caller share, then selects the application.

    Raises DeviceError CRD-WRONG-CAN, CRD-WRONG-MRZ, CRD-BLOCKED, CRD-UNSUPPORTED, CRD-NEEDS-ACCESS, CRD-GARBLED,
    CRD-REMOVED.
    """
    plain = PlainChannel(transport)
    card_access = _read_card_access(plain)
    info = _pace_info(card_access)
    refused = "the chip offers no PACE that this reader runs"
    if info is not None:
        for kind, number, secret in _pace_attempts(passwords):
            try:
                keys = pace.run(plain, info, number, secret)
            except pace.PaceRefusedError as error:
                refused = f"{kind.value}: {error}"
                continue
            except pace.PasswordRefusedError as error:
                raise _wrong(kind, str(error)) from error
            return _opened(plain, kind, keys, card_access)
    if passwords.information is None:
        if not card_access:
            raise DeviceError("CRD-NEEDS-ACCESS", "the chip offers no PACE; BAC needs the MRZ")
        if info is None:
            raise DeviceError("CRD-UNSUPPORTED", refused)
        raise DeviceError("CRD-BLOCKED", refused)
    _require_application(plain)
    try:
        keys = bac.run(plain, passwords.information)
    except pace.PasswordRefusedError as error:
        raise _wrong(AccessKind.BAC, str(error)) from error
    # BAC runs inside the application, which therefore is selected already.
    return OpenChip(AccessKind.BAC, SecureChannel(plain, keys), card_access)


def _pace_attempts(passwords: Passwords) -> list[tuple[AccessKind, pace.Password, bytes]]:
    attempts: list[tuple[AccessKind, pace.Password, bytes]] = []
    if passwords.can is not None:
        attempts.append((AccessKind.PACE_CAN, pace.Password.CAN, pace.can_secret(passwords.can)))
    if passwords.information is not None:
        attempts.append((AccessKind.PACE_MRZ, pace.Password.MRZ, pace.mrz_secret(passwords.information)))
    return attempts


def _wrong(kind: AccessKind, status: str) -> DeviceError:
    code = "CRD-WRONG-CAN" if kind is AccessKind.PACE_CAN else "CRD-WRONG-MRZ"
    return DeviceError(code, f"{kind.value} refused with {status}")


def _opened(plain: Channel, kind: AccessKind, keys: SessionKeys, card_access: bytes) -> OpenChip:
    channel = SecureChannel(plain, keys)
    _require_application(channel)
    return OpenChip(kind, channel, card_access)


def _require_application(channel: Channel) -> None:
    response = channel.send(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION))
    if not response.ok:
        raise DeviceError("CRD-UNSUPPORTED", f"selecting the travel document application answered {response.status}")


def _pace_info(card_access: bytes) -> PaceInfo | None:
    if not card_access:
        return None
    try:
        infos = pace_infos(card_access)
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"EF.CardAccess: {error}") from error
    return pace.choose(infos)


def _read_card_access(plain: Channel) -> bytes:
    """EF.CardAccess, or nothing when the chip has none. Raises DeviceError CRD-UNSUPPORTED for any other kind of card.

    SELECT MF answers 6D00 on the Vietnamese card, so the file is read at once by its short identifier; a chip that
    wants the application selected before gets that, and is asked again.
    """
    for prepare in (None, APPLICATION):
        if prepare is not None:
            _require_application(plain)
        response = plain.send(Command(0x00, 0xB0, 0x80 | CARD_ACCESS_SFI, 0x00, b"", 256))
        if not _has_data(response) and plain.send(Command(0x00, 0xA4, 0x02, 0x0C, CARD_ACCESS_FID)).ok:
            response = plain.send(Command(0x00, 0xB0, 0x00, 0x00, b"", 256))
        if _has_data(response):
            return _complete(plain, response.data)
    return b""


def _has_data(response: Response) -> bool:
    return bool(response.data) and response.sw in (0x9000, SW_END_OF_FILE)


def _complete(plain: Channel, data: bytes) -> bytes:
    try:
        total = tlv.read_header(data).total
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"EF.CardAccess: {error}") from error
    if total > _CARD_ACCESS_CAP:
        raise DeviceError("CRD-GARBLED", "EF.CardAccess is too long")
    while len(data) < total:
        response = plain.send(Command(0x00, 0xB0, len(data) >> 8, len(data) & 0xFF, b"", min(256, total - len(data))))
        if not _has_data(response):
            raise DeviceError("CRD-GARBLED", f"EF.CardAccess ended early with {response.status}")
        data += response.data
    return data[:total]
