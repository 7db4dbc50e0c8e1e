"""The accounts that the ministry's service has sent: whose badge it is, the PIN's hash, and how old all of it is."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from kiosk_app.model.staff import LOCAL_TECHNICIAN, Role, StaffMember

_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}")
_HASH: Final = re.compile(r"\$argon2id\$[A-Za-z0-9$,=+/]{1,200}")
_BADGE: Final = re.compile(r"(?:[0-9a-f]{64})?")


class AccountsUnreadable(Exception):
    """What was kept or sent is no list of accounts. `code` is of errors.toml."""

    code = "NET-GARBLED"


@dataclass(frozen=True)
class Account:
    """One member's account.

    `version` counts the PINs that were given out: wrong tries belong to one of them. `badge` is the SHA-256 of the
    badge's number in hex, empty without a badge.
    """

    member: StaffMember
    hash: str = field(repr=False)
    version: int
    must_change: bool = False
    badge: str = field(default="", repr=False)


@dataclass(frozen=True)
class Directory:
    """All accounts that are good, by staff id."""

    accounts: Mapping[str, Account] = field(default_factory=lambda: MappingProxyType({}))

    def holder(self, badge: str) -> Account | None:
        """Whose badge this is. A badge has a hundred random bits, so that its plain digest tells nobody its number."""
        digest = badge_digest(badge)
        return next((one for one in self.accounts.values() if hmac.compare_digest(one.badge, digest)), None)


@dataclass(frozen=True)
class Known:
    """The accounts as last synchronised, and how many seconds ago at most."""

    directory: Directory
    age_s: float


def badge_digest(badge: str) -> str:
    """How a badge's number is kept."""
    return hashlib.sha256(badge.encode("utf-8")).hexdigest()


def read_directory(text: str) -> Directory:
    """Reads the answer of `GET /v1/staff`. Raises AccountsUnreadable: half a list would let the wrong people in."""
    try:
        listed = [_account(item) for item in json.loads(text)["staff"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AccountsUnreadable(type(error).__name__) from None
    accounts = {one.member.staff_id: one for one in listed}
    if len(accounts) != len(listed):
        raise AccountsUnreadable("an account twice")
    return Directory(MappingProxyType(accounts))


def _account(item: Mapping[str, Any]) -> Account:
    staff_id, kept, badge = str(item["staff_id"]), str(item["pin_hash"]), str(item["badge_sha256"] or "")
    if not (_ID.fullmatch(staff_id) and _HASH.fullmatch(kept) and _BADGE.fullmatch(badge)):
        raise ValueError("an account is not as it has to be")
    if staff_id == LOCAL_TECHNICIAN.staff_id:
        raise ValueError("this account is made on the machine, never sent")
    member = StaffMember(staff_id, str(item["name"]), Role(str(item["role"])))
    return Account(member, kept, int(item["pin_version"]), bool(item["must_change"]), badge)
