"""A kiosk in a process of its own, worked by lines of JSON: what a citizen does comes in, where the session stands goes out.

python tests/faults/served.py SITE.toml DATA

Each line on stdin is [verb, ...]: ["do", intent, payload], ["expire", timer] or ["see"]; the answer to each is one line of
what a passer-by could see. Nothing else of the test is in this process: whatever is found in it got there by
the devices.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from drivers import memory
from kiosk_app import config
from kiosk_app.log import set_up
from kiosk_app.runtime.kiosk import Kiosk
from ui.app import build


def seen(kiosk: Kiosk) -> dict[str, Any]:
    session = kiosk.session
    return {
        "screen": session.screen.value,
        "overlay": session.overlay.value,
        "card": session.card.stage.value,
        "step": session.card.step,
        "present": session.card.present,
        "shown": session.results != (),
        "portrait": session.identity is not None and len(session.identity.photo) > 0,
        "notice": session.notice,
        "devices": {status.kind.value: status.state.value for status in session.devices.values()},
    }


async def serve(kiosk: Kiosk) -> None:
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        verb, *words = json.loads(line)
        if verb == "do":
            kiosk.intent(words[0], words[1])
        elif verb == "expire":
            kiosk.runtime.expire(words[0])
        print(json.dumps(seen(kiosk)), flush=True)


def main() -> None:
    memory.keep_inside()  # as the command `kiosk` does
    data = Path(sys.argv[2])
    set_up(data / "logs" / "kiosk.log")
    kiosk = Kiosk(config.load("test", Path(sys.argv[1]), data))
    app = build(kiosk, windowed=True)
    app.run(serve(kiosk))
    if app.messages.warnings:
        sys.exit(f"Qt complained: {app.messages.warnings}")


if __name__ == "__main__":
    main()
