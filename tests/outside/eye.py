"""What a screen reader sees, told by lines: every `look` on stdin is answered by one line of JSON on stdout.

A program of its own, run by the system's Python, to which AT-SPI's bindings belong. An item is
`[role, name, description, [x, y, width, height], [states]]`, in pixels of the screen and in the order of the tree; what
is not showing is left out.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

STATES = {
    "enabled": Atspi.StateType.ENABLED,
    "focused": Atspi.StateType.FOCUSED,
    "checked": Atspi.StateType.CHECKED,
}
APPLICATION = "kiosk"


def walk(node):
    """The item and all below it; what vanishes meanwhile is left out."""
    try:
        states = node.get_state_set()
        if states.contains(Atspi.StateType.SHOWING):
            place = node.get_extents(Atspi.CoordType.SCREEN)
            box = [place.x, place.y, place.width, place.height]
            held = [name for name, state in STATES.items() if states.contains(state)]
            if place.width > 0 and place.height > 0:
                yield [node.get_role_name(), node.get_name(), node.get_description(), box, held]
        children = [node.get_child_at_index(number) for number in range(node.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child is not None:
            yield from walk(child)


def look():
    """All that the kiosk shows now; nothing before it has come to the bus."""
    while GLib.MainContext.default().iteration(False):
        pass  # programs that came and went since
    desktop = Atspi.get_desktop(0)
    programs = [desktop.get_child_at_index(number) for number in range(desktop.get_child_count())]
    return [item for one in programs if one is not None and one.get_name() == APPLICATION for item in walk(one)]


Atspi.init()
Atspi.set_timeout(2000, 10000)
# What was seen before may have changed: everything is asked anew.
Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)
print(json.dumps({"ready": bool(Atspi.get_desktop(0))}), flush=True)
for _ in sys.stdin:
    print(json.dumps(look(), ensure_ascii=False), flush=True)
