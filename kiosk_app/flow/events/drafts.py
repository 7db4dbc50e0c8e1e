"""Saving a draft and opening one again: what the citizen does, and how the effects were answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.flow.events.base import Answered, CitizenEvent
from kiosk_app.model.drafts import DraftContent, SavedDraft
from kiosk_app.model.form import Field
from kiosk_app.model.procedure import Procedure


@dataclass(frozen=True)
class AskSaveDraft(CitizenEvent):
    """Save for later was touched: what that means is shown, nothing is saved. Said there again, it is asked anew."""


@dataclass(frozen=True)
class KeepDraft(CitizenEvent):
    """The citizen agrees that the draft is kept, in the place of an earlier one of the procedure if there is one."""

    at: str = ""


@dataclass(frozen=True)
class ChooseDraft(CitizenEvent):
    """One of the person's drafts was touched."""

    draft: str


@dataclass(frozen=True)
class OpenDraft(CitizenEvent):
    """Go on with the draft in hand."""


@dataclass(frozen=True)
class StartAnew(CitizenEvent):
    """Do without the draft in hand; it stays where it is."""


@dataclass(frozen=True)
class DeleteDraft(CitizenEvent):
    """Delete the draft in hand: asked first, done when it is said again, `sure`; not `sure` after that takes it back."""

    sure: bool = False


@dataclass(frozen=True)
class DraftsFound(Answered):
    """The person's drafts, newest first, and for how many days one is kept that is saved today."""

    drafts: tuple[SavedDraft, ...]
    keep_days: int


@dataclass(frozen=True)
class DraftsNotFound(Answered):
    """The service could not be asked."""

    code: str


@dataclass(frozen=True)
class DraftKept(Answered):
    """The service keeps the draft."""

    draft: SavedDraft


@dataclass(frozen=True)
class DraftNotKept(Answered):
    """It does not, as far as is known; nothing of it stays on this machine either."""

    code: str


@dataclass(frozen=True)
class DraftOpened(Answered):
    """The draft with its procedure as it is now; its pages are in the session's custody."""

    procedure: Procedure
    fields: tuple[Field, ...]
    content: DraftContent = field(repr=False)


@dataclass(frozen=True)
class DraftNotOpened(Answered):
    """It stays closed, and as it was."""

    code: str


@dataclass(frozen=True)
class DraftDeleted(Answered):
    """The draft is gone."""

    draft: str


@dataclass(frozen=True)
class DraftNotDeleted(Answered):
    """It is there as far as is known."""

    code: str
