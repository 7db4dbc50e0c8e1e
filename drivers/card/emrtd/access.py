"""Opening a chip: EF.CardAccess, PACE first, BAC as the fallback, never a second guess of a password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from drivers import memory, mrz
from drivers.card.emrtd import bac, pace, tlv
from drivers.card.emrtd.apdu import SW_END_OF_FILE, Channel, Command, PlainChannel, Response
from drivers.card.emrtd.secure_messaging import SecureChannel
from drivers.card.emrtd.security_infos import PaceInfo, SecurityInfos, parse
from drivers.card.emrtd.transport import Transport
from drivers.card.expiry import candidates
from drivers.card.qr import CardQr, QrError, access_number, parse_qr
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess

APPLICATION: Final = bytes.fromhex("A0000002471001")
CARD_ACCESS_FID: Final = bytes.fromhex("011C")
CARD_ACCESS_SFI: Final = 0x1C
CARD_SECURITY_SFI: Final = 0x1D
CARD_SECURITY_FID: Final = bytes.fromhex("011D")
_CARD_ACCESS_CAP: Final = 4096
_CARD_SECURITY_CAP: Final = 16384
_EXTENDED_LE: Final = 0x10000
_SHORT_LE: Final = 256
# One offer may be of a kind the chip does not run with this password; more than a few is no honest chip.
_MAX_OFFERS: Final = 3
_WRONG_LENGTH: Final = 0x6700


@dataclass(frozen=True)
class OpenChip:
    """A chip whose application is selected under secure messaging.

    `card_access` is empty when the chip has none; `mapped` and `card_security` come with PACE's chip authentication
    mapping only.
    """

    kind: AccessKind
    channel: SecureChannel
    card_access: bytes = field(default=b"", repr=False)
    mapped: pace.MappedKey | None = field(default=None, repr=False)
    card_security: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Passwords:
    """What the caller gave, checked for form: the CAN, the MRZ's key information, and the card's QR code.

    `guesses` are the key informations that the QR code allows, one for each expiry date; they serve BAC only, since a
    wrong one costs nothing there but time.
    """

    can: str | None = field(default=None, repr=False)
    information: str | None = field(default=None, repr=False)
    qr: CardQr | None = field(default=None, repr=False)
    guesses: tuple[str, ...] = field(default=(), repr=False)

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
        qr = _qr(access.qr)
        if not can and access.qr:
            can = access_number(access.qr)
        if not can and information is None:
            raise DeviceError("CRD-NEEDS-ACCESS", "no CAN, no MRZ and no QR code of a card given")
        return Passwords(can or None, information, qr, _guesses(qr))

    @property
    def tried(self) -> str:
        """What tells one set of passwords from another; secret as they are."""
        return "|".join((self.can or "", self.information or "", *self.guesses))

    @property
    def for_bac(self) -> tuple[str, ...]:
        """What BAC may be tried with: the MRZ given, or else the guesses."""
        return (self.information,) if self.information is not None else self.guesses


def _qr(text: str | None) -> CardQr | None:
    if not text or not text.strip():
        return None
    try:
        return parse_qr(text)
    except QrError:
        # With an odd date or a word more, the code says nothing that could be compared.
        return None


def _guesses(qr: CardQr | None) -> tuple[str, ...]:
    if qr is None:
        return ()
    birth = qr.birth_date[2:].replace("-", "")
    dates = candidates(date.fromisoformat(qr.birth_date), date.fromisoformat(qr.issued))
    return tuple(mrz.key_information(f"{qr.number},{birth},{expiry}") for expiry in dates)


def open_chip(
    transport: Transport,
    passwords: Passwords,
    extended: bool | None = None,
    recover: Callable[[], None] | None = None,
) -> OpenChip:
    """Runs the best access protocol that chip and caller share, then selects the application.

    `extended` is what is known of the chip's kind, None when nothing is: then the first command finds out, and `recover`
    (a reset, unless more is given) is called where that lost the chip. Raises DeviceError CRD-WRONG-CAN, CRD-WRONG-MRZ,
    CRD-BLOCKED, CRD-UNSUPPORTED, CRD-NEEDS-ACCESS, CRD-GARBLED, CRD-REMOVED.
    """
    plain = PlainChannel(transport, extended)
    card_access, selected = _read_card_access(plain, recover or transport.reset)
    offers = _offers(card_access)
    usable = pace.usable(offers)
    refused = "the chip offers no PACE that this reader runs"
    ambiguous = len({info.parameter_id for info in offers}) > 1
    for info in usable[:_MAX_OFFERS]:
        for kind, number, secret in _pace_attempts(passwords):
            key = pace.password_key(secret, info.cipher)
            try:
                result = pace.run(plain, info, number, key, ambiguous=ambiguous)
            except pace.PaceRefusedError as error:
                refused = f"{kind.value}: {error}"
                continue
            except pace.PasswordRefusedError as error:
                raise _wrong(kind, str(error)) from error
            finally:
                memory.wipe(key)
            channel = SecureChannel(plain, result.keys)
            security = _read_card_security(channel) if result.mapped is not None and not selected else b""
            _require_application(channel)
            return OpenChip(kind, channel, card_access, result.mapped, security)
    if not passwords.for_bac:
        if not card_access:
            raise DeviceError("CRD-NEEDS-ACCESS", "the chip offers no PACE; BAC needs the MRZ")
        if not usable:
            raise DeviceError("CRD-UNSUPPORTED", refused)
        raise DeviceError("CRD-BLOCKED", refused)
    return _basic(plain, passwords, card_access)


def _basic(plain: PlainChannel, passwords: Passwords, card_access: bytes) -> OpenChip:
    _require_application(plain)
    for information in passwords.for_bac:
        try:
            keys = bac.run(plain, information)
        except pace.PasswordRefusedError as error:
            last = error
            continue
        # BAC runs inside the application, which therefore is selected already.
        return OpenChip(AccessKind.BAC, SecureChannel(plain, keys), card_access)
    count = len(passwords.for_bac)
    raise DeviceError("CRD-WRONG-MRZ", f"bac refused {count} of {count} keys, the last with {last}")


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


def _require_application(channel: Channel) -> None:
    response = channel.send(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION))
    if not response.ok:
        raise DeviceError("CRD-UNSUPPORTED", f"selecting the travel document application answered {response.status}")


def _offers(card_access: bytes) -> tuple[PaceInfo, ...]:
    if not card_access:
        return SecurityInfos().pace
    try:
        return parse(card_access).pace
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"EF.CardAccess: {error}") from error


def _read_card_access(plain: PlainChannel, recover: Callable[[], None]) -> tuple[bytes, bool]:
    """EF.CardAccess, or nothing when the chip has none, and whether the application had to be selected for it.

    SELECT MF answers 6D00 on the Vietnamese card, so the file is read at once by its short identifier; a chip that
    wants the application selected before gets that, and is asked again. Raises DeviceError CRD-UNSUPPORTED for any
    other kind of card.
    """
    for selected in (False, True):
        if selected:
            _require_application(plain)
        response = _first_read(plain, recover)
        if not _has_data(response) and plain.send(Command(0x00, 0xA4, 0x02, 0x0C, CARD_ACCESS_FID)).ok:
            response = plain.send(Command(0x00, 0xB0, 0x00, 0x00, b"", _SHORT_LE))
        if _has_data(response):
            return _complete(plain, response.data, "EF.CardAccess", _CARD_ACCESS_CAP), selected
    return b"", True


def _first_read(plain: PlainChannel, recover: Callable[[], None]) -> Response:
    """The first command to a kind of chip not met before asks in extended length: here a refusal breaks nothing yet."""
    read = Command(0x00, 0xB0, 0x80 | CARD_ACCESS_SFI, 0x00, b"", _SHORT_LE)
    if plain.extended is not None:
        return plain.send(read)
    try:
        response = plain.send(Command(read.cla, read.ins, read.p1, read.p2, b"", _EXTENDED_LE))
    except DeviceError as error:
        if error.code not in ("CRD-GARBLED", "CRD-REMOVED"):
            raise
        # A reader that cannot carry extended lengths loses the card over them.
        plain.extended = False
        recover()
        return plain.send(read)
    if response.sw == _WRONG_LENGTH:
        plain.extended = False
        return plain.send(read)
    if _has_data(response):
        plain.extended = True
    return response


def _read_card_security(channel: SecureChannel) -> bytes:
    """EF.CardSecurity, which vouches for the key of PACE's chip authentication mapping; nothing when it is not given."""
    response = channel.send(Command(0x00, 0xB0, 0x80 | CARD_SECURITY_SFI, 0x00, b"", channel.short_data))
    if not _has_data(response) and channel.send(Command(0x00, 0xA4, 0x02, 0x0C, CARD_SECURITY_FID)).ok:
        response = channel.send(Command(0x00, 0xB0, 0x00, 0x00, b"", channel.short_data))
    if not _has_data(response):
        return b""
    return _complete(channel, response.data, "EF.CardSecurity", _CARD_SECURITY_CAP)


def _has_data(response: Response) -> bool:
    return bool(response.data) and response.sw in (0x9000, SW_END_OF_FILE)


def _complete(channel: Channel, data: bytes, name: str, cap: int) -> bytes:
    try:
        total = tlv.read_header(data).total
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"{name}: {error}") from error
    if total > cap:
        raise DeviceError("CRD-GARBLED", f"{name} is too long")
    # Under secure messaging 256 bytes do not fit into a short answer; a plain one takes them.
    chunk = channel.short_data if channel.short_data < 255 else _SHORT_LE
    while len(data) < total:
        count = min(chunk, total - len(data))
        response = channel.send(Command(0x00, 0xB0, len(data) >> 8, len(data) & 0xFF, b"", count))
        if not _has_data(response):
            raise DeviceError("CRD-GARBLED", f"{name} ended early with {response.status}")
        data += response.data
    return data[:total]
