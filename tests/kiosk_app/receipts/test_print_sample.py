"""`kiosk print-sample` and the page about printed documents."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from kiosk_app.cli.root import command_line
from kiosk_app.receipts.template import names
from tests.bench import drawing


def sample(*words: str) -> Result:
    return CliRunner().invoke(command_line(["documents"]), ["print-sample", *words])


def test_without_a_name_every_document_is_listed_with_its_legal_source() -> None:
    listed = json.loads(sample("--json").stdout)["documents"]
    assert [item["document"] for item in listed] == list(names())
    forms = [item for item in listed if item["issuer"] == "service"]
    assert len(forms) == 5
    assert all("TT-VPCP" in item["legal_vi"] for item in forms)


@pytest.mark.parametrize("dots", [576, 512, 384])
def test_a_picture_is_as_wide_as_asked(dots: int, tmp_path: Path) -> None:
    out = tmp_path / "slip.png"
    done = sample("submission-slip", "--out", str(out), "--dots", str(dots), "--large", "--language", "both", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["document"] == "submission-slip"
    assert Image.open(io.BytesIO(out.read_bytes())).width == dots


@pytest.mark.parametrize(("document", "more"), [("form-03", ()), ("form-03", ("--roll",)), ("queue-ticket", ())])
def test_a_pdf_is_a4_where_the_document_is_for_it(document: str, more: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "made.pdf"
    assert sample(document, "--out", str(out), *more).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-1.7")
    with pikepdf.open(out) as file:
        width = float(file.pages[0].mediabox[2])
    assert (width == pytest.approx(595.28, abs=0.1)) is (document == "form-03" and not more)


@pytest.mark.parametrize(
    "words",
    [
        ("nothing", "--out", "x.png"),
        ("form-01",),
        ("form-01", "--out", "x.doc"),
        ("form-01", "--out", "missing-folder/x.png"),
        ("form-01", "--out", "x.png", "--dots", "600"),
        ("form-01", "--out", "x.png", "--language", "fr"),
    ],
)
def test_wrong_usage_ends_with_2_and_writes_nothing(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sample(*words).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_measurement_of_drawing_has_a_budget_on_every_row() -> None:
    rows = drawing.measure(2)
    assert len(rows) == 2 * len(drawing.DRAWN)
    assert {row.budget for row in rows} == {80.0}
