"""The chip's program: SELECT, READ BINARY, PACE and BAC as the Vietnamese card is told to behave."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.simulators.chip import der, secure
from drivers.simulators.chip.curve import CURVES, Point
from drivers.simulators.chip.issuer import CARD_ACCESS, SUITES, Card

APPLICATION: Final = bytes.fromhex("A0000002471001")
_DG3: Final = 0x0103
_OK: Final = 0x9000


@dataclass
class Defects:
    """How a chip misbehaves; each is off until a fault switches it on."""

    bad_mac: bool = False
    naked_status: int | None = None
    blocked: bool = False
    pace_refused: bool = False
    short_only: bool = False
    endless: bool = False
    truncated: bool = False
    no_sfi: bool = False
    drip: bool = False
    needs_selection: bool = False
    refuse: bool = False


class StatusError(Exception):
    """A command that ends with another status than 9000."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True)
class _Call:
    """A command as the program sees it, protection already taken off."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    expected: int | None
    extended: bool


class Chip:
    """One card's chip. `process` takes a command APDU and gives the response APDU; `reset` cuts its power."""

    def __init__(self, card: Card, defects: Defects, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.card = card
        self.defects = defects
        self._random = random
        self._curve = CURVES[card.parameter_id]
        self._suite = SUITES[card.suite]
        self.reset()

    def reset(self) -> None:
        """Everything but the files is forgotten."""
        self._session: secure.Session | None = None
        self._in_application = False
        self._file: int | None = None
        self._challenge = b""
        self._password = b""
        self._stage = 0

    def process(self, apdu: bytes) -> bytes:
        """Answers one command."""
        if self.defects.refuse:
            return b"\x6f\x00"
        if self.defects.endless:
            return b"\x00\x61\x10"
        try:
            call = _parse(apdu)
        except ValueError:
            return b"\x67\x00"
        if call.extended and self.defects.short_only:
            # A naked 6700: the chip falls out of secure messaging.
            self._session = None
            return b"\x67\x00"
        if call.cla & 0x0C == 0x0C:
            return self._protected(call)
        if self._session is not None:
            self._session = None
            self._in_application = False
        data, status = self._run(call)
        return data + status.to_bytes(2, "big")

    def _protected(self, call: _Call) -> bytes:
        session = self._session
        if session is None:
            return b"\x69\x88"
        if self.defects.naked_status is not None:
            self._session = None
            return self.defects.naked_status.to_bytes(2, "big")
        header = bytes((call.cla, call.ins, call.p1, call.p2))
        try:
            data, expected = session.open(header, call.data)
        except secure.SecureMessagingError as error:
            self._session = None
            return error.status.to_bytes(2, "big")
        inner = _Call(call.cla & 0xF0, call.ins, call.p1, call.p2, data, expected, call.extended)
        answer, status = self._run(inner, None if call.extended else session.plain_limit)
        sealed = session.close(answer, status, odd=bool(call.ins & 1))
        if self.defects.bad_mac:
            sealed = sealed[:-3] + bytes((sealed[-3] ^ 0x01,)) + sealed[-2:]
        return sealed

    def _run(self, call: _Call, limit: int | None = 256) -> tuple[bytes, int]:
        handlers: dict[int, Callable[[_Call, int], tuple[bytes, int]]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_far,
            0x84: self._get_challenge,
            0x82: self._external_authenticate,
            0x22: self._set_authentication,
            0x86: self._general_authenticate,
        }
        handler = handlers.get(call.ins)
        if handler is None:
            return b"", 0x6D00
        try:
            return handler(call, limit or 65535)
        except StatusError as error:
            return b"", error.status
        except ValueError:
            return b"", 0x6A80

    # --- files

    def _select(self, call: _Call, _limit: int) -> tuple[bytes, int]:
        if call.p1 == 0x04:
            if call.data != APPLICATION:
                raise StatusError(0x6A82)
            self._in_application, self._file = True, None
            return b"", _OK
        if call.p1 == 0x02 and len(call.data) == 2:
            self._open(int.from_bytes(call.data, "big"))
            return b"", _OK
        # SELECT MF among others: the real card knows no such instruction.
        raise StatusError(0x6D00)

    def _open(self, fid: int) -> bytes:
        outside = fid == CARD_ACCESS and not self.defects.needs_selection
        if fid not in self.card.files or not (outside or self._in_application):
            raise StatusError(0x6A82)
        if fid != CARD_ACCESS and (self._session is None or fid == _DG3):
            raise StatusError(0x6982)
        self._file = fid
        content = self.card.files[fid]
        return content[: len(content) // 2] if self.defects.truncated and fid == 0x0102 else content

    def _read(self, call: _Call, limit: int) -> tuple[bytes, int]:
        if call.p1 & 0x80 and self.defects.no_sfi:
            raise StatusError(0x6A86)
        if call.p1 & 0x80:
            content, offset = self._open(0x0100 | call.p1 & 0x1F), call.p2
        else:
            content, offset = self._current(), call.p1 << 8 | call.p2
        return _slice(content, offset, 1 if self.defects.drip and offset else min(call.expected or 0, limit))

    def _read_far(self, call: _Call, limit: int) -> tuple[bytes, int]:
        ((tag, value),) = der.split(call.data)
        if tag != 0x54:
            raise StatusError(0x6A80)
        count = min(call.expected or 0, limit) - 4
        data, status = _slice(self._current(), int.from_bytes(value, "big"), count)
        return der.tlv("53", data), status

    def _current(self) -> bytes:
        if self._file is None:
            raise StatusError(0x6986)
        return self._open(self._file)

    # --- BAC

    def _get_challenge(self, _call: _Call, _limit: int) -> tuple[bytes, int]:
        if not self._in_application:
            raise StatusError(0x6985)
        if self.defects.blocked:
            raise StatusError(0x6983)
        self._challenge = self._random(8)
        return self._challenge, _OK

    def _external_authenticate(self, call: _Call, _limit: int) -> tuple[bytes, int]:
        challenge, self._challenge = self._challenge, b""
        if len(call.data) != 40 or not challenge:
            raise StatusError(0x6985)
        seed = hashlib.sha1(self._mrz_information(), usedforsecurity=False).digest()[:16]
        encryption, authentication = secure.key(seed, 1), secure.key(seed, 2)
        sealed, checksum = call.data[:32], call.data[32:]
        if secure.des_mac(authentication, secure.filled(sealed, 8)) != checksum:
            raise StatusError(0x6300)
        plain = secure.des3(encryption, sealed, decrypt=True)
        theirs, echoed, half = plain[:8], plain[8:16], plain[16:]
        if echoed != challenge:
            raise StatusError(0x6300)
        own = self._random(16)
        answer = secure.des3(encryption, challenge + theirs + own)
        shared = bytes(a ^ b for a, b in zip(half, own, strict=True))
        self._session = secure.Session(secure.key(shared, 1), secure.key(shared, 2), challenge[4:] + theirs[4:])
        return answer + secure.des_mac(authentication, secure.filled(answer, 8)), _OK

    def _mrz_information(self) -> bytes:
        zone = self.card.person.mrz
        return (zone[5:15] + zone[30:37] + zone[38:45]).encode("ascii")

    # --- PACE, generic mapping

    def _set_authentication(self, call: _Call, _limit: int) -> tuple[bytes, int]:
        if (call.p1, call.p2) != (0xC1, 0xA4):
            raise StatusError(0x6A86)
        if self.defects.blocked:
            raise StatusError(0x6983)
        if self.defects.pace_refused:
            raise StatusError(0x6982)
        wanted = dict(der.split(call.data))
        passwords = {
            b"\x01": hashlib.sha1(self._mrz_information(), usedforsecurity=False).digest(),
            b"\x02": self.card.person.can.encode("ascii"),
        }
        if (
            wanted.get(0x80) != self._suite.oid
            or wanted.get(0x84, bytes((self.card.parameter_id,)))[0] != self.card.parameter_id
        ):
            raise StatusError(0x6A80)
        secret = passwords.get(wanted.get(0x83, b""))
        if secret is None:
            raise StatusError(0x6A88)
        self._password, self._stage = secret, 1
        return b"", _OK

    def _general_authenticate(self, call: _Call, _limit: int) -> tuple[bytes, int]:
        stage, self._stage = self._stage, 0
        ((outer, content),) = der.split(call.data)
        parts = der.split(content)
        steps: dict[int, Callable[[bytes], bytes]] = {1: self._nonce, 2: self._map, 3: self._agree, 4: self._confirm}
        tags = {1: None, 2: 0x81, 3: 0x83, 4: 0x85}
        tag, value = parts[0] if parts else (None, b"")
        if outer != 0x7C or stage not in steps or tags[stage] != tag:
            raise StatusError(0x6985)
        answer = steps[stage](value)
        self._stage = (stage + 1) % 5
        return der.tlv("7C", answer), _OK

    def _scalar(self) -> int:
        return int.from_bytes(self._random(40), "big") % (self._curve.n - 1) + 1

    def _nonce(self, _value: bytes) -> bytes:
        nonce = self._random(16)
        self._mapping_secret = self._scalar()
        self._nonce_value = int.from_bytes(nonce, "big")
        password = secure.key(self._password, 3, self._suite.key_bytes)
        sealed = secure.aes(password, bytes(16), nonce) if self._suite.aes else secure.des3(password, nonce)
        return der.tlv("80", sealed)

    def _map(self, value: bytes) -> bytes:
        curve = self._curve
        meeting = curve.times(self._mapping_secret, curve.unpack(value))
        self._generator: Point = curve.plus(curve.times(self._nonce_value, curve.generator), meeting)
        return der.tlv("82", curve.pack(curve.times(self._mapping_secret, curve.generator)))

    def _agree(self, value: bytes) -> bytes:
        curve = self._curve
        secret = self._scalar()
        own = curve.pack(curve.times(secret, self._generator))
        shared = curve.pack(curve.times(secret, curve.unpack(value)))[1:33]
        size = self._suite.key_bytes
        self._keys = secure.key(shared, 1, size), secure.key(shared, 2, size)
        self._tokens = self._token(own), self._token(value)
        return der.tlv("84", own)

    def _token(self, public: bytes) -> bytes:
        data = der.tlv("7F49", der.tlv("06", self._suite.oid), der.tlv("86", public))
        return (
            secure.cmac(self._keys[1], data)
            if self._suite.aes
            else secure.des_mac(self._keys[1], secure.filled(data, 8))
        )

    def _confirm(self, value: bytes) -> bytes:
        expected, own = self._tokens
        if value != expected:
            raise StatusError(0x6300)
        # The answer to this very command is still plain.
        self._session = secure.Session(*self._keys, bytes(16 if self._suite.aes else 8))
        return der.tlv("86", own)


def _slice(content: bytes, offset: int, count: int) -> tuple[bytes, int]:
    if offset >= len(content):
        raise StatusError(0x6B00)
    data = content[offset : offset + count]
    return data, _OK if len(data) == count else 0x6282


def _parse(apdu: bytes) -> _Call:
    """ISO 7816-4 5.1, short and extended. Raises ValueError."""
    if len(apdu) < 4:
        raise ValueError("no header")
    head, rest = apdu[:4], apdu[4:]
    data, expected, extended = b"", None, False
    if len(rest) >= 3 and rest[0] == 0:
        extended = True
        size = int.from_bytes(rest[1:3], "big")
        if len(rest) == 3:
            expected = size or 65536
        else:
            data, tail = rest[3 : 3 + size], rest[3 + size :]
            if len(data) != size or len(tail) not in (0, 2):
                raise ValueError("length")
            expected = (int.from_bytes(tail, "big") or 65536) if tail else None
    elif len(rest) == 1:
        expected = rest[0] or 256
    elif rest:
        size = rest[0]
        data, tail = rest[1 : 1 + size], rest[1 + size :]
        if len(data) != size or len(tail) > 1:
            raise ValueError("length")
        expected = (tail[0] or 256) if tail else None
    return _Call(head[0], head[1], head[2], head[3], data, expected, extended)
