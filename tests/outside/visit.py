"""A trademark is registered by touch alone, by somebody who knows the words on the screen and nothing of the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.outside.person import Person

CODE: Final = re.compile(r"G\d{2}-\d{8}-\d{7}")


@dataclass(frozen=True)
class Words:
    """What this person reads on the screen, in one language."""

    submit: str
    query: str
    procedure: str
    hand_in: str
    form: str
    specimen: str
    attorney: str
    fee: str
    yes: str
    agree: str
    it_is_me: str
    scan: str
    onward: str
    taken: str
    mark: str
    done_typing: str
    space: str
    correct: str
    declare: str
    satisfied: str
    finish: str


VI: Final = Words(
    submit="Nộp hồ sơ trực tuyến",
    query="nhan hieu",
    procedure="Thủ tục đăng ký nhãn hiệu",
    hand_in="Nộp hồ sơ",
    form="Tờ khai đăng ký nhãn hiệu",
    specimen="Mẫu nhãn hiệu",
    attorney="Giấy ủy quyền",
    fee="Bản sao chứng từ nộp phí",
    yes="Đúng, thuộc giấy tờ này",
    agree="Đồng ý",
    it_is_me="Đúng là tôi",
    scan="Bắt đầu quét",
    onward="Tiếp tục",
    taken="Đã lấy",
    mark="Nhãn hiệu đăng ký",
    done_typing="Xong",
    space="Dấu cách",
    correct="Đúng, tiếp tục",
    declare="Tôi cam đoan",
    satisfied="Rất hài lòng",
    finish="Kết thúc và xóa dữ liệu",
)
EN: Final = Words(
    submit="Submit a dossier online",
    query="trademark",
    procedure="Registration of a trademark",
    hand_in="Submit",
    form="Application form",
    specimen="Mark specimens",
    attorney="Power of attorney",
    fee="Copy of fee payment proof",
    yes="Yes, it belongs here",
    agree="Agree",
    it_is_me="Yes, this is me",
    scan="Start scanning",
    onward="Continue",
    taken="I have them",
    mark="Trademark",
    done_typing="Done",
    space="Space",
    correct="Correct, continue",
    declare="I declare",
    satisfied="Very satisfied",
    finish="Finish and erase my data",
)
WORDS: Final = {"vi": VI, "en": EN}


def asked_about(person: Person) -> int:
    """The page that the screen asks about; 0 for none."""
    asked = re.search(r"\d+", heading) if (heading := person.heading()).endswith("?") else None
    return int(asked.group()) if asked else 0


def answer(person: Person, words: Words, page: int) -> None:
    """Says which paper a page belongs to, as who has put the stack in knows: two sheets of the form, an empty one, the
    specimen, the power of attorney, the proof of payment."""
    paper = {1: words.form, 2: words.form, 4: words.specimen, 5: words.attorney, 6: words.fee}[page]
    before = person.heading()
    person.touch(paper if person.can_touch(paper) else words.yes)
    person.until(lambda: person.heading() != before, f"something after {before!r}")


def submit(person: Person, language: str, receipts: Path) -> str:
    """The whole visit, from the home screen to the home screen; gives the code that the screen showed."""
    words = WORDS[language]
    person.until(lambda: person.can_touch(VI.submit), "the home screen")
    if language == "en":
        person.touch("English")
    person.go_on(words.submit)
    person.type(words.query, words.space)
    person.go_on(words.procedure)
    person.go_on(words.hand_in)
    person.touch(words.form)
    person.touch(words.specimen)
    person.go_on(words.hand_in)
    person.go_on(words.agree)
    person.hands("card0", "insert")
    person.hands("barcode0", "scan", "@card0.qr")
    person.until(lambda: person.can_touch(words.it_is_me), "what the card says")
    person.hands("card0", "remove")
    person.go_on(words.it_is_me)

    before = person.heading()
    person.hands("scanner0", "load")
    # The page says less when there is paper, and its buttons move.
    person.until(lambda: person.heading() not in ("", before), "that there is paper in the tray")
    person.touch(words.scan)
    person.go_on(words.onward)
    person.hands("scanner0", "take_output")
    # The specimen has hardly a word on it: it may be asked about, and so may any other page.
    person.until(lambda: person.can_touch(words.taken) or asked_about(person), "the pages")
    while page := asked_about(person):
        answer(person, words, page)
    person.touch(words.taken)
    person.go_on(words.onward)

    person.touch(words.mark)
    person.type("sao mai", words.space)
    person.touch(words.done_typing)
    person.touch("09")  # the telephone number that was found on a paper
    person.go_on(words.onward)
    person.go_on(words.correct)
    person.touch(words.declare)
    person.go_on(words.hand_in)
    # A screen reader is told it letter by letter.
    code = person.until(lambda: CODE.search(person.words().replace(" ", "")), "the dossier's code").group()
    person.until(lambda: list(receipts.glob("receipt-*.png")), "the slip")
    person.touch(words.satisfied)
    person.until(lambda: person.can_touch(words.finish), "the way out")
    person.hands("printer0", "tear")
    person.go_on(words.finish)
    person.until(lambda: person.can_touch(VI.submit), "the home screen, in its own language again")
    return code
