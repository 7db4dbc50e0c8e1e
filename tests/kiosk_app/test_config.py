"""The configuration: profiles load, a site lies over them, and every mistake names file, key and expectation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from drivers import registry
from drivers.ports import DeviceKind
from kiosk_app import config, paths
from kiosk_app.config import PROFILES, ConfigError

ROOT = paths.root()
DEVICE = '[[devices]]\nid = "card0"\nkind = "card"\ndriver = "pcsc"\n'


def site(folder: Path, text: str | bytes) -> Path:
    file = folder / "kiosk.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def mistake(file: Path | None, profile: str | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        config.load(profile, file)
    return str(caught.value)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_loads_and_names_drivers_that_are_installed_and_know_their_settings(profile: str) -> None:
    loaded = config.load(profile)
    assert loaded.profile == profile
    # The A4 printer and the document camera are choices of the site.
    choices = {DeviceKind.OFFICE} if profile == "camera" else {DeviceKind.OFFICE, DeviceKind.CAMERA}
    assert {item.kind for item in loaded.devices} == set(DeviceKind) - choices
    for item in loaded.device_configs():
        info = registry.load(item.driver)
        assert info.kind is item.kind
        assert set(item.settings) <= set(info.settings)


def test_production_starts_no_simulator_and_demo_and_test_do() -> None:
    simulated = {name: config.load(name).simulation.enabled for name in config.PROFILES}
    assert simulated == {"demo": True, "camera": True, "production": False, "test": True}
    assert config.load("production").security.device_key == "auto"


def test_a_site_lies_over_its_profile_key_by_key(tmp_path: Path) -> None:
    file = site(
        tmp_path,
        'profile = "production"\n[kiosk]\nid = "centre-7"\nshort = "C07"\n[service]\nurl = "https://service.example"\n',
    )
    loaded = config.load(None, file)
    assert (loaded.profile, loaded.kiosk.id, loaded.kiosk.short) == ("production", "centre-7", "C07")
    assert loaded.kiosk.data_dir == "/var/lib/kiosk"
    assert loaded.service.url == "https://service.example"
    assert len(loaded.devices) == 4
    assert config.load("test", file).profile == "test"


def test_a_sites_devices_replace_the_profiles(tmp_path: Path) -> None:
    file = site(tmp_path, DEVICE + '[devices.settings]\nreader = "A"\nnumber = 3\nlevel = 0.5\nfast = true\n')
    (device,) = config.load("demo", file).device_configs()
    assert device.settings == {"reader": "A", "number": 3, "level": 0.5, "fast": True}
    assert device.settings["fast"] is True


def test_the_data_folder_may_be_given_and_a_relative_one_lies_under_the_application(tmp_path: Path) -> None:
    assert config.load("test").data_dir == ROOT / "var" / "test"
    assert config.load("test", data_dir=tmp_path / "x").data_dir == tmp_path / "x"


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_learnt_of_chips_is_kept_in_the_data_folder(profile: str, tmp_path: Path) -> None:
    configs = config.load(profile, data_dir=tmp_path).device_configs()
    (card,) = (item for item in configs if item.kind is DeviceKind.CARD)
    assert card.settings["cache_file"] == str(tmp_path / "devices" / "chips.json")


def test_time_is_the_centres() -> None:
    assert config.load("test").now().utcoffset() == timedelta(hours=7)


def test_a_configuration_is_not_changed_in_place() -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        config.load("test").kiosk.id = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("toml", "key", "expected"),
    [
        (
            '[kiosk]\nid = "k-1"\ncolour = "red"\n',
            "kiosk.colour",
            "unknown key; expected one of card_reader, data_dir, help_place_en, help_place_vi, id",
        ),
        ("colours = 1\n", "colours", "unknown key; expected one of centre, devices"),
        ("[kiosk]\nid = 5\n", "kiosk.id", "expected a valid string"),
        ('[kiosk]\nid = "Kiosk 1"\n', "kiosk.id", "pattern"),
        ("kiosk = 3\n", "kiosk", "expected"),
        ('[kiosk]\nlanguage = "fr"\n', "kiosk.language", "'vi' or 'en'"),
        ('[kiosk]\ntimezone = "Hanoi"\n', "kiosk.timezone", "Asia/Ho_Chi_Minh"),
        ("[imaging]\nscan_dpi = 100\n", "imaging.scan_dpi", "greater than or equal to 200"),
        ('[imaging]\nscan_dpi = "fine"\n', "imaging.scan_dpi", "expected a valid integer"),
        ("[service]\noutbox_max_age_hours = 0\n", "service.outbox_max_age_hours", "greater than 0"),
        ('[security]\ndevice_key = "paper"\n', "security.device_key", "'auto', 'tpm', 'systemd-creds' or 'file'"),
        ('[[devices]]\nid = "card0"\nkind = "fax"\ndriver = "pcsc"\n', "devices.0.kind", "'card'"),
        ('[[devices]]\nid = "card0"\nkind = "card"\n', "devices.0.driver", "required"),
        (DEVICE + "port = 3\n", "devices.0.port", "unknown key; expected one of driver, id, kind, settings"),
        (DEVICE + "[devices.settings]\nreader = [1, 2]\n", "devices.0.settings", "reader: expected text, a number"),
        (DEVICE + DEVICE, "devices", "two devices have the id card0"),
    ],
)
def test_a_mistake_names_file_key_and_expectation_in_one_line(
    tmp_path: Path, toml: str, key: str, expected: str
) -> None:
    file = site(tmp_path, toml)
    (line,) = mistake(file).splitlines()
    assert line.startswith(f"{file}: {key}: ")
    assert expected in line


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = mistake(site(tmp_path, "[kiosk]\nid = 5\n[imaging]\nworkers = 0\n"))
    assert [line.split(": ")[1] for line in said.splitlines()] == ["kiosk.id", "imaging.workers"]


@pytest.mark.parametrize("text", [b"[kiosk\n", b"a = 1\na = 2\n", b'x = "\xff"\n'])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, text: bytes) -> None:
    file = site(tmp_path, text)
    assert mistake(file).startswith(f"{file}: no valid TOML")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.toml", tmp_path):
        assert mistake(file).startswith(f"{file}: no such file; expected")


def test_an_unknown_profile_is_named_with_the_file_that_asks_for_it(tmp_path: Path) -> None:
    assert mistake(None, "beta") == "profile: 'beta'; expected one of demo, camera, production, test"
    for text in ('profile = "beta"\n', "profile = 3\n", 'profile = ["demo"]\n'):
        file = site(tmp_path, text)
        assert mistake(file).startswith(f"{file}: profile: ")


def test_a_mistake_in_the_profile_names_the_profiles_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "demo.toml").write_text("[kiosk]\nid = 5\n", "utf-8")
    monkeypatch.setattr(paths, "config", lambda: tmp_path)
    assert mistake(None).startswith(f"{tmp_path / 'profiles' / 'demo.toml'}: kiosk.id: ")
    assert mistake(None, "test").startswith(f"{tmp_path / 'profiles' / 'test.toml'}: no such file")


@pytest.mark.parametrize("toml", ["kiosk = 3\n", "[kiosk]\nid = 5\n"])
def test_a_data_folder_on_the_command_line_hides_no_mistake(tmp_path: Path, toml: str) -> None:
    with pytest.raises(ConfigError, match="kiosk"):
        config.load("demo", site(tmp_path, toml), tmp_path / "data")


def kiosk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from kiosk_app.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "300", **environment},
    )


def test_on_the_command_line_a_mistake_is_exit_code_2_and_its_words(tmp_path: Path) -> None:
    file = site(tmp_path, "[[devices]]\nid = 5\n")
    done = kiosk("--config", str(file), "outbox", "--json")
    assert done.returncode == 2
    assert f"{file}: devices.0.id: expected a valid string" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_words_in_brackets_are_shown_and_not_taken_for_markup(tmp_path: Path) -> None:
    done = kiosk("--config", str(tmp_path / "[bold]x[/bold].toml"), "outbox")
    assert done.returncode == 2
    assert "[bold]x[/bold].toml: no such file" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--profile", "beta", "outbox"),
        ("no-such-command",),
        ("fault", "printer0", "paper_out"),
        ("check", "no-such-device"),
        ("simulate", "fax"),
        ("support-bundle", "--out", "/no/such/folder/x.zip"),
        ("scan", "--out", "/no/such/folder/x.pdf"),
        ("procedures", "import", "/no/such/file.json"),
    ],
)
def test_wrong_usage_is_exit_code_2_without_a_traceback(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = kiosk("--data", str(tmp_path), *arguments)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr


def test_commands_that_need_no_device_answer_in_json(tmp_path: Path) -> None:
    found = kiosk("procedures", "search", "nhan hieu", "--json")
    assert json.loads(found.stdout)["results"][0]["local_id"] == "IP-03"
    assert json.loads(kiosk("--data", str(tmp_path), "outbox", "--json").stdout) == []
    bundle = tmp_path / "b.zip"
    made = kiosk("--data", str(tmp_path), "--profile", "test", "support-bundle", "--out", str(bundle), "--json")
    assert {"config.json", "versions.json", "machine.json"} <= set(json.loads(made.stdout)["files"])


def test_a_catalogue_is_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "assets" / "catalogue").mkdir(parents=True)
    target = home / "assets" / "catalogue" / "procedures.json"
    source = paths.assets() / "catalogue" / "procedures.json"
    assert kiosk("procedures", "import", str(source), "--json", KIOSK_HOME=str(home)).returncode == 0
    assert target.read_bytes() == source.read_bytes()
    (tmp_path / "bad.json").write_text('{"procedures": []}', "utf-8")
    assert kiosk("procedures", "import", str(tmp_path / "bad.json"), KIOSK_HOME=str(home)).returncode == 2
    assert target.read_bytes() == source.read_bytes()
    assert [file.name for file in target.parent.iterdir()] == ["procedures.json"]
    assert kiosk("procedures", "search", "x", KIOSK_HOME=str(tmp_path / "nowhere")).returncode == 2
