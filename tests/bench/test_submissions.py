"""The submission soak in short, and what it must find out: doubled, lost and changed dossiers, an upload begun anew."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.large_uploads import LargeUploads, Ministry, at
from tests.bench.rough_line import Fate, Weather
from tests.bench.submissions import Soak
from tests.bench.submissions_judge import Received, Slip, Verdict, judge

MIB = 1024 * 1024
SLIP = Slip("u1", "K01-AAAA-BBBBBB", "11" * 32)
ROW = Received("u1", "K01-AAAA-BBBBBB", "G06-1", "ABCD", ("11" * 32,))
CODES = ("G06-1", "ABCD")


@pytest.fixture
def ministry(tmp_path: Path) -> Iterator[Ministry]:
    service = Ministry(tmp_path / "ministry")
    yield service
    service.kill()


def slow(dice: random.Random) -> Fate:
    """So that much is on its way when an agent is killed."""
    return Fate("throttle", dice.randrange(20_000, 60_000))


def never_well() -> Weather:
    """Cuts where its count says, whatever the dice: in the handshake, within a dossier, in an answer; and says things twice.

    No connection outlives 9,000 bytes, and a kiosk's ten dossiers or more need several times that: some are cut for certain.
    """
    fates = itertools.cycle(
        (
            Fate("cut", 9000),
            Fate("cut", 300),
            Fate("duplicate", 3),
            Fate("cut", 4000, down=True),
            Fate("throttle", 9000),
        )
    )
    return lambda _dice: next(fates)


def said(*received: Received, answer: tuple[str, str] = CODES, tracked: tuple[str, str] = CODES) -> Verdict:
    return judge([SLIP], received, {SLIP.uuid: answer}, {SLIP.reference: tracked})


def test_over_a_line_that_is_never_well_every_dossier_arrives_once(tmp_path: Path, ministry: Ministry) -> None:
    with contextlib.closing(Soak(tmp_path, ministry, "3", kills=1, weather=never_well())) as soak:
        tally = soak.play(40)
    assert not tally.verdict.broken, tally.verdict
    assert tally.resolved == 40
    assert (tally.happened["kill -9: service"], tally.happened["kill -9: agent"]) == (1, 1)
    assert tally.happened["cuts"]


def test_a_kiosk_that_hands_in_again_what_was_on_its_way_is_found_out(tmp_path: Path, ministry: Ministry) -> None:
    with contextlib.closing(Soak(tmp_path, ministry, "1", kills=1, weather=slow, forgetful=True)) as soak:
        tally = soak.play(24)
    assert tally.verdict.twice
    assert tally.verdict.unknown


def test_a_large_upload_over_cuts_arrives_whole_and_little_is_sent_again(tmp_path: Path, ministry: Ministry) -> None:
    with contextlib.closing(LargeUploads(tmp_path, at(ministry), "1", size=4 * MIB)) as large:
        seen = large.play(3)
    assert seen.cuts
    assert (seen.uploads, seen.differing) == (3, 0)
    assert seen.most_again <= 1


def test_a_client_that_begins_anew_after_a_cut_is_found_out(tmp_path: Path, ministry: Ministry) -> None:
    with contextlib.closing(LargeUploads(tmp_path, at(ministry), "1", size=4 * MIB, forgetful=True)) as large:
        assert large.play(3).most_again > 1


def test_the_judge_takes_what_came_once() -> None:
    assert not said(ROW).broken


def test_the_judge_sees_a_lost_dossier() -> None:
    assert said().lost == ["u1"]


@pytest.mark.parametrize(
    "copy",
    [replace(ROW, uuid="u2", reference="K01-CCCC-DDDDDD", code="G06-2"), ROW, replace(ROW, sha256=("22" * 32,))],
    ids=["under another name", "the same row", "the same code"],
)
def test_the_judge_sees_a_doubled_dossier(copy: Received) -> None:
    assert said(ROW, copy).twice


def test_the_judge_sees_another_content_and_codes_that_lead_elsewhere() -> None:
    assert said(replace(ROW, sha256=("22" * 32,))).differing
    assert said(ROW, answer=("G06-9", "ABCD")).unresolved
    assert said(ROW, tracked=("G06-1", "WXYZ")).unresolved
