"""What this machine must have before anybody begins to submit."""

from __future__ import annotations

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.session import Session

_GONE = (DeviceState.ABSENT, DeviceState.FAULT, DeviceState.DISABLED)
_NEEDED = (DeviceKind.CARD, DeviceKind.SCANNER)


def blocking_code(session: Session) -> str | None:
    """The code of a device without which nothing can be submitted here now, or None."""
    for kind in _NEEDED:
        status = session.device(kind)
        if status is None or status.state in _GONE:
            return (status.code if status else None) or "SYS-NO-DRIVER"
    return None
