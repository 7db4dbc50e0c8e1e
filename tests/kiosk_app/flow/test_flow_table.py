"""The table as a whole: total, closed under its own declarations, documented, and deaf to an older session."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

import pytest
from citizen import Citizen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app import paths
from kiosk_app.flow import diagram, effects, events
from kiosk_app.flow.table import INDEX, ROWS, transition
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.session import Session

KINDS = sorted(
    (
        kind
        for kind in vars(events).values()
        if inspect.isclass(kind) and issubclass(kind, events.Event) and not kind.__subclasses__()
    ),
    key=lambda kind: kind.__name__,
)
SESSIONS = st.one_of(
    st.from_type(Session),
    st.sampled_from(
        [
            Citizen().session,
            Citizen().to_identify().session,
            Citizen().to_scan().scan(1, 2).session,
            Citizen().to_check().session,
            Citizen().to_sending().sealed().session,
            Citizen().to_done().session,
        ]
    ),
)
NAMES = st.sampled_from(["idle", "idle_end", "acknowledge", "goodbye", "other"])


def some(kind: type[events.Event]) -> st.SearchStrategy[Any]:
    return st.builds(kind, name=NAMES) if kind is events.TimerFired else st.from_type(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_on_every_screen_lands_where_its_row_says_and_never_raises(kind: type[events.Event]) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SESSIONS, some(kind), st.sampled_from(Overlay))
    def holds(session: Session, event: events.Event, overlay: Overlay) -> None:
        if isinstance(event, events.Answered):
            event = dataclasses.replace(event, session=session.number)
        for screen in Screen:
            before = dataclasses.replace(session, screen=screen, overlay=overlay)
            after, done = transition(before, event)
            row = INDEX.get((screen, kind))
            ended = before.practice is not None and after.practice is None
            left = ended and after.screen in (Screen.HOME, Screen.OUT_OF_SERVICE)
            assert after.screen is screen or left or (row is not None and after.screen in row.to), (screen, kind)
            assert all(isinstance(item, effects.Effect) for item in done)

    holds()


def test_there_are_events_to_try() -> None:
    assert len(KINDS) > 55
    assert len(INDEX) > 250


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if issubclass(kind, events.Answered)], ids=lambda k: k.__name__
)
def test_an_answer_to_an_older_session_changes_nothing(kind: type[events.Answered]) -> None:
    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_type(kind))
    def holds(event: events.Answered) -> None:
        for screen in Screen:
            session = dataclasses.replace(Citizen().to_sending().session, screen=screen, number=7)
            assert transition(session, dataclasses.replace(event, session=6)) == (session, ())

    holds()


def test_every_event_has_a_row_and_every_row_an_event() -> None:
    assert {row.event for row in ROWS} == set(KINDS)


def test_every_row_is_reached_by_its_screens_first_match_alone() -> None:
    seen: set[tuple[Screen, type]] = set()
    for row in ROWS:
        mine = {(screen, row.event) for screen in row.screens}
        assert mine - seen, f"{row.event.__name__} is hidden by rows before it"
        seen |= mine


def test_every_intent_is_an_event_of_a_citizen_and_every_such_event_an_intent() -> None:
    assert set(events.INTENTS.values()) == {kind for kind in KINDS if issubclass(kind, events.CitizenEvent)}


def test_every_screen_can_be_left() -> None:
    reach: dict[Screen, set[Screen]] = {screen: set() for screen in Screen}
    for row in ROWS:
        for screen in row.screens:
            reach[screen] |= row.to - {screen}
    assert all(reach.values())
    assert set(Screen) - {Screen.HOME} <= set().union(*reach.values())


def test_every_effect_is_asked_for_by_some_row() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(effects.__file__).parent.glob("*.py"))
    kinds = [k for k in vars(effects).values() if inspect.isclass(k) and issubclass(k, effects.Effect)]
    for kind in kinds:
        assert kind is effects.Effect or f"{kind.__name__}(" in source.replace(f"class {kind.__name__}(", "")


def test_the_documentation_shows_the_flow_as_it_is() -> None:
    written = (paths.root() / "docs" / "flow.md").read_text("utf-8")
    assert written == diagram.document(), "make docs"


def test_the_diagram_names_every_screen() -> None:
    drawn = diagram.mermaid()
    assert drawn.startswith("stateDiagram-v2\n")
    assert all(screen.value in drawn for screen in Screen if screen is not Screen.OUT_OF_SERVICE)
    assert all(screen.value in diagram.document() for screen in Screen)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_personal_data_stays_out_of_an_events_words(kind: type[events.Event]) -> None:
    personal = {"number", "access_number", "lookup_code", "reading", "thumbnail", "value", "mrz"}
    shown = {item.name for item in dataclasses.fields(kind) if item.repr}
    assert not shown & personal or kind is events.Rate
