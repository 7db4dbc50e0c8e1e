"""Watches the scanner's status while SANE waits for it, and breaks the wait off when no page can come any more.

sane-airscan repeats a refused request for 30 s before it says "device busy"; the scanner itself says at once that its
cover is open. Only HTTP and the one SANE call that may come from elsewhere (sane_cancel, SANE 4.3.12) happen here.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from drivers.scanner.escl import EsclClient, EsclRefused, EsclUnreachable

TICK_S: Final = 0.05
ASK_EVERY_S: Final = 0.4
# Pages that arrived are read within this time; cancelling earlier would throw away pages that wait in the library.
PATIENCE_S: Final = 1.0


class Watch:
    """A context for the page loop, which says when it is inside a call that blocks."""

    def __init__(self, client: EsclClient, cancelled: threading.Event, stop_device: Callable[[], None]) -> None:
        self._client = client
        self._cancelled = cancelled
        self._stop_device = stop_device
        self._over = threading.Event()
        self._since: float | None = None
        self._may_cancel = False
        self._thread = threading.Thread(target=self._run, name="scanner-status", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @contextlib.contextmanager
    def waiting(self, *, may_cancel: bool) -> Iterator[None]:
        """Around a call that may block.

        With `may_cancel` a person's cancel breaks it off at once. Not so while sane_start waits for a further page:
        sane-airscan would go on to begin a new job, and feed a sheet, after the cancelled one.
        """
        self._may_cancel = may_cancel
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    def _run(self) -> None:
        troubles, asked = 0, 0.0
        while not self._over.wait(TICK_S):
            now, since = time.monotonic(), self._since
            if since is None:
                troubles = 0
                continue
            if self._cancelled.is_set() and self._may_cancel:
                self._stop_device()
                continue
            if now - since < PATIENCE_S or now - asked < ASK_EVERY_S:
                continue
            asked = now
            try:
                trouble = self._client.status().trouble
                troubles = troubles + 1 if trouble else 0
            except (EsclRefused, EsclUnreachable):
                # Silence may pass; when it does not, the deadline of the host ends it, since no cancel gets through.
                troubles = 0
            # The page loop may have gone on while the scanner was asked. One cancel is not enough: after it
            # sane-airscan asks for a new job, which the scanner in trouble refuses for another ten seconds.
            if self._since == since and troubles >= 2:
                self._stop_device()
