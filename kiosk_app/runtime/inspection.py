"""One inspection of the whole machine for a readiness report: the same for the technician's screen and the command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from drivers import wire
from drivers.errors import DeviceError
from drivers.ports import TestResult
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import Config
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.model.servicing import CheckLine, OutboxLine, OutboxSum, Readiness, TestLine
from kiosk_app.runtime.surroundings import device_key, look_around
from kiosk_app.submission import SubmissionError, SubmissionService, SubmissionSettings
from kiosk_app.submission.clock import Doubt

TestDevice = Callable[[str], Awaitable[tuple[TestLine, ...]]]
"""Tests the device of that id."""
Check = Callable[[], Awaitable[tuple[CheckLine, ...]]]


class Inspection:
    """What a report is made of. `submission` is the store, or why it cannot be opened: that too is a finding."""

    def __init__(
        self,
        config: Config,
        settings: SubmissionSettings,
        supervisor: Supervisor,
        submission: SubmissionService | SubmissionError,
        ledger: Ledger,
    ) -> None:
        self._config = config
        self._settings = settings
        self._supervisor = supervisor
        self._submission = submission
        self._ledger = ledger

    async def whole(self, test: TestDevice | None = None, check: Check | None = None) -> Readiness:
        """Everything that needs no person at once, with what waits in the outbox and how the guided tests ended.

        `test` and `check` stand for `test_device` and `check` where somebody shows how far they are.
        """
        began, started = self._config.now(), time.monotonic()
        ids = tuple(self._supervisor.clients)
        tests = asyncio.gather(*((test or self.test_device)(id) for id in ids))
        _, checks = await asyncio.gather(tests, (check or self.check)())
        return Readiness(
            began.isoformat(timespec="seconds"),
            round(time.monotonic() - started, 2),
            tuple(zip(ids, tests.result(), strict=True)),
            checks,
            await asyncio.to_thread(self._ledger.guided),
            await asyncio.to_thread(self._sum),
        )

    async def test_device(self, device: str) -> tuple[TestLine, ...]:
        """The steps of a device's own test, see `self_test`."""
        return await self_test(self._supervisor.clients[device])

    async def check(self) -> tuple[CheckLine, ...]:
        """Line, certificates, clock, disk, swap, the device key, and whether the outbox takes one more dossier."""

        def look() -> tuple[CheckLine, ...]:
            trouble = self._submission if isinstance(self._submission, SubmissionError) else None
            around = look_around(self._config, self._settings, self._clock_doubt())
            return *around, device_key(self._settings, trouble), self._accepting()

        return await asyncio.to_thread(look)

    def outbox(self) -> tuple[OutboxLine, ...] | None:
        """What is not acknowledged, nothing personal; None where it cannot be read. Blocks."""
        if isinstance(self._submission, SubmissionError):
            return None
        try:
            rows = self._submission.outbox_report()
        except SubmissionError:
            return None
        return tuple(
            OutboxLine(
                row.id,
                row.kiosk_reference,
                row.state.value,
                row.bytes_sent,
                row.bytes_total,
                row.attempts,
                float(round(row.oldest_s)),
                row.refusal.code if row.refusal else row.last_code,
            )
            for row in rows
        )

    def _clock_doubt(self) -> Doubt | None:
        try:
            return None if isinstance(self._submission, SubmissionError) else self._submission.clock_doubt()
        except SubmissionError:
            return None

    def _sum(self) -> OutboxSum | None:
        lines = self.outbox()
        return None if lines is None else OutboxSum.of(lines)

    def _accepting(self) -> CheckLine:
        lines = self.outbox()
        waiting = None if lines is None else float(len(lines))
        try:
            if isinstance(self._submission, SubmissionError):
                raise self._submission
            self._submission.check_accepting()
        except SubmissionError as error:
            return CheckLine("outbox", False, waiting, error.code, error.detail)
        return CheckLine("outbox", True, waiting)


async def self_test(client: DeviceClient) -> tuple[TestLine, ...]:
    """The steps of a device's own test; a device that cannot be asked has one step, failed with the reason's code."""
    started = time.monotonic()
    try:
        results = wire.from_json(tuple[TestResult, ...], await client.call_none("self_test"))
    except (DeviceError, wire.BadFrame) as error:
        seconds = round(time.monotonic() - started, 3)
        code, detail = (
            (error.code, error.detail) if isinstance(error, DeviceError) else ("SYS-UNEXPECTED", "no self-test result")
        )
        return (TestLine("self test", False, seconds, code, detail),)
    return tuple(TestLine(item.name, item.passed, round(item.seconds, 3), item.code, item.detail) for item in results)
