"""The command `kiosk`: every verb of the machine for operators, technicians and scripts."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import typer

    app: typer.Typer

# Start-up makes objects that stay; looking for garbage among them every 700 objects costs a tenth of the time to the
# first frame.
GC_THRESHOLDS: Final = (50_000, 10, 10)


def __getattr__(name: str) -> Any:
    """`app` is the whole command line, for documentation and completion."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kiosk_app.cli.root import command_line

    return command_line()


def main() -> None:
    """Entry point: a mistake in the configuration ends with exit code 2 and its words, never a traceback.

    Only what the command at hand needs is imported: the kiosk itself is waited for, and needs nothing of the others.
    """
    gc.set_threshold(*GC_THRESHOLDS)
    from kiosk_app.cli.window import asked, show

    try:
        wanted = asked(sys.argv[1:])
        if wanted is not None:
            show(wanted)
            return
        from kiosk_app.cli.root import command_line, modules_of

        command_line(modules_of(sys.argv[1:]))()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from kiosk_app.cli.common import fail_usage
        from kiosk_app.config import ConfigError

        if not isinstance(error, ConfigError):
            raise
        fail_usage(str(error))
