"""The accounts of the staff: made by an administrator, sent to enrolled kiosks, their PINs as argon2id hashes only."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal, get_args

from argon2 import PasswordHasher
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import ChosenPin, canonical, parse, read_json
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.storage.database import insert_new
from backend.storage.models import StaffAccount
from backend.tls import peer

Role = Literal["officer", "post", "technician", "administrator"]
ROLES: Final[tuple[str, ...]] = get_args(Role)
STAFF_ID: Final = r"[a-z0-9][a-z0-9.-]{1,31}"
RESERVED: Final = "technician"
"""What each kiosk calls the account that is made on the machine itself."""
BADGE_PREFIX: Final = "KIOSK:STAFF:"
_PIN_DIGITS: Final = 6
_BADGE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BADGE_LENGTH: Final = 20
_MAX_BODY: Final = 4096
_VERSION_LENGTH: Final = 16


class StaffError(Exception):
    """An account that cannot be made or is not there. `code` is STAFF-INVALID or STAFF-NOT-FOUND."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Issued:
    """What a member is given, said once and kept nowhere: a first PIN that has to be changed, and the badge's code."""

    staff_id: str
    pin: str = field(default="", repr=False)
    badge: str = field(default="", repr=False)


class Accounts:
    """The administrator's acts. All block."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def add(self, staff_id: str, name: str, role: str) -> Issued:
        """A new account with a first PIN and a badge. Raises StaffError."""
        if not re.fullmatch(STAFF_ID, staff_id) or staff_id == RESERVED:
            raise StaffError(
                "STAFF-INVALID",
                "2 to 32 small letters, digits, dots or hyphens are expected, and not the kiosks' own id",
            )
        if not name.strip() or len(name) > 200:
            raise StaffError("STAFF-INVALID", "a name of at most 200 characters is expected")
        pin, badge = _new_pin(), _new_badge()
        row = StaffAccount(
            id=staff_id,
            name=name.strip(),
            role=_role(role),
            pin_hash=_hashed(pin),
            pin_version=1,
            must_change=True,
            badge_sha256=_digest(badge),
            disabled=False,
            changed_at=self._service.now(),
        )
        with self._service.database.write() as session:
            if not insert_new(session, row):
                raise StaffError("STAFF-INVALID", f"{staff_id} is there already")
        emit(Event.STAFF_CHANGED, staff_id=staff_id, what="added", role=role)
        return Issued(staff_id, pin, BADGE_PREFIX + badge)

    def set_role(self, staff_id: str, role: str) -> None:
        """Another role, at each kiosk from its next synchronisation on. Raises StaffError."""
        self._change(staff_id, "role", role=_role(role))

    def set_disabled(self, staff_id: str, disabled: bool) -> None:
        """A disabled account is not sent any more, and so is gone from a kiosk at its next synchronisation."""
        self._change(staff_id, "disabled" if disabled else "enabled", disabled=disabled)

    def reset_pin(self, staff_id: str) -> Issued:
        """A first PIN again; wrong tries and locks of the one before end with it. Raises StaffError."""
        pin = _new_pin()
        hashed = _hashed(pin)
        self._change(staff_id, "pin_reset", pin_hash=hashed, must_change=True)
        return Issued(staff_id, pin)

    def new_badge(self, staff_id: str) -> Issued:
        """Another badge; the one before opens nothing more. Raises StaffError."""
        badge = _new_badge()
        self._change(staff_id, "badge", badge_sha256=_digest(badge))
        return Issued(staff_id, badge=BADGE_PREFIX + badge)

    def all(self) -> Sequence[StaffAccount]:
        """Every account, disabled ones too, by id."""
        with self._service.database.read() as session:
            return list(session.scalars(select(StaffAccount).order_by(StaffAccount.id)))

    def choose_pin(self, staff_id: str, kiosk_id: str, chosen: ChosenPin) -> int:
        """A PIN that a member chose at a kiosk in place of a first one; returns its version.

        Only in place of a first PIN: a kiosk in wrong hands must not be able to change those that are in use. The same
        again gets the same answer. Raises Problem STAFF-NOT-FOUND, STAFF-PIN-CONFLICT.
        """
        with self._service.database.write() as session:
            row = session.get(StaffAccount, staff_id, with_for_update=True)
            if row is None or row.disabled:
                raise Problem("STAFF-NOT-FOUND")
            if row.pin_version == chosen.version + 1 and row.pin_hash == chosen.pin_hash:
                return row.pin_version
            if row.pin_version != chosen.version or not row.must_change:
                raise Problem("STAFF-PIN-CONFLICT")
            row.pin_hash, row.must_change = chosen.pin_hash, False
            row.pin_version += 1
            row.changed_at = self._service.now()
            version: int = row.pin_version
        emit(Event.STAFF_CHANGED, staff_id=staff_id, what="pin_chosen", kiosk_id=kiosk_id)
        return version

    def feed(self, kiosk_id: str) -> dict[str, object]:
        """What a kiosk gets: every account that is good. It names the kiosk, so that no other takes it for its own."""
        listed = [
            {
                "staff_id": row.id,
                "name": row.name,
                "role": row.role,
                "pin_hash": row.pin_hash,
                "pin_version": row.pin_version,
                "must_change": row.must_change,
                "badge_sha256": row.badge_sha256,
            }
            for row in self.all()
            if not row.disabled
        ]
        said: dict[str, object] = {"kiosk_id": kiosk_id, "staff": listed}
        return {"version": sha256(canonical(said)).hexdigest()[:_VERSION_LENGTH], **said}

    def _change(self, staff_id: str, what: str, **values: str | bool) -> None:
        with self._service.database.write() as session:
            row = session.get(StaffAccount, staff_id, with_for_update=True)
            if row is None:
                raise StaffError("STAFF-NOT-FOUND", staff_id)
            for name, value in values.items():
                setattr(row, name, value)
            if "pin_hash" in values:
                row.pin_version += 1
            row.changed_at = self._service.now()
        emit(Event.STAFF_CHANGED, staff_id=staff_id, what=what)


def _role(role: str) -> str:
    if role not in ROLES:
        raise StaffError("STAFF-INVALID", f"expected one of {', '.join(ROLES)}")
    return role


def _new_pin() -> str:
    while True:
        pin = f"{secrets.randbelow(10**_PIN_DIGITS):0{_PIN_DIGITS}d}"
        if {int(b) - int(a) for a, b in itertools.pairwise(pin)} not in ({0}, {1}, {-1}):
            return pin


def _new_badge() -> str:
    # A hundred random bits: nobody guesses one, and its plain digest may lie on every kiosk.
    return "".join(secrets.choice(_BADGE_LETTERS) for _ in range(_BADGE_LENGTH))


def _digest(badge: str) -> str:
    return sha256(badge.encode("ascii")).hexdigest()


def _hashed(pin: str) -> str:
    return PasswordHasher().hash(pin)


def router(service: Service) -> APIRouter:
    """What kiosks ask and tell."""
    routes = APIRouter()
    accounts = Accounts(service)

    @routes.get("/v1/staff")
    async def read(request: Request) -> Response:
        feed = await run_in_threadpool(accounts.feed, peer(request))
        tag = f'"{feed["version"]}"'
        headers = {"ETag": tag, "Cache-Control": "no-store"}
        asked = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
        if asked & {tag, "*"}:
            return Response(status_code=304, headers=headers)
        return JSONResponse(feed, headers=headers)

    @routes.put("/v1/staff/{staff_id}/pin")
    async def choose(staff_id: str, request: Request) -> Response:
        kiosk_id = peer(request)
        chosen = parse(ChosenPin, await read_json(request, _MAX_BODY))
        if chosen.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        version = await run_in_threadpool(accounts.choose_pin, staff_id, kiosk_id, chosen)
        return JSONResponse({"version": version}, headers={"Cache-Control": "no-store"})

    return routes
