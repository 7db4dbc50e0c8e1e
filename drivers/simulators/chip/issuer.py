"""The issuer: a CSCA, its document signer, and cards of the fictional people with signed files."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.simulators.chip import der
from drivers.simulators.chip.curve import domain
from drivers.simulators.chip.files import com, dg2, dg13
from drivers.simulators.chip.making import Making, StaticKey, active_info, chip_infos, drawn
from drivers.simulators.chip.people import Person
from drivers.simulators.chip.portrait import portrait
from drivers.simulators.chip.signing import Signer, signer

CARD_ACCESS: Final = 0x011C
COM: Final = 0x011E
SOD: Final = 0x011D
# Outside the application; inside, the same identifier is EF.SOD.
CARD_SECURITY: Final = 0x1011D
_LDS_SECURITY_OBJECT: Final = "2.23.136.1.1.1"
_SECURITY_OBJECT: Final = "0.4.0.127.0.7.3.2.1"
_SHA256: Final = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256: Final = der.sequence(der.oid("1.2.840.10045.4.3.2"))
# Fixed, so that the same seed gives the same certificates on any day.
_FROM: Final = datetime(2015, 1, 1, tzinfo=UTC)
_TO: Final = datetime(2060, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """What an issuer writes into a chip: files by their identifiers, and the secrets that never leave it."""

    person: Person
    files: Mapping[int, bytes] = field(repr=False)
    making: Making
    chip_key: StaticKey = field(repr=False)
    mapping_key: StaticKey = field(repr=False)
    signer: Signer | None = field(default=None, repr=False)


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

    def card(self, person: Person, making: Making | None = None, **changes: Any) -> Card:
        """A chip's content; `changes` are fields of Making. Raises ValueError."""
        making = replace(making or Making(), **changes)
        seed = self._seed + person.number.encode()
        chip_key = StaticKey(making.chip_parameters, self._secret(seed, "chip", making.chip_parameters))
        mapping_key = StaticKey(making.parameters, self._secret(seed, "mapping", making.parameters))
        active = signer(making.active, seed) if making.active != "none" else None
        options = [making.pace_info, chip_infos(making, chip_key), active_info(making)]
        groups = {
            1: der.tlv("61", der.tlv("5F1F", person.mrz.encode("ascii"))),
            2: dg2(portrait(person.key, making.photo, making.picture)),
            3: der.tlv("63", der.tlv("7F61", der.tlv("02", b"\x00"))),
            13: dg13(person),
            14: der.tlv("6E", der.tlv("31", *(option for option in options if option))),
        }
        if active is not None:
            groups[15] = active.dg15()
        digests = {number: hashlib.sha256(content).digest() for number, content in groups.items()}
        if making.wrong_hash:
            digests[2] = hashlib.sha256(b"another portrait").digest()
        files = {0x0100 + number: content for number, content in groups.items()}
        files |= {CARD_ACCESS: der.set_of(making.pace_info), COM: com(groups), SOD: self._sod(digests)}
        if making.mapping == "cam":
            # Numbered, since a chip may have other keys; the key of the mapping lives where PACE runs.
            infos = (making.pace_info, mapping_key.info(explicit=making.explicit, key_id=making.parameters))
            signed = self._signed(_SECURITY_OBJECT, der.tlv("31", *infos))
            files[CARD_SECURITY] = signed
        return Card(person, MappingProxyType(files), making, chip_key, mapping_key, active)

    @staticmethod
    def _secret(seed: bytes, purpose: str, parameters: int) -> int:
        return drawn(seed, purpose, domain(parameters).order)

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
        """EF.SOD: the list of hashes, signed (ICAO 9303-10 4.6.2.2)."""
        listed = der.sequence(
            der.integer(0),
            _SHA256,
            der.sequence(
                *(der.sequence(der.integer(number), der.octets(value)) for number, value in sorted(digests.items()))
            ),
        )
        return der.tlv("77", self._signed(_LDS_SECURITY_OBJECT, listed))

    def _signed(self, kind: str, content: bytes) -> bytes:
        """CMS signed data (RFC 5652)."""
        attributes = der.set_of(
            der.sequence(der.oid("1.2.840.113549.1.9.3"), der.set_of(der.oid(kind))),
            der.sequence(der.oid("1.2.840.113549.1.9.4"), der.set_of(der.octets(hashlib.sha256(content).digest()))),
        )
        signature = self._signer_key.sign(attributes, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        signer_info = der.sequence(
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
            der.sequence(der.oid(kind), der.tlv("A0", der.octets(content))),
            der.tlv("A0", self._signer.public_bytes(serialization.Encoding.DER)),
            der.set_of(signer_info),
        )
        return der.sequence(der.oid("1.2.840.113549.1.7.2"), der.tlv("A0", signed))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulation, not an authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
