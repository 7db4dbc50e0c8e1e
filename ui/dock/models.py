"""The kinds of device on the dock: card reader, code reader, scanner, table camera and receipt printer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Property, QObject, QUrl, Signal, Slot

from drivers.barcode.decode import UnreadablePicture, decode_file
from drivers.simulators import papers
from drivers.simulators.chip.people import DEFAULT, PEOPLE
from ui.dock.device import LIST, DeviceModel, Table, View
from ui.dock.faults import State
from ui.dock.link import Device, Line


def person_row(key: str) -> View:
    """What is printed on the card of one of the fictional people."""
    person = PEOPLE.get(key)
    if person is None:
        return {"key": key, "name": key, "number": "", "can": ""}
    return {"key": key, "name": person.name, "number": person.number, "can": person.can}


class CardModel(DeviceModel):
    """The card reader and the fictional people whose cards can be laid on it."""

    def open(self) -> None:
        known = self.state.get("people")
        if self.state.get("person"):
            self.table.put(person=str(self.state["person"]))
        self._people = [person_row(str(key)) for key in (known if isinstance(known, list) else PEOPLE)]

    def look(self, state: State) -> View:
        lies = str(state.get("person") or "") if state.get("inserted") else ""
        return {
            "tone": "ok" if lies else "none",
            "status": "inserted" if lies else "empty",
            "lies": lies,
            "chosen": self.table.person,
            "card": person_row(self.table.person),
            "reading": bool(state.get("connected")),
        }

    def take(self, device: Device) -> None:
        """A card that somebody else laid on the reader is the chosen one from then on."""
        before, now = self.state.get("person"), device["state"].get("person")
        super().take(device)
        if now and now != before:
            self.table.put(person=str(now))

    people = Property(LIST, fget=lambda self: self._people, constant=True)

    @Slot(str)
    def choose(self, key: str) -> None:
        """Takes another person's card in hand; what lies on the reader stays there."""
        self.table.put(person=key)

    @Slot()
    def put(self) -> None:
        """Lays the chosen card on the reader, in place of the one that may lie there."""
        self.ask("insert", self.table.person)

    @Slot()
    def remove(self) -> None:
        """Takes the card away."""
        self.ask("remove")


class CodeModel(DeviceModel):
    """The code reader, a gun or a camera: a card's QR, a slip's QR or any text is held before it."""

    def look(self, state: State) -> View:
        plugged = bool(state.get("plugged"))
        scans = int(state.get("scans") or 0)
        return {
            "tone": "ok" if plugged else "bad",
            "status": "unplugged" if not plugged else "read" if scans else "ready",
            "plugged": plugged,
            "scans": scans,
            "card": person_row(self.table.person),
            "receipt": bool(self.table.receipt),
            "sees": "back" in self.actions,
        }

    @Slot()
    def show_back(self) -> None:
        """Holds the back of the card in hand before the camera."""
        self.ask("back", self.table.person)

    @Slot()
    def show_card(self) -> None:
        """Holds the QR of the card in hand before the reader."""
        person = PEOPLE.get(self.table.person, PEOPLE[DEFAULT])
        self.ask("scan", person.qr)

    @Slot()
    def show_receipt(self) -> None:
        """Holds the QR of the last slip before the reader."""
        self.line.spawn(self._show_receipt(self.table.receipt))

    @Slot(str)
    def show_text(self, text: str) -> None:
        """Holds a code with this text before the reader."""
        if text.strip():
            self.ask("scan", text.strip())

    async def _show_receipt(self, path: str) -> None:
        try:
            found = await asyncio.to_thread(decode_file, path)
        except UnreadablePicture as error:
            self.tell(str(error))
            return
        texts = [code.text for code in found.codes if code.text]
        if texts:
            self.ask("scan", texts[0])
        else:
            self.tell(Path(path).name)


_PAPERS: Final = [{"key": name, "pages": pages} for name, pages in papers.NAMES.items()]


class ScannerModel(DeviceModel):
    """The scanner: a procedure's demonstration stack or a single paper is laid into its feeder or on its glass."""

    choice_changed = Signal(name="choiceChanged")

    def open(self) -> None:
        self._stacks = [
            {"key": key, "sheets": len(sheets), "labels": ",".join(sheet.label for sheet in sheets)}
            for key, sheets in ((key, papers.stack(key)) for key in papers.PROCEDURES)
        ]
        # The dossier that most newcomers try first.
        self._stack = "IP-03" if "IP-03" in papers.PROCEDURES else papers.PROCEDURES[0]
        self._paper = ""

    def look(self, state: State) -> View:
        feeder, output = _names(state.get("feeder")), _names(state.get("output"))
        stuck, cover = _names(state.get("stuck")), bool(state.get("cover_open"))
        if not state.get("plugged"):
            tone, status = "bad", "unplugged"
        elif stuck:
            tone, status = "bad", "jam"
        elif cover:
            tone, status = "warn", "cover"
        elif state.get("doing") == "scanning":
            tone, status = "info", "scanning"
        else:
            tone, status = ("ok", "loaded") if feeder else ("ok", "ready")
        return {
            "tone": tone,
            "status": status,
            "feeder": len(feeder),
            "output": len(output),
            "stuck": len(stuck),
            "coverOpen": cover,
            "glass": _named(str(state["flatbed"])) if state.get("flatbed") else {},
        }

    stacks = Property(LIST, fget=lambda self: self._stacks, constant=True)
    papers = Property(LIST, fget=lambda self: _PAPERS, constant=True)
    stack = Property(str, fget=lambda self: self._stack, notify=choice_changed)
    paper = Property(str, fget=lambda self: self._paper, notify=choice_changed)

    @Slot(str)
    def choose_stack(self, key: str) -> None:
        """Takes a procedure's stack in hand."""
        self._stack, self._paper = key, ""
        self.choice_changed.emit()

    @Slot(str)
    def choose_paper(self, name: str) -> None:
        """Takes one paper in hand."""
        self._stack, self._paper = "", name
        self.choice_changed.emit()

    @Slot()
    def load(self) -> None:
        """Lays what is in hand into the feeder."""
        labels = next((item["labels"] for item in self._stacks if item["key"] == self._stack), self._paper)
        self.ask("load", str(labels))

    @Slot()
    def place(self) -> None:
        """Lays the first page of the paper in hand on the glass."""
        self.ask("place_flatbed", f"{self._paper}:1")


def _names(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _named(label: str) -> View:
    """name:page as a paper and its page; `of` is how many pages that paper has, 0 for a picture file."""
    name, _, page = label.rpartition(":")
    return {"name": name, "page": int(page) if page.isdigit() else 1, "of": papers.NAMES.get(name, 0)}


class CameraModel(DeviceModel):
    """The document camera over the table: one sheet lies under it, another one takes its place, or none."""

    choice_changed = Signal(name="choiceChanged")

    def open(self) -> None:
        self._paper = next(iter(papers.NAMES))

    def look(self, state: State) -> View:
        lies = _named(str(state["table"])) if state.get("table") else {}
        pages = papers.NAMES.get(self._paper, 1)
        # A paper's pages are laid there one after the other.
        page = lies["page"] % pages + 1 if lies.get("name") == self._paper else 1
        plugged = bool(state.get("plugged"))
        return {
            "tone": "bad" if not plugged else "ok" if lies else "none",
            "status": "unplugged" if not plugged else "lies" if lies else "empty",
            "plugged": plugged,
            "lies": lies,
            "next": {"name": self._paper, "page": page, "of": pages},
        }

    papers = Property(LIST, fget=lambda self: _PAPERS, constant=True)
    paper = Property(str, fget=lambda self: self._paper, notify=choice_changed)

    @Slot(str)
    def choose_paper(self, name: str) -> None:
        """Takes one paper in hand."""
        self._paper = name
        self.choice_changed.emit()
        self.refresh()

    @Slot()
    def lay(self) -> None:
        """Lays the next page of the paper in hand under the camera, in place of what lies there."""
        sheet = self._view["next"]
        self.ask("lay", f"{sheet['name']}:{sheet['page']}")

    @Slot()
    def take_away(self) -> None:
        """Takes the sheet off the table."""
        self.ask("take")


class PrinterModel(DeviceModel):
    """The receipt printer: the slip that hangs out of it, and its roll of paper."""

    def open(self) -> None:
        self._roll_mm = 1
        self._lay_out()

    def take(self, device: Device) -> None:
        """The newest slip also lies on the table, for the code reader."""
        super().take(device)
        self._lay_out()

    def _lay_out(self) -> None:
        if receipts := _names(self.state.get("receipts")):
            self.table.put(receipt=receipts[-1])

    def look(self, state: State) -> View:
        left = int(state.get("paper_left_mm") or 0)
        self._roll_mm = max(self._roll_mm, left)
        receipts = _names(state.get("receipts"))
        hanging = bool(state.get("receipt_hanging")) and bool(receipts)
        coming = str(state.get("coming") or "")
        tone, status = _printer_status(state, left, hanging)
        return {
            "tone": tone,
            "status": status,
            "leftMm": left,
            "share": left / self._roll_mm,
            "hanging": hanging,
            "receipt": QUrl.fromLocalFile(receipts[-1]).toString() if receipts else "",
            "coming": QUrl.fromLocalFile(coming).toString() if coming and not hanging else "",
            "comingMm": int(state.get("coming_mm") or 0),
            "receipts": len(receipts),
            "coverOpen": bool(state.get("cover_open")),
            "jammed": bool(state.get("cutter_jammed")),
        }


def _printer_status(state: State, left: int, hanging: bool) -> tuple[str, str]:
    signs: tuple[tuple[Any, str, str], ...] = (
        (state.get("cutter_jammed"), "bad", "jam"),
        (state.get("cover_open"), "warn", "cover"),
        (left <= 0, "bad", "out"),
        (state.get("hot"), "bad", "hot"),
        (state.get("printing"), "info", "printing"),
        (hanging, "info", "hanging"),
        (state.get("paper_low"), "warn", "low"),
    )
    return next(((tone, status) for holds, tone, status in signs if holds), ("ok", "ready"))


KINDS: Final[dict[str, type[DeviceModel]]] = {
    "card": CardModel,
    "barcode": CodeModel,
    "scanner": ScannerModel,
    "camera": CameraModel,
    "printer": PrinterModel,
}
"""The kinds in the order in which a citizen meets them."""


def model_of(device: Device, line: Line, table: Table, parent: QObject) -> DeviceModel:
    """The model of a device's kind. Raises KeyError for a kind that the dock does not know."""
    return KINDS[str(device["kind"])](device, line, table, parent)
