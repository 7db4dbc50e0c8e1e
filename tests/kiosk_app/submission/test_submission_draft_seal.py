"""What seals a draft: the card's own secret opens it, and nothing else does; no piece can be left out or swapped."""

from __future__ import annotations

import os

import pytest

from drivers.sealed import SealBroken
from kiosk_app.submission.draft_seal import (
    PIECE_BYTES,
    DraftHeader,
    DraftOwner,
    open_header,
    open_pieces,
    seal_header,
    seal_pieces,
    slot,
)

DRAFT = "0b5f1d3e-0000-4000-8000-000000000001"
OWNER = DraftOwner("001099000123", os.urandom(12_000))
HEADER = DraftHeader("IP-03", "Thủ tục đăng ký nhãn hiệu", "Trademark", 3)


def test_the_same_card_opens_the_header_anywhere() -> None:
    assert (
        open_header(DraftOwner(OWNER.number, bytes(OWNER.secret)), DRAFT, seal_header(OWNER, DRAFT, HEADER)) == HEADER
    )


@pytest.mark.parametrize(
    "other",
    [
        DraftOwner(OWNER.number, os.urandom(12_000)),  # another card of the same person
        DraftOwner("001099000124", OWNER.secret),
        DraftOwner(OWNER.number, b""),  # who knows the number alone, as the service does
    ],
)
def test_another_card_and_the_number_alone_open_nothing(other: DraftOwner) -> None:
    sealed = seal_header(OWNER, DRAFT, HEADER)
    with pytest.raises(SealBroken):
        open_header(other, DRAFT, sealed)
    assert slot(other, "IP-03") != slot(OWNER, "IP-03")


def test_a_header_opens_under_its_own_draft_alone_and_whole() -> None:
    sealed = seal_header(OWNER, DRAFT, HEADER)
    with pytest.raises(SealBroken):
        open_header(OWNER, DRAFT[:-1] + "2", sealed)
    for cut in (0, 10, 40, len(sealed) - 1):
        with pytest.raises(SealBroken):
            open_header(OWNER, DRAFT, sealed[:cut])


def test_nothing_of_it_can_be_read_and_the_same_is_never_sealed_alike() -> None:
    first, second = (seal_header(OWNER, DRAFT, HEADER) for _ in range(2))
    assert first != second
    for word in (b"IP-03", "nhãn hiệu".encode(), HEADER.key, OWNER.number.encode()):
        assert word not in first


def test_the_slot_is_one_for_a_card_and_procedure_and_names_neither() -> None:
    assert slot(OWNER, "IP-03") == slot(OWNER, "IP-03") != slot(OWNER, "IP-01")
    assert len(slot(OWNER, "IP-03")) == 64


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES - 1])
def test_the_content_comes_back_whole_from_its_pieces(size: int) -> None:
    content = os.urandom(size)
    pieces = seal_pieces(HEADER.key, DRAFT, content)
    assert len(pieces) == max(1, -(-size // PIECE_BYTES))
    assert open_pieces(HEADER.key, DRAFT, pieces) == content


def test_pieces_that_are_swapped_left_out_or_of_another_draft_do_not_open() -> None:
    pieces = seal_pieces(HEADER.key, DRAFT, os.urandom(PIECE_BYTES + 9))
    others = seal_pieces(HEADER.key, DRAFT[:-1] + "2", os.urandom(PIECE_BYTES + 9))
    for wrong in (pieces[::-1], pieces[:1], [], [pieces[0], others[1]], [*pieces, pieces[0]]):
        with pytest.raises(SealBroken):
            open_pieces(HEADER.key, DRAFT, wrong)
