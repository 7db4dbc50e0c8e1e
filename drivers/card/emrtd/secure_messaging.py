"""Secure messaging of ICAO 9303-11 9.8: commands are encrypted and MACed, answers are believed only with a good MAC."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

from drivers import memory
from drivers.card.emrtd import tlv
from drivers.card.emrtd.apdu import Channel, Command, Response
from drivers.card.emrtd.crypto import CipherKind, Key, aes_block, cbc_decrypt, cbc_encrypt, mac, pad, unpad
from drivers.errors import DeviceError

# What 256 bytes leave for plain data: 232 or 224 padded, then tags, status or Le, and MAC.
SHORT_TDES: Final = 231
SHORT_AES: Final = 223


@dataclass(frozen=True)
class SessionKeys:
    """What an access protocol ends with: the cipher, both keys and the send sequence counter's first value."""

    cipher: CipherKind
    enc: Key = field(repr=False)
    mac: Key = field(repr=False)
    ssc: bytes = field(repr=False)

    def wipe(self) -> None:
        """Overwrites both keys in their place, as far as they are bytearrays."""
        memory.wipe(*(key for key in (self.enc, self.mac) if isinstance(key, bytearray)))


class SessionLostError(DeviceError):
    """The chip left secure messaging: it answered with a naked status, and its session keys are gone (9.8.8)."""

    def __init__(self, sw: int) -> None:
        super().__init__("CRD-GARBLED", f"the chip ended secure messaging with {sw:04X}")
        self.sw = sw


class SecureChannel:
    """A channel whose every command and answer is protected; one broken answer ends it for good."""

    def __init__(self, inner: Channel, keys: SessionKeys) -> None:
        self._inner = inner
        self._keys = keys
        self._ssc = int.from_bytes(keys.ssc, "big")
        self._broken = False

    @property
    def cipher(self) -> CipherKind:
        """The session's cipher; it decides how many plain bytes fit into a short answer."""
        return self._keys.cipher

    @property
    def extended(self) -> bool | None:
        """As the chip below."""
        return self._inner.extended

    @property
    def short_data(self) -> int:
        """Most plain bytes that fit into a short command or answer once padded, tagged and MACed."""
        return SHORT_TDES if self._keys.cipher is CipherKind.TDES else SHORT_AES

    def rekeyed(self, keys: SessionKeys) -> SecureChannel:
        """A new session of the same chip, as chip authentication starts one (9303-11 6.2.3)."""
        self.close()
        return SecureChannel(self._inner, keys)

    def close(self) -> None:
        """Ends the session on this side: nothing is sent any more, and its keys are wiped."""
        self._broken = True
        self._keys.wipe()

    def send(self, command: Command) -> Response:
        """Protects, sends, verifies. Raises SessionLostError on a naked status, CRD-GARBLED on a bad MAC."""
        if self._broken:
            raise DeviceError("CRD-GARBLED", "secure messaging has already ended")
        try:
            return self._unwrap(self._inner.send(self._wrap(command)))
        except BaseException:
            self._broken = True
            raise

    def _next_counter(self) -> bytes:
        size = self._keys.cipher.block_bytes
        self._ssc = (self._ssc + 1) % (1 << 8 * size)
        return self._ssc.to_bytes(size, "big")

    def _iv(self, counter: bytes) -> bytes:
        # 3DES starts from zero, AES from the encrypted counter (9.8.6.1).
        return bytes(8) if self._keys.cipher is CipherKind.TDES else aes_block(self._keys.enc, counter)

    def _mac(self, counter: bytes, *blocks: bytes) -> bytes:
        size = self._keys.cipher.block_bytes
        return mac(self._keys.cipher, self._keys.mac, counter + b"".join(pad(block, size) for block in blocks if block))

    def _wrap(self, command: Command) -> Command:
        counter = self._next_counter()
        cipher = self._keys.cipher
        header = bytes([command.cla | 0x0C, command.ins, command.p1, command.p2])
        body = b""
        if command.data:
            sealed = cbc_encrypt(cipher, self._keys.enc, self._iv(counter), pad(command.data, cipher.block_bytes))
            # Odd instructions carry TLV, whose object has no padding indicator (9.8.4).
            body += tlv.encode(0x85, sealed) if command.ins & 1 else tlv.encode(0x87, b"\x01" + sealed)
        if command.le is not None:
            body += tlv.encode(0x97, _expected(command))
        checksum = self._mac(counter, header, body)
        long = command.extended or len(body) + 10 > 255
        data = body + tlv.encode(0x8E, checksum)
        return Command(header[0], command.ins, command.p1, command.p2, data, 0x10000 if long else 256)

    def _unwrap(self, response: Response) -> Response:
        counter = self._next_counter()
        if not response.data:
            raise SessionLostError(response.sw)
        signed, sealed, indicated, status, checksum = b"", None, False, None, None
        try:
            for element in tlv.children(response.data):
                if element.tag in (0x87, 0x85):
                    sealed, indicated = element.value, element.tag == 0x87
                elif element.tag == 0x99:
                    status = element.value
                elif element.tag == 0x8E:
                    checksum = element.value
                    break
                signed += tlv.encode(element.tag, element.value)
        except tlv.TlvError as error:
            raise DeviceError("CRD-GARBLED", f"protected answer: {error}") from error
        if checksum is None or not hmac.compare_digest(checksum, self._mac(counter, signed)):
            raise DeviceError("CRD-GARBLED", "the chip's MAC is wrong")
        if status is None or len(status) != 2:
            raise DeviceError("CRD-GARBLED", "a protected answer without status")
        return Response(self._open(counter, sealed, indicated), int.from_bytes(status, "big"))

    def _open(self, counter: bytes, sealed: bytes | None, indicated: bool) -> bytes:
        if sealed is None:
            return b""
        if indicated:
            if sealed[:1] != b"\x01":
                raise DeviceError("CRD-GARBLED", "an unknown padding indicator")
            sealed = sealed[1:]
        cipher = self._keys.cipher
        try:
            return unpad(cbc_decrypt(cipher, self._keys.enc, self._iv(counter), sealed))
        except ValueError as error:
            raise DeviceError("CRD-GARBLED", f"protected data: {error}") from error


def _expected(command: Command) -> bytes:
    le = command.le or 0
    return (le & 0xFFFF).to_bytes(2, "big") if le > 256 else bytes([le & 0xFF])
