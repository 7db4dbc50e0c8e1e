"""What every barcode reader promises: each code once, whole, in order, and nothing that nobody presented."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar, Final

import pytest

from drivers.conformance.desk import Desk
from drivers.conformance.device import GRACE_S, DeviceSuite, suite
from drivers.conformance.subject import Step, Subject
from drivers.ports import DeviceKind, DeviceState

_numbers: Final = itertools.count(1)
NAME: Final = "NGUYỄN VĂN THỬ NGHIỆM"
QUIET_S: Final = 0.5
FLOOD: Final = 150


def fresh_text() -> str:
    """A code like no other, with a fictional person in it."""
    return f"{1099000000 + next(_numbers):012d}|{NAME}|17051999"


class BarcodeReaderSuite(DeviceSuite):
    """The promises of drivers.ports.BarcodeReader."""

    kind: ClassVar[DeviceKind] = DeviceKind.BARCODE
    absent_codes: ClassVar[frozenset[str]] = frozenset({"BAR-ABSENT"})
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]] = {}
    _next: str = ""

    def prepare(self, desk: Desk) -> None:
        """A code is chosen."""
        self._next = fresh_text()

    def present(self, desk: Desk) -> None:
        """The code that was chosen."""
        desk.do(Step.SCAN, self._next)

    def use(self, desk: Desk) -> str | None:
        """Presents a code and waits for it."""
        count = len(desk.heard("code"))
        desk.do(Step.SCAN, self._next)
        told = desk.wait_heard("code", count + 1)[-1]
        self.check(told)
        assert told["text"] == self._next
        return None

    @staticmethod
    def check(told: dict[str, Any]) -> None:
        """What holds for every code: a symbology's name, bytes in hex, and a text that those bytes are."""
        assert set(told) == {"text", "symbology", "bytes_hex"}
        assert isinstance(told["symbology"], str)
        data = bytes.fromhex(told["bytes_hex"])
        assert data, "a code without bytes"
        assert not told["text"] or told["text"].encode() == data, "text and bytes are not the same code"

    def secrets(self, desk: Desk) -> tuple[str, ...]:
        """The text of the code, and the name in it."""
        return (self._next, NAME, self._next.encode().hex())

    def test_a_code_is_told_once(self, desk: Desk) -> None:
        """Text, symbology and bytes, and no second time however long nobody touches the reader."""
        text = fresh_text()
        desk.do(Step.SCAN, text)
        told = desk.wait_heard("code")[0]
        self.check(told)
        assert told["text"] == text
        desk.rest(QUIET_S)
        assert len(desk.heard("code")) == 1

    def test_codes_come_in_order(self, desk: Desk) -> None:
        """As they were presented."""
        texts = [fresh_text() for _ in range(4)]
        for text in texts:
            desk.do(Step.SCAN, text)
        assert [told["text"] for told in desk.wait_heard("code", 4)] == texts

    def test_the_same_code_presented_twice_is_told_twice(self, desk: Desk) -> None:
        """Two people may have the same paper; whoever wants one of two drops the other."""
        text = fresh_text()
        desk.do(Step.SCAN, text)
        desk.wait_heard("code")
        desk.do(Step.SCAN, text)
        desk.wait_heard("code", 2)
        desk.rest(QUIET_S / 2)
        assert [heard.data["text"] for heard in desk.heard("code")] == [text, text]

    def test_a_code_in_pieces_is_one_code(self, desk: Desk) -> None:
        """A slow line cuts a code where it likes, also in the middle of a letter."""
        desk.do(Step.SPLIT, 8)
        text = fresh_text()
        desk.do(Step.SCAN, text)
        assert [told["text"] for told in desk.wait_heard("code")] == [text]
        desk.rest(QUIET_S)
        assert len(desk.heard("code")) == 1

    def test_a_code_without_an_end_is_told_whole_or_not_at_all(self, desk: Desk) -> None:
        """Never a part of it."""
        desk.do(Step.NO_SUFFIX)
        text = fresh_text()
        desk.do(Step.SCAN, text)
        desk.rest(QUIET_S * 2)
        assert [heard.data["text"] for heard in desk.heard("code")] in ([text], [])

    def test_a_flood_of_codes_loses_none(self, desk: Desk) -> None:
        """Each whole, and the reader works on."""
        desk.do(Step.FLOOD, FLOOD)
        text = fresh_text()
        desk.do(Step.SCAN, text)
        told = desk.wait_heard("code", FLOOD, seconds=20)
        desk.rest(0.2)
        assert {item["text"] for item in told} == {text}
        assert len(desk.heard("code")) == FLOOD
        self.prepare(desk)
        assert self.use(desk) is None

    def test_bytes_that_are_no_text_are_not_guessed_at(self, desk: Desk) -> None:
        """An empty text, and the bytes as they came."""
        desk.do(Step.SCAN, "hex:fffe80c3")
        told = desk.wait_heard("code")[0]
        assert told["text"] == ""
        assert told["bytes_hex"] == "fffe80c3"

    def test_a_code_cut_off_by_the_cable_is_never_told(self, desk: Desk) -> None:
        """Half a number is another person's number."""
        text = fresh_text()
        desk.do(Step.DROP_AFTER, 10)
        desk.do(Step.SCAN, text)
        desk.wait_state(DeviceState.ABSENT)
        desk.do(Step.MEND)
        desk.wait_state(DeviceState.READY)
        desk.rest(QUIET_S)
        assert not desk.heard("code")
        self.prepare(desk)
        assert self.use(desk) is None

    def test_what_was_presented_before_anybody_listened_belongs_to_nobody(self, desk: Desk) -> None:
        """A code of an hour ago must not identify the next citizen."""
        desk.disconnect()
        desk.do(Step.SCAN, fresh_text())
        desk.connect()
        desk.wait_state(DeviceState.READY)
        desk.rest(QUIET_S)
        assert not desk.heard("code")

    @pytest.mark.parametrize("fault", [Step.GARBLE, Step.REFUSE, Step.HANG, Step.SLOW], ids=lambda step: step.value)
    def test_a_bad_wire_ends_in_a_named_code_within_the_deadline(self, desk: Desk, fault: Step) -> None:
        """A reader has no verb that could fail: a code comes whole, late, or not at all, never otherwise than presented."""
        desk.do(fault, {Step.HANG: 1, Step.SLOW: 300}.get(fault))
        text = fresh_text()
        desk.do(Step.SCAN, text)
        if fault in (Step.HANG, Step.SLOW):
            assert desk.wait_heard("code", seconds=1 + GRACE_S)[0]["text"] == text
        desk.rest(QUIET_S)
        for heard in desk.heard("code"):
            self.check(heard.data)
            assert heard.data["text"] in ("", text)
        desk.fresh()
        self.prepare(desk)
        assert self.use(desk) is None


def barcode_reader_suite(subject: Subject) -> type[Any]:
    """A test class for one barcode reader: `TestMine = barcode_reader_suite(Subject(...))`."""
    return suite(BarcodeReaderSuite, subject)
