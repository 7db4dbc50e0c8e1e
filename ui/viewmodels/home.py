"""The home screen: what can be done on this machine now, and what cannot, said before anybody starts."""

from __future__ import annotations

from typing import Final

from drivers.errors import Severity, entry
from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.readiness import blocking_code
from kiosk_app.model.session import DeviceStatus, Session
from ui.viewmodels.base import Row, SnapshotModel, shown

ICONS: Final = {
    DeviceKind.CARD: "id-card",
    DeviceKind.SCANNER: "scan-line",
    DeviceKind.BARCODE: "scan-qr-code",
    DeviceKind.PRINTER: "printer",
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
        return session.service_online

    @shown(list)
    def announcements(self, session: Session) -> list[Row]:
        """What is out of order now, in words a citizen can act on; nothing that does not concern them."""
        rows = []
        if not session.service_online:
            rows.append({"id": "service", "icon": "wifi-off", "tone": "warn", "text": self.texts.t("home.offline")})
        known = sorted(session.devices.values(), key=lambda item: _ORDER.index(item.kind))
        out = [item for item in known if not item.usable and item.state is not DeviceState.STARTING]
        return rows + [self._announce(item) for item in out]

    def _announce(self, status: DeviceStatus) -> Row:
        code = status.code or "SYS-BREAKER"
        bad = entry(code).severity is Severity.ERROR and status.kind in (DeviceKind.CARD, DeviceKind.SCANNER)
        return {
            "id": status.id,
            "icon": ICONS[status.kind],
            "tone": "bad" if bad else "warn",
            "text": self.texts.code(code),
        }
