"""What the flow asks the runtime to do; each effect is carried out once and answered by events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kiosk_app.model.assisting import Act
from kiosk_app.model.guided import Guide
from kiosk_app.model.scanning import USUAL, PaperScan
from kiosk_app.model.staff import LOCAL_TECHNICIAN, Right, StaffMember


@dataclass(frozen=True)
class Effect:
    """Anything the runtime can be asked to do."""


@dataclass(frozen=True)
class Search(Effect):
    """Answered by SearchAnswered."""

    query: str


@dataclass(frozen=True)
class LoadProcedure(Effect):
    """Answered by ProcedureLoaded."""

    local_id: str


@dataclass(frozen=True)
class ReadCard(Effect):
    """Answered by CardProgressed, then CardRead or CardFailed.

    `qr` is the card's whole QR, `mrz` its machine-readable zone, where they were presented; one of the three is there.
    """

    access_number: str = field(repr=False)
    qr: str = field(default="", repr=False)
    mrz: str = field(default="", repr=False)


@dataclass(frozen=True)
class ScanPages(Effect):
    """Scans the stack for one component, "" for all of them; answered by PageScanned, PageReady or PageFailed and PageRead
    a page, and by ScanEnded.

    `again`: the first page is a new picture of page `first_page`, which stays until that one is there. `one`: only that
    page. `glass`: what lies on the glass. `camera`: what is laid on the table, until stopped; with `at_once` only what lies
    there, as it lies. `scan`: how, as the paper wants it, or for a stack what serves all of its papers.
    """

    component: str
    first_page: int
    again: bool = False
    one: bool = False
    glass: bool = False
    camera: bool = False
    at_once: bool = False
    scan: PaperScan = USUAL


@dataclass(frozen=True)
class CancelScan(Effect):
    """Stops the running scan; ScanEnded follows from the scan itself."""


@dataclass(frozen=True)
class FindOffers(Effect):
    """Looks through the kept pages for answers to the form's questions; answered by OffersFound."""


@dataclass(frozen=True)
class PlaceStack(Effect):
    """Matches the pages of all stacks with the procedure's papers; answered by PagesPlaced with the same `asked`."""

    asked: int


@dataclass(frozen=True)
class ShowPage(Effect):
    """Makes the large picture of a page; answered by PageShown."""

    page: int


@dataclass(frozen=True)
class RotatePage(Effect):
    """Turns a page by so many quarters, clockwise; answered by PageTurned, and PageRead when its text was read again."""

    page: int
    quarters: int


@dataclass(frozen=True)
class Submit(Effect):
    """Builds the files, seals the dossier and waits for the service; answered by Sealed or SealFailed, then the rest."""


@dataclass(frozen=True)
class PrintSlip(Effect):
    """Prints the slip of the session's dossier once; answered by SlipPrinted, SlipNotPrinted or SlipUnknown."""


@dataclass(frozen=True)
class AskForMail(Effect):
    """Writes down that the receipt of the session's dossier is to go to `address`; answered by ReceiptMailed or
    ReceiptNotMailed."""

    address: str = field(repr=False)


@dataclass(frozen=True)
class ConfirmSlip(Effect):
    """Writes down that the doubtful slip of the session's dossier came out: the person's word settles it."""


@dataclass(frozen=True)
class PrintHandout(Effect):
    """Prints what the session's handout is, once: the list of papers of the procedure in hand, or the saved draft's slip.

    Answered by ChecklistPrinted, ChecklistNotPrinted or ChecklistUnknown, each of which names the procedure; of a draft's
    slip with `draft:` before it.
    """


@dataclass(frozen=True)
class ConfirmHandout(Effect):
    """Writes down that the doubtful list of papers came out: the person's word settles it."""


@dataclass(frozen=True)
class Track(Effect):
    """Answered by Tracked or TrackFailed."""

    code: str
    lookup_code: str = field(repr=False)


@dataclass(frozen=True)
class FindOwn(Effect):
    """Asks for the dossiers of the session's proven person; answered by OwnFound or TrackFailed."""


@dataclass(frozen=True)
class FindDrafts(Effect):
    """Asks for the drafts of the session's proven person; answered by DraftsFound or DraftsNotFound."""


@dataclass(frozen=True)
class SaveDraft(Effect):
    """Seals what the session holds and brings it to the service; answered by DraftKept or DraftNotKept.

    `replaces` is the person's draft of the same procedure that is given up for it, "" for none.
    """

    replaces: str = ""


@dataclass(frozen=True)
class FetchDraft(Effect):
    """Brings a draft here and opens it with the card's key; answered by DraftOpened or DraftNotOpened."""

    draft: str


@dataclass(frozen=True)
class RemoveDraft(Effect):
    """Deletes a draft at the service; answered by DraftDeleted or DraftNotDeleted."""

    draft: str


@dataclass(frozen=True)
class CallStaff(Effect):
    """Tells the help board that an officer is wanted at this machine; answered by CallAnswered of the same call."""

    call: int


@dataclass(frozen=True)
class LookAtGate(Effect):
    """Answered by GateAnswered: how the gate stands for the holder of a badge, or for the machine's own technician."""

    badge: str = field(default="", repr=False)


@dataclass(frozen=True)
class VerifyPin(Effect):
    """Tries the PIN of an account; answered by GateAnswered. Who lacks the `right` is refused however right the PIN is."""

    pin: str = field(repr=False)
    staff_id: str = LOCAL_TECHNICIAN.staff_id
    right: Right = Right.SERVICE


@dataclass(frozen=True)
class ChoosePin(Effect):
    """The new PIN of `member`, whom the gate just asked for one, once and then once more; answered by GateAnswered."""

    pin: str = field(repr=False)
    right: Right = Right.SERVICE
    member: StaffMember | None = None


@dataclass(frozen=True)
class NoteAct(Effect):
    """Writes what an officer is about to do into the audit log; answered by ActNoted, or ActNotNoted and it is not done."""

    member: StaffMember
    act: Act


@dataclass(frozen=True)
class NoteRefusal(Effect):
    """Writes down that a tool was tried that is none here, by an officer or, None, by a panel without one."""

    member: StaffMember | None
    tool: str
    target: str


@dataclass(frozen=True)
class EndAssist(Effect):
    """Writes down that an officer's help is over, and why."""

    member: StaffMember
    why: str


@dataclass(frozen=True)
class WatchMachine(Effect):
    """Tells what the diagnostics show by MachineSeen, now and until the technician leaves; asked again, it looks at once."""


@dataclass(frozen=True)
class TestDevices(Effect):
    """Runs the self-tests of one device, or everything for the readiness report when `device` is empty."""

    __test__ = False  # no test of pytest's

    device: str


@dataclass(frozen=True)
class TestLine(Effect):
    """Checks network, service, certificates and disk."""

    __test__ = False


@dataclass(frozen=True)
class PrintReadiness(Effect):
    """Prints the last readiness report once."""


@dataclass(frozen=True)
class RestartHost(Effect):
    """Ends the device's process and starts another."""

    device: str


@dataclass(frozen=True)
class SetInService(Effect):
    """Takes the device out of service, or puts it back; kept over restarts."""

    device: str
    on: bool


@dataclass(frozen=True)
class RunGuide(Effect):
    """Does a step of a guided test with the real device; answered by GuideProgressed and GuideEnded."""

    guide: Guide
    device: str
    step: str
    number: str = field(repr=False)


@dataclass(frozen=True)
class StopGuide(Effect):
    """Ends what a guided test still does, and forgets what it has read."""


@dataclass(frozen=True)
class RecordGuide(Effect):
    """Writes down how a guided test ended."""

    guide: Guide
    passed: bool
    code: str | None


@dataclass(frozen=True)
class NoteNewRoll(Effect):
    """Writes down that a whole roll of paper is in."""

    device: str


@dataclass(frozen=True)
class WriteBundle(Effect):
    """Writes a support bundle; how far it is and where it lies is seen with the machine."""


@dataclass(frozen=True)
class WriteMeasures(Effect):
    """Writes the measured sessions for a spreadsheet; where they lie is seen with the machine."""


@dataclass(frozen=True)
class LogLeave(Effect):
    """Writes down that the technician is gone; `idle` when nobody was there any more."""

    idle: bool = False


@dataclass(frozen=True)
class StartTimer(Effect):
    """Starts or restarts the timer of that name; answered by TimerFired."""

    name: str
    seconds: float


@dataclass(frozen=True)
class StopTimer(Effect):
    """Stops the timer of that name, if it runs."""

    name: str


@dataclass(frozen=True)
class WipeSession(Effect):
    """Destroys the session's key, spool and what is in memory; a sealed dossier stays in the store."""

    session: int


@dataclass(frozen=True)
class ReadSpecimen(Effect):
    """Reads the specimen card of a practice session; answered as ReadCard is. No reader is asked."""


@dataclass(frozen=True)
class ScanSpecimens(Effect):
    """Gives specimen pages to a practice session as if `asked` had been scanned; answered as ScanPages is. No scanner is
    asked."""

    asked: ScanPages


@dataclass(frozen=True)
class NotePractice(Effect):
    """Writes down who began a practice session, `began`, or that it is over and why; None is the machine itself."""

    member: StaffMember | None
    outcome: str


PRACTISED: Final[frozenset[type[Effect]]] = frozenset(
    {
        *(Search, LoadProcedure, ReadSpecimen, ScanSpecimens, CancelScan, FindOffers, PlaceStack, ShowPage, RotatePage),
        *(StartTimer, StopTimer, WipeSession, NotePractice),
    }
)
"""All that a practice session may ever ask for. What is not here is refused by the flow and once more by the runtime: a new
effect stays refused until somebody has decided that it sends, prints, saves and reads nothing real."""
