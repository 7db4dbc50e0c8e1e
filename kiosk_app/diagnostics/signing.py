"""The signature under a readiness report: made with a key of this machine, and broken by any changed byte."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

_DOMAIN: Final = b"kiosk readiness report 1\n"
_FIELD: Final = "signature"
_ALGORITHM: Final = "Ed25519"


class ReportForged(Exception):
    """The file is not what a machine has signed, or another machine signed it."""

    code = "SYS-REPORT-FORGED"


class ReportKey:
    """Signs reports (RFC 8032); `seed` are 32 bytes that stay with the machine."""

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> str:
        """The public key in hex, by which others know this machine's reports."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, document: dict[str, Any]) -> bytes:
        """The document as a file with its signature as the last field."""
        body = {**document, _FIELD: {"algorithm": _ALGORITHM, "key": self.public}}
        value = self._key.sign(_DOMAIN + _text(body)).hex()
        return _text({**body, _FIELD: {**body[_FIELD], "value": value}})


@dataclass(frozen=True)
class SignedReport:
    """A report whose signature holds: what it says, the public key in hex, and the code that its slip shows."""

    document: dict[str, Any]
    key: str
    mark: str


def verify(data: bytes, key: str = "") -> SignedReport:
    """Reads a signed report. `key` in hex is the machine's that must have signed it, empty for whichever did.

    The bytes themselves are compared with what is signed: a blank more, another order or another way to write a letter
    breaks the signature too. Raises ReportForged.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        document = json.loads(data.decode("utf-8"))
        if _text(document) != data:
            raise ReportForged("the file is not written as it was signed")
        said = document[_FIELD]
        if set(said) != {"algorithm", "key", "value"} or said["algorithm"] != _ALGORITHM:
            raise ReportForged("the signature is of an unknown kind")
        body = {**document, _FIELD: {"algorithm": _ALGORITHM, "key": said["key"]}}
        public, value = bytes.fromhex(said["key"]), bytes.fromhex(said["value"])
        if (public.hex(), value.hex()) != (said["key"], said["value"]):
            raise ReportForged("the signature is not written as it was signed")
        Ed25519PublicKey.from_public_bytes(public).verify(value, _DOMAIN + _text(body))
    except InvalidSignature:
        raise ReportForged("the content is not what was signed") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportForged(f"no signed report: {type(error).__name__}") from error
    if key and said["key"] != key.lower():
        raise ReportForged("another machine signed it")
    del document[_FIELD]
    return SignedReport(document, said["key"], mark(value))


def mark(signature: bytes) -> str:
    """The beginning of a signature in groups, short enough to compare a slip with its file by eye."""
    text = signature.hex()[:16].upper()
    return " ".join(text[at : at + 4] for at in range(0, 16, 4))


def _text(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")
