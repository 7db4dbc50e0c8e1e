"""What the service says of a dossier on its way through the offices."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TrackingStep:
    """One step: `state` is done, current or coming; times are RFC 3339 or empty."""

    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    state: str
    started_at: str = ""
    finished_at: str = ""
    due_at: str = ""


@dataclass(frozen=True)
class PastStatus:
    """A status of the national list that the dossier has had: since when (RFC 3339), and with which unit."""

    status_vi: str
    status_en: str
    at: str
    unit_vi: str = ""
    unit_en: str = ""


@dataclass(frozen=True)
class WantedPaper:
    """A paper that the dossier asks for (form 02): how many originals and copies of it."""

    component: str
    name_vi: str
    originals: int = 0
    copies: int = 0


@dataclass(frozen=True)
class OwnDossier:
    """One line of a person's own dossiers, with the codes by which it is tracked."""

    dossier_code: str
    lookup_code: str = field(repr=False)
    status_code: int
    status_vi: str
    status_en: str
    procedure_vi: str = ""
    procedure_en: str = ""
    received_at: str = ""
    due_date: str = ""
    working_days_left: int | None = None


@dataclass(frozen=True)
class TrackingReport:
    """Status by the national list (1-10), the steps, and the dates; `due_date` is empty until acceptance."""

    dossier_code: str
    status_code: int
    status_vi: str
    status_en: str
    plain_vi: str = ""
    plain_en: str = ""
    procedure_vi: str = ""
    procedure_en: str = ""
    steps: tuple[TrackingStep, ...] = ()
    unit_vi: str = ""
    unit_en: str = ""
    received_at: str = ""
    accepted_at: str = ""
    due_date: str = ""
    working_days_left: int | None = None
    lookup_code: str = field(default="", repr=False)
    awaited: tuple[str, ...] = ()
    """Papers that are still to be handed in at the desk."""
    procedure_id: str = ""
    reason: str = ""
    """The officer's words for the present status: what is missing, why it was refused or stopped."""
    wanted: tuple[WantedPaper, ...] = ()
    """Papers that the dossier asks for now (status 5); they can be handed in at a kiosk."""
    until: str = ""
    """The last day to hand them in (ISO), empty where none was set."""
    history: tuple[PastStatus, ...] = ()
    """Every status so far, oldest first."""
