"""What every chip card reader promises: one event for each card, no password tried twice, and a code for every bad chip."""

from __future__ import annotations

import time
from typing import Any, ClassVar, Final

import pytest

from drivers.conformance.desk import Desk, Outcome
from drivers.conformance.device import MACHINERY, DeviceSuite, suite
from drivers.conformance.subject import Step, Subject, TestCard
from drivers.ports import AccessKind, CardAccess, CardReading, DeviceKind, DeviceState, Verdict

STEPS: Final = ("connect", "access", "identity", "photo", "authenticity")
REMOVAL_S: Final = 1.0
"""Until a removed card has surely been told: PC/SC looks every 0.4 s, a driver a few times a second."""
SEEN_S: Final = 10.0
CANCEL_S: Final = 5.0
NO_CARD: Final = frozenset({"CRD-NO-CARD", "CRD-REMOVED"})


class CardReaderSuite(DeviceSuite):
    """The promises of drivers.ports.CardReader."""

    kind: ClassVar[DeviceKind] = DeviceKind.CARD
    absent_codes: ClassVar[frozenset[str]] = frozenset({"CRD-ABSENT", "CRD-NO-SERVICE"})
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]] = {
        Step.GARBLE: frozenset({"CRD-GARBLED", "CRD-UNSUPPORTED"}),
        Step.REFUSE: frozenset({"CRD-UNSUPPORTED", "CRD-GARBLED"}),
        Step.HANG: frozenset({"CRD-GARBLED", "CRD-REMOVED", *MACHINERY}),
        Step.SLOW: frozenset({None}),
    }

    def prepare(self, desk: Desk) -> None:
        """A card lies on the reader and has been seen."""
        self.lay(desk)

    def mend(self, desk: Desk) -> None:
        """A chip that hung in the middle of a command hangs until it is taken off."""
        desk.do(Step.REMOVE)
        desk.fresh()
        wait_for_card(desk, there=False)

    def present(self, desk: Desk) -> None:
        """A card is laid on."""
        desk.do(Step.REMOVE)
        desk.do(Step.INSERT)

    def use(self, desk: Desk) -> str | None:
        """Reads the card with its CAN."""
        return self.read(desk, CardAccess(can=self.card.can)).code

    def lay(self, desk: Desk) -> TestCard:
        """The card that lies there, or one laid on now."""
        if not desk.card_there:
            desk.do(Step.REMOVE)
            # A host that has just started may still tell of the card that was there: not of the one laid on now.
            desk.rest(REMOVAL_S)
            wait_for_card(desk, there=False)
            desk.do(Step.INSERT)
            wait_for_card(desk, there=True)
        self.card = desk.card()
        return self.card

    @staticmethod
    def take(desk: Desk) -> None:
        """No card lies on the reader any more."""
        desk.do(Step.REMOVE)
        wait_for_card(desk, there=False)

    def lay_anew(self, desk: Desk) -> TestCard:
        """A new insertion, for what begins with one."""
        self.take(desk)
        return self.lay(desk)

    @staticmethod
    def read(desk: Desk, access: CardAccess) -> Outcome:
        """Reads and checks what holds however it ends."""
        outcome = desk.call("read", CardReading, access=access)
        steps = [(data["step"], data["percent"]) for data in outcome.named("progress")]
        assert all(step in STEPS for step, _ in steps), steps
        order = [STEPS.index(step) for step, _ in steps]
        assert order == sorted(order), f"steps out of order: {steps}"
        percents = [percent for _, percent in steps]
        assert percents == sorted(percents), f"progress goes back: {percents}"
        assert all(0 <= percent <= 100 for percent in percents)
        return outcome

    def secrets(self, desk: Desk) -> tuple[str, ...]:
        """What is printed on the card and what the chip gives."""
        reading = self.read(desk, CardAccess(can=self.card.can)).value
        holder = vars(reading.holder) if reading is not None else {}
        told = [value for name, value in holder.items() if name in ("number", "name", "residence", "home_town")]
        return (self.card.can, self.card.mrz, self.card.number, self.card.name, *told)

    # --- cards come and go --------------------------------------------------------------------------------------------

    def test_each_card_is_told_once_when_it_comes_and_once_when_it_goes(self, desk: Desk) -> None:
        """In order, with the ATR in hex."""
        self.take(desk)
        before = len(desk.heard())
        for _ in range(2):
            self.lay(desk)
            self.take(desk)
        told = [heard for heard in desk.heard()[before:] if heard.event in ("card_inserted", "card_removed")]
        assert [heard.event for heard in told] == ["card_inserted", "card_removed"] * 2
        for heard in told[::2]:
            assert len(bytes.fromhex(heard.data["atr"])) >= 2
        assert all(not heard.data for heard in told[1::2])

    def test_a_card_that_lies_there_at_the_start_is_told(self, desk: Desk) -> None:
        """A citizen may be quicker than the machine."""
        self.lay(desk)
        desk.disconnect()
        desk.connect()
        wait_for_card(desk, there=True)

    def test_reading_without_a_card_says_so(self, desk: Desk) -> None:
        """At once."""
        self.take(desk)
        outcome = self.read(desk, CardAccess(can="123456"))
        assert outcome.code in NO_CARD
        assert desk.health.state is DeviceState.READY

    # --- reading ------------------------------------------------------------------------------------------------------

    def test_a_card_is_read_with_its_can(self, desk: Desk) -> None:
        """The person is told before the end, all steps come, and the reading is whole."""
        card = self.lay(desk)
        outcome = self.read(desk, CardAccess(can=card.can))
        assert outcome.code is None, outcome.code
        reading: CardReading = outcome.value
        assert reading.access is AccessKind.PACE_CAN
        assert reading.holder.number
        assert reading.holder.name
        assert "DG1" in reading.groups
        assert reading.seconds >= 0
        assert [data["step"] for data in outcome.named("progress")][-1] == STEPS[-1]
        names = [name for name, _ in outcome.events]
        assert "identity" in names[:-1], "the person is told only at the end"
        identity = outcome.named("identity")[-1]
        assert (identity["number"], identity["name"]) == (reading.holder.number, reading.holder.name)
        assert not card.number or card.number == reading.holder.number
        assert bool(reading.photo_b64) == bool(reading.photo_type)

    def test_a_card_is_read_with_its_mrz(self, desk: Desk) -> None:
        """For who cannot find the CAN."""
        card = self.lay(desk)
        if not card.mrz:
            pytest.skip("the MRZ of the test card is not known")
        outcome = self.read(desk, CardAccess(mrz=card.mrz))
        assert outcome.code is None, outcome.code
        assert outcome.value.access in (AccessKind.PACE_MRZ, AccessKind.BAC)

    def test_a_card_can_be_read_again(self, desk: Desk) -> None:
        """The same insertion, the same person."""
        card = self.lay(desk)
        readings = [self.read(desk, CardAccess(can=card.can)).value for _ in range(2)]
        assert readings[0].holder == readings[1].holder

    def test_a_signature_that_does_not_hold_is_no_pass(self, desk: Desk) -> None:
        """FAILED for a changed file, never PASSED."""
        desk.do(Step.WRONG_HASH)
        card = self.lay_anew(desk)
        outcome = self.read(desk, CardAccess(can=card.can))
        assert outcome.code is not None or outcome.value.passive.verdict is not Verdict.PASSED

    def test_an_issuer_that_nobody_trusts_is_no_pass(self, desk: Desk) -> None:
        """ISSUER_NOT_TRUSTED or FAILED, never PASSED."""
        desk.do(Step.FOREIGN_SIGNER)
        card = self.lay_anew(desk)
        outcome = self.read(desk, CardAccess(can=card.can))
        assert outcome.code is not None or outcome.value.passive.verdict is not Verdict.PASSED

    # --- passwords ----------------------------------------------------------------------------------------------------

    def test_a_wrong_can_is_tried_once_for_an_insertion(self, desk: Desk) -> None:
        """Chips block: the second time the chip is not asked, and the right CAN works all the same."""
        card = self.lay_anew(desk)
        wrong = CardAccess(can=f"{(int(card.can) + 1) % 1_000_000:06d}")
        assert self.read(desk, wrong).code == "CRD-WRONG-CAN"
        before = desk.chip_commands() if desk.simulated else 0
        assert self.read(desk, wrong).code == "CRD-WRONG-CAN"
        if desk.simulated:
            assert desk.chip_commands() == before, "the chip was asked again with a password that it had refused"
        assert self.read(desk, CardAccess(can=card.can)).code is None

    @pytest.mark.parametrize(
        ("access", "code"),
        [
            (CardAccess(can="12345"), "CRD-WRONG-CAN"),
            (CardAccess(can="12345x"), "CRD-WRONG-CAN"),
            (CardAccess(), "CRD-NEEDS-ACCESS"),
        ],
        ids=["five digits", "a letter", "nothing"],
    )
    def test_a_password_that_cannot_be_one_never_reaches_the_chip(
        self, desk: Desk, access: CardAccess, code: str
    ) -> None:
        """Its tries are the citizen's."""
        card = self.lay(desk)
        assert self.read(desk, CardAccess(can=card.can)).code is None
        before = desk.chip_commands() if desk.simulated else 0
        assert self.read(desk, access).code == code
        if desk.simulated:
            assert desk.chip_commands() == before

    def test_a_blocked_chip_is_told_as_blocked(self, desk: Desk) -> None:
        """CRD-BLOCKED: no other password would help."""
        desk.do(Step.BLOCK)
        card = self.lay(desk)
        assert self.read(desk, CardAccess(can=card.can)).code == "CRD-BLOCKED"

    # --- bad contacts -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("command", [1, 4, 14], ids=["at once", "while opening", "while reading"])
    def test_a_card_taken_away_in_the_middle_is_removed(self, desk: Desk, command: int) -> None:
        """CRD-REMOVED and the event, and the next card is read."""
        card = self.lay(desk)
        desk.do(Step.REMOVED_AT, command)
        assert self.read(desk, CardAccess(can=card.can)).code == "CRD-REMOVED"
        wait_for_card(desk, there=False)
        card = self.lay(desk)
        assert self.read(desk, CardAccess(can=card.can)).code is None

    def test_answers_with_a_wrong_seal_are_garbled(self, desk: Desk) -> None:
        """Secure messaging whose MAC does not hold gives no data."""
        desk.do(Step.BAD_MAC)
        card = self.lay(desk)
        outcome = self.read(desk, CardAccess(can=card.can))
        assert outcome.code in ("CRD-GARBLED", "CRD-UNSUPPORTED")
        assert not outcome.named("identity")

    def test_a_cancelled_reading_stops_soon(self, desk: Desk) -> None:
        """CRD-CANCELLED, and the card can be read afterwards."""
        card = self.lay(desk)
        desk.do(Step.SLOW, 150)
        running = desk.begin("read", CardReading, access=CardAccess(can=card.can))
        running.wait_event("progress")
        desk.rest(0.2)
        desk.cancel()
        outcome = running.wait()
        assert outcome.code == "CRD-CANCELLED"
        assert outcome.seconds < CANCEL_S
        desk.do(Step.MEND)
        assert self.read(desk, CardAccess(can=card.can)).code is None


def wait_for_card(desk: Desk, *, there: bool) -> None:
    """Until a card has been told as there, or as gone."""
    until = time.monotonic() + SEEN_S
    while desk.card_there is not there:
        assert time.monotonic() < until, f"no card_{'inserted' if there else 'removed'} in {SEEN_S:g} s"
        desk.rest(0.02)


def card_reader_suite(subject: Subject) -> type[Any]:
    """A test class for one card reader: `TestMine = card_reader_suite(Subject(...))`."""
    return suite(CardReaderSuite, subject)
