"""What an administrator does with the device key: sees where it lies, moves it, keeps a way back on paper and takes it."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from drivers.durable import write_durably
from drivers.sealed import KEY_BYTES, SealBroken, seal, unseal

from .device_key import DeviceKey, known_key
from .errors import StoreKeyWrong, SubmissionError, disk_errors
from .key_keepers import SecretKeeper, keepers
from .settings import KeySource, TpmSettings

RECOVERY: Final = "device.recovery"
_WORD_BYTES: Final = 20
"""160 bits: 32 letters of base 32, eight groups of four to type."""
_PURPOSE: Final = b"kiosk device key, recovery copy 1"


class RecoveryRefused(SubmissionError):
    """The recovery key is not the one of this machine's recovery copy, or there is no copy."""

    default_code = "STO-RECOVERY"


@dataclass(frozen=True)
class KeyPlace:
    """Where the secret lies. `beside` names further places that still have it; `source` is empty where there is none."""

    source: str
    beside: tuple[str, ...]
    recovery: bool


def place_of(folder: Path, source: KeySource, tpm: TpmSettings) -> KeyPlace:
    """Where the secret of a data folder lies, as files say; nothing is opened."""
    found = [keeper.name for keeper in keepers(folder, tpm) if keeper.available()]
    first = source if source in found else found[0] if source == "auto" and found else ""
    return KeyPlace(first, tuple(name for name in found if name != first), (folder / RECOVERY).exists())


def move(folder: Path, to: KeySource, tpm: TpmSettings) -> KeyPlace:
    """Puts the secret into another keeper; asking for the one that has it seals it anew, with the registers as they are now.

    The former place is emptied only after the secret was read back from the new one, so a power cut leaves one or both. What
    another program gave (a unit's credential) stays and is told in `beside`. Raises StoreKeyWrong, StoreFull, StoreFailed.
    """
    secret = held_secret(folder, tpm)
    _put(folder, to, tpm, secret)
    return place_of(folder, to, tpm)


def held_secret(folder: Path, tpm: TpmSettings) -> bytes:
    """The secret from whichever place opens and fits the folder. Raises StoreKeyWrong with the first place's reason."""
    reason: StoreKeyWrong | None = None
    for keeper in keepers(folder, tpm):
        try:
            secret = keeper.load()
        except StoreKeyWrong as error:
            reason = reason or error
            continue
        if secret is not None and DeviceKey(secret).identifier == known_key(folder):
            return secret
    raise reason or StoreKeyWrong("the device key of this data folder is gone")


def make_recovery(folder: Path, tpm: TpmSettings) -> str:
    """A new recovery key, to be written down: it opens this disk without the TPM; an earlier one is void.

    The copy on the disk is sealed under it (AES-256-GCM, key by HKDF), so neither paper nor disk alone says anything.
    Raises StoreKeyWrong, StoreFull, StoreFailed.
    """
    word = os.urandom(_WORD_BYTES)
    copy = seal(_copy_key(word), held_secret(folder, tpm), _PURPOSE)
    with disk_errors("recovery copy"):
        write_durably(folder / RECOVERY, copy)
    letters = base64.b32encode(word).decode("ascii")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def recover(folder: Path, typed: str, to: KeySource, tpm: TpmSettings) -> KeyPlace:
    """Takes the secret from the recovery copy and puts it into a keeper, in the place of what does not open any more.

    Raises RecoveryRefused, StoreKeyWrong, StoreFull, StoreFailed; then nothing has changed.
    """
    try:
        copy = (folder / RECOVERY).read_bytes()
    except OSError as error:
        raise RecoveryRefused("no recovery copy was made on this machine") from error
    try:
        secret = unseal(_copy_key(_word(typed)), copy, _PURPOSE)
    except SealBroken as error:
        raise RecoveryRefused("the recovery key is another one") from error
    if DeviceKey(secret).identifier != known_key(folder):
        raise RecoveryRefused("the recovery copy is of another data folder")
    _put(folder, to, tpm, secret)
    return place_of(folder, to, tpm)


def _put(folder: Path, to: KeySource, tpm: TpmSettings, secret: bytes) -> None:
    places = {keeper.name: keeper for keeper in keepers(folder, tpm)}
    target: SecretKeeper = places.pop(to)
    target.keep(secret)
    if target.load() != secret:
        raise StoreKeyWrong(f"{to} does not give back what was put into it")
    for other in places.values():
        other.forget()


def _copy_key(word: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(word)


def _word(typed: str) -> bytes:
    """What was written down, however it is parted; base 32 has no 0, 1 and 8, which are taken for O, I and B."""
    letters = "".join(typed.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
    try:
        word = base64.b32decode(letters)
    except ValueError as error:
        raise RecoveryRefused("32 letters and digits are expected") from error
    if len(word) != _WORD_BYTES:
        raise RecoveryRefused("32 letters and digits are expected")
    return word
