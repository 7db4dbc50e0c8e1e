"""The command `kiosk-backend`: serve, issue certificates, and the officer's few commands."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from cryptography import x509

from backend import desk, help_calls, kiosks, log, measures, payments, retention, staff_cli
from backend.cli_common import (
    DATA,
    DatabaseOption,
    DataOption,
    FilesOption,
    JsonOption,
    fail,
    failures_have_codes,
    opened,
)
from backend.desk import Decision, PaperWanted
from backend.identity import Registry
from backend.server import serve as run_server
from backend.settings import rfc3339
from backend.tls import Pki
from backend.tus import Uploads
from backend.workflow import WORDS, Status, working_days_left

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The reference ministry service.",
)
staff_cli.register(app)


def main() -> None:
    """Run the command line: exit 0 done, 1 failed with a code on standard error, 2 usage."""
    log.configure()
    app()


@app.command()
def serve(
    data: DataOption = DATA,
    database: DatabaseOption = None,
    files: FilesOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    enrolment_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Where kiosks get their first certificate; without it nowhere."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Serve HTTPS with mutual TLS until SIGTERM or SIGINT."""
    with failures_have_codes():
        run_server(data, database, files, host, port, enrolment_port, as_json=as_json)


@app.command("issue-certificate")
def issue_certificate(
    kiosk_id: str, data: DataOption = DATA, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Issue a client certificate for one more kiosk, key and all; better let the kiosk enrol."""
    with opened(data, database) as service:
        days = service.settings.kiosk_certificate_days
        pki = Pki(data / "pki")
        pki.prepare(days)
        certificate, key = pki.issue(kiosk_id, days)
        Registry(service).note(kiosk_id, x509.load_pem_x509_certificate(certificate.read_bytes()))
    if as_json:
        paths = {"certificate": certificate, "key": key, "ca": pki.ca}
        typer.echo(json.dumps({name: str(path.absolute()) for name, path in paths.items()}))
    else:
        typer.echo(f"{certificate}\n{key}")


@app.command()
def enrol(
    kiosk_id: str,
    minutes: Annotated[int, typer.Option(min=1, max=7 * 24 * 60, help="How long the code is good.")] = 60,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a code with which one kiosk, once, gets its certificate: `kiosk enrol --code CODE` there."""
    with opened(data, database) as service:
        Pki(data / "pki").prepare(service.settings.kiosk_certificate_days)
        code = Registry(service).new_code(kiosk_id, minutes * 60)
    typer.echo(json.dumps({"kiosk_id": kiosk_id, "code": code, "minutes": minutes}) if as_json else code)


@app.command()
def revoke(
    kiosk_id: str, data: DataOption = DATA, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Refuse every certificate that a kiosk has now; a new code lets it in again."""
    with opened(data, database) as service:
        Registry(service).revoke(kiosk_id)
    typer.echo(json.dumps({"kiosk_id": kiosk_id, "revoked": True}) if as_json else kiosk_id)


@app.command()
def dossiers(
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the dossiers, newest first."""
    with opened(data, database) as service:
        now, rows = service.now(), desk.dossiers(service)
        listed: list[dict[str, object]] = []
        for row in rows:
            state = desk.state_of(row)
            listed.append(
                {
                    "dossier_code": row.dossier_code,
                    "uuid": row.id,
                    "kiosk_id": row.kiosk_id,
                    "procedure": row.procedure_local_id,
                    "channel": row.channel,
                    "assisted": row.assisted,
                    "status": state.status.value,
                    "status_vi": WORDS[state.status].vi,
                    "assurance": row.assurance,
                    "awaited_papers": len(desk.awaited(row)),
                    "received_at": rfc3339(row.received_at),
                    "due_date": state.due.isoformat() if state.due else None,
                    "working_days_left": working_days_left(state, now, service.calendar),
                }
            )
    if as_json:
        typer.echo(json.dumps({"dossiers": listed}, ensure_ascii=False))
        return
    for one in listed:
        shown = (
            one["dossier_code"],
            one["procedure"],
            one["status_vi"],
            one["due_date"] or "-",
            one["assurance"] or "-",
            f"awaits {one['awaited_papers']} papers" if one["awaited_papers"] else "-",
        )
        typer.echo("\t".join(map(str, shown)))


@app.command()
def move(
    code: str,
    status: Annotated[int, typer.Argument(min=1, max=10, help="Status of the national list.")],
    data: DataOption = DATA,
    database: DatabaseOption = None,
    unit: Annotated[str | None, typer.Option(help="Unit in charge, in Vietnamese.")] = None,
    unit_en: Annotated[str | None, typer.Option(help="The same in English.")] = None,
    officer: Annotated[str | None, typer.Option(help="Who decides.")] = None,
    reason: Annotated[str | None, typer.Option(help="In words; needed for 3, 5 and 8.")] = None,
    due: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="A due date set by hand."),
    ] = None,
    paper: Annotated[
        list[str] | None,
        typer.Option(metavar="COMPONENT[=NAME]", help="With 5: a paper that is asked for; may be repeated."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With 5: the last day to hand the papers in."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Move a dossier to another status."""
    with opened(data, database) as service:
        named = [
            (component.strip(), name.strip()) for component, _, name in (text.partition("=") for text in paper or ())
        ]
        wanted = tuple(PaperWanted(component, name) for component, name in named)
        day = until.date() if until else None
        decision = Decision(Status(status), unit, unit_en, officer, reason, due.date() if due else None, wanted, day)
        state = desk.move(service, code, decision)
    due_date = state.due.isoformat() if state.due else None
    if as_json:
        typer.echo(json.dumps({"dossier_code": code, "status": state.status.value, "due_date": due_date}))
    else:
        typer.echo("\t".join((code, WORDS[state.status].vi, due_date or "-")))


@app.command()
def files(
    code: str,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    store: FilesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where the files of a dossier are kept."""
    with opened(data, database, store) as service:
        listed: list[dict[str, object]] = [
            {
                "component": file.component,
                "name": file.name,
                "pages": file.pages,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "path": service.files.place(file.sha256),
                "supplement": file.supplement_id,
            }
            for file in desk.files(service, code)
        ]
    if as_json:
        typer.echo(json.dumps({"dossier_code": code, "files": listed}, ensure_ascii=False))
        return
    for one in listed:
        typer.echo(f"{one['sha256']}\t{one['path']}")


@app.command()
def papers(
    code: str,
    received: Annotated[
        list[str] | None, typer.Option("--received", metavar="COMPONENT", help="Handed in now; may be repeated.")
    ] = None,
    officer: Annotated[str | None, typer.Option(help="Who took them.")] = None,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the papers that a citizen brings to the desk, or note that some were handed in."""
    with opened(data, database) as service:
        rows = desk.receive_papers(service, code, received, officer) if received else desk.papers(service, code)
        listed: list[dict[str, object]] = [
            {
                "component": row.component,
                "name_vi": row.component_name_vi,
                "originals": row.originals,
                "copies": row.copies,
                "received_at": rfc3339(row.received_at) if row.received_at else None,
                "officer": row.officer,
            }
            for row in rows
        ]
    if as_json:
        typer.echo(json.dumps({"dossier_code": code, "papers": listed}, ensure_ascii=False))
        return
    for one in listed:
        typer.echo(f"{one['component']}\t{one['received_at'] or '-'}\t{one['name_vi']}")


@app.command("kiosks")
def list_kiosks(
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what every kiosk last reported."""
    with opened(data, database) as service:
        listed = [{"seen_at": rfc3339(row.seen_at), **json.loads(row.heartbeat)} for row in kiosks.fleet(service)]
    if as_json:
        typer.echo(json.dumps({"kiosks": listed}, ensure_ascii=False))
        return
    for one in listed:
        typer.echo(f"{one['kiosk_id']}\t{one['state']}\t{one['version']}\t{one['seen_at']}")


@app.command()
def charge(
    code: str,
    amount: Annotated[int, typer.Argument(min=1, help="Whole dong.")],
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a fee for a dossier that is in status 6."""
    with opened(data, database) as service:
        asked = payments.charge(service, code, amount)
    if as_json:
        typer.echo(json.dumps({"dossier_code": code, "amount_vnd": asked.amount, "state": asked.state}))
    else:
        typer.echo(f"{code}\t{asked.amount}\t{asked.state}")


@app.command("help-calls")
def list_help_calls(
    coming: Annotated[str | None, typer.Option(metavar="ID", help="Say that an officer comes.")] = None,
    minutes: Annotated[int, typer.Option(min=0, max=240, help="In how many minutes.")] = 5,
    done: Annotated[str | None, typer.Option(metavar="ID", help="Say that an officer was there.")] = None,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the open calls for an officer, oldest first, or answer one."""
    with opened(data, database) as service:
        if coming:
            help_calls.answer(service, coming, minutes)
        if done:
            help_calls.answer(service, done, None)
        listed: list[dict[str, str | None]] = [
            {
                "id": row.id,
                "kiosk_id": row.kiosk_id,
                "step": row.step,
                "language": row.language,
                **help_calls.document(row),
            }
            for row in help_calls.waiting(service)
        ]
    if as_json:
        typer.echo(json.dumps({"help_calls": listed}))
        return
    for one in listed:
        typer.echo(
            "\t".join(str(one[key] or "-") for key in ("id", "kiosk_id", "step", "language", "state", "called_at"))
        )


@app.command("measures")
def show_measures(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the share on time and the share satisfied of some days, and how many were helped by an officer."""
    with opened(data, database) as service:
        found = measures.of_days(service, first.date(), last.date())
    if as_json:
        typer.echo(json.dumps(found.document()))
        return
    on_time, satisfied = found.on_time, found.satisfaction
    counted = f"{on_time.early_or_on_time} on time, {on_time.late} late, {on_time.overdue} overdue"
    typer.echo(f"on time\t{_percent(on_time.share)}\t{counted}")
    typer.echo(f"satisfied\t{_percent(satisfied.share)}\t{sum(satisfied.marks)} ratings")
    typer.echo(f"received\t{found.received}\t{found.assisted} with an officer's help")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


@app.command()
def verify(
    data: DataOption = DATA, database: DatabaseOption = None, store: FilesOption = None, as_json: JsonOption = False
) -> None:
    """Read every kept file and compare it with its checksum; exit 1 when one is missing or damaged."""
    with opened(data, database, store) as service:
        faults = list(retention.verify(service))
    if as_json:
        typer.echo(json.dumps({"faults": [{"sha256": fault.sha256, "kind": fault.kind} for fault in faults]}))
    else:
        for fault in faults:
            typer.echo(f"{fault.sha256}\t{fault.kind}")
    if faults:
        fail("FILES-DAMAGED", f"{len(faults)}")


@app.command("sweep")
def sweep_now(
    data: DataOption = DATA, database: DatabaseOption = None, store: FilesOption = None, as_json: JsonOption = False
) -> None:
    """Do now what a server does every hour: expired uploads, outlived content, files that no dossier needs."""
    with opened(data, database, store) as service:
        uploads = Uploads(service).sweep()
        emptied, removed = retention.sweep(service)
    if as_json:
        typer.echo(json.dumps({"uploads": uploads, "dossiers": emptied, "files": removed}))
    else:
        typer.echo(f"uploads {uploads}, dossiers {emptied}, files {removed}")
