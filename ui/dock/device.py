"""One simulated device as the dock shows it: what its state means, what is broken in it, and the requests it sends."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Property, QObject, Signal, Slot

from ui.dock.faults import State, number_of
from ui.dock.link import Device, Line

# Qt knows these types by name only.
LIST: Final[Any] = "QVariantList"
MAP: Final[Any] = "QVariantMap"

View = dict[str, Any]
"""What QML reads of a device: plain values by camelCase name, always with `tone` and `status`."""


class Table(QObject):
    """What lies on the table between the devices: whose card is in hand, and the slip that was printed last (a path)."""

    changed = Signal()

    def __init__(self, person: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.person = person
        self.receipt = ""

    def put(self, *, person: str = "", receipt: str = "") -> None:
        """Puts a card or a slip there; what is left out stays."""
        now = (person or self.person, receipt or self.receipt)
        if now != (self.person, self.receipt):
            self.person, self.receipt = now
            self.changed.emit()


class DeviceModel(QObject):
    """A device and its handles. `view` is computed by the kind's own `look`; texts are ids, QML has the words."""

    changed = Signal()

    def __init__(self, device: Device, line: Line, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.device_id = str(device["id"])
        self.table = table
        self.state: State = device["state"]
        self._line = line
        self._kind = str(device["kind"])
        self.actions = frozenset(device["actions"])
        self._known = [self._fault_row(name, str(words)) for name, words in device["faults"].items() if name != "clear"]
        self._trouble = ""
        self._requests = 0
        self.open()
        self._view = self._look()
        table.changed.connect(self.refresh)

    def _fault_row(self, name: str, words: str) -> View:
        number = number_of(self._kind, name)
        return {
            "name": name,
            "words": words,
            "takes": number is not None,
            "value": number.value if number else "",
            "unit": number.unit if number else "",
        }

    # --- for the kinds

    def open(self) -> None:
        """Called once, before the first `look`."""

    def look(self, state: State) -> View:
        """What is seen of this state: at least `tone` (ok, warn, bad, info, none) and `status` (`dock.KIND.status.*`)."""
        raise NotImplementedError

    def ask(self, action: str, argument: str = "") -> None:
        """Sends what a person does to the device."""
        self._ask("act", action, argument)

    def tell(self, detail: str) -> None:
        """Shows why something could not be done; empty when that has been read."""
        self._trouble = detail
        self.changed.emit()

    @property
    def line(self) -> Line:
        """The line to the dock's server."""
        return self._line

    @Slot()
    def refresh(self) -> None:
        """Computes the view again and tells QML if it is another one."""
        view = self._look()
        if view != self._view:
            self._view = view
            self.changed.emit()

    def take(self, device: Device) -> None:
        """Shows the device's new state."""
        self.state = device["state"]
        self.refresh()

    def _look(self) -> View:
        return {**self.look(self.state), "broken": self._broken()}

    def _broken(self) -> list[View]:
        """The faults in effect, as the device itself tells them: `name`, and `argument` with its unit where it has one."""
        return [
            {
                "name": str(fault["name"]),
                "argument": str(fault["argument"] or ""),
                "unit": number.unit if (number := number_of(self._kind, str(fault["name"]))) else "",
            }
            for fault in self.state.get("faults", [])
        ]

    # --- for QML

    id = Property(str, fget=lambda self: self.device_id, constant=True)
    kind = Property(str, fget=lambda self: self._kind, constant=True)
    faults = Property(LIST, fget=lambda self: self._known, constant=True)
    view = Property(MAP, fget=lambda self: self._view, notify=changed)
    trouble = Property(str, fget=lambda self: self._trouble, notify=changed)
    busy = Property(bool, fget=lambda self: self._requests > 0, notify=changed)

    @Slot(str)
    @Slot(str, str)
    def act(self, action: str, argument: str = "") -> None:
        """What a person does, by the simulator's own name for it."""
        self.ask(action, argument)

    @Slot(str, str)
    def fault(self, name: str, argument: str) -> None:
        """Breaks the device; `clear` mends everything, or the one fault that is the argument."""
        self._ask("fault", name, argument.strip())

    @Slot()
    def dismiss(self) -> None:
        """The trouble has been read."""
        self.tell("")

    # --- requests

    def _ask(self, op: str, name: str, argument: str) -> None:
        self._requests += 1
        self._trouble = ""
        self._line.send(op, self.device_id, name, argument, self._done)
        self.changed.emit()

    def _done(self, trouble: str) -> None:
        self._requests -= 1
        # The server names the exception's type before its words; that is no news for a person.
        self._trouble = trouble.removeprefix("ValueError: ")
        self.changed.emit()
