"""The plain settings of the submission: folders, the service's address and certificates, caps and times."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

KeySource = Literal["auto", "tpm", "systemd", "file"]
MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class TpmSettings:
    """Where the TPM is and what it watches over.

    `tcti` is where commands go, as tpm2-tss writes it (`device:/dev/tpmrm0`: through the kernel's resource manager, so that
    several processes may use it). `registers` are the PCRs of the SHA-256 bank that have to be as they were; none means that
    only the chip counts.
    """

    tcti: str = "device:/dev/tpmrm0"
    registers: tuple[int, ...] = (7,)


@dataclass(frozen=True)
class SubmissionSettings:
    """What the store, the façade and the agent are built from. Times in seconds, sizes in bytes.

    `max_unsent` and `max_unsent_age_s` are the caps beyond which no new dossier is taken. `request_limit_s` is the longest
    that one request may last in all, however slowly the peer drips. `upload_bytes_per_s` bounds what leaves the kiosk, 0
    does not; `paced_chunk_bytes` is the chunk of an upload that goes with it. `retention_s` is how long the content of an
    acknowledged dossier stays when its receipt was not printed; `row_retention_s` when its codes go as well. `tpm` and
    `tpm_registers` are those of `TpmSettings`.
    """

    data_folder: Path
    service_url: str
    ca: Path
    certificate: Path
    private_key: Path
    kiosk_id: str
    kiosk_short: str
    key_source: KeySource = "auto"
    tpm: str = "device:/dev/tpmrm0"
    tpm_registers: tuple[int, ...] = (7,)
    spool_folder: Path | None = None
    max_unsent: int = 200
    max_unsent_age_s: float = 3 * 86400.0
    min_free_bytes: int = 256 * MIB
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0
    request_limit_s: float = 120.0
    chunk_bytes: int = MIB
    upload_bytes_per_s: float = 0.0
    backoff_base_s: float = 2.0
    backoff_ceiling_s: float = 300.0
    heartbeat_s: float = 60.0
    staff_s: float = 300.0
    retention_s: float = 3600.0
    row_retention_s: float = 90 * 86400.0
    busy_timeout_s: float = 5.0

    @property
    def paced_chunk_bytes(self) -> int:
        """Small enough to be through in a quarter of what one request may last."""
        if not self.upload_bytes_per_s:
            return self.chunk_bytes
        return max(1, min(self.chunk_bytes, int(self.upload_bytes_per_s * self.request_limit_s / 4)))

    @property
    def tpm_settings(self) -> TpmSettings:
        """The TPM that the device key may lie in."""
        return TpmSettings(self.tpm, self.tpm_registers)

    @property
    def sessions_folder(self) -> Path:
        """Where running sessions spool their sealed pages."""
        return self.spool_folder or self.data_folder / "sessions"


_PATHS = frozenset({"data_folder", "ca", "certificate", "private_key", "spool_folder"})


def settings_to_json(settings: SubmissionSettings) -> str:
    """One line for the agent's standard input; it holds paths and numbers, no secret."""
    return json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in dataclasses.asdict(settings).items()})


def settings_from_json(text: str) -> SubmissionSettings:
    """Reads what `settings_to_json` wrote. Raises ValueError naming an unknown or missing key."""
    raw: Any = json.loads(text)
    if not isinstance(raw, dict):
        raise ValueError("settings: an object is expected")
    values: dict[str, Any] = {k: Path(v) if k in _PATHS and v is not None else v for k, v in raw.items()}
    if "tpm_registers" in values:
        values["tpm_registers"] = tuple(values["tpm_registers"])
    try:
        return SubmissionSettings(**values)
    except TypeError as error:
        raise ValueError(f"settings: {error}") from error
