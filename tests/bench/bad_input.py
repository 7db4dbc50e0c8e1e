"""`make bench-bad-input`: what `kiosk digitise` says of each bad file, after how long, and with how much memory."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pikepdf
from PIL import Image

from tests.bench import report
from tests.bench.surroundings import ROOT, machine
from tests.bench.traces_of_life import below

sys.path.insert(0, str(ROOT / "tests" / "kiosk_app" / "imaging"))

from test_imaging_input import BAD, FAIR, flag, pdf_of, saved

LIMIT_S: Final = 2.0
PATIENCE_S: Final = 600.0
PAGE: Final = float(os.sysconf("SC_PAGE_SIZE")) / 1e6
INTRODUCTION: Final = """## Bad files

Written by `make bench-bad-input`. `kiosk digitise FILE --no-ocr --json` as a whole command, its start and its worker's
included: what it said, seconds by the clock and of the processor (command and workers), and the most memory that one of its
processes held, looked at a hundred times a second. Asked: a code and words within 2 s, nothing hangs. A fair page in
an odd form is taken, in as many seconds as its pages need. The clock also counts what else ran on the machine."""


@dataclass(frozen=True)
class Row:
    """What became of one file. `said` is a code, `usage` for wrong usage, or how many pages were taken."""

    name: str
    said: str
    seconds: float
    cpu_s: float
    peak_mb: float

    @property
    def refused(self) -> bool:
        """Whether it was told to be no page; only that has to be quick."""
        return not self.said.startswith("taken")


def picture_bomb_pdf(folder: Path) -> bytes:
    """A page with a picture of 30,000 x 30,000 dots, 2.7 GB when unpacked, in a file of some megabytes."""
    squeeze = zlib.compressobj(9)
    row = bytes(30_000 * 3 * 100)
    data = b"".join(squeeze.compress(row) for _ in range(300)) + squeeze.flush()
    pdf_of(folder / "bomb-base.pdf", (flag(), 4, 5))
    with pikepdf.open(folder / "bomb-base.pdf") as pdf:
        picture = pikepdf.Stream(pdf, data)
        picture.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=30_000,
            Height=30_000,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.FlateDecode,
        )
        pdf.pages[0].Resources.XObject.Im = pdf.make_indirect(picture)
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return out.getvalue()


def changed_pdf(folder: Path, change: Callable[[pikepdf.Pdf], None], pages: int = 1) -> bytes:
    """A PDF of typed pages with something more in it."""
    pdf_of(folder / "base.pdf", *[(None, 4.0, 5.6)] * pages)
    with pikepdf.open(folder / "base.pdf") as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _script(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="while (true) { app.alert('x'); }")
    pdf.Root.OpenAction = pdf.make_indirect(action)


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["notes.txt"] = bytes(5_000_000)


def _no_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]


def real_bomb_png() -> bytes:
    """30,000 x 30,000 dots that are really there: 112 MB of bits in some kilobytes."""
    return saved(Image.new("1", (30_000, 30_000), 1), "PNG")


CASES: Final[dict[str, Callable[[Path], bytes]]] = {
    **{name: made for name, (_, made) in BAD.items()},
    "real-bomb.png": lambda _: real_bomb_png(),
    "real-bomb.tif": lambda _: saved(Image.new("1", (30_000, 30_000), 1), "TIFF", compression="group4"),
    "picture-bomb.pdf": picture_bomb_pdf,
    "text.jpg": lambda _: "Đây không phải là ảnh.\n".encode() * 400,
    "no-pages.pdf": lambda folder: changed_pdf(folder, _no_pages),
    "1001-pages.pdf": lambda folder: changed_pdf(folder, lambda _: None, 1001),
    "script.pdf": lambda folder: changed_pdf(folder, _script),
    "attachment.pdf": lambda folder: changed_pdf(folder, _attachment),
    "500-pages.pdf": lambda folder: changed_pdf(folder, lambda _: None, 500),
    **{f"fair: {name}": (lambda _, made=made: made()) for name, made in FAIR.items()},  # type: ignore[misc]
    "fair: one bit": lambda _: saved(flag().convert("1"), "PNG"),
    "fair: turned by EXIF": lambda _: saved(flag(), "JPEG", exif=_turned()),
}


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def measured(name: str, given: str, out: Path) -> Row:
    """Runs the command on one file."""
    command = [sys.executable, "-c", "from kiosk_app.cli import main; main()", "digitise", given]
    before, began = os.times(), time.monotonic()
    process = subprocess.Popen(
        [*command, "--no-ocr", "--json", "--out", str(out)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = [0.0]
    watch = threading.Thread(target=_watch, args=(process, peak))
    watch.start()
    try:
        stdout, _ = process.communicate(timeout=PATIENCE_S)
        said = _said(process.returncode, stdout)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate()
        said = "hangs"
    seconds, after = time.monotonic() - began, os.times()
    watch.join()
    out.unlink(missing_ok=True)
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Row(name, said, seconds, cpu_s, peak[0])


def _said(code: int, stdout: str) -> str:
    if code == 2:
        return "usage"
    told = json.loads(stdout)
    return str(told["error"]) if code else f"taken, {told['pages_in']} pages"


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    while process.poll() is None:
        with contextlib.suppress(OSError):  # it ended meanwhile
            for pid in (process.pid, *below(process.pid)):
                peak[0] = max(peak[0], _held(pid))
        time.sleep(0.01)


def _held(pid: int) -> float:
    """MB that a process has in memory, nothing of one that has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0.0


def page(rows: list[Row]) -> str:
    """The part of docs/benchmarks.md."""
    refused = [row for row in rows if row.refused]
    hung = [row.name for row in rows if row.said == "hangs"]
    busy = [row.name for row in refused if row.cpu_s > LIMIT_S]
    late = [row.name for row in refused if row.seconds > LIMIT_S]
    verdict = (
        f"Hanging: {', '.join(hung) or 'none'}. Refused after more than 2 s of the processor: {', '.join(busy) or 'none'}; "
        f"by the clock: {', '.join(late) or 'none'}."
    )
    lines = "\n".join(
        f"| {row.name} | {row.said} | {row.seconds:.2f} | {row.cpu_s:.2f} | {row.peak_mb:.0f} |" for row in rows
    )
    head = "| file | said | seconds | processor s | MB |\n|---|---|--:|--:|--:|"
    return f"{INTRODUCTION}\n\n{verdict}\n\n{head}\n{lines}\n\n{report.measured_on(machine())}"


def main() -> int:
    """All files, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the page into which the part is written")
    parser.add_argument("--only", help="files whose names hold this")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="kiosk-bad-") as name:
        folder = Path(name)
        given: list[tuple[str, str]] = [
            ("a folder", name),
            ("/dev/zero", "/dev/zero"),
            ("a pipe", str(folder / "pipe")),
        ]
        os.mkfifo(folder / "pipe")
        for case, make in CASES.items():
            if arguments.only is None or arguments.only in case:
                file = folder / case.replace(": ", "-").replace(" ", "-")
                file.write_bytes(make(folder))
                given.append((case, str(file)))
        for case, path in given:
            rows.append(measured(case, path, folder / "out.pdf"))
            row = rows[-1]
            print(
                f"{case:28} {row.said:18} {row.seconds:6.2f} s {row.cpu_s:6.2f} s cpu {row.peak_mb:6.0f} MB", flush=True
            )
    if arguments.out is not None:
        report.put(arguments.out, "badfiles", page(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
