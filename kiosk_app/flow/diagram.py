"""Draws the flow from its own table: a Mermaid diagram and the full list of rows for docs/flow.md."""

from __future__ import annotations

import sys
from collections import defaultdict

from kiosk_app.flow.everywhere import ROWS as EVERYWHERE
from kiosk_app.flow.table import ROWS
from kiosk_app.model.basics import Overlay, Screen

_HEAD = """# The flow

Made by `make docs` from `kiosk_app/flow`; do not edit. Every pair of screen and event that is not listed changes nothing.
"""


def mermaid() -> str:
    """The screens and the events that lead from one to another, as a Mermaid state diagram."""
    arrows: dict[tuple[Screen, Screen], list[str]] = defaultdict(list)
    for item in ROWS:
        if item in EVERYWHERE:
            continue
        for screen in sorted(item.screens):
            for target in sorted(item.to):
                if target is not screen:
                    arrows[(screen, target)].append(item.event.__name__)
    lines = ["stateDiagram-v2", f"    [*] --> {Screen.HOME.value}"]
    lines += [
        f"    {a.value} --> {b.value}: {', '.join(sorted(set(names)))}" for (a, b), names in sorted(arrows.items())
    ]
    lines.append(f"    {Screen.GOODBYE.value} --> {Screen.HOME.value}: TimerFired(goodbye)")
    return "\n".join(lines)


def document() -> str:
    """docs/flow.md whole."""
    own = [item for item in ROWS if item not in EVERYWHERE]
    parts = [_HEAD, "```mermaid\n" + mermaid() + "\n```\n"]
    parts.append("## Rows of a screen\n\n| screen | event | may go to |\n|---|---|---|")
    for screen in Screen:
        for item in own:
            if screen in item.screens:
                targets = ", ".join(sorted(target.value for target in item.to if target is not screen)) or "stays"
                parts.append(f"| {screen.value} | {item.event.__name__} | {targets} |")
    parts.append("\n## Rows that hold on every screen\n\n| event | may go to |\n|---|---|")
    for item in EVERYWHERE:
        targets = ", ".join(sorted(target.value for target in item.to)) or "stays"
        parts.append(f"| {item.event.__name__} | {targets} |")
    overlays = ", ".join(f"`{item.value}`" for item in Overlay if item is not Overlay.NONE)
    parts.append(f"\nOverlays lie over a screen and leave it as it is: {overlays}.\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(document())
