"""Which versions run here: the kiosk's own, Python's, the system's, and those of the libraries devices depend on."""

from __future__ import annotations

from typing import Final

PACKAGES: Final = ("kiosk", "PySide6-Essentials", "pyscard", "python-sane", "pyserial", "python-escpos", "cryptography")


def versions() -> tuple[tuple[str, str], ...]:
    """Name and version, the kiosk first; what is not installed says so."""
    import platform  # as importlib.metadata, for a technician only

    found = [(name, _version(name)) for name in PACKAGES]
    return (found[0], ("python", platform.python_version()), ("system", platform.platform()), *found[1:])


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
