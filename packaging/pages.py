"""Writes the pages of docs/ that describe what the code declares: simulators, device settings, configuration keys.

python packaging/pages.py simulators|devices|configuration
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any, Final

from drivers import registry
from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.base import COMMON_FAULTS, Simulator
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.simulators.overhead_camera import OverheadCameraSimulator
from kiosk_app.config import Config
from kiosk_app.model.scanning import RESOLUTIONS, Colour, Sides
from kiosk_app.tables import Rule, Table, rule_of

MADE: Final = "Made by `make docs` from {source}; do not edit."

SIMULATORS: Final[tuple[tuple[str, str, type[Simulator]], ...]] = (
    ("card0", "Chip card: a virtual chip on pcscd's virtual reader", VirtualChip),
    ("scanner0", "Document scanner: an eSCL service behind libsane", EsclScanner),
    ("barcode0", "Barcode reader: a gun on a pseudo terminal", BarcodeGunSimulator),
    ("camera0", "Document camera: frames of a table, in profile `camera`", OverheadCameraSimulator),
    ("printer0", "Receipt printer: ESC/POS over TCP", EscposPrinterSimulator),
)

SIMULATORS_HEAD: Final = """# Simulators

A simulator is a device on its wire: the production driver talks to it as it talks to the real one. `kiosk run`,
`kiosk journey` and every command of the demo profile start the bench they need; `kiosk simulate [KIND...]` starts one
by hand.

| device | wire | who speaks to it |
|---|---|---|
| card0 | vpcd (TCP on loopback) into pcscd's virtual reader | `drivers/card/pcsc_slot.py` through pyscard |
| scanner0 | eSCL (HTTP on loopback) into libsane's airscan | `drivers/scanner/sane.py` through python-sane |
| barcode0 | a pseudo terminal | `drivers/barcode/serial.py` through pyserial |
| (tests) | a keyboard's events on a pseudo terminal: `drivers/simulators/wedge_gun.py` | `drivers/barcode/wedge.py` |
| barcode0 in profile `camera` | frames moved into a folder: `camera_frames.py` | `drivers/barcode/camera.py` by OpenCV |
| camera0 in profile `camera` | frames of a table: `overhead_camera.py` | `drivers/overhead/camera.py` by OpenCV |
| printer0 | ESC/POS (TCP on loopback) | `drivers/printer/escpos.py` |
| (tests) | IPP over HTTP on loopback: `ipp_printer.py`, and `ippeveprinter` of CUPS | `drivers/office/printer.py` |

Where pcscd or its virtual reader cannot be started, the card's driver takes the simulated chip on a loopback port itself
(`transport = "direct"`, development only); `kiosk devices` then shows `development-only-transport`. A configuration that
says so itself leaves the computer's one virtual reader to others: several kiosks then run beside each other.

Simulated devices are as fast as the computer. With `--realistic`, or `simulation.realistic`, they have the speed of real
ones: reading a card's chip takes about three seconds, the scanner brings 30 pages a minute, the printer 200 mm of paper a
second, and before the service lies a line on which a question and its answer take 40 ms (`drivers/simulators/line.py`).

## The dock

The hardware dock is where hands are: it lays the card, loads paper, tears the receipt off and breaks things. `kiosk
run --windowed` opens it as a window beside the kiosk; `kiosk journey` and `kiosk fault` use the same door: JSON lines
on loopback (`drivers/simulators/dock.py`), whose address stands in `bench/dock.json` of the data folder while a bench
runs.

```
{"op": "state"}                                                             -> {"devices": [...], ...}
{"op": "watch"}                                                             -> the same now and on each change
{"op": "act",   "device": "card0",    "action": "insert", "argument": null} -> {"ok": true}
{"op": "fault", "device": "printer0", "fault": "paper_out"}                 -> {"ok": true}
{"op": "fault", "device": "printer0", "fault": "clear", "argument": "slow"} -> {"ok": true}
{"op": "record", "do": "start"}                                             -> {"ok": true}
{"op": "record", "do": "stop"}                                              -> {"ok": true, "scenario": "..."}
{"op": "record", "do": "save", "name": "Paper out"}                         -> {"ok": true, "scenario": "...", "file": "..."}
```

Beside the devices a state has `recording` (whether it runs, since when, how many steps) and `scenarios` (those that
can be replayed, each with its file). What cannot be done is answered by `{"error": "..."}`, which names what there is
instead. Each device's `state` has `faults`, a list of those in effect with `name` and `argument`: the dock's buttons
are lit by it, whoever set them. A fault leaves the list when it is cleared, when hands have put it right, and when it
has had its moment (a jam that was freed, seconds that have passed). `clear` mends everything; with the name of a
fault only that one.

From the command line: `kiosk fault --list` shows what can be broken and what is; `kiosk fault printer0 paper_out`,
`kiosk fault scanner0 jam 2`, `kiosk fault printer0 clear`, `kiosk fault printer0 clear paper_out`.

## Scenarios: record and replay

![The dock while a bad day is recorded](screenshots/dock-broken-en.png)

A session of acts and faults can be written down and done again. The dock's bar at the bottom records, saves and
replays; so do `kiosk fault record trouble.toml` (until Ctrl-C, or `--seconds N`) and `kiosk fault replay trouble.toml
--speed 4`. Whatever goes through the dock is recorded, from its window, from the command line or from a script; what
a device refused is not.

`trouble.toml`:

```toml
name = "The roll ends, and a new one is put in"

[[step]]
at = 0.5                 # seconds from the beginning; left out: with the step before
device = "printer0"
fault = "paper_out_after"
argument = "40"

[[step]]
at = 31.25
device = "printer0"
act = "refill"
```

Exactly one of `act` and `fault` a step; the words are those of the tables below. `@card0.qr` as an argument is what
is read off the card that lies on the reader at that time: so a recording holds no data of the card's owner. Scenarios
that come with the kiosk are in `drivers/simulators/scenarios/`; those saved in the dock in `bench/scenarios` of the
data folder.

Replaying keeps the times, divided by `--speed`. A step waits for the answer to the one before for a second at most,
since a gun that hangs does not stop the hands beside it. A step that a device refuses ends the scenario with
SYS-SCENARIO and the step's number.

A journey's script plays one as a step (`ui/journey/script.py`), so that a recorded session is a test; paths are named
from the script:

```
[[step]]
scenario = "scenarios/trouble.toml"   # done before the next step; times divided by `speed`
speed = 10
[[step]]
scenario = "scenarios/trouble.toml"
beside = true                         # goes on beside the following steps ...
[[step]]
until = "scenario=over"               # ... until here; the journey never ends before it
```
"""

DEVICES_HEAD: Final = """# Device settings

Each device of the configuration names a driver; its `[devices.settings]` are those of the driver's `DriverInfo.settings`. A
key that the driver does not know disables the device with code SYS-NO-DRIVER and the key's name. `kiosk devices` lists the
drivers that are installed, those of vendors' packages among them ([how to write one](write-a-driver.md)).

A deadline is the longest silence of a verb: the host process that exceeds it is killed and started anew (SYS-DEADLINE). A
verb without one has 10 s.
"""

CONFIGURATION_HEAD: Final = """# Configuration keys

The site's own `kiosk.toml` in `config/` is laid over the file of the profile in `config/profiles/`, key by key; lists, such
as `devices`, replace the profile's. `profile = "production"` at the top of the file chooses the profile. A mistake ends
every command with exit code 2, naming file, key and expectation. An example stands in [operations.md](operations.md).
"""

# What each value of a paper's `scan` means; a value that is missing here ends `make docs`.
SCAN_MEANINGS: Final = {
    "colour": "what the scanner sees; the usual way, and what an archive's copy asks for",
    "grey": "scanned and kept in grey",
    "black-white": "scanned in grey, made black and white once the page is straight, coded as fax pages are (ITU-T T.6)",
    "one": "the front only; usual where `imaging.duplex` is false",
    "if-possible": "both sides where the scanner can, else the front",
    "both": "both sides; a scanner that cannot refuses with SCN-UNSUPPORTED. Usual where `imaging.duplex` is true",
}
SCAN_HEAD: Final = """## How each paper is scanned: the catalogue

A paper (an entry of `components`) in the catalogue's file may have an object `scan`; one of the procedure itself holds for
all of its papers that say nothing else. `kiosk procedures import` refuses what is not listed here, naming procedure and
paper.

```json
{"name_vi": "Bản vẽ", "name_en": "Drawing", "original": 1, "copies": 0, "required": true,
 "scan": {"colour": "grey", "dpi": 400, "sides": "both"}}
```

| key | value | meaning |
|---|---|---|"""
SCAN_TAIL: Final = """
Papers are scanned each in its own way when the citizen puts in one after the other. A whole stack, in which nobody
knows yet what is which, is scanned in the way that serves all papers of the procedure: in colour if one wants it, at
the highest resolution, on both sides if one wants it; each paper's file is then made of that as the paper says. A
written back of a paper that asks for one side is kept: nothing is dropped unseen. What the document camera takes is
kept in the paper's colour and with no more dots than it asks for. A scanner without a grey mode scans in colour. Page
files stay PDF/A-2b at true size whatever is chosen.
"""

# What the keys mean whose fields in kiosk_app/config.py have no description of their own.
MEANINGS: Final = {
    "kiosk.id": "the machine's name at the service; its certificate has the same",
    "kiosk.data_dir": "store, spool and logs; a relative folder lies under the application's root",
    "kiosk.language": "the language in which every session begins",
    "centre.name_vi": "the department, in Vietnamese",
    "centre.name_en": "the department, in English",
    "centre.agency_vi": "the agency above it, in Vietnamese",
    "centre.agency_en": "the agency above it, in English",
    "service.url": "root of the service, https://host:port",
    "service.ca": "PEM file of the authority that signed the service's certificate; no other is trusted",
    "service.certificate": "PEM file of this kiosk's client certificate; empty, as ca and key: that of `kiosk enrol`",
    "service.key": "PEM file of its private key, mode 0600",
    "service.outbox_max_dossiers": "so many unsent dossiers take the kiosk out of service",
    "service.outbox_max_age_hours": "an unsent dossier of this age takes the kiosk out of service",
    "service.upload_kilobytes_per_second": "what sending takes of the line at most; `0` is no limit",
    "imaging.scan_dpi": "resolution of scans, dots per inch, of papers for which the catalogue names none",
    "imaging.duplex": "scan both sides of each sheet, of papers for which the catalogue says nothing else",
    "imaging.workers": "processes that straighten and read pages",
    "imaging.recognise_text": "read the pages' text into the PDF",
    "security.device_key": "where the machine's secret lies; `auto`: where it lies already, else in the TPM, else in a file",
    "simulation.enabled": "start simulated devices and the reference service",
    "devices.id": "the device's name in logs, commands and the heartbeat",
    "devices.kind": "its port",
    "devices.driver": "name of the driver, as `kiosk devices` lists it",
    "devices.settings": "the driver's own, see [device-settings.md](device-settings.md); `{data}` is the data folder",
}


def simulators() -> str:
    """docs/simulators.md."""
    parts = [SIMULATORS_HEAD, MADE.format(source="the simulators' `actions` and `faults`") + "\n"]
    parts.append("## Faults that every device has\n\n" + _pairs("fault", "what it does", COMMON_FAULTS.items()))
    parts.append("N is the argument. A fault that a device does not know is refused.\n")
    for device, title, kind in SIMULATORS:
        own = ((name, text) for name, text in kind.faults.items() if COMMON_FAULTS.get(name) != text)
        parts.append(f"## {device}\n\n{title}.\n\n" + _pairs("action", "what a person does", kind.actions.items()))
        parts.append(_pairs("fault", "what breaks", own))
    return "\n".join(parts)


def devices() -> str:
    """docs/device-settings.md."""
    parts = [DEVICES_HEAD, MADE.format(source="the registered drivers") + "\n"]
    for item in registry.registered():
        if item.package != "kiosk":
            continue
        if item.info is None:
            raise SystemExit(f"driver {item.name} is unavailable here: {item.reason}")
        info = item.info
        parts.append(f"## {info.name} ({info.kind.value})\n\n" + _pairs("setting", "meaning", info.settings.items()))
        times = ", ".join(f"{verb} {seconds:g} s" for verb, seconds in info.deadlines_s.items())
        parts.append(f"Deadlines: {times}.\n")
    return "\n".join(parts)


def configuration() -> str:
    """docs/configuration.md."""
    parts = [CONFIGURATION_HEAD, MADE.format(source="`kiosk_app/config.py`") + "\n"]
    for name, kind in Config.types().items():
        part = _table(kind)
        if part is None:
            continue
        listed = typing.get_origin(kind) is tuple
        title = f"[[{name}]]" if listed else f"[{name}]"
        parts.append(f"## {title}\n\n{part.__doc__}\n\n| key | type | default | meaning |\n|---|---|---|---|")
        kinds = part.types()
        rows = (_key(name, item, kinds[item.name]) for item in dataclasses.fields(part))  # type: ignore[arg-type]
        parts.append("\n".join(rows) + "\n")
    return "\n".join([*parts, SCAN_HEAD, *_scan_rows(), SCAN_TAIL])


def _scan_rows() -> Iterable[str]:
    for key, values in (("colour", Colour), ("sides", Sides)):
        yield from (f"| `{key}` | `{value}` | {SCAN_MEANINGS[value]} |" for value in values)
    told = ", ".join(f"`{value}`" for value in RESOLUTIONS)
    yield f"| `dpi` | {told} | dots an inch, scanned and kept; not given: scanned at `imaging.scan_dpi`, kept at 200 |"


def _key(part: str, item: dataclasses.Field[Any], kind: Any) -> str:
    value = item.default_factory() if item.default_factory is not dataclasses.MISSING else item.default
    default = "required" if value is dataclasses.MISSING else f"`{json.dumps(value, ensure_ascii=False)}`"
    rule = rule_of(item)
    meaning = rule.meaning or MEANINGS.get(f"{part}.{item.name}")
    if not meaning:
        raise SystemExit(f"packaging/pages.py: no meaning for {part}.{item.name}")
    words = "; ".join([meaning, *_limits(rule)])
    return f"| `{item.name}` | {_type(kind)} | {default} | {words} |"


def _limits(rule: Rule) -> Iterable[str]:
    limits = {"at least": rule.at_least, "more than": rule.above, "at most": rule.at_most, "matches": rule.pattern}
    return (f"{word} `{value}`" for word, value in limits.items() if value not in (None, ""))


def _type(annotation: Any) -> str:
    if typing.get_origin(annotation) is typing.Literal:
        return " or ".join(f'`"{item}"`' for item in typing.get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, str) and annotation is not str:
        return " or ".join(f'`"{item}"`' for item in annotation)  # type: ignore[attr-defined]
    if typing.get_origin(annotation) is dict:
        return "table"
    if typing.get_origin(annotation) is tuple:
        return f"list of {_type(typing.get_args(annotation)[0])}"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}.get(annotation, str(annotation))


def _table(annotation: Any) -> type[Table] | None:
    for kind in (annotation, *typing.get_args(annotation)):
        if isinstance(kind, type) and not isinstance(kind, types.GenericAlias) and issubclass(kind, Table):
            return kind
    return None


def _pairs(left: str, right: str, rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join([f"| {left} | {right} |", "|---|---|", *(f"| `{a}` | {b} |" for a, b in rows), ""])


PAGES: Final[dict[str, Callable[[], str]]] = {
    "simulators": simulators,
    "devices": devices,
    "configuration": configuration,
}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
