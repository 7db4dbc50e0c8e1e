"""The ministry's help board as the kiosk sees it: a call is put up, looked at and taken back. Blocks on the network."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .errors import ServiceRefusal, ServiceTrouble
from .line import line_to_ministry
from .settings import SubmissionSettings
from .tus import trouble

OPEN: Final = ("calling", "coming")
CANCELLED: Final = "cancelled"
"""Taken back by the kiosk, or closed by the board when that has been silent."""
_LIMITS: Final = {"connect_timeout_s": 3.0, "read_timeout_s": 5.0, "request_limit_s": 8.0}
"""Somebody stands there and waits to hear whether anybody was told."""
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json, application/problem+json"}


@dataclass(frozen=True)
class BoardCall:
    """A call as it stands on the board: calling, coming, cancelled or done; when somebody means to be there (RFC 3339)."""

    state: str
    expected_at: str = ""


class HelpBoard:
    """The calls of this kiosk. Nothing of a citizen goes there: the kiosk, the step and the language."""

    def __init__(self, settings: SubmissionSettings) -> None:
        limits = {name: min(limit, getattr(settings, name)) for name, limit in _LIMITS.items()}
        self._settings = dataclasses.replace(settings, **limits)

    def call(self, uuid: str, step: str, language: str) -> BoardCall:
        """Puts a call up; repeating it is safe. Raises ServiceTrouble, ServiceRefusal."""
        body = {"kiosk_id": self._settings.kiosk_id, "step": step, "language": language}
        return self._ask("PUT", uuid, body)

    def look(self, uuid: str) -> BoardCall:
        """How a call stands. Raises ServiceTrouble, ServiceRefusal for one that the board does not know."""
        return self._ask("GET", uuid)

    def take_back(self, uuid: str) -> BoardCall:
        """Takes a call back; one that is over stays so. Raises ServiceTrouble, ServiceRefusal for an unknown one."""
        return self._ask("DELETE", uuid)

    def _ask(self, method: str, uuid: str, body: Mapping[str, str] | None = None) -> BoardCall:
        text = None if body is None else json.dumps(body).encode("ascii")
        with line_to_ministry(self._settings) as transport:
            answer = transport.request(method, f"/v1/help-calls/{uuid}", headers=_JSON, body=text)
        document = answer.document()
        if answer.status in (200, 201):
            state, expected = document.get("state"), document.get("expected_at")
            if not isinstance(state, str):
                raise ServiceTrouble("the board's answer does not follow the contract", "NET-GARBLED")
            return BoardCall(state, expected if isinstance(expected, str) else "")
        problem = document.get("code")
        if isinstance(problem, str) and answer.status in (400, 403, 404, 409, 422):
            raise ServiceRefusal(problem)
        raise trouble(answer, "calling an officer")
