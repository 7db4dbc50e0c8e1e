"""`python -m ui.dock`: the hardware dock beside the kiosk, for a person who has no such hardware."""

from __future__ import annotations

import argparse
import sys

from ui.dock.window import Geometry, run
from ui.dock.words import LANGUAGES


def _geometry(text: str) -> Geometry:
    try:
        return Geometry.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def main() -> int:
    """Shows the window until it is closed."""
    parser = argparse.ArgumentParser(prog="python -m ui.dock", description=__doc__)
    parser.add_argument("--address", required=True, help="host:port of the dock, as the bench's ready line tells it")
    parser.add_argument("--language", choices=LANGUAGES, default="vi")
    parser.add_argument("--geometry", type=_geometry, help="WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y")
    options = parser.parse_args()
    run(options.address, options.language, options.geometry)
    return 0


if __name__ == "__main__":
    sys.exit(main())
