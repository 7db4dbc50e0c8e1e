"""The virtual chip as a simulator: what a person beside the machine sees and may do, and what its issuer makes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.chip import VirtualChip
from drivers.simulators.chip.issuer import Issuer
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.chip.portrait import portrait


def test_it_shows_the_card_that_lies_on_the_reader(tmp_path: Path) -> None:
    async def scene() -> None:
        card = VirtualChip(tmp_path, port=1)
        await card.start()
        assert card.csca_path.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
        assert card.state()["inserted"] is False
        await card.act("insert")
        state = card.state()
        assert (state["person"], state["can"], state["inserted"]) == ("adult", PEOPLE["adult"].number[-6:], True)
        await card.act("insert", "elder")
        assert card.state()["person"] == "elder"
        json.dumps(card.state())
        await card.act("remove")
        assert card.state()["person"] is None
        await card.stop()

    asyncio.run(scene())


def test_it_knows_the_shared_faults_and_refuses_unknown_words(tmp_path: Path) -> None:
    async def scene() -> None:
        card = VirtualChip(tmp_path, port=1)
        assert set(COMMON_FAULTS) <= set(card.faults)
        for fault in card.faults:
            await card.fault(fault, "1" if fault in ("drop_after", "removed_at", "hang", "slow") else None)
        await card.fault("clear")
        assert card.state()["faults"] == []
        for wrong in (
            card.act("bend"),
            card.act("insert", "nobody"),
            card.fault("explode"),
            card.fault("slow", "soon"),
            card.fault("drop_after"),
            card.fault("hang", "-1"),
            card.fault("naked_status", "xyz"),
        ):
            with pytest.raises(ValueError, match=r"."):
                await wrong

    asyncio.run(scene())


def test_cards_are_made_as_they_are_asked_for(tmp_path: Path) -> None:
    async def scene() -> None:
        card = VirtualChip(tmp_path, port=1)
        await card.start()
        await card.act("make", "mapping=cam suite=aes-256 parameters=13 active=none chip=3des photo=30000 picture=jp2")
        await card.act("insert")
        files = card._chip.card.files
        assert 0x010F not in files
        assert len(files[0x0102]) > 30_000
        await card.act("make")
        await card.act("insert")
        assert 0x010F in card._chip.card.files
        for wrong in (
            "photo=many",
            "photo=99999",
            "mapping=xm",
            "colour=red",
            "mapping=cam suite=3des",
            "parameters=5",
        ):
            with pytest.raises(ValueError, match=r"."):
                await card.act("make", wrong)
        await card.stop()

    asyncio.run(scene())


def test_the_same_seed_makes_the_same_issuer_and_cards() -> None:
    one, two, other = Issuer("seed"), Issuer("seed"), Issuer("another seed")
    assert one.csca_pem == two.csca_pem != other.csca_pem
    person = PEOPLE["adult"]
    assert one.card(person).files == two.card(person).files
    assert Issuer().csca_pem != Issuer().csca_pem


@pytest.mark.parametrize("key", PEOPLE)
def test_portraits_have_the_size_of_real_ones(key: str) -> None:
    assert 15_000 <= len(portrait(key)) <= 20_000
    assert portrait(key) == portrait.__wrapped__(key)


def test_the_people_are_plainly_invented() -> None:
    assert all(person.number.startswith("001099") for person in PEOPLE.values())
    letters = {letter for person in PEOPLE.values() for letter in person.name + person.residence + person.home_town}
    every = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    assert set(every) <= {letter.lower() for letter in letters}
    assert {person.form for person in PEOPLE.values()} == {2021, 2024}
    assert any(person.expires is None for person in PEOPLE.values())
