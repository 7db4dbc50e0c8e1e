"""The configuration: one TOML file over a profile, typed; a mistake names the key, the file and what was expected."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from drivers.ports import DeviceKind
from kiosk_app import paths
from kiosk_app.keypad import KEYS, Act, acts_of_keys
from kiosk_app.model.scanning import PaperScan, Sides

if TYPE_CHECKING:
    from drivers.supervisor import DeviceConfig

PROFILES = ("demo", "camera", "production", "test")


class ConfigError(Exception):
    """The configuration cannot be used; the text names file, key and expectation. Ends a command with exit code 2."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CentreConfig(_Part):
    """Whose kiosk it is, as header and slip show it."""

    name_vi: str = "Bộ phận Một cửa"
    name_en: str = "One-Stop Department"
    agency_vi: str = "Bộ Khoa học và Công nghệ"
    agency_en: str = "Ministry of Science and Technology"


class KioskConfig(_Part):
    """This machine."""

    id: str = Field(pattern=r"^[a-z0-9-]{3,32}$")
    number: str = Field(default="1", description="the machine's number that staff and citizens say")
    help_place_vi: str = Field(
        default="quầy hỗ trợ", description="where staff is to be found when no call can be sent: Mời Quý khách đến ..."
    )
    help_place_en: str = Field(default="the support desk", description="the same in English: please go to ...")
    short: str = Field(default="K01", pattern=r"^[A-Z0-9]{2,6}$", description="first part of the kiosk's references")
    data_dir: str = "var/kiosk"
    language: Literal["vi", "en"] = "vi"
    card_reader: Literal["tray", "slot"] = Field(
        default="tray", description="whether the card is laid on the reader or pushed into it: words and picture follow"
    )
    typing: Literal["telex", "vni", "marks"] = Field(
        default="telex", description="how accents are typed when a session in Vietnamese begins; a key changes it"
    )
    tone_placement: Literal["old", "new"] = Field(
        default="old", description="where the tone of oa, oe, uy stands: old writes hòa, new writes hoà"
    )
    timezone: str = Field(default="Asia/Ho_Chi_Minh", description="the zone in which times are written and shown")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("expected a zone of the IANA database, e.g. Asia/Ho_Chi_Minh")
        return name


class ServiceConfig(_Part):
    """The ministry's service. Empty values are filled by the demo profile from the service it starts."""

    url: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = ""
    outbox_max_dossiers: int = Field(default=200, ge=1)
    outbox_max_age_hours: float = Field(default=72.0, gt=0)
    upload_kilobytes_per_second: int = Field(default=0, ge=0)


class ImagingConfig(_Part):
    """How papers are scanned and read."""

    scan_dpi: int = Field(default=300, ge=200, le=600)
    duplex: bool = False
    workers: int = Field(default=2, ge=1, le=16)
    recognise_text: bool = True

    @property
    def paper_scan(self) -> PaperScan:
        """How papers are scanned of which the catalogue says nothing else."""
        return PaperScan(dpi=self.scan_dpi, sides=Sides.BOTH if self.duplex else Sides.ONE)


class SecurityConfig(_Part):
    """Where the device key lies, under which everything on the disk is encrypted."""

    device_key: Literal["auto", "tpm", "systemd-creds", "file"] = "file"
    tpm: str = Field(
        default="device:/dev/tpmrm0", min_length=1, description="where the TPM is, as tpm2-tss writes it (its TCTI)"
    )
    tpm_pcrs: tuple[Annotated[int, Field(ge=0, le=23)], ...] = Field(
        default=(7,),
        description="registers (PCR) that have to be as they were when the key was sealed; `[]`: the chip alone counts",
    )


class DeviceSection(_Part):
    """A device: which driver runs it and the driver's own settings, in which `{data}` is the data folder."""

    id: str = Field(pattern=r"^[a-z0-9-]{2,24}$")
    kind: DeviceKind
    driver: str
    settings: dict[str, Any] = {}

    @field_validator("settings")
    @classmethod
    def _plain_values(cls, settings: dict[str, Any]) -> dict[str, Any]:
        for key, value in settings.items():
            if not isinstance(value, str | int | float):
                raise ValueError(f"{key}: expected text, a number or true/false")
        return settings


class PrinterConfig(_Part):
    """What the receipt printer uses up."""

    roll_m: float = Field(default=80.0, gt=0, le=1000, description="metres of paper on a whole roll, for the forecast")


class DiagnosticsConfig(_Part):
    """What technicians work with."""

    test_cards: str = Field(
        default="", description="numbers of the test cards, parted by commas; of any other card nothing is shown"
    )
    bundle_dir: str = Field(
        default="", description="where the screen puts support bundles, e.g. a USB stick; empty: in the data folder"
    )


class StaffConfig(_Part):
    """Who of the staff works at this machine."""

    usable_offline_hours: float = Field(
        default=72.0,
        gt=0,
        le=24 * 31,
        description="how long accounts are good without the service having said so again",
    )
    idle_s: float = Field(
        default=300.0, ge=30, le=1800, description="seconds without a touch after which somebody is logged off"
    )
    assist_idle_s: float = Field(
        default=180.0,
        ge=30,
        le=1800,
        description="seconds without a touch of the panel after which an officer who helps a citizen is logged off",
    )
    audit_keep_days: int = Field(
        default=730, ge=30, le=3660, description="how long what was done at the machine is kept in its audit log"
    )


class KeypadConfig(_Part):
    """The keys of the accessible keypad, by their names in Qt; what each does is the key's name here."""

    up: tuple[str, ...] = Field(default=KEYS[Act.UP], description="to the item before; in a grid of keys the row above")
    down: tuple[str, ...] = Field(
        default=KEYS[Act.DOWN], description="to the next item; in a grid of keys the row below"
    )
    left: tuple[str, ...] = Field(default=KEYS[Act.LEFT], description="to the item before, or the key to the left")
    right: tuple[str, ...] = Field(default=KEYS[Act.RIGHT], description="to the next item, or the key to the right")
    select: tuple[str, ...] = Field(default=KEYS[Act.SELECT], description="does what a touch does")
    back: tuple[str, ...] = Field(
        default=KEYS[Act.BACK], description="closes keyboard or question, or goes to the screen before"
    )
    help: tuple[str, ...] = Field(
        default=KEYS[Act.HELP], description="calls an officer; held for a second it begins or ends spoken guidance"
    )
    repeat: tuple[str, ...] = Field(default=KEYS[Act.REPEAT], description="says the last words again")
    louder: tuple[str, ...] = Field(default=KEYS[Act.LOUDER], description="spoken guidance one step louder")
    softer: tuple[str, ...] = Field(default=KEYS[Act.SOFTER], description="spoken guidance one step softer")
    speed: tuple[str, ...] = Field(default=KEYS[Act.SPEED], description="spoken guidance at the next of its speeds")
    plugged: tuple[str, ...] = Field(
        default=KEYS[Act.PLUGGED], description="what the keypad sends when a plug goes into its headset socket"
    )
    unplugged: tuple[str, ...] = Field(
        default=KEYS[Act.UNPLUGGED], description="what the keypad sends when that plug comes out"
    )

    @model_validator(mode="after")
    def _one_act_a_key(self) -> KeypadConfig:
        acts_of_keys(self.keys)
        return self

    @property
    def keys(self) -> dict[Act, tuple[str, ...]]:
        """The keys of each act."""
        return {act: getattr(self, act.value) for act in Act}


class SpeechConfig(_Part):
    """Spoken guidance."""

    prompts_dir: str = Field(
        default="", description="folder of recordings of fixed texts; empty: data folder, `prompts`"
    )


class SimulationConfig(_Part):
    """Whether the demonstration's simulators and service are started, and how fast they are."""

    enabled: bool = False
    realistic: bool = Field(
        default=False,
        description="speed of real devices and of a real line to the service instead of as fast as possible",
    )
    devices: tuple[DeviceKind, ...] = Field(
        default=tuple(kind for kind in DeviceKind if kind not in (DeviceKind.OFFICE, DeviceKind.CAMERA)),
        description="kinds that are simulated; the others are looked for where they would be",
    )


class Config(_Part):
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
    devices: tuple[DeviceSection, ...] = ()

    @field_validator("devices")
    @classmethod
    def _one_of_each_id(cls, devices: tuple[DeviceSection, ...]) -> tuple[DeviceSection, ...]:
        ids = [item.id for item in devices]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"two devices have the id {', '.join(twice)}; expected each id once")
        return devices

    @property
    def data_dir(self) -> Path:
        """Where this machine keeps its store, spool and logs; a relative folder lies under the application's root."""
        folder = Path(self.kiosk.data_dir)
        return folder if folder.is_absolute() else paths.root() / folder

    def now(self) -> datetime:
        """The time in the centre's zone, whatever the machine's clock is set to."""
        return datetime.now(ZoneInfo(self.kiosk.timezone))

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
        return Config.model_validate(merged)
    except ValidationError as error:
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
    for key, value in above.items():
        nested = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if nested else value
    return merged


def _explain(error: ValidationError, site: dict[str, Any], site_file: Path, profile_file: Path) -> str:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        # A key that is missing is missing in the table that the site began.
        location = item["loc"][:-1] if item["type"] == "missing" else item["loc"]
        where = site_file if location and _holds(site, location) else profile_file
        unknown = item["type"] == "extra_forbidden"
        said = item["msg"].removeprefix("Value error, ").replace("Input should be", "expected", 1)
        expected = f"unknown key; expected one of {_known(item['loc'])}" if unknown else said
        lines.append(f"{where}: {key}: {expected}")
    return "\n".join(lines)


def _holds(table: Any, location: tuple[int | str, ...]) -> bool:
    for part in location:
        try:
            table = table[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _known(location: tuple[int | str, ...]) -> str:
    model: Any = Config
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        model = DeviceSection if part == "devices" else annotation
    return ", ".join(sorted(model.model_fields))
