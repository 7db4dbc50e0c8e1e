"""What the service's commands share: options, exit codes, and the open service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from backend.audit import UnknownKioskError
from backend.desk import UnknownDossierError
from backend.help_calls import UnknownCallError
from backend.procedures import ProceduresError
from backend.service import DataFolderError, Service, open_service
from backend.settings import SettingsError
from backend.staff import StaffError
from backend.storage.database import DatabaseError
from backend.storage.objects import ObjectStoreError
from backend.tls import PkiError
from backend.workflow import MoveError
from backend.working_days import CalendarError

DataOption = Annotated[Path, typer.Option("--data", help="Folder with database, files and keys.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", help="sqlite:///FILE or postgresql://USER@HOST/NAME; default SQLite in the folder."),
]
FilesOption = Annotated[
    str | None,
    typer.Option("--files", help="s3://HOST/BUCKET of an S3-compatible store; default the folder itself."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]

DATA = Path("var/backend")


def fail(code: str, detail: str) -> NoReturn:
    """Ends with exit code 1 and the code on standard error."""
    typer.echo(f"{code}: {detail}" if detail else code, err=True)
    raise typer.Exit(1)


@contextmanager
def failures_have_codes() -> Iterator[None]:
    """Expected failures inside end the command with their code."""
    try:
        yield
    except (MoveError, DataFolderError) as error:
        fail(error.code, str(error).removeprefix(f"{error.code}: "))
    except (
        UnknownDossierError,
        SettingsError,
        CalendarError,
        ProceduresError,
        PkiError,
        DatabaseError,
        ObjectStoreError,
        UnknownCallError,
        StaffError,
        UnknownKioskError,
    ) as error:
        fail(error.code, str(error))
    except OSError as error:
        fail("SYSTEM", error.strerror or type(error).__name__)


@contextmanager
def opened(data: Path, database: str | None, files: str | None = None) -> Iterator[Service]:
    """The service's data for the length of a command; expected failures end it with their code."""
    with failures_have_codes():
        service = open_service(data, database, files)
        try:
            yield service
        finally:
            service.close()
