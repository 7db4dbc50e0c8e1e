"""The dock's recorder: what is done to the devices while it runs, and the folder of recorded scenarios."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from drivers.simulators.base import Simulator
from drivers.simulators.scenario import SHIPPED, Scenario, ScenarioError, Step, read, write

LONGEST_NAME: Final = 60


class Recorder:
    """Records what a dock does. `folder` gets what is saved; without one nothing can be saved."""

    def __init__(self, simulators: Mapping[str, Simulator], folder: Path | None = None) -> None:
        self._simulators = simulators
        self._folder = folder
        self._steps: list[Step] = []
        self._on = False
        self._since = 0.0
        self._began = 0.0
        self._shelf: list[dict[str, Any]] = []
        self._shelf_seen: tuple[int, ...] = ()

    def start(self) -> None:
        """Begins anew. Raises ValueError while it runs."""
        if self._on:
            raise ValueError("a recording is running; stop it first")
        self._on, self._since, self._began = True, time.time(), time.monotonic()
        self._steps = []

    def stop(self) -> Scenario:
        """Ends; what was recorded stays until the next start. Raises ValueError when nothing runs."""
        if not self._on:
            raise ValueError("no recording is running")
        self._on = False
        return self.scenario()

    def begin(self, op: str, device: str, name: str, argument: str | None) -> Step | None:
        """Notes what is being done, at the time at which it is begun."""
        if not self._on:
            return None
        step = Step(
            round(time.monotonic() - self._began, 3),
            device,
            act=name if op == "act" else "",
            fault=name if op == "fault" else "",
            argument=self._readable(argument),
        )
        self._steps.append(step)
        return step

    def forget(self, step: Step | None) -> None:
        """It was refused: nothing was done."""
        self._steps = [item for item in self._steps if item is not step]

    def scenario(self, name: str = "") -> Scenario:
        """What was recorded."""
        return Scenario(name.strip() or time.strftime("%Y-%m-%d %H:%M:%S", time.localtime()), tuple(self._steps))

    def save(self, name: str = "") -> tuple[Path, Scenario]:
        """Writes it into the folder under its name. Raises ValueError when there is no folder or nothing to save."""
        if self._folder is None:
            raise ValueError("this dock has no folder for scenarios")
        scenario = self.scenario(name)
        if not scenario.steps:
            raise ValueError("nothing was recorded")
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._free(_file_name(scenario.name))
        part = file.with_suffix(".part")
        part.write_text(write(scenario), "utf-8")
        part.replace(file)
        return file, scenario

    def told(self) -> dict[str, Any]:
        """Whether it runs, since when (seconds of the epoch), and how much it has."""
        return {"on": self._on, "since": self._since, "steps": len(self._steps)}

    def shelf(self) -> list[dict[str, Any]]:
        """The scenarios there are, those that come with the kiosk first; a file that cannot be read is left out."""
        folders = [folder for folder in (SHIPPED, self._folder) if folder is not None and folder.is_dir()]
        seen = tuple(folder.stat().st_mtime_ns for folder in folders)
        if seen != self._shelf_seen:
            self._shelf_seen = seen
            files = [file for folder in folders for file in sorted(folder.glob("*.toml"))]
            self._shelf = [row for file in files if (row := _row(file)) is not None]
        return self._shelf

    def _readable(self, argument: str | None) -> str | None:
        """A code that is printed on a thing at the devices is written as that: a person's data stay out of files."""
        for device, simulator in self._simulators.items():
            if argument and simulator.state().get("qr") == argument:
                return f"@{device}.qr"
        return argument

    def _free(self, name: str) -> Path:
        assert self._folder is not None
        file, number = self._folder / f"{name}.toml", 1
        while file.exists():
            number += 1
            file = self._folder / f"{name}-{number}.toml"
        return file


def _row(file: Path) -> dict[str, Any] | None:
    try:
        scenario = read(file)
    except ScenarioError:
        return None
    return {
        "key": file.stem,
        "name": scenario.name,
        "file": str(file),
        "steps": len(scenario.steps),
        "seconds": scenario.seconds,
    }


def _file_name(name: str) -> str:
    """The name in plain letters: "Hết giấy" is het-giay."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:LONGEST_NAME].strip("-") or "scenario"
