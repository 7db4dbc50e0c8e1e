"""Promises of spoken guidance: what is said of screens and controls, and what is said to nobody but one's own headset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from kiosk_bench import HOME, KioskBench
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk_app.keypad import KEYS, Act
from kiosk_app.model.basics import SERVICING, Language
from kiosk_app.model.session import Session
from kiosk_app.speech import Line, Loudness, Why
from ui.samples import sessions
from ui.window import Site

SAMPLES = sessions()
NAMES = [name for name, session in SAMPLES.items() if session.screen not in SERVICING]
SECRETS = ("NGUYỄN", "THỬ NGHIỆM", "0900 000", "Thí Dụ", "K7Q2", "K 7 Q 2", "G06", "G 0 6", "thunghiem")


class Voice:
    """Keeps what it is to say, and how."""

    def __init__(self) -> None:
        self.said: list[tuple[Line, Loudness | None, bool]] = []
        self.hushed = 0

    def say(self, line: Line, loudness: Loudness | None = None, *, cut: bool = True) -> None:
        self.said.append((line, loudness, cut))

    def hush(self) -> None:
        self.hushed += 1

    def texts(self) -> list[str]:
        return [line.text for line, _, _ in self.said]


class Hearing(KioskBench):
    """A bench with a voice whose lines are kept."""

    def __init__(self) -> None:
        self.voice = Voice()
        super().__init__(site=Site(voice=self.voice))

    def open(self, session: Session, *, headset: bool) -> None:
        """A screen that has just been opened by somebody who hears, by headset or by loudspeaker."""
        self.kiosk.guide.headset(False)
        self.show(Session(number=self.runtime.session.number + 1))
        if headset:
            self.kiosk.guide.headset(True)
        elif not self.kiosk.guide.speaking:
            self.kiosk.guide.toggle()
        self.runtime.show(replace(session, number=self.runtime.session.number))
        self.settle(0.12)

    def press(self, *acts: Act) -> None:
        for act in acts:
            QTest.keyClick(self.window, getattr(Qt.Key, f"Key_{KEYS[act][0]}"))
            self.settle(0.06)

    def walk(self) -> list[str]:
        """All that is said from the screen's beginning to its end."""
        self.press(Act.DOWN)
        for _ in range(80):
            if any(text.startswith(("Hết danh sách", "End of the list")) for text in self.voice.texts()[-2:]):
                break
            self.press(Act.DOWN)
        return self.voice.texts()


@pytest.fixture(scope="module")
def bench() -> Iterator[Hearing]:
    made = Hearing()
    yield made
    made.close()


@pytest.mark.parametrize("name", NAMES)
def test_each_screen_says_its_beginning_and_how_much_there_is(bench: Hearing, name: str) -> None:
    bench.voice.said.clear()
    bench.open(SAMPLES[name], headset=True)

    screens = [line for line, _, _ in bench.voice.said if line.why is Why.SCREEN]

    assert screens
    assert len(screens[-1].text) > 20
    assert "chọn được" in screens[-1].text or "Bàn phím" in screens[-1].text


@pytest.mark.parametrize("name", ["confirm_identity", "form", "check_answers", "done", "track_result", "mine"])
def test_a_loudspeaker_says_nothing_that_is_somebodys(bench: Hearing, name: str) -> None:
    bench.open(SAMPLES[name], headset=False)
    bench.voice.said.clear()

    said = bench.walk()

    assert len(said) > 5
    assert not [text for text in said for secret in SECRETS if secret in text]
    assert any("mời cắm tai nghe" in text for text in said)


def test_a_headset_hears_what_a_loudspeaker_hides(bench: Hearing) -> None:
    bench.open(SAMPLES["form"], headset=True)
    bench.voice.said.clear()

    said = "\n".join(bench.walk())

    assert "NGUYỄN VĂN THỬ NGHIỆM" in said
    assert "mời cắm tai nghe" not in said


def test_when_the_plug_comes_out_the_rest_is_hidden_at_once(bench: Hearing) -> None:
    bench.open(SAMPLES["form"], headset=True)
    bench.press(Act.UNPLUGGED)
    bench.voice.said.clear()

    said = bench.walk()

    assert not [text for text in said for secret in SECRETS if secret in text]


def test_a_control_is_told_with_what_it_is_its_state_and_its_place(bench: Hearing) -> None:
    bench.open(SAMPLES["declare"], headset=True)
    bench.voice.said.clear()

    said = bench.walk()

    assert any(text.startswith("Tôi cam đoan") and "ô đánh dấu. chưa chọn." in text for text in said)
    assert any(text.startswith("Nộp hồ sơ. nút. chưa dùng được.") and "mục " in text for text in said)


def test_a_typed_letter_is_told_and_a_hidden_one_is_a_dot(bench: Hearing) -> None:
    bench.open(SAMPLES["identify_otherwise"], headset=True)
    bench.press(Act.DOWN)
    for _ in range(20):
        if "ô nhập" in bench.voice.texts()[-1]:
            break
        bench.press(Act.DOWN)
    bench.press(Act.SELECT)
    bench.settle(0.1)
    bench.press(Act.DOWN, Act.DOWN, Act.DOWN)
    bench.voice.said.clear()

    bench.press(Act.SELECT)

    assert bench.voice.texts()[0] == "chấm."


def test_each_key_ends_what_is_being_said(bench: Hearing) -> None:
    bench.open(SAMPLES["checklist"], headset=True)
    before = bench.voice.hushed

    bench.press(Act.DOWN)

    assert bench.voice.hushed > before


def test_what_was_said_last_is_said_again(bench: Hearing) -> None:
    bench.open(SAMPLES["checklist"], headset=True)
    bench.press(Act.DOWN, Act.DOWN)
    last = bench.voice.texts()[-1]

    bench.press(Act.REPEAT)

    assert bench.voice.texts()[-1] == last


def test_volume_has_five_steps_speed_four_and_the_next_person_begins_in_the_middle(bench: Hearing) -> None:
    bench.open(SAMPLES["checklist"], headset=True)
    bench.press(*[Act.LOUDER] * 6)
    assert bench.kiosk.guide.loudness.volume == 5
    bench.press(*[Act.SOFTER] * 9)
    assert bench.kiosk.guide.loudness.volume == 1
    speeds = set()
    for _ in range(4):
        bench.press(Act.SPEED)
        speeds.add(bench.kiosk.guide.loudness.speed)
    assert speeds == {1, 2, 3, 4}

    bench.runtime.show(Session(number=bench.runtime.session.number + 1))

    assert bench.kiosk.guide.loudness == Loudness()


def test_without_a_headset_guidance_ends_with_the_person(bench: Hearing) -> None:
    bench.open(SAMPLES["checklist"], headset=False)

    bench.runtime.show(Session(number=bench.runtime.session.number + 1))

    assert not bench.kiosk.guide.speaking


def test_another_language_is_spoken_from_then_on(bench: Hearing) -> None:
    bench.open(SAMPLES["checklist"], headset=True)
    bench.voice.said.clear()

    bench.runtime.show(replace(bench.runtime.session, language=Language.EN))
    bench.settle(0.12)

    line = bench.voice.said[-1][0]
    assert line.language is Language.EN
    assert "Which papers do you have?" in line.text


def test_a_question_is_said_as_one(bench: Hearing) -> None:
    bench.open(SAMPLES["checklist"], headset=True)
    bench.voice.said.clear()

    bench.runtime.show(replace(SAMPLES["confirm_end"], number=bench.runtime.session.number))
    bench.settle(0.12)

    assert any(text.startswith("Câu hỏi.") for text in bench.voice.texts())


def test_captions_show_what_is_said_and_nothing_more_after_it_ended(bench: Hearing) -> None:
    bench.open(SAMPLES["form"], headset=False)
    bench.kiosk.guide.toggle_captions()
    bench.walk()

    shown = next(item for item in bench.items() if item.objectName() == "captionWords").property("text")

    assert shown == bench.voice.texts()[-1]
    assert not [secret for secret in SECRETS if secret in shown]
    bench.kiosk.guide.toggle()
    bench.settle(0.05)
    assert not [item for item in bench.items() if item.objectName() == "captionWords"]


def test_where_guidance_is_off_nothing_is_said() -> None:
    made = Hearing()
    made.show(HOME)
    made.press(Act.DOWN, Act.DOWN, Act.SELECT)
    said = made.voice.texts()
    made.close()

    assert said == []
