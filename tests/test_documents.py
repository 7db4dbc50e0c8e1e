"""Promises of the documents: generated pages are current, examples run, paths and links exist, nothing foreign slips in."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend import settings as backend_settings
from backend.procedures import load as load_procedures
from backend.working_days import load_entries
from drivers import registry
from drivers.ports import DeviceKind, DeviceState
from drivers.simulators.scenario import read as read_scenario
from drivers.supervisor import DeviceConfig, Supervisor
from kiosk_app import config

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {
    "docs/flow.md": ("-m", "kiosk_app.flow.diagram"),
    "docs/errors.md": ("-m", "drivers.errors"),
    "docs/simulators.md": ("packaging/pages.py", "simulators"),
    "docs/device-settings.md": ("packaging/pages.py", "devices"),
    "docs/configuration.md": ("packaging/pages.py", "configuration"),
    "docs/documents.md": ("packaging/documents.py",),
}
BLOCK = re.compile(
    r"(?:^`(?P<name>[\w./-]+)`:\n\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
# Folders at whose beginning a word in backticks is taken for a path of this repository.
TOPS = ("kiosk_app", "drivers", "ui", "backend", "assets", "config", "packaging", "tests", "docs", ".ci")
# Files and folders that exist only on a configured or running machine.
SITE_FILES = ("config/kiosk.toml",)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document; `name` is the file that it shows, if it says so."""

    document: str
    name: str
    language: str
    text: str


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def documents() -> list[Path]:
    written = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "THIRD-PARTY.md")]
    return [*written, *sorted((ROOT / "docs").glob("*.md"))]


def blocks() -> Iterator[Block]:
    for file in documents():
        for found in BLOCK.finditer(file.read_text("utf-8")):
            yield Block(file.name, found["name"] or "", found["language"], found["text"])


def made_by(command: tuple[str, ...]) -> str:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("page", GENERATED)
def test_a_generated_page_is_what_make_docs_would_write_now(page: str) -> None:
    assert (ROOT / page).read_text("utf-8") == made_by(GENERATED[page]), f"{page} is old: run make docs"


def test_the_third_party_list_has_every_installed_work_and_no_other() -> None:
    def names(text: str) -> list[str]:
        return re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)

    assert names((ROOT / "THIRD-PARTY.md").read_text("utf-8")) == names(made_by(("packaging/third_party.py",)))


def test_no_third_party_work_is_agpl_or_one_that_this_project_must_not_ship() -> None:
    rows = [line.split("|")[1:4] for line in (ROOT / "THIRD-PARTY.md").read_text("utf-8").splitlines() if "|" in line]
    assert len(rows) > 100
    licences = [row[2].strip().upper() for row in rows]
    assert not [licence for licence in licences if "AGPL" in licence or "AFFERO" in licence]
    names = {row[0].strip().lower() for row in rows}
    # opencv-python bundles Qt 5; the add-ons of Qt for Python hold QtVirtualKeyboard, which is GPL or commercial.
    assert not names & {"opencv-python", "opencv-contrib-python", "pyside6", "pyside6_addons", "pyside6-addons"}
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    assert not {item["name"] for item in lock["package"]} & {"opencv-python", "opencv-contrib-python", "pyside6-addons"}


def test_no_screen_uses_the_virtual_keyboard_of_qt() -> None:
    sources = [file for file in tracked() if file.suffix in {".qml", ".py"} and file != Path(__file__)]
    users = [file for file in sources if re.search(r"import \S*VirtualKeyboard", file.read_text("utf-8"))]
    assert users == []


def test_every_path_that_a_document_names_exists() -> None:
    missing = []
    for file in documents():
        text = BLOCK.sub("", file.read_text("utf-8"))
        for word in re.findall(r"`([^`\s]+)`", text):
            top = word.split("/")[0]
            looks_like_path = top in TOPS and "/" in word
            if not looks_like_path or word.startswith(SITE_FILES) or re.search(r"[*{<$]|[A-Z]{4,}", word):
                continue
            if not (ROOT / word).exists():
                missing.append(f"{file.name}: {word}")
    assert missing == []


def test_every_relative_link_of_a_document_leads_somewhere() -> None:
    broken = []
    for file in [item for item in tracked() if item.suffix == ".md"]:
        for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", file.read_text("utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            place = (file.parent / path).resolve() if path else file
            if not place.exists() or (anchor and anchor not in anchors(place)):
                broken.append(f"{file.relative_to(ROOT)}: {target}")
    assert broken == []


def anchors(file: Path) -> set[str]:
    """The names that a reader's links find: headings in lower case, without signs, with hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", file.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_devices_library_is_imported_in_its_own_package_only() -> None:
    rooms: dict[str, set[str]] = {
        "smartcard": set(),
        "sane": set(),
        "escpos": set(),
        "serial": set(),
        "tpm2_pytss": set(),
    }
    for file in (item for item in tracked() if item.suffix == ".py" and item.relative_to(ROOT).parts[0] != "tests"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
            for name in {name.split(".")[0] for name in names} & set(rooms):
                rooms[name].add(str(file.relative_to(ROOT).parent))
    assert rooms == {
        "smartcard": {"drivers/card"},
        "sane": {"drivers/scanner"},
        "escpos": {"drivers/printer"},
        "tpm2_pytss": {"kiosk_app/submission"},
        "serial": {"drivers/barcode"},
    }


def test_every_command_that_a_document_shows_exists() -> None:
    def shown(name: str) -> set[str]:
        text = "\n".join(file.read_text("utf-8") for file in documents())
        return set(re.findall(rf"(?:`|^|\| )(?:\.venv/bin/)?{name} ([a-z][a-z-]+)", text, re.MULTILINE))

    def known(name: str) -> set[str]:
        from typer.main import get_command

        from backend.cli import app as backend
        from kiosk_app.cli import app as kiosk

        command: Any = get_command({"kiosk": kiosk, "kiosk-backend": backend}[name])
        return set(command.commands)

    assert len(shown("kiosk")) > 10
    assert shown("kiosk") - known("kiosk") == set()
    assert known("kiosk") - shown("kiosk") == set()
    assert shown("kiosk-backend") - known("kiosk-backend") == set()


def test_every_make_target_that_a_document_shows_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = "\n".join(file.read_text("utf-8") for file in documents())
    assert set(re.findall(r"`make ([a-z-]+)`", text)) - targets == set()


def test_every_toml_example_of_the_documents_loads(tmp_path: Path) -> None:
    loaded = 0
    for block in blocks():
        if block.language != "toml":
            continue
        name = Path(block.name).name
        file = tmp_path / name
        file.write_text(block.text, "utf-8")
        if name == "kiosk.toml":
            assert config.load(file=file).device_configs(), block.document
        elif name == "backend.toml":
            assert backend_settings.load(tmp_path) != backend_settings.Settings(), block.document
        elif name == "calendar.toml":
            assert load_entries(file), block.document
        elif name == "trouble.toml":
            assert read_scenario(file).steps, block.document
        elif name == "procedures.toml":
            assert load_procedures(tmp_path), block.document
        else:
            assert name == "pyproject.toml", f"{block.document}: an example without a file's name: {block.text[:40]}"
            assert tomllib.loads(block.text)["project"]
        loaded += 1
    assert loaded >= 4


def test_every_device_setting_of_an_example_is_known_to_its_driver(tmp_path: Path) -> None:
    for number, block in enumerate(item for item in blocks() if Path(item.name).name == "kiosk.toml"):
        file = tmp_path / f"{number}.toml"
        file.write_text(block.text, "utf-8")
        for device in config.load(file=file).device_configs():
            if device.driver.startswith("acme-"):
                continue
            info = registry.load(device.driver)
            assert info.kind is device.kind
            info.create(dict(device.settings))


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's package as an installer leaves it: its module and its entry points."""
    files = {item.name: item.text for item in blocks() if item.document == "write-a-driver.md" and item.name}
    site = tmp_path / "site"
    about = site / "acme_kiosk_driver-1.0.0.dist-info"
    about.mkdir(parents=True)
    (site / "acme_kiosk_driver.py").write_text(files["acme_kiosk_driver.py"], "utf-8")
    project = tomllib.loads(files["pyproject.toml"])["project"]
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["kiosk.drivers"].items()
    lines = ["[kiosk.drivers]", *(f"{name} = {value}" for name, value in points)]
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n")
    (tmp_path / "kiosk.toml").write_text(files["config/kiosk.toml"], "utf-8")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH")))))
    yield tmp_path
    sys.modules.pop("acme_kiosk_driver", None)


class Line:
    """The terminal server of the example: one listener after another on the same port."""

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None
        self._peers: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for peer in self._peers:
            peer.close()
        self._peers.clear()

    async def send(self, data: bytes) -> None:
        # The driver is connected, and says so, before this side has taken the connection up.
        await until(lambda: self._peers)
        for peer in self._peers:
            peer.write(data)
            await peer.drain()

    async def _joined(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._peers.append(writer)


async def until(holds: Any, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("vendor")
def test_the_worked_driver_reads_codes_and_survives_a_lost_line() -> None:
    seen: list[dict[str, Any]] = []

    async def play() -> None:
        line = Line()
        await line.start()
        device = DeviceConfig("barcode0", DeviceKind.BARCODE, "acme-tcp-barcode", {"address": f"127.0.0.1:{line.port}"})
        supervisor = Supervisor(
            (device,), lambda _, event, data: seen.append(data) if event == "code" else None, lambda *_, **__: None
        )
        client = supervisor.clients["barcode0"]
        await supervisor.start()
        try:
            await until(lambda: client.health.state is DeviceState.READY)
            assert client.description.vendor == "Acme"
            await line.send(b"G09.20-20260609-00")
            await line.send("92637\r\nGiấy tờ\r".encode())
            await until(lambda: len(seen) == 2)
            await line.stop()
            await until(lambda: client.health.state is DeviceState.ABSENT)
            assert client.health.code == "BAR-ABSENT"
            await line.start()
            await until(lambda: client.health.state is DeviceState.READY)
            await line.send(b"again\n")
            await until(lambda: len(seen) == 3)
            assert client.restarts == 0
        finally:
            await supervisor.stop()
            await line.stop()

    asyncio.run(play())
    assert [item["text"] for item in seen] == ["G09.20-20260609-0092637", "Giấy tờ", "again"]
    assert bytes.fromhex(seen[1]["bytes_hex"]).decode() == "Giấy tờ"


def test_the_worked_driver_is_listed_and_its_bad_settings_are_named(vendor: Path) -> None:
    driver = next(item for item in registry.registered() if item.name == "acme-tcp-barcode")
    assert driver.package == "acme-kiosk-driver"
    assert driver.info is not None
    with pytest.raises(ValueError, match="baud: unknown setting"):
        driver.info.create({"address": "127.0.0.1:1", "baud": 9600})
    with pytest.raises(ValueError, match="address"):
        driver.info.create({"address": "nowhere"})
    kiosk = str(Path(sys.executable).parent / "kiosk")
    command = [kiosk, "--config", str(vendor / "kiosk.toml"), "--data", str(vendor / "data"), "devices", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    report = json.loads(done.stdout)
    assert [item["id"] for item in report["devices"]] == ["barcode0"]
    assert report["devices"][0]["code"] == "BAR-ABSENT"


def test_no_tracked_text_names_an_absolute_path_of_a_workplace() -> None:
    foreign = re.compile(r"(?<![\w.~-])/(?:work|home|root|Users)/[\w.-]")
    found = []
    for file in tracked():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {hit.group()}" for hit in foreign.finditer(text)]
    assert found == []


def test_packages_are_locked_to_the_public_registry_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)/", (ROOT / "uv.lock").read_text("utf-8")))
    assert hosts <= {"pypi.org", "files.pythonhosted.org"}


def test_the_licence_is_whole_and_the_changelog_tells_this_version() -> None:
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
