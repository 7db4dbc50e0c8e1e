"""One visit by ear at a whole kiosk: `python -m tests.hearing.visit LANGUAGE DATA SITE`; prints what came of it as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from drivers.simulators.dock import DockClient
from drivers.simulators.replay import read_off
from kiosk_app.config import load
from kiosk_app.keypad import Act
from kiosk_app.log import set_up
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.speech import Line
from tests.hearing.listener import Heard, Listener, LostError
from tests.hearing.wishes import LANGUAGES, Hand
from ui.app import build
from ui.journey.thumb import Thumb
from ui.window import Site

LONGEST_S = 300.0
READY = ("card0", "scanner0", "barcode0", "printer0")


def visit(language: str, data: Path, site: Path) -> dict[str, Any]:
    """Plays it; what came of it, as the ministry's answer and the transcript tell."""
    config = load("demo", site, data)
    set_up(config.data_dir / "logs" / "kiosk.log")
    kiosk = Kiosk(config)
    app = build(kiosk, windowed=True, site=Site())
    lines: asyncio.Queue[Heard] = asyncio.Queue()
    result: dict[str, Any] = {"lost": "", "state": "", "receipt": ""}

    def told(line: Line) -> None:
        lines.put_nowait(Heard(line.text, line.language.value, line.why.value))

    def noted(session: Any) -> None:
        if session.submission.uuid:
            result["state"] = session.submission.stage.value
        if session.receipt.value != "none":
            result["receipt"] = session.receipt.value
        result["screen"] = session.screen.value

    async def play() -> None:
        assert kiosk.bench is not None
        dock = await DockClient.connect(kiosk.bench.dock)
        thumb = Thumb(app.window)
        while not all(
            kiosk.session.devices.get(name) and kiosk.session.devices[name].state == "ready" for name in READY
        ):
            await asyncio.sleep(0.05)

        async def press(key: str) -> None:
            await thumb.press(Act(key))

        async def do(hand: Hand) -> None:
            argument = await read_off(dock, hand.argument) if hand.argument else None
            await dock.act(hand.device, hand.act, argument)

        app.kiosk.guide.subscribe(told)
        kiosk.subscribe(noted)
        person = Listener(LANGUAGES[language], lines, press, do)
        # The headset goes in; in English the language is found by ear as well, before anything else.
        await thumb.press(Act.PLUGGED)
        try:
            if language == "en":
                await person.change_language("English")
            async with asyncio.timeout(LONGEST_S):
                await person.visit()
        except TimeoutError:
            result["lost"] = f"still there after {LONGEST_S:g} s"
        except LostError as error:
            result["lost"] = str(error)
        finally:
            result["keys"] = thumb.presses
            result["lines"] = [[one.kind, one.language, one.text] for one in person.told]
            await dock.close()

    app.run(play())
    result["qt"] = [str(item) for item in app.messages.warnings]
    return result


if __name__ == "__main__":
    print(json.dumps(visit(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])), ensure_ascii=False))
