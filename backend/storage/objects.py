"""Files in an S3-compatible object store: an upload is its parts, a permanent file one object.

A part is named by its offset and by the turn of whoever wrote it. The length of an upload is how far its
parts reach without a gap; where two begin at one offset, the later turn counts. So a connection that has
lost its turn while its last part was on the way cannot change what its successor goes on from, and no
lock is held while bytes travel. Needs a store that shows an object to everybody once it is written, as
S3 and its kin do.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from backend.storage.files import Content, TurnLostError, examine

if TYPE_CHECKING:
    from obstore.store import S3Config

_MEBIBYTE = 1024 * 1024
_TIMEOUT = timedelta(seconds=30)
_PART = re.compile(r"uploads/([0-9a-f]{32})/([0-9]{15})-([0-9]{9})-([0-9]{15})")


class ObjectStoreError(Exception):
    """The URL of the object store cannot be used. `code` is FILES-UNUSABLE."""

    code = "FILES-UNUSABLE"


class ObjectStore:
    """A FileStore in a bucket.

    `url` is s3://[KEY:SECRET@]HOST[:PORT]/BUCKET[/PREFIX][?region=NAME], or s3+http:// without TLS for a store on the
    same machine. Without key and secret those of the environment are taken (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).
    Raises ObjectStoreError.
    """

    piece_bytes = 4 * _MEBIBYTE

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        bucket, _, prefix = parts.path.strip("/").partition("/")
        if parts.scheme not in ("s3", "s3+http") or not parts.hostname or not bucket:
            raise ObjectStoreError("expected s3://HOST/BUCKET")
        plain = parts.scheme == "s3+http"
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        self._public = f"{parts.scheme}://{host}/{bucket}{f'/{prefix}' if prefix else ''}"
        config: S3Config = {
            "endpoint": f"{'http' if plain else 'https'}://{host}",
            "region": dict(parse_qsl(parts.query)).get("region", "us-east-1"),
            "virtual_hosted_style_request": False,
        }
        if parts.username and parts.password:
            config |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password)}
        try:
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                config=config,
                client_options={"allow_http": plain, "timeout": _TIMEOUT, "connect_timeout": timedelta(seconds=5)},
                retry_config={"max_retries": 3, "retry_timeout": _TIMEOUT},
            )
            obstore.list(self._store, chunk_size=1).collect()
        except (BaseError, ValueError) as error:
            # By type only: the URL may hold the secret.
            raise ObjectStoreError(type(error).__name__) from None

    # Uploads ------------------------------------------------------------------------------

    def new_upload(self) -> str:
        """As FileStore."""
        upload = secrets.token_hex(16)
        self._put(_part(upload, 0, 0, 0), b"")
        return upload

    def upload_length(self, upload: str) -> int:
        """As FileStore."""
        return sum(length for _, length in self._parts(upload))

    def append(self, upload: str, turn: int, offset: int, piece: bytes, held: Callable[[], bool]) -> None:
        """As FileStore."""
        if not held():
            raise TurnLostError
        self._put(_part(upload, offset, turn, len(piece)), piece)

    def examine(self, upload: str) -> Content:
        """As FileStore."""
        return examine(self._upload_bytes(upload))

    def remove_upload(self, upload: str) -> None:
        """As FileStore."""
        names = [name for name, _, _ in self._list(f"uploads/{upload}")]
        # The first part goes last: as long as any is there, the next sweep sees the upload.
        for name in sorted(names, reverse=True):
            self._delete(name)

    def uploads(self) -> Iterator[tuple[str, float]]:
        """As FileStore."""
        latest: dict[str, float] = {}
        for name, _, changed in self._list("uploads"):
            if found := _PART.fullmatch(name):
                latest[found[1]] = max(changed, latest.get(found[1], 0.0))
        yield from latest.items()

    # Permanent files ------------------------------------------------------------------------

    def keep(self, upload: str, digest: str) -> None:
        """As FileStore."""
        parts = self._parts(upload)
        if self.holds(digest):
            return
        if len(parts) == 1:
            obstore.copy(self._store, parts[0][0], _file(digest))
        else:
            # Not `put` with an iterator: the library cannot be called from within its own call. Nor `with`, which would
            # complete the object after an error: one that is not closed never appears.
            target = obstore.open_writer(self._store, _file(digest))
            for chunk in self._upload_bytes(upload):
                target.write(chunk)
            target.close()

    def holds(self, digest: str) -> bool:
        """As FileStore."""
        try:
            obstore.head(self._store, _file(digest))
        except FileNotFoundError:
            return False
        return True

    def read(self, digest: str) -> Iterator[bytes]:
        """As FileStore."""
        return self._object(_file(digest))

    def remove(self, digest: str) -> None:
        """As FileStore."""
        self._delete(_file(digest))

    def kept(self) -> Iterator[tuple[str, float]]:
        """As FileStore."""
        for name, _, changed in self._list("files"):
            yield name.rpartition("/")[2], changed

    def place(self, digest: str) -> str:
        """As FileStore."""
        return f"{self._public}/{_file(digest)}"

    def _parts(self, upload: str) -> list[tuple[str, int]]:
        """Names and lengths of the parts that count, in order. Raises FileNotFoundError for none at all."""
        begins: dict[int, tuple[int, str, int]] = {}
        found = False
        for name, _, _ in self._list(f"uploads/{upload}"):
            if match := _PART.fullmatch(name):
                found = True
                offset, turn, length = int(match[2]), int(match[3]), int(match[4])
                if length:
                    begins[offset] = max(begins.get(offset, (-1, "", 0)), (turn, name, length))
        if not found:
            raise FileNotFoundError
        parts, offset = [], 0
        while offset in begins:
            _, name, length = begins[offset]
            parts.append((name, length))
            offset += length
        return parts

    def _upload_bytes(self, upload: str) -> Iterator[bytes]:
        for name, _ in self._parts(upload):
            yield from self._object(name)

    def _object(self, name: str) -> Iterator[bytes]:
        for chunk in obstore.get(self._store, name).stream(min_chunk_size=_MEBIBYTE):
            yield bytes(chunk)

    def _put(self, name: str, content: bytes) -> None:
        obstore.put(self._store, name, content, use_multipart=False)

    def _delete(self, name: str) -> None:
        try:
            obstore.delete(self._store, name)
        except FileNotFoundError:
            return

    def _list(self, folder: str) -> Iterator[tuple[str, int, float]]:
        for batch in obstore.list(self._store, folder):
            for item in batch:
                yield item["path"], item["size"], item["last_modified"].timestamp()


def _part(upload: str, offset: int, turn: int, length: int) -> str:
    # The length is in the name, so that one listing tells the whole state of an upload.
    return f"uploads/{upload}/{offset:015d}-{turn:09d}-{length:015d}"


def _file(digest: str) -> str:
    return f"files/{digest[:2]}/{digest}"
