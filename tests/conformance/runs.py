"""A pytest of its own for one suite: vendors' packages put on its path, its results read from what it writes down."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("card", "scanner", "barcode", "wedge", "camera", "printer", "office", "overhead")
LONGEST_S = 170


def install(package: Path, site: Path) -> None:
    """Puts a package's modules and its entry points into `site`, as an installer would, without the network."""
    project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
    for item in package.iterdir():
        if item.suffix == ".py":
            shutil.copy(item, site)
        elif item.is_dir() and (item / "__init__.py").is_file():
            shutil.copytree(item, site / item.name, ignore=shutil.ignore_patterns("__pycache__"))
    metadata = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(head, "utf-8")
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in project.get("entry-points", {}).items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines), "utf-8")


@dataclass(frozen=True)
class Results:
    """Names of tests by how they ended (without the class), and all that was printed."""

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    skipped: dict[str, str] = field(default_factory=dict)
    output: str = ""


class Run:
    """A pytest under way."""

    def __init__(self, folder: Path, arguments: list[str], site: Path | None = None, **options: Any) -> None:
        folder.mkdir(parents=True)
        self._report = folder / "report.xml"
        self._output = folder / "output.txt"
        paths = [str(path) for path in (site, ROOT) if path is not None]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("PYTEST_XDIST_WORKER", None)
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # Qt's alone takes a second to load
        command = [sys.executable, "-m", *arguments, f"--junitxml={self._report}", "-p", "no:cacheprovider"]
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "-p", "pytest_timeout", "-p", "xdist.plugin", f"--basetemp={folder / 'temp'}"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # no terminal, so nobody is asked
                **options,
            )

    def output(self) -> str:
        """Waits for its end; all that it printed."""
        self._process.wait(LONGEST_S)
        return self._output.read_text("utf-8", "replace")

    def results(self) -> Results:
        """Waits for its end; how its tests ended."""
        output = self.output()
        assert self._report.is_file(), output[-3000:]
        passed, failed, skipped = set(), set(), {}
        for case in ElementTree.parse(self._report).iter("testcase"):
            name = case.get("name", "")
            if case.find("failure") is not None or case.find("error") is not None:
                failed.add(name)
            elif (skip := case.find("skipped")) is not None:
                skipped[name] = skip.get("message", "")
            else:
                passed.add(name)
        return Results(frozenset(passed), frozenset(failed), skipped, output)

    def end(self) -> None:
        """Ends what still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
