"""Promises of the texts: both languages are whole, every text is used, and every text that is used is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drivers.ports import Cause
from drivers.preview import CODE_HINTS, PAGE_HINTS
from kiosk_app.model.assisting import PHRASES, Acceptable, Pane, Tool
from kiosk_app.model.assisting import REASONS as REASONS_OF
from kiosk_app.model.basics import EndReason, Language, Screen
from kiosk_app.model.form import FieldError
from kiosk_app.model.guided import SIDES, Guide
from kiosk_app.model.helping import CITIZENS
from kiosk_app.model.offers import OFFERS, USUAL, Need, blocking_code
from kiosk_app.model.person import PersonError
from kiosk_app.model.servicing import GateStage
from kiosk_app.model.session import ReceiptStage, Session
from kiosk_app.model.stack import Doubt
from ui.theme import QML_ROOT, control_strings
from ui.translations import Texts, TranslationError, table
from ui.viewmodels.browse import REASONS
from ui.viewmodels.camera import AIM, FOUND, WAIT
from ui.viewmodels.guided import VALUES
from ui.viewmodels.identity import _FIELDS
from ui.viewmodels.pages import WARNINGS
from ui.viewmodels.review import ASIDE, UNPLACED

UI = QML_ROOT.parent
OWN = {
    language: {key for key in table(language) if key not in control_strings(language.value)} for language in Language
}
# Texts whose id is put together from a value that is known only when the screen is shown.
COMPOSED = {
    *(f"step.{n}" for n in range(1, 7)),
    *(f"home.{goal}.{part}" for goal in ("look_up", "track", "check") for part in ("title", "text")),
    *(f"identify.stage.{step}" for step in ("connect", "access", "identity", "photo", "authenticity")),
    *(f"identify.{key}" for key in ("reading_title", "reading_guidance", "failed_title", "failed_guidance")),
    *(f"consent.{key}{end}" for key in ("purpose", "read", "kiosk", "rights") for end in ("", "_title")),
    *(f"confirm.{key}" for key in ("birth", "sex", "residence", "expires")),
    *(f"confirm.verdict.{key}" for key in ("genuine", "signed", "untrusted", "unchecked")),
    *(f"confirm.{key}" for key in ("guidance_qr", "guidance_typed", "verdict.qr", "verdict.typed")),
    *(f"able.{offer.need.value}.{offer.way.value}" for offer in OFFERS if offer is not USUAL[offer.need]),
    f"able.{Need.TRACK.value}.none",
    *(f"camera.{state}" for state in (*CODE_HINTS, FOUND, AIM, WAIT)),
    *(f"table.{state}" for state in (*PAGE_HINTS, FOUND, AIM, WAIT)),
    *(f"help.{stage}.{part}" for stage in ("calling", "called", "coming", "not_sent") for part in ("title", "text")),
    *(f"help.{stage}.{part}" for stage in ("called", "coming") for part in ("text_machine", "button")),
    "help.coming.title_at",
    *(f"person.error.{error.value}" for error in PersonError),
    *(f"track.next.{status}" for status in (*range(1, 11), "1_desk")),
    *(f"consent.track_{key}" for key in ("purpose", "read", "kiosk")),
    *(f"confirm.field.{name}" for name in set(_FIELDS.values())),
    *(f"confirm.check.{cause.value}" for cause in Cause if cause is not Cause.NONE),
    *(f"confirm.check.{key}" for key in ("as_signed", "genuine", "failed", "not_checked")),
    *(f"procedure.{key}" for key in ("deadline", "fee", "unit", "field", "level", "code", "result", "basis")),
    *(f"scan.{key}" for key in ("enough", "missing", "optional", "check")),
    *(
        f"scan.{state}{what}"
        for state in (
            *("running_", "ready_", "complete_", "", "stack_", "stack_ready_", "waiting_", "renewing_", "resume_"),
            *("reading_", "lacking_", "asking_", "table_", "table_running_"),
        )
        for what in ("title", "guidance")
    ),
    *(f"review.ask_{doubt.value}" for doubt in Doubt),
    *(f"review.ask_{doubt.value}_pages" for doubt in (Doubt.PAPER, Doubt.NOWHERE)),
    *(f"review.{group}{end}" for group in (ASIDE, UNPLACED) for end in ("", "_text")),
    "scan.stopping_title",
    *(f"scan.warning.{name}" for name in (*WARNINGS, "other")),
    *(f"field.{error.value}" for error in FieldError),
    *(f"search.title{end}" for end in ("", "_submit", "_check")),
    *(f"sending.{key}" for key in ("seal", "upload", "answer", "supplement_seal", "supplement_answer")),
    "done.desk_text",
    *(f"declare.{key}" for key in ("next_1", "next_2", "next_2_screen", "next_3", "next_3_desk")),
    *(f"answers.known_by.{known_by}" for known_by in ("chip", "qr", "typed")),
    *(f"scan.{key}" for key in ("desk_title", "desk_guidance", "at_desk")),
    *(f"handout.{stage}" for stage in ("off", "printed", "not_printed", "voided", "unknown")),
    *(f"handout.{stage}_text" for stage in ("printed", "voided", "unknown")),
    *(f"draft_slip.{stage}" for stage in ("off", "printed", "not_printed", "voided", "unknown")),
    *(f"draft_slip.{stage}_text" for stage in ("printed", "voided", "unknown")),
    *(
        f"{what}.{key}"
        for what in ("handout", "draft_slip")
        for key in ("print", "busy", "again", "another", "missing")
    ),
    *(f"{what}.instead" for what in ("handout", "draft_slip")),
    *(f"handout.reason.{code.removeprefix('PRN-').replace('-', '_').lower()}" for code in REASONS),
    *(f"done.{stage.value}" for stage in ReceiptStage if stage is not ReceiptStage.NONE),
    *(
        f"done.{key}"
        for key in (
            "title",
            "deferred_title",
            "refused_title",
            "printing_text",
            "printed_text",
            "voided_text",
            *(f"supplement_{how}title" for how in ("", "deferred_", "refused_")),
        )
    ),
    *(f"track.{key}" for key in ("unit", "received", "accepted", "due")),
    *(f"goodbye.{reason.value}" for reason in EndReason),
    *(f"guided.{part}.{guide.value}" for part in ("title", "prepare") for guide in Guide),
    *(f"guided.ask.{step}" for step in ("print", *SIDES)),
    *(f"guided.step.{step}" for step in ("print", "scan", "judge", "card", "code", "insert", *SIDES)),
    *(f"guided.step.{step}" for step in ("connect", "access", "identity", "photo", "authenticity")),
    *(f"guided.fact.{name}" for name in ("seconds", "dpi", "size", "angle", "sharpness", "access", "apdus", "holder")),
    *(f"guided.fact.{name}" for name in ("passive", "active", "chip", "number", "name")),
    *(f"guided.fact.{name}" for name in ("symbology", "letters", "content")),
    *(f"guided.value.{value}" for value in VALUES),
    *(f"{part}.{screen.value}" for part in ("guide", "assist.screen") for screen in (*CITIZENS, Screen.SENDING)),
    *(f"assist.tool.{tool.value}" for tool in Tool if tool is not Tool.HAND_BACK),
    *(f"assist.tool.{key}" for key in ("point_off", "enlarge_off", "time_given")),
    *(f"assist.pane.{pane.value}" for pane in Pane if pane is not Pane.TOOLS),
    *(f"assist.page.{name}" for name in (*WARNINGS, "other")),
    *(f"assist.what.{what.value}" for what in Acceptable),
    *(f"assist.reason.{what.value}.{reason}" for what in Acceptable for reason in REASONS_OF[what]),
    *(f"assist.phrase.{phrase}" for phrase in PHRASES),
    "assist.gate.badge",
    *(f"assist.gate.{stage.value}" for stage in GateStage if stage is not GateStage.NOT_SET),
}


def sources() -> str:
    files = [
        *UI.rglob("*.py"),
        *(QML_ROOT / "Kiosk" / "screens").glob("*.qml"),
        *(QML_ROOT / "Kiosk" / "overlays").glob("*.qml"),
    ]
    return "\n".join(file.read_text("utf-8") for file in files)


def asked() -> set[str]:
    """Ids written whole in QML or Python."""
    found = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*\.[A-Za-z0-9_]+)"', sources()))
    return found & (OWN[Language.VI] | OWN[Language.EN])


def test_both_languages_hold_the_same_texts() -> None:
    assert OWN[Language.VI] == OWN[Language.EN]


@pytest.mark.parametrize("key", sorted(OWN[Language.VI]))
def test_a_text_has_the_same_placeholders_in_both(key: str) -> None:
    holders = [set(re.findall(r"\{(\w+)\}", table(language)[key])) for language in Language]

    assert holders[0] == holders[1]


def test_every_text_that_screens_ask_for_is_there() -> None:
    asked_in_calls = {
        key
        for key in re.findall(r'(?:Tr\.[tf]|self\.texts\.[tn]|texts\.[tn]|\bt)\("([\w.]+)"', sources())
        if not key.endswith(".")
    }

    assert asked_in_calls - OWN[Language.VI] - set(control_strings("vi")) == set()
    assert COMPOSED - OWN[Language.VI] == set()


def test_no_text_is_without_use() -> None:
    singular = {
        key for key in OWN[Language.VI] if key.endswith("_one") and key.removesuffix("_one") in OWN[Language.VI]
    }

    assert OWN[Language.VI] - asked() - COMPOSED - singular == set()


def test_the_citizen_is_addressed_formally() -> None:
    said = " ".join(table(Language.VI)[key] for key in OWN[Language.VI]).lower()

    assert not re.search(r"\bbạn\b", said)
    assert "cmnd" not in said


def test_one_thing_is_not_many() -> None:
    english = Texts(Language.EN)

    assert english.n("scan.pages", 1) == "1 page"
    assert english.n("scan.pages", 2) == "2 pages"


def test_an_unknown_id_shows_itself() -> None:
    assert Texts().t("no.such") == "[no.such]"


def test_a_broken_file_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "ui.vi.toml").write_text("[a]\nb = 3\n", "utf-8")

    with pytest.raises(TranslationError, match=r"TEXT-FILE: ui\.vi\.toml"):
        table(Language.VI, tmp_path)


def test_codes_speak_to_the_citizen() -> None:
    code = blocking_code(Session())

    assert Texts().code(code)
    assert Texts().code(None) == ""
