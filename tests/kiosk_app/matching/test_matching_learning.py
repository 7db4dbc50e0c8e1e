"""Kinds learned from examples: told apart afterwards, and nothing of a person kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.matching.kinds import PaperKinds
from kiosk_app.matching.learning import UnusableExamples, learn, save
from kiosk_app.matching.matcher import Matcher
from kiosk_app.matching.values import StackPage, TextLine, WantedPaper

PEOPLE = ("Nguyễn Thử Nghiệm", "Trần Giả Định", "Lê Thị Mẫu")
WANTED = (WantedPaper("permit", ("Giấy phép nhiệt năng",), True), WantedPaper("form", ("Tờ khai hải quan",), True))


def example(person: str, number: int = 1) -> StackPage:
    texts = (
        f"Chủ lò hơi: {person}, sinh ngày 01/02/1990",
        "được vận hành lò hơi áp suất cao theo hồ sơ kiểm tra",
        "áp suất làm việc lớn nhất và nhiệt độ hơi quá nhiệt",
        f"Nơi đặt: số {len(person)} phố {person.split()[-1]}",
    )
    title = TextLine("CHỨNG THƯ NHIỆT NĂNG", 60, 40, 90, 6)
    owner = TextLine(person.upper(), 70, 62, 70, 6)
    body = (TextLine(text, 25, 80 + 8 * at, 2 * len(text), 4) for at, text in enumerate(texts))
    return StackPage(number, (title, owner, *body), 210, 297)


def test_a_kind_learned_from_examples_is_recognised_afterwards(tmp_path: Path) -> None:
    known = PaperKinds.load()
    stack = [example("Phạm Tưởng Tượng")]
    before = Matcher(known).place(stack, WANTED)[0]
    kind = learn("heat_permit", [[example(person)] for person in PEOPLE], known, "Giấy phép nhiệt năng", "Heat permit")
    save(kind, tmp_path)
    after = Matcher(PaperKinds.load(tmp_path)).place(stack, WANTED)[0]
    assert (after.component, after.sure) == ("permit", True)
    assert not (before.component == "permit" and before.sure)


def test_nothing_of_a_person_is_kept(tmp_path: Path) -> None:
    kind = learn("heat_permit", [[example(PEOPLE[0])], [example(PEOPLE[0])]], PaperKinds.load(), "Giấy phép nhiệt năng")
    text = save(kind, tmp_path).read_text(encoding="utf-8")
    assert "ap suat" in text
    for word in ("nguyen", "nghiem", "1990", "Thử"):
        assert word not in text


def test_learning_a_known_kind_adds_to_it(tmp_path: Path) -> None:
    known = PaperKinds.load()
    save(learn("licence", [[example(person)] for person in PEOPLE], known), tmp_path)
    licence = PaperKinds.load(tmp_path).kinds["licence"]
    assert set(known.kinds["licence"].titles) < set(licence.titles)
    assert licence.name_vi == known.kinds["licence"].name_vi


def test_a_broken_file_of_an_operator_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[[kind]\n", encoding="utf-8")
    assert PaperKinds.load(tmp_path).kinds.keys() == PaperKinds.load().kinds.keys()


@pytest.mark.parametrize(
    ("kind", "count", "name"), [("Bad Name", 2, "x"), ("new_kind", 1, "Giấy mới"), ("new_kind", 2, "")]
)
def test_examples_that_teach_nothing_are_refused_with_a_reason(kind: str, count: int, name: str) -> None:
    with pytest.raises(UnusableExamples):
        learn(kind, [[example(PEOPLE[at])] for at in range(count)], PaperKinds.load(), name)


def test_examples_without_a_word_in_common_are_refused() -> None:
    empty = [[StackPage(1, (), 210, 297)], [StackPage(1, (), 210, 297)]]
    with pytest.raises(UnusableExamples):
        learn("licence", empty, PaperKinds.load())
