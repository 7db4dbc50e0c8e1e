"""A USB bus for pyusb with one printer on it: descriptors and bulk transfers as libusb gives them."""

from __future__ import annotations

import errno
import socket
from types import SimpleNamespace
from typing import Any

import usb.backend
from usb.core import USBError, USBTimeoutError

OUT, IN = 0x01, 0x82


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """Hands the printer's bulk transfers to the simulated printer's TCP port; an empty packet comes while it is silent."""

    def __init__(self, address: str, vendor: int = 0x04B8, product: int = 0x0E28) -> None:
        host, port = address.split(":")
        self._peer = (host, int(port))
        self._ids = (vendor, product)
        self._socket: socket.socket | None = None
        self.kernel_driver = True
        self.both_ways = True

    def enumerate_devices(self) -> Any:
        try:
            socket.create_connection(self._peer, 1).close()
        except OSError:
            return iter(())
        return iter((self,))

    def get_device_descriptor(self, dev: Any) -> Any:
        vendor, product = self._ids
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=vendor, idProduct=product, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=5, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=b"",
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if intf or alt or config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=2 if self.both_ways else 1, bInterfaceClass=7, bInterfaceSubClass=1, bInterfaceProtocol=2,
            iInterface=0, extra_descriptors=b"",
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2, wMaxPacketSize=64, bInterval=0,
            bRefresh=0, bSynchAddress=0, extra_descriptors=b"",
        )  # fmt: skip

    def open_device(self, dev: Any) -> Any:
        self._socket = socket.create_connection(self._peer, 1)
        return self

    def close_device(self, dev_handle: Any) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        if self.kernel_driver:
            raise USBError("Resource busy", -6, errno.EBUSY)

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        """Nothing to do."""

    def is_kernel_driver_active(self, dev_handle: Any, intf: int) -> bool:
        return self.kernel_driver

    def detach_kernel_driver(self, dev_handle: Any, intf: int) -> None:
        self.kernel_driver = False

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT
        line = self._line(timeout)
        try:
            return line.send(bytes(data))
        except TimeoutError:
            raise USBTimeoutError("timed out", -7, errno.ETIMEDOUT) from None
        except OSError:
            raise USBError("No such device", -4, errno.ENODEV) from None

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == IN
        line = self._line(timeout)
        try:
            data = line.recv(len(buff))
        except TimeoutError:
            return 0  # an empty packet, as printers send them
        except OSError:
            data = b""
        if not data:
            raise USBError("No such device", -4, errno.ENODEV)
        buff[: len(data)] = type(buff)("B", data)
        return len(data)

    def _line(self, timeout_ms: int) -> socket.socket:
        assert self._socket is not None
        assert timeout_ms > 0, "0 is for ever"
        self._socket.settimeout(timeout_ms / 1000)
        return self._socket
