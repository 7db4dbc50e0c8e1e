"""The chip's side of PACE (ICAO 9303-11 4.4) in every mapping, on curves and modulo primes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drivers.simulators.chip import der, secure
from drivers.simulators.chip.curve import ChipCurve, Domain, domain
from drivers.simulators.chip.issuer import Card
from drivers.simulators.chip.making import SUITES
from drivers.simulators.chip.status import StatusError

# The integrated mapping's constants for 128 and 256 bits (9303-11 4.4.3.3.2): the next key's, the output's.
_CONSTANTS: Final = {
    16: ("A668892A7C41E3CA739F40B057D85904", "A4E136AC725F738B01C1F60217C188AD"),
    32: (
        "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676",
        "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517",
    ),
}


class PaceRun:
    """One run, from the chosen password to the session; each step's answer is the content of a 7C."""

    def __init__(self, card: Card, password: bytes, random: Callable[[int], bytes], *, genuine: bool) -> None:
        self._card = card
        self._password = password
        self._random = random
        self._genuine = genuine
        self._suite = SUITES[card.making.suite]
        self._domain: Domain = domain(card.making.parameters)
        self._step = 0
        self._generator: Any = None
        self.session: secure.Session | None = None

    def answer(self, content: bytes) -> bytes:
        """The next step. Raises StatusError, ValueError."""
        steps = (self._nonce, self._map, self._agree, self._confirm)
        wanted = (None, 0x81, 0x83, 0x85)
        parts = der.split(content)
        tag, value = parts[0] if parts else (None, b"")
        if self._step >= len(steps) or tag != wanted[self._step]:
            raise StatusError(0x6985)
        self._step += 1
        return steps[self._step - 1](value)

    def _scalar(self) -> int:
        return int.from_bytes(self._random(80), "big") % (self._domain.order - 1) + 1

    def _crypt(self, key: bytes, data: bytes) -> bytes:
        return secure.aes(key, bytes(16), data) if self._suite.aes else secure.des3(key, data)

    def _nonce(self, _value: bytes) -> bytes:
        self._plain_nonce = self._random(self._suite.nonce_bytes)
        password = secure.key(self._password, 3, self._suite.key_bytes)
        return der.tlv("80", self._crypt(password, self._plain_nonce))

    def _map(self, value: bytes) -> bytes:
        where = self._domain
        if self._card.making.mapping == "im":
            self._generator = where.encoded(self._scattered(value) % where.prime)
            return der.tlv("82")
        # The chip authentication mapping's proof needs the chip's own mapping key to be invertible with it.
        self._mapping_secret = self._scalar()
        meeting = where.times(self._mapping_secret, where.unpack(value))
        lifted = where.times(int.from_bytes(self._plain_nonce, "big"), where.generator)
        self._generator = where.plus(lifted, meeting)
        return der.tlv("82", where.pack(where.times(self._mapping_secret, where.generator)))

    def _scattered(self, own_nonce: bytes) -> int:
        """The pseudo-random number of both nonces."""
        if len(own_nonce) != self._suite.key_bytes:
            raise StatusError(0x6A80)
        next_constant, output_constant = (bytes.fromhex(text) for text in _CONSTANTS[len(self._plain_nonce)])
        key, number, bits = self._crypt(own_nonce, self._plain_nonce), 0, 0
        while bits < self._domain.prime.bit_length() + 64:
            cut = key[: self._suite.key_bytes]
            number = number << 8 * len(output_constant) | int.from_bytes(self._crypt(cut, output_constant), "big")
            bits += 8 * len(output_constant)
            key = self._crypt(cut, next_constant)
        return number

    def _agree(self, value: bytes) -> bytes:
        where = self._domain
        secret = self._scalar()
        own = where.pack(where.times(secret, self._generator))
        shared = where.secret(where.times(secret, where.unpack(value)))
        size = self._suite.key_bytes
        self._keys = secure.key(shared, 1, size), secure.key(shared, 2, size)
        self._tokens = self._token(own), self._token(value)
        return der.tlv("84", own)

    def _token(self, public: bytes) -> bytes:
        body = der.tlv("06", self._card.making.pace_oid) + der.tlv(self._domain.token_tag, public)
        data = der.tlv("7F49", body)
        if self._suite.aes:
            return secure.cmac(self._keys[1], data)
        return secure.des_mac(self._keys[1], secure.filled(data, 8))

    def _confirm(self, value: bytes) -> bytes:
        expected, own = self._tokens
        if value != expected:
            raise StatusError(0x6300)
        # The answer to this very command is still plain.
        self.session = secure.Session(*self._keys, bytes(self._suite.block))
        proof = self._proof() if self._card.making.mapping == "cam" else b""
        return der.tlv("86", own) + proof

    def _proof(self) -> bytes:
        """The mapping key divided by the static key, under the new key (9303-11 4.4.3.5)."""
        where = self._domain
        assert isinstance(where, ChipCurve)
        static = self._card.mapping_key.secret if self._genuine else self._card.mapping_key.secret + 1
        number = pow(static, -1, where.order) * self._mapping_secret % where.order
        width = (where.order.bit_length() + 7) // 8
        start = secure.aes(self._keys[0], bytes(16), b"\xff" * 16)
        return der.tlv("8A", secure.aes(self._keys[0], start, secure.filled(number.to_bytes(width, "big"), 16)))
