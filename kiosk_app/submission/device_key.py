"""The device key: the one secret of this machine, from which all of its other keys are derived."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from drivers.sealed import KEY_BYTES, SealBroken, seal, unseal

from .errors import StoreKeyWrong
from .key_keepers import SecretKeeper, chosen, keepers, once
from .settings import KeySource, TpmSettings

MARK: Final = "key.id"


class DeviceKey:
    """The keys derived from the secret (HKDF-SHA-256, one label each) and what they wrap."""

    def __init__(self, secret: bytes) -> None:
        self.database_key: Final = _derive(secret, b"kiosk store rows")
        self.identifier: Final = _derive(secret, b"kiosk key identifier")[:16].hex()
        self.report_seed: Final = _derive(secret, b"kiosk readiness reports")
        self.staff_key: Final = _derive(secret, b"kiosk staff gate")
        self.audit_seed: Final = _derive(secret, b"kiosk audit log")
        self._wrapping = _derive(secret, b"kiosk dossier keys")

    def wrap(self, plain: bytes, purpose: str) -> bytes:
        """Seals a small secret for one purpose, such as `dossier:{uuid}`."""
        return seal(self._wrapping, plain, purpose.encode())

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """Opens what `wrap` sealed for the same purpose. Raises StoreKeyWrong."""
        try:
            return unseal(self._wrapping, wrapped, purpose.encode())
        except SealBroken as error:
            raise StoreKeyWrong("a wrapped key does not open under this device key") from error


def _derive(secret: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=label).derive(secret)


def open_device_key(folder: Path, source: KeySource, tpm: TpmSettings | None = None) -> DeviceKey:
    """Loads the device key of a data folder, making one for a folder that holds no data yet.

    Where it is looked for: `kiosk_app.submission.key_keepers.chosen`. Raises StoreKeyWrong (TpmGone, TpmForeign,
    TpmStateChanged, TpmBlobDamaged) when the folder was made with another key or its key cannot be had: then a technician
    decides, because a new key would orphan every dossier in it.
    """
    tpm = tpm or TpmSettings()
    known = known_key(folder)
    keeper = chosen(folder, source, tpm, fresh=known is None)
    secret = keeper.load()
    if secret is None:
        if known is not None:
            raise StoreKeyWrong(_gone(keeper, folder, tpm))
        secret = keeper.create()
    key = DeviceKey(secret)
    if known is None:
        once(folder / MARK, key.identifier.encode("ascii"))
        known = known_key(folder)
    if known != key.identifier:
        raise StoreKeyWrong("this data folder was made with another device key")
    return key


def known_key(folder: Path) -> str | None:
    """The identifier of the key with which the folder was made; None while it holds no data."""
    mark = folder / MARK
    return mark.read_text("ascii").strip() if mark.exists() else None


def _gone(keeper: SecretKeeper, folder: Path, tpm: TpmSettings) -> str:
    others = [place.name for place in keepers(folder, tpm) if place.available()]
    if others:
        return f"the device key lies in {' and '.join(others)}, not in {keeper.name} as configured"
    return "the device key of this data folder is gone"
