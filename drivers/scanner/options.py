"""SANE options: found by what they are called across makers, set, and read back, since a backend rounds in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from drivers.errors import DeviceError
from drivers.ports import ScanOptions, ScanSource

FEEDER_WORDS: Final = ("adf", "feeder")
FLATBED_WORDS: Final = ("flatbed", "platen", "normal")
COLOUR_WORDS: Final = ("color", "colour")
GREY_WORDS: Final = ("gray", "grey")


@dataclass(frozen=True)
class Taken:
    """The options as the scanner took them."""

    dpi: int
    mode: str
    source: str


def apply(device: Any, options: ScanOptions, source: ScanSource, area_mm: tuple[float, float]) -> Taken:
    """Sets source first, for it resets the others, then mode, resolution and area.

    Raises DeviceError SCN-UNSUPPORTED naming what the scanner cannot do or did not take.
    """
    wanted_source = _source_name(device, source, options.duplex)
    if wanted_source is not None:
        _set(device, "source", wanted_source)
    if "depth" in device.opt and device.opt["depth"].is_active():
        _set(device, "depth", 8)
    mode = _mode_name(device, options.colour)
    if mode is not None:
        _set(device, "mode", mode)
    if "resolution" in device.opt:
        device.resolution = nearest(device.opt["resolution"].constraint, options.dpi)
    _set_area(device, area_mm)
    dpi = round(float(device.resolution)) if "resolution" in device.opt else options.dpi
    return Taken(dpi, str(device.mode) if mode else "", str(device.source) if wanted_source else "")


def nearest(constraint: Any, dpi: int) -> float:
    """The resolution of the constraint (list, or lowest, highest, step) that gives at least `dpi`, else the highest."""
    if isinstance(constraint, list):
        return min((value for value in constraint if value >= dpi), default=max(constraint))  # type: ignore[no-any-return]
    if isinstance(constraint, tuple):
        return max(constraint[0], min(constraint[1], dpi))  # type: ignore[no-any-return]
    return dpi


def has_feeder(device: Any) -> bool:
    """Whether one of the sources takes a stack."""
    return bool(_matching(_sources(device), FEEDER_WORDS))


def has_flatbed(device: Any) -> bool:
    """Whether one of the sources is a glass; a device without sources has nothing else."""
    sources = _sources(device)
    return not sources or bool(_matching(sources, FLATBED_WORDS))


def page_sensor(device: Any) -> bool:
    """What the backend's paper sensor says; True without a sensor, since only scanning can tell."""
    option = device.opt.get("page_loaded")
    return bool(device.page_loaded) if option is not None and option.is_active() else True


def capabilities(device: Any) -> tuple[str, ...]:
    """Words for describe()."""
    found = [word for word, has in (("feeder", has_feeder(device)), ("flatbed", has_flatbed(device))) if has]
    if _duplex(_matching(_sources(device), FEEDER_WORDS)):
        found.append("duplex")
    if _mode_names(device, COLOUR_WORDS):
        found.append("colour")
    constraint = device.opt["resolution"].constraint if "resolution" in device.opt else None
    if constraint:
        joint = "," if isinstance(constraint, list) else "-"
        found.append(
            "dpi=" + joint.join(str(round(value)) for value in (constraint if joint == "," else constraint[:2]))
        )
    return tuple(found)


def _source_name(device: Any, source: ScanSource, duplex: bool) -> str | None:
    sources = _sources(device)
    if not sources:
        return None
    words = FEEDER_WORDS if source is ScanSource.FEEDER else FLATBED_WORDS
    found = _matching(sources, words)
    if source is ScanSource.FEEDER:
        both = _duplex(found)
        # Scanning one side of papers whose backs are wanted would lose pages in silence.
        found = both if duplex else [name for name in found if name not in both] or found
    if not found:
        raise DeviceError("SCN-UNSUPPORTED", f"source {source.value}{' duplex' if duplex else ''}")
    return found[0]


def _mode_name(device: Any, colour: bool) -> str | None:
    if "mode" not in device.opt:
        return None
    # Colour has all that grey has; grey is made of it later.
    found = [*([] if colour else _mode_names(device, GREY_WORDS)), *_mode_names(device, COLOUR_WORDS)]
    if not found:
        raise DeviceError("SCN-UNSUPPORTED", "mode colour" if colour else "mode grey")
    return found[0]


def _mode_names(device: Any, words: Sequence[str]) -> list[str]:
    option = device.opt.get("mode")
    return _matching(option.constraint or [], words) if option is not None else []


def _sources(device: Any) -> list[str]:
    option = device.opt.get("source")
    return list(option.constraint or []) if option is not None and option.is_active() else []


def _matching(names: Sequence[str], words: Sequence[str]) -> list[str]:
    return [name for name in names if any(word in name.lower() for word in words)]


def _duplex(names: Sequence[str]) -> list[str]:
    return [name for name in names if "duplex" in name.lower()]


def _set(device: Any, name: str, value: str | int) -> None:
    if getattr(device, name) != value:
        setattr(device, name, value)
    if getattr(device, name) != value:
        raise DeviceError("SCN-UNSUPPORTED", f"{name} {value}")


def _set_area(device: Any, area_mm: tuple[float, float]) -> None:
    """The whole bed, at most the configured area."""
    for low, high, limit in (("tl_x", "br_x", area_mm[0]), ("tl_y", "br_y", area_mm[1])):
        if low not in device.opt or high not in device.opt:
            continue
        setattr(device, low, 0.0)
        constraint = device.opt[high].constraint
        setattr(device, high, min(limit, constraint[1]) if isinstance(constraint, tuple) else limit)
