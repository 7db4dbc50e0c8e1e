"""Templates are checked as a whole when they are loaded, and a mistake is told with its place."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk_app.receipts.document import Document
from kiosk_app.receipts.drawing import lay
from kiosk_app.receipts.filling import masked_number
from kiosk_app.receipts.marks import Line
from kiosk_app.receipts.specimens import specimen
from kiosk_app.receipts.template import TemplateError, checked, folder, load, names, read
from kiosk_app.receipts.words import words

GOOD = """
id = "note"
version = "1"
issuer = "kiosk"
papers = ["roll"]
title = { vi = "Ghi chú", en = "Note" }

[values]
name = "text"
papers = "list?"

[lists.papers]
name = "text"
count = "count"

[[block]]
kind = "text"
vi = "Của {name}"
en = "Of {name}"

[[block]]
kind = "each"
of = "papers"

[[block.block]]
kind = "row"
mark = "number"
vi = "{name}"
en = "{name}"
right = { vi = "{count:pages}", en = "{count:pages}" }

[specimen]
name = "Thử"
"""


def template(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "note.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_good_template_loads(tmp_path: Path) -> None:
    assert read(template(tmp_path, GOOD)).values["papers"].fields["count"].type == "count"


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('"Của {name}"', '"Của {nmae}"', r"note\.toml: block 1 \(text\): \{nmae\} is not among the values"),
        ('"Của {name}"', '"Của {name"', r"block 1 \(text\): «Của \{name»"),
        ('"Của {name}"', '"Của {name.__class__}"', r"block 1 \(text\): \{name\.__class__\} is not"),
        ('kind = "text"', 'kind = "txet"', r"block 1: kind «txet» is none of text"),
        ('kind = "text"', 'kind = "text"\nstyle = "huge"', r"block 1 \(text\): style «huge» is none of title"),
        ('kind = "text"', 'kind = "text"\nwhen = "nobody"', r"when «nobody» is not among the values"),
        ('kind = "text"', 'kind = "text"\npaper = "a5"', r"paper «a5» is none of roll, a4"),
        ('kind = "text"', 'kind = "text"\ncolour = "red"', r"«colour» is unknown here"),
        ('en = "Of {name}"', "", r"block 1 \(text\): en is missing"),
        ("{count:pages}", "{count:weeks}", r"\{count:weeks\}: a count is not written so"),
        ('of = "papers"', 'of = "name"', r"block 2 \(each\): «name» is no list"),
        ('mark = "number"', 'mark = "star"', r"block 2 \(each\), block 1 \(row\): mark «star»"),
        ('"count"\n', '"number"\n', r"values\.count: «number» is none of text"),
        ('id = "note"', 'id = "other"', r"«other» is not the file's name"),
        ('issuer = "kiosk"', 'issuer = "anybody"', r"issuer: «anybody»"),
        ('version = "1"', "", r"version is missing"),
        ('vi = "Ghi chú", ', "", r"title: one language is missing"),
        ('id = "note"', "id = note", r"note\.toml: "),
        ('[lists.papers]\nname = "text"\ncount = "count"', "", r"lists\.papers: a list needs its fields"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_place(tmp_path: Path, good: str, bad: str, told: str) -> None:
    assert good in GOOD
    with pytest.raises(TemplateError, match=told):
        read(template(tmp_path, GOOD.replace(good, bad, 1)))


@pytest.mark.parametrize("name", names())
def test_every_template_that_is_shipped_is_right_and_says_its_version(name: str) -> None:
    assert load(name).version
    assert load(name).id == (folder() / f"{name}.toml").stem


def test_values_that_are_missing_or_unknown_are_refused_without_repeating_them() -> None:
    known = {"kiosk": "3", "time": datetime(2026, 6, 9, tzinfo=UTC)}
    with pytest.raises(TemplateError, match="test-page: time is missing"):
        checked(Document("test-page", {"kiosk": "3"}))
    with pytest.raises(TemplateError, match="test-page: takes no secret") as caught:
        checked(Document("test-page", {**known, "secret": "0912"}))
    assert "0912" not in str(caught.value)
    with pytest.raises(ValueError, match="language"):
        Document("test-page", known, "fr")
    assert "0912" not in repr(Document("test-page", {**known, "kiosk": "0912"}))


@pytest.mark.parametrize("language", ["vi", "both"])
@pytest.mark.parametrize("name", names())
def test_a_document_is_the_same_after_it_has_crossed_a_pipe(name: str, language: str) -> None:
    document = specimen(name, language, large=True)
    assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document


def test_a_value_that_no_document_takes_crosses_no_pipe() -> None:
    with pytest.raises(TypeError, match="bytes"):
        Document("test-page", {"kiosk": b"3"}).to_json()


@pytest.mark.parametrize(
    ("number", "masked"),
    [("001099000001", "XXXXXXXX0001"), ("012345678", "XXXXX5678"), ("1234567", "XXXXXXX"), ("", "")],
)
def test_an_id_number_shows_its_end_only(number: str, masked: str) -> None:
    assert masked_number(number) == masked


def test_dates_are_written_as_official_papers_write_them() -> None:
    vietnamese, english = words("vi"), words("en")
    assert vietnamese.day(date(2026, 2, 9)).replace("\u00a0", " ") == "ngày 09 tháng 02 năm 2026"
    assert vietnamese.day(date(2026, 12, 19)).replace("\u00a0", " ") == "ngày 19 tháng 12 năm 2026"
    assert english.day(date(2026, 2, 9)) == "9 February 2026"
    assert vietnamese.clock(datetime(2026, 6, 9, 9, 5, tzinfo=UTC)) == "09 giờ 05 phút"


def test_the_name_of_a_value_in_a_citizens_text_stays_text() -> None:
    moment = datetime(2026, 6, 9, tzinfo=UTC)
    document = Document(
        "queue-ticket", {"centre": "{kiosk}", "kiosk": "3", "time": moment, "number": "A1", "service": "{0}"}
    )
    texts = [mark.text for mark in lay(document, 576).marks if isinstance(mark, Line)]
    assert "{kiosk}" in texts
    assert "{0}" in texts
