"""What only the printer's test page has: a ruler, and bars that show a dead dot of the head."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.receipts.marks import Fill, Piece


@dataclass(frozen=True)
class Ruler:
    """Centimetres across the paper at 8 dots a millimetre: a worn platen shortens them."""

    def lay(self, width: int) -> Piece:
        """See Block."""
        marks = tuple(
            Fill(millimetre * 8, 0, 2, 41 if millimetre % 10 == 0 else 27 if millimetre % 5 == 0 else 15)
            for millimetre in range(width // 8 + 1)
            if millimetre * 8 + 2 <= width
        )
        return Piece(44, marks)


@dataclass(frozen=True)
class Heads:
    """A stair of thin bars that crosses every dot of the head: a dead one leaves a white gap; then stripes and black."""

    def lay(self, width: int) -> Piece:
        """See Block."""
        stair = [Fill(left, left * 48 // width, 1, 11) for left in range(width)]
        stripes = [Fill(left, 72, 2, 29) for left in range(0, width - 1, 4)]
        return Piece(150, (*stair, *stripes, Fill(0, 112, width, 33)))
