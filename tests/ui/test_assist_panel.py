"""Promises of the officer's panel: it stands beside the page, covers what is personal, and never is the citizen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kiosk_bench import KioskBench
from PySide6.QtQuick import QQuickItem

from kiosk_app.model.basics import Screen
from kiosk_app.model.session import Comfort, PageLook, Session
from kiosk_app.speech import Line, Loudness
from ui.gallery import every_item
from ui.keypad.stops import page_of
from ui.samples import PERSON, sessions
from ui.window import Site

SAMPLES = sessions()
HELPED = sorted(name for name, one in SAMPLES.items() if one.assist.now is not None)
OPEN = [name for name in HELPED if name not in ("assist_declare", "assist_consent")]


def inside(item: QQuickItem | None, name: str) -> bool:
    while item is not None:
        if item.objectName() == name:
            return True
        item = item.parentItem()
    return False


def shown_words(bench: KioskBench) -> str:
    fields = ("text", "displayText")
    return " ".join(str(item.property(name) or "") for item in bench.items() if item.isVisible() for name in fields)


def panel_names(bench: KioskBench) -> list[str]:
    return sorted(name for name in bench.names() if name.startswith("assist."))


@pytest.mark.parametrize("look", [Comfort(), Comfort(1.6, True), Comfort(reach=True)], ids=["usual", "large", "reach"])
@pytest.mark.parametrize("name", OPEN)
def test_panel_and_page_share_the_window_and_neither_covers_the_other(
    bench: KioskBench, name: str, look: Comfort
) -> None:
    bench.show(replace(SAMPLES[name], comfort=look))
    bench.laid_out()
    page, panel = bench.rect(bench.find("screen")), bench.rect(bench.find("assist.panel"))
    assert not page.intersects(panel.adjusted(1, 1, -1, -1))
    assert page.width() * page.height() + panel.width() * panel.height() == pytest.approx(
        bench.window.width() * bench.window.height(), rel=0.01
    )
    if look.reach and bench.window.height() > bench.window.width():
        assert page.top() > panel.top(), "the citizen's controls are in the lower part"


@pytest.mark.parametrize("name", HELPED)
def test_no_touch_of_the_panel_is_anything_but_a_tool_or_a_choice_of_one(bench: KioskBench, name: str) -> None:
    bench.show(SAMPLES[name])
    buttons = [
        item.objectName()
        for item in bench.items()
        if item.inherits("QQuickAbstractButton")
        and item.isVisible()
        and item.isEnabled()
        and inside(item, "assist.panel")
    ]
    assert buttons
    for button in buttons:
        bench.tap(button)
    assert {intent for intent, _ in bench.did} <= {"use_tool", "open_pane"}
    consenting = ("consent", "declare", "sending", "save_draft")
    assert not [payload for _, payload in bench.did if payload.get("target") in consenting]


def test_answers_given_before_are_nowhere_on_the_screen_while_an_officer_is_here(bench: KioskBench) -> None:
    for screen in (Screen.FORM, Screen.CHECK_ANSWERS):
        alone = replace(SAMPLES["assist_form"], screen=screen, assist=SAMPLES["form"].assist)
        bench.show(alone)
        assert "0900 000 042" in shown_words(bench)
        bench.show(replace(SAMPLES["assist_form"], screen=screen))
        words = shown_words(bench)
        assert not [secret for secret in ("0900 000 042", "thunghiem@", PERSON.residence) if secret in words]


def test_a_field_that_the_citizen_has_shown_is_there_again(bench: KioskBench) -> None:
    session = SAMPLES["assist_form"]
    now = session.assist.now
    assert now is not None
    bench.show(replace(session, assist=replace(session.assist, now=replace(now, shown=frozenset({"phone"})))))
    words = shown_words(bench)
    assert "0900 000 042" in words
    assert "thunghiem@" not in words


def test_whoever_is_asked_for_a_field_reads_its_name_and_answers_on_their_own_part(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_consent"])
    assert "Số điện thoại" in shown_words(bench)
    page = bench.rect(bench.find("screen"))
    for name, agreed in (("field.no", False), ("field.yes", True)):
        bench.runtime.intents.clear()
        assert page.contains(bench.rect(bench.find(name)).center())
        bench.tap(name)
        assert bench.did == [("answer_field", {"agreed": agreed})]


def test_before_the_declaration_there_is_a_bar_and_no_tool(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_declare"])
    assert panel_names(bench) == ["assist.hand_back.bar", "assist.panel"]
    bench.tap("declare.agree")
    bench.tap("page.primary")
    bench.tap("assist.hand_back.bar")
    assert [name for name, _ in bench.did] == ["declare", "use_tool"]


def test_the_post_sees_only_its_own_tools(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_post"])
    tools = {name.removeprefix("assist.tool.") for name in panel_names(bench) if name.startswith("assist.tool.")}
    assert tools == {"point", "enlarge", "time", "step", "hand_over"}


def test_a_reason_is_sent_with_its_page_and_phrases_together(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_accept"])
    bench.tap("assist.choice.page.compared.3")
    assert bench.did[-1] == ("use_tool", {"tool": "accept", "target": "page", "reason": "compared", "page": 3})
    bench.show(SAMPLES["assist_note"])
    bench.tap("assist.choice.explained")
    bench.tap("assist.choice.poor_original")
    bench.tap("assist.note.save")
    assert bench.did == [("use_tool", {"tool": "note", "target": "explained+poor_original"})]


def test_a_pin_is_entered_digit_by_digit_shown_nowhere_and_sent_once(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_pin"])
    for digit in "739155":
        bench.tap(f"assist.pin.key.{digit}")
    assert "739155" not in shown_words(bench)
    assert bench.did == []
    bench.tap("assist.pin.ok")
    assert bench.did == [("enter_officer_pin", {"pin": "739155"})]


def test_without_a_badge_no_pin_is_asked_for(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_badge"])
    assert not [name for name in bench.names() if name.startswith("assist.pin")]
    bench.tap("overlay.close")
    assert bench.did == [("close_overlay", {})]


def test_the_door_stands_where_help_was_called(bench: KioskBench) -> None:
    bench.show(SAMPLES["help_called"])
    bench.tap("assist.door")
    assert bench.did == [("open_officer_door", {})]


def test_a_window_that_was_parted_is_whole_again(bench: KioskBench) -> None:
    bench.show(SAMPLES["assist_form"])
    bench.show(SAMPLES["form"])
    bench.laid_out()
    page = bench.rect(bench.find("screen"))
    assert (page.width(), page.height()) == (bench.window.width(), bench.window.height())
    assert "assist.panel" not in bench.names()


class Voice:
    """Keeps what it is to say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, line: Line, loudness: Loudness | None = None, *, cut: bool = True) -> None:
        self.said.append(line.text)

    def hush(self) -> None:
        """It says nothing by itself."""


def test_the_guide_is_read_aloud_and_where_nobody_reads_it_is_not_offered(bench: KioskBench) -> None:
    voice = Voice()
    made = KioskBench(SAMPLES["assist_form"], site=Site(voice=voice))
    made.tap("assist.tool.read")
    assert voice.said[-1].startswith("Đọc từng câu hỏi")
    assert made.did[-1] == ("use_tool", {"tool": "read"})
    made.close()
    bench.show(SAMPLES["assist_form"])
    assert "assist.tool.read" not in bench.names()


def test_the_panel_says_what_went_wrong_in_the_staffs_words(bench: KioskBench) -> None:
    session: Session = SAMPLES["assist_identify"]
    bench.show(session)
    model = bench.kiosk.door.property("assist")
    assert "2 lần" in model.property("met")
    assert model.property("where").startswith("Đọc căn cước")
    assert len(model.property("guide")) == 3


@pytest.mark.parametrize(
    ("session", "outlined"),
    [
        (SAMPLES["assist_scan"], "scan.page.3"),
        (replace(SAMPLES["assist_scan"], screen=Screen.PAGE_REVIEW), "review.page.3"),
        (replace(SAMPLES["assist_scan"], screen=Screen.PAGE_REVIEW, look=PageLook(3)), "viewer.rescan"),
        (replace(SAMPLES["assist_scan"], screen=Screen.PAGE_REVIEW, look=PageLook(1)), "page.primary"),
    ],
    ids=["scan", "review", "page", "another page"],
)
def test_the_pointer_leads_to_a_doubtful_page_and_to_scanning_it_again(
    bench: KioskBench, session: Session, outlined: str
) -> None:
    bench.show(session)
    bench.laid_out()
    bench.settle(0.3)  # the ring follows the page a moment later
    ring, target = bench.rect(bench.find("assist.ring")), bench.rect(bench.find(outlined))
    assert ring.contains(target.center())
    assert ring.width() == pytest.approx(target.width() + 2 * 14, abs=20)


@pytest.mark.parametrize("look", [Comfort(1.6), Comfort(1.6, reach=True)], ids=["large", "large and low"])
def test_the_pointer_outlines_only_what_is_seen(bench: KioskBench, look: Comfort) -> None:
    """In large text the page scrolls, to what is outlined; where somebody scrolls that away no ring is left."""
    bench.show(replace(SAMPLES["assist_scan"], comfort=look))
    bench.laid_out()
    bench.settle(1.0)  # the page is laid out for a few moments, and the ring follows it
    page = page_of(bench.window)
    assert page is not None
    flick = next(item for item in every_item(page) if item.objectName() == "scroll")
    target = bench.rect(bench.find("scan.page.3"))
    assert bench.rect(flick).contains(target.center())
    assert bench.rect(bench.find("assist.ring")).contains(target.center())

    flick.setProperty("contentY", 0 if float(flick.property("contentY")) > 0 else flick.property("contentHeight"))
    bench.settle(0.4)

    assert not bench.rect(flick).contains(bench.rect(bench.find("scan.page.3")).center())
    assert "assist.ring" not in bench.names()


def test_the_pointer_leads_on_once_an_officer_has_accepted_the_page(bench: KioskBench) -> None:
    session = SAMPLES["assist_scan"]
    pages = tuple(replace(page, warnings=()) for page in session.pages)
    bench.show(replace(session, pages=pages))
    bench.laid_out()
    bench.settle(0.3)
    assert bench.rect(bench.find("assist.ring")).contains(bench.rect(bench.find("page.primary")).center())
