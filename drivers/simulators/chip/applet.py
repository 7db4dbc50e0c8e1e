"""The chip's program: files, secure messaging, and which protocol a command belongs to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from drivers.simulators.chip import der, secure
from drivers.simulators.chip.call import Call, parse
from drivers.simulators.chip.files import com
from drivers.simulators.chip.issuer import CARD_ACCESS, CARD_SECURITY, COM, SOD, Card
from drivers.simulators.chip.making import SUITES
from drivers.simulators.chip.pace import PaceRun
from drivers.simulators.chip.status import StatusError

APPLICATION: Final = bytes.fromhex("A0000002471001")
_MASTER_FILE: Final = bytes.fromhex("3F00")
_DG2, _DG3, _DG14, _DG15 = 0x0102, 0x0103, 0x010E, 0x010F
_OK: Final = 0x9000
_SHORT: Final = 256
_LONG: Final = 65536
_MAX_CHAIN: Final = 4096


@dataclass
class Defects:
    """How a chip misbehaves; each is off until a fault switches it on. `largest` 0 is an answer of any length."""

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
    mf_6d00: bool = False
    clone: bool = False
    no_proofs: bool = False
    stripped: bool = False
    largest: int = 0
    strict_length: bool = False


class Chip:
    """One card's chip. `process` takes a command APDU and gives the response APDU; `reset` cuts its power."""

    def __init__(self, card: Card, defects: Defects, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.card = card
        self.defects = defects
        self._random = random
        self.reset()

    def reset(self) -> None:
        """Everything but the files is forgotten."""
        self._session: secure.Session | None = None
        self._next_session: secure.Session | None = None
        self._in_application = False
        self._file: int | None = None
        self._challenge = b""
        self._pace: PaceRun | None = None
        self._agreeing = False
        self._chain = b""
        self._waiting = b""

    def process(self, apdu: bytes) -> bytes:
        """Answers one command."""
        if self.defects.refuse:
            return b"\x6f\x00"
        if self.defects.endless:
            return b"\x00\x61\x10"
        try:
            call = parse(apdu)
        except ValueError:
            return b"\x67\x00"
        if call.ins == 0xC0:
            return self._rest(call.expected or 0)
        too_long = bool(self.defects.largest) and self.defects.strict_length and call.wants > self.defects.largest
        if call.extended and (self.defects.short_only or too_long):
            # A naked 6700: the chip falls out of secure messaging.
            self._session = None
            return b"\x67\x00"
        answer = self._protected(call) if call.cla & 0x0C == 0x0C else self._plain(call)
        if len(answer) - 2 > _SHORT and not call.extended:
            self._waiting = answer
            return self._rest(_SHORT)
        return answer

    def _rest(self, count: int) -> bytes:
        """A long answer to a short command, in pieces (ISO 7816-4 11.7.1)."""
        data, status = self._waiting[:-2], self._waiting[-2:]
        if not status:
            return b"\x69\x85"
        piece, left = data[:count], data[count:]
        self._waiting = left + status if left else b""
        return piece + (bytes((0x61, min(len(left), 255))) if left else status)

    def _plain(self, call: Call) -> bytes:
        if self._session is not None:
            self._session = None
            self._in_application = False
        data, status = self._run(call, _SHORT if not call.extended else _LONG)
        self._session = self._taken()
        return data + status.to_bytes(2, "big")

    def _protected(self, call: Call) -> bytes:
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
        inner = replace(call, cla=call.cla & 0xF0, data=data, expected=expected)
        answer, status = self._run(inner, _LONG if call.extended else session.plain_limit)
        sealed = session.close(answer, status, odd=bool(call.ins & 1))
        # Chip authentication answers in the old session and goes on in the new one.
        self._session = self._taken() or session
        if self.defects.bad_mac:
            sealed = sealed[:-3] + bytes((sealed[-3] ^ 0x01,)) + sealed[-2:]
        return sealed

    def _taken(self) -> secure.Session | None:
        session, self._next_session = self._next_session, None
        return session

    def _run(self, call: Call, limit: int) -> tuple[bytes, int]:
        handlers: dict[int, Callable[[Call, int], tuple[bytes, int]]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_far,
            0x84: self._get_challenge,
            0x82: self._external_authenticate,
            0x88: self._internal_authenticate,
            0x22: self._set_security,
            0x86: self._general_authenticate,
        }
        handler = handlers.get(call.ins)
        if handler is None:
            return b"", 0x6D00
        if self.defects.largest:
            limit = min(limit, self.defects.largest)
        try:
            return handler(call, limit)
        except StatusError as error:
            return b"", error.status
        except ValueError:
            return b"", 0x6A80

    # --- files

    def _select(self, call: Call, _limit: int) -> tuple[bytes, int]:
        if call.p1 == 0x04:
            if call.data != APPLICATION:
                raise StatusError(0x6A82)
            self._in_application, self._file = True, None
            return b"", _OK
        if call.p1 == 0x02 and len(call.data) == 2:
            self._open(int.from_bytes(call.data, "big"))
            return b"", _OK
        if call.p1 == 0x00 and call.data in (b"", _MASTER_FILE) and not self.defects.mf_6d00:
            self._in_application, self._file = False, None
            return b"", _OK
        # The real card knows no such instruction.
        raise StatusError(0x6D00)

    def _open(self, fid: int) -> bytes:
        if fid == SOD and not self._in_application:
            fid = CARD_SECURITY
        files = self.card.files
        outside = fid in (CARD_ACCESS, CARD_SECURITY) and not self.defects.needs_selection
        if fid not in files or not (outside or self._in_application):
            raise StatusError(0x6A82)
        if self.defects.stripped and fid in (_DG14, _DG15):
            raise StatusError(0x6A82)
        if fid != CARD_ACCESS and (self._session is None or fid == _DG3):
            raise StatusError(0x6982)
        self._file = fid
        if self.defects.stripped and fid == COM:
            groups = {f & 0xFF: content for f, content in files.items() if f >> 4 == 0x10}
            return com(groups, hidden=frozenset({14, 15}))
        content = files[fid]
        return content[: len(content) // 2] if self.defects.truncated and fid == _DG2 else content

    def _read(self, call: Call, limit: int) -> tuple[bytes, int]:
        if call.p1 & 0x80 and self.defects.no_sfi:
            raise StatusError(0x6A86)
        if call.p1 & 0x80:
            content, offset = self._open(0x0100 | call.p1 & 0x1F), call.p2
        else:
            content, offset = self._current(), call.p1 << 8 | call.p2
        return _slice(content, offset, 1 if self.defects.drip and offset else min(call.expected or 0, limit))

    def _read_far(self, call: Call, limit: int) -> tuple[bytes, int]:
        ((tag, value),) = der.split(call.data)
        if tag != 0x54:
            raise StatusError(0x6A80)
        count = min(call.expected or 0, limit) - 4
        data, status = _slice(self._current(), int.from_bytes(value, "big"), count)
        return der.tlv("53", data), status

    def _current(self) -> bytes:
        if self._file is None:
            raise StatusError(0x6986)
        return self._open(self._file if self._file != CARD_SECURITY else SOD)

    # --- BAC

    def _get_challenge(self, _call: Call, _limit: int) -> tuple[bytes, int]:
        if not self._in_application:
            raise StatusError(0x6985)
        if self.defects.blocked:
            raise StatusError(0x6983)
        self._challenge = self._random(8)
        return self._challenge, _OK

    def _external_authenticate(self, call: Call, _limit: int) -> tuple[bytes, int]:
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
        self._next_session = secure.Session(secure.key(shared, 1), secure.key(shared, 2), challenge[4:] + theirs[4:])
        return answer + secure.des_mac(authentication, secure.filled(answer, 8)), _OK

    def _mrz_information(self) -> bytes:
        zone = self.card.person.mrz
        return (zone[5:15] + zone[30:37] + zone[38:45]).encode("ascii")

    # --- PACE, chip and active authentication

    def _set_security(self, call: Call, limit: int) -> tuple[bytes, int]:
        data = self._chained(call)
        if data is None:
            return b"", _OK
        if (call.p1, call.p2) == (0xC1, 0xA4):
            return self._set_pace(dict(der.split(data)))
        if call.p1 == 0x41 and call.p2 in (0xA4, 0xA6) and self._session is not None:
            return self._set_chip(dict(der.split(data)), by_key=call.p2 == 0xA6)
        raise StatusError(0x6A86)

    def _set_pace(self, wanted: dict[int, bytes]) -> tuple[bytes, int]:
        if self.defects.blocked:
            raise StatusError(0x6983)
        if self.defects.pace_refused:
            raise StatusError(0x6982)
        passwords = {
            b"\x01": hashlib.sha1(self._mrz_information(), usedforsecurity=False).digest(),
            b"\x02": self.card.person.can.encode("ascii"),
        }
        number = bytes((self.card.making.parameters,))
        if wanted.get(0x80) != self.card.making.pace_oid or wanted.get(0x84, number) != number:
            raise StatusError(0x6A80)
        secret = passwords.get(wanted.get(0x83, b""))
        if secret is None:
            raise StatusError(0x6A88)
        self._pace = PaceRun(self.card, secret, self._random, genuine=not self.defects.clone)
        return b"", _OK

    def _set_chip(self, wanted: dict[int, bytes], *, by_key: bool) -> tuple[bytes, int]:
        making = self.card.making
        if making.chip == "none" or self.defects.no_proofs or by_key is SUITES[making.chip].aes:
            raise StatusError(0x6A80)
        if by_key:
            self._rekey(wanted.get(0x91, b""))
        elif wanted.get(0x80) != making.chip_oid:
            raise StatusError(0x6A80)
        else:
            self._agreeing = True
        return b"", _OK

    def _general_authenticate(self, call: Call, _limit: int) -> tuple[bytes, int]:
        if self._agreeing:
            data = self._chained(call)
            if data is None:
                return b"", _OK
            self._agreeing = False
            ((tag, public),) = der.split(_inside(data))
            if tag != 0x80:
                raise StatusError(0x6A80)
            self._rekey(public)
            return der.tlv("7C"), _OK
        pace, self._pace = self._pace, None
        if pace is None:
            raise StatusError(0x6985)
        answer = pace.answer(_inside(call.data))
        if pace.session is None:
            self._pace = pace
        self._next_session = pace.session
        return der.tlv("7C", answer), _OK

    def _rekey(self, public: bytes) -> None:
        """The static key meets the terminal's (9303-11 6.2.3); a copy has another secret and ends in other keys."""
        key, suite = self.card.chip_key, SUITES[self.card.making.chip]
        secret = key.secret + 1 if self.defects.clone else key.secret
        shared = key.domain.secret(key.domain.times(secret, key.domain.unpack(public)))
        encryption, authentication = (secure.key(shared, purpose, suite.key_bytes) for purpose in (1, 2))
        self._next_session = secure.Session(encryption, authentication, bytes(suite.block))

    def _internal_authenticate(self, call: Call, _limit: int) -> tuple[bytes, int]:
        signer = self.card.signer
        if signer is None or self._session is None or self.defects.no_proofs:
            raise StatusError(0x6D00)
        if len(call.data) != 8:
            raise StatusError(0x6700)
        return signer.sign(call.data, self._random(32), genuine=not self.defects.clone), _OK

    def _chained(self, call: Call) -> bytes | None:
        """All data of a chain with its last command, None before."""
        self._chain += call.data
        if len(self._chain) > _MAX_CHAIN:
            self._chain = b""
            raise StatusError(0x6700)
        if call.cla & 0x10:
            return None
        data, self._chain = self._chain, b""
        return data


def _inside(data: bytes) -> bytes:
    ((outer, content),) = der.split(data)
    if outer != 0x7C:
        raise StatusError(0x6A80)
    return content


def _slice(content: bytes, offset: int, count: int) -> tuple[bytes, int]:
    if offset >= len(content):
        raise StatusError(0x6B00)
    data = content[offset : offset + count]
    return data, _OK if len(data) == count else 0x6282
