"""What one pair of disks has to hold after a power cut, by what its machine had said to citizens before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tests.crash.visit import pdf


@dataclass
class Promises:
    """All that was said since the disks were empty."""

    drafts: dict[str, list[str]] = field(default_factory=dict)
    """Of each dossier that was begun the SHA-256 of its files."""
    sealed: set[str] = field(default_factory=set)
    acknowledged: dict[str, str] = field(default_factory=dict)
    """The codes that citizens were told."""

    def hear(self, said: dict[str, Any]) -> None:
        """Takes down a word of a machine."""
        if said["word"] == "draft":
            contents = [pdf(size, f"{said['seed']}/{number}") for number, size in enumerate(said["sizes"])]
            self.drafts[said["uuid"]] = [hashlib.sha256(content).hexdigest() for content in contents]
        elif said["word"] == "sealed":
            self.sealed.add(said["uuid"])
        elif said["word"] == "acknowledged":
            self.acknowledged[said["uuid"]] = said["code"]


@dataclass
class Verdict:
    """What of it was not kept: dossiers that are gone, files that are torn, and whatever else is not as it has to be."""

    lost: set[str] = field(default_factory=set)
    torn: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def bad(self) -> list[str]:
        """All of it in words."""
        return [*(f"{uuid} is lost" for uuid in sorted(self.lost)), *self.torn, *self.wrong]


def judge(promises: Promises, found: dict[str, Any]) -> Verdict:
    """Compares the promises with what a guest has found on its disks; when it has settled nothing may be left to do."""
    verdict = Verdict(torn=[str(trouble) for trouble in found["troubles"]])
    here, there, settled = found["kiosk"], found["ministry"], found["word"] == "settled"
    for uuid in promises.sealed:
        if uuid not in there and (settled or uuid not in here):
            verdict.lost.add(uuid)
    for uuid, code in promises.acknowledged.items():
        if uuid not in there:
            verdict.lost.add(uuid)
        elif there[uuid][0] != code:
            verdict.wrong.append(f"{uuid}: the ministry has another code than the citizen")
    for uuid, (_, contents) in there.items():
        if uuid not in promises.drafts:
            verdict.wrong.append(f"{uuid}: nobody has handed that in")
        elif contents != promises.drafts[uuid]:
            verdict.torn.append(f"{uuid}: the ministry has another content")
    verdict.wrong += [f"{name} is left of a dossier that is none" for name in found["half"]]
    if settled:
        if {uuid: code for uuid, (_, code) in here.items()} != {uuid: code for uuid, (code, _) in there.items()}:
            verdict.wrong.append("kiosk and ministry disagree on what there is")
        if not found["rest"]:
            verdict.wrong.append("something is left to do")
    return verdict
