"""The issuer: a CSCA, its document signer, and cards of the fictional people with signed files."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.simulators.chip import der
from drivers.simulators.chip.people import Person
from drivers.simulators.chip.portrait import HEIGHT, WIDTH, portrait

CARD_ACCESS: Final = 0x011C
COM: Final = 0x011E
SOD: Final = 0x011D
_LDS_SECURITY_OBJECT: Final = "2.23.136.1.1.1"
_SHA256: Final = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256: Final = der.sequence(der.oid("1.2.840.10045.4.3.2"))
# Fixed, so that the same seed gives the same certificates on any day.
_FROM: Final = datetime(2015, 1, 1, tzinfo=UTC)
_TO: Final = datetime(2060, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Suite:
    """A cipher of PACE-ECDH-GM: the last number of its object identifier, and the size of its keys."""

    number: int
    key_bytes: int

    @property
    def aes(self) -> bool:
        """Whether it is not 3DES."""
        return self.number > 1

    @property
    def oid(self) -> bytes:
        """The contents of the object identifier 0.4.0.127.0.7.2.2.4.2.number."""
        return bytes.fromhex("04007F000702020402") + bytes((self.number,))


SUITES: Final = MappingProxyType(
    {"3des": Suite(1, 16), "aes-128": Suite(2, 16), "aes-192": Suite(3, 24), "aes-256": Suite(4, 32)}
)


@dataclass(frozen=True)
class Card:
    """What an issuer writes into a chip: files by their identifiers, and the passwords that open it."""

    person: Person
    files: Mapping[int, bytes] = field(repr=False)
    parameter_id: int
    suite: str = "aes-128"


class Issuer:
    """Makes certificates once and cards on demand. With a `seed` everything comes out the same every time."""

    def __init__(self, seed: str | None = None, label: str = "Kiosk Simulation") -> None:
        self._seed = hashlib.sha256((seed if seed is not None else secrets.token_hex(32)).encode()).digest()
        self._country_key = self._private_key("csca")
        self._signer_key = self._private_key("signer")
        csca = _name(f"{label} CSCA")
        self._csca = self._certificate(csca, csca, self._country_key, authority=True)
        self._signer = self._certificate(_name(f"{label} Document Signer"), csca, self._signer_key, authority=False)

    @property
    def csca_pem(self) -> bytes:
        """The certificate to trust."""
        return self._csca.public_bytes(serialization.Encoding.PEM)

    def write_csca(self, folder: Path) -> Path:
        """Writes csca.pem into `folder`, made if needed."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "csca.pem"
        path.write_bytes(self.csca_pem)
        return path

    def card(self, person: Person, *, parameter_id: int = 12, suite: str = "aes-128", wrong_hash: bool = False) -> Card:
        """A chip's content. `parameter_id` and `suite` are PACE's; `wrong_hash` signs another portrait than is stored."""
        pace = der.set_of(
            der.sequence(der.tlv("06", SUITES[suite].oid), der.integer(2), der.integer(parameter_id)),
        )
        groups = {
            1: der.tlv("61", der.tlv("5F1F", person.mrz.encode("ascii"))),
            2: _dg2(portrait(person.key)),
            3: der.tlv("63", der.tlv("7F61", der.tlv("02", b"\x00"))),
            13: _dg13(person),
            14: der.tlv("6E", pace),
        }
        digests = {number: hashlib.sha256(content).digest() for number, content in groups.items()}
        if wrong_hash:
            digests[2] = hashlib.sha256(b"another portrait").digest()
        com = der.tlv(
            "60",
            der.tlv("5F01", b"0107"),
            der.tlv("5F36", b"040000"),
            der.tlv("5C", bytes.fromhex("6175636D6E")),
        )
        files = {0x0100 + number: content for number, content in groups.items()}
        files |= {CARD_ACCESS: pace, COM: com, SOD: self._sod(digests)}
        return Card(person, MappingProxyType(files), parameter_id, suite)

    def _private_key(self, purpose: str) -> ec.EllipticCurvePrivateKey:
        material = hashlib.sha512(self._seed + purpose.encode()).digest()
        # 512 bits taken modulo the 256-bit order: even enough, and never zero in practice.
        order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        return ec.derive_private_key(int.from_bytes(material, "big") % (order - 1) + 1, ec.SECP256R1())

    def _certificate(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool
    ) -> x509.Certificate:
        serial = int.from_bytes(hashlib.sha256(self._seed + subject.public_bytes()).digest()[:12], "big") | 1
        usage = x509.KeyUsage(
            digital_signature=not authority,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=authority,
            crl_sign=authority,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(_FROM)
            .not_valid_after(_TO)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._country_key.public_key()), critical=False
            )
        )
        if authority:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return builder.sign(self._country_key, hashes.SHA256(), ecdsa_deterministic=True)

    def _sod(self, digests: Mapping[int, bytes]) -> bytes:
        """EF.SOD: CMS signed data over the list of hashes (RFC 5652, ICAO 9303-10 4.6.2.2)."""
        listed = der.sequence(
            der.integer(0),
            _SHA256,
            der.sequence(
                *(der.sequence(der.integer(number), der.octets(value)) for number, value in sorted(digests.items()))
            ),
        )
        attributes = der.set_of(
            der.sequence(der.oid("1.2.840.113549.1.9.3"), der.set_of(der.oid(_LDS_SECURITY_OBJECT))),
            der.sequence(der.oid("1.2.840.113549.1.9.4"), der.set_of(der.octets(hashlib.sha256(listed).digest()))),
        )
        signature = self._signer_key.sign(attributes, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        signer = der.sequence(
            der.integer(1),
            der.sequence(self._signer.issuer.public_bytes(), der.integer(self._signer.serial_number)),
            _SHA256,
            b"\xa0" + attributes[1:],
            _ECDSA_SHA256,
            der.octets(signature),
        )
        signed = der.sequence(
            der.integer(3),
            der.set_of(_SHA256),
            der.sequence(der.oid(_LDS_SECURITY_OBJECT), der.tlv("A0", der.octets(listed))),
            der.tlv("A0", self._signer.public_bytes(serialization.Encoding.DER)),
            der.set_of(signer),
        )
        return der.tlv("77", der.sequence(der.oid("1.2.840.113549.1.7.2"), der.tlv("A0", signed)))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulation, not an authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _dg2(picture: bytes) -> bytes:
    """DG2 with one facial record of ISO 19794-5 (9303-10 4.7.2)."""
    image = bytes.fromhex("0100") + WIDTH.to_bytes(2, "big") + HEIGHT.to_bytes(2, "big") + bytes(6)
    size = 20 + len(image) + len(picture)
    facial = size.to_bytes(4, "big") + bytes(16) + image + picture
    record = b"FAC\x00010\x00" + (14 + size).to_bytes(4, "big") + b"\x00\x01" + facial
    header = der.tlv(
        "A1",
        der.tlv("80", b"\x01\x01"),
        der.tlv("81", b"\x02"),
        der.tlv("87", b"\x01\x01"),
        der.tlv("88", b"\x00\x08"),
    )
    template = der.tlv("7F60", header, der.tlv("5F2E", record))
    return der.tlv("75", der.tlv("7F61", der.tlv("02", b"\x01"), template))


def _dg13(person: Person) -> bytes:
    """DG13 of the Vietnamese card: numbered lines of text."""
    day = "%d/%m/%Y"
    lines = {
        1: person.number,
        2: person.name,
        3: person.birth.strftime(day),
        4: person.sex_word,
        5: "Việt Nam",
        6: "Kinh",
        7: "Không",
        8: person.home_town,
        9: person.residence,
        10: "Không có",
        11: person.issued.strftime(day),
        12: person.expires.strftime(day) if person.expires else "Không thời hạn",
    }
    if person.old_number:
        lines[16] = person.old_number
    written = [der.sequence(der.tlv("02", bytes((number,))), der.utf8(text)) for number, text in lines.items()]
    parents = der.sequence(
        der.tlv("02", b"\x0d"),
        der.sequence(der.utf8(person.father)),
        der.sequence(der.utf8(person.mother)),
    )
    return der.tlv("6D", *written, parents)
