"""`kiosk scan` as a process beside a scanner on its wire, for tests that break one of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image, ImageDraw

from tests.drivers.scanner.rig import SimulatedScanner

ROOT: Final = Path(__file__).parents[2]
SHEETS: Final = 10
BARS: Final = 4
# Small sheets on a small bed: the stack is a matter of seconds, at any resolution.
SIZE: Final = (800, 1100)
CONFIGURATION: Final = """
[kiosk]
id = "scan-test"

[simulation]
enabled = false

[imaging]
scan_dpi = 200
workers = 1
recognise_text = false

[[devices]]
id = "scanner0"
kind = "scanner"
driver = "sane"
[devices.settings]
escl_url = "{address}"
"""


def draw_sheet(number: int) -> Image.Image:
    """A sheet with lines like writing and its number as bars in a frame of their own."""
    sheet = Image.new("RGB", SIZE, (250, 249, 246))
    pen = ImageDraw.Draw(sheet)
    for row in range(14):
        for word in range(9):
            pen.rectangle((70 + word * 74, 430 + row * 42, 130 + word * 74, 442 + row * 42), fill=(30, 30, 35))
    for bit in range(BARS):
        if number >> bit & 1:
            pen.rectangle((100 + bit * 160, 100, 200 + bit * 160, 360), fill=(20, 20, 20))
    return sheet


def numbers_in(file: Path) -> list[int]:
    """Which sheets the pages of a file show, by their bars."""
    found = []
    with pypdfium2.PdfDocument(file) as pdf:
        for page in pdf:
            picture = page.render(scale=1.5, grayscale=True).to_pil().convert("L").resize(SIZE)
            dark = [picture.getpixel((150 + bit * 160, 230)) < 128 for bit in range(BARS)]  # type: ignore[operator]
            found.append(sum(one << bit for bit, one in enumerate(dark)))
    return found


class Station:
    """A folder with ten numbered sheets, a site's configuration, and the command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out" / "stack.pdf"
        self.out.parent.mkdir()
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.site = folder / "kiosk.toml"
        self.site.write_text(CONFIGURATION.format(address="http://127.0.0.1:9/eSCL"), "utf-8")
        self.sheets = []
        for number in range(SHEETS):
            file = folder / f"sheet-{number}.png"
            draw_sheet(number).save(file)
            self.sheets.append(str(file))

    def scanner(self, **settings: Any) -> SimulatedScanner:
        """A scanner whose address the command finds in its configuration once `load` was called."""
        return SimulatedScanner(formats=("image/jpeg",), **settings)

    def load(self, simulated: SimulatedScanner, count: int = SHEETS) -> None:
        """Puts the first sheets into the feeder."""
        simulated.act("load", ",".join(self.sheets[:count]))
        self.connect(simulated)

    def connect(self, simulated: SimulatedScanner) -> None:
        """Writes the scanner's address into the configuration."""
        self.site.write_text(CONFIGURATION.format(address=simulated.device.address), "utf-8")

    def start(self, *words: str, background: bool = False) -> subprocess.Popen[str]:
        """The command under way, in a process group of its own, with a folder of its own for what is temporary.

        In the `background` it ignores SIGINT from its start, as a script's jobs do.
        """
        interrupts = signal.SIG_IGN if background else signal.SIG_DFL
        return subprocess.Popen(
            [sys.executable, "-c", "from kiosk_app.cli import main; main()", *self._options(), *words],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, interrupts),
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command from its start to its end."""
        return self.ended(self.start(*words))

    def scan(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`kiosk scan --json` from its start to its end."""
        return self.run("scan", "--out", str(self.out), "--json", *words)

    def ended(self, process: subprocess.Popen[str], timeout: float = 180.0) -> subprocess.CompletedProcess[str]:
        """What the command said; nothing of it runs on."""
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def left(self) -> list[str]:
        """What lies about that is not the file asked for."""
        about = [*self.temporary.iterdir(), *self.out.parent.iterdir()]
        return sorted(str(path.relative_to(self.folder)) for path in about if path != self.out)

    def _options(self) -> tuple[str, ...]:
        return "--profile", "test", "--config", str(self.site), "--data", str(self.folder / "data")
