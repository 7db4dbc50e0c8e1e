"""`kiosk-backend staff` and `kiosk-backend audit`: the administrator's commands for accounts and ends of audit logs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from backend import audit as ends
from backend.cli_common import DATA, DatabaseOption, DataOption, JsonOption, fail, opened
from backend.settings import rfc3339
from backend.staff import ROLES, Accounts, Issued

staff = typer.Typer(no_args_is_help=True, help="Accounts of the staff at the kiosks.")

RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")]
CodeOption = Annotated[
    Path | None, typer.Option("--code", metavar="FILE", help="Draw the badge's QR code into this .svg or .png.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(staff, name="staff")
    app.command("audit")(audit)


@staff.command()
def add(
    staff_id: str,
    role: RoleArgument,
    name: Annotated[str, typer.Option(help="As kiosks show it.")],
    code: CodeOption = None,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account; prints its first PIN, which has to be changed, and its badge's code. Neither is kept."""
    with opened(data, database) as service:
        issued = Accounts(service).add(staff_id, name, role)
        _tell(issued, code, as_json)


@staff.command("list")
def list_accounts(data: DataOption = DATA, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Show every account."""
    with opened(data, database) as service:
        listed: list[dict[str, object]] = [
            {
                "staff_id": row.id,
                "name": row.name,
                "role": row.role,
                "disabled": row.disabled,
                "must_change": row.must_change,
                "pin_version": row.pin_version,
                "changed_at": rfc3339(row.changed_at),
            }
            for row in Accounts(service).all()
        ]
    if as_json:
        typer.echo(json.dumps({"staff": listed}, ensure_ascii=False))
        return
    for one in listed:
        state = "disabled" if one["disabled"] else "first PIN" if one["must_change"] else "in use"
        typer.echo("\t".join(map(str, (one["staff_id"], one["role"], state, one["name"]))))


@staff.command("role")
def set_role(staff_id: str, role: RoleArgument, data: DataOption = DATA, database: DatabaseOption = None) -> None:
    """Give an account another role."""
    with opened(data, database) as service:
        Accounts(service).set_role(staff_id, role)


@staff.command()
def disable(staff_id: str, data: DataOption = DATA, database: DatabaseOption = None) -> None:
    """Take an account away; a kiosk forgets it at its next synchronisation."""
    with opened(data, database) as service:
        Accounts(service).set_disabled(staff_id, True)


@staff.command()
def enable(staff_id: str, data: DataOption = DATA, database: DatabaseOption = None) -> None:
    """Bring a disabled account back with the PIN and badge it had."""
    with opened(data, database) as service:
        Accounts(service).set_disabled(staff_id, False)


@staff.command("reset-pin")
def reset_pin(
    staff_id: str, data: DataOption = DATA, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Print a new first PIN, which has to be changed; locks after wrong ones end with it."""
    with opened(data, database) as service:
        _tell(Accounts(service).reset_pin(staff_id), None, as_json)


@staff.command()
def badge(
    staff_id: str,
    code: CodeOption = None,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the code of a new badge; the one before opens nothing more."""
    with opened(data, database) as service:
        _tell(Accounts(service).new_badge(staff_id), code, as_json)


def _tell(issued: Issued, file: Path | None, as_json: bool) -> None:
    if file is not None:
        import segno

        segno.make(issued.badge, error="m").save(str(file), scale=8, border=4)
    said = {name: value for name, value in (("pin", issued.pin), ("badge", issued.badge)) if value}
    if as_json:
        typer.echo(json.dumps({"staff_id": issued.staff_id, **said}))
    else:
        for name, value in said.items():
            typer.echo(f"{name}\t{value}")


def audit(
    kiosk_id: Annotated[str | None, typer.Argument(metavar="[KIOSK]", help="Every end that its log has had.")] = None,
    accept: Annotated[
        str | None, typer.Option(metavar="KIOSK", help="Take what a kiosk said last for its log's beginning.")
    ] = None,
    data: DataOption = DATA,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where the kiosks' audit logs end; exit 1 when one has gone back or been written anew.

    What is printed for a kiosk, N:HASH, is what `kiosk audit verify --through` takes there.
    """
    with opened(data, database) as service:
        if accept:
            ends.accept(service, accept)
        rows = [] if kiosk_id else list(ends.ends(service))
        heads = list(ends.heads(service, kiosk_id)) if kiosk_id else []
    if kiosk_id:
        listed = [{"end": f"{row.entries}:{row.head}", "at": rfc3339(row.at)} for row in heads]
        typer.echo(
            json.dumps({"kiosk_id": kiosk_id, "ends": listed}) if as_json else "\n".join(o["end"] for o in listed)
        )
        return
    found: list[dict[str, str | None]] = [
        {
            "kiosk_id": row.kiosk_id,
            "end": f"{row.entries}:{row.head}",
            "at": rfc3339(row.at),
            "warning": row.warning,
            "warned_at": rfc3339(row.warned_at) if row.warned_at else None,
            "told": f"{row.told_entries}:{row.told_head}" if row.warning else None,
        }
        for row in rows
    ]
    if as_json:
        typer.echo(json.dumps({"kiosks": found}))
    else:
        for one in found:
            typer.echo("\t".join(str(one[key] or "-") for key in ("kiosk_id", "end", "at", "warning", "told")))
    if wrong := [one for one in found if one["warning"]]:
        fail("AUDIT-WRONG", f"{len(wrong)}")
