"""`kiosk enrol`: the kiosk makes its key and gets its certificate from the ministry for a one-time code."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk_app.cli.common import device_key, fail, fail_usage, print_json, say, state
from kiosk_app.cli.options import JsonOption, ProfileOption


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(enrol)


def enrol(
    context: typer.Context,
    service: Annotated[str, typer.Option(help="The service's enrolment address, https://HOST:PORT.")],
    code: Annotated[str, typer.Option(help="What `kiosk-backend enrol KIOSK` has printed.", prompt=True)],
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Get this kiosk's certificate with a one-time code; the key is made here and stays here."""
    from kiosk_app.audit import AuditFailed, Trail, shell
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import SubmissionError
    from kiosk_app.submission.identity import enrol as enrol_kiosk
    from kiosk_app.submission.wake import wake

    config = state(context).load(profile)
    if config.service.certificate or config.service.key or config.service.ca:
        fail_usage("service.ca, service.certificate and service.key are set; expected none where the kiosk enrols")
    settings = submission_settings(config)
    try:
        until = enrol_kiosk(settings, service, code)
    except SubmissionError as error:
        fail(error.code, error.detail, as_json)
    try:
        trail = Trail(config.data_dir, device_key(config).audit_seed, config.staff.audit_keep_days)
        trail.write(shell(), "kiosk.enrolled", kiosk=settings.kiosk_id)
    except AuditFailed as error:
        fail(error.code, str(error), as_json)
    if settings.data_folder.is_dir():
        wake(settings.data_folder)
    if as_json:
        print_json(
            {"kiosk_id": settings.kiosk_id, "certificate": str(settings.certificate), "until": until.isoformat()}
        )
    else:
        say(f"{settings.kiosk_id} is enrolled until {until:%Y-%m-%d}: {settings.certificate}")
