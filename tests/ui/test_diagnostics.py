"""Promises of the technician's screens: names and intents, words for every state, and a PIN that is never shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kiosk_bench import HOME, KioskBench

from drivers.errors import catalogue
from kiosk_app.flow.events import INTENTS
from kiosk_app.flow.measuring import OUTSIDE
from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.measures import Span
from kiosk_app.model.servicing import CheckLine, GateStage, GateView, Machine, PaperLeft, Servicing, Tab
from kiosk_app.model.session import Session
from kiosk_app.model.staff import LOCAL_TECHNICIAN, StaffView
from ui.kinds import is_a
from ui.samples import sessions
from ui.servicing_samples import CARD, CHECKS, MACHINE, MEASURES, PRINTER, TECHNICIAN
from ui.translations import Texts
from ui.viewmodels.device_page import DevicePageModel
from ui.viewmodels.diagnostics import DiagnosticsModel
from ui.viewmodels.guided import GuidedModel
from ui.viewmodels.measures import SHOWN_POINTS, MeasuresModel
from ui.viewmodels.staff import StaffModel

SAMPLES = sessions()
TOUCHES = [
    ("help_called", "technician.open", ("open_technician", {})),
    ("out_of_service", "technician.open", ("open_technician", {})),
    ("confirm_servicing", "overlay.close", ("close_overlay", {})),
    ("confirm_servicing", "overlay.end", ("confirm_end", {})),
    ("technician_login", "page.back", ("back", {})),
    ("diagnostics", "diagnostics.device.printer", ("open_device", {"device": "printer"})),
    ("diagnostics", "diagnostics.run_all", ("run_tests", {"device": ""})),
    ("diagnostics", "diagnostics.leave", ("back", {})),
    *(
        ("diagnostics", f"diagnostics.tab.{name}", ("choose_tab", {"tab": name}))
        for name in ("devices", "readiness", "network", "outbox", "measures", "log")
    ),
    ("diagnostics_readiness", "diagnostics.print", ("print_report", {})),
    ("diagnostics_network", "diagnostics.check", ("check_network", {})),
    ("diagnostics_network", "diagnostics.bundle", ("make_bundle", {})),
    ("diagnostics_measures", "diagnostics.span.month", ("choose_span", {"span": "month"})),
    ("diagnostics_measures", "diagnostics.sheet", ("write_sheet", {})),
    ("diagnostics_log", "diagnostics.filter.problems", ("filter_log", {"filter": "problems"})),
    ("diagnostics_log_none", "diagnostics.filter.all", ("filter_log", {"filter": "all"})),
    ("diagnostics_device", "diagnostics.test.scanner", ("run_tests", {"device": "scanner"})),
    ("diagnostics_device", "diagnostics.restart.scanner", ("restart_device", {"device": "scanner"})),
    ("diagnostics_device", "diagnostics.disable.scanner", ("put_in_service", {"device": "scanner", "on": False})),
    ("diagnostics_out", "diagnostics.disable.scanner", ("put_in_service", {"device": "scanner", "on": True})),
    ("diagnostics_device", "diagnostics.part.frames", ("choose_part", {"part": "frames"})),
    ("diagnostics_counts", "diagnostics.new_roll.printer", ("new_roll", {"device": "printer"})),
    ("diagnostics_frames", "diagnostics.part.state", ("choose_part", {"part": "state"})),
    ("diagnostics_device", "guided.open.scan", ("open_guide", {"guide": "scan"})),
    ("diagnostics", "guided.open.touch", ("open_guide", {"guide": "touch"})),
    ("diagnostics", "guided.open.print", ("open_guide", {"guide": "print"})),
    ("guided_print", "guided.start", ("start_guide", {"number": ""})),
    ("guided_print_ask", "guided.yes", ("answer_guide", {"yes": True})),
    ("guided_sound", "guided.no", ("answer_guide", {"yes": False})),
    ("guided_missed", "guided.start", ("start_guide", {"number": ""})),
    ("guided_card_running", "page.back", ("back", {})),
    ("diagnostics_device", "page.back", ("back", {})),
]


@pytest.mark.parametrize(("sample", "name", "said"), TOUCHES, ids=lambda value: str(value).replace(" ", ""))
def test_a_touch_says_what_it_means(
    bench: KioskBench, sample: str, name: str, said: tuple[str, dict[str, object]]
) -> None:
    bench.show(SAMPLES[sample])

    bench.tap(name)

    assert bench.did == [said]
    assert said[0] in INTENTS


def test_the_pin_goes_whole_and_once_and_is_never_on_the_screen(bench: KioskBench) -> None:
    bench.show(SAMPLES["technician_login"])

    for digit in "73915":
        bench.tap(f"tech.key.{digit}")
    assert not bench.find("tech.ok").isEnabled()
    for key in "6", "erase", "5":
        bench.tap(f"tech.key.{key}")
    assert not any("739" in str(item.property("text") or "") for item in bench.items())
    bench.tap("tech.ok")

    assert bench.did == [("enter_pin", {"pin": "739155"})]
    assert [item.property("digits") for item in bench.items() if is_a(item, "PinPad")] == [""]


@pytest.mark.parametrize("stage", [GateStage.LOCKED, GateStage.NOT_SET])
def test_a_gate_that_takes_no_pin_has_no_keys(bench: KioskBench, stage: GateStage) -> None:
    bench.show(replace(SAMPLES["technician_login"], servicing=Servicing(gate=GateView(stage, 0, 290))))

    assert not [name for name in bench.names() if name.startswith("tech.key")]


@pytest.mark.parametrize("name", [name for name, one in SAMPLES.items() if one.screen is Screen.DIAGNOSTICS])
def test_nothing_on_the_technicians_screens_opens_them_anew(bench: KioskBench, name: str) -> None:
    bench.show(SAMPLES[name])

    assert not {"technician.open", "header.home"} & bench.names()


def test_a_device_under_test_cannot_be_restarted(bench: KioskBench) -> None:
    card = replace(MACHINE.devices[1], testing=True)
    bench.show(replace(SAMPLES["diagnostics_device"], servicing=Servicing(device=card.id, machine=Machine((card,)))))

    assert not bench.find("diagnostics.restart.scanner").isEnabled()
    assert not bench.find("diagnostics.test.scanner").isEnabled()


def test_the_log_is_searched_by_the_on_screen_keyboard_and_says_what_was_found(bench: KioskBench) -> None:
    bench.show(SAMPLES["diagnostics_log"])

    bench.tap("diagnostics.search")
    bench.type("prn")

    assert bench.did == [("search_log", {"text": text}) for text in ("p", "pr", "prn")]
    assert bench.did[0][0] in INTENTS
    bench.tap("key.done")
    bench.show(SAMPLES["diagnostics_log_none"])
    assert "SCN-JAM" in bench.find("diagnostics.found").property("text")
    assert bench.find("diagnostics.search").property("text") == "SCN-JAM"


# --- the model --------------------------------------------------------------------------------------------------------


def model(session: Session, language: Language = Language.VI) -> DiagnosticsModel:
    return DiagnosticsModel(Texts(language), replace(session, language=language))


def staff(servicing: Servicing, language: Language = Language.VI) -> StaffModel:
    return StaffModel(Texts(language), replace(HOME, language=language, servicing=servicing))


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_a_remedy_for_the_technician(language: Language) -> None:
    for code in catalogue():
        machine = Machine((replace(PRINTER, code=code),), checks=(replace(CHECKS[0], passed=False, code=code),))
        made = model(replace(HOME, servicing=Servicing(machine=machine)), language)
        (tile,) = made.property("devices")
        assert catalogue()[code].text("technician", language.value) in tile["remedy"]
        assert tile["code"] == code
        assert made.property("checks")[0]["remedy"] == tile["remedy"]


def test_a_lock_is_said_in_whole_minutes_and_tries_as_they_are() -> None:
    def said(view: GateView) -> str:
        return str(staff(Servicing(gate=view)).property("gate")["text"])

    assert "sau 5 phút" in said(GateView(GateStage.LOCKED, 0, 300))
    assert "sau 1 phút" in said(GateView(GateStage.LOCKED, 0, 3))
    assert "Còn 4 lần" in said(GateView(GateStage.WRONG, 4))


def test_the_login_says_whose_badge_it_is_and_keeps_its_keys_while_a_new_pin_is_chosen(bench: KioskBench) -> None:
    for name in "technician_badge", "technician_choose":
        bench.show(SAMPLES[name])
        assert "Bùi Thị Mẫu" in bench.find("tech.state").property("lead")
        assert "tech.key.1" in bench.names()


def test_who_is_signed_in_and_how_old_the_accounts_are_is_told() -> None:
    def said(view: StaffView) -> tuple[str, str]:
        roll = staff(Servicing(member=TECHNICIAN, machine=Machine(staff=view)), Language.EN).property("roll")
        assert roll["who"] == "Signed in: Bùi Thị Mẫu · Technician"
        return roll["accounts"], roll["tone"]

    assert said(StaffView()) == ("The staff's accounts were never brought up to date from the service.", "info")
    assert said(StaffView(None, 14, 60.0)) == ("14 accounts, brought up to date within the last hour", "ok")
    assert said(StaffView(None, 14, 7300.0)) == ("14 accounts, brought up to date 2 hours ago", "ok")
    assert said(StaffView(None, 14, 300_000.0, True)) == ("14 accounts, 83 hours old: too old to be used", "warn")
    assert staff(Servicing(member=LOCAL_TECHNICIAN), Language.EN).property("roll")["who"] == "Signed in: Technician"


def test_counts_are_told_for_today_and_in_all() -> None:
    made = model(replace(HOME, servicing=Servicing(device="card", machine=Machine((CARD,)))), Language.EN)

    assert made.property("device")["counts"] == "214 cards read · 2 failures · 0 restarts"
    assert made.property("devices")[0]["plot"][-1] == 214


def guided(session: Session, language: Language = Language.EN) -> GuidedModel:
    return GuidedModel(Texts(language), replace(session, language=language))


def test_the_grid_covers_the_screen_and_each_cell_answers_once(bench: KioskBench) -> None:
    bench.show(SAMPLES["guided_grid"])

    grid = bench.find("guided.grid")
    assert (grid.width(), grid.height()) == (bench.find("screen").width(), bench.find("screen").height())
    bench.tap("guided.grid")
    ((name, payload),) = bench.did
    assert name == "touch_cell"
    assert payload["cell"] not in range(27)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("guided_")])
def test_every_step_of_a_guided_test_has_its_words(name: str, language: Language) -> None:
    run = guided(SAMPLES[name], language).property("run")
    assert not any("guided." in str(value) for value in run.values())


def test_the_last_results_stand_beside_the_tests() -> None:
    rows = {row["id"]: row["last"] for row in guided(SAMPLES["diagnostics"]).property("tests")}
    assert rows["print"] == "Last time: Passed, 10:42:07 21/11/2026"
    assert rows["sound"].startswith("Last time: Failed SPK-ABSENT")
    assert rows["touch"] == ""


def page(session: Session, language: Language = Language.EN) -> DevicePageModel:
    return DevicePageModel(Texts(language), replace(session, language=language))


def test_each_count_of_a_device_is_plotted_with_its_days() -> None:
    plots = page(SAMPLES["diagnostics_counts"]).property("plots")

    assert [plot["id"] for plot in plots] == ["prints", "paper_mm", "cuts", "failures", "restarts"]
    assert plots[1]["text"] == "today 31.8\u00a0m, in all 2,674.1\u00a0m"
    assert [len(plot["days"]) for plot in plots] == [14] * 5


def test_paper_is_told_in_slips_and_days_or_that_nobody_can_say() -> None:
    def said(paper: PaperLeft) -> str:
        machine = Machine((replace(PRINTER, paper=paper),))
        return str(
            page(replace(HOME, servicing=Servicing(device="printer", machine=machine))).property("paper")["text"]
        )

    assert said(PaperLeft(22_400, 80_000, 1132, 3.4)) == "About 1,132 slips left, some 3 days."
    assert said(PaperLeft(22_400, 80_000, 132, 0.8)) == "About 132 slips left, some 1 day."
    assert "Too little" in said(PaperLeft(80_000, 80_000))
    assert "at its end" in said(PaperLeft(0, 80_000, 0, 0.0))
    assert page(SAMPLES["diagnostics_device"]).property("paper")["there"] is False


def test_frames_are_told_with_their_way_and_milliseconds() -> None:
    frames = page(SAMPLES["diagnostics_frames"]).property("frames")

    assert (frames[1]["at"], frames[1]["ms"], frames[1]["bad"]) == ("10:42:07.640", "4218 ms", True)
    assert [frame["toHost"] for frame in frames].count(True) == 2
    assert frames[-1]["data"] == ""


def test_the_verdict_counts_what_failed() -> None:
    verdict = model(SAMPLES["diagnostics_readiness"], Language.EN).property("readiness")

    assert verdict["text"] == "2 of 16 tests failed."
    assert (verdict["tone"], verdict["slipTone"], verdict["printable"]) == ("bad", "warn", True)


def test_the_outbox_is_summed_up_with_the_reasons_of_refusals() -> None:
    line = MACHINE.outbox[0]
    lines = (line, replace(line, state="refused", code="NET-REFUSED"))
    said = model(replace(HOME, servicing=Servicing(machine=Machine(outbox=lines))), Language.EN).property("outboxSum")
    assert said == "2 dossiers wait, the oldest for 4 minutes. 1 refused: NET-REFUSED"


def test_what_a_search_of_the_log_found_is_said_in_words() -> None:
    def said(servicing: Servicing) -> str:
        return str(model(replace(HOME, servicing=servicing), Language.EN).property("found")["text"])

    lines = MACHINE.log[:2]
    assert said(Servicing()) == "No lines."
    assert said(Servicing(machine=Machine(log=lines))) == ""
    assert said(Servicing(search="prn", machine=Machine(log=lines))) == "Searching the log…"
    assert said(Servicing(search="prn", machine=Machine(searched="prn"))) == "No line found with “prn”."
    assert said(Servicing(search="prn", machine=Machine(log=lines, searched="prn"))) == "The newest 2 lines with “prn”."
    assert said(Servicing(search="prn", machine=Machine(log=lines[:1], searched="prn"))) == "One line with “prn”."


def test_the_next_citizen_finds_nothing_of_the_technician() -> None:
    made = model(SAMPLES["diagnostics_log"])

    made.update(replace(HOME, number=2))

    assert made.property("devices") == []
    assert made.property("log") == []
    assert made.property("search") == ""
    assert made.property("outbox") == []


def test_where_the_device_key_lies_is_said_in_words() -> None:
    def row(line: CheckLine) -> dict[str, object]:
        (found,) = model(replace(HOME, servicing=Servicing(machine=Machine(checks=(line,)))), Language.EN).property(
            "checks"
        )
        return dict(found)

    sealed = row(CheckLine("device_key", True, None, None, "tpm"))
    assert (sealed["figure"], sealed["tone"], sealed["detail"]) == ("the TPM", "ok", "")
    plain = row(CheckLine("device_key", False, None, "STO-KEY-PLAIN", "file"))
    assert (plain["figure"], plain["tone"], plain["detail"]) == ("a plain file", "warn", "STO-KEY-PLAIN")
    assert "kiosk device-key move tpm" in str(plain["remedy"])
    shut = row(CheckLine("device_key", False, None, "STO-TPM-STATE", "tpm"))
    assert (shut["figure"], shut["tone"]) == ("the TPM", "bad")


def measures(session: Session, language: Language = Language.EN) -> MeasuresModel:
    return MeasuresModel(Texts(language), replace(session, language=language))


def test_the_share_that_was_handed_in_is_of_those_who_came_to_submit() -> None:
    sessions, submitted = measures(SAMPLES["diagnostics_measures"]).property("plots")
    assert (sessions["figure"], submitted["figure"]) == ("241", "73")
    assert submitted["text"] == "76 % of 96 that came to submit"
    assert len(sessions["values"]) == len(submitted["values"]) == 7


def test_bars_stand_against_the_largest_and_an_empty_list_says_so() -> None:
    lists = {one["id"]: one for one in measures(SAMPLES["diagnostics_measures"]).property("bars")}
    assert lists["given_up"]["lines"][0] == {"text": "Scan papers", "share": 1.0, "figure": "8"}
    assert lists["given_up"]["lines"][1]["share"] == 0.5
    assert lists["medians"]["lines"][2]["figure"] == "2 min 47 s"
    without = replace(MEASURES, faults=(), ratings=(0, 0, 0, 0, 0))
    machine = replace(MACHINE, measures=without)
    bare = measures(replace(HOME, servicing=Servicing(tab=Tab.MEASURES, machine=machine)))
    lists = {one["id"]: one for one in bare.property("bars")}
    assert (lists["faults"]["lines"], lists["faults"]["empty"]) == ([], "No faults during sessions.")
    assert lists["ratings"]["empty"] == "No ratings yet."


def test_measures_of_another_span_are_not_shown_as_those_that_are_asked_for() -> None:
    machine = replace(MACHINE, measures=MEASURES)
    asked = measures(replace(HOME, servicing=Servicing(tab=Tab.MEASURES, span=Span.MONTH, machine=machine)))
    assert asked.property("state") == "Reading the measures…"
    assert asked.property("plots") == []


@pytest.mark.parametrize("language", list(Language))
def test_every_screen_on_which_somebody_can_give_up_has_a_name(language: Language) -> None:
    points = tuple((screen, 1) for screen in Screen if screen not in OUTSIDE)
    for at in range(0, len(points), SHOWN_POINTS):
        machine = replace(MACHINE, measures=replace(MEASURES, given_up=points[at : at + SHOWN_POINTS]))
        bars = measures(replace(HOME, servicing=Servicing(machine=machine)), language).property("bars")
        assert not any("measures." in line["text"] for one in bars for line in one["lines"])
