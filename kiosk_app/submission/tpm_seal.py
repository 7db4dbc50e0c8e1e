"""A secret sealed by the machine's TPM 2.0: only this chip opens it, and only while the machine has started as it did then.

The library (tpm2-pytss over Debian's tpm2-tss) is imported when a TPM is to be used, and may be missing where there is none.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .errors import StoreKeyWrong
from .settings import TpmSettings

if TYPE_CHECKING:
    from tpm2_pytss import ESAPI, ESYS_TR

VERSION: Final = 1
BANK: Final = "sha256"
REGISTERS: Final = range(24)
"""The platform configuration registers (PCR) of a PC."""


class TpmGone(StoreKeyWrong):
    """There is no TPM, no library to talk to it, no right to use it, or it does not answer as one."""

    default_code = "STO-TPM"


class TpmForeign(StoreKeyWrong):
    """This is not the TPM that sealed: the board was changed, or the TPM was cleared."""

    default_code = "STO-TPM-FOREIGN"


class TpmStateChanged(StoreKeyWrong):
    """The machine started otherwise than when the secret was sealed: a register of the policy has another value."""

    default_code = "STO-TPM-STATE"


class TpmBlobDamaged(StoreKeyWrong):
    """What was sealed is no longer whole: the file is damaged, or somebody changed it."""

    default_code = "STO-TPM-BLOB"


def usable(settings: TpmSettings) -> bool:
    """Whether a TPM answers there and makes its storage key for us. Takes a moment; changes nothing."""
    with suppress(TpmGone), _opened(settings.tcti) as tpm, _root(tpm):
        return True
    return False


def seal(secret: bytes, settings: TpmSettings) -> bytes:
    """The secret, 1 to 128 bytes, as text that only this TPM opens. Raises TpmGone.

    The object is a keyed hash object under the storage root key and leaves this TPM in no other way (fixedTPM, fixedParent).
    It has no password that could be guessed, so the TPM's lock-out after others' wrong passwords does not concern it (noDA).
    """
    with _opened(settings.tcti) as tpm, _root(tpm) as root, _whispering(tpm, root) as session:
        from tpm2_pytss import TPM2B_PUBLIC, TPM2B_SENSITIVE_CREATE, TPMA_OBJECT, TPMS_SENSITIVE_CREATE

        attributes = TPMA_OBJECT.FIXEDTPM | TPMA_OBJECT.FIXEDPARENT | TPMA_OBJECT.NODA
        if not settings.registers:
            attributes |= TPMA_OBJECT.USERWITHAUTH
        template = TPM2B_PUBLIC.parse("keyedhash", objectAttributes=attributes)
        if settings.registers:
            with _policy(tpm, settings.registers, trial=True) as policy:
                template.publicArea.authPolicy = tpm.policy_get_digest(policy)
        sensitive = TPM2B_SENSITIVE_CREATE(TPMS_SENSITIVE_CREATE(data=secret))
        private, public, *_ = tpm.create(root, sensitive, template, session1=session)
        said = {
            "version": VERSION,
            "registers": list(settings.registers),
            "root": root.get_name(tpm).name.hex(),
            "public": _text(public.marshal()),
            "private": _text(private.marshal()),
        }
    return (json.dumps(said, indent=1) + "\n").encode("ascii")


def unseal(sealed: bytes, settings: TpmSettings) -> bytes:
    """The secret again; `settings.registers` do not matter, the text says its own.

    Raises TpmGone, TpmForeign, TpmStateChanged, TpmBlobDamaged.
    """
    text = _Sealed.read(sealed)
    with _opened(settings.tcti) as tpm, _root(tpm) as root:
        # Asked before the session is made: its salt goes to this key, and a chip put between could offer one of its own.
        if root.get_name(tpm).name.hex() != text.root:
            raise TpmForeign("the storage key is not the one of the TPM that sealed")
        with _whispering(tpm, root) as session, _loaded(tpm, root, text) as item:
            if not text.registers:
                return bytes(tpm.unseal(item, session1=session))
            with _policy(tpm, text.registers) as policy:
                return _by_policy(tpm, item, policy, session)


def _by_policy(tpm: ESAPI, item: ESYS_TR, policy: ESYS_TR, session: ESYS_TR) -> bytes:
    from tpm2_pytss import TPM2_RC, TSS2_Exception

    try:
        return bytes(tpm.unseal(item, session1=policy, session2=session))
    except TSS2_Exception as error:
        if error.error in (TPM2_RC.POLICY_FAIL, TPM2_RC.PCR_CHANGED):
            raise TpmStateChanged("a register of the policy has another value than when the key was sealed") from error
        raise


@dataclass(frozen=True)
class _Sealed:
    registers: tuple[int, ...]
    root: str
    public: bytes
    private: bytes

    @staticmethod
    def read(sealed: bytes) -> _Sealed:
        try:
            said: Any = json.loads(sealed)
            if said["version"] != VERSION:
                raise TpmBlobDamaged("written by another version of the software")
            registers = tuple(said["registers"])
            if not all(isinstance(one, int) and one in REGISTERS for one in registers):
                raise ValueError
            return _Sealed(registers, str(said["root"]), _bytes(said["public"]), _bytes(said["private"]))
        except (ValueError, KeyError, TypeError) as error:
            raise TpmBlobDamaged("not what a TPM has sealed") from error


@contextmanager
def _opened(tcti: str) -> Iterator[ESAPI]:
    """The TPM for the length of the block; what it says no to without another meaning is TpmGone."""
    # The library tells each refusal on stderr, although it returns it as well.
    os.environ.setdefault("TSS2_LOG", "all+NONE")
    try:
        from tpm2_pytss import ESAPI, TSS2_Exception
    except (ImportError, OSError, NotImplementedError) as error:
        raise TpmGone("the library of the TPM cannot be loaded") from error
    try:
        tpm = ESAPI(tcti)
    except (TSS2_Exception, RuntimeError, ValueError) as error:
        raise TpmGone(f"no TPM answers at {tcti}") from error
    try:
        yield tpm
    except TSS2_Exception as error:
        raise TpmGone(f"the TPM refused: {error}") from error
    finally:
        tpm.close()


@contextmanager
def _root(tpm: ESAPI) -> Iterator[ESYS_TR]:
    """The storage root key: ECC P-256 as in TCG's EK Credential Profile, template of section B.4.5, made anew from the seed.

    The owner's hierarchy has no password on machines whose TPM nobody took into possession; another one is TpmGone.
    """
    from tpm2_pytss import ESYS_TR, TPM2B_PUBLIC, TPM2B_SENSITIVE_CREATE, TPMA_OBJECT

    attributes = (
        TPMA_OBJECT.FIXEDTPM
        | TPMA_OBJECT.FIXEDPARENT
        | TPMA_OBJECT.SENSITIVEDATAORIGIN
        | TPMA_OBJECT.USERWITHAUTH
        | TPMA_OBJECT.NODA
        | TPMA_OBJECT.RESTRICTED
        | TPMA_OBJECT.DECRYPT
    )
    template = TPM2B_PUBLIC.parse("ecc256:aes128cfb", objectAttributes=attributes)
    template.publicArea.unique.ecc.x = bytes(32)
    template.publicArea.unique.ecc.y = bytes(32)
    root, *_ = tpm.create_primary(TPM2B_SENSITIVE_CREATE(), template, ESYS_TR.OWNER)
    with _flushed(tpm, root):
        yield root


@contextmanager
def _whispering(tpm: ESAPI, root: ESYS_TR) -> Iterator[ESYS_TR]:
    """A session whose first parameter nobody on the bus can read: HMAC salted to the storage key, AES-128 in CFB."""
    from tpm2_pytss import ESYS_TR, TPM2_ALG, TPM2_SE, TPMA_SESSION

    session = tpm.start_auth_session(root, ESYS_TR.NONE, TPM2_SE.HMAC, "aes128cfb", TPM2_ALG.SHA256)
    with _flushed(tpm, session):
        tpm.trsess_set_attributes(session, TPMA_SESSION.CONTINUESESSION | TPMA_SESSION.DECRYPT | TPMA_SESSION.ENCRYPT)
        yield session


@contextmanager
def _policy(tpm: ESAPI, registers: tuple[int, ...], trial: bool = False) -> Iterator[ESYS_TR]:
    from tpm2_pytss import ESYS_TR, TPM2_ALG, TPM2_SE, TPML_PCR_SELECTION

    kind = TPM2_SE.TRIAL if trial else TPM2_SE.POLICY
    session = tpm.start_auth_session(ESYS_TR.NONE, ESYS_TR.NONE, kind, "null", TPM2_ALG.SHA256)
    with _flushed(tpm, session):
        # No digest is given: the TPM takes what its registers say now.
        chosen = TPML_PCR_SELECTION.parse(f"{BANK}:{','.join(str(one) for one in registers)}")
        tpm.policy_pcr(session, b"", chosen)
        yield session


@contextmanager
def _loaded(tpm: ESAPI, root: ESYS_TR, text: _Sealed) -> Iterator[ESYS_TR]:
    from tpm2_pytss import TPM2B_PRIVATE, TPM2B_PUBLIC, TSS2_Exception

    try:
        public, _ = TPM2B_PUBLIC.unmarshal(text.public)
        private, _ = TPM2B_PRIVATE.unmarshal(text.private)
    except TSS2_Exception as error:
        raise TpmBlobDamaged("not what a TPM has sealed") from error
    try:
        item = tpm.load(root, private, public)
    except TSS2_Exception as error:
        # The storage key is the right one, so what it finds wrong with the file was changed since (format-one codes are
        # about a parameter; the others, such as a chip without room, are not about the file).
        if not error.fmt1:
            raise
        raise TpmBlobDamaged("the TPM does not take what it sealed: the file was changed") from error
    with _flushed(tpm, item):
        yield item


@contextmanager
def _flushed(tpm: ESAPI, handle: ESYS_TR) -> Iterator[None]:
    """A TPM has room for three objects: each is let go, even after a refusal."""
    from tpm2_pytss import TSS2_Exception

    try:
        yield
    finally:
        with suppress(TSS2_Exception):
            tpm.flush_context(handle)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
