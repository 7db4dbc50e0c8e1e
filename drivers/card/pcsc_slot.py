"""PC/SC through pcscd: the reader found by name, cards seen without a thread, restarts of the daemon survived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from smartcard import scard

from drivers.card.slot import Presence
from drivers.errors import DeviceError

_SUCCESS: Final = scard.SCARD_S_SUCCESS
# The daemon is gone, or is another one than the one this context was made with.
_SERVICE_LOST: Final = frozenset(
    {
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
        scard.SCARD_F_COMM_ERROR,
        scard.SCARD_F_INTERNAL_ERROR,
        scard.SCARD_E_SERVER_TOO_BUSY,
    }
)
_READER_LOST: Final = frozenset(
    {scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_NO_READERS_AVAILABLE}
)
# Measured: a card taken away in use gives W_REMOVED_CARD or E_NOT_TRANSACTED, whichever comes first.
_CARD_LOST: Final = frozenset(
    {
        scard.SCARD_W_REMOVED_CARD,
        scard.SCARD_E_NOT_TRANSACTED,
        scard.SCARD_E_NO_SMARTCARD,
        scard.SCARD_W_RESET_CARD,
        scard.SCARD_W_UNPOWERED_CARD,
    }
)
_PROTOCOLS: Final = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


def _failure(result: int, doing: str) -> DeviceError:
    detail = f"{doing}: {scard.SCardGetErrorMessage(result).strip()} (0x{result & 0xFFFFFFFF:08X})"
    if result in _SERVICE_LOST:
        return DeviceError("CRD-NO-SERVICE", detail)
    if result in _READER_LOST:
        return DeviceError("CRD-ABSENT", detail)
    if result in _CARD_LOST:
        return DeviceError("CRD-REMOVED", detail)
    if result == scard.SCARD_E_SHARING_VIOLATION:
        return DeviceError("CRD-BUSY", detail)
    if result in (scard.SCARD_W_UNSUPPORTED_CARD, scard.SCARD_E_PROTO_MISMATCH):
        return DeviceError("CRD-UNSUPPORTED", detail)
    return DeviceError("CRD-GARBLED", detail)


def choose_reader(names: list[str], wanted: str) -> str | None:
    """The first reader whose name contains `wanted`; with nothing wanted a real one before a virtual, a SAM slot last."""
    if wanted:
        return next((name for name in names if wanted.lower() in name.lower()), None)

    def rank(name: str) -> int:
        words = name.upper().split()
        return 2 if "SAM" in words else 1 if "VIRTUAL" in words else 0

    return min(names, key=rank, default=None)


class PcscSlot:
    """A reader of pcscd. `reader` is a part of its name, empty for the first suitable one."""

    port = "pcsc"

    def __init__(self, reader: str) -> None:
        self._wanted = reader
        self._context: Any = None
        self._reader = ""
        # A new daemon counts insertions from zero again, so the times we joined one are part of the number.
        self._epoch = 0

    @property
    def name(self) -> str:
        """The reader's full name, empty before `open`."""
        return self._reader

    def open(self) -> None:
        """Joins pcscd and finds the reader. Raises DeviceError CRD-NO-SERVICE, CRD-ABSENT."""
        self.close()
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if result != _SUCCESS:
            raise DeviceError("CRD-NO-SERVICE", f"joining pcscd: {scard.SCardGetErrorMessage(result).strip()}")
        self._context = context
        self._epoch += 1
        result, names = scard.SCardListReaders(context, [])
        if result != _SUCCESS:
            self.close()
            raise _failure(result, "listing readers")
        reader = choose_reader(list(names), self._wanted)
        if reader is None:
            self.close()
            raise DeviceError("CRD-ABSENT", f"no reader like {self._wanted!r} among {len(names)}")
        self._reader = reader

    def close(self) -> None:
        """Leaves pcscd."""
        context, self._context = self._context, None
        if context is not None:
            scard.SCardReleaseContext(context)

    def presence(self) -> Presence:
        """Asks pcscd; when it was restarted, joins the new one first."""
        if self._context is None:
            raise DeviceError("CRD-NO-SERVICE", "not open")
        result, states = self._ask()
        if result in _SERVICE_LOST:
            self.open()
            result, states = self._ask()
        if result != _SUCCESS:
            raise _failure(result, "asking for the card")
        _, event, atr = states[0]
        if event & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise DeviceError("CRD-ABSENT", "the reader was unplugged")
        # pcsc-lite counts insertions and removals in the upper half of the state.
        insertion = self._epoch << 16 | (event >> 16 & 0xFFFF)
        # A mute card counts as there, with whatever ATR it has: reading it then says what is wrong with it.
        present = bool(event & scard.SCARD_STATE_PRESENT)
        return Presence(insertion, bytes(atr) if present else None)

    def _ask(self) -> tuple[int, Any]:
        result, states = scard.SCardGetStatusChange(self._context, 0, [(self._reader, scard.SCARD_STATE_UNAWARE)])
        return int(result), states

    @contextmanager
    def connect(self) -> Iterator[PcscCard]:
        """Takes the card for ourselves; it is reset at the end, so that it forgets the session keys."""
        result, card, protocol = scard.SCardConnect(
            self._context, self._reader, scard.SCARD_SHARE_EXCLUSIVE, _PROTOCOLS
        )
        if result != _SUCCESS:
            if result in (scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD):
                raise DeviceError("CRD-NO-CARD", "no card on the reader")
            if result in (scard.SCARD_W_UNPOWERED_CARD, scard.SCARD_W_UNRESPONSIVE_CARD):
                raise DeviceError("CRD-GARBLED", "the card does not answer the reader")
            raise _failure(result, "connecting")
        try:
            yield PcscCard(card, protocol)
        except DeviceError as error:
            # A daemon that ends says "transaction failed", as a card that leaves does.
            if error.code == "CRD-REMOVED" and self._ask()[0] in _SERVICE_LOST:
                raise DeviceError("CRD-NO-SERVICE", f"pcscd ended: {error.detail}") from error
            raise
        finally:
            scard.SCardDisconnect(card, scard.SCARD_RESET_CARD)


class PcscCard:
    """The transport of one connected card."""

    def __init__(self, card: Any, protocol: int) -> None:
        self._card = card
        self._protocol = protocol

    def transmit(self, apdu: bytes) -> bytes:
        """Sends one APDU. Raises DeviceError."""
        result, answer = scard.SCardTransmit(self._card, self._protocol, list(apdu))
        if result != _SUCCESS:
            raise _failure(result, "APDU")
        if not answer:
            # What a card gives that leaves in the middle of a command, when the reader does not notice by itself.
            raise DeviceError("CRD-REMOVED", "no answer to an APDU")
        # pyscard gives bytes as signed or unsigned numbers, depending on its version.
        return bytes(byte & 0xFF for byte in answer)

    def reset(self) -> None:
        """Warm reset. Raises DeviceError."""
        result, self._protocol = scard.SCardReconnect(
            self._card, scard.SCARD_SHARE_EXCLUSIVE, _PROTOCOLS, scard.SCARD_RESET_CARD
        )
        if result != _SUCCESS:
            raise _failure(result, "reset")
