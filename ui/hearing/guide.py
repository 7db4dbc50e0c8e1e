"""Spoken guidance at one window: what is said when, and the transcript of it.

It is on while a headset is plugged in, and when somebody asked for it by holding the help key or touching «listen». With
the session it ends, and volume and speed are as they were for the next person (Section 508 402.3.2).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQuick import QQuickItem

from kiosk_app.keypad import Act
from kiosk_app.model.session import Session
from kiosk_app.speech import Line, Loudness, Part, Why
from kiosk_app.speech.speaker import SPEEDS, VOLUMES
from ui.hearing.openness import is_open
from ui.hearing.saying import Sayer, without_numbers
from ui.keypad.stops import Kind, Role, Scope, Stop, checked, masked
from ui.translations import Texts

AGAIN_S: Final = 5.0
"""What differs from what was said only by its numbers is said so often: progress, the seconds that are left."""
_MOST_NEW: Final = 4


class Voice(Protocol):
    """Who makes the sound."""

    def say(self, line: Line, loudness: Loudness | None = None, *, cut: bool = True) -> None:
        """Says it; `cut` ends what is being said, else it waits its turn."""

    def hush(self) -> None:
        """Silence."""


@dataclass(frozen=True)
class _Seen:
    """What stood on the screen when it was looked at last."""

    texts: frozenset[str] = frozenset()
    buttons: frozenset[str] = frozenset()
    able: frozenset[str] = frozenset()


class Guide(QObject):
    """Says what the keypad comes to and what changes. `App.vm.guide` of QML: its state and its captions."""

    changed = Signal()
    caption_changed = Signal()
    """On its own: a caption comes with each key, and what follows from the rest is made anew by it."""

    def __init__(self, texts: Texts, session: Session, voice: Voice | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._session = session
        self._voice = voice
        self._sayer = Sayer(texts)
        self._on = False
        self._headset = False
        self._captions = False
        self._caption = ""
        self._loudness = Loudness()
        self._last: tuple[Line, ...] = ()
        self._seen = _Seen()
        self._said_at: dict[str, float] = {}
        self._hearers: list[Callable[[Line], None]] = []
        self.begin_again: Callable[[], None] = lambda: None
        """Set by the window: what is shown is entered, and said, anew."""
        self.look_soon: Callable[[], None] = lambda: None
        self.now_at: Callable[[], Stop | None] = lambda: None
        """Set by the window: what the keypad stands on, found again where the screen has made it anew."""
        self._later = QTimer(self, singleShot=True, interval=int(AGAIN_S * 1000))
        self._later.timeout.connect(lambda: self.look_soon())

    # --- what QML sees ---------------------------------------------------------------------------------------------

    @Property(bool, notify=changed)
    def on(self) -> bool:
        """Whether spoken guidance is on."""
        return self._on

    @Property(bool, notify=changed)
    def captions(self) -> bool:
        """Whether what is said is also shown."""
        return self._captions

    @Property(str, notify=caption_changed)
    def caption(self) -> str:
        """What was said last, as it is heard; empty while nothing is said."""
        return self._caption

    @Slot()
    def toggle(self) -> None:
        """Begins or ends spoken guidance."""
        if self._on:
            self.stop()
        else:
            self.start()

    @Slot()
    def toggle_captions(self) -> None:
        """Shows what is said, or no longer."""
        self._captions = not self._captions
        self.changed.emit()

    # --- the transcript --------------------------------------------------------------------------------------------

    def subscribe(self, hearer: Callable[[Line], None]) -> None:
        """`hearer` gets each line as it is said. Lines may be personal: they are never logged."""
        self._hearers.append(hearer)

    # --- on and off ------------------------------------------------------------------------------------------------

    @property
    def speaking(self) -> bool:
        """Whether anything is said at all."""
        return self._on

    @property
    def loudness(self) -> Loudness:
        """Volume and speed as they are now."""
        return self._loudness

    def start(self) -> None:
        """Spoken guidance begins with what its keys do, and with the screen."""
        if not self._on:
            self._on = True
            self._say(Why.GUIDE, self._sayer.welcome(self._headset))
            self.changed.emit()
            self.begin_again()

    def stop(self) -> None:
        """Spoken guidance ends."""
        if self._on:
            self._say(Why.GUIDE, [Part(self._texts.t("say.stopped"))])
            self._on = False
            self._caption = ""
            self.changed.emit()
            self.caption_changed.emit()

    def take(self, session: Session) -> None:
        """The session has changed: another language or another person."""
        before, self._session = self._session, session
        self._sayer.practised = session.practice is not None
        if before.number != session.number:
            self._loudness = Loudness()
            self._last = ()
            self._captions = False
            self._caption = ""
            self._seen = _Seen()
            self._said_at.clear()
            if self._on and not self._headset:
                self._on = False
            self.changed.emit()
            self.caption_changed.emit()
            if self._on:
                self._say(Why.GUIDE, self._sayer.welcome(self._headset))
                self.begin_again()
        elif before.language is not session.language and self._on:
            self.begin_again()
        if self._on:
            self.look_soon()

    def read(self, steps: Sequence[str]) -> None:
        """Reads an officer's steps aloud, which are fixed words, whether or not guidance is on."""
        self._say(Why.GUIDE, [Part(step) for step in steps])

    # --- what the keypad tells -------------------------------------------------------------------------------------

    def hush(self) -> None:
        """A key was pressed."""
        if self._voice is not None and self._on:
            self._voice.hush()

    def entered(self, here: Scope, stop: Stop | None, why: str) -> None:
        """A new screen, question or keyboard."""
        self._keep(here)
        if not self._on:
            return
        kind = Why.SCREEN if why in ("screen", "dialog") else Why.STOP
        self._say(kind, self._parts(self._sayer.entry(here, stop, why)), cut=self._cuts())

    def came_to(self, stop: Stop, place: tuple[int, int]) -> None:
        """The keypad went on."""
        if self._on:
            self._say(Why.STOP, self._parts(self._sayer.stop(stop, place)))

    def at_the_end(self, stop: Stop | None, place: tuple[int, int]) -> None:
        """There is nothing further that way."""
        if self._on:
            there = self._sayer.stop(stop, place) if stop is not None else []
            self._say(Why.STOP, self._parts([Part(self._texts.t("say.end")), *there]))

    def selected(self, stop: Stop | None, done: bool) -> None:
        """The stop was selected."""
        if not self._on:
            return
        if not done:
            self._say(Why.KEY, self._parts(self._sayer.nothing(stop)))
        elif stop is not None and stop.kind is Kind.KEY:
            field = self._field(stop)
            hidden = field is not None and masked(field)
            self._say(Why.KEY, self._parts(self._sayer.typed(stop, field, hidden)))
        elif stop is not None and stop.role in (Role.CheckBox, Role.RadioButton):
            # What holds now is known once the flow has answered.
            name = stop.name
            QTimer.singleShot(0, self, lambda: self._tell_state(name))

    def looked(self, here: Scope) -> None:
        """Says what has changed on the screen that was entered before."""
        if not self._on:
            return
        now = _seen(here)
        fresh = [stop.name for stop in here.stops if stop.kind is Kind.TEXT and stop.name not in self._seen.texts]
        able = sorted(now.able - self._seen.able) if self._seen.buttons else []
        buttons = [name for name in able if name in self._seen.buttons]
        new = [name for name in able if name not in self._seen.buttons]
        words: list[Part] = []
        waits: set[str] = set()
        for text in dict.fromkeys(fresh):
            plain = without_numbers(text)
            if time.monotonic() - self._said_at.get(plain, -AGAIN_S) < AGAIN_S:
                waits.add(text)
                continue
            self._said_at[plain] = time.monotonic()
            words.append(Part(text, self._is_personal(text)))
        words += [Part(self._texts.t("say.able", name=name), self._is_personal(name)) for name in buttons]
        if 0 < len(new) <= _MOST_NEW and not here.keys:
            words += [Part(self._texts.t("say.new", name=name), self._is_personal(name)) for name in new]
        self._seen = _Seen(now.texts - waits, now.buttons, now.able)
        if waits and not self._later.isActive():
            self._later.start()
        if words:
            self._say(Why.CHANGE, words, cut=False)

    def act(self, act: Act) -> None:
        """A key about what is heard."""
        match act:
            case Act.HELP:
                self.toggle()
            case Act.PLUGGED | Act.UNPLUGGED:
                self.headset(act is Act.PLUGGED)
            case Act.REPEAT:
                self._repeat()
            case Act.LOUDER | Act.SOFTER:
                volume = self._loudness.volume + (1 if act is Act.LOUDER else -1)
                self._loudness = Loudness(max(1, min(len(VOLUMES), volume)), self._loudness.speed)
                self._setting("say.volume", self._loudness.volume, len(VOLUMES))
            case Act.SPEED:
                self._loudness = Loudness(self._loudness.volume, self._loudness.speed % len(SPEEDS) + 1)
                self._setting("say.speed", self._loudness.speed, len(SPEEDS))
            case _:
                return

    def headset(self, plugged: bool) -> None:
        """A headset was plugged in: spoken guidance begins. Pulled out: what is personal is not said from then on."""
        if plugged == self._headset:
            return
        if self._voice is not None:
            self._voice.hush()
        self._headset = plugged
        if plugged:
            self._on = False
            self.start()
        elif self._on:
            self._say(Why.SETTING, [Part(self._texts.t("say.unplugged"))])

    # --- saying ----------------------------------------------------------------------------------------------------

    def _setting(self, id: str, n: int, m: int) -> None:
        if self._on:
            self._say(Why.SETTING, [Part(self._texts.t(id, n=n, m=m))], keep=False)

    def _repeat(self) -> None:
        """Says the last lines again; where guidance is off, it begins."""
        if not self._on:
            self.start()
            return
        for number, line in enumerate(self._last):
            self._tell(line, cut=number == 0)

    def _tell_state(self, name: str) -> None:
        stop = self.now_at()
        if stop is None or stop.name != name:
            return  # the choice led on: what it led to is said
        parts = self._sayer.state(stop, checked(stop.item))
        if parts:
            self._say(Why.KEY, self._parts(parts))

    def _field(self, stop: Stop) -> QQuickItem | None:
        return self._sayer.field_of(stop)

    def _cuts(self) -> bool:
        """A welcome that was just said is heard to its end, the screen after it."""
        return not (self._last and self._last[-1].why is Why.GUIDE)

    def _say(self, why: Why, parts: list[Part], *, cut: bool = True, keep: bool = True) -> None:
        line = Line(tuple(part for part in parts if part.words), self._texts.language, why)
        if not line.parts:
            return
        if keep:
            self._last = (*(() if cut else self._last[-3:]), line)
        self._tell(line, cut=cut)

    def _tell(self, line: Line, *, cut: bool) -> None:
        heard = line if self._headset else line.aloud(self._texts.t("say.hidden"))
        if self._voice is not None:
            self._voice.say(heard, self._loudness, cut=cut)
        self._caption = heard.text
        self.caption_changed.emit()
        for hearer in self._hearers:
            hearer(heard)

    def _parts(self, parts: list[Part]) -> list[Part]:
        return [part if part.personal else Part(part.words, self._is_personal(part.words)) for part in parts]

    def _is_personal(self, words: str) -> bool:
        return not is_open(words, self._session.screen, self._texts.language)

    def _keep(self, here: Scope) -> None:
        """What stands on a screen that is entered is said by its entry or when the keypad comes to it."""
        self._seen = _seen(here)
        self._said_at.clear()


def _seen(here: Scope) -> _Seen:
    controls = [stop for stop in here.stops if stop.kind is Kind.BUTTON]
    return _Seen(
        frozenset(stop.name for stop in here.stops if stop.kind is Kind.TEXT),
        frozenset(stop.name for stop in controls),
        frozenset(stop.name for stop in controls if stop.enabled),
    )
