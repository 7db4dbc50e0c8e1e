"""Languages, screens and what is above them: the closed lists the whole application speaks in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages of the interface."""

    VI = "vi"
    EN = "en"


class Screen(StrEnum):
    """Every screen there is, the technician's last; exactly one is shown."""

    HOME = "home"
    SEARCH = "search"
    PROCEDURE = "procedure"
    CHECKLIST = "checklist"
    CONSENT = "consent"
    IDENTIFY = "identify"
    IDENTIFY_OTHERWISE = "identify_otherwise"
    CONFIRM_IDENTITY = "confirm_identity"
    SCAN = "scan"
    PAGE_REVIEW = "page_review"
    FORM = "form"
    CHECK_ANSWERS = "check_answers"
    DECLARE = "declare"
    SENDING = "sending"
    DONE = "done"
    TRACK = "track"
    MY_DOSSIERS = "my_dossiers"
    SAVE_DRAFT = "save_draft"
    SAVED_DRAFT = "saved_draft"
    GOODBYE = "goodbye"
    OUT_OF_SERVICE = "out_of_service"
    TECHNICIAN_LOGIN = "technician_login"
    DIAGNOSTICS = "diagnostics"
    DIAGNOSTICS_DEVICE = "diagnostics_device"
    DIAGNOSTICS_GUIDED = "diagnostics_guided"


class Overlay(StrEnum):
    """What lies over the screen; the screen below keeps its state."""

    NONE = "none"
    IDLE_WARNING = "idle_warning"
    HELP_CALLED = "help_called"
    CONFIRM_END = "confirm_end"
    CONFIRM_SERVICING = "confirm_servicing"
    STAFF_PIN = "staff_pin"
    FIELD_CONSENT = "field_consent"
    STEPS = "steps"


class Goal(StrEnum):
    """What the citizen came for."""

    NONE = "none"
    SUBMIT = "submit"
    LOOK_UP = "look_up"
    CHECK = "check"
    TRACK = "track"
    SUPPLEMENT = "supplement"


class EndReason(StrEnum):
    """Why a session ended; each has its words on the goodbye screen."""

    FINISHED = "finished"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    SAVED = "saved"


SERVICING = (
    Screen.TECHNICIAN_LOGIN,
    Screen.DIAGNOSTICS,
    Screen.DIAGNOSTICS_DEVICE,
    Screen.DIAGNOSTICS_GUIDED,
)
"""The technician's screens: nothing of a citizen is there when they are shown."""

STEPS: dict[Screen, int] = {
    Screen.SEARCH: 1,
    Screen.PROCEDURE: 1,
    Screen.CHECKLIST: 1,
    Screen.CONSENT: 2,
    Screen.IDENTIFY: 2,
    Screen.IDENTIFY_OTHERWISE: 2,
    Screen.CONFIRM_IDENTITY: 2,
    Screen.SCAN: 3,
    Screen.PAGE_REVIEW: 3,
    Screen.FORM: 4,
    Screen.CHECK_ANSWERS: 5,
    Screen.DECLARE: 5,
    Screen.SENDING: 5,
    Screen.DONE: 6,
}
"""The step line of a submission: which of the six steps a screen belongs to."""

STEP_COUNT = 6
SUPPLEMENT_STEPS: dict[Screen, int] = {
    Screen.SCAN: 1,
    Screen.PAGE_REVIEW: 1,
    Screen.DECLARE: 2,
    Screen.SENDING: 2,
    Screen.DONE: 3,
}
"""The step line of papers that are handed in later: scan, check and send, slip."""

SUPPLEMENT_STEP_COUNT = 3
IDLE_WARNING_S = 20.0
"""How long the warning that the session is about to end stays; the flow counts it and the screen shows it."""
