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
