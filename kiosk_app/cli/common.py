"""What all commands share: JSON output, exit codes, and a bench for the length of a command."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    import typer
    from rich.console import Console
    from rich.table import Table

    from kiosk_app.config import Config
    from kiosk_app.submission.device_key import DeviceKey

T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """The options before the command's name."""

    profile: str | None = None
    file: Path | None = None
    data: Path | None = None

    def load(self, profile: str | None = None) -> Config:
        """The configuration; a command's own --profile wins. Raises ConfigError.

        From here on the log goes to the machine's file: what a command prints on stdout is its answer and nothing else.
        """
        from kiosk_app import config as configuration
        from kiosk_app.log import set_up

        config = configuration.load(profile or self.profile, self.file, self.data)
        try:
            set_up(config.data_dir / "logs" / "kiosk.log")
        except OSError:
            set_up()  # a folder of the service's own user: stderr, then
        return config


def state(context: typer.Context) -> State:
    """The options that stand before the command."""
    found = context.find_object(State)
    return found if found is not None else State()


def device_key(config: Config) -> DeviceKey:
    """This machine's key, made where there is none yet. Ends the command where it cannot be had."""
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import SubmissionError
    from kiosk_app.submission.device_key import open_device_key

    settings = submission_settings(config)
    try:
        settings.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open_device_key(settings.data_folder, settings.key_source, settings.tpm_settings)
    except SubmissionError as error:
        fail(error.code, error.detail)
    except OSError as error:
        fail("STO-IO", type(error).__name__)


@cache
def terminal(name: str) -> Console:
    """The terminal: "console" for results, "errors" for all else. Made when it is needed, as rich takes long to import."""
    from rich.console import Console

    return Console(stderr=name == "errors")


def __getattr__(name: str) -> Console:
    if name in ("console", "errors"):
        return terminal(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def say(*texts: object, **style: Any) -> None:
    """Prints for a person, on stdout, with rich's markup."""
    terminal("console").print(*texts, **style)


def tell(text: str) -> None:
    """Prints a line of plain words for a person, on stdout, unbroken: names in it are no markup."""
    terminal("console").print(text, markup=False, highlight=False, soft_wrap=True)


def new_table(*columns: str, **style: Any) -> Table:
    """An empty table for `say`."""
    from rich.table import Table

    return Table(*columns, **style)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def fail(code: str, detail: str = "", as_json: bool = False) -> NoReturn:
    """Ends with exit code 1, the code and what a technician should do."""
    from rich.markup import escape

    from drivers.errors import entry

    words = entry(code).text("technician", "en")
    if as_json:
        print_json({"error": code, "detail": detail, "remedy": words})
    else:
        terminal("errors").print(f"[bold red]{code}[/] {escape(detail)}\n{escape(words)}", highlight=False)
    sys.exit(1)


def fail_usage(text: str) -> NoReturn:
    """Ends with exit code 2."""
    from rich.markup import escape

    terminal("errors").print(f"[bold red]error[/] {escape(text)}", highlight=False, soft_wrap=True)
    sys.exit(2)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command's work on a loop of its own."""
    import asyncio  # with sockets and TLS, which the starting picture would wait for

    return asyncio.run(work)


@contextmanager
def taken_back() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, so that what it began is taken back; the command's exit code is 143 then."""
    import signal

    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True
        if not callable(signal.getsignal(signal.SIGINT)):
            # A script's background job ignores Ctrl-C, and nobody would hear it.
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        if ended:
            sys.exit(128 + signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


@asynccontextmanager
async def bench(config: Config, *, devices: bool = True, service: bool = False) -> AsyncIterator[tuple[Config, str]]:
    """The configuration to work with and the dock's address; simulators run for the length of the block if configured."""
    if not config.simulation.enabled:
        yield config, ""
        return
    from kiosk_app.runtime import demo

    running = await demo.start(config, devices=devices, service=service)
    try:
        yield running.config, running.dock
    finally:
        await running.stop()
