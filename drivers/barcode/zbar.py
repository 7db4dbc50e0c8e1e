"""The zbar library asked for raw bytes: its own text guesses encodings and corrupts Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_void_p, cast, create_string_buffer, string_at
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyzbar import wrapper

_BINARY: Final = 4  # ZBAR_CFG_BINARY, of zbar 0.23 and later; pyzbar has no name for it
_GREY: Final = int.from_bytes(b"Y800", "little")
_ALL: Final = 0
_WANTED: Final = {
    wrapper.ZBarSymbol.QRCODE: "QRCode",
    wrapper.ZBarSymbol.CODE128: "Code128",
}


def scan(grey: NDArray[np.uint8]) -> list[tuple[bytes, str]]:
    """Raw bytes and symbology of each code in a grey picture; nothing when this zbar cannot give raw bytes."""
    scanner = wrapper.zbar_image_scanner_create()
    image = wrapper.zbar_image_create()
    try:
        wrapper.zbar_image_scanner_set_config(scanner, _ALL, wrapper.ZBarConfig.CFG_ENABLE, 0)
        for symbol in _WANTED:
            wrapper.zbar_image_scanner_set_config(scanner, symbol, wrapper.ZBarConfig.CFG_ENABLE, 1)
        if wrapper.zbar_image_scanner_set_config(scanner, wrapper.ZBarSymbol.QRCODE, _BINARY, 1) != 0:
            return []
        height, width = grey.shape
        pixels = create_string_buffer(grey.tobytes(), grey.size)
        wrapper.zbar_image_set_format(image, _GREY)
        wrapper.zbar_image_set_size(image, width, height)
        wrapper.zbar_image_set_data(image, cast(pixels, c_void_p), grey.size, None)
        if wrapper.zbar_scan_image(scanner, image) <= 0:
            return []
        return list(_symbols(image))
    finally:
        wrapper.zbar_image_destroy(image)
        wrapper.zbar_image_scanner_destroy(scanner)


def _symbols(image: Any) -> Iterator[tuple[bytes, str]]:
    symbol = wrapper.zbar_image_first_symbol(image)
    while symbol:
        name = _WANTED.get(symbol.contents.type)
        if name:
            length = wrapper.zbar_symbol_get_data_length(symbol)
            yield string_at(wrapper.zbar_symbol_get_data(symbol), length), name
        symbol = wrapper.zbar_symbol_next(symbol)
