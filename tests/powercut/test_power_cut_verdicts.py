"""What is said of disks after a power cut: every kind of broken promise is seen, and nothing else is."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.crash.visit import pdf
from tests.powercut.judge import Promises, judge

CODE = "G06-20260101-0000001"
CONTENT = [hashlib.sha256(pdf(2000, "seed/0")).hexdigest()]


def promised(*words: str) -> Promises:
    promises = Promises()
    promises.hear({"word": "draft", "uuid": "one", "seed": "seed", "sizes": [2000]})
    for word in words:
        promises.hear({"word": word, "uuid": "one", "code": CODE})
    return promises


def found(word: str = "settled", **more: Any) -> dict[str, Any]:
    whole = {"kiosk": {"one": ["acknowledged", CODE]}, "ministry": {"one": [CODE, CONTENT]}}
    return {"word": word, **whole, "troubles": [], "half": [], "rest": True, **more}


def test_a_dossier_that_came_through_is_fine() -> None:
    assert judge(promised("sealed", "acknowledged"), found()).bad == []
    assert judge(promised("sealed"), found("found", ministry={})).bad == []


def test_a_dossier_that_was_only_begun_may_be_gone_or_there() -> None:
    assert judge(promised(), found(kiosk={}, ministry={})).bad == []
    assert judge(promised(), found()).bad == []


def test_a_promised_dossier_that_is_gone_is_lost() -> None:
    assert judge(promised("sealed"), found("found", kiosk={}, ministry={})).lost == {"one"}
    assert judge(promised("sealed"), found(ministry={})).lost == {"one"}
    assert judge(promised("sealed", "acknowledged"), found("found", ministry={})).lost == {"one"}


def test_a_file_with_another_content_is_torn() -> None:
    torn = judge(promised("sealed"), found(ministry={"one": [CODE, ["00" * 32]]}))
    assert torn.torn == ["one: the ministry has another content"]
    assert judge(promised("sealed"), found(troubles=["one: InvalidTag"])).torn == ["one: InvalidTag"]


def test_everything_else_that_is_not_as_promised_is_said() -> None:
    assert judge(promised("acknowledged"), found(ministry={"one": ["G06-20260101-0000002", CONTENT]})).wrong
    assert judge(promised("sealed"), found(ministry={"one": [CODE, CONTENT], "two": [CODE, CONTENT]})).wrong
    assert judge(promised("sealed"), found(half=["session"])).wrong
    assert judge(promised("sealed"), found(rest=False)).wrong
    assert judge(promised("sealed"), found(kiosk={"one": ["acknowledged", None]})).wrong
