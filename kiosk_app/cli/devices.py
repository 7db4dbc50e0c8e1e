"""`kiosk devices`, `kiosk check` and `kiosk read-card`: the hardware from the command line."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drivers.errors import DeviceError
from drivers.ports import CardAccess, CardReading, DeviceKind
from kiosk_app.cli import readiness
from kiosk_app.cli.common import bench, fail, fail_usage, new_table, print_json, run_async, say, state
from kiosk_app.cli.options import JsonOption, ProfileOption

if TYPE_CHECKING:
    from drivers.supervisor import DeviceClient
    from kiosk_app.config import Config

CARD_WAIT_S = 15.0


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(devices)
    app.command()(check)
    app.command("read-card")(read_card)


def devices(context: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List the devices with their states, and the drivers that are installed."""
    from drivers import registry

    rows = run_async(_list(state(context).load(profile)))
    drivers = [
        {"name": item.name, "package": item.package, "available": item.info is not None, "reason": item.reason}
        for item in registry.registered()
    ]
    if as_json:
        print_json({"devices": rows, "drivers": drivers})
        return
    table = new_table("id", "kind", "state", "code", "model", "port")
    for row in rows:
        table.add_row(row["id"], row["kind"], row["state"], row["code"] or "", row["model"], row["port"])
    say(table)
    for driver in drivers:
        if not driver["available"]:
            say(f"driver {driver['name']} is unavailable: {driver['reason']}")


async def _list(config: Config) -> list[dict[str, Any]]:
    from kiosk_app.cli.hosts import running

    async with bench(config) as (ready, _), running(ready) as supervisor:
        return [_row(client) for client in supervisor.clients.values()]


def _row(client: DeviceClient) -> dict[str, Any]:
    about = client.description
    return {
        "id": client.config.id,
        "kind": client.config.kind.value,
        "driver": client.config.driver,
        "state": client.health.state.value,
        "code": client.health.code,
        "detail": client.health.detail,
        "vendor": about.vendor,
        "model": about.model,
        "firmware": about.firmware,
        "port": about.port,
        "capabilities": list(about.capabilities),
    }


def check(
    context: typer.Context,
    device: Annotated[str | None, typer.Argument(help="One device's id; all when left out.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Check line and machine as well and write the signed report here.")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option("--verify", help="Test nothing; say whether this report is as it was signed.")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", help="With --verify: the public key (hex) of the machine that must have signed.")
    ] = "",
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the self-tests that need no person: the readiness report. Exit code 1 when one fails."""
    config = state(context).load(profile)
    if verify is not None:
        if device is not None or report is not None:
            fail_usage("--verify reads a report that there is; expected neither a device nor --report beside it")
        readiness.verify(verify, key, config, as_json)
        return
    if key:
        fail_usage("--key says whose report --verify expects; expected both")
    if report is not None:
        if device is not None:
            fail_usage("--report is of the whole machine; expected no device beside it")
        readiness.report(report, config, as_json)
        return
    known = [item.id for item in config.devices]
    if device is not None and device not in known:
        fail_usage(f"no device {device}; the configuration has {', '.join(known)}")
    rows = run_async(_check(config, device))
    passed = all(test["passed"] for row in rows for test in row["tests"])
    if as_json:
        print_json({"passed": passed, "devices": rows})
    else:
        readiness.show(rows)
    if not passed:
        raise typer.Exit(1)


async def _check(config: Config, device: str | None) -> list[dict[str, Any]]:
    from kiosk_app.cli.hosts import running

    async with bench(config) as (ready, _), running(ready) as supervisor:
        clients = [client for client in supervisor.clients.values() if device in (None, client.config.id)]
        return list(await asyncio.gather(*(_test(client) for client in clients)))


async def _test(client: DeviceClient) -> dict[str, Any]:
    from kiosk_app.runtime.inspection import self_test

    return {**_row(client), "tests": [asdict(line) for line in await self_test(client)]}


def read_card(
    context: typer.Context,
    can: Annotated[str | None, typer.Option(help="Card access number: the ID number's last six digits.")] = None,
    mrz: Annotated[str | None, typer.Option(help="The machine-readable zone, three lines without spaces.")] = None,
    qr: Annotated[str | None, typer.Option(help="The whole text of the card's QR code.")] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the chip of the card on the reader. On the demo profile a fictional person's card is put there."""
    config = state(context).load(profile)
    if can is None and mrz is None and qr is None and not config.simulation.enabled:
        fail_usage("give --can, --mrz or --qr")
    try:
        reading = run_async(_read(config, CardAccess(can, mrz, qr)))
    except DeviceError as error:
        fail(error.code, error.detail, as_json)
    report = {
        "access": reading.access.value,
        "apdus": reading.apdus,
        "seconds": round(reading.seconds, 3),
        "number": reading.holder.number,
        "name": reading.holder.name,
        "groups": list(reading.groups),
        "authenticity": {
            name: {"verdict": check.verdict.value, "reason": check.reason}
            for name, check in (("passive", reading.passive), ("active", reading.active), ("chip", reading.chip))
        },
        "photo_bytes": len(reading.photo_b64) * 3 // 4,
        "mismatches": list(reading.mismatches),
    }
    if as_json:
        print_json(report)
        return
    table = new_table(show_header=False)
    for key, value in report.items():
        table.add_row(key, str(value))
    say(table)


async def _read(config: Config, access: CardAccess) -> CardReading:
    from kiosk_app.cli.hosts import running

    async with bench(config) as (ready, dock):
        if dock:
            access = await _lay_card(dock, access)
        async with running(ready, DeviceKind.CARD) as supervisor:
            client = supervisor.by_kind(DeviceKind.CARD)
            if client is None:
                raise DeviceError("SYS-NO-DRIVER", "no card reader is configured")
            end = time.monotonic() + CARD_WAIT_S
            while True:
                try:
                    return await client.call("read", CardReading, access=access)
                except DeviceError as error:
                    if error.code not in ("CRD-NO-CARD", "CRD-ABSENT", "CRD-NO-SERVICE") or time.monotonic() > end:
                        raise
                await asyncio.sleep(0.2)


async def _lay_card(dock: str, access: CardAccess) -> CardAccess:
    """Puts the demonstration's card on the simulated reader; without --can its own number is used."""
    from drivers.simulators.dock import DockClient

    hand = await DockClient.connect(dock)
    try:
        (card,) = [item for item in await hand.devices() if item["kind"] == DeviceKind.CARD.value]
        await hand.act(card["id"], "insert")
        (card,) = [item for item in await hand.devices() if item["kind"] == DeviceKind.CARD.value]
    finally:
        await hand.close()
    if access == CardAccess():
        return CardAccess(can=str(card["state"]["can"]))
    return access
