"""What a process does to keep what it knows: no core file, nothing in swap, freed memory overwritten."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import resource
from collections.abc import Iterator
from itertools import repeat
from typing import Final

_PR_SET_DUMPABLE: Final = 4
_M_PERTURB: Final = -6
_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_M_TRIM_THRESHOLD: Final = -1
_HEAPS: Final = 2
_LARGE: Final = 256 * 2**10
_SLACK: Final = 2 * 2**20
_PERTURB: Final = 0xA5
_MCL_CURRENT: Final = 1
_MCL_FUTURE: Final = 2
_MCL_ONFAULT: Final = 4
_LOCKABLE: Final = 512 * 2**20
"""A smaller allowance would not refuse now but let the driver run out of memory later."""

# The allocator of small Python objects: blocks up to 512 bytes in steps of 16; a bytes object has 33 bytes around its
# content, so that nothing with content is smaller than 48.
_SMALL_STEP: Final = 16
_SMALL_FIRST: Final = 48
_SMALL_LAST: Final = 512
_BYTES_AROUND: Final = 33
_FILL: Final = 2 * 2**20
# glibc's cache of each thread: seven pieces of each size up to 1032 bytes, which M_PERTURB does not reach.
_CACHED: Final = 7
_CACHED_FIRST: Final = 24
_CACHED_LAST: Final = 1032


def keep_inside() -> None:
    """No core file of this process, and no other process of the same user that reads its memory.

    Both are needed: a pipe in core_pattern takes a core whatever the limit says, and only the limit is inherited.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(
        _PR_SET_DUMPABLE, ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)
    )


def keep_out_of_swap() -> bool:
    """Locks all memory of this process, now and later, as far as it is touched; False where the limit forbids it."""
    _, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    for wanted in (resource.RLIM_INFINITY, most):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (wanted, wanted))
            break
    allowed, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if allowed != resource.RLIM_INFINITY and allowed < _LOCKABLE:
        return False
    return bool(ctypes.CDLL(None).mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0)


def overwrite_freed() -> None:
    """From now on the C library overwrites what is given back to it: pictures, long texts, and what Qt holds.

    Python's small objects have an allocator of their own and the C library a small cache; `scrub` is for both.
    """
    ctypes.CDLL(None).mallopt(_M_PERTURB, _PERTURB)


def share_heaps() -> None:
    """From now on all threads share two of the C library's heaps.

    It makes up to eight a processor, and each keeps the gaps between what lives long: a kiosk that drew and sealed in its
    threads all day grew by them.
    """
    ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def map_large_pieces() -> None:
    """From now on each piece of 256 kB and more has pages of its own, which go back to the system with it.

    By itself the C library raises that bound up to 32 MB as large pictures are freed: later ones then lie in the heap, and
    what lives long among them keeps their gaps. The heap's free end goes back only when it is 2 MB, not at every turn.
    """
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
    libc.mallopt(_M_TRIM_THRESHOLD, _SLACK)


def scrub() -> Iterator[None]:
    """Overwrites the small pieces of memory that are free, in steps of a few milliseconds, for the thread that calls.

    Python gives a freed piece of up to 512 bytes to the next object of that size and leaves its content until then.
    Here so many of each size are taken that every free one is among them, filled with zeros and given back.
    """
    for size in range(_SMALL_FIRST, _SMALL_LAST + 1, _SMALL_STEP):
        held = list(map(bytes, repeat(size - _BYTES_AROUND, _FILL // size)))
        del held
        yield
    libc = ctypes.CDLL(None)
    libc.malloc.argtypes, libc.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    libc.free.argtypes = [ctypes.c_void_p]
    for size in range(_CACHED_FIRST, _CACHED_LAST + 1, _SMALL_STEP):
        pieces = [libc.malloc(size) for _ in range(_CACHED)]
        for piece in pieces:
            if piece:
                ctypes.memset(piece, 0, size)
                libc.free(piece)
    yield


def give_back() -> None:
    """Returns to the system what the C library keeps of freed memory; takes less than a millisecond."""
    ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def forget() -> None:
    """Overwrites what is free at one go, a tenth of a second; for a process without a screen, on the thread that knew."""
    gc.collect()
    for _ in scrub():
        pass
    give_back()


def wipe(*secrets: bytearray) -> None:
    """Overwrites secrets in their place."""
    for secret in secrets:
        secret[:] = bytes(len(secret))
