"""Scenarios: what was done to the simulated devices and when, as a TOML file that can be played again.

name = "The roll ends, and a new one is put in"

[[step]]
at = 0.5                 # seconds from the beginning; left out: with the step before
device = "printer0"
fault = "paper_out"      # or act = "refill"; the words are those of the device
argument = "40"          # where the act or fault takes one; "@card0.qr" is what is read off the card on the reader
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SHIPPED: Final = Path(__file__).with_name("scenarios")
"""Scenarios that come with the kiosk."""
LONGEST_S: Final = 24 * 3600.0
_KEYS: Final = ("at", "device", "act", "fault", "argument")


class ScenarioError(ValueError):
    """The scenario cannot be read or played; the text names the file or the step."""


@dataclass(frozen=True)
class Step:
    """One thing done to a device, `at` seconds from the beginning: exactly one of `act` and `fault` is set."""

    at: float
    device: str
    act: str = ""
    fault: str = ""
    argument: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.device, self.act or self.fault, self.argument)))


@dataclass(frozen=True)
class Scenario:
    """A session at the dock: its name and its steps in the order in which they were done."""

    name: str
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        """When the last step is done."""
        return self.steps[-1].at if self.steps else 0.0


def read(file: Path) -> Scenario:
    """The scenario in `file`. Raises ScenarioError."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file}: {getattr(error, 'strerror', None) or 'no UTF-8'}") from error
    return parse(text, str(file), file.stem)


def parse(text: str, where: str = "scenario", name: str = "") -> Scenario:
    """The scenario written in `text`; `name` is for one without. Raises ScenarioError saying `where`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{where}: no valid TOML: {error}") from error
    if unknown := set(document) - {"name", "step"}:
        raise ScenarioError(f"{where}: unknown {', '.join(sorted(unknown))}; known are name and [[step]]")
    rows = document.get("step")
    if not isinstance(rows, list) or not rows:
        raise ScenarioError(f"{where}: no [[step]]")
    steps: list[Step] = []
    for number, row in enumerate(rows, 1):
        steps.append(_step(f"{where}: step {number}", row, steps[-1].at if steps else 0.0))
    return Scenario(str(document.get("name", name)), tuple(steps))


def _step(where: str, row: Any, before: float) -> Step:
    if not isinstance(row, dict):
        raise ScenarioError(f"{where}: a table is expected")
    if unknown := set(row) - set(_KEYS):
        raise ScenarioError(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(_KEYS)}")
    at = row.get("at", before)
    if isinstance(at, bool) or not isinstance(at, int | float) or not before <= at <= LONGEST_S:
        raise ScenarioError(f"{where}: at is in seconds and not before the step above ({before:g})")
    words = {key: row[key] for key in _KEYS[1:] if key in row}
    if not all(isinstance(word, str) for word in words.values()):
        raise ScenarioError(f"{where}: device, act, fault and argument are texts")
    if not words.get("device"):
        raise ScenarioError(f"{where}: no device")
    if bool(words.get("act")) == bool(words.get("fault")):
        raise ScenarioError(f"{where}: exactly one of act and fault is needed")
    return Step(float(at), **words)


def write(scenario: Scenario) -> str:
    """The scenario as its file has it; `parse` gives the same again, to a millisecond."""
    lines = ["# What was done to the simulated devices. Play it again: kiosk fault replay FILE", ""]
    lines.append(f"name = {_text(scenario.name)}")
    for step in scenario.steps:
        lines += ["", "[[step]]", f"at = {step.at:.3f}", f"device = {_text(step.device)}"]
        for key in ("act", "fault", "argument"):
            if value := getattr(step, key):
                lines.append(f"{key} = {_text(value)}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    # A JSON text is a TOML text but for this one sign.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
