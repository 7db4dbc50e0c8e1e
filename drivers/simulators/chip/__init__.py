"""The virtual chip: an issuer of fictional ID cards, the chip's own program, and its wire to a virtual reader.

It shares no line with the reader's side (drivers/card/emrtd), so that a mistake in one cannot hide in the other.
"""

from drivers.simulators.chip.simulator import VirtualChip

__all__ = ["VirtualChip"]
