"""What a card is made with: its PACE, its proofs of being genuine, its portrait; and the words that ask for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Final

from drivers.simulators.chip import der
from drivers.simulators.chip.curve import ChipCurve, Domain, domain

_PACE: Final = "04007F0007020204"
_CHIP: Final = "04007F0007020203"
_KEY: Final = "04007F0007020201"
# 2.23.136.1.1.5 and 0.4.0.127.0.7.1.1.4.1.
_ACTIVE_INFO: Final = "678108010105"
_ECDSA_PLAIN: Final = "04007F000701010401"


@dataclass(frozen=True)
class Suite:
    """A cipher: the last number of the object identifiers that name it, and the size of its keys."""

    number: int
    key_bytes: int

    @property
    def aes(self) -> bool:
        """Whether it is not 3DES."""
        return self.number > 1

    @property
    def block(self) -> int:
        """Bytes of a block."""
        return 16 if self.aes else 8

    @property
    def nonce_bytes(self) -> int:
        """How long PACE's nonce is: whole blocks of 128 bits, not less than the key."""
        return 16 if self.key_bytes == 16 else 32


SUITES: Final = MappingProxyType(
    {"3des": Suite(1, 16), "aes-128": Suite(2, 16), "aes-192": Suite(3, 24), "aes-256": Suite(4, 32)}
)
# Number in PACE's object identifiers, on a curve and modulo a prime.
_MAPPINGS: Final = {"gm": (2, 1), "im": (4, 3), "cam": (6, 0)}
ACTIVE_KINDS: Final = ("none", "ecdsa", "ecdsa-p384", "ecdsa-brainpool320", "rsa", "rsa-sha1", "rsa-sha512")
CHIP_KINDS: Final = ("none", *SUITES)


@dataclass(frozen=True)
class Making:
    """How a card is made. `parameters` and `chip_parameters` are numbers of 9303-11 table 6.

    `mapping` is gm, im or cam; `suite` PACE's cipher; `active` the kind of key in DG15; `chip` the cipher of chip
    authentication; `photo` the least bytes of the portrait (0: as it comes); `picture` jpeg or jp2; `explicit` spells
    the curves of the static keys out.
    """

    mapping: str = "gm"
    suite: str = "aes-128"
    parameters: int = 12
    active: str = "ecdsa"
    chip: str = "aes-128"
    chip_parameters: int = 12
    photo: int = 0
    picture: str = "jpeg"
    explicit: bool = False
    wrong_hash: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for what no card can be."""
        if self.mapping not in _MAPPINGS or self.suite not in SUITES:
            raise ValueError(f"no such PACE: {self.mapping} {self.suite}")
        if self.active not in ACTIVE_KINDS or self.chip not in CHIP_KINDS or self.picture not in ("jpeg", "jp2"):
            raise ValueError(f"no such card: {self.active} {self.chip} {self.picture}")
        if not 0 <= self.photo <= 60_000:
            raise ValueError("a portrait has at most 60000 bytes")
        try:
            curves = isinstance(domain(self.parameters), ChipCurve)
            domain(self.chip_parameters)
        except KeyError as error:
            raise ValueError(f"no such domain parameters: {error}") from None
        if self.mapping == "cam" and (not curves or self.suite == "3des"):
            raise ValueError("the chip authentication mapping needs a curve and AES")

    def asked(self, words: str) -> Making:
        """The same with `name=value` words changed, as people ask for it. Raises ValueError."""
        kinds = {field_.name: type(getattr(self, field_.name)) for field_ in fields(self)}
        changes: dict[str, object] = {}
        for word in words.split():
            name, _, value = word.partition("=")
            if name not in kinds:
                raise ValueError(f"no such property of a card: {name}")
            changes[name] = value.lower() in ("1", "yes", "true") if kinds[name] is bool else kinds[name](value)
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def pace_oid(self) -> bytes:
        """PACE's object identifier, contents only."""
        on_curve = isinstance(domain(self.parameters), ChipCurve)
        number = _MAPPINGS[self.mapping][0 if on_curve else 1]
        return bytes.fromhex(_PACE) + bytes((number, SUITES[self.suite].number))

    @property
    def chip_oid(self) -> bytes:
        """Chip authentication's object identifier, contents only."""
        kind = 2 if isinstance(domain(self.chip_parameters), ChipCurve) else 1
        return bytes.fromhex(_CHIP) + bytes((kind, SUITES[self.chip].number))

    @property
    def pace_info(self) -> bytes:
        """PACEInfo."""
        return der.sequence(der.tlv("06", self.pace_oid), der.integer(2), der.integer(self.parameters))


@dataclass(frozen=True)
class StaticKey:
    """A key pair of the chip on a domain; the public half is written into a signed file."""

    domain_id: int
    secret: int = field(repr=False)

    @property
    def domain(self) -> Domain:
        """Where the key lives."""
        return domain(self.domain_id)

    def info(self, *, explicit: bool, key_id: int | None = None) -> bytes:
        """ChipAuthenticationPublicKeyInfo (9303-11 9.2.6)."""
        kind = b"\x02" if isinstance(self.domain, ChipCurve) else b"\x01"
        reference = b"" if key_id is None else der.integer(key_id)
        return der.sequence(der.tlv("06", bytes.fromhex(_KEY) + kind), subject_key(self, explicit=explicit), reference)


def chip_infos(making: Making, key: StaticKey) -> bytes:
    """ChipAuthenticationInfo and the key it is for; nothing for a card without."""
    if making.chip == "none":
        return b""
    return der.sequence(der.tlv("06", making.chip_oid), der.integer(1)) + key.info(explicit=making.explicit)


def active_info(making: Making) -> bytes:
    """ActiveAuthenticationInfo, which a card with ECDSA must have (9303-11 9.2.4)."""
    if not making.active.startswith("ecdsa"):
        return b""
    number = 4 if making.active == "ecdsa-p384" else 3
    algorithm = der.tlv("06", bytes.fromhex(_ECDSA_PLAIN) + bytes((number,)))
    return der.sequence(der.tlv("06", bytes.fromhex(_ACTIVE_INFO)), der.integer(1), algorithm)


def subject_key(key: StaticKey, *, explicit: bool) -> bytes:
    """SubjectPublicKeyInfo: the domain by its standard number, or spelt out."""
    where = key.domain
    public = where.pack(where.times(key.secret, where.generator))
    if isinstance(where, ChipCurve):
        if not explicit:
            algorithm = der.sequence(der.oid("0.4.0.127.0.7.1.2"), der.integer(key.domain_id))
            return der.sequence(algorithm, der.tlv("03", b"\x00", public))
        coefficients = der.sequence(
            der.octets(where.a.to_bytes(where.width, "big")), der.octets(where.b.to_bytes(where.width, "big"))
        )
        spelt = der.sequence(
            der.integer(1),
            der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(where.prime)),
            coefficients,
            der.octets(where.pack(where.generator)),
            der.integer(where.order),
            der.integer(1),
        )
        return der.sequence(der.sequence(der.oid("1.2.840.10045.2.1"), spelt), der.tlv("03", b"\x00", public))
    number = der.integer(int.from_bytes(public, "big"))
    parameters = der.sequence(der.integer(where.prime), der.integer(where.generator))
    return der.sequence(der.sequence(der.oid("1.2.840.113549.1.3.1"), parameters), der.tlv("03", b"\x00", number))


def drawn(seed: bytes, purpose: str, below: int) -> int:
    """A number from 1 to `below` - 1 that belongs to a seed and a purpose."""
    material = b"".join(hashlib.sha512(seed + purpose.encode() + bytes((n,))).digest() for n in range(3))
    return int.from_bytes(material, "big") % (below - 1) + 1
