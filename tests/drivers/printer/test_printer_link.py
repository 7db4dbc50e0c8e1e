"""The conversation, byte by byte: what a printer may say at the wrong moment is not taken for an answer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from drivers.printer.link import MARK, Garbled, Link, Silent
from drivers.printer.status import PrinterStatus

Answer = Callable[[bytes], bytes]


class Script:
    """A line whose far end answers each write as told."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._waiting = b""
        self.sent = b""

    def say(self, data: bytes) -> None:
        self._waiting += data

    def open(self, until: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""

    def write(self, data: bytes, until: float) -> int:
        self.sent += data
        self._waiting += self._answer(data)
        return len(data)

    def read(self, until: float) -> bytes:
        if not self._waiting and until > time.monotonic():
            time.sleep(min(0.01, until - time.monotonic()))
        data, self._waiting = self._waiting, b""
        return data


def link_to(answer: Answer) -> tuple[Link, Script]:
    script = Script(answer)
    link = Link(script, answer_s=0.1)
    link.open()
    return link, script


def status_only(data: bytes) -> bytes:
    return b"\x12" if data.startswith(b"\x10\x04") else b""


def test_status_is_four_questions_and_four_answers() -> None:
    link, script = link_to(status_only)
    assert link.status() == PrinterStatus()
    assert script.sent.endswith(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04")


def test_an_answer_that_was_there_before_the_question_is_refused() -> None:
    link, script = link_to(status_only)
    script.say(b"\x12")
    with pytest.raises(Garbled):
        link.status()


def test_silence_is_no_answer() -> None:
    link, _ = link_to(lambda data: b"")
    with pytest.raises(Silent):
        link.status()


def test_a_mark_is_no_status_and_a_status_is_no_mark() -> None:
    link, _ = link_to(lambda data: b"\x00" if data.startswith(b"\x10\x04") else b"")
    with pytest.raises(Silent):
        link.status()
    link, _ = link_to(lambda data: b"\x12" if data.endswith(MARK) else b"")
    assert link.settle(0.1) is False


def test_automatic_status_in_between_is_skipped_whole() -> None:
    link, script = link_to(lambda data: b"\x00" if data.endswith(MARK) else b"")
    script.say(b"\x10\x00\x00\x00\x18\x08\x0f\x00")
    assert link.settle(0.2) is True
    assert link.marks == 1, "the last bytes of an automatic status look like marks and are none"


def test_a_printer_that_says_xoff_is_not_talked_over_and_may_still_be_asked() -> None:
    link, script = link_to(status_only)
    script.say(b"\x13")
    link.pump(0)
    before = script.sent
    with pytest.raises(Silent):
        link.send(b"raster", 0.2)
    assert script.sent == before
    assert link.status() == PrinterStatus()
    script.say(b"\x11")
    link.send(b"raster", 0.2)
    assert script.sent.endswith(b"raster")


def test_clearing_is_believed_only_when_confirmed() -> None:
    link, _ = link_to(lambda data: b"\x37\x25\x00" if data.startswith(b"\x10\x14\x08") else b"")
    assert link.clear(0.2) is True
    link, _ = link_to(lambda data: b"\x00\x00\x00" if data.startswith(b"\x10\x14\x08") else b"")
    assert link.clear(0.1) is False


@pytest.mark.parametrize("noise", [b"\xff", b"\x80", b"\x15", b"\x37" + b"\x01" * 200])
def test_bytes_that_answer_nothing_are_refused(noise: bytes) -> None:
    link, script = link_to(status_only)
    script.say(noise)
    with pytest.raises(Garbled):
        link.pump(0)
