"""The cable of a simulated camera: a folder that is there while it is plugged in, into which whole frames are moved."""

from __future__ import annotations

from pathlib import Path


class FrameFolder:
    """Frames by number in files of one `suffix`; of a camera that runs only the last `kept` lie there, 0 keeps all."""

    def __init__(self, path: Path | str, suffix: str, kept: int = 0) -> None:
        self.path = Path(path)
        self._suffix = suffix
        self._kept = kept
        self._count = 0

    @property
    def plugged(self) -> bool:
        """Whether the camera is there."""
        return self.path.exists()

    def plug(self) -> None:
        """Puts the cable in."""
        self.path.mkdir(parents=True, exist_ok=True)

    def unplug(self) -> None:
        """Pulls it, with every frame."""
        for path in self.path.glob("*"):
            path.unlink()
        if self.plugged:
            self.path.rmdir()

    def put(self, frame: bytes, *, lost: bool = False) -> None:
        """The next frame, whole or not at all: half a frame is no frame. One that is `lost` only counts."""
        self._count += 1
        if lost or not self.plugged:
            return
        fresh = self.path / f"{self._count:08d}.part"
        fresh.write_bytes(frame)
        fresh.replace(fresh.with_suffix(self._suffix))
        if self._kept:
            (self.path / f"{self._count - self._kept:08d}{self._suffix}").unlink(missing_ok=True)
