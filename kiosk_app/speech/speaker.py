"""Speaks a text through espeak-ng in a process of its own; a new text cuts the old one off."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from typing import Final

from kiosk_app.log import log
from kiosk_app.model.basics import Language

VOICES: Final = {Language.VI: "vi", Language.EN: "en-gb"}
WORDS_PER_MINUTE: Final = 150
LONGEST: Final = 600
"""Letters spoken at most: a screen's heading and guidance, not a whole law."""


class Speaker:
    """One voice. A kiosk without espeak-ng or without sound says nothing and goes on."""

    def __init__(self, program: str = "espeak-ng") -> None:
        self._program = shutil.which(program)
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def available(self) -> bool:
        """Whether the voice is installed."""
        return self._program is not None

    def speak(self, text: str, language: Language) -> None:
        """Begins to speak; called on the loop's thread, returns at once."""
        if self._program is None or not text.strip():
            return
        self._cut()
        self._task = asyncio.get_running_loop().create_task(self._say(text[:LONGEST], language))

    async def stop(self) -> None:
        """Silence; no process is left."""
        self._cut()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _say(self, text: str, language: Language) -> None:
        assert self._program is not None
        process = await asyncio.create_subprocess_exec(
            self._program,
            *("-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "--stdin"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._process = process
        try:
            await process.communicate(text.encode())
        finally:
            self._kill(process)
            code = await process.wait()
        if code not in (0, -signal.SIGKILL):
            log("speech.failed", exit=code)

    def _cut(self) -> None:
        if self._process is not None:
            self._kill(self._process)
        if self._task is not None and not self._task.done() and self._process is None:
            self._task.cancel()
        self._process = None

    @staticmethod
    def _kill(process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
