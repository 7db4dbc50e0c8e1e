"""The camera's picture for the citizen: asked of its host while a screen shows it, wiped as soon as none does."""

from __future__ import annotations

import asyncio
from typing import Final

from drivers import preview
from drivers.errors import DeviceError
from drivers.ports import DeviceKind, Preview
from drivers.supervisor import Supervisor
from kiosk_app.log import log
from kiosk_app.model.offers import camera_shown
from kiosk_app.model.session import Session

AGAIN_S: Final = 1.0
"""After a host that could not show anything; by then it is another one, or the screen is."""

_Wanted = tuple[int, DeviceKind, int]
"""For which session, from which camera and process: never of the citizen before, or of a host that is gone."""


class CameraPreview:
    """Follows the session and keeps one viewer, for as long as the screen of that session asks for a code."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._session: Session | None = None
        self._current: _Wanted | None = None
        self._stale = False
        self._viewer: preview.Viewer | None = None
        self._changed = asyncio.Event()

    def look(self) -> preview.Frame | None:
        """The newest frame, None when there is no newer one; takes a fraction of a millisecond.

        The pixels are good until the next look.
        """
        return None if self._viewer is None else self._viewer.look()

    @property
    def shown(self) -> bool:
        """Whether there is something to look at."""
        return self._viewer is not None

    def follow(self, session: Session) -> None:
        """Takes the session after each transition; what may no longer be seen is wiped here and now."""
        self._session = session
        if self._current is not None and self._current != self._wanted():
            self._wipe()
            self._stale = True
        self._changed.set()

    async def keep(self) -> None:
        """Begins and ends the preview as the session asks, until cancelled."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                if not await self._reconcile():
                    await asyncio.sleep(AGAIN_S)
                    self._changed.set()
        finally:
            self._wipe()

    def _wanted(self) -> _Wanted | None:
        kind = None if self._session is None else camera_shown(self._session)
        client = None if kind is None else self._supervisor.by_kind(kind)
        if self._session is None or kind is None or client is None or client.pid is None:
            return None
        return self._session.number, kind, client.pid

    async def _reconcile(self) -> bool:
        """Whether there is now what was wanted; what has changed meanwhile is seen to in the next turn."""
        wanted = self._wanted()
        if wanted == self._current and not self._stale:
            return True
        self._wipe()
        before, self._current, self._stale = self._current, None, False
        if before is not None and (wanted is None or wanted[1] is not before[1]):
            await self._end(before)
        if wanted is None:
            return True
        if not await self._begin(wanted[1]):
            return False
        self._current = wanted
        if wanted != self._wanted():
            self._wipe()
            self._stale = True
            self._changed.set()
        return True

    async def _begin(self, kind: DeviceKind) -> bool:
        """Whether the camera shows something now."""
        client = self._supervisor.by_kind(kind)
        if client is None:
            return True
        try:
            answer = await client.call("preview", Preview, shown=True)
            self._viewer = preview.Viewer(answer.path) if answer.path else None
        except (DeviceError, OSError) as error:
            log("camera.not_shown", code=getattr(error, "code", "SYS-UNEXPECTED"))
            return False
        return True

    async def _end(self, shown: _Wanted) -> None:
        """Has a camera forget what it showed; a host that has gone with its session has forgotten it already."""
        number, kind, pid = shown
        client = self._supervisor.by_kind(kind)
        if client is None or self._session is None or (number, pid) != (self._session.number, client.pid):
            return
        try:
            await client.call("preview", Preview, shown=False)
        except DeviceError as error:
            log("camera.not_shown", code=error.code)

    def _wipe(self) -> None:
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            viewer.close()
