"""What every driver promises, whatever its device: settings, states with codes, coming back, bad wires, discretion."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, ClassVar, Final

import pytest

from drivers import registry, wire
from drivers.conformance.desk import Desk
from drivers.conformance.subject import Step, Subject
from drivers.errors import catalogue
from drivers.host import COMMON_VERBS, VERBS
from drivers.ports import Description, Device, DeviceKind, DeviceState, Health, TestResult

CALM: Final = frozenset({DeviceState.READY, DeviceState.BUSY, DeviceState.STARTING})
"""States that need no code."""
MACHINERY: Final = frozenset({"SYS-DEADLINE", "SYS-HOST-DIED"})
"""Codes that the supervisor gives for a host that it had to kill."""
UNKNOWN_SETTING: Final = "no_such_setting"
LONGEST_DEADLINE_S: Final = 120.0
LONGEST_POLL_S: Final = 5.0
SLOW_MS: Final = 40
HANG_S: Final = 600
GRACE_S: Final = 1.0


def check_codes(health: Health | None) -> None:
    """A state that is not calm says why, and every code is one of errors.toml."""
    if health is not None:
        assert health.code is None or health.code in catalogue(), f"{health.code} is not in errors.toml"
        assert health.state in CALM or health.code, f"{health.state.value} without a code"


class DeviceSuite:
    """The promises of drivers.ports.Device and DriverInfo. A subclass is one port; a suite is a subclass with a subject."""

    subject: ClassVar[Subject]
    kind: ClassVar[DeviceKind]
    absent_codes: ClassVar[frozenset[str]]
    tidy: ClassVar[tuple[Step, ...]] = (Step.MEND,)
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]]
    """What the port's main verb may end with on a bad wire; None is success."""

    @pytest.fixture(scope="class")
    @classmethod
    def _table(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
        desk = Desk(cls.subject, cls.kind, tmp_path_factory.mktemp("device"), cls.tidy)
        try:
            desk.start()
            desk.fresh()  # what fails here fails once, not again in each test
            yield desk
        finally:
            desk.stop()

    @pytest.fixture
    def desk(self, _table: Desk) -> Iterator[Desk]:
        """The device, tidy and ready."""
        _table.fresh()
        yield _table
        _table.tidy_up()

    def use(self, desk: Desk) -> str | None:
        """Does with the device what it is for, with what lies ready; the code it ended with, None for success."""
        raise NotImplementedError

    def prepare(self, desk: Desk) -> None:
        """Lays ready what `use` needs."""

    def mend(self, desk: Desk) -> None:
        """Puts right what a bad wire has left."""
        desk.fresh()

    def present(self, desk: Desk) -> None:
        """Shows the device something personal, where showing is all it takes."""

    # --- registration -----------------------------------------------------------------------------------------------

    def test_the_driver_is_registered_for_its_kind(self) -> None:
        """An entry point of the group kiosk.drivers names a DriverInfo of this port."""
        assert registry.load(self.subject.driver).kind is self.kind

    def test_every_setting_is_explained(self) -> None:
        """A technician reads there what to write into the configuration."""
        settings = registry.load(self.subject.driver).settings
        assert all(key.strip() and meaning.strip() for key, meaning in settings.items())

    def test_every_setting_in_use_is_a_known_one(self, desk: Desk) -> None:
        """What the device is run with here is what the driver explains."""
        assert set(desk.settings) <= set(desk.info.settings)

    def test_an_unknown_setting_is_refused_by_its_name(self, desk: Desk) -> None:
        """A slip of the pen must not be taken for a wish that is granted."""
        with pytest.raises(ValueError, match=UNKNOWN_SETTING):
            desk.info.create({**desk.settings, UNKNOWN_SETTING: 1})

    def test_creating_a_driver_touches_nothing(self, desk: Desk) -> None:
        """`create` does no I/O: it works beside a host that has the device, and leaves the table as it is."""
        table = dict(desk.settings)
        device = desk.info.create(table)
        assert isinstance(device, Device)
        assert device.kind is self.kind
        assert table == desk.settings
        desk.rest(0.1)
        assert desk.call("health", Health).code is None

    def test_every_verb_has_a_deadline(self, desk: Desk) -> None:
        """A verb without one would be killed after ten seconds, or never be missed."""
        verbs = ("open", *COMMON_VERBS, *VERBS[self.kind.value])
        missing = [verb for verb in verbs if verb not in desk.info.deadlines_s]
        assert not missing, f"no deadline for {', '.join(missing)}"
        for verb, seconds in desk.info.deadlines_s.items():
            assert math.isfinite(seconds), verb
            assert 0 < seconds <= LONGEST_DEADLINE_S, f"{verb}: {seconds} s"

    def test_the_driver_is_polled_at_a_reasonable_pace(self, desk: Desk) -> None:
        """Often enough that a person is not kept waiting."""
        assert 0 < desk.info.create(dict(desk.settings)).poll_interval_s <= LONGEST_POLL_S

    # --- describe, health, self_test ----------------------------------------------------------------------------------

    def test_the_description_is_complete(self, desk: Desk) -> None:
        """Driver, port and capabilities are always known; vendor, model, serial, firmware are told or left empty."""
        outcome = desk.call("describe", Description)
        assert outcome.code is None
        told: Description = outcome.value
        assert told.driver, "describe() names no driver"
        assert told.port, "describe() names no port"
        assert all(capability.strip() for capability in told.capabilities)
        assert len(set(told.capabilities)) == len(told.capabilities), f"told twice: {told.capabilities}"
        assert told == desk.client.description, "describe() told something else when the device was opened"

    def test_a_device_that_is_well_says_so(self, desk: Desk) -> None:
        """health() asks the device itself."""
        outcome = desk.call("health", Health)
        assert outcome.code is None
        assert outcome.value.state is DeviceState.READY
        check_codes(outcome.value)

    def test_the_self_test_names_its_steps_and_all_pass(self, desk: Desk) -> None:
        """Names are unique, times are sane, and nothing needs a person."""
        outcome = desk.call("self_test", tuple[TestResult, ...])
        assert outcome.code is None
        names = [result.name for result in outcome.value]
        assert names, "a self-test without a step"
        assert all(name.strip() for name in names)
        assert len(set(names)) == len(names), f"two steps of one name: {names}"
        for result in outcome.value:
            assert result.passed, f"{result.name}: {result.code} {result.detail}"
            assert 0 <= result.seconds <= desk.deadline("self_test")

    def test_cancelling_nothing_harms_nothing(self, desk: Desk) -> None:
        """A cancel may come when the verb has just ended."""
        desk.cancel()
        assert desk.call("health", Health).code is None
        self.prepare(desk)
        assert self.use(desk) is None

    # --- open and close -----------------------------------------------------------------------------------------------

    def test_open_and_close_can_be_repeated(self, desk: Desk) -> None:
        """Closing never raises, opening an open device does no harm, and what was closed opens again."""
        with desk.bare() as driver:
            for word in ("close", "open", "health", "open", "health", "close", "close", "open", "health", "close"):
                answer = driver.ask(word)
                assert answer.code is None, f"{word}: {answer}"
                assert answer.crash is None, f"{word}: {answer}"

    def test_a_closed_device_says_that_it_cannot_be_asked(self, desk: Desk) -> None:
        """health() on a device that is not open is a DeviceError of the catalogue, not a crash."""
        with desk.bare() as driver:
            for words in (("health",), ("open", "close", "health")):
                answer = [driver.ask(word) for word in words][-1]
                assert answer.crash is None, answer
                assert answer.code in catalogue(), answer

    def test_opening_and_closing_leaves_no_descriptor_open(self, desk: Desk) -> None:
        """A device that goes and comes for months must not use the process up."""
        with desk.bare() as driver:
            counts = []
            for _ in range(6):
                driver.ask("open")
                driver.ask("poll")
                driver.ask("close")
                counts.append(driver.ask("descriptors").value)
            assert counts[-1] <= counts[1], f"descriptors after each cycle: {counts}"

    def test_a_driver_that_fails_to_open_does_so_by_code_and_opens_once_it_can(self, desk: Desk) -> None:
        """The host tries again each second, in the same process."""
        with desk.bare() as driver:
            desk.do(Step.UNPLUG)
            for _ in range(2):
                answer = driver.ask("open")
                assert answer.code in self.absent_codes, answer
                assert driver.ask("close").crash is None
            desk.do(Step.MEND)
            until = time.monotonic() + 5
            while (answer := driver.ask("open")).code is not None and time.monotonic() < until:
                desk.rest(0.2)
            assert answer.code is None, answer
            assert answer.crash is None, answer
            assert driver.ask("health").code is None

    # --- going and coming ---------------------------------------------------------------------------------------------

    def test_an_unplugged_device_is_absent_and_comes_back_without_a_new_process(self, desk: Desk) -> None:
        """Hot plug: told once with the port's code, said by each verb, told once as ready, and used again by itself."""
        restarts = desk.client.restarts
        desk.do(Step.UNPLUG)
        health = desk.wait_state(DeviceState.ABSENT)
        assert health.code in self.absent_codes
        for verb, result in (("health", Health), ("describe", Description), ("self_test", tuple[TestResult, ...])):
            outcome = desk.call(verb, result)
            assert outcome.code in self.absent_codes, f"{verb}: {outcome}"
        desk.do(Step.MEND)
        desk.wait_state(DeviceState.READY)
        desk.rest(0.2)
        told = [wire.from_json(Health, heard.data) for heard in desk.heard("state")]
        for one in told:
            check_codes(one)
        assert all(one != following for one, following in pairwise(told)), told
        assert [one.state for one in told].count(DeviceState.READY) == 1
        self.prepare(desk)
        assert self.use(desk) is None
        assert desk.client.restarts == restarts

    def test_a_device_that_is_not_there_at_the_start_is_found_later(self, desk: Desk) -> None:
        """A kiosk starts with whatever is plugged in."""
        desk.disconnect()
        desk.do(Step.UNPLUG)
        desk.connect()
        assert desk.wait_state(DeviceState.ABSENT).code in self.absent_codes
        desk.do(Step.MEND)
        desk.wait_state(DeviceState.READY)
        assert desk.client.restarts == 0

    def test_a_killed_host_leaves_a_device_that_is_ready_again(self, desk: Desk) -> None:
        """Neither a lock nor a job of the dead process stands in the way of the next."""
        desk.kill_host()
        desk.wait_heard("state")
        desk.wait_state(DeviceState.READY, seconds=desk.deadline("open") + 5)
        self.prepare(desk)
        assert self.use(desk) is None

    # --- bad wires ----------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("fault", [Step.GARBLE, Step.REFUSE, Step.HANG, Step.SLOW], ids=lambda step: step.value)
    def test_a_bad_wire_ends_in_a_named_code_within_the_deadline(self, desk: Desk, fault: Step) -> None:
        """Damaged, refusing, silent and slow: the main verb ends as the port says, and all is well once it is mended."""
        self.prepare(desk)
        desk.do(fault, {Step.HANG: HANG_S, Step.SLOW: SLOW_MS}.get(fault))
        began = time.monotonic()
        code = self.use(desk)
        assert code in self.bad_wires[fault], f"{fault.value} ended with {code}"
        assert time.monotonic() - began <= max(map(desk.deadline, VERBS[self.kind.value]), default=10.0) + GRACE_S
        check_codes(desk.health)
        self.mend(desk)
        self.prepare(desk)
        assert self.use(desk) is None

    # --- people -------------------------------------------------------------------------------------------------------

    def secrets(self, desk: Desk) -> tuple[str, ...]:
        """What `use` has handled of people; filled while it runs."""
        return ()

    def test_nothing_personal_is_told_in_words(self, desk: Desk) -> None:
        """Not in log lines, not in the details of states and errors, not in the driver's repr, not on its stderr."""
        self.prepare(desk)
        secrets = [secret for secret in self.secrets(desk) if secret]
        assert self.use(desk) is None
        words = [desk.told, repr(desk.call("health", Health))]
        with desk.bare() as driver:
            driver.ask("open")
            self.present(desk)
            for _ in range(8):
                driver.ask("poll")
                desk.rest(0.05)
            words += [str(driver.ask("repr").value), str(driver.ask("health"))]
        words.append(driver.errors)
        for secret in secrets:
            assert not any(secret in text for text in words), "personal data in words (not repeated here)"


def suite(base: type[Any], subject: Subject) -> type[Any]:
    """The suite `base` for one subject, to be given a name that begins with Test."""
    return type(base.__name__, (base,), {"subject": subject, "__doc__": f"{base.__doc__} Here: {subject.driver}."})
