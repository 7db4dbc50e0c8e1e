"""Writes THIRD-PARTY.md: every third-party work with version, licence and why it is used.

    python packaging/third_party.py > THIRD-PARTY.md

Python packages are those of uv.lock that are installed, with the licence of their own metadata; Debian packages are those of
packaging/setup.sh. Reasons, and licences that no metadata tells, stand in packaging/third_party.toml.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PROJECT: Final = "kiosk"

# Names that metadata uses for licences of the SPDX list.
SPDX: Final = {
    "MIT License": "MIT",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License": "ISC",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
}

HEAD: Final = """# Third-party works

Made by `make docs` from the installed, locked environment and from `packaging/setup.sh`; do not edit. Versions are those of
the environment in which this page was made; `uv.lock` has the exact ones with their hashes. Reasons stand in
`packaging/third_party.toml`.

Copyleft works are used unmodified and stay replaceable: Qt for Python under LGPL-3.0 is linked dynamically, GPL programs run
as processes of their own. No work under the AGPL is used, and no Qt module that is only GPL or commercial.
"""


class Missing(Exception):
    """A work whose reason or licence nobody wrote down."""


@dataclass(frozen=True)
class Work:
    """One row."""

    name: str
    version: str
    licence: str
    why: str


def canonical(name: str) -> str:
    """A package's name as the lock writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def notes() -> dict[str, dict[str, dict[str, str]]]:
    """packaging/third_party.toml, with the names of Python packages as the lock writes them."""
    raw: dict[str, dict[str, dict[str, str]]] = tomllib.loads((ROOT / "packaging/third_party.toml").read_text("utf-8"))
    raw["python"] = {canonical(name): entry for name, entry in raw["python"].items()}
    return raw


def debian_packages() -> tuple[str, ...]:
    """The packages that packaging/setup.sh installs."""
    script = (ROOT / "packaging/setup.sh").read_text("utf-8")
    found = re.search(r"debian_packages=\((.*?)\n\)", script, re.DOTALL)
    if found is None:
        raise Missing("packaging/setup.sh: debian_packages")
    lines = (line.split("#")[0] for line in found[1].splitlines())
    return tuple(word for line in lines for word in line.split())


def locked() -> dict[str, frozenset[str]]:
    """The packages of uv.lock, without the project itself, each with the names of those that it needs.

    What an extra brings in counts where somebody asks for that extra.
    """
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    extras: dict[str, set[str]] = defaultdict(set)
    for item in packages:
        groups = (*item.get("optional-dependencies", {}).values(), *item.get("dev-dependencies", {}).values())
        for needed in chain(item.get("dependencies", ()), *groups):
            extras[needed["name"]].update(needed.get("extra", ()))

    def needs(item: dict[str, Any]) -> Iterator[str]:
        optional = item.get("optional-dependencies", {})
        asked = (optional.get(extra, ()) for extra in extras[item["name"]])
        yield from (needed["name"] for needed in chain(item.get("dependencies", ()), *asked))

    return {item["name"]: frozenset(needs(item)) for item in packages if item["name"] != PROJECT}


def direct() -> tuple[frozenset[str], frozenset[str]]:
    """Names that pyproject.toml asks for: to run, and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run = project["project"]["dependencies"]
    develop = project["dependency-groups"]["dev"]
    return frozenset(map(_name, run)), frozenset(map(_name, develop))


def _name(requirement: str) -> str:
    return canonical(re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0])


def licence(found: Distribution) -> str:
    """The licence as an SPDX expression; empty when the metadata does not tell one."""
    metadata = found.metadata
    if metadata["License-Expression"]:
        return str(metadata["License-Expression"])
    line = str(metadata["License"] or "").strip()
    if line in SPDX:
        return SPDX[line]
    classes = [item.split(" :: ")[-1] for item in metadata.get_all("Classifier") or () if item.startswith("License ::")]
    known = [SPDX[item] for item in classes if item in SPDX]
    if len(set(known)) == 1 and len(known) == len(classes):
        return known[0]
    return "" if "\n" in line or len(line) > 60 else line


def reach(names: frozenset[str], lock: dict[str, frozenset[str]]) -> frozenset[str]:
    """Those packages and all that they bring in."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in seen and name in lock:
            seen.add(name)
            todo += lock[name]
    return frozenset(seen)


def python_works() -> dict[str, list[Work]]:
    """The rows of Python packages under their headings. Raises Missing."""
    entries, lock = notes()["python"], locked()
    run, develop = direct()
    shipped = reach(run, lock)
    users: dict[str, set[str]] = defaultdict(set)
    for name, needed in lock.items():
        for other in needed:
            users[other].add(name)
    works: dict[str, list[Work]] = {"run": [], "through": [], "develop": []}
    for name in sorted(lock):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # locked for another system or Python
        entry = entries.get(name, {})
        spoken = entry.get("licence") or licence(found)
        if not spoken or (name in run | develop and "why" not in entry):
            raise Missing(f"packaging/third_party.toml: [python.{name}] {'why' if spoken else 'licence'}")
        why = entry.get("why") or "needed by " + ", ".join(sorted(users[name]))
        heading = "run" if name in run else "through" if name in shipped else "develop"
        works[heading].append(Work(found.metadata["Name"], found.version, spoken, why))
    return works


def debian_works() -> list[Work]:
    """The rows of Debian packages. Raises Missing."""
    entries = notes()["debian"]
    works = []
    for name in debian_packages():
        if name not in entries:
            raise Missing(f"packaging/third_party.toml: [debian.{name}]")
        command = ["dpkg-query", "-W", "-f=${Version}", name]
        version = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        works.append(Work(name, version or "-", entries[name]["licence"], entries[name]["why"]))
    return works


def asset_works() -> list[Work]:
    """The rows of what lies in this repository."""
    entries = notes()["asset"].items()
    return [Work(name, e["version"], e["licence"], f"{e['why']} (`{e['files']}`)") for name, e in entries]


def tool_works() -> list[Work]:
    """The rows of tools that packaging/setup.sh fetches."""
    found = re.search(r"uv_version=(\S+)", (ROOT / "packaging/setup.sh").read_text("utf-8"))
    entry = notes()["tool"]["uv"]
    return [Work("uv", found[1] if found else "-", entry["licence"], entry["why"])]


def document() -> str:
    """THIRD-PARTY.md whole. Raises Missing."""
    python = python_works()
    parts = [
        HEAD,
        _table("In this repository", asset_works()),
        _table("Python packages that the kiosk and the service use", python["run"]),
        _table("Python packages that those bring in", python["through"]),
        _table("Debian packages", debian_works()),
        _table("Python packages for development only", python["develop"]),
        _table("Tools", tool_works()),
    ]
    return "\n".join(parts)


def _table(title: str, works: list[Work]) -> str:
    rows = [f"| {work.name} | {work.version} | {work.licence} | {work.why} |" for work in works]
    return "\n".join([f"## {title}\n", "| name | version | licence | why |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    try:
        sys.stdout.write(document())
    except Missing as error:
        sys.exit(f"missing: {error}")
