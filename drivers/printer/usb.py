"""A printer's line over USB by pyusb: found anew by vendor, product and serial number whenever it comes back."""

from __future__ import annotations

import contextlib
import errno
import time
from typing import Any, Final

from drivers.printer.transport import LineLost, UsbName

_PRINTER_CLASS: Final = 7
_VENDOR_CLASS: Final = 0xFF  # some receipt printers call their interface the vendor's own
_PIECE: Final = 4096
_TURN_MS: Final = 100
_TIMED_OUT: Final = frozenset({errno.ETIMEDOUT, 110, 10060})


class UsbLine:
    """A Transport over the printer's two bulk endpoints. Loads pyusb, and by it libusb, when it is first opened."""

    def __init__(self, name: UsbName, backend: Any = None) -> None:
        self._name = name
        self._backend = backend
        self._device: Any = None
        self._interface = 0
        self._out: Any = None
        self._in: Any = None

    def open(self, until: float) -> None:
        """See Transport."""
        self.close()
        try:
            import usb.core
            import usb.util
        except ImportError as error:
            raise LineLost(f"pyusb is missing: {error}") from error
        try:
            device = usb.core.find(
                idVendor=self._name.vendor,
                idProduct=self._name.product,
                custom_match=self._is_meant,
                backend=self._backend,
            )
            if device is None:
                raise LineLost(f"no USB printer {self._name.vendor:04x}:{self._name.product:04x}")
            self._take(device)
        except (usb.core.USBError, NotImplementedError) as error:
            self.close()
            raise LineLost(f"USB: {error}") from error
        except usb.core.NoBackendError as error:
            raise LineLost("libusb-1.0 is missing") from error

    def _is_meant(self, device: Any) -> bool:
        return not self._name.serial or device.serial_number == self._name.serial

    def _take(self, device: Any) -> None:
        import usb.core
        import usb.util

        self._device = device
        try:
            configuration = device.get_active_configuration()
        except usb.core.USBError:
            device.set_configuration()  # just switched on, and nobody has looked at it
            configuration = device.get_active_configuration()
        interface = next(
            (
                item
                for item in configuration
                if item.bInterfaceClass in (_PRINTER_CLASS, _VENDOR_CLASS) and item.bNumEndpoints >= 2
            ),
            None,
        )
        if interface is None:
            self.close()
            raise LineLost("USB: no printer interface with two directions")
        self._interface = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if device.is_kernel_driver_active(self._interface):
                device.detach_kernel_driver(self._interface)  # usblp has taken it
        usb.util.claim_interface(device, self._interface)

        def endpoint(direction: int) -> Any:
            return usb.util.find_descriptor(
                interface,
                custom_match=lambda item: (
                    usb.util.endpoint_direction(item.bEndpointAddress) == direction
                    and usb.util.endpoint_type(item.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
                ),
            )

        self._out, self._in = endpoint(usb.util.ENDPOINT_OUT), endpoint(usb.util.ENDPOINT_IN)
        if self._out is None or self._in is None:
            self.close()
            raise LineLost("USB: the printer cannot be asked, it has no way back")

    def close(self) -> None:
        """See Transport."""
        device, self._device, self._out, self._in = self._device, None, None, None
        if device is None:
            return
        import usb.core
        import usb.util

        with contextlib.suppress(usb.core.USBError, NotImplementedError):
            usb.util.release_interface(device, self._interface)
        with contextlib.suppress(usb.core.USBError, NotImplementedError):
            usb.util.dispose_resources(device)

    def write(self, data: bytes, until: float) -> int:
        """See Transport."""
        taken = 0
        while taken < len(data):
            piece = data[taken : taken + _PIECE]
            count = self._turn(lambda timeout, piece=piece: self._out.write(piece, timeout), until)
            taken += int(count or 0)
            if taken < len(data) and time.monotonic() >= until:
                break
        return taken

    def read(self, until: float) -> bytes:
        """See Transport."""
        while True:
            data = self._turn(lambda timeout: self._in.read(self._in.wMaxPacketSize, timeout), until)
            if data is not None and len(data):
                return bytes(data)
            if time.monotonic() >= until:
                return b""

    def _turn(self, transfer: Any, until: float) -> Any:
        """One transfer, never longer than a turn; None when its time was up. Raises LineLost."""
        if self._device is None:
            raise LineLost("not open")
        import usb.core

        # To pyusb a time-out of 0 is for ever.
        left_ms = max(1, min(_TURN_MS, round((until - time.monotonic()) * 1000)))
        try:
            return transfer(left_ms)
        except usb.core.USBError as error:
            if isinstance(error, usb.core.USBTimeoutError) or error.errno in _TIMED_OUT:
                return None
            raise LineLost(f"USB: {error.strerror or error}") from error
