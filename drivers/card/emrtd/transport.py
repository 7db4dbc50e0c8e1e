"""What carries APDUs to a chip: the protocol every layer above speaks, and a counter around it."""

from __future__ import annotations

from typing import Protocol


class Transport(Protocol):
    """A connected chip. One command APDU out, one response APDU (data and two status bytes) back."""

    def transmit(self, apdu: bytes) -> bytes:
        """Sends one APDU. Raises DeviceError CRD-REMOVED when the card is gone, CRD-GARBLED on a broken answer."""

    def reset(self) -> None:
        """Resets the chip: every key and selection in it is forgotten. Raises as `transmit` does."""


class CountingTransport:
    """Counts the APDUs that really crossed the wire."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.apdus = 0

    def transmit(self, apdu: bytes) -> bytes:
        """Passes one APDU on."""
        self.apdus += 1
        return self._inner.transmit(apdu)

    def reset(self) -> None:
        """Passes the reset on."""
        self._inner.reset()
