"""The catalogue of codes: complete in both languages, known to the code, and nothing in it that nothing says."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from drivers import errors
from drivers.errors import AUDIENCES, LANGUAGES, DeviceError, Severity, catalogue, entry

ROOT = Path(errors.__file__).parent.parent
CODE = re.compile(r"(?:CRD|SCN|CAM|BAR|PRN|OFP|IMG|APP|STO|OUT|NET|SYS|UI|SPK)(?:-[A-Z]+)+")
VIETNAMESE = re.compile("[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", re.IGNORECASE)
# What a person at the counter must never be shown.
JARGON = re.compile(
    r"SANE|pcscd|USB|exception|traceback|null|errno|timeout|host process|[A-Z]{3}-[A-Z]|`", re.IGNORECASE
)


def said() -> dict[str, set[str]]:
    """Every code that stands in product code as a text of its own, with the files that say it."""
    found: dict[str, set[str]] = {}
    for top in ("kiosk_app", "drivers", "ui"):
        for file in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                    found.setdefault(node.value, set()).add(str(file.relative_to(ROOT)))
    return found


RAW = tomllib.loads((ROOT / "drivers" / "errors.toml").read_text("utf-8"))


@pytest.mark.parametrize("code", sorted(RAW))
def test_every_code_has_its_words_for_everybody_in_both_languages(code: str) -> None:
    assert CODE.fullmatch(code)
    body = RAW[code]
    assert set(body) == {"severity", "retryable", *AUDIENCES}
    assert isinstance(body["retryable"], bool)
    assert body["severity"] in {item.value for item in Severity}
    for audience in AUDIENCES:
        assert set(body[audience]) == set(LANGUAGES)
        vi, en = body[audience]["vi"], body[audience]["en"]
        for text in (vi, en):
            assert text == text.strip()
            assert text.endswith((".", "!", "?"))
        assert VIETNAMESE.search(vi), "no Vietnamese letter"
        assert not VIETNAMESE.search(en), "Vietnamese in the English words"


@pytest.mark.parametrize("code", sorted(RAW))
def test_a_citizen_is_spoken_to_formally_and_without_jargon(code: str) -> None:
    citizen = catalogue()[code]
    for language in LANGUAGES:
        assert not JARGON.search(citizen.text("citizen", language)), citizen.text("citizen", language)
    assert not re.search(r"\b(bạn|mày)\b", citizen.text("citizen", "vi"), re.IGNORECASE)


def test_every_code_that_the_code_says_is_in_the_catalogue() -> None:
    assert {code: files for code, files in said().items() if code not in catalogue()} == {}


def test_no_code_is_in_the_catalogue_that_nothing_says() -> None:
    assert set(catalogue()) - set(said()) == set()


def test_the_vendors_promises_name_known_codes() -> None:
    promised = set(CODE.findall((ROOT / "drivers" / "ports.py").read_text("utf-8")))
    assert promised - set(catalogue()) == set()


def test_an_unknown_code_reads_as_unexpected() -> None:
    assert entry("XXX-NO-SUCH") is catalogue()["SYS-UNEXPECTED"]
    assert entry("SCN-JAM").code == "SCN-JAM"


def test_a_device_error_carries_code_and_detail() -> None:
    error = DeviceError("SCN-JAM", "sheet 3")
    assert (error.code, error.detail, str(error)) == ("SCN-JAM", "sheet 3", "SCN-JAM: sheet 3")
    assert str(DeviceError("SCN-JAM")) == "SCN-JAM"


@pytest.mark.parametrize(
    "toml",
    [
        '[A-B]\nseverity = "error"\nretryable = true\n',
        '[A-B]\nseverity = "terrible"\nretryable = true\n'
        + "".join(f'{who}.{language} = "x"\n' for who in AUDIENCES for language in LANGUAGES),
    ],
)
def test_an_incomplete_entry_is_named(toml: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "errors.toml").write_text(toml, "utf-8")
    monkeypatch.setattr(errors, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="A-B"):
        catalogue.__wrapped__()
