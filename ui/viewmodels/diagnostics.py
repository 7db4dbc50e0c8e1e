"""The technician's screens: devices with their counters, readiness, line and machine, outbox and log."""

from __future__ import annotations

from typing import Final

from drivers.errors import Severity, catalogue, entry
from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.basics import Language
from kiosk_app.model.servicing import (
    CheckLine,
    Counter,
    DeviceCard,
    LogFilter,
    Machine,
    OutboxSum,
    SlipStage,
    Tab,
    TestLine,
)
from kiosk_app.model.session import Session
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

ICONS: Final = {
    DeviceKind.CARD: "id-card",
    DeviceKind.SCANNER: "scan-line",
    DeviceKind.BARCODE: "scan-qr-code",
    DeviceKind.PRINTER: "printer",
    DeviceKind.OFFICE: "printer",
    DeviceKind.CAMERA: "camera",
}
NAMES: Final = {
    DeviceKind.CARD: "diagnostics.kind.card",
    DeviceKind.SCANNER: "diagnostics.kind.scanner",
    DeviceKind.BARCODE: "diagnostics.kind.barcode",
    DeviceKind.PRINTER: "diagnostics.kind.printer",
    DeviceKind.OFFICE: "diagnostics.kind.office",
    DeviceKind.CAMERA: "diagnostics.kind.camera",
}
STATES: Final = {
    DeviceState.ABSENT: "diagnostics.state.absent",
    DeviceState.STARTING: "diagnostics.state.starting",
    DeviceState.READY: "diagnostics.state.ready",
    DeviceState.BUSY: "diagnostics.state.busy",
    DeviceState.ATTENTION: "diagnostics.state.attention",
    DeviceState.FAULT: "diagnostics.state.fault",
    DeviceState.DISABLED: "diagnostics.state.disabled",
}
TONES: Final = {
    DeviceState.ABSENT: "bad",
    DeviceState.STARTING: "info",
    DeviceState.READY: "ok",
    DeviceState.BUSY: "info",
    DeviceState.ATTENTION: "warn",
    DeviceState.FAULT: "bad",
    DeviceState.DISABLED: "bad",
}
COUNTED: Final = {
    "pages": "diagnostics.count.pages",
    "prints": "diagnostics.count.prints",
    "card_reads": "diagnostics.count.card_reads",
    "codes": "diagnostics.count.codes",
    "failures": "diagnostics.count.failures",
    "restarts": "diagnostics.count.restarts",
}
CHECKS: Final = {
    "dns": ("diagnostics.check.dns", "diagnostics.check.ms"),
    "service": ("diagnostics.check.service", "diagnostics.check.ms"),
    "clock": ("diagnostics.check.clock", "diagnostics.check.seconds"),
    "certificate": ("diagnostics.check.certificate", "diagnostics.check.days"),
    "authority": ("diagnostics.check.authority", "diagnostics.check.days"),
    "disk": ("diagnostics.check.disk", "diagnostics.check.percent"),
    "swap": ("diagnostics.check.swap", "diagnostics.check.megabytes"),
    "device_key": ("diagnostics.check.device_key", ""),
    "outbox": ("diagnostics.check.outbox", "diagnostics.check.waiting"),
}
KEY_PLACES: Final = {
    "tpm": "diagnostics.check.key_tpm",
    "systemd": "diagnostics.check.key_systemd",
    "file": "diagnostics.check.key_file",
}
TABS: Final = {
    Tab.DEVICES: ("diagnostics.tab_name.devices", "cpu"),
    Tab.READINESS: ("diagnostics.tab_name.readiness", "file-check"),
    Tab.NETWORK: ("diagnostics.tab_name.network", "wifi"),
    Tab.OUTBOX: ("diagnostics.tab_name.outbox", "send"),
    Tab.MEASURES: ("diagnostics.tab_name.measures", "activity"),
    Tab.LOG: ("diagnostics.tab_name.log", "scroll-text"),
}
FILTERS: Final = {
    LogFilter.ALL: "diagnostics.log_filter.all",
    LogFilter.PROBLEMS: "diagnostics.log_filter.problems",
    LogFilter.DEVICES: "diagnostics.log_filter.devices",
    LogFilter.DOSSIERS: "diagnostics.log_filter.dossiers",
}
SLIPS: Final = {
    SlipStage.NONE: "",
    SlipStage.PRINTING: "diagnostics.slip_printing",
    SlipStage.PRINTED: "diagnostics.slip_printed",
    SlipStage.FAILED: "diagnostics.slip_failed",
}
_NO_DEVICE: Final[Row] = {
    "id": "",
    "name": "",
    "icon": "",
    "state": "",
    "tone": "info",
    "code": "",
    "remedy": "",
    "about": "",
    "trouble": "",
    "counts": "",
    "plot": [],
    "plotted": "",
    "inService": True,
    "mayAct": False,
    "mayTurn": False,
    "testing": False,
    "tests": [],
    "facts": [],
}


class DiagnosticsModel(SnapshotModel):
    """What the technician sees of the session's `servicing`."""

    parts = ("servicing",)

    # --- tabs ------------------------------------------------------------------------------------------------------

    @shown(str)
    def tab(self, session: Session) -> str:
        """The part that is shown."""
        return session.servicing.tab.value

    @shown(list)
    def tabs(self, session: Session) -> list[Row]:
        """The parts, with what is wrong in each."""
        return [{"id": tab.value, "text": self.texts.t(text), "icon": icon} for tab, (text, icon) in TABS.items()]

    @shown(str)
    def about(self, session: Session) -> str:
        """The version, how the service answers and what waits: what a technician asks first."""
        machine = session.servicing.machine
        version = dict(machine.versions).get("kiosk", "")
        parts = [self.texts.t("diagnostics.version", version=version)] if version else []
        service = next((check for check in machine.checks if check.name == "service"), None)
        if service is not None:
            well = service.passed and service.figure is not None
            key = "diagnostics.service_up" if well else "diagnostics.service_down"
            parts.append(self.texts.t(key, n=self._number(service.figure or 0.0)))
        parts.append(self.texts.n("diagnostics.waiting", len(machine.outbox)))
        return " · ".join(parts)

    # --- devices ---------------------------------------------------------------------------------------------------

    @shown(list)
    def devices(self, session: Session) -> list[Row]:
        """A tile for each device."""
        return [self._device(card) for card in session.servicing.machine.devices]

    @shown(dict)
    def device(self, session: Session) -> Row:
        """The device that was opened."""
        card = session.servicing.machine.device(session.servicing.device)
        return _NO_DEVICE if card is None else {**self._device(card), "mayTurn": not session.servicing.turning}

    @shown(bool)
    def testing(self, session: Session) -> bool:
        """Whether everything is being tested."""
        return session.servicing.machine.testing_all

    def _device(self, card: DeviceCard) -> Row:
        main = card.counters[0] if card.counters else Counter("")
        return {
            "id": card.id,
            "name": self.texts.t(NAMES[card.kind]),
            "icon": ICONS[card.kind],
            "state": self.texts.t(STATES[card.state]),
            "tone": TONES[card.state],
            "code": card.code or "",
            "remedy": self._remedy(card.code),
            "about": " · ".join(part for part in (card.model or card.driver, card.firmware, card.port) if part),
            "trouble": self._trouble(card),
            "counts": " · ".join(
                self.texts.n(COUNTED[one.name], one.today) for one in card.counters if one.name in COUNTED
            ),
            "plot": list(main.days),
            "plotted": self.texts.t("diagnostics.plotted", n=len(main.days)) if main.days else "",
            "inService": card.in_service,
            "mayAct": card.in_service and not card.testing,
            "testing": card.testing,
            "tests": [self._test(test) for test in card.tests],
            "facts": self._facts(card),
        }

    def _trouble(self, card: DeviceCard) -> str:
        if card.trouble is None:
            return ""
        return self.texts.t("diagnostics.last_trouble", code=card.trouble.code, at=self._moment(card.trouble.at))

    def _remedy(self, code: str | None) -> str:
        """What to do, then what the device said: staff's words and the technician's."""
        if code is None:
            return ""
        found = entry(code)
        language = self.texts.language.value
        return f"{found.text('staff', language)} {found.text('technician', language)}"

    def _facts(self, card: DeviceCard) -> list[Row]:
        facts = [
            ("diagnostics.fact.model", " ".join(part for part in (card.vendor, card.model) if part)),
            ("diagnostics.fact.serial", card.serial),
            ("diagnostics.fact.firmware", card.firmware),
            ("diagnostics.fact.driver", card.driver),
            ("diagnostics.fact.port", card.port),
            ("diagnostics.fact.capabilities", ", ".join(card.capabilities)),
            ("diagnostics.fact.detail", card.detail),
            (
                "diagnostics.fact.trouble",
                f"{card.trouble.code} · {self._moment(card.trouble.at)}" if card.trouble else "",
            ),
        ]
        return [{"label": self.texts.t(key), "value": value} for key, value in facts if value]

    def _test(self, test: TestLine) -> Row:
        code = test.code or ""
        return {
            "text": test.name,
            "passed": test.passed,
            "detail": " · ".join(part for part in (code, test.detail) if part),
            "remedy": "" if test.passed else self._remedy(test.code),
            "seconds": self.texts.t("diagnostics.check.seconds", n=self._number(test.seconds)),
        }

    # --- readiness -------------------------------------------------------------------------------------------------

    @shown(dict)
    def readiness(self, session: Session) -> Row:
        """The verdict of the last run, or that there was none."""
        machine = session.servicing.machine
        tested = machine.readiness
        if machine.testing_all:
            return self._verdict(machine, "info", "hourglass", self.texts.t("diagnostics.running"), "")
        if tested is None:
            return self._verdict(machine, "info", "info", self.texts.t("diagnostics.never"), "")
        lines = [test for _, tests in tested.devices for test in tests]
        failed = sum(not one.passed for one in lines) + sum(not one.passed for one in tested.checks)
        count = len(lines) + len(tested.checks)
        at = self.texts.t("diagnostics.tested_at", at=self._moment(tested.at), n=self._number(tested.seconds))
        if tested.passed:
            return self._verdict(machine, "ok", "circle-check", self.texts.t("diagnostics.passed", n=count), at)
        text = self.texts.t("diagnostics.failed", n=failed, m=count)
        return self._verdict(machine, "bad", "circle-x", text, at)

    def _verdict(self, machine: Machine, tone: str, icon: str, text: str, at: str) -> Row:
        done = machine.readiness is not None and not machine.testing_all
        slip = SLIPS[machine.slip]
        return {
            "tone": tone,
            "icon": icon,
            "text": text,
            "at": at,
            "printable": done and machine.slip is not SlipStage.PRINTING,
            "slip": self.texts.t(slip, code=machine.slip_code or "") if slip else "",
            "slipTone": {SlipStage.PRINTED: "ok", SlipStage.FAILED: "warn"}.get(machine.slip, "info"),
            "file": self._file(machine) if done else "",
        }

    def _file(self, machine: Machine) -> str:
        tested = machine.readiness
        if tested is None or not tested.file:
            return ""
        return self.texts.t("diagnostics.file", file=tested.file, mark=tested.mark)

    @shown(list)
    def tests(self, session: Session) -> list[Row]:
        """The steps of the last run by device."""
        machine = session.servicing.machine
        if machine.readiness is None:
            return []
        found = []
        for id, tests in machine.readiness.devices:
            card = machine.device(id)
            name = self.texts.t(NAMES[card.kind]) if card is not None else id
            found.append({"id": id, "name": name, "tests": [self._test(test) for test in tests]})
        return found

    # --- line and machine ------------------------------------------------------------------------------------------

    @shown(bool)
    def checking(self, session: Session) -> bool:
        """Whether the line is being checked."""
        return session.servicing.machine.checking

    @shown(list)
    def checks(self, session: Session) -> list[Row]:
        """Network, service, certificates, clock, disk and swap."""
        return [self._check(check) for check in session.servicing.machine.checks]

    def _check(self, check: CheckLine) -> Row:
        name, unit = CHECKS[check.name]
        figure = self.texts.t(unit, n=self._number(check.figure)) if check.figure is not None else ""
        detail = check.detail
        if check.name == "device_key" and check.detail in KEY_PLACES:
            figure, detail = self.texts.t(KEY_PLACES[check.detail]), ""
        severe = check.code is not None and entry(check.code).severity is Severity.ERROR
        return {
            "id": check.name,
            "label": self.texts.t(name),
            "figure": figure or self.texts.t("diagnostics.unknown"),
            "tone": "ok" if check.passed else "bad" if severe or not figure else "warn",
            "detail": " · ".join(part for part in (check.code or "", detail) if part),
            "remedy": "" if check.passed else self._remedy(check.code),
        }

    @shown(list)
    def versions(self, session: Session) -> list[Row]:
        """What runs here."""
        return [{"label": name, "value": value} for name, value in session.servicing.machine.versions]

    @shown(dict)
    def bundle(self, session: Session) -> Row:
        """The support bundle: whether it is being written, how far, and where it lies."""
        view = session.servicing.machine.bundle
        text = ""
        if view.code:
            text = self.texts.t("diagnostics.bundle_failed", code=view.code)
        elif view.file:
            text = self.texts.t("diagnostics.bundle_done", file=view.file)
        return {
            "running": view.running,
            "share": view.percent / 100,
            "text": text,
            "tone": "warn" if view.code else "ok",
        }

    # --- outbox ----------------------------------------------------------------------------------------------------

    @shown(str)
    def outbox_sum(self, session: Session) -> str:
        """How many wait, for how long at most, and how many were refused and why; empty when none is there."""
        found = OutboxSum.of(session.servicing.machine.outbox)
        if not found.waiting:
            return ""
        minutes = self._count(round(found.oldest_s / 60))
        said = [self.texts.n("diagnostics.outbox_sum", found.waiting, minutes=minutes)]
        if found.refused:
            said.append(self.texts.n("diagnostics.outbox_refused", found.refused, reason=", ".join(found.reasons)))
        return " ".join(said)

    @shown(list)
    def outbox(self, session: Session) -> list[Row]:
        """What is not acknowledged; nothing personal."""
        return [
            {
                "id": line.id,
                "reference": line.reference,
                "state": line.state,
                "tone": "warn" if line.code else "info",
                "text": self.texts.t(
                    "diagnostics.outbox_line",
                    sent=words.size(line.bytes_sent, self.texts.language),
                    total=words.size(line.bytes_total, self.texts.language),
                    tries=line.attempts,
                    minutes=self._count(round(line.age_s / 60)),
                ),
                "code": line.code or "",
                "remedy": self._remedy(line.code) if line.code in catalogue() else "",
            }
            for line in session.servicing.machine.outbox
        ]

    # --- log -------------------------------------------------------------------------------------------------------

    @shown(list)
    def filters(self, session: Session) -> list[Row]:
        """Which lines may be shown."""
        chosen = session.servicing.filter
        return [{"id": one.value, "text": self.texts.t(text), "chosen": one is chosen} for one, text in FILTERS.items()]

    @shown(str)
    def search(self, session: Session) -> str:
        """What the log is searched for."""
        return session.servicing.search

    @shown(dict)
    def found(self, session: Session) -> Row:
        """What the log shows in words: that it is being searched, how many lines have the words, or that none has."""
        servicing = session.servicing
        machine = servicing.machine
        searched = servicing.search.strip()
        if servicing.search != machine.searched:
            return {"tone": "info", "icon": "hourglass", "text": self.texts.t("diagnostics.log_searching")}
        if not machine.log:
            key = "diagnostics.log_none" if searched else "diagnostics.log_empty"
            return {"tone": "info", "icon": "search", "text": self.texts.t(key, text=searched)}
        text = self.texts.n("diagnostics.log_found", len(machine.log), text=searched) if searched else ""
        return {"tone": "info", "icon": "search", "text": text}

    @shown(list)
    def log(self, session: Session) -> list[Row]:
        """The newest lines of the log that have what is searched for."""
        return [
            {"at": self._moment(line.at), "event": line.event, "words": line.words, "bad": line.bad}
            for line in session.servicing.machine.log
        ]

    # --- words -----------------------------------------------------------------------------------------------------

    def _moment(self, at: str) -> str:
        return words.moment(self.texts, at)

    def _count(self, value: int) -> str:
        return words.number(value, self.texts.language)

    def _number(self, value: float) -> str:
        """A figure with one digit after the mark, or none where it is large or whole."""
        if value == int(value) or abs(value) >= 100:
            return self._count(round(value))
        text = f"{value:.1f}"
        return text if self.texts.language is Language.EN else text.replace(".", ",")
