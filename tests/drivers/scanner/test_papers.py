"""The generated papers: the same each time, plainly samples, and right for their procedures."""

from __future__ import annotations

import hashlib

import pytest
from PIL import Image, ImageChops

from drivers.simulators import papers


@pytest.mark.parametrize("name", sorted(papers.NAMES))
def test_every_page_is_an_a4_sheet_at_300_dpi_with_ink_on_it(name: str) -> None:
    for page in range(1, papers.NAMES[name] + 1):
        sheet = papers.paper(name, page)
        assert (sheet.mode, sheet.size) == ("RGB", (2480, 3508))
        ink = sum(sheet.convert("L").histogram()[:128]) / (sheet.width * sheet.height)
        assert ink == 0 if name == "blank" else 0.002 < ink < 0.25


def test_the_same_paper_has_the_same_pixels_and_no_other_has_them() -> None:
    def digest(sheet: Image.Image) -> str:
        return hashlib.sha256(sheet.tobytes()).hexdigest()

    assert digest(papers.paper("fee-receipt")) == digest(papers.paper("fee-receipt"))
    assert digest(papers.paper("trademark-application", 1)) != digest(papers.paper("trademark-application", 2))


def test_a_page_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        papers.paper("fee-receipt", 2)
    with pytest.raises(KeyError):
        papers.paper("passport")


@pytest.mark.parametrize("procedure", papers.PROCEDURES)
def test_stacks_hold_known_pages_and_name_their_components(procedure: str) -> None:
    sheets = papers.stack(procedure)
    assert all(1 <= sheet.page <= papers.NAMES[sheet.name] for sheet in sheets)
    assert all((sheet.component is None) == (sheet.name == "blank") for sheet in sheets)


def test_the_trademark_stack_has_a_blank_sheet_between_its_papers() -> None:
    names = [sheet.label for sheet in papers.stack("IP-03")]
    assert names[:3] == ["trademark-application:1", "trademark-application:2", "blank:1"]
    assert len(names) == 6


def test_a_signed_paper_bears_a_red_seal() -> None:
    red, green, _ = papers.paper("power-of-attorney").resize((620, 877)).split()
    redder = ImageChops.subtract(red, green).histogram()
    assert sum(redder[80:]) > 300
