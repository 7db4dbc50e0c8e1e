"""An officer's help over a citizen's session: who helps, with which tools, what was accepted, and what went wrong before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk_app.model.servicing import GateView
from kiosk_app.model.staff import Right, Role, StaffMember

PATIENCE_S: Final = 300.0
"""The five more minutes that an officer can give."""
ENLARGED: Final = 1.6
"""The text size of a step that an officer has enlarged."""
LONGEST_NOTE: Final = 300
"""Letters of a note for the case officer."""


class Tool(StrEnum):
    """What the officer's panel can do. Consent, declaration and submission are no tools: they are the citizen's touch."""

    POINT = "point"
    ENLARGE = "enlarge"
    READ = "read"
    TIME = "time"
    STEP = "step"
    FIELD = "field"
    ACCEPT = "accept"
    NOTE = "note"
    HAND_OVER = "hand_over"
    PRACTISE = "practise"
    HAND_BACK = "hand_back"


NEEDS: Final[Mapping[Tool, Right]] = MappingProxyType(
    {
        Tool.POINT: Right.GUIDE,
        Tool.ENLARGE: Right.GUIDE,
        Tool.READ: Right.GUIDE,
        Tool.TIME: Right.GUIDE,
        Tool.STEP: Right.GUIDE,
        Tool.FIELD: Right.FILL,
        Tool.ACCEPT: Right.ACCEPT,
        Tool.NOTE: Right.NOTE,
        Tool.HAND_OVER: Right.HAND_OVER,
        Tool.PRACTISE: Right.PRACTISE,
        Tool.HAND_BACK: Right.GUIDE,
    }
)
"""The right that each tool takes; one that is missing is not shown."""


class Pane(StrEnum):
    """What the panel shows: its tools, or the choices of one of them."""

    TOOLS = "tools"
    STEPS = "steps"
    FIELDS = "fields"
    ACCEPT = "accept"
    NOTE = "note"


class Acceptable(StrEnum):
    """A soft failure that an officer may accept with a reason."""

    PAGE = "page"
    NAME = "name"
    NO_CARD = "no_card"


REASONS: Final[Mapping[Acceptable, tuple[str, ...]]] = MappingProxyType(
    {
        Acceptable.PAGE: ("old_paper", "faint_original", "compared"),
        Acceptable.NAME: ("same_person", "spelling", "old_paper"),
        Acceptable.NO_CARD: ("card_seen", "other_paper_seen", "card_being_issued"),
    }
)
"""The reasons that may be given, each a text `assist.reason.<what>.<reason>` and a word of the dossier's contract."""
PHRASES: Final = ("compare_original", "check_name", "poor_original", "explained", "call_back")
"""The phrases of a note, each a text `assist.phrase.<phrase>` and a word of the dossier's contract."""

AGREED: Final = "agreed"
DECLINED: Final = "declined"
FILLED: Final = "filled"
"""What became of a masked field: reasons of the audit log's lines that no touch of the panel can have."""


@dataclass(frozen=True)
class Act:
    """One use of a tool. `target` is a screen, a field, what is accepted, or phrases joined by `+`; `page` that page.

    `text` are free words for the dossier alone. `at` is when (RFC 3339).
    """

    tool: Tool
    target: str = ""
    reason: str = ""
    page: int = 0
    text: str = field(default="", repr=False)
    at: str = ""


@dataclass(frozen=True)
class Accepted:
    """A soft failure that an officer accepted: what, why, and of which page."""

    what: Acceptable
    reason: str
    page: int = 0


@dataclass(frozen=True)
class Record:
    """What the dossier carries of the help: in which role, from when until the officer's last act, what was accepted and
    what was noted. It stays when the officer leaves. Times are RFC 3339."""

    role: Role
    since: str
    until: str
    accepted: tuple[Accepted, ...] = ()
    phrases: tuple[str, ...] = ()
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class Helper:
    """The officer who helps now. `shown` are the masked fields that the citizen has shown by a touch of their own, or
    typed since; `filled` those of them that were changed afterwards; `asked` is the field the citizen is being asked for.
    """

    member: StaffMember
    since: str
    pane: Pane = Pane.TOOLS
    pointing: bool = False
    asked: str = ""
    shown: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Trouble:
    """What went wrong on this screen, and how often: a code of errors.toml, `page.<warning>` or `field`. Never a value."""

    what: str
    times: int = 1


@dataclass(frozen=True)
class Assist:
    """The officer's part of a session. `gate` is the login while it lies over the screen; `asked_at` when its PIN was
    entered. `patience`: the citizen has five more minutes on this screen. `text_scale` is what the citizen had chosen
    before a step was enlarged, 0 while none is."""

    idle_s: float = 180.0
    """After so many seconds without a touch of the panel the officer is logged off; the citizen's session stays."""
    gate: GateView | None = None
    asked_at: str = ""
    now: Helper | None = None
    record: Record | None = None
    troubles: tuple[Trouble, ...] = ()
    patience: bool = False
    text_scale: float = 0.0
