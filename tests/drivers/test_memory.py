"""Memory that keeps what it knows: no core file, no swap, and freed pieces that say nothing any more."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

HUNT = '''
import ctypes, json, mmap

glass = mmap.mmap(-1, 2**20)  # one place to look through, which is no part of what is looked at: a copy is no find
GLASS = ctypes.addressof(ctypes.c_char.from_buffer(glass))


def found(needle):
    """How often the needle, which nobody holds whole, stands in this process's writable memory."""
    count, tail = 0, len(needle[0]) + len(needle[1]) - 1
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            area, rights = line.split()[:2]
            first, last = (int(word, 16) for word in area.split("-"))
            if not rights.startswith("rw"):
                continue
            for start, end in ((first, min(last, max(first, GLASS))), (max(first, min(last, GLASS + len(glass))), last)):
                while start < end:
                    memory.seek(start)
                    seen = memory.readinto(memoryview(glass)[: min(len(glass), end - start)])
                    at = glass.find(needle[0], 0, seen)
                    while at >= 0:
                        rest = at + len(needle[0])
                        count += glass[rest : min(seen, rest + len(needle[1]))] == needle[1]
                        at = glass.find(needle[0], at + 1, seen)
                    start += seen if seen < len(glass) or start + seen == end else seen - tail
    glass[:] = bytes(len(glass))
    return count
'''


def told_by(script: str) -> Any:
    """What the script prints as JSON, run in a process of its own."""
    done = subprocess.run([sys.executable, "-c", HUNT + script], check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_freed_memory_goes_back_to_the_system() -> None:
    before, after = told_by(
        "import ctypes\n"
        "from drivers import memory\n"
        "def resident(): return int(open('/proc/self/statm').read().split()[1])\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]\n"
        "pieces = [libc.malloc(4000) for _ in range(10_000)]\n"
        "for piece in pieces: ctypes.memset(piece, 1, 4000)\n"
        "for piece in pieces[:-1]: libc.free(piece)\n"
        "before = resident()\n"
        "memory.give_back()\n"
        "print(json.dumps([before, resident()]))\n"
    )
    assert before - after > 5_000  # pages of 4 kB


def test_a_large_piece_goes_back_with_its_pages_whatever_was_freed_before() -> None:
    grown = told_by(
        "import ctypes\n"
        "from drivers import memory\n"
        "memory.map_large_pieces()\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]\n"
        "libc.sbrk.restype = ctypes.c_void_p\n"
        "libc.free(libc.malloc(8_000_000))  # by itself the next ones would lie in the heap\n"
        "before = libc.sbrk(0)\n"
        "pieces = [libc.malloc(4_000_000) for _ in range(8)]\n"
        "print(json.dumps(libc.sbrk(0) - before))\n"
    )
    assert grown < 1_000_000


def test_a_process_that_keeps_inside_writes_no_core_file() -> None:
    limits, dumpable = told_by(
        "import ctypes, resource\n"
        "from drivers import memory\n"
        "memory.keep_inside()\n"
        "print(json.dumps([resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3)]))\n"
    )
    assert limits == [0, 0]
    assert dumpable == 0


def test_memory_is_locked_where_the_limit_allows_it_and_only_there() -> None:
    locked, kilobytes = told_by(
        "from drivers import memory\n"
        "locked = memory.keep_out_of_swap()\n"
        "held = bytes(1_000_000)\n"
        "status = open('/proc/self/status').read()\n"
        "print(json.dumps([locked, int(status.split('VmLck:')[1].split()[0])]))\n"
    )
    assert (kilobytes > 1000) is locked


def test_a_limit_that_is_too_small_leaves_the_process_as_it_was() -> None:
    script = (
        "import ctypes, resource\n"
        "from drivers import memory\n"
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536))\n"
        "ctypes.CDLL(None).prctl(24, 24, 0, 0, 0)\n"  # from now on nobody may raise it again: CAP_SYS_RESOURCE
        "import os\n"
        "if os.getuid() == 0:\n"
        "    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "locked = memory.keep_out_of_swap()\n"
        "held = [bytes(1_000_000) for _ in range(64)]\n"
        "print(json.dumps([locked, len(held)]))\n"
    )
    assert told_by(script) == [False, 64]


def test_freed_texts_and_pictures_are_overwritten() -> None:
    before, after = told_by(
        "from drivers import memory\n"
        "memory.overwrite_freed()\n"
        "needle = (b'CANARY-' + b'IN-A-', b'LONG-TEXT')\n"
        "held = [b'x' * 1000 + needle[0] + needle[1] + b'x' * 2000 for _ in range(50)]\n"
        "before = found(needle)\n"
        "del held\n"
        "print(json.dumps([before, found(needle)]))\n"
    )
    assert before >= 50
    assert after == 0


def test_small_freed_objects_are_overwritten_by_a_scrub() -> None:
    before, freed, after = told_by(
        "from drivers import memory\n"
        "needle = (b'CANARY-' + b'IN-A-', b'NAME')\n"
        "held = [needle[0] + needle[1] + b'%05d' % number for number in range(2000)]\n"
        "others = [bytes(number % 400) for number in range(20_000)]\n"
        "before = found(needle)\n"
        "del held, others[::3]\n"
        "freed = found(needle)\n"
        "for _ in memory.scrub(): pass\n"
        "print(json.dumps([before, freed, found(needle)]))\n"
    )
    assert before >= 2000
    assert freed > 0, "nothing was left behind, so that this test would find nothing either"
    assert after == 0


def test_wiped_secrets_are_zeros_in_their_place() -> None:
    from drivers import memory

    first, second = bytearray(b"one"), bytearray(b"other")
    memory.wipe(first, second)
    assert (first, second) == (bytearray(3), bytearray(5))


HEAPS = """
import ctypes, tempfile, threading
from drivers import memory
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
libc.fclose.argtypes, libc.malloc_info.argtypes = [ctypes.c_void_p], [ctypes.c_int, ctypes.c_void_p]

def heaps():
    together = threading.Barrier(9)
    threads = [threading.Thread(target=lambda: (libc.malloc(4000), together.wait())) for _ in range(8)]
    for thread in threads: thread.start()
    together.wait()
    for thread in threads: thread.join()
    with tempfile.NamedTemporaryFile() as told:
        stream = libc.fopen(told.name.encode(), b"w")
        libc.malloc_info(0, stream)
        libc.fclose(stream)
        return told.read().count(b"<heap nr=")
"""


def test_threads_share_their_heaps_once_they_are_told_to() -> None:
    assert told_by(HEAPS + "memory.share_heaps()\nprint(json.dumps(heaps()))") <= 2
    assert told_by(HEAPS + "print(json.dumps(heaps()))") > 2
