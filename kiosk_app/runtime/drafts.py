"""Saves what a citizen has begun, and opens it again: the effects between a session, its pages and the sealed draft."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import Final

from drivers.sealed import SealBroken, read_sealed, write_sealed
from kiosk_app.catalog import Catalog
from kiosk_app.flow.effects import Effect, FetchDraft, FindDrafts, RemoveDraft, SaveDraft
from kiosk_app.flow.events import (
    DraftDeleted,
    DraftKept,
    DraftNotDeleted,
    DraftNotKept,
    DraftNotOpened,
    DraftOpened,
    DraftsFound,
    DraftsNotFound,
    Event,
)
from kiosk_app.forms import fields_for
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.values import PageResult, PageSource
from kiosk_app.log import log
from kiosk_app.model.drafts import SavedDraft
from kiosk_app.model.offers import draft_possible
from kiosk_app.model.session import Session
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.draft_content import DraftBroken, PageToKeep, pack, unpack
from kiosk_app.runtime.runtime import Runtime, must_be_real
from kiosk_app.submission import (
    DraftHeader,
    DraftOwner,
    DraftToSave,
    KeptDraft,
    ServiceTrouble,
    SessionSpool,
    SubmissionError,
    SubmissionService,
)

UNPROVEN: Final = "APP-DRAFT-UNPROVEN"


class DraftHands:
    """Finding, saving, opening and deleting drafts as effects. Of an ended session nothing is remembered here."""

    def __init__(self, runtime: Runtime, custody: Custody, submission: SubmissionService, catalog: Catalog) -> None:
        self._runtime = runtime
        self._custody = custody
        self._submission = submission
        self._catalog = catalog
        self._number = 0
        self._known: dict[str, KeptDraft] = {}
        self._tried: str = ""
        runtime.subscribe(self._follow)

    def handles(self) -> tuple[type[Effect], ...]:
        """Find, save, open, delete."""
        return (FindDrafts, SaveDraft, FetchDraft, RemoveDraft)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Does it and tells how it went. Raises OnlyPractised."""
        must_be_real(session)
        self._follow(session)
        if isinstance(effect, FindDrafts):
            self._runtime.dispatch(await self._find(session))
        elif isinstance(effect, SaveDraft):
            self._runtime.dispatch(await self._save(effect, session))
        elif isinstance(effect, FetchDraft):
            self._runtime.dispatch(await self._open(effect, session))
        elif isinstance(effect, RemoveDraft):
            self._runtime.dispatch(await self._delete(effect, session))

    def _follow(self, session: Session) -> None:
        """The keys of somebody who has left are kept by nobody."""
        if session.number > self._number:
            self._number, self._known, self._tried = session.number, {}, ""

    # --- finding ---------------------------------------------------------------------------------------------------

    async def _find(self, session: Session) -> Event:
        owner = _owner(session)
        if owner is None:
            return DraftsNotFound(session.number, UNPROVEN)
        try:
            days, found = await asyncio.to_thread(self._submission.drafts_of, owner)
        except SubmissionError as error:
            log("draft.not_asked", code=error.code)
            return DraftsNotFound(session.number, _unasked(error))
        log("draft.asked", found=len(found))
        self._remember(session, *found)
        return DraftsFound(session.number, tuple(_seen(item) for item in found), days)

    def _remember(self, session: Session, *drafts: KeptDraft) -> None:
        if session.number == self._number:
            self._known |= {item.uuid: item for item in drafts}

    # --- saving ----------------------------------------------------------------------------------------------------

    async def _save(self, effect: SaveDraft, session: Session) -> Event:
        owner, procedure = _owner(session), session.procedure
        if owner is None or procedure is None:
            return DraftNotKept(session.number, UNPROVEN)
        try:
            replaces = await self._kept_unheard(owner) or effect.replaces
            pages = [await self._page(page.number) for page in session.pages if page.kept]
            header = DraftHeader(procedure.local_id, procedure.name_vi, procedure.name_en, len(pages))
            content = await asyncio.to_thread(pack, session, pages)
            draft = DraftToSave(header, content, session.drafts.lineage, replaces)
            self._tried = str(uuid.uuid4())
            kept = await asyncio.to_thread(self._submission.save_draft, owner, draft, self._tried)
        except (SubmissionError, ImagingError) as error:
            log("draft.not_saved", code=error.code)
            return DraftNotKept(session.number, _unsaved(error))
        log("draft.saved", draft=kept.uuid, pages=kept.header.pages if kept.header else 0)
        self._tried = ""
        self._remember(session, kept)
        return DraftKept(session.number, _seen(kept))

    async def _kept_unheard(self, owner: DraftOwner) -> str:
        """The draft of an attempt whose answer got lost, if it did come through: what is saved now takes its place, since
        the citizen may have gone on in between."""
        if not self._tried:
            return ""
        _, found = await asyncio.to_thread(self._submission.drafts_of, owner)
        return next((item.uuid for item in found if item.uuid == self._tried), "")

    async def _page(self, number: int) -> PageToKeep:
        result = await self._custody.page(number)
        source = result.page
        try:
            picture = await asyncio.to_thread(read_sealed, source.path, source.key, source.associated)
        except (OSError, SealBroken) as error:
            raise SubmissionError(f"page {number}: {type(error).__name__}", "STO-IO") from None
        return PageToKeep(number, result, picture)

    # --- opening ---------------------------------------------------------------------------------------------------

    async def _open(self, effect: FetchDraft, session: Session) -> Event:
        owner, kept = _owner(session), self._known.get(effect.draft)
        if owner is None or kept is None or kept.header is None:
            return DraftNotOpened(session.number, UNPROVEN)
        procedure = self._catalog.get(kept.header.procedure_id)
        if procedure is None or not procedure.offered:
            return DraftNotOpened(session.number, "APP-DRAFT-NO-PROCEDURE")
        try:
            data = await asyncio.to_thread(self._submission.fetch_draft, owner, kept)
            content, pages = await asyncio.to_thread(unpack, data)
            spool = await self._custody.spool(session.number)
            for page in pages:
                result = await asyncio.to_thread(_put_away, page, spool)
                self._custody.put(page.number, result)
        except (SubmissionError, DraftBroken) as error:
            log("draft.not_opened", code=error.code)
            return DraftNotOpened(session.number, _unasked(error))
        fields = await asyncio.to_thread(fields_for, procedure.local_id)
        log("draft.opened", draft=kept.uuid, pages=len(pages))
        return DraftOpened(session.number, procedure, fields, content)

    # --- deleting --------------------------------------------------------------------------------------------------

    async def _delete(self, effect: RemoveDraft, session: Session) -> Event:
        owner = _owner(session)
        if owner is None:
            return DraftNotDeleted(session.number, UNPROVEN)
        try:
            await asyncio.to_thread(self._submission.delete_draft, owner, effect.draft)
        except SubmissionError as error:
            log("draft.not_deleted", code=error.code)
            return DraftNotDeleted(session.number, _unasked(error))
        log("draft.deleted", draft=effect.draft)
        self._known.pop(effect.draft, None)
        return DraftDeleted(session.number, effect.draft)


def _owner(session: Session) -> DraftOwner | None:
    """The person whose card proved itself; nobody else has drafts."""
    identity = session.identity
    if identity is None or not draft_possible(session):
        return None
    return DraftOwner(identity.number, identity.photo)


def _seen(kept: KeptDraft) -> SavedDraft:
    """A draft as the session knows it: no key is in it."""
    header = kept.header
    if header is None:
        return SavedDraft(kept.uuid, kept.lineage, kept.saved_at, kept.until, readable=False)
    return SavedDraft(
        kept.uuid,
        kept.lineage,
        kept.saved_at,
        kept.until,
        header.procedure_id,
        header.procedure_vi,
        header.procedure_en,
        header.pages,
    )


def _put_away(page: PageToKeep, spool: SessionSpool) -> PageResult:
    """The page's picture sealed under this session's own key. Raises SubmissionError."""
    path = spool.folder / f"draft-{page.number}.sealed"
    associated = f"draft-page:{page.number}".encode("ascii")
    try:
        write_sealed(path, spool.key, page.picture, associated)
    except OSError as error:
        raise SubmissionError(f"page {page.number}: {type(error).__name__}", "STO-IO") from None
    return replace(page.result, page=PageSource(path, spool.key, associated, page.result.page.dpi))


def _unasked(error: SubmissionError | DraftBroken) -> str:
    """The code of a question without an answer: those of the line speak of a dossier that is safe here, and none is."""
    return "NET-NOT-ASKED" if isinstance(error, ServiceTrouble) and error.code != "NET-LIMITED" else error.code


def _unsaved(error: SubmissionError | ImagingError) -> str:
    return "NET-DRAFT-NOT-SAVED" if isinstance(error, ServiceTrouble) else error.code
