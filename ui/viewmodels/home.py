"""The home screen: what can be done on this machine now, and what cannot, said before anybody starts."""

from __future__ import annotations

from typing import Final

from drivers.errors import Severity, entry
from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.offers import USUAL, Need, blocking_code, way
from kiosk_app.model.session import DeviceStatus, Session
from ui.viewmodels import able
from ui.viewmodels.base import Row, SnapshotModel, shown

ICONS: Final = {
    DeviceKind.CARD: "id-card",
    DeviceKind.SCANNER: "scan-line",
    DeviceKind.BARCODE: "scan-qr-code",
    DeviceKind.PRINTER: "printer",
}
SHORT: Final = {
    DeviceKind.CARD: "home.short.card",
    DeviceKind.SCANNER: "home.short.scanner",
    DeviceKind.BARCODE: "home.short.barcode",
    DeviceKind.PRINTER: "home.short.printer",
}
# A citizen hears first of what keeps them from submitting.
_ORDER: Final = tuple(ICONS)


class HomeModel(SnapshotModel):
    """Tiles and announcements."""

    parts = ("devices", "service_online", "out_of_service")

    @shown(bool)
    def starting(self, session: Session) -> bool:
        """Whether nothing is known of the devices yet, or one that submitting needs is still starting."""
        needed = [session.device(kind) for kind in (DeviceKind.CARD, DeviceKind.SCANNER)]
        return not session.devices or any(
            status is not None and status.state is DeviceState.STARTING for status in needed
        )

    @shown(bool)
    def can_submit(self, session: Session) -> bool:
        """Whether a submission can be started."""
        return blocking_code(session) is None

    @shown(str)
    def submit_text(self, session: Session) -> str:
        """The line under the first tile."""
        if blocking_code(session) is None:
            return self.texts.t("home.submit.text")
        return self.texts.t("home.starting" if not session.devices else "home.submit.paused")

    @shown(bool)
    def can_track(self, session: Session) -> bool:
        """Whether the service can be asked."""
        return session.practice is None and way(session, Need.TRACK) is not None

    @shown(list)
    def announcements(self, session: Session) -> list[Row]:
        """What is out of order now and what can be done all the same; nothing that does not concern a citizen."""
        return self._announcements(session)

    def _announcements(self, session: Session) -> list[Row]:
        rows = []
        if not session.service_online:
            said = [self.texts.t("home.offline"), *self._instead(session, Need.SEND, Need.TRACK)]
            short = self.texts.t("home.short.service")
            rows.append({"id": "service", "icon": "wifi-off", "tone": "warn", "text": " ".join(said), "short": short})
        # A device that no citizen uses by themselves, as the office printer, is the staff's concern alone.
        concerning = [item for item in session.devices.values() if item.kind in _ORDER]
        known = sorted(concerning, key=lambda item: _ORDER.index(item.kind))
        out = [item for item in known if not item.usable and item.state is not DeviceState.STARTING]
        rows += [self._announce(session, item) for item in out]
        # A machine that was built without a device has nothing to report of it, and says what it does instead.
        never = (item for item in able.limits(self.texts, session) if self._unknown(session, Need(item["id"])))
        return rows + [{**item, "tone": "info", "short": self._short(USUAL[Need(item["id"])].device)} for item in never]

    @shown(dict)
    def limits(self, session: Session) -> Row:
        """All that is out of order in one line, for where the announcements themselves are not seen at a glance."""
        rows = self._announcements(session)
        tones = [row["tone"] for row in rows]
        return {
            "tone": next((tone for tone in ("bad", "warn") if tone in tones), "info"),
            "lead": self.texts.t("home.limits", what=", ".join(row["short"] for row in rows)),
            "text": self.texts.t("home.limits_below"),
        }

    def _short(self, kind: DeviceKind | None) -> str:
        return self.texts.t(SHORT[kind]) if kind is not None else ""

    def _unknown(self, session: Session, need: Need) -> bool:
        device = USUAL[need].device
        return device is not None and session.device(device) is None

    def _instead(self, session: Session, *needs: Need) -> list[str]:
        return [text for need in needs if (text := able.instead(self.texts, session, need))]

    def _announce(self, session: Session, status: DeviceStatus) -> Row:
        code = status.code or "SYS-BREAKER"
        bad = entry(code).severity is Severity.ERROR and status.kind in (DeviceKind.CARD, DeviceKind.SCANNER)
        needs = [need for need, offer in USUAL.items() if offer.device is status.kind]
        return {
            "id": status.id,
            "icon": ICONS[status.kind],
            "tone": "bad" if bad else "warn",
            "text": " ".join([self.texts.code(code), *self._instead(session, *needs)]),
            "short": self._short(status.kind),
        }
