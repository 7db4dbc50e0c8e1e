"""What carries APDUs to a chip: the protocol every layer above speaks, and the limits of one reading around it."""

from __future__ import annotations

import time
from typing import Final, Protocol

from drivers.errors import DeviceError

# The longest honest reading, 200 kB of portrait in short answers, takes about a thousand; a chip that drips single
# bytes would take for ever.
MAX_APDUS: Final = 2000
MAX_SECONDS: Final = 60.0


class Transport(Protocol):
    """A connected chip. One command APDU out, one response APDU (data and two status bytes) back."""

    def transmit(self, apdu: bytes) -> bytes:
        """Sends one APDU. Raises DeviceError CRD-REMOVED when the card is gone, CRD-GARBLED on a broken answer."""

    def reset(self) -> None:
        """Resets the chip: every key and selection in it is forgotten. Raises as `transmit` does."""


class LimitedTransport:
    """Counts the APDUs that really crossed the wire, and ends a reading that takes too many or too long."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._until = time.monotonic() + MAX_SECONDS
        self.apdus = 0

    def transmit(self, apdu: bytes) -> bytes:
        """Passes one APDU on. Raises DeviceError CRD-GARBLED beyond the limits."""
        if self.apdus >= MAX_APDUS or time.monotonic() > self._until:
            raise DeviceError("CRD-GARBLED", f"the chip was not read after {self.apdus} APDUs")
        self.apdus += 1
        return self._inner.transmit(apdu)

    def reset(self) -> None:
        """Passes the reset on."""
        self._inner.reset()
