"""A tone in one ear, and a program that plays it."""

from __future__ import annotations

import io
import math
import shutil
import struct
import subprocess
import wave
from typing import Final

RATE: Final = 44_100
SECONDS: Final = 1.2
HERTZ: Final = {"left": 440.0, "right": 660.0}
"""Two pitches, so that swapped cables are heard as well as seen."""
_LOUD: Final = 9_000
_RAMP: Final = RATE // 50
_PATIENCE_S: Final = 10.0


class NoSound(Exception):
    """There is no program or no device to play with."""

    code = "SPK-ABSENT"


def tone(side: str) -> bytes:
    """A WAV (16 bits, stereo) with a tone on `side`, left or right, and silence on the other."""
    count = round(RATE * SECONDS)
    frames = bytearray()
    for at in range(count):
        fade = min(1.0, at / _RAMP, (count - at) / _RAMP)  # no click at either end
        value = round(_LOUD * fade * math.sin(2 * math.pi * HERTZ[side] * at / RATE))
        frames += struct.pack("<hh", *((value, 0) if side == "left" else (0, value)))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(bytes(frames))
    return file.getvalue()


def play(sound: bytes, program: str = "aplay") -> None:
    """Plays to the end; blocks. Raises NoSound."""
    found = shutil.which(program)
    if found is None:
        raise NoSound(f"{program} is not installed")
    try:
        done = subprocess.run(
            [found, "-q"], input=sound, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoSound(f"{program}: {type(error).__name__}") from error
    if done.returncode:
        raise NoSound(f"{program} ended with {done.returncode}")
