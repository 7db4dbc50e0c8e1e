"""Asks what is beside the devices: the line to the service, certificates, clock, disk, swap and the outbox."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from kiosk_app.config import Config
from kiosk_app.diagnostics import checks
from kiosk_app.model.servicing import CheckLine
from kiosk_app.submission import StoreKeyWrong, SubmissionError, SubmissionSettings
from kiosk_app.submission.clock import Doubt, doubt_at_first
from kiosk_app.submission.key_custody import place_of
from kiosk_app.submission.line import line_to_ministry


def look_around(config: Config, settings: SubmissionSettings, doubt: Doubt | None) -> tuple[CheckLine, ...]:
    """Every check that needs neither a person nor the store. Blocks for as long as the line does, seconds at most.

    `doubt` is what the agent thinks of the clock; it counts where the service cannot be asked for the time. Certificates
    are judged by the service's time where that is known, and not at all by a clock that is not believed.
    """
    service, clock = _ask_service(settings)
    now: datetime | None = datetime.now(UTC)
    doubt = doubt or doubt_at_first(time.time(), None)
    if clock.figure is not None:
        now = datetime.now(UTC) + timedelta(seconds=clock.figure)
    elif doubt is not None:
        clock, now = CheckLine("clock", False, None, "SYS-CLOCK-DOUBT", doubt), None
    return (
        checks.name_of_service(config.service.url),
        service,
        clock,
        checks.certificate("certificate", settings.certificate, now),
        checks.certificate("authority", settings.ca, now),
        checks.disk(config.data_dir),
        # On simulated devices there are only people who do not exist, and desks have swap.
        *(() if config.simulation.enabled else (checks.swap(),)),
    )


def device_key(settings: SubmissionSettings, trouble: SubmissionError | None) -> CheckLine:
    """Where the device key lies, and why it does not open (`trouble` of the store). A plain file that nobody chose fails.

    One that was left beside the TPM's fails as well: a move that was broken off, or a copy that somebody put back.
    """
    place = place_of(settings.data_folder, settings.key_source, settings.tpm_settings)
    if isinstance(trouble, StoreKeyWrong):
        return CheckLine("device_key", False, None, trouble.code, place.source)
    plain = settings.key_source != "file" and "file" in (place.source, *place.beside)
    return CheckLine("device_key", not plain, None, "STO-KEY-PLAIN" if plain else None, place.source)


def _ask_service(settings: SubmissionSettings) -> tuple[CheckLine, CheckLine]:
    try:
        with line_to_ministry(settings) as transport:
            # The first exchange shakes hands; the second one is measured.
            transport.request("GET", "/v1/health")
            sent = time.time()
            answer = transport.request("GET", "/v1/health")
            if answer.document().get("code") == "CERTIFICATE-REVOKED":
                return checks.no_answer("NET-CERT-REVOKED", f"HTTP {answer.status}")
            return checks.answer_of_service(answer.status, answer.document(), sent, time.time())
    except SubmissionError as error:
        return checks.no_answer(error.code, error.detail)
    except ValueError as error:
        return checks.no_answer("NET-UNREACHABLE", str(error))
