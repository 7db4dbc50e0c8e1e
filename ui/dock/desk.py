"""The whole dock as QML sees it (`App.vm`): its devices, whether the server answers, and the language."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot

from drivers.simulators.chip.people import DEFAULT
from ui.dock.device import LIST, DeviceModel, Table
from ui.dock.link import Frame, Line
from ui.dock.models import KINDS, model_of
from ui.dock.tape import Tape


class Desk(QObject):
    """Models of the devices that the server tells of; a device keeps its model as long as it is there."""

    devices_changed = Signal(name="devicesChanged")
    connected_changed = Signal(name="connectedChanged")

    def __init__(self, address: str, switch_language: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._switch = switch_language
        self._line: Line | None = None
        self._table = Table(DEFAULT, self)
        self._tape = Tape(address, self)
        self._devices: list[DeviceModel] = []
        self._connected = False
        self._met = False

    def use(self, line: Line) -> None:
        """Gives the devices and the tape the line on which they ask."""
        self._line = line
        self._tape.use(line)

    def told(self, frame: Frame) -> None:
        """Shows the devices and the tape as they are now."""
        assert self._line is not None
        self._tape.told(frame)
        known = [item for item in frame["devices"] if item["kind"] in KINDS]
        known.sort(key=lambda item: list(KINDS).index(item["kind"]))
        if [item["id"] for item in known] == [model.device_id for model in self._devices]:
            for model, item in zip(self._devices, known, strict=True):
                model.take(item)
        else:
            gone = self._devices
            self._devices = [model_of(item, self._line, self._table, self) for item in known]
            self.devices_changed.emit()
            for model in gone:
                model.deleteLater()
        self._set_connected(True)

    def lost(self) -> None:
        """Says that the server does not answer; the devices stay as they were last seen."""
        self._set_connected(False)

    def device(self, id: str) -> DeviceModel | None:
        """The model of a device, None when there is no such device."""
        return next((model for model in self._devices if model.device_id == id), None)

    def _set_connected(self, connected: bool) -> None:
        if (self._connected, self._met) != (connected, self._met or connected):
            self._connected, self._met = connected, self._met or connected
            self.connected_changed.emit()

    address = Property(str, fget=lambda self: self._address, constant=True)
    devices = Property(LIST, fget=lambda self: self._devices, notify=devices_changed)
    tape = Property(QObject, fget=lambda self: self._tape, constant=True)
    connected = Property(bool, fget=lambda self: self._connected, notify=connected_changed)
    met = Property(bool, fget=lambda self: self._met, notify=connected_changed)

    @Slot()
    def switch_language(self) -> None:
        """The other language."""
        self._switch()
