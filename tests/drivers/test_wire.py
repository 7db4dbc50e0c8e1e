"""The wire between kiosk and device host: every value of the ports crosses unchanged, and nothing else crosses."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import ports, wire
from drivers.ports import CardAccess, Description, DeviceState, Health, ScanOptions, ScanReport, ScanSource

VALUES = sorted(
    (
        kind
        for kind in vars(ports).values()
        if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind is not ports.DriverInfo
    ),
    key=lambda kind: kind.__name__,
)
# Only finite numbers are JSON; what else a port may hold is covered by its types.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_value_of_the_ports_comes_back_equal(kind: type) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.from_type(kind))
    def holds(value: Any) -> None:
        line = wire.encode({"id": 1, "result": wire.to_json(value)})
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert wire.from_json(kind, wire.decode(line)["result"]) == value

    holds()


def test_the_ports_have_values_to_send() -> None:
    assert {"CardReading", "ScannedPage", "PrintJob", "Health"} <= {kind.__name__ for kind in VALUES}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_every_frame_of_json_comes_back_equal(frame: dict[str, Any]) -> None:
    assert wire.decode(wire.encode(frame)) == frame


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_data_of_another_shape_is_a_bad_frame_and_nothing_else(kind: type) -> None:
    @settings(max_examples=25, deadline=None)
    @given(JSON | st.fixed_dictionaries({}, optional={item.name: JSON for item in dataclasses.fields(kind)}))
    def holds(data: Any) -> None:
        try:
            value = wire.from_json(kind, data)
        except wire.BadFrame:
            return
        assert isinstance(value, kind)

    holds()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_a_bad_frame(line: bytes) -> None:
    with contextlib.suppress(wire.BadFrame):
        assert isinstance(wire.decode(line), dict)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[1]\n",
        b'"text"\n',
        b"{",
        b'{"id": 1',
        b'{"id": NaN}',
        b'{"id": Infinity}',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"id": ' + b"9" * 10_000 + b"}",
    ],
    ids=range(11),
)
def test_lines_that_are_no_frames(line: bytes) -> None:
    with pytest.raises(wire.BadFrame):
        wire.decode(line)


def test_a_line_at_the_limit_passes_and_one_over_it_does_not() -> None:
    room = wire.MAX_LINE_BYTES - len(wire.encode({"x": ""}))
    line = wire.encode({"x": "a" * room})
    assert len(line) == wire.MAX_LINE_BYTES
    assert wire.decode(line)["x"] == "a" * room
    with pytest.raises(wire.BadFrame):
        wire.encode({"x": "a" * (room + 1)})
    with pytest.raises(wire.BadFrame):
        wire.decode(b'{"x":"' + b"a" * wire.MAX_LINE_BYTES + b'"}')


def test_the_limit_counts_bytes_and_not_letters() -> None:
    with pytest.raises(wire.BadFrame):
        wire.encode({"x": "ữ" * (wire.MAX_LINE_BYTES // 3)})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes", object()])
def test_what_json_cannot_say_is_refused_when_writing(value: object) -> None:
    with pytest.raises(wire.BadFrame):
        wire.encode({"x": value})
    if not isinstance(value, float):
        with pytest.raises(TypeError):
            wire.to_json(value)


def test_half_a_surrogate_pair_of_a_damaged_code_does_not_end_the_host() -> None:
    assert wire.decode(wire.encode({"text": "a\ud800b"})) == {"text": "a?b"}


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (Health, {"state": "well"}, "DeviceState"),
        (Health, {"state": "ready", "mood": 1}, "mood"),
        (Health, {}, "state"),
        (Health, [], "object"),
        (Description, {"capabilities": "feeder"}, "list"),
        (Description, {"capabilities": [1]}, "str"),
        (ScanOptions, {"dpi": "300"}, "int"),
        (ScanOptions, {"dpi": True}, "int"),
        (ScanOptions, {"dpi": 300.5}, "int"),
        (ScanOptions, {"colour": 1}, "bool"),
        (ScanReport, {"pages": 1, "source": "feeder", "dpi": 300, "seconds": 10**400}, "large"),
    ],
)
def test_the_reason_names_what_does_not_fit(kind: type, data: object, words: str) -> None:
    with pytest.raises(wire.BadFrame, match=words):
        wire.from_json(kind, data)


def test_numbers_are_taken_as_json_means_them() -> None:
    report = wire.from_json(ScanReport, {"pages": 2.0, "source": "feeder", "dpi": 300, "seconds": 1})
    assert report == ScanReport(2, ScanSource.FEEDER, 300, 1.0)
    assert type(report.pages) is int
    assert type(report.seconds) is float


def test_a_lists_items_are_built_too_and_none_stays_none() -> None:
    assert wire.from_json(tuple[DeviceState, ...], ["ready", "busy"]) == (DeviceState.READY, DeviceState.BUSY)
    assert wire.from_json(CardAccess, {"can": None}) == CardAccess()
    assert wire.to_json({"state": DeviceState.READY, 1: (None, 2.5)}) == {"state": "ready", "1": [None, 2.5]}


def test_secrets_of_the_ports_stay_out_of_their_words() -> None:
    for kind in VALUES:
        names = {item.name for item in dataclasses.fields(kind) if item.repr}
        assert not names & {"can", "mrz", "key_b64", "photo_b64", "png_b64", "holder", "number", "name_vi"}, kind


def test_the_ports_are_frozen_values() -> None:
    for kind in VALUES:
        assert kind.__dataclass_params__.frozen, kind
    enums = [kind for kind in vars(ports).values() if isinstance(kind, type) and issubclass(kind, Enum)]
    assert all(json.loads(json.dumps(item.value)) == item.value for kind in enums for item in kind)
