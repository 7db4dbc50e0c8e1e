"""The voice: espeak-ng in a process of its own, or a recording where there is one of exactly these words.

espeak-ng is GPL-3: it is run as a program and never loaded into this process. So is sonic, which makes a recording faster
or slower and leaves its pitch as it was (espeak-ng does so itself).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
import wave
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kiosk_app.log import log
from kiosk_app.model.basics import Language
from kiosk_app.speech.lines import Line, for_the_ear
from kiosk_app.speech.prompts import Prompts, louder

VOICES: Final = {Language.VI: "vi", Language.EN: "en-gb"}
VOLUMES: Final = (25, 50, 90, 135, 190)
"""Amplitudes of espeak-ng for the five steps; 100 is its own middle, 200 its most."""
SPEEDS: Final = (120, 160, 210, 270)
"""Words in a minute for the four steps."""
VOLUME: Final = 3
SPEED: Final = 2
"""The steps at which each person begins, from 1."""
PACER: Final = "sonic"
"""Makes a recording, which was spoken at the step SPEED, faster or slower."""
LONGEST: Final = 2_000
PLAYERS: Final = (("aplay", "-q", "-"), ("pw-play", "-"), ("paplay",))


@dataclass(frozen=True)
class Loudness:
    """How somebody wants it: volume 1 to 5, speed 1 to 4."""

    volume: int = VOLUME
    speed: int = SPEED


class Speaker:
    """One voice. A kiosk without espeak-ng or without sound says nothing and goes on.

    `player` is a program that plays a wav file from its input; by default the first of PLAYERS that is installed.
    `began` is called with the seconds from asking until the program that makes the sound was started. Without `pacer`
    recordings are played at their own speed.
    """

    def __init__(
        self,
        program: str = "espeak-ng",
        prompts: Prompts | None = None,
        player: tuple[str, ...] | None = None,
        began: Callable[[float], None] = lambda seconds: None,
        pacer: str = PACER,
    ) -> None:
        self._program = shutil.which(program)
        self._pacer = shutil.which(pacer)
        self._prompts = prompts or Prompts(None)
        found = player or next((words for words in PLAYERS if shutil.which(words[0])), None)
        self._player = found if found is not None and shutil.which(found[0]) else None
        self._began = began
        self._waiting: deque[tuple[str, Language, Loudness, float]] = deque()
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._cuts = 0

    @property
    def available(self) -> bool:
        """Whether the voice is installed."""
        return self._program is not None

    def say(self, line: Line, loudness: Loudness | None = None, *, cut: bool = True) -> None:
        """Says a line on the loop's thread and returns at once; `cut` ends what is being said, else it waits its turn."""
        if self._program is None:
            return
        if cut:
            self.hush()
        now = time.monotonic()
        for part in line.parts:
            if part.words.strip():
                self._waiting.append((part.words, line.language, loudness or Loudness(), now))
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._speak())

    def hush(self) -> None:
        """Ends what is being said, and what waits is not said."""
        self._waiting.clear()
        self._cuts += 1
        if self._process is not None:
            _kill(self._process)

    async def stop(self) -> None:
        """Silence; no process is left."""
        self.hush()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _speak(self) -> None:
        while self._waiting:
            cuts = self._cuts
            words, language, loudness, asked = self._waiting.popleft()
            recording = self._prompts.file(words, language) if self._player is not None else None
            if recording is not None:
                try:
                    sound = await asyncio.to_thread(recording.read_bytes)
                    sound = await asyncio.to_thread(louder, sound, VOLUMES[loudness.volume - 1] / 100)
                    sound = await self._paced(sound, loudness.speed)
                except (OSError, wave.Error, EOFError) as error:
                    log("speech.failed", error=type(error).__name__)
                else:
                    assert self._player is not None  # looked at above
                    await self._run(self._player, sound, asked, cuts)
                    continue
            # What waits in the same language and was asked for at once is one breath for the voice.
            while self._waiting and self._waiting[0][1:] == (language, loudness, asked):
                if self._player is not None and self._prompts.file(self._waiting[0][0], language) is not None:
                    break
                words += f". {self._waiting.popleft()[0]}"
            assert self._program is not None  # say has looked
            manner = ("-v", VOICES[language], "-s", str(SPEEDS[loudness.speed - 1]))
            command = (self._program, *manner, "-a", str(VOLUMES[loudness.volume - 1]), "--stdin")
            await self._run(command, for_the_ear(words)[:LONGEST].encode(), asked, cuts)

    async def _paced(self, sound: bytes, step: int) -> bytes:
        """A wav file's bytes at the speed of a step; as they were where that cannot be done."""
        if step == SPEED or self._pacer is None:
            return sound
        with _in_memory(sound) as given, _in_memory(b"") as made:
            process = await asyncio.create_subprocess_exec(
                self._pacer,
                "-s",
                f"{SPEEDS[step - 1] / SPEEDS[SPEED - 1]:.3f}",
                f"/dev/fd/{given}",
                f"/dev/fd/{made}",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(given, made),
            )
            try:
                code = await process.wait()
            finally:
                _kill(process)
            paced = os.pread(made, os.fstat(made).st_size, 0)
        if code or not paced:
            log("speech.failed", exit=code)
            return sound
        return paced

    async def _run(self, command: tuple[str, ...], given: bytes, asked: float, cuts: int) -> None:
        if cuts != self._cuts:
            return
        with _in_memory(given) as words:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=words,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        self._process = process
        self._began(time.monotonic() - asked)
        try:
            if cuts != self._cuts:
                return  # hushed while the program was being started
            await process.wait()
        finally:
            _kill(process)
            code = await process.wait()
            self._process = None
        if code not in (0, -signal.SIGKILL):
            log("speech.failed", exit=code)


@contextlib.contextmanager
def _in_memory(given: bytes) -> Iterator[int]:
    """A file without a name or a disk that the program reads its input from.

    A pipe would have to be watched by the loop while the program reads, each watch costs references for good (PySide
    6.11.3 gives those of a QSocketNotifier not all back), and it breaks when the voice is cut while it starts.
    """
    with os.fdopen(os.memfd_create("words"), "w+b") as file:
        file.write(given)
        file.flush()
        file.seek(0)
        yield file.fileno()


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
