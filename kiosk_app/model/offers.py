"""What this machine can do now: for each need of a citizen the ways there are, and what each way takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.basics import Goal, Overlay, Screen
from kiosk_app.model.drafts import DraftWork
from kiosk_app.model.session import CardStage, DeviceStatus, MailStage, SendStage, Session


class Need(StrEnum):
    """What a citizen needs of the machine."""

    IDENTIFY = "identify"
    PAPERS = "papers"
    RECEIPT = "receipt"
    CODE = "code"
    SEND = "send"
    TRACK = "track"


class Way(StrEnum):
    """One way in which a need is met; its words are `able.<need>.<way>` of the translations."""

    CHIP = "chip"
    QR = "qr"
    TYPED = "typed"
    SCANNED = "scanned"
    PHOTOGRAPHED = "photographed"
    AT_DESK = "at_desk"
    PRINTED = "printed"
    ON_SCREEN = "on_screen"
    PRESENTED = "presented"
    AT_ONCE = "at_once"
    LATER = "later"


@dataclass(frozen=True)
class Offer:
    """`need` is met by `way` while `device`, if any, can be counted on, and the service answers, if that is `online`."""

    need: Need
    way: Way
    device: DeviceKind | None = None
    online: bool = False


OFFERS: Final = (
    Offer(Need.IDENTIFY, Way.CHIP, DeviceKind.CARD),
    Offer(Need.IDENTIFY, Way.QR, DeviceKind.BARCODE),
    Offer(Need.IDENTIFY, Way.TYPED),
    Offer(Need.PAPERS, Way.SCANNED, DeviceKind.SCANNER),
    Offer(Need.PAPERS, Way.PHOTOGRAPHED, DeviceKind.CAMERA),
    Offer(Need.PAPERS, Way.AT_DESK),
    Offer(Need.RECEIPT, Way.PRINTED, DeviceKind.PRINTER),
    Offer(Need.RECEIPT, Way.ON_SCREEN),
    Offer(Need.CODE, Way.PRESENTED, DeviceKind.BARCODE),
    Offer(Need.CODE, Way.TYPED),
    Offer(Need.SEND, Way.AT_ONCE, online=True),
    Offer(Need.SEND, Way.LATER),
    Offer(Need.TRACK, Way.AT_ONCE, online=True),
)
"""The table: the ways of a need stand in the order in which they are offered, the first is the usual one."""

USUAL: Final[Mapping[Need, Offer]] = {offer.need: offer for offer in reversed(OFFERS)}
_GONE: Final = (DeviceState.ABSENT, DeviceState.FAULT, DeviceState.DISABLED)
# A jam or an open cover is put right by whoever stands there; a printer without paper is not.
_MENDED_BY_HAND: Final = (DeviceKind.CARD, DeviceKind.SCANNER)


def works(status: DeviceStatus | None) -> bool:
    """Whether a device will do its work for this citizen: it is well, starting for the first time, or easily put right.

    One that is started anew after a failure (it keeps that failure's code) counts only once it is back.
    """
    if status is None or status.state in _GONE:
        return False
    if status.state is DeviceState.STARTING:
        return status.code is None
    return status.usable or status.kind in _MENDED_BY_HAND


def ways(session: Session, need: Need) -> tuple[Way, ...]:
    """The ways that are open now, the best first; none when the need cannot be met at present."""
    return tuple(offer.way for offer in OFFERS if offer.need is need and _open(session, offer))


def way(session: Session, need: Need) -> Way | None:
    """The best way that is open now."""
    return next(iter(ways(session, need)), None)


def usual(session: Session, need: Need) -> bool:
    """Whether the need is met in the usual way; as long as no device is known, it is taken to be so."""
    return not session.devices or way(session, need) is USUAL[need].way


def blocking_code(session: Session) -> str | None:
    """The code of what keeps everybody from submitting here now, or None: nothing is known of the devices yet."""
    return None if session.devices else "SYS-NO-DRIVER"


def _open(session: Session, offer: Offer) -> bool:
    if offer.online and not session.service_online:
        return False
    return offer.device is None or works(session.device(offer.device))


CARD_ATTEMPTS: Final = 2
"""Readings that may fail before a citizen is offered another way than the chip."""


def otherwise_offered(session: Session) -> bool:
    """Whether the other ways to identify oneself are shown: never beside a reader and a card that work.

    Nor to somebody who asks for their own dossiers: those are told to a proven chip and to nothing else.
    """
    if session.goal is Goal.TRACK:
        return False
    return way(session, Need.IDENTIFY) is not Way.CHIP or session.card.failures >= CARD_ATTEMPTS


def own_dossiers_offered(session: Session) -> bool:
    """Whether one's own dossiers can be asked for by card now."""
    return way(session, Need.IDENTIFY) is Way.CHIP and way(session, Need.TRACK) is not None


def camera_offered(session: Session) -> bool:
    """Whether this machine reads codes with a camera whose picture can be shown, and it works now."""
    status = session.device(DeviceKind.BARCODE)
    if session.practice is not None:
        return False  # what is held before it is nobody's here
    return status is not None and status.preview and works(status)


def table_offered(session: Session) -> bool:
    """Whether papers can be photographed here now, on the table under a camera."""
    return session.practice is None and works(session.device(DeviceKind.CAMERA))


def camera_shown(session: Session) -> DeviceKind | None:
    """Which camera's picture the citizen sees: on a screen that asks for a code or a page, with nothing lying over it."""
    if session.screen is Screen.SCAN:
        # Also beneath an overlay: a camera that photographs does not listen to anything else before it is done.
        status = session.device(DeviceKind.CAMERA)
        seen = session.scan.camera and status is not None and status.preview and works(status)
        return DeviceKind.CAMERA if seen else None
    if session.overlay is not Overlay.NONE or not camera_offered(session):
        return None
    return DeviceKind.BARCODE if _asks_for_a_code(session) else None


def _asks_for_a_code(session: Session) -> bool:
    match session.screen:
        case Screen.IDENTIFY_OTHERWISE:
            return True
        case Screen.IDENTIFY:
            # In the reader it cannot be held anywhere else.
            return session.card.stage is CardStage.WAITING and not session.card.key_known
        case Screen.TRACK:
            return session.track.report is None and not session.track.asking
    return False


def desk_offered(session: Session) -> bool:
    """Whether papers may be left for the desk: only while nothing here can take them, and never of a supplement.

    Its clock runs again once the papers asked for are in, all of them: half of them would be no answer.
    """
    if session.goal is Goal.SUPPLEMENT:
        return False
    return way(session, Need.PAPERS) is Way.AT_DESK


def supplement_offered(session: Session) -> bool:
    """Whether the papers that the tracked dossier asks for can be handed in here now."""
    report = session.track.report
    asks = report is not None and bool(report.wanted) and not session.track.asking
    return asks and session.out_of_service is None and way(session, Need.PAPERS) is not Way.AT_DESK


def handout_offered(session: Session) -> bool:
    """Whether the list of papers can be printed to take home now."""
    if session.practice is not None:
        return False
    return session.procedure is not None and way(session, Need.RECEIPT) is Way.PRINTED


_UNFINISHED: Final = (Screen.SCAN, Screen.PAGE_REVIEW, Screen.FORM, Screen.CHECK_ANSWERS, Screen.DECLARE)
"""Screens of somebody whose card was read and whose dossier is not declared yet."""


def draft_offered(session: Session) -> bool:
    """Whether what was done so far can be saved for later: by the chip of a card that proved itself, and by nothing less.

    On the checklist the card is yet to be read. Whether the ministry's system can be reached is told when it is asked for.
    """
    if session.practice is not None:
        return False
    if session.procedure is None or session.goal is Goal.SUPPLEMENT or session.drafts.work is not DraftWork.NONE:
        return False
    if session.screen is Screen.CHECKLIST:
        return way(session, Need.IDENTIFY) is Way.CHIP and session.procedure.offered
    return session.screen in _UNFINISHED and draft_possible(session)


def draft_possible(session: Session) -> bool:
    """Whether the person's card locks and opens drafts: its chip is proven, and gave the picture that the key comes from."""
    if session.practice is not None or session.identity is None:
        return False
    return session.identity.proven and bool(session.identity.photo)


def mail_offered(session: Session) -> bool:
    """Whether a receipt by e-mail is offered: while none can be printed, or once an address was typed."""
    if session.practice is not None or session.goal is Goal.SUPPLEMENT:
        return False  # the service mails the receipts of dossiers
    return not usual(session, Need.RECEIPT) or bool(session.receipt_mail)


def mail_open(session: Session) -> bool:
    """Whether the receipt of a sent dossier can still be asked for by e-mail: once, and never of a refused one."""
    sent = session.submission.stage in (SendStage.ACKNOWLEDGED, SendStage.DEFERRED)
    return sent and session.goal is not Goal.SUPPLEMENT and session.mail in (MailStage.NONE, MailStage.FAILED)


def specimen_wanted(session: Session) -> str:
    """What the screen waits for that a specimen can be given for: `card`, `code` or `papers`; empty when it is none."""
    if session.practice is None or session.overlay is not Overlay.NONE:
        return ""
    if session.screen is Screen.IDENTIFY and session.card.stage is not CardStage.READING:
        return "code" if session.card.present else "card"
    idle = session.screen is Screen.SCAN and not session.scan.running and not session.scan.paper_loaded
    return "papers" if idle and session.usable(DeviceKind.SCANNER) else ""
