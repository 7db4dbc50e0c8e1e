"""The XML of eSCL as a scanner speaks it: capabilities, status and the settings of a job (Mopria eSCL 2.97)."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Final

PWG: Final = "http://www.pwg.org/schemas/2010/12/sm"
SCAN: Final = "http://schemas.hp.com/imaging/escl/2011/05/03"
VERSION: Final = "2.63"
UNITS_PER_INCH: Final = 300

ElementTree.register_namespace("pwg", PWG)
ElementTree.register_namespace("scan", SCAN)


@dataclass(frozen=True)
class Capabilities:
    """What the scanner tells of itself; bed sizes are in 1/300 inch."""

    make: str
    model: str
    serial: str
    uuid: str
    bed: tuple[int, int]
    resolutions: tuple[int, ...]
    formats: tuple[str, ...]
    duplex: bool
    feeder_capacity: int


@dataclass(frozen=True)
class JobSettings:
    """What a client asks for; the region is x, y, width, height in 1/300 inch."""

    feeder: bool
    duplex: bool
    dpi: int
    colour: bool
    region: tuple[int, int, int, int]
    media_type: str


@dataclass(frozen=True)
class JobStatus:
    """A line of the scanner's list of jobs."""

    uri: str
    uuid: str
    age_s: int
    completed: int
    to_transfer: int
    state: str
    reason: str


def capabilities_xml(caps: Capabilities) -> bytes:
    """ScannerCapabilities."""
    root = ElementTree.Element(f"{{{SCAN}}}ScannerCapabilities")
    _add(root, PWG, "Version", VERSION)
    _add(root, PWG, "MakeAndModel", f"{caps.make} {caps.model}")
    _add(root, PWG, "SerialNumber", caps.serial)
    _add(root, SCAN, "UUID", caps.uuid)
    platen = ElementTree.SubElement(root, f"{{{SCAN}}}Platen")
    _input_caps(platen, "PlatenInputCaps", caps)
    feeder = ElementTree.SubElement(root, f"{{{SCAN}}}Adf")
    _input_caps(feeder, "AdfSimplexInputCaps", caps)
    if caps.duplex:
        _input_caps(feeder, "AdfDuplexInputCaps", caps)
    _add(feeder, SCAN, "FeederCapacity", str(caps.feeder_capacity))
    options = ElementTree.SubElement(feeder, f"{{{SCAN}}}AdfOptions")
    for option in ("DetectPaperLoaded", *(("Duplex",) if caps.duplex else ())):
        _add(options, SCAN, "AdfOption", option)
    return _bytes(root)


def status_xml(state: str, adf_state: str, jobs: tuple[JobStatus, ...]) -> bytes:
    """ScannerStatus: state Idle, Processing or Stopped; ADF state as ScannerAdfLoaded, ScannerAdfEmpty, ScannerAdfJam ..."""
    root = ElementTree.Element(f"{{{SCAN}}}ScannerStatus")
    _add(root, PWG, "Version", VERSION)
    _add(root, PWG, "State", state)
    _add(root, SCAN, "AdfState", adf_state)
    listed = ElementTree.SubElement(root, f"{{{SCAN}}}Jobs")
    for job in jobs:
        info = ElementTree.SubElement(listed, f"{{{SCAN}}}JobInfo")
        _add(info, PWG, "JobUri", job.uri)
        _add(info, PWG, "JobUuid", job.uuid)
        _add(info, SCAN, "Age", str(job.age_s))
        _add(info, PWG, "ImagesCompleted", str(job.completed))
        _add(info, PWG, "ImagesToTransfer", str(job.to_transfer))
        _add(info, PWG, "JobState", job.state)
        reasons = ElementTree.SubElement(info, f"{{{PWG}}}JobStateReasons")
        _add(reasons, PWG, "JobStateReason", job.reason)
    return _bytes(root)


def read_settings(body: bytes, caps: Capabilities) -> JobSettings:
    """The settings of a POST to ScanJobs, missing ones as the scanner's defaults. Raises ValueError."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ValueError("no XML") from error
    found = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root.iter()}
    dpi = int(found.get("XResolution", "300"))
    media_type = found.get("DocumentFormatExt") or found.get("DocumentFormat") or caps.formats[0]
    width, height = caps.bed
    x, y = int(found.get("XOffset", "0")), int(found.get("YOffset", "0"))
    region = (x, y, int(found.get("Width", str(width))), int(found.get("Height", str(height))))
    if dpi not in caps.resolutions or media_type not in caps.formats:
        raise ValueError("a resolution or format that was not offered")
    if min(region) < 0 or x + region[2] > width or y + region[3] > height:
        raise ValueError("a region outside the bed")
    source = found.get("InputSource", "Platen")
    duplex = source == "Feeder" and found.get("Duplex", "false") in ("true", "1") and caps.duplex
    colour = found.get("ColorMode", "RGB24") == "RGB24"
    return JobSettings(source == "Feeder", duplex, dpi, colour, region, media_type)


def _input_caps(parent: ElementTree.Element, name: str, caps: Capabilities) -> None:
    node = ElementTree.SubElement(parent, f"{{{SCAN}}}{name}")
    width, height = caps.bed
    for key, value in (("MinWidth", 16), ("MaxWidth", width), ("MinHeight", 16), ("MaxHeight", height)):
        _add(node, SCAN, key, str(value))
    _add(node, SCAN, "MaxScanRegions", "1")
    profile = ElementTree.SubElement(
        ElementTree.SubElement(node, f"{{{SCAN}}}SettingProfiles"), f"{{{SCAN}}}SettingProfile"
    )
    modes = ElementTree.SubElement(profile, f"{{{SCAN}}}ColorModes")
    for mode in ("Grayscale8", "RGB24"):
        _add(modes, SCAN, "ColorMode", mode)
    formats = ElementTree.SubElement(profile, f"{{{SCAN}}}DocumentFormats")
    for media_type in caps.formats:
        _add(formats, PWG, "DocumentFormat", media_type)
        _add(formats, SCAN, "DocumentFormatExt", media_type)
    resolutions = ElementTree.SubElement(
        ElementTree.SubElement(profile, f"{{{SCAN}}}SupportedResolutions"), f"{{{SCAN}}}DiscreteResolutions"
    )
    for dpi in caps.resolutions:
        one = ElementTree.SubElement(resolutions, f"{{{SCAN}}}DiscreteResolution")
        _add(one, SCAN, "XResolution", str(dpi))
        _add(one, SCAN, "YResolution", str(dpi))


def _add(parent: ElementTree.Element, space: str, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{space}}}{name}").text = text


def _bytes(root: ElementTree.Element) -> bytes:
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body
