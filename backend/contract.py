"""The bodies of the published contract (openapi.yaml) as typed values."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from starlette.requests import Request

from backend.problems import Problem

KIOSK_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


def _text(limit: int, least: int = 1) -> StringConstraints:
    # No control characters but line breaks and tabs: they cannot be stored everywhere, or printed.
    return StringConstraints(
        min_length=least,
        max_length=limit,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    )


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("blank")
    return value


def _whole(value: object) -> object:
    # JSON does not tell 2.0 from 2, and neither does the published schema.
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: On an int.
_WHOLE = BeforeValidator(_whole)

KioskId = Annotated[str, StringConstraints(pattern=KIOSK_ID)]
#: Long enough to be unguessable: it stands in for dossier code and look-up code when tracking.
KioskReference = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}(-[A-Z0-9]{2,16}){1,4}$")]
LocalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^[1-3]\.[0-9]{6}(\.H[0-9]{2})?$")]
Name = Annotated[str, _text(300), AfterValidator(_not_blank)]
#: Bytes of a piece of a draft at most.
MAX_PIECE = 4 * 1024 * 1024
#: A UUID in its canonical form.
Identifier = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: One address and nothing that a mail header would read as more than that.
MailAddress = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}$"),
]
AnswerKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
AnswerValue = (
    Annotated[str, _text(20_000, least=0)]
    | bool
    | Annotated[int, Field(ge=-(2**53), le=2**53)]
    | Annotated[float, Field(allow_inf_nan=False, ge=-(2**53), le=2**53)]
    | None
)


class _Body(BaseModel):
    # Strict: a number written as a string is another fingerprint, so it is refused, not repaired.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Procedure(_Body):
    """The procedure as the kiosk's catalogue names it; `code` is null where none is official."""

    local_id: LocalId
    code: ProcedureCode | None
    name_vi: Name
    name_en: Name | None = None


ChipVerdict = Literal["passed", "failed", "not_checked", "issuer_not_trusted"]


class ChipCheck(_Body):
    """How the ID card's chip stood the kiosk's checks (ICAO 9303-11 5.1, 6), and which of its data disagree, by name."""

    passive: ChipVerdict
    chip: ChipVerdict
    active: ChipVerdict
    mismatches: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")]], Field(max_length=32)]


class Applicant(_Body):
    """The citizen who declares; `kind` 0 citizen, 1 business, 2 household."""

    kind: Annotated[int, _WHOLE, Field(ge=0, le=2)]
    identity_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    full_name: Name
    birth_date: date
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ]{6,20}$")] | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")] | None = None
    verified_by: Literal["chip", "qr", "typed"]
    #: Kiosks of the first version of the contract do not say it.
    assurance: Literal["chip_verified", "chip_read", "qr", "typed"] | None = None
    organisation: Name | None = None
    chip_check: ChipCheck | None = None

    @model_validator(mode="after")
    def _one_story(self) -> Applicant:
        if self.assurance is not None and self.assurance.partition("_")[0] != self.verified_by:
            raise ValueError("assurance and verified_by differ")
        return self


class Consent(_Body):
    """The consent text's version and time; `notices` is the optional extra, unticked by default."""

    version: Annotated[str, _text(64)]
    at: AwareDatetime
    notices: bool


class UploadedFile(_Body):
    """What was uploaded: where to, and what it must be."""

    upload: Annotated[str, StringConstraints(pattern=r"^/files/[0-9a-f]{32}$")]
    bytes: Annotated[int, _WHOLE, Field(ge=1, le=2**40)]
    sha256: Sha256


class ManifestFile(UploadedFile):
    """One uploaded PDF of a dossier."""

    component: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
    component_name_vi: Annotated[str, _text(600)]
    name: Annotated[str, StringConstraints(pattern=r"^[^/\\\x00-\x1f\x7f]{1,200}$")]
    pages: Annotated[int, _WHOLE, Field(ge=1, le=5000)]


class DeskPaper(_Body):
    """A paper that the citizen brings to the desk: how many originals and copies the procedure asks for."""

    component: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
    component_name_vi: Annotated[str, _text(600)]
    originals: Annotated[int, _WHOLE, Field(ge=0, le=1000)]
    copies: Annotated[int, _WHOLE, Field(ge=0, le=1000)]


_WordOfList = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]


class AcceptedDoubt(_Body):
    """A soft failure that an officer at the kiosk accepted with a reason; `page` where it is one page's."""

    what: Literal["page", "name", "no_card"]
    reason: _WordOfList
    page: Annotated[int, _WHOLE, Field(ge=1, le=5000)] | None = None


class Assistance(_Body):
    """An officer's help at the kiosk: role, times, what was accepted and what is noted for the officer who decides."""

    role: Literal["officer", "post"]
    since: AwareDatetime = Field(alias="from")
    until: AwareDatetime = Field(alias="to")
    accepted: Annotated[list[AcceptedDoubt], Field(max_length=200)]
    phrases: Annotated[list[_WordOfList], Field(max_length=16)]
    note: Annotated[str, _text(300, least=0)]


class Manifest(_Body):
    """The dossier as submitted."""

    kiosk_id: KioskId
    kiosk_reference: KioskReference
    procedure: Procedure
    channel: Annotated[int, _WHOLE, Field(ge=1, le=3)]
    assisted: bool
    applicant: Applicant
    answers: Annotated[dict[AnswerKey, AnswerValue], Field(max_length=2000)]
    consent: Consent
    declared_at: AwareDatetime
    submitted_at: AwareDatetime
    result_delivery: Literal["counter", "post", "electronic"]
    at_desk: Annotated[list[DeskPaper], Field(max_length=200)] = []
    receipt_mail: MailAddress | None = None
    #: Kiosks of before say only whether somebody helped.
    assistance: Assistance | None = None
    #: The lineage of the draft that it was made from: of each, one dossier is received.
    draft: Identifier | None = None
    files: Annotated[list[ManifestFile], Field(max_length=200)]


class SupplementManifest(_Body):
    """Papers handed in later for a dossier that asks for them; who holds its codes may hand them in."""

    kiosk_id: KioskId
    kiosk_reference: KioskReference
    dossier_code: Annotated[str, _text(64)]
    lookup_code: Annotated[str, _text(16)]
    declared_at: AwareDatetime
    submitted_at: AwareDatetime
    files: Annotated[list[ManifestFile], Field(min_length=1, max_length=200)]


class ReceiptMail(_Body):
    """Where a received dossier's receipt is to go."""

    kiosk_id: KioskId
    address: MailAddress


class TrackingQuestion(_Body):
    """Either the dossier code with its look-up code, or the kiosk's own reference."""

    dossier_code: Annotated[str, _text(64)] | None = None
    lookup_code: Annotated[str, _text(16)] | None = None
    kiosk_reference: Annotated[str, _text(64)] | None = None

    @model_validator(mode="after")
    def _one_way_of_asking(self) -> TrackingQuestion:
        by_code = self.dossier_code is not None and self.lookup_code is not None
        any_code = self.dossier_code is not None or self.lookup_code is not None
        if by_code == (self.kiosk_reference is not None) or (any_code and not by_code):
            raise ValueError("needs dossier_code and lookup_code, or kiosk_reference alone")
        return self


class PersonQuestion(_Body):
    """Whose dossiers: the keyed token of an ID number, never the number."""

    person: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DraftPiece(UploadedFile):
    """One sealed piece of a draft; small enough to be answered whole."""

    bytes: Annotated[int, _WHOLE, Field(ge=1, le=MAX_PIECE)]


class DraftManifest(_Body):
    """A draft as a kiosk has sealed it. `replaces` is the draft of the same slot that the citizen gives up for it."""

    kiosk_id: KioskId
    person: Sha256
    slot: Sha256
    lineage: Identifier
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{1,16384}={0,2}$")]
    replaces: Identifier | None = None
    files: Annotated[list[DraftPiece], Field(min_length=1, max_length=200)]


class DeviceState(_Body):
    """One device in a heartbeat; `code` is an error code, null when ready."""

    id: Annotated[str, _text(64)]
    kind: Annotated[str, _text(64)]
    state: Annotated[str, _text(64)]
    code: Annotated[str, _text(64)] | None


class Outbox(_Body):
    """How many sealed dossiers wait at the kiosk, and the age of the oldest in seconds."""

    waiting: Annotated[int, _WHOLE, Field(ge=0, le=2**31)]
    oldest_s: Annotated[float, Field(ge=0, le=2**40, allow_inf_nan=False)] | None


class DayRatings(_Body):
    """How often each mark, 1 to 5, was given at a kiosk on a finished day."""

    day: date
    marks: Annotated[list[Annotated[int, _WHOLE, Field(ge=0, le=1_000_000)]], Field(min_length=5, max_length=5)]


class Heartbeat(_Body):
    """What a kiosk says of itself; never anything of a citizen."""

    kiosk_id: KioskId
    version: Annotated[str, _text(64)]
    at: AwareDatetime
    state: Annotated[str, _text(64)]
    devices: Annotated[list[DeviceState], Field(max_length=64)]
    outbox: Outbox
    agent_version: Annotated[str, _text(64)] | None = None
    #: For how many seconds the kiosk has been running since it last started; None when it has not said so.
    running_s: Annotated[float, Field(ge=0, le=2**40)] | None = None
    #: What the kiosk thinks of its own clock.
    clock: Literal["believed", "early", "backwards", "jumped", "differs"] | None = None
    #: SHA-256 at the head of the kiosk's audit chain, so that a chain that is cut short later can be noticed.
    audit_head: Sha256 | None = None
    #: How many entries the chain has had up to there.
    audit_entries: Annotated[int, _WHOLE, Field(ge=1, le=2**53)] | None = None
    #: Ratings of the last days before today; said again when they change.
    ratings: Annotated[list[DayRatings], Field(max_length=31)] | None = None

    @model_validator(mode="after")
    def _entries_with_their_head(self) -> Heartbeat:
        if self.audit_entries is not None and self.audit_head is None:
            raise ValueError("audit_entries needs audit_head")
        return self


class ChosenPin(_Body):
    """A PIN that a member of the staff chose at a kiosk in place of the first one of `version`: its argon2id hash."""

    kiosk_id: KioskId
    version: Annotated[int, _WHOLE, Field(ge=1, le=2**31)]
    pin_hash: Annotated[
        str,
        StringConstraints(
            pattern=r"^\$argon2id\$v=19\$m=[0-9]{1,6},t=[0-9]{1,2},p=[0-9]{1,2}\$[A-Za-z0-9+/]{8,80}\$[A-Za-z0-9+/]{22,90}$"
        ),
    ]


class PaymentQuestion(_Body):
    """What is to be paid for a dossier; `said_paid` tells that the citizen has transferred it."""

    dossier_code: Annotated[str, _text(64)]
    lookup_code: Annotated[str, _text(16)]
    said_paid: bool = False


class PaymentConfirmation(_Body):
    """The payment platform's word on one transfer."""

    purpose: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,32}$")]
    amount_vnd: Annotated[int, _WHOLE, Field(ge=1, le=10**12)]
    reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    paid: bool


class HelpCall(_Body):
    """A call for an officer; `step` is a screen's name."""

    kiosk_id: KioskId
    step: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
    language: Literal["vi", "en"]


CertificateRequest = Annotated[
    str,
    StringConstraints(
        pattern=r"^-----BEGIN CERTIFICATE REQUEST-----\r?\n[A-Za-z0-9+/=\r\n]{1,4000}"
        r"-----END CERTIFICATE REQUEST-----\s*$",
        max_length=4096,
    ),
]


class EnrolmentRequest(_Body):
    """A kiosk that has a code; `csr` is PEM (RFC 2986), its key P-256, its subject is not looked at."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{16}$")]
    csr: CertificateRequest


class RenewalRequest(_Body):
    """A kiosk that wants a certificate for a new key."""

    csr: CertificateRequest


Body = TypeVar("Body", bound=BaseModel)


async def read_json(request: Request, limit: int) -> bytes:
    """The raw JSON body of a request.

    Raises Problem MEDIA-TYPE, REQUEST-TOO-LARGE (limit in bytes).
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem("MEDIA-TYPE")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Problem("REQUEST-TOO-LARGE")
    return bytes(body)


def parse(model: type[Body], body: bytes) -> Body:
    """Validate a body against its model.

    Raises Problem REQUEST-MALFORMED or REQUEST-INVALID, naming fields but no value.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise Problem("REQUEST-MALFORMED") from None
        where = [f"{'.'.join(map(str, f['loc'])) or '(body)'}: {f['type']}" for f in faults[:20]]
        raise Problem("REQUEST-INVALID", where) from None


def fingerprint(body: bytes) -> str:
    """SHA-256 (hex) of a valid manifest's canonical JSON without the `upload` locations.

    A file that is uploaded again gets a new location, yet the dossier is the same. The raw JSON
    is taken, not the model, so that a later version of the model cannot change old fingerprints.
    """
    document: dict[str, Any] = json.loads(body)
    for file in document["files"]:
        del file["upload"]
    return sha256(canonical(document)).hexdigest()


def canonical(document: object) -> bytes:
    """JSON with sorted keys, no spaces and UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def dossier_id(text: str) -> str:
    """The canonical form of a UUID in a path.

    Raises Problem REQUEST-INVALID.
    """
    try:
        parsed = UUID(text)
    except ValueError:
        raise Problem("REQUEST-INVALID", ["uuid"]) from None
    if str(parsed) != text.lower():
        raise Problem("REQUEST-INVALID", ["uuid"])
    return str(parsed)
