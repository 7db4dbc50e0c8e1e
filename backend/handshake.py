"""A handshake that says why it was refused: to the other side by TLS's alert, to the operator by a code in the log."""

from __future__ import annotations

import ssl
from typing import Final

from backend.log import Event, emit

# X509_verify_cert_error_string(3)
_CODES: Final = {
    9: "CERTIFICATE-NOT-YET-VALID",
    10: "CERTIFICATE-EXPIRED",
    18: "CERTIFICATE-UNKNOWN-AUTHORITY",
    19: "CERTIFICATE-UNKNOWN-AUTHORITY",
    20: "CERTIFICATE-UNKNOWN-AUTHORITY",
    21: "CERTIFICATE-UNKNOWN-AUTHORITY",
}
_REASONS: Final = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "CERTIFICATE-MISSING",
    "UNSUPPORTED_PROTOCOL": "TLS-VERSION",
    "NO_PROTOCOLS_AVAILABLE": "TLS-VERSION",
}
_MORE: Final = 8


class TellingHandshake(ssl.SSLObject):
    """As OpenSSL does it, but asyncio throws away the alert of a handshake that fails (Python 3.11). So a failed one
    first asks for more, which makes asyncio send what is waiting; the other side reads why, and ends the connection."""

    _refused: ssl.SSLError | None = None
    _asked = 0

    def do_handshake(self) -> None:
        """One step. Raises ssl.SSLError."""
        if self._refused is not None:
            self._asked += 1
            # A stranger who goes on talking must not fill our memory until the handshake's time is up.
            raise self._refused if self._asked > _MORE else ssl.SSLWantReadError()
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            emit(Event.TLS_REFUSED, code=refusal(error), reason=error.reason)
            self._refused = error
            raise ssl.SSLWantReadError from None


def refusal(error: ssl.SSLError) -> str:
    """Why a handshake failed, for the log."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CODES.get(error.verify_code, "CERTIFICATE-INVALID")
    reason = error.reason or ""
    if "ALERT" in reason:  # the other side refuses: most likely our certificate, by its authority, name, or clock
        return "REFUSED-BY-KIOSK"
    return _REASONS.get(reason, "TLS-FAILED")
