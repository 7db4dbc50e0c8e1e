"""The portrait in DG2: out of its biometric data block (ISO 19794-5), as the picture file it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from drivers.card.emrtd import tlv
from drivers.errors import DeviceError

_JPEG: Final = b"\xff\xd8\xff"
_JP2: Final = bytes.fromhex("0000000C6A5020200D0A870A")
_CODESTREAM: Final = bytes.fromhex("FF4FFF51")
# Header 14, facial information 20, image information 12; each feature point 8 (ISO 19794-5:2005 5.1).
_FACIAL_HEADER: Final = 14
_FACIAL_INFORMATION: Final = 20
_IMAGE_INFORMATION: Final = 12
_FEATURE_POINT: Final = 8


@dataclass(frozen=True)
class Face:
    """A picture file and its media type."""

    media_type: str
    picture: bytes = field(repr=False)


def parse_dg2(data: bytes) -> Face:
    """The first portrait of the file. Raises DeviceError CRD-GARBLED."""
    try:
        block = _block(data)
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"DG2: {error}") from error
    face = _picture(_facial_record(block)) or _anywhere(block)
    if face is None:
        raise DeviceError("CRD-GARBLED", "DG2 holds no JPEG or JPEG 2000 picture")
    return face


def _block(data: bytes) -> bytes:
    """The biometric data block of the first template (9303-10 4.7.2)."""
    outer, _ = tlv.read_tlv(data)
    if outer.tag != 0x75:
        raise tlv.TlvError(f"begins with tag {outer.tag:X}")
    template = tlv.require(tlv.require(outer.value, 0x7F61), 0x7F60)
    for tag in (0x5F2E, 0x7F2E):
        block = tlv.find(template, tag)
        if block is not None:
            return block
    raise tlv.TlvError("no biometric data block")


def _facial_record(block: bytes) -> bytes:
    """The picture's bytes as the record's own lengths say, or nothing when the block is of another format."""
    if block[:4] != b"FAC\x00" or len(block) < _FACIAL_HEADER + _FACIAL_INFORMATION + _IMAGE_INFORMATION:
        return b""
    length = int.from_bytes(block[_FACIAL_HEADER : _FACIAL_HEADER + 4], "big")
    points = int.from_bytes(block[_FACIAL_HEADER + 4 : _FACIAL_HEADER + 6], "big")
    start = _FACIAL_HEADER + _FACIAL_INFORMATION + points * _FEATURE_POINT + _IMAGE_INFORMATION
    return block[start : _FACIAL_HEADER + length]


def _picture(content: bytes) -> Face | None:
    if content.startswith(_JPEG):
        return Face("image/jpeg", content)
    if content.startswith((_JP2, _CODESTREAM)):
        return Face("image/jp2", content)
    return None


def _anywhere(block: bytes) -> Face | None:
    """Records of a newer or a sloppy issuer: the picture is wherever its first bytes are."""
    starts = [place for mark in (_JPEG, _JP2, _CODESTREAM) if (place := block.find(mark)) >= 0]
    return _picture(block[min(starts) :]) if starts else None
