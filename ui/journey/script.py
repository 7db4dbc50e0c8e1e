"""A journey's script: a TOML file of steps, each one thing a citizen does, sees or waits for.

name = "Submit a dossier"
language = "vi"
practice = true                # somebody practises with specimens; without it, a citizen

[[step]]                       # exactly one verb a step
touch = "home.submit"          # the objectName of what is touched
[[step]]
type = "nhan hieu"             # on the on-screen keyboard, after touching `into`
into = "search.query"
[[step]]
find = "Trademark"             # by keypad: on through what can be reached until the one whose name holds this
select = true                  # and then the select key
[[step]]
key = "back"                   # one key of the keypad, by what it does
[[step]]
spell = "nhan hieu"            # on the on-screen keyboard, walked by keypad
[[step]]
screen = "procedure"           # waits for the screen
[[step]]
device = "card0"               # what a person does at the machine: `act` or `fault` with an `argument`
act = "insert"
[[step]]
scenario = "scenarios/x.toml"  # what was recorded at the hardware dock is done again, `speed` times as fast; with
beside = true                  # `beside` the following steps go on meanwhile, and until = "scenario=over" waits for its end
[[step]]
until = "receipt=printed"      # waits for a fact of the session (see facts.FACTS)
[[step]]
see = "done.code"              # waits for an item on the screen, touchable or not, with `text` in it
words = "PRN-PAPER-OUT"        # or with what the catalogue of codes tells a citizen of that one
[[step]]
service = "stop"               # the ministry's service goes away, or comes back with "start"
[[step]]
timer = "idle"                 # that timer of the session runs out now: nobody waits a minute for it
[[step]]
shot = "done-with-code"        # one more picture than the one each new screen gives
[[step]]
touch = "question.drop"
when = "questions!=0"          # beside any verb: the step is left out unless this fact holds then
[[step]]
include = "parts/scanned.toml" # the steps of another file, named from this one
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from drivers.simulators.scenario import Scenario, ScenarioError
from drivers.simulators.scenario import read as read_scenario
from kiosk_app.keypad import Act

VERBS: Final = (
    "touch",
    "key",
    "find",
    "spell",
    "type",
    "screen",
    "device",
    "scenario",
    "until",
    "see",
    "service",
    "timer",
    "shot",
)


class ScriptError(ValueError):
    """The script cannot be played; the text names the file and the step."""


@dataclass(frozen=True)
class Step:
    """One step; exactly one of `VERBS` is set. `seconds` bounds a wait. `events` is what is in the file of `scenario`."""

    touch: str = ""
    key: str = ""
    find: str = ""
    select: bool = False
    spell: str = ""
    type: str = ""
    into: str = ""
    screen: str = ""
    device: str = ""
    act: str = ""
    fault: str = ""
    argument: str | None = None
    scenario: str = ""
    speed: float = 1.0
    beside: bool = False
    events: Scenario | None = None
    until: str = ""
    see: str = ""
    text: str = ""
    words: str = ""
    service: str = ""
    timer: str = ""
    shot: str = ""
    when: str = ""
    seconds: float = 30.0

    def __str__(self) -> str:
        verb = next(name for name in VERBS if getattr(self, name))
        return f"{verb} {getattr(self, verb)}"


@dataclass(frozen=True)
class Script:
    """A journey: its name, the language to switch to at the start, its steps, whether it is all by keypad, and whether it is
    a practice."""

    name: str
    language: str
    steps: tuple[Step, ...]
    keypad: bool = False
    practice: bool = False


def read(file: Path, above: tuple[Path, ...] = ()) -> Script:
    """The script in `file`; `above` are the files that include it. Raises ScriptError."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ScriptError(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScriptError(f"{file}: no valid TOML: {error}") from error
    steps: list[Step] = []
    for number, row in enumerate(document.get("step", []), 1):
        steps += _included(file, number, row, above) if "include" in row else [_step(file, number, row)]
    if not steps:
        raise ScriptError(f"{file}: no [[step]]")
    name, language = str(document.get("name", file.stem)), str(document.get("language", "vi"))
    keypad, practice = document.get("keypad") is True, document.get("practice") is True
    return Script(name, language, tuple(steps), keypad, practice)


def _included(file: Path, number: int, row: dict[str, Any], above: tuple[Path, ...]) -> tuple[Step, ...]:
    other = file.parent / str(row["include"])
    if len(row) > 1:
        raise ScriptError(f"{file}: step {number}: include stands alone")
    if other.resolve() in (item.resolve() for item in (file, *above)):
        raise ScriptError(f"{file}: step {number}: {other.name} includes itself")
    return read(other, (*above, file)).steps


def _step(file: Path, number: int, row: dict[str, Any]) -> Step:
    known = {item.name for item in fields(Step)} - {"events"}
    if unknown := set(row) - known:
        raise ScriptError(
            f"{file}: step {number}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}"
        )
    if sum(verb in row for verb in VERBS) != 1:
        raise ScriptError(f"{file}: step {number}: exactly one of {', '.join(VERBS)} is needed")
    if "device" in row and ("act" in row) == ("fault" in row):
        raise ScriptError(f"{file}: step {number}: a device needs act or fault")
    if row.get("service", "stop") not in ("start", "stop"):
        raise ScriptError(f"{file}: step {number}: service is start or stop")
    if {"speed", "beside"} & set(row) and "scenario" not in row:
        raise ScriptError(f"{file}: step {number}: speed and beside belong to a scenario")
    if "select" in row and "find" not in row:
        raise ScriptError(f"{file}: step {number}: select belongs to find")
    if "key" in row and row["key"] not in {act.value for act in Act}:
        raise ScriptError(f"{file}: step {number}: a key is one of {', '.join(Act)}")
    if not row.get("speed", 1.0) > 0:
        raise ScriptError(f"{file}: step {number}: a speed is greater than 0")
    try:
        if "scenario" in row:
            return Step(**row, events=read_scenario(file.parent / str(row["scenario"])))
        return Step(**row)
    except ScenarioError as error:
        raise ScriptError(f"{file}: step {number}: {error}") from error
    except TypeError as error:
        raise ScriptError(f"{file}: step {number}: {error}") from error
