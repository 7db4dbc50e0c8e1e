"""A camera that is held: its frames, whether it is still the same device, and the window in which it shows what it sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from drivers.camera.frames import CapturedFrames, FolderFrames, Frame, Frames, identity
from drivers.camera.window import Window
from drivers.errors import DeviceError
from drivers.ports import Preview


class CameraSource:
    """A camera's device, a film, or a folder of frames, for a driver whose code for a camera that is gone is `absent`.

    `preview` is the file in which it is shown, "" for none. Every method but `close` raises DeviceError with `absent`, and
    has let the camera go then; but for `show`, which keeps it when only the file has no place. `forget` is called whenever
    the preview begins or ends and whenever the camera is let go: what was seen is nothing to what will be seen.
    """

    def __init__(
        self,
        path: str,
        size: tuple[int, int],
        preview: str,
        *,
        absent: str,
        stream: bool = False,
        colour: bool = False,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path
        self._size = size
        self._preview = preview
        self._absent = absent
        self._stream = stream
        self._colour = colour
        self._forget = forget
        self._frames: Frames | None = None
        self._identity = (0, 0)
        self.window: Window | None = None
        """What is shown at present; None while nobody looks."""

    @property
    def capabilities(self) -> tuple[str, ...]:
        """`camera`, and `preview` when what it sees can be shown."""
        return ("camera", "preview") if self._preview else ("camera",)

    @property
    def folder(self) -> bool:
        """Whether its frames are files."""
        return isinstance(self._frames, FolderFrames)

    @property
    def one_by_one(self) -> bool:
        """Whether single pictures are put into its folder, each to be looked at, rather than that a camera runs."""
        return self.folder and not self._stream

    def open(self) -> None:
        """Takes the camera."""
        self.close()
        try:
            path = Path(self._path)
            self._identity = identity(path)
            if path.is_dir():
                self._frames = FolderFrames(path, self._stream, self._colour)
            else:
                self._frames = CapturedFrames(self._path, *self._size, colour=self._colour)
            if self._preview:
                Path(self._preview).unlink(missing_ok=True)  # of a host that was killed
        except OSError as error:
            raise self._gone(error) from error

    def close(self) -> None:
        """Lets the camera go and wipes the preview."""
        frames, self._frames = self._frames, None
        self._wipe()
        if frames is not None:
            frames.close()

    def check(self) -> Frames:
        """Its frames, if it is open and still the device that was opened."""
        try:
            if self._frames is None:
                raise OSError("not open")
            if identity(Path(self._path)) != self._identity:
                raise OSError("the path leads to another device now")
        except OSError as error:
            raise self._gone(error) from error
        return self._frames

    def next(self) -> Frame | None:
        """The next frame, None when there is none yet."""
        frames = self.check()
        try:
            return frames.next()
        except OSError as error:
            raise self._gone(error) from error

    def show(self, shown: bool) -> Preview:
        """Begins to show what the camera sees, in a file made anew, or ends it and wipes the file."""
        self._wipe()
        if not shown or not self._preview:
            return Preview()
        self.check()
        try:
            self.window = Window(self._preview)
        except OSError as error:  # it sees all the same
            raise self._told(error) from error
        return Preview(str(Path(self._preview).absolute()))

    def _wipe(self) -> None:
        """Shows nothing any more."""
        self._forget()
        window, self.window = self.window, None
        if window is not None:
            window.close()

    def _gone(self, error: OSError) -> DeviceError:
        self.close()
        return self._told(error)

    def _told(self, error: OSError) -> DeviceError:
        return DeviceError(self._absent, f"{type(error).__name__}: {error.strerror or error}")
