"""What is attacked: each layer that reads a chip's bytes, and the errors that it is allowed to end with."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from asn1crypto import pem, x509

from drivers.card.emrtd import active_authentication, chip_authentication, data_groups, face, public_keys, tlv
from drivers.card.emrtd.access import Passwords
from drivers.card.emrtd.apdu import Command, Response
from drivers.card.emrtd.authenticity import judge_file, passive
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.crypto import CipherKind, aes_block, cbc_encrypt, mac, pad
from drivers.card.emrtd.lds import COM, DATA_GROUPS, SOD, FileReader, FileRefusedError, FileSpec, ProbeFailedError
from drivers.card.emrtd.reader import ChipReading, ChipSettings
from drivers.card.emrtd.secure_messaging import SecureChannel, SessionKeys
from drivers.card.emrtd.security_infos import parse
from drivers.card.emrtd.sod import SodError, parse_card_security
from drivers.card.qr import QrError, parse_qr
from drivers.errors import DeviceError
from drivers.ports import CardAccess, Verdict
from drivers.simulators.chip.issuer import Card, Issuer
from drivers.simulators.chip.making import Making
from drivers.simulators.chip.people import PEOPLE
from tests.fuzz.corpus import NAMES

TODAY: Final = datetime.date(2026, 1, 15)
_SPECS: Final = (COM, SOD, DATA_GROUPS[1], DATA_GROUPS[2], DATA_GROUPS[13], DATA_GROUPS[14])
_KEY: Final = bytes(range(16))


def attack_tlv(data: bytes) -> None:
    """Elements within elements, as deep as the layers above go."""
    try:
        for element in tlv.children(data):
            assert len(element.value) <= len(data)
            tlv.find(element.value, 0x02)
    except tlv.TlvError:
        return


def attack_lds(data: bytes) -> None:
    """A file read in pieces: the first byte chooses which, two bytes before each piece are its length."""
    if not data:
        return
    channel: Any = _Pieces(data[1:])
    reader = FileReader(channel, (None, 223, 1000, 4096)[data[0] >> 6])
    spec: FileSpec = _SPECS[data[0] % len(_SPECS)]
    try:
        content = reader.read(spec)
    except (DeviceError, FileRefusedError, ProbeFailedError):
        return
    assert len(content) <= spec.cap


def attack_sod(data: bytes) -> None:
    """EF.SOD against true files: whatever it is, there is a verdict, and nothing foreign passes."""
    judged = passive(data, _groups(), _trust(), None)
    assert judged.as_signed <= judged.listed
    if judged.check.verdict is Verdict.PASSED:
        assert judged.as_signed == frozenset(_groups())


def attack_card_security(data: bytes) -> None:
    """EF.CardSecurity: signed infos, then the keys in them."""
    try:
        signed = parse_card_security(data)
    except SodError:
        return
    judge_file(signed, "EF.CardSecurity", _trust())
    attack_security_infos(signed.content)


def attack_dg2(data: bytes) -> None:
    """The portrait out of its biometric record."""
    found = _parsed(face.parse_dg2, data)
    assert found is None or len(found.picture) <= len(data)


def attack_dg1(data: bytes) -> None:
    """The machine-readable zone, and the person it makes."""
    zone = _parsed(data_groups.parse_dg1, data)
    if zone is not None:
        data_groups.holder(zone, None, TODAY)
        data_groups.mismatches(zone, None, parse_qr(PEOPLE["adult"].qr))


def attack_dg13(data: bytes) -> None:
    """The Vietnamese lines, and the person they make."""
    lines = _parsed(data_groups.parse_dg13, data)
    if lines is None:
        return
    zone = data_groups.parse_dg1(_card().files[DATA_GROUPS[1].fid])
    person = data_groups.holder(zone, lines, TODAY)
    assert max(map(len, (person.name, person.residence, person.home_town))) <= 512
    data_groups.mismatches(zone, lines, parse_qr(PEOPLE["adult"].qr))


def attack_com(data: bytes) -> None:
    """The list of data groups."""
    _parsed(data_groups.parse_com, data)


def attack_security_infos(data: bytes) -> None:
    """EF.CardAccess or the content of DG14: what is offered, and the keys that are taken out of it."""
    try:
        infos = parse(data)
    except tlv.TlvError:
        return
    chip_authentication.choose(infos)
    for key in infos.keys:
        try:
            public_keys.agreement(public_keys.load(key.spki))
        except (public_keys.UnsupportedError, *public_keys.MALFORMED):
            continue


def attack_dg15(data: bytes) -> None:
    """A key and a signature behind it: the last 256 bytes."""
    content, signature = data[:-256], data[-256:]

    class Answering:
        extended, short_data = True, 223

        def send(self, _command: Command) -> Response:
            return Response(signature)

    check = active_authentication.run(Answering(), content, None, lambda count: bytes(count))
    assert check.verdict in (Verdict.FAILED, Verdict.NOT_CHECKED)


def attack_secure_messaging(data: bytes) -> None:
    """A protected answer: raw, or (first byte odd) with a MAC that is right, so that what is inside gets looked at."""
    if not data:
        return
    for cipher in (CipherKind.TDES, CipherKind.AES128):
        keys = SessionKeys(cipher, _KEY, _KEY[::-1], bytes(cipher.block_bytes))
        body = _maced(data[1:], keys) if data[0] & 1 else data[1:]
        inner: Any = _Once(Response(body, 0x9000))
        command = Command(0x00, 0xB0 | data[0] >> 1 & 1, 0, 0, b"", 223)
        _parsed(SecureChannel(inner, keys).send, command)


def attack_reading(data: bytes) -> None:
    """A whole chip: each answer is its length in a byte and that many bytes; then there are no more."""
    try:
        ChipReading(
            _Answers(data),
            b"\x3b\x00",
            Passwords.of(CardAccess(qr=PEOPLE["adult"].qr)),
            ChipSettings(_trust(), {}),
            lambda event, **_data: None,
        ).run(TODAY)
    except DeviceError:
        return
    raise AssertionError("a chip without the password was read")


def attack_qr(data: bytes) -> None:
    """The printed code, which comes from a scanner."""
    try:
        parse_qr(data.decode("utf-8", "replace"))
    except QrError:
        return


TARGETS: Final = MappingProxyType({name: globals()[f"attack_{name.replace('-', '_')}"] for name in NAMES})


def _parsed(parse: Callable[[Any], Any], data: Any) -> Any:
    """What is parsed, None when it is garbled; any other error is a finding."""
    try:
        return parse(data)
    except DeviceError as error:
        if error.code != "CRD-GARBLED":
            raise
        return None


def seeds(target: str) -> Iterable[bytes]:
    """Honest inputs to begin from."""
    makings = (
        Making(photo=0),
        Making(mapping="cam", suite="aes-256", parameters=13, active="rsa-sha1", chip="3des", chip_parameters=2),
        Making(active="ecdsa-brainpool320", explicit=True),
    )
    for card in (_issuer().card(PEOPLE[person], making) for person in ("adult", "elder") for making in makings):
        files = card.files
        # A portrait says nothing new after its header.
        small = tlv.encode(0x75, tlv.require(files[0x0102], 0x75)[:400])
        pieces = files[0x010D]
        yield from {
            "tlv": (files[0x010D], files[0x010E]),
            "lds": (bytes((4,)) + len(pieces).to_bytes(2, "big") + pieces,),
            "sod": (files[0x011D],),
            "card-security": (files[0x1011D],) if 0x1011D in files else (),
            "dg2": (small, files[0x0102][:700]),
            "dg1": (files[0x0101],),
            "dg13": (files[0x010D],),
            "com": (files[0x011E],),
            "security-infos": (files[0x011C], tlv.require(files[0x010E], 0x6E)),
            "dg15": (files[0x010F] + bytes(256),),
            "secure-messaging": (
                b"\x01" + tlv.encode(0x87, b"\x01" + bytes(32)) + b"\x99\x02\x90\x00",
                b"\x00\x90\x00",
            ),
            "reading": (_spoken(card),),
            "qr": (card.person.qr.encode(),),
        }[target]


@cache
def _issuer() -> Issuer:
    return Issuer("fuzz")


@cache
def _card() -> Card:
    return _issuer().card(PEOPLE["adult"])


@cache
def _groups() -> MappingProxyType[int, bytes]:
    return MappingProxyType({1: _card().files[0x0101], 13: _card().files[0x010D]})


@cache
def _trust() -> TrustStore:
    return TrustStore((x509.Certificate.load(pem.unarmor(_issuer().csca_pem)[2]),))


def _spoken(card: Card) -> bytes:
    answers = (card.files[0x011C] + b"\x90\x00", b"\x90\x00", b"\x7c\x12\x80\x10" + bytes(16) + b"\x90\x00")
    return b"".join(bytes((len(answer),)) + answer for answer in answers if len(answer) < 256)


def _maced(body: bytes, keys: SessionKeys) -> bytes:
    """As a chip that knows the keys would send it; the counter is at two, the command took one."""
    size = keys.cipher.block_bytes
    counter = (2).to_bytes(size, "big")
    sealed = body[: len(body) // size * size]
    iv = bytes(8) if keys.cipher is CipherKind.TDES else aes_block(keys.enc, counter)
    # Half of the time the body is what is said, half of the time what is hidden.
    said = body if len(body) % 2 else tlv.encode(0x87, b"\x01" + cbc_encrypt(keys.cipher, keys.enc, iv, sealed))
    said += b"" if b"\x99\x02" in said else b"\x99\x02\x90\x00"
    return said + tlv.encode(0x8E, mac(keys.cipher, keys.mac, counter + pad(said, size)))


class _Once:
    """A channel that says one thing."""

    extended, short_data = None, 255

    def __init__(self, response: Response) -> None:
        self._response = response

    def send(self, _command: Command) -> Response:
        return self._response


class _Pieces:
    """An open channel of a hostile file system."""

    extended, short_data = None, 223

    def __init__(self, data: bytes) -> None:
        self._data = data

    def send(self, command: Command) -> Response:
        size = int.from_bytes(self._data[:2], "big")
        piece, self._data = self._data[2 : 2 + size], self._data[2 + size :]
        if not piece:
            return Response(b"", 0x6B00)
        return Response(piece[: max(1, command.le or 0)], 0x6282 if size & 0x8000 else 0x9000)


class _Answers:
    """A transport of a hostile chip."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def transmit(self, _apdu: bytes) -> bytes:
        size = self._data[0] if self._data else 0
        answer, self._data = self._data[1 : 1 + size], self._data[1 + size :]
        return answer or b"\x6f\x00"

    def reset(self) -> None:
        pass
