"""`make check-print`: every document, language, width and size of print, read back; the worst first. Exit 1 over a limit."""

from __future__ import annotations

import argparse
import sys
from itertools import product

from paper import Eye, codes_in, missing_rows, worn

from kiosk_app.receipts.drawing import lay, picture
from kiosk_app.receipts.marks import Fill
from kiosk_app.receipts.scale import WIDTHS
from kiosk_app.receipts.specimens import specimen
from kiosk_app.receipts.template import names

LIMIT = 0.005


def main() -> int:
    """Prints a line a document and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="*", help="all when none is named")
    parser.add_argument("--show", action="store_true", help="what was misread")
    asked = parser.parse_args()
    over, sums = 0, {"vi": [0, 0], "en": [0, 0]}
    with Eye() as eye:
        for name, language, dots, large in product(asked.documents or names(), sums, WIDTHS, (False, True)):
            document = specimen(name, language, large)
            found = eye.reading(document, dots)
            piece, png = lay(document, dots), picture(document, dots)
            coded = any(isinstance(mark, Fill) and mark.height == mark.width for mark in piece.marks)
            lost = coded and not all(len(codes_in(image)) == 1 for image in (worn(png), *missing_rows(png, piece)))
            sums[language][0] += found.errors
            sums[language][1] += found.letters
            bad = found.rate > LIMIT or lost
            over += bad
            print(
                f"{name:16} {language} {dots} {'large ' if large else 'normal'} {found.rate:7.2%} "
                f"({found.errors}/{found.letters}) {'code ' if coded and not lost else 'LOST ' if lost else '     '}"
                f"{'OVER' if bad else ''}",
                flush=True,
            )
            if asked.show and found.errors:
                for line in sorted(set(found.wanted) - set(found.got)):
                    print(f"    wanted {line}")
                for line in sorted(set(found.got) - set(found.wanted)):
                    print(f"    got    {line}")
    for language, (errors, letters) in sums.items():
        print(f"{language}: {errors} of {letters} letters misread, {errors / max(1, letters):.2%}")
    print(f"{over} over the limit of {LIMIT:.1%}")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
