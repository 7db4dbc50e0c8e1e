"""Codes in pictures as telephones take them: how many are read, and what is asked of the sets that are public."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from tests.bench.figures import median
from tests.bench.readers import OURS, PYZBAR, ZXING, Tally, look, share
from tests.codes.phones import SYMBOLOGIES, TROUBLES, phone_picture, phone_picture_without

# Of the public photographs of each symbology.
ASKED: Final = {"QRCode": 0.94, "Code128": 0.98, "PDF417": 0.84, "DataMatrix": 0.97}
_READERS: Final = (OURS, ZXING, PYZBAR)


@dataclass
class PhoneFigures:
    """What was measured: of each symbology, of each trouble, and the pictures in which something was imagined."""

    codes: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    troubles: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    readable: dict[str, list[float]] = field(default_factory=lambda: {OURS: [], ZXING: []})
    without: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_READERS, 0))
    without_count: int = 0


def measure(seeds: int, without: int) -> PhoneFigures:
    """`seeds` pictures of each symbology and trouble, and `without` pictures that hold no code."""
    found = PhoneFigures(without_count=without)
    for seed in range(1, seeds + 1):
        for symbology in SYMBOLOGIES:
            for trouble in TROUBLES:
                shot = phone_picture(symbology, trouble, seed)
                taken = {}
                for name, texts, ms, cpu_ms in look(shot, _READERS, seed):
                    taken[name] = shot.text in texts, cpu_ms
                    for tally in (found.codes[symbology][name], found.troubles[trouble][name]):
                        tally.add(texts, shot.text, ms, cpu_ms)
                if taken[ZXING][0]:
                    for name, values in found.readable.items():
                        values.append(taken[name][1])
    for seed in range(1, without + 1):
        for name, texts, _, _ in look(phone_picture_without(seed), _READERS, seed):
            found.without[name] += any(texts)
    return found


def tables(found: PhoneFigures) -> str:
    """What is printed and written into the page."""
    lines = [
        "Pictures as telephones take them (`tests/codes/phones.py`): 640 to 3000 pixels, any angle, labels round bottles,",
        "shadows, faded print, blots, dots for modules. They are still pictures, for which there is more time; the shares",
        "asked are those of public sets of photographs, which were not at hand. Exact, and wrong texts if there were any:",
        "",
        "| " + " | ".join(["", *SYMBOLOGIES]) + " |",
        "|---|" + "--:|" * len(SYMBOLOGIES),
    ]
    lines += [_row(name, [found.codes[symbology][name] for symbology in SYMBOLOGIES]) for name in _READERS]
    asked = [f"{100 * ASKED[symbology]:.0f} %" if symbology in ASKED else "–" for symbology in SYMBOLOGIES]
    lines += ["| asked | " + " | ".join(asked) + " |", "", "By what is worse than usual in the picture:", ""]
    lines += ["| " + " | ".join(["", *TROUBLES]) + " |", "|---|" + "--:|" * len(TROUBLES)]
    lines += [_row(name, [found.troubles[trouble][name] for trouble in TROUBLES]) for name in _READERS]
    ours = [tally for group in found.codes.values() for name, tally in group.items() if name == OURS]
    pictures, readable = sum(tally.pictures for tally in ours), len(found.readable[ZXING])
    longest, own = max(max(one.ms) for one in ours), max(max(one.cpu_ms) for one in ours)
    ratio = median(found.readable[OURS]) / median(found.readable[ZXING])
    seen = ", ".join(f"{name} {count}" for name, count in found.without.items())
    lines += [
        "",
        f"{pictures} pictures; the longest took {longest:.0f} ms, {own:.0f} ms of it on the processor.",
        f"Where zxing-cpp reads by itself ({readable}), the median processor time is {ratio:.2f} of zxing-cpp's.",
        f"Seen in {found.without_count} telephone's pictures without a code: {seen}.",
    ]
    return "\n".join(lines)


def _row(name: str, tallies: list[Tally]) -> str:
    said = [share(tally) + (f", {tally.wrong} wrong" if tally.wrong else "") for tally in tallies]
    return f"| {name} | " + " | ".join(said) + " |"
