"""The verdict on a submission soak: what was handed in at the kiosks against what the ministry holds and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Slip:
    """What a citizen took home: the reference, and which content it stands for (SHA-256 of the only file)."""

    uuid: str
    reference: str
    sha256: str


@dataclass(frozen=True)
class Received:
    """A dossier as the ministry's own rows have it."""

    uuid: str
    reference: str
    code: str
    lookup: str
    sha256: tuple[str, ...]


@dataclass
class Verdict:
    """Every broken promise, by name; all lists are empty when each dossier arrived exactly once."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether anything is in any list."""
        return any(vars(self).values())


def judge(
    slips: Iterable[Slip],
    received: Iterable[Received],
    answered: Mapping[str, tuple[str, str]],
    tracked: Mapping[str, tuple[str, str]],
) -> Verdict:
    """Holds slips against the ministry's rows, the kiosks' answers (by uuid) and tracking (by reference).

    Answers and tracking are pairs of dossier code and look-up code. Content decides what came twice, since a copy that
    came under another name would not be found by its name.
    """
    verdict, rows = Verdict(), list(received)
    by_uuid = {row.uuid: row for row in rows}
    wanted = {slip.uuid: slip for slip in slips}
    contents = Counter(digest for row in rows for digest in row.sha256)
    codes = Counter(row.code for row in rows)
    verdict.twice += [f"content {digest[:12]} {count} times" for digest, count in contents.items() if count > 1]
    verdict.twice += [f"code {code} for {count} dossiers" for code, count in codes.items() if count > 1]
    verdict.twice += [
        f"{count} rows of one dossier" for count in Counter(row.uuid for row in rows).values() if count > 1
    ]
    verdict.unknown += [row.uuid for row in rows if row.uuid not in wanted]
    for uuid, slip in wanted.items():
        row = by_uuid.get(uuid)
        if row is None:
            verdict.lost.append(uuid)
            continue
        if row.sha256 != (slip.sha256,) or row.reference != slip.reference:
            verdict.differing.append(uuid)
        said = (row.code, row.lookup)
        if answered.get(uuid) != said or tracked.get(slip.reference) != said:
            verdict.unresolved.append(f"{uuid}: {said} at the ministry")
    return verdict
