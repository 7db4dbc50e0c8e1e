"""Promises of the keypad: it comes to everything that can be touched, acts as a touch does, and its ring is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from kiosk_bench import HOME, KioskBench
from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt
from PySide6.QtGui import QAccessibleInterface, QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from kiosk_app.keypad import KEYS, Act, acts_of_keys
from kiosk_app.model.basics import SERVICING
from kiosk_app.model.session import Session
from ui.keypad import cursor, stops
from ui.keypad.stops import Kind, Scope, scope
from ui.samples import sessions
from ui.window import Site

SAMPLES = sessions()
NAMES = [name for name, session in SAMPLES.items() if session.screen not in SERVICING]


@pytest.fixture(scope="module")
def bench() -> Iterator[KioskBench]:
    made = KioskBench()
    yield made
    made.close()


def opened(bench: KioskBench, session: Session) -> None:
    """A screen that has just been opened by a person who touches: no ring is seen."""
    bench.show(Session())
    bench.show(session)
    bench.kiosk.keypad.leave()
    bench.runtime.intents.clear()


def press(bench: KioskBench, *acts: Act) -> None:
    for act in acts:
        QTest.keyClick(bench.window, getattr(Qt.Key, f"Key_{KEYS[act][0]}"))
        bench.settle(0.06)


def ring(bench: KioskBench) -> QQuickItem | None:
    """What the ring is round."""
    found = next(item for item in bench.items() if item.objectName() == "keypadRing").property("target")
    return found if isinstance(found, QQuickItem) else None


def way_down(bench: KioskBench) -> list[QQuickItem]:
    """All that the ring comes to from the top to the end."""
    for _ in range(120):
        before = ring(bench)
        press(bench, Act.UP)
        if ring(bench) is before and before is not None:
            break
    seen = [ring(bench)]
    for _ in range(120):
        press(bench, Act.DOWN)
        if ring(bench) is seen[-1]:
            break
        seen.append(ring(bench))
    return [item for item in seen if item is not None]


def intents(bench: KioskBench) -> list[str]:
    return [name for name, _ in bench.runtime.intents if name != "touched"]


@pytest.mark.parametrize("name", ["home", "checklist", "form", "page_review", "review_question", "declare", "done"])
def test_down_comes_to_everything_that_can_be_touched(bench: KioskBench, name: str) -> None:
    opened(bench, SAMPLES[name])

    seen = way_down(bench)

    wanted = [stop.item for stop in scope(bench.window).stops if stop.kind is not Kind.TEXT and stop.enabled]
    assert len(wanted) > 4
    assert [item.objectName() for item in seen] == [item.objectName() for item in wanted]


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_can_be_touched_has_a_name(bench: KioskBench, name: str) -> None:
    opened(bench, SAMPLES[name])

    unnamed = [stop.item.objectName() for stop in scope(bench.window).stops if not stop.name]

    assert unnamed == []


def test_what_the_ring_is_round_is_seen(bench: KioskBench) -> None:
    """Also where the page has to be scrolled for it."""
    opened(bench, SAMPLES["checklist"])
    window = QRectF(0, 0, bench.window.width(), bench.window.height())
    press(bench, Act.DOWN)
    for _ in range(14):
        press(bench, Act.DOWN)
        item = ring(bench)
        assert item is not None
        assert window.contains(bench.rect(item))
        above = item.parentItem()
        while above is not None:
            if above.inherits("QQuickFlickable"):
                assert bench.rect(above).adjusted(0, -1, 0, 1).contains(bench.rect(item).center())
            above = above.parentItem()


def test_no_ring_is_seen_before_a_key_and_none_after_a_touch(bench: KioskBench) -> None:
    opened(bench, SAMPLES["checklist"])
    assert ring(bench) is None

    press(bench, Act.DOWN)
    assert ring(bench) is not None

    bench.tap("checklist.component.form")
    assert ring(bench) is None


def test_the_first_key_shows_where_one_is_and_does_nothing_else(bench: KioskBench) -> None:
    opened(bench, HOME)

    press(bench, Act.SELECT)

    assert intents(bench) == []
    assert ring(bench) is not None


def test_select_does_what_a_touch_does(bench: KioskBench) -> None:
    opened(bench, SAMPLES["checklist"])
    bench.tap("checklist.component.sample")
    touched = list(bench.runtime.intents)
    opened(bench, SAMPLES["checklist"])
    press(bench, Act.DOWN)
    for _ in range(20):
        item = ring(bench)
        if item is not None and item.objectName() == "checklist.component.sample":
            break
        press(bench, Act.DOWN)
    bench.runtime.intents.clear()

    press(bench, Act.SELECT)

    assert [one for one in bench.runtime.intents if one[0] != "touched"] == [
        one for one in touched if one[0] != "touched"
    ]


def test_each_key_says_that_somebody_is_there() -> None:
    made = KioskBench(SAMPLES["checklist"])
    press(made, Act.DOWN)
    told = [name for name, _ in made.runtime.intents]
    made.close()

    assert told == ["touched"]


def test_a_question_keeps_the_ring_until_it_is_answered(bench: KioskBench) -> None:
    opened(bench, SAMPLES["confirm_end"])

    names = {item.objectName() for item in way_down(bench)}

    assert names == {"overlay.close", "overlay.end", "overlay.save"} & names
    assert {"overlay.close", "overlay.end"} <= names


def test_back_leaves_a_question_as_its_own_button_does(bench: KioskBench) -> None:
    opened(bench, SAMPLES["confirm_end"])
    press(bench, Act.DOWN)
    bench.runtime.intents.clear()

    press(bench, Act.BACK)

    assert intents(bench) == ["close_overlay"]


def test_back_leads_to_the_screen_before(bench: KioskBench) -> None:
    opened(bench, SAMPLES["checklist"])
    press(bench, Act.DOWN, Act.BACK)

    assert intents(bench) == ["back"]


def test_back_on_the_first_screen_leads_nowhere(bench: KioskBench) -> None:
    opened(bench, HOME)
    press(bench, Act.DOWN, Act.BACK)

    assert intents(bench) == []


def test_the_help_key_calls_an_officer(bench: KioskBench) -> None:
    opened(bench, SAMPLES["form"])

    press(bench, Act.HELP)

    assert intents(bench) == ["call_help"]


def test_a_field_is_typed_into_by_walking_its_keyboard(bench: KioskBench) -> None:
    """Down from the field to the letters, right along the row, select to type, back to close."""
    opened(bench, SAMPLES["search"])
    bench.tap("search.query")
    press(bench, Act.DOWN)
    field = ring(bench)
    assert field is not None
    before = str(field.property("text"))
    for _ in range(8):
        item = ring(bench)
        if item is not None and item.objectName() == "key.q":
            break
        press(bench, Act.DOWN)

    press(bench, Act.RIGHT, Act.SELECT)

    assert field.property("text") == f"{before}w"
    press(bench, Act.BACK)
    assert not [item for item in bench.items() if item.objectName() == "key.w" and item.isVisible()]
    assert ring(bench) is field


def test_a_number_pad_is_walked_by_rows_and_columns(bench: KioskBench) -> None:
    opened(bench, SAMPLES["identify_number"])
    press(bench, Act.DOWN)
    for _ in range(20):
        item = ring(bench)
        if item is not None and item.objectName() == "identify.key.1":
            break
        press(bench, Act.DOWN)

    press(bench, Act.RIGHT)
    right = ring(bench)
    press(bench, Act.DOWN)
    below = ring(bench)

    assert right is not None
    assert right.objectName() == "identify.key.2"
    assert below is not None
    assert below.objectName() == "identify.key.5"


def test_a_list_that_makes_only_the_rows_that_are_seen_is_walked_to_its_end(bench: KioskBench) -> None:
    opened(bench, SAMPLES["search"])
    press(bench, Act.DOWN, Act.BACK)
    rows = [item.objectName() for item in way_down(bench) if item.objectName().startswith("search.result.")]

    assert len(set(rows)) == len(SAMPLES["search"].results)


def test_a_new_screen_is_begun_below_its_header(bench: KioskBench) -> None:
    opened(bench, HOME)
    press(bench, Act.DOWN)

    bench.show(SAMPLES["checklist"])
    bench.settle(0.1)

    item = ring(bench)
    assert item is not None
    assert item.objectName() == "checklist.component.form"


def test_the_next_person_sees_no_ring() -> None:
    made = KioskBench(SAMPLES["checklist"])
    press(made, Act.DOWN)
    assert ring(made) is not None

    made.show(Session(number=SAMPLES["checklist"].number + 1))

    assert ring(made) is None
    made.close()


def test_a_sites_own_keys_take_the_place_of_the_usual_ones() -> None:
    made = KioskBench(SAMPLES["checklist"], site=Site(keys={Act.DOWN: ("F5",)}))
    QTest.keyClick(made.window, Qt.Key.Key_Down)
    made.settle(0.06)
    assert ring(made) is None

    QTest.keyClick(made.window, Qt.Key.Key_F5)
    made.settle(0.06)

    assert ring(made) is not None
    made.close()


@pytest.mark.parametrize("keys", [{Act.UP: ("q",)}, {Act.UP: ("F5",), Act.DOWN: ("F5",)}])
def test_a_key_that_types_or_has_two_acts_is_refused(keys: dict[Act, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="expected"):
        acts_of_keys(keys)


def test_a_key_that_is_held_with_ctrl_or_alt_is_none_of_the_keypads(bench: KioskBench) -> None:
    opened(bench, SAMPLES["form"])

    for held in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        QTest.keyClick(bench.window, Qt.Key.Key_F1, held)
        QTest.keyClick(bench.window, Qt.Key.Key_Down, held)
    bench.settle(0.06)

    assert intents(bench) == []
    assert ring(bench) is None


@pytest.mark.parametrize("name", ["form", "scan_complete", "check_answers", "search"])
def test_a_key_walks_through_the_screen_once(bench: KioskBench, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk is most of what a key costs the thread that paints, the more so while what is read aloud is walked to."""
    walks: list[Scope] = []

    def counted(window: QQuickWindow) -> Scope:
        walks.append(scope(window))
        return walks[-1]

    opened(bench, SAMPLES[name])
    bench.kiosk.guide.start()
    press(bench, Act.DOWN)
    monkeypatch.setattr(cursor, "scope", counted)
    try:
        for key in (Act.DOWN, Act.DOWN, Act.UP, Act.RIGHT, Act.SELECT):
            bench.kiosk.keypad._look.stop()
            walks.clear()
            # Sent, not clicked: what a key leads to later is another moment's work.
            at = getattr(Qt.Key, f"Key_{KEYS[key][0]}")
            QCoreApplication.sendEvent(
                bench.window, QKeyEvent(QEvent.Type.KeyPress, at, Qt.KeyboardModifier.NoModifier)
            )
            assert len(walks) == 1, key
            bench.kiosk.keypad._look.stop()
            walks.clear()
            bench.kiosk.keypad.look()
            assert len(walks) == 1, key
    finally:
        bench.kiosk.guide.stop()
        bench.settle()


@pytest.mark.parametrize("name", ["form", "scan_complete", "check_answers", "search", "done"])
def test_a_walk_asks_what_is_told_to_screen_readers_and_not_every_item(
    bench: KioskBench, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most items only paint; asking each of them is what would hold up the thread that paints."""
    asked: Counter[QQuickItem] = Counter()
    inner = stops._inner

    def counted(face: QAccessibleInterface) -> Iterator[tuple[QAccessibleInterface, QQuickItem]]:
        for child, item in inner(face):
            asked[item] += 1
            yield child, item

    opened(bench, SAMPLES[name])
    monkeypatch.setattr(stops, "_inner", counted)

    found = scope(bench.window).stops

    assert 0 < len(found) <= len(asked) < sum(item.isVisible() for item in bench.items()) / 2
    assert max(asked.values()) <= 3


def test_a_key_that_is_read_out_makes_nothing_anew_but_the_words(bench: KioskBench) -> None:
    opened(bench, SAMPLES["home"])
    bench.kiosk.guide.start()
    press(bench, Act.DOWN)
    before = [item for item in bench.items() if item.inherits("QQuickAbstractButton")]
    words = bench.kiosk.guide.caption
    try:
        press(bench, Act.DOWN)

        assert bench.kiosk.guide.caption != words
        assert [item for item in bench.items() if item.inherits("QQuickAbstractButton")] == before
    finally:
        bench.kiosk.guide.stop()
        bench.settle()
