"""The faults in effect at a simulator: set by name, and over when the device itself says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class ActiveFaults:
    """Faults by name with their argument, in the order in which they were set.

    `ended(name)` tells from the device's own state that a fault is over: its seconds have passed, its page was fed, hands
    have put it right. A fault that has ended does not come back by itself.
    """

    def __init__(self, ended: Callable[[str], bool]) -> None:
        self._ended = ended
        self._set: dict[str, str | None] = {}

    def __contains__(self, name: str) -> bool:
        self.look()
        return name in self._set

    def add(self, name: str, argument: str | None = None) -> None:
        """A fault was set; set again, it has its new argument and stands last."""
        self._set.pop(name, None)
        self._set[name] = argument or None

    def drop(self, *names: str) -> None:
        """Faults that were mended."""
        for name in names:
            self._set.pop(name, None)

    def clear(self) -> None:
        """All were mended."""
        self._set.clear()

    def look(self) -> None:
        """Forgets what has ended. To be called after each thing that hands do, too: what they do may undo itself."""
        for name in [name for name in self._set if self._ended(name)]:
            del self._set[name]

    def told(self) -> list[dict[str, str | None]]:
        """As `state()["faults"]` has them: name and argument of each."""
        self.look()
        return [{"name": name, "argument": argument} for name, argument in self._set.items()]


def to_clear(faults: Iterable[str], argument: str | None) -> str | None:
    """What `clear` with this argument mends: that fault, or None for all. Raises ValueError for one that is none."""
    if not argument:
        return None
    if argument == "clear" or argument not in faults:
        raise ValueError(f"no fault {argument} to clear; there are {', '.join(sorted(set(faults) - {'clear'}))}")
    return argument
