"""The process that touches pictures: jobs come over its pipe, pages stay in memory, only sealed ones reach the disk."""

from __future__ import annotations

import base64
import contextlib
import errno
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from drivers import memory
from drivers.priority import step_back
from drivers.sealed import SealBroken, SealedWriter, read_sealed, write_sealed
from kiosk_app.imaging import frames
from kiosk_app.imaging.errors import STORE_FULL, UNREADABLE, WRITE, ImagingError
from kiosk_app.imaging.files import Kind, kind_of
from kiosk_app.imaging.values import Page, PageInput

if TYPE_CHECKING:
    from kiosk_app.imaging.page import Prepared
    from kiosk_app.imaging.text import Reader

Job = tuple[dict[str, Any], bytes]


def main() -> int:
    """Serves jobs until the pool's end of the pipe closes."""
    # a crash must not leave a citizen's page in a core file
    memory.keep_inside()
    # the screen goes before the pages
    step_back()
    # libraries that print must not write into the pipe of replies
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    reader = _load()
    _reply(replies, {"ready": True, "reads": reader is not None})
    while True:
        message, _ = jobs.get()
        try:
            # a page that ended the engine before is made without it
            asked = reader if message.get("reader", True) else None
            if message["job"] == "page":
                _page(message, asked, replies)
            elif message["job"] == "file":
                _file_page(message, asked, replies)
            elif message["job"] == "count":
                _count(message, replies)
            elif message["job"] == "turn":
                _turn(message, asked, replies)
            elif message["job"] == "view":
                _view(message, replies)
            elif message["job"] == "alike":
                _alike(message, replies)
            elif message["job"] == "draw":
                _draw(message, replies)
            elif message["job"] == "code":
                _code(message, replies)
            else:
                _pdf(message, replies)
        except ImagingError as error:
            _reply(replies, {"error": error.code, "detail": error.detail})
        except SealBroken as error:
            _reply(replies, {"error": error.code, "detail": "sealed page"})


def _listen(stream: BinaryIO, jobs: queue.SimpleQueue[Job]) -> None:
    """Feeds the jobs; when the kiosk is gone this process goes too, whatever it was doing."""
    while (frame := frames.read_frame(stream)) is not None:
        jobs.put(frame)
    os._exit(0)


def _load() -> Reader | None:
    """Imports the heavy libraries now, so that no page and no slip waits for them; None without language data."""
    import cv2

    from kiosk_app.imaging.codes import own_codes  # noqa: F401
    from kiosk_app.imaging.fingerprint import fingerprint  # noqa: F401
    from kiosk_app.imaging.kept import as_kept  # noqa: F401
    from kiosk_app.imaging.page import process  # noqa: F401
    from kiosk_app.imaging.pdf import build_pdf  # noqa: F401
    from kiosk_app.imaging.text import Reader
    from kiosk_app.receipts.drawing import rehearse

    # what is wrong with a template or a face is told by the slip that wants it: no page needs them
    with contextlib.suppress(OSError, ValueError):
        rehearse()
    # one worker is one core: the pool decides how many
    cv2.setNumThreads(1)
    try:
        return Reader()
    except ImagingError:
        return None


def _reply(replies: BinaryIO, message: dict[str, Any], blob: bytes = b"") -> None:
    replies.write(frames.pack(message, blob))
    replies.flush()


def _unsealed(place: dict[str, Any]) -> tuple[bytes, str]:
    source = frames.source_from_json(place)
    try:
        return read_sealed(source.path, source.key, source.associated), source.path.name
    except OSError as error:
        raise ImagingError(UNREADABLE, f"{source.path.name}: {type(error).__name__}") from error


def _page(message: dict[str, Any], reader: Reader | None, replies: BinaryIO) -> None:
    from kiosk_app.imaging.page import prepare

    started = time.monotonic()
    data, name = _unsealed(message["source"])
    given, kept_dpi = PageInput(data, int(message["source"]["dpi"])), int(message["kept_dpi"])
    prepared = prepare(given, name, reader, kept_dpi=kept_dpi)
    del data, given
    _finish(prepared, message, reader, replies, started)


def _file_page(message: dict[str, Any], reader: Reader | None, replies: BinaryIO) -> None:
    """A page of a file that lies in plain where its owner keeps it."""
    from kiosk_app.imaging.decode import decode
    from kiosk_app.imaging.page import prepare_picture

    started = time.monotonic()
    path, index = Path(message["path"]), int(message["index"])
    if kind_of(path) is Kind.PDF:
        from kiosk_app.imaging.pdfin import draw

        prepared = prepare_picture(lambda: draw(path, index), reader)
    else:
        prepared = prepare_picture(lambda: decode(path, path.name, index), reader)
    _finish(prepared, message, reader, replies, started)


def _count(message: dict[str, Any], replies: BinaryIO) -> None:
    from kiosk_app.imaging.pdfin import page_count

    _reply(replies, {"done": {"pages": page_count(Path(message["path"]))}})


def _turn(message: dict[str, Any], reader: Reader | None, replies: BinaryIO) -> None:
    from kiosk_app.imaging.page import turn

    started = time.monotonic()
    data, name = _unsealed(message["source"])
    verdict = frames.verdict_from_json(message["verdict"])
    prepared = turn(data, int(message["source"]["dpi"]), verdict, int(message["quarters"]), name)
    _finish(prepared, message, reader, replies, started)


def _view(message: dict[str, Any], replies: BinaryIO) -> None:
    from kiosk_app.imaging.view import view

    data, name = _unsealed(message["source"])
    _reply(replies, {"done": {}}, view(data, int(message["width"]), name))


def _alike(message: dict[str, Any], replies: BinaryIO) -> None:
    from kiosk_app.imaging.likeness import same_page

    page = base64.b64decode(message["page"])
    others = (base64.b64decode(other) for other in message["others"])
    _reply(replies, {"done": {"alike": [place for place, other in enumerate(others) if same_page(page, other)]}})


def _draw(message: dict[str, Any], replies: BinaryIO) -> None:
    from kiosk_app.receipts import Document
    from kiosk_app.receipts.drawing import picture
    from kiosk_app.receipts.template import TemplateError

    try:
        drawn = picture(Document.from_json(message["document"]), int(message["dots"]))
    except TemplateError as error:
        raise ImagingError(error.code, str(error)) from error
    _reply(replies, {"done": {}}, drawn)


def _code(message: dict[str, Any], replies: BinaryIO) -> None:
    from kiosk_app.receipts.codes import screen_code

    _reply(replies, {"done": {}}, screen_code(message["text"]))


def _finish(
    prepared: Prepared, message: dict[str, Any], reader: Reader | None, replies: BinaryIO, started: float
) -> None:
    """Shows the page, seals it, reads it."""
    from kiosk_app.imaging.codes import own_codes
    from kiosk_app.imaging.fingerprint import fingerprint
    from kiosk_app.imaging.page import read

    height, width = prepared.picture.shape[:2]
    seen = {
        "width": int(width),
        "height": int(height),
        "dpi": prepared.dpi,
        "verdict": frames.verdict_to_json(prepared.verdict),
    }
    _reply(replies, {"preview": seen}, prepared.thumbnail)
    target = frames.source_from_json(message["target"])
    _write(target.path, target.key, prepared.jpeg, target.associated)
    reads = reader is not None and bool(message["ocr"]) and not prepared.verdict.blank
    words = read(prepared, reader) if reads and reader is not None else ()
    done = {
        **seen,
        "words": frames.words_to_json(words),
        "recognised": reads,
        "likeness": base64.b64encode(fingerprint(prepared.picture, prepared.dpi)).decode("ascii"),
        "codes": own_codes(prepared.picture),
        "seconds": round(time.monotonic() - started, 3),
    }
    _reply(replies, {"done": done}, prepared.thumbnail)


def _write(path: Path, key: bytes, data: bytes, associated: bytes) -> None:
    try:
        write_sealed(path, key, data, associated)
    except OSError as error:
        raise _not_written(error) from error


def _not_written(error: OSError) -> ImagingError:
    return ImagingError(STORE_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else WRITE, type(error).__name__)


def _pdf(message: dict[str, Any], replies: BinaryIO) -> None:
    """Binds pages one by one from the spool, into a file in plain or into a sealed one."""
    from kiosk_app.imaging.kept import as_kept
    from kiosk_app.imaging.pdf import letters_of, write_pdf

    facts = frames.facts_from_json(message["facts"])
    listed = message["pages"]
    letters = letters_of(row[0] for data in listed for row in data["words"])
    scan = frames.scan_from_json(message["scan"])
    pages = (as_kept(_page_of(index, data), scan) for index, data in enumerate(listed, 1))
    try:
        if "out" in message:
            with Path(message["out"]).open("xb") as stream:
                size, sha256 = write_pdf(pages, letters, facts, stream.write)
                stream.flush()
                os.fsync(stream.fileno())
        else:
            target = frames.source_from_json(message["target"])
            with SealedWriter(target.path, target.key, target.associated) as sealed:
                size, sha256 = write_pdf(pages, letters, facts, sealed.write)
    except OSError as error:
        # a file in plain lies outside the store: that may be full of other things
        raise ImagingError(WRITE, type(error).__name__) if "out" in message else _not_written(error) from error
    _reply(replies, {"done": {"pages": len(listed), "size": size, "sha256": sha256}})


def _page_of(index: int, data: dict[str, Any]) -> Page:
    jpeg, _ = _unsealed(data["page"])
    words = frames.words_from_json(data["words"])
    verdict = frames.verdict_from_json(data["verdict"])
    return Page(index, int(data["width"]), int(data["height"]), int(data["page"]["dpi"]), verdict, jpeg, b"", words)


if __name__ == "__main__":
    sys.exit(main())
