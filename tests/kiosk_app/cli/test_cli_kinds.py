"""`kiosk papers`: learns from pictures of pages, and shows what is known."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli.root import command_line
from kiosk_app.imaging.text import language_data
from tests.papers import draw
from tests.papers.layout import set_paper
from tests.papers.wordings import wordings


def kiosk(data: Path, *words: str) -> Result:
    return CliRunner().invoke(command_line(["kinds"]), ["--data", str(data), "papers", *words])


@pytest.mark.skipif(language_data() is None, reason="no Vietnamese language data")
def test_a_kind_is_learned_from_two_pictures_and_listed_as_learned(tmp_path: Path) -> None:
    wording = next(one for one in wordings("a") if one.kind == "insurance")
    pictures = []
    for number in range(2):
        picture = tmp_path / f"{number}.png"
        rng = random.Random(number)
        draw.drawn(set_paper(wording, "a", rng)[0], rng).save(picture, dpi=(draw.DPI, draw.DPI))
        pictures.append(str(picture))
    answer = kiosk(tmp_path, "learn", "car_insurance", *pictures, "--name-vi", "Bảo hiểm xe", "--json")
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert "bao hiem xe" in said["titles"]
    assert Path(said["file"]).is_file()
    listed = json.loads(kiosk(tmp_path, "list", "--json").stdout)["kinds"]
    assert [kind["id"] for kind in listed if kind["learned"]] == ["car_insurance"]


def test_one_example_alone_is_refused_as_wrong_usage(tmp_path: Path) -> None:
    assert kiosk(tmp_path, "learn", "car_insurance", str(tmp_path / "missing.png")).exit_code == 2
