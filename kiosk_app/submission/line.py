"""The way to the line to the ministry for who asks now and then."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .settings import SubmissionSettings

if TYPE_CHECKING:
    from .transport import Transport


def line_to_ministry(settings: SubmissionSettings) -> AbstractContextManager[Transport]:
    """A session with the service for the length of a block. Raises as `Transport`.

    Its libraries need a tenth of a second and ten megabytes, which a kiosk that nobody uses does not spend; they are
    imported on the worker thread that asks.
    """
    from .transport import Transport

    return contextlib.closing(Transport(settings))
