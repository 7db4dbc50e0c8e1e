"""The configuration: one TOML file over a profile, typed; a mistake names the key, the file and what was expected."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from drivers.ports import DeviceKind
from kiosk_app import paths
from kiosk_app.keypad import KEYS, Act, acts_of_keys
from kiosk_app.model.scanning import PaperScan, Sides
from kiosk_app.tables import Mistakes, Table, plain, read, setting

if TYPE_CHECKING:
    from drivers.supervisor import DeviceConfig

PROFILES = ("demo", "camera", "production", "test")


class ConfigError(Exception):
    """The configuration cannot be used; the text names file, key and expectation. Ends a command with exit code 2."""


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("expected a zone of the IANA database, e.g. Asia/Ho_Chi_Minh") from None


def _plain_values(settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if not isinstance(value, str | int | float):
            raise ValueError(f"{name}: expected text, a number or true/false")


class CentreConfig(Table):
    """Whose kiosk it is, as header and slip show it."""

    name_vi: str = "Bộ phận Một cửa"
    name_en: str = "One-Stop Department"
    agency_vi: str = "Bộ Khoa học và Công nghệ"
    agency_en: str = "Ministry of Science and Technology"


class KioskConfig(Table):
    """This machine."""

    id: str = setting(pattern=r"^[a-z0-9-]{3,32}$")
    number: str = setting(default="1", meaning="the machine's number that staff and citizens say")
    help_place_vi: str = setting(
        default="quầy hỗ trợ", meaning="where staff is to be found when no call can be sent: Mời Quý khách đến ..."
    )
    help_place_en: str = setting(default="the support desk", meaning="the same in English: please go to ...")
    short: str = setting(default="K01", pattern=r"^[A-Z0-9]{2,6}$", meaning="first part of the kiosk's references")
    data_dir: str = "var/kiosk"
    language: Literal["vi", "en"] = "vi"
    card_reader: Literal["tray", "slot"] = setting(
        default="tray", meaning="whether the card is laid on the reader or pushed into it: words and picture follow"
    )
    typing: Literal["telex", "vni", "marks"] = setting(
        default="telex", meaning="how accents are typed when a session in Vietnamese begins; a key changes it"
    )
    tone_placement: Literal["old", "new"] = setting(
        default="old", meaning="where the tone of oa, oe, uy stands: old writes hòa, new writes hoà"
    )
    timezone: str = setting(
        default="Asia/Ho_Chi_Minh", check=_known_zone, meaning="the zone in which times are written and shown"
    )


class ServiceConfig(Table):
    """The ministry's service. Empty values are filled by the demo profile from the service it starts."""

    url: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = ""
    outbox_max_dossiers: int = setting(default=200, at_least=1)
    outbox_max_age_hours: float = setting(default=72.0, above=0)
    upload_kilobytes_per_second: int = setting(default=0, at_least=0)


class ImagingConfig(Table):
    """How papers are scanned and read."""

    scan_dpi: int = setting(default=300, at_least=200, at_most=600)
    duplex: bool = False
    workers: int = setting(default=2, at_least=1, at_most=16)
    recognise_text: bool = True

    @property
    def paper_scan(self) -> PaperScan:
        """How papers are scanned of which the catalogue says nothing else."""
        return PaperScan(dpi=self.scan_dpi, sides=Sides.BOTH if self.duplex else Sides.ONE)


class SecurityConfig(Table):
    """Where the device key lies, under which everything on the disk is encrypted."""

    device_key: Literal["auto", "tpm", "systemd-creds", "file"] = "file"
    tpm: str = setting(
        default="device:/dev/tpmrm0", shortest=1, meaning="where the TPM is, as tpm2-tss writes it (its TCTI)"
    )
    tpm_pcrs: tuple[int, ...] = setting(
        default=(7,),
        at_least=0,
        at_most=23,
        meaning="registers (PCR) that have to be as they were when the key was sealed; `[]`: the chip alone counts",
    )


class DeviceSection(Table):
    """A device: which driver runs it and the driver's own settings, in which `{data}` is the data folder."""

    id: str = setting(pattern=r"^[a-z0-9-]{2,24}$")
    kind: DeviceKind
    driver: str
    settings: dict[str, Any] = setting(default={}, check=_plain_values)


def _one_of_each_id(devices: tuple[DeviceSection, ...]) -> None:
    ids = [item.id for item in devices]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise ValueError(f"two devices have the id {', '.join(twice)}; expected each id once")


class PrinterConfig(Table):
    """What the receipt printer uses up."""

    roll_m: float = setting(
        default=80.0, above=0, at_most=1000, meaning="metres of paper on a whole roll, for the forecast"
    )


class DiagnosticsConfig(Table):
    """What technicians work with."""

    test_cards: str = setting(
        default="", meaning="numbers of the test cards, parted by commas; of any other card nothing is shown"
    )
    bundle_dir: str = setting(
        default="", meaning="where the screen puts support bundles, e.g. a USB stick; empty: in the data folder"
    )


class StaffConfig(Table):
    """Who of the staff works at this machine."""

    usable_offline_hours: float = setting(
        default=72.0,
        above=0,
        at_most=24 * 31,
        meaning="how long accounts are good without the service having said so again",
    )
    idle_s: float = setting(
        default=300.0, at_least=30, at_most=1800, meaning="seconds without a touch after which somebody is logged off"
    )
    assist_idle_s: float = setting(
        default=180.0,
        at_least=30,
        at_most=1800,
        meaning="seconds without a touch of the panel after which an officer who helps a citizen is logged off",
    )
    audit_keep_days: int = setting(
        default=730, at_least=30, at_most=3660, meaning="how long what was done at the machine is kept in its audit log"
    )


class KeypadConfig(Table):
    """The keys of the accessible keypad, by their names in Qt; what each does is the key's name here."""

    up: tuple[str, ...] = setting(default=KEYS[Act.UP], meaning="to the item before; in a grid of keys the row above")
    down: tuple[str, ...] = setting(default=KEYS[Act.DOWN], meaning="to the next item; in a grid of keys the row below")
    left: tuple[str, ...] = setting(default=KEYS[Act.LEFT], meaning="to the item before, or the key to the left")
    right: tuple[str, ...] = setting(default=KEYS[Act.RIGHT], meaning="to the next item, or the key to the right")
    select: tuple[str, ...] = setting(default=KEYS[Act.SELECT], meaning="does what a touch does")
    back: tuple[str, ...] = setting(
        default=KEYS[Act.BACK], meaning="closes keyboard or question, or goes to the screen before"
    )
    help: tuple[str, ...] = setting(
        default=KEYS[Act.HELP], meaning="calls an officer; held for a second it begins or ends spoken guidance"
    )
    repeat: tuple[str, ...] = setting(default=KEYS[Act.REPEAT], meaning="says the last words again")
    louder: tuple[str, ...] = setting(default=KEYS[Act.LOUDER], meaning="spoken guidance one step louder")
    softer: tuple[str, ...] = setting(default=KEYS[Act.SOFTER], meaning="spoken guidance one step softer")
    speed: tuple[str, ...] = setting(default=KEYS[Act.SPEED], meaning="spoken guidance at the next of its speeds")
    plugged: tuple[str, ...] = setting(
        default=KEYS[Act.PLUGGED], meaning="what the keypad sends when a plug goes into its headset socket"
    )
    unplugged: tuple[str, ...] = setting(
        default=KEYS[Act.UNPLUGGED], meaning="what the keypad sends when that plug comes out"
    )

    def check(self) -> None:
        """One act a key."""
        acts_of_keys(self.keys)

    @property
    def keys(self) -> dict[Act, tuple[str, ...]]:
        """The keys of each act."""
        return {act: getattr(self, act.value) for act in Act}


class SpeechConfig(Table):
    """Spoken guidance."""

    prompts_dir: str = setting(default="", meaning="folder of recordings of fixed texts; empty: data folder, `prompts`")


class SimulationConfig(Table):
    """Whether the demonstration's simulators and service are started, and how fast they are."""

    enabled: bool = False
    realistic: bool = setting(
        default=False,
        meaning="speed of real devices and of a real line to the service instead of as fast as possible",
    )
    devices: tuple[DeviceKind, ...] = setting(
        default=tuple(kind for kind in DeviceKind if kind not in (DeviceKind.OFFICE, DeviceKind.CAMERA)),
        meaning="kinds that are simulated; the others are looked for where they would be",
    )


class Config(Table):
    """Everything."""

    profile: str
    kiosk: KioskConfig
    centre: CentreConfig = CentreConfig()
    service: ServiceConfig = ServiceConfig()
    imaging: ImagingConfig = ImagingConfig()
    printer: PrinterConfig = PrinterConfig()
    diagnostics: DiagnosticsConfig = DiagnosticsConfig()
    security: SecurityConfig = SecurityConfig()
    staff: StaffConfig = StaffConfig()
    keypad: KeypadConfig = KeypadConfig()
    speech: SpeechConfig = SpeechConfig()
    simulation: SimulationConfig = SimulationConfig()
    devices: tuple[DeviceSection, ...] = setting(default=(), check=_one_of_each_id)

    @property
    def data_dir(self) -> Path:
        """Where this machine keeps its store, spool and logs; a relative folder lies under the application's root."""
        folder = Path(self.kiosk.data_dir)
        return folder if folder.is_absolute() else paths.root() / folder

    def now(self) -> datetime:
        """The time in the centre's zone, whatever the machine's clock is set to."""
        return datetime.now(ZoneInfo(self.kiosk.timezone))

    def as_json(self) -> dict[str, Any]:
        """All tables and keys, for JSON."""
        document: dict[str, Any] = plain(self)
        return document

    def device_configs(self) -> tuple[DeviceConfig, ...]:
        """The devices as the supervisor takes them; `{data}` in a text of their settings is the data folder."""
        from drivers.supervisor import DeviceConfig

        def filled(settings: dict[str, Any]) -> dict[str, Any]:
            folder = str(self.data_dir)
            return {k: v.replace("{data}", folder) if isinstance(v, str) else v for k, v in settings.items()}

        return tuple(DeviceConfig(item.id, item.kind, item.driver, filled(item.settings)) for item in self.devices)


def load(profile: str | None = None, file: Path | None = None, data_dir: Path | None = None) -> Config:
    """The profile with the site's kiosk.toml laid over it.

    `profile` None means the site's own choice, or demo while no site is configured. Raises ConfigError.
    """
    site_file = file or paths.config() / "kiosk.toml"
    if file is not None and not file.is_file():
        raise ConfigError(f"{file}: no such file; expected a TOML file with the site's configuration")
    site = _read(site_file) if site_file.is_file() else {}
    name = profile or site.get("profile") or "demo"
    if name not in PROFILES:
        where = "" if profile else f"{site_file}: "
        raise ConfigError(f"{where}profile: {name!r}; expected one of {', '.join(PROFILES)}")
    profile_file = paths.config() / "profiles" / f"{name}.toml"
    if not profile_file.is_file():
        raise ConfigError(f"{profile_file}: no such file; expected the profile {name}")
    merged = _merge(_read(profile_file), site)
    merged["profile"] = name
    if data_dir is not None and isinstance(merged.get("kiosk", {}), dict):
        merged["kiosk"] = {**merged.get("kiosk", {}), "data_dir": str(data_dir.resolve())}
    try:
        return read(Config, merged)
    except Mistakes as error:
        raise ConfigError(_explain(error, site, site_file, profile_file)) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: no valid TOML: {error}") from error
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}; expected a readable TOML file") from error


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        nested = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merge(merged[name], value) if nested else value
    return merged


def _explain(error: Mistakes, site: dict[str, Any], site_file: Path, profile_file: Path) -> str:
    lines = []
    for item in error.found:
        name = ".".join(str(part) for part in item.at)
        # A key that is missing is missing in the table that the site began.
        location = item.at[:-1] if item.missing else item.at
        where = site_file if location and _holds(site, location) else profile_file
        lines.append(f"{where}: {name}: {item.expected}")
    return "\n".join(lines)


def _holds(table: Any, location: tuple[int | str, ...]) -> bool:
    for part in location:
        try:
            table = table[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
