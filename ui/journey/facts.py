"""What a script may wait for: facts of the session by name, and words on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtQuick import QQuickItem

from kiosk_app.model.drafts import DraftWork
from kiosk_app.model.helping import masked
from kiosk_app.model.session import Session
from kiosk_app.model.stack import questions, settled

_DEVICES: Final = ("card0", "scanner0", "camera0", "barcode0", "printer0")
FACTS: Final[dict[str, Callable[[Session], str]]] = {
    "receipt": lambda session: session.receipt.value,
    "receipt_code": lambda session: session.receipt_code or "",
    "handout": lambda session: session.handout.stage.value,
    "draft": lambda session: _draft(session),
    "submission": lambda session: session.submission.stage.value,
    "card": lambda session: session.card.stage.value,
    "card_there": lambda session: _yes(session.card.present),
    "card_key": lambda session: _yes(session.card.key_known),
    "scanning": lambda session: _yes(session.scan.running),
    "passed": lambda session: str(session.scan.passed),
    "waiting": lambda session: _yes(session.scan.waiting),
    "questions": lambda session: str(len(questions(session))) if settled(session) else "",
    "placed": lambda session: str(sum(bool(page.component) for page in session.pages)) if settled(session) else "",
    "missing": lambda session: str(len(session.missing)),
    "look": lambda session: _look(session),
    "order": lambda session: ",".join(str(page.number) for page in session.pages if page.kept),
    "resume": lambda session: str(session.scan.resume),
    "question": lambda session: str(next((item.page for item in questions(session)), "")),
    "turning": lambda session: _yes(any(page.renewing for page in session.pages)),
    "wide": lambda session: ",".join(str(page.number) for page in session.pages if page.width > page.height),
    "originals": lambda session: str(session.scan.out),
    "paper": lambda session: _yes(session.scan.paper_loaded),
    "component": lambda session: session.scan.component,
    "pages": lambda session: str(sum(page.stage.value == "ready" for page in session.pages)),
    "kept": lambda session: str(sum(page.kept and page.stage.value == "ready" for page in session.pages)),
    "notice": lambda session: session.notice or "",
    "overlay": lambda session: session.overlay.value,
    "ended": lambda session: session.end_reason.value,
    "track_code": lambda session: session.track.code,
    "tracked": lambda session: str(session.track.report.status_code) if session.track.report else "",
    "gate": lambda session: session.servicing.gate.stage.value,
    "practice": lambda session: _yes(session.practice is not None),
    "officer": lambda session: _officer(session),
    "covered": lambda session: ",".join(sorted(masked(session))),
    "readiness": lambda session: _readiness(session),
    "guided": lambda session: session.servicing.guided.stage.value if session.servicing.guided else "",
    "report": lambda session: session.servicing.machine.slip.value,
    "service": lambda session: "online" if session.service_online else "offline",
    **{
        f"device:{name}": (lambda session, name=name: _state(session, name))  # type: ignore[misc]
        for name in _DEVICES
    },
    **{
        f"restarts:{name}": (lambda session, name=name: _restarts(session, name))  # type: ignore[misc]
        for name in _DEVICES
    },
}
"""What `until` may wait for: `name=value` or `name!=value`."""


def holds(session: Session, fact: str) -> bool:
    """Whether `name=value` or `name!=value` is so. Raises KeyError for an unknown name."""
    name, _, value = fact.partition("=")
    found = FACTS[name.removesuffix("!")](session)
    return (found != value) if name.endswith("!") else (found == value)


def words_on(item: QQuickItem) -> str:
    """All words shown in an item, in no particular order."""
    return " ".join(_texts(item))


def _texts(item: QQuickItem) -> Iterator[str]:
    text = item.property("text")
    if isinstance(text, str) and text:
        yield text
    for child in item.childItems():
        if child.isVisible():
            yield from _texts(child)


def _look(session: Session) -> str:
    """The page that is looked at large, once its picture is there."""
    return str(session.look.page) if session.look is not None and session.look.picture else ""


def _officer(session: Session) -> str:
    """Where an officer's help stands: helping, the stage of the login over the session, or none."""
    assist = session.assist
    return assist.gate.stage.value if assist.gate is not None else "helping" if assist.now is not None else "none"


def _readiness(session: Session) -> str:
    machine = session.servicing.machine
    if machine.testing_all:
        return "running"
    return "none" if machine.readiness is None else "passed" if machine.readiness.passed else "failed"


def _draft(session: Session) -> str:
    """Where saving for later stands: what is being done, or saved, ready to be, or none."""
    drafts = session.drafts
    if drafts.work is not DraftWork.NONE:
        return drafts.work.value
    return "saved" if drafts.saved is not None else "none" if drafts.found is None else "ready"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _restarts(session: Session, device: str) -> str:
    """How often a technician's screen says that the device's host was started anew today."""
    for card in session.servicing.machine.devices:
        if card.id == device:
            return str(next((counter.today for counter in card.counters if counter.name == "restarts"), 0))
    return "0"


def _state(session: Session, device: str) -> str:
    status = session.devices.get(device)
    return status.state.value if status is not None else "unknown"
