"""The fictional sessions of all screens, out of another process: drawing their pages takes memory that no kiosk needs."""

from __future__ import annotations

import copyreg
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from kiosk_app.model.session import Session


def frozen(items: dict[Any, Any]) -> Mapping[Any, Any]:
    """What a mapping in a session is made of again; the class itself has no name to be found by."""
    return MappingProxyType(items)


def from_another_process() -> Iterator[Session]:
    """Each session once, one at a time. Raises EOFError where the other process fails."""
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.sampled"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as stream:
        for _ in range(pickle.load(stream)):
            yield pickle.load(stream)
    process.wait()


def main() -> None:
    """Writes their number and them to stdout."""
    from tests.bench import sampled
    from ui.samples import sessions
    from ui.starting import gui_application

    gui_application()
    copyreg.pickle(MappingProxyType, lambda held: (sampled.frozen, (dict(held),)))
    made = list(sessions().values())
    for item in (len(made), *made):
        sys.stdout.buffer.write(pickle.dumps(item))


if __name__ == "__main__":
    main()
