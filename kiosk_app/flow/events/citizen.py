"""What a citizen does at the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.flow.events.base import CitizenEvent
from kiosk_app.model.basics import Goal, Language


@dataclass(frozen=True)
class ChooseGoal(CitizenEvent):
    """A tile of the home screen."""

    goal: Goal


@dataclass(frozen=True)
class ChangeLanguage(CitizenEvent):
    """The language button."""

    language: Language


@dataclass(frozen=True)
class SetComfort(CitizenEvent):
    """The comfort bar."""

    text_scale: float
    high_contrast: bool
    reach: bool


@dataclass(frozen=True)
class Touched(CitizenEvent):
    """A touch that means nothing but that somebody is there."""


@dataclass(frozen=True)
class TypeQuery(CitizenEvent):
    """The search field changed."""

    text: str


@dataclass(frozen=True)
class ChooseProcedure(CitizenEvent):
    """A search result was touched."""

    local_id: str


@dataclass(frozen=True)
class Continue(CitizenEvent):
    """The one primary action of the screen."""


@dataclass(frozen=True)
class Back(CitizenEvent):
    """The back button."""


@dataclass(frozen=True)
class AskEnd(CitizenEvent):
    """Home was touched in the middle of a session."""


@dataclass(frozen=True)
class ConfirmEnd(CitizenEvent):
    """The citizen really wants to end and erase."""


@dataclass(frozen=True)
class CloseOverlay(CitizenEvent):
    """The overlay's way back: more time, go on, help understood."""


@dataclass(frozen=True)
class ToggleComponent(CitizenEvent):
    """A paper of the checklist: have it or not."""

    component: str


@dataclass(frozen=True)
class GiveConsent(CitizenEvent):
    """Agree on the consent page."""

    notices: bool
    at: str = ""


@dataclass(frozen=True)
class EnterAccessNumber(CitizenEvent):
    """The six digits that open the chip."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class IdentifyOtherwise(CitizenEvent):
    """The chip cannot be read: identify in another way."""


@dataclass(frozen=True)
class EnterPerson(CitizenEvent):
    """Number, name and date of birth as typed so far."""

    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)


@dataclass(frozen=True)
class RetryCard(CitizenEvent):
    """Read the card that lies there again."""


@dataclass(frozen=True)
class ContinueNoted(CitizenEvent):
    """On with a card that is in doubt; the doubt goes with the dossier."""


@dataclass(frozen=True)
class RejectIdentity(CitizenEvent):
    """That is not me."""


@dataclass(frozen=True)
class ChooseComponent(CitizenEvent):
    """The paper that will be scanned next; "" for all papers in one stack."""

    component: str


@dataclass(frozen=True)
class StartScan(CitizenEvent):
    """Scan what lies in the feeder, or `glass`: what lies on the glass. While waiting for paper: begin all the same."""

    glass: bool = False


@dataclass(frozen=True)
class TakeOffer(CitizenEvent):
    """What a paper says is the answer: the `offer`th of those for that field, from 0."""

    field_id: str
    offer: int


@dataclass(frozen=True)
class PhotographPapers(CitizenEvent):
    """From now on pages are photographed on the table, or (not `on`) scanned again."""

    on: bool = True


@dataclass(frozen=True)
class TakeItNow(CitizenEvent):
    """What lies on the table is photographed as it lies, whatever the camera thinks of it."""


@dataclass(frozen=True)
class StopScan(CitizenEvent):
    """Stop after the current page, or stop waiting for paper."""


@dataclass(frozen=True)
class HandInAtDesk(CitizenEvent):
    """The papers cannot be scanned here: they will be handed in at the desk."""


@dataclass(frozen=True)
class ScanPaper(CitizenEvent):
    """A paper that is missing is scanned now."""

    component: str


@dataclass(frozen=True)
class BringToDesk(CitizenEvent):
    """This one paper will be handed in at the desk; said again, it will not."""

    component: str


@dataclass(frozen=True)
class TakeOriginals(CitizenEvent):
    """The sheets that came out were taken."""


@dataclass(frozen=True)
class LookAtPage(CitizenEvent):
    """Show this page large."""

    page: int


@dataclass(frozen=True)
class ClosePage(CitizenEvent):
    """Back from the large page."""


@dataclass(frozen=True)
class TurnPage(CitizenEvent):
    """Turn the page by so many quarters, clockwise; negative is the other way."""

    page: int
    quarters: int


@dataclass(frozen=True)
class ShiftPage(CitizenEvent):
    """The page comes earlier or later in its paper."""

    page: int
    later: bool


@dataclass(frozen=True)
class RescanPage(CitizenEvent):
    """Scan this one page again; it stays until the new one is there."""

    page: int


@dataclass(frozen=True)
class DropPage(CitizenEvent):
    """Leave this page out; it can be kept again. `through`: and those that were asked of with it, to that one."""

    page: int
    through: int = 0


@dataclass(frozen=True)
class KeepPage(CitizenEvent):
    """Take the page in again, or keep one that looks like another."""

    page: int


@dataclass(frozen=True)
class MovePage(CitizenEvent):
    """The page belongs to this paper: another one, or the one where it is in doubt. `through` as in DropPage."""

    page: int
    component: str
    through: int = 0


@dataclass(frozen=True)
class SetAnswer(CitizenEvent):
    """A field of the form changed."""

    field_id: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class ChangeAnswer(CitizenEvent):
    """A change link of check-your-answers: `section` is form or scan."""

    section: str


@dataclass(frozen=True)
class SetReceiptMail(CitizenEvent):
    """The address to which the receipt is sent, as typed so far."""

    address: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailReceipt(CitizenEvent):
    """Send the receipt to the address that was typed, now that the dossier is in."""


@dataclass(frozen=True)
class Declare(CitizenEvent):
    """The declaration was ticked and the dossier is to be submitted."""

    at: str = ""


@dataclass(frozen=True)
class SlipCameOut(CitizenEvent):
    """The slip of which the machine does not know has come out whole: a person says so."""


@dataclass(frozen=True)
class PrintAgain(CitizenEvent):
    """Print the slip again; only a person asks for this."""


@dataclass(frozen=True)
class PrintChecklist(CitizenEvent):
    """Print the list of papers to take home. While it is doubtful whether one came out, this says that none did."""


@dataclass(frozen=True)
class ChecklistCameOut(CitizenEvent):
    """The list of which the machine does not know has come out whole: a person says so."""


@dataclass(frozen=True)
class Rate(CitizenEvent):
    """Satisfaction from 1 (very dissatisfied) to 5."""

    value: int


@dataclass(frozen=True)
class EnterTracking(CitizenEvent):
    """The code and look-up code as typed so far."""

    code: str
    lookup_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class AskTracking(CitizenEvent):
    """Look the entered code up."""


@dataclass(frozen=True)
class TrackByCard(CitizenEvent):
    """Show me my own dossiers: the card will be read."""


@dataclass(frozen=True)
class HandInPapers(CitizenEvent):
    """Hand in here the papers that the tracked dossier asks for."""


@dataclass(frozen=True)
class ChooseDossier(CitizenEvent):
    """One of the person's own dossiers was touched."""

    code: str


@dataclass(frozen=True)
class CallHelp(CitizenEvent):
    """Call an officer; while one is called, show how the call stands."""


@dataclass(frozen=True)
class CallOff(CitizenEvent):
    """No officer is needed any more."""
