"""What a session's slip says, the list of papers that is taken home, the slip of a saved draft, a technician's slip."""

from __future__ import annotations

from datetime import date, datetime

from kiosk_app.config import Config
from kiosk_app.model.basics import Goal, Language
from kiosk_app.model.drafts import SavedDraft
from kiosk_app.model.procedure import Procedure
from kiosk_app.model.servicing import Readiness
from kiosk_app.model.session import Session
from kiosk_app.receipts import (
    Checklist,
    DeskComponent,
    DraftSlip,
    ReadinessSlip,
    SlipComponent,
    SlipLanguage,
    SubmissionSlip,
)
from kiosk_app.receipts.words import words


def slip_of(session: Session, config: Config, at: datetime, copy: int = 1) -> SubmissionSlip:
    """The slip of the dossier that this session has just sealed; a foreigner's slip has both languages.

    From the second `copy` on it says which one it is.
    """
    procedure = session.procedure
    centre = config.centre
    components = tuple(
        SlipComponent(item.name_vi, len(session.kept_pages(item.id)), item.name_en)
        for item in (procedure.components if procedure else ())
        if session.kept_pages(item.id)
    )
    return SubmissionSlip(
        centre_name=f"{centre.name_vi} – {centre.agency_vi}",
        kiosk_id=config.kiosk.number,
        time=at,
        procedure_name=procedure.name_vi if procedure else "",
        kiosk_reference=session.submission.kiosk_reference,
        procedure_code=procedure.code if procedure else None,
        dossier_code=session.submission.dossier_code or None,
        lookup_code=session.submission.lookup_code or None,
        masked_name=masked_name(session.identity.name) if session.identity else "",
        components=components,
        assurance=session.identity.assurance.value if session.identity else "",
        at_desk=tuple(
            DeskComponent(item.name_vi, item.originals, item.copies, item.name_en)
            for item in (procedure.components if procedure else ())
            if item.id in session.at_desk
        ),
        originals=sum(1 for page in session.pages if page.width),
        language=SlipLanguage.BOTH if session.language is Language.EN else SlipLanguage.VI,
        centre_name_en=f"{centre.name_en} – {centre.agency_en}",
        procedure_name_en=procedure.name_en if procedure else "",
        copy=copy,
        large=session.comfort.large_print,
        assisted=session.assist.record is not None,
        supplement=session.goal is Goal.SUPPLEMENT,
    )


def checklist_of(session: Session, procedure: Procedure, config: Config, at: datetime) -> Checklist:
    """The list of the procedure's papers to take home. Of the session only language and size of print are on it."""
    centre = config.centre
    return Checklist(
        centre_name=f"{centre.name_vi} – {centre.agency_vi}",
        kiosk_id=config.kiosk.number,
        time=at,
        procedure=procedure,
        language=SlipLanguage.BOTH if session.language is Language.EN else SlipLanguage.VI,
        centre_name_en=f"{centre.name_en} – {centre.agency_en}",
        large=session.comfort.large_print,
    )


def draft_slip_of(session: Session, procedure: Procedure, draft: SavedDraft, config: Config, at: datetime) -> DraftSlip:
    """The slip of the draft that this session has just saved."""
    centre = config.centre
    return DraftSlip(
        centre_name=f"{centre.name_vi} – {centre.agency_vi}",
        kiosk_id=config.kiosk.number,
        time=at,
        procedure_name=procedure.name_vi,
        procedure_id=procedure.local_id,
        until=date.fromisoformat(draft.until),
        pages=draft.pages,
        procedure_code=procedure.code,
        language=SlipLanguage.BOTH if session.language is Language.EN else SlipLanguage.VI,
        centre_name_en=f"{centre.name_en} – {centre.agency_en}",
        procedure_name_en=procedure.name_en,
        large=session.comfort.large_print,
    )


def readiness_slip_of(tested: Readiness, config: Config, version: str, language: Language) -> ReadinessSlip:
    """The technician's slip of this test of the whole machine; `version` is the kiosk's."""
    groups = [
        (id, tuple((test.name, test.passed, test.code or f"{test.seconds:.2f} s") for test in tests))
        for id, tests in tested.devices
    ]
    beside = tuple((check.name, check.passed, check.code or "") for check in tested.checks)
    return ReadinessSlip(
        kiosk_id=config.kiosk.number,
        version=version,
        time=datetime.fromisoformat(tested.at),
        passed=tested.passed,
        mark=tested.mark,
        groups=(*groups, (words(language.value)("readiness_line"), beside)),
        language=language.value,
    )


def masked_name(name: str) -> str:
    """A name as it may lie on a counter: given name whole, the rest as initials."""
    words = name.split()
    return " ".join([f"{word[0]}." for word in words[:-1]] + words[-1:])
