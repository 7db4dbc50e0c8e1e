"""Resumable uploads: tus 1.0 core, creation, also with the bytes, expiration and termination.

How much of an upload has arrived is the length of its stored bytes and nothing else, so an offset that
is answered is one that a power cut cannot take back. An upload is private to the certificate that
created it; to any other it does not exist. Any number of processes may serve one upload: whoever begins
to append takes the upload's next turn in the database, and only the holder of the latest turn can add.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import ColumnElement, delete, func, select, update
from starlette.requests import Request
from starlette.responses import Response

from backend.log import Event, emit
from backend.problems import Problem, storage_problem
from backend.service import Service
from backend.storage.database import insert_new
from backend.storage.files import TurnLostError
from backend.storage.models import Upload
from backend.tls import peer

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
CONTENT_TYPE = "application/offset+octet-stream"

_GIVE_WAY_S = 15.0
_MAX_METADATA = 4096
_NUMBER = re.compile(r"[0-9]{1,15}")
_ID = re.compile(r"[0-9a-f]{32}")
_DOSSIER = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: An upload's time begins anew when this share of it is over, so that not every chunk costs a row.
_RENEW_AFTER = 0.1


def parse_metadata(header: str) -> dict[str, bytes]:
    """The key-value pairs of an Upload-Metadata header; an empty header has none.

    Raises Problem REQUEST-MALFORMED.
    """
    pairs: dict[str, bytes] = {}
    for item in header.split(","):
        if not item.strip():
            continue
        key, _, value = item.strip().partition(" ")
        try:
            decoded = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise Problem("REQUEST-MALFORMED", ["Upload-Metadata"]) from None
        if not key.isascii() or key in pairs:
            raise Problem("REQUEST-MALFORMED", ["Upload-Metadata"])
        pairs[key] = decoded
    return pairs


class _Turns:
    """One writer an upload within this process. A newcomer makes the present one give way: after a cut line the old
    connection may look alive to the server long after the kiosk has come back on a new one. What it has
    received is written before it goes; a newcomer in another process only ends the old one's right to write."""

    def __init__(self) -> None:
        self._holders: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}

    @asynccontextmanager
    async def take(self, upload: str) -> AsyncIterator[asyncio.Event]:
        """Hold the upload; the yielded event asks the holder to stop.

        Raises Problem UPLOAD-BUSY.
        """
        while (present := self._holders.get(upload)) is not None:
            leave, left = present
            leave.set()
            try:
                await asyncio.wait_for(left.wait(), _GIVE_WAY_S)
            except TimeoutError:
                raise Problem("UPLOAD-BUSY", headers={"Retry-After": "5"}) from None
        leave, left = self._holders[upload] = (asyncio.Event(), asyncio.Event())
        try:
            yield leave
        finally:
            del self._holders[upload]
            left.set()


class _InterruptedError(Exception):
    """The body ended before its end."""


class _Writer:
    """Appends what one connection sends, as long as its turn is the latest."""

    def __init__(self, service: Service, upload: str, turn: int, offset: int) -> None:
        self._service = service
        self._upload = upload
        self._turn = turn
        self._offset = offset
        self.buffer = bytearray()

    def flush(self) -> None:
        """Write what is buffered; whether that failed or not, it is not tried again. Blocking. Raises TurnLostError."""
        piece = bytes(self.buffer)
        self.buffer.clear()
        if piece:
            self._service.files.append(self._upload, self._turn, self._offset, piece, self._held)
            self._offset += len(piece)

    def end(self) -> int:
        """Write what is buffered and return how much is durable now. Blocking. Raises TurnLostError, FileNotFoundError."""
        self.flush()
        return self._service.files.upload_length(self._upload)

    def _held(self) -> bool:
        with self._service.database.read() as session:
            return session.scalar(select(Upload.turn).where(Upload.id == self._upload)) == self._turn


class Uploads:
    """The upload endpoints' work, on one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._turns = _Turns()

    def create(self, owner: str, length: int, metadata: str) -> Upload:
        """Register an upload. Blocking. Raises Problem."""
        now, settings = self._service.now(), self._service.settings
        dossier = parse_metadata(metadata).get("dossier", b"")
        with self._service.database.read() as session:
            open_uploads = session.scalar(select(func.count()).where(Upload.owner == owner)) or 0
        if open_uploads >= settings.max_open_uploads:
            raise Problem("UPLOADS-TOO-MANY", headers={"Retry-After": "600"})
        row = Upload(
            id=self._service.files.new_upload(),
            owner=owner,
            length=length,
            tus_metadata=metadata,
            created_at=now,
            expires_at=now + timedelta(seconds=settings.upload_unused_s),
            dossier=dossier.decode("ascii") if _DOSSIER.fullmatch(dossier) else None,
            turn=0,
        )
        with self._service.database.write() as session:
            insert_new(session, row)
            if row.dossier is not None:
                session.execute(update(Upload).where(_kept_with(row)).values(expires_at=row.expires_at))
        return row

    def find(self, owner: str, upload: str) -> Upload:
        """The owner's upload, whose time begins anew. Blocking. Raises Problem UPLOAD-NOT-FOUND."""
        now = self._service.now()
        if _ID.fullmatch(upload):
            with self._service.database.read() as session:
                row = session.scalar(select(Upload).where(*_there(owner, upload, now)))
            if row is not None:
                if (expires := self._renewed(row, now)) is not None:
                    with self._service.database.write() as session:
                        session.execute(update(Upload).where(_kept_with(row)).values(expires_at=expires))
                    row.expires_at = expires
                return row
        raise Problem("UPLOAD-NOT-FOUND")

    def begin(self, owner: str, upload: str) -> tuple[Upload, int]:
        """As `find`, with the upload's next turn taken, and its durable bytes. Blocking. Raises Problem UPLOAD-NOT-FOUND."""
        # In one transaction and one call: each more costs every chunk of every kiosk a commit or a change of threads.
        now = self._service.now()
        if _ID.fullmatch(upload):
            following = update(Upload).where(*_there(owner, upload, now)).values(turn=Upload.turn + 1)
            with self._service.database.write() as session:
                row = session.scalar(following.returning(Upload))
                if row is not None and (expires := self._renewed(row, now)) is not None:
                    session.execute(update(Upload).where(_kept_with(row)).values(expires_at=expires))
            if row is not None:
                try:
                    return row, self._service.files.upload_length(upload)
                except FileNotFoundError:
                    pass
        raise Problem("UPLOAD-NOT-FOUND")

    def _renewed(self, row: Upload, now: datetime) -> datetime | None:
        """When the time of an upload in use ends, if that is to be written down anew."""
        unused = timedelta(seconds=self._service.settings.upload_unused_s)
        return now + unused if row.expires_at < now + (1 - _RENEW_AFTER) * unused else None

    def turn(self, owner: str, upload: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Hold an upload. To be asked for before anything else is waited for: so the order is that in which requests came,
        and the end of a cut one cannot be written after the next one was told how much there is. Raises Problem.
        """
        return self._turns.take(f"{owner}/{upload}")

    async def offset(self, row: Upload) -> int:
        """Durable bytes of an upload whose turn is held. Raises Problem."""
        try:
            return await run_in_threadpool(self._service.files.upload_length, row.id)
        except FileNotFoundError:
            raise Problem("UPLOAD-NOT-FOUND") from None

    async def append(self, row: Upload, arrived: int, offset: int, request: Request, leave: asyncio.Event) -> int:
        """Append a request's body to an upload as `begin` gave it, with `arrived` bytes; return the new durable offset.

        Whatever arrived before the line was cut is kept. Raises Problem.
        """
        if offset != arrived:
            raise Problem("UPLOAD-OFFSET", headers={"Upload-Offset": str(arrived)})
        room = row.length - arrived
        announced = request.headers.get("content-length", "")
        if _NUMBER.fullmatch(announced) and int(announced) > room:
            raise Problem("REQUEST-TOO-LARGE")
        try:
            return await self._receive(request, _Writer(self._service, row.id, row.turn, offset), room, leave)
        except FileNotFoundError:
            raise Problem("UPLOAD-NOT-FOUND") from None
        except (_InterruptedError, TurnLostError):
            emit(Event.UPLOAD_INTERRUPTED, kiosk_id=row.owner, upload=row.id)
            # Most likely nobody hears this; a kiosk that does must ask for the offset again.
            raise Problem("UPLOAD-BUSY", headers={"Retry-After": "1"}) from None
        except OSError as error:
            raise storage_problem(error) from None

    async def fill(self, row: Upload, request: Request) -> int:
        """Append the body of the request that created an upload; return the durable offset.

        An upload that did not get its bytes is removed again: nobody was told its place. Raises Problem.
        """
        try:
            async with self.turn(row.owner, row.id) as leave:
                return await self.append(row, 0, 0, request, leave)
        except BaseException:
            await asyncio.shield(self.terminate(row))
            raise

    async def terminate(self, row: Upload) -> None:
        """Forget an upload whose turn is held, and its bytes."""
        await run_in_threadpool(self._remove, row.id, Upload.id == row.id)

    def sweep(self) -> int:
        """Remove expired uploads and files that no row names; returns how many. Blocking."""
        now = self._service.now()
        with self._service.database.read() as session:
            expired = list(session.scalars(select(Upload.id).where(Upload.expires_at <= now)))
            known = set(session.scalars(select(Upload.id)))
        # A file is made just before its row: only one that stays without a row is an orphan.
        settled = now.timestamp() - 3600
        orphans = [u for u, at in self._service.files.uploads() if u not in known and at < settled]
        # One that came into use again meanwhile stays.
        gone = sum(self._remove(upload, Upload.expires_at <= now) for upload in expired)
        for upload in orphans:
            self._service.files.remove_upload(upload)
        return gone + len(orphans)

    def _remove(self, upload: str, still: ColumnElement[bool]) -> bool:
        with self._service.database.write() as session:
            gone = session.scalar(delete(Upload).where(Upload.id == upload, still).returning(Upload.id))
        if gone is not None:
            self._service.files.remove_upload(upload)
        return gone is not None

    async def _receive(self, request: Request, writer: _Writer, room: int, leave: asyncio.Event) -> int:
        received, most = 0, self._service.settings.upload_piece_bytes or self._service.files.piece_bytes
        try:
            async for chunk in _chunks(request, leave, self._service.settings.upload_idle_s):
                received += len(chunk)
                if received > room:
                    raise Problem("REQUEST-TOO-LARGE")
                writer.buffer += chunk
                if len(writer.buffer) >= most:
                    await run_in_threadpool(writer.flush)
        finally:
            # Shielded: a server that is stopping still keeps what it has received.
            durable = await asyncio.shield(run_in_threadpool(writer.end))
        return durable


async def _chunks(request: Request, leave: asyncio.Event, idle_s: float) -> AsyncIterator[bytes]:
    leaving = asyncio.ensure_future(leave.wait())
    try:
        while True:
            incoming = asyncio.ensure_future(request.receive())
            await asyncio.wait({incoming, leaving}, timeout=idle_s, return_when=asyncio.FIRST_COMPLETED)
            if not incoming.done():
                incoming.cancel()
                raise _InterruptedError
            message = incoming.result()
            if message["type"] != "http.request":
                raise _InterruptedError
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body", False):
                return
    finally:
        leaving.cancel()


def _there(owner: str, upload: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An upload as its owner sees it: to anybody else, and after its time, there is none."""
    return Upload.id == upload, Upload.owner == owner, Upload.expires_at > now


def _kept_with(row: Upload) -> ColumnElement[bool]:
    """The uploads that live as long as this one: all that its kiosk has brought for the same dossier."""
    if row.dossier is None:
        return Upload.id == row.id
    return (Upload.owner == row.owner) & (Upload.dossier == row.dossier)


def _require_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Problem("UPLOAD-VERSION", headers={"Tus-Version": VERSION})


def _brings_bytes(request: Request) -> bool:
    return "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"


def _number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not _NUMBER.fullmatch(value):
        raise Problem("REQUEST-MALFORMED", [header])
    return int(value)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def router(service: Service, uploads: Uploads) -> APIRouter:
    """The routes below /files/."""
    routes = APIRouter()
    limit = service.settings.max_upload_bytes

    def answer(status: int, **headers: str) -> Response:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return Response(status_code=status, headers={"Tus-Resumable": VERSION, **named})

    @routes.options("/files/")
    async def options() -> Response:
        return answer(204, Tus_Version=VERSION, Tus_Extension=EXTENSIONS, Tus_Max_Size=str(limit))

    @routes.post("/files/")
    async def create(request: Request) -> Response:
        owner = peer(request)
        _require_version(request)
        length = _number(request, "Upload-Length")
        if length > limit:
            raise Problem("REQUEST-TOO-LARGE", headers={"Tus-Max-Size": str(limit)})
        metadata = request.headers.get("upload-metadata", "")
        if len(metadata) > _MAX_METADATA or not metadata.isascii():
            raise Problem("REQUEST-MALFORMED", ["Upload-Metadata"])
        brings = _brings_bytes(request)
        if brings and request.headers.get("content-type", "") != CONTENT_TYPE:
            raise Problem("MEDIA-TYPE")
        try:
            row = await run_in_threadpool(uploads.create, owner, length, metadata)
        except OSError as error:
            raise storage_problem(error) from None
        emit(Event.UPLOAD_CREATED, kiosk_id=owner, upload=row.id, bytes=length)
        arrived = {"Upload_Offset": str(await uploads.fill(row, request))} if brings else {}
        if arrived == {"Upload_Offset": str(length)}:
            emit(Event.UPLOAD_RECEIVED, kiosk_id=owner, upload=row.id, bytes=length)
        return answer(201, Location=f"/files/{row.id}", Upload_Expires=_http_date(row.expires_at), **arrived)

    @routes.head("/files/{upload}")
    async def head(upload: str, request: Request) -> Response:
        _require_version(request)
        owner = peer(request)
        async with uploads.turn(owner, upload):
            row = await run_in_threadpool(uploads.find, owner, upload)
            offset = await uploads.offset(row)
        metadata = {"Upload_Metadata": row.tus_metadata} if row.tus_metadata else {}
        return answer(
            200,
            Upload_Offset=str(offset),
            Upload_Length=str(row.length),
            Upload_Expires=_http_date(row.expires_at),
            Cache_Control="no-store",
            **metadata,
        )

    @routes.patch("/files/{upload}")
    async def patch(upload: str, request: Request) -> Response:
        _require_version(request)
        owner = peer(request)
        async with uploads.turn(owner, upload) as leave:
            row, arrived = await run_in_threadpool(uploads.begin, owner, upload)
            if request.headers.get("content-type", "") != CONTENT_TYPE:
                raise Problem("MEDIA-TYPE")
            offset = await uploads.append(row, arrived, _number(request, "Upload-Offset"), request, leave)
        if offset == row.length:
            emit(Event.UPLOAD_RECEIVED, kiosk_id=row.owner, upload=row.id, bytes=offset)
        return answer(204, Upload_Offset=str(offset), Upload_Expires=_http_date(row.expires_at))

    @routes.delete("/files/{upload}")
    async def delete(upload: str, request: Request) -> Response:
        _require_version(request)
        owner = peer(request)
        async with uploads.turn(owner, upload):
            row = await run_in_threadpool(uploads.find, owner, upload)
            await uploads.terminate(row)
        emit(Event.UPLOAD_TERMINATED, kiosk_id=row.owner, upload=row.id)
        return answer(204)

    return routes
