"""Promises of the look: readable colours, an operator's overrides, icons and texts that exist."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase

from ui import icons, theme

QML = sorted(p for part in ("theme", "controls", "keyboard") for p in (theme.QML_ROOT / "Kiosk" / part).rglob("*.qml"))
SOURCES = {p: p.read_text(encoding="utf-8") for p in QML}


def painted(image) -> int:
    return sum(1 for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 40)


def test_every_text_colour_is_readable_on_every_face_it_stands_on() -> None:
    assert theme.contrast_problems(theme.load_tokens()) == []


def test_contrast_ratio_follows_the_published_extremes() -> None:
    assert theme.contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast_ratio("#0B4A75", "#0B4A75") == 1.0


def test_defaults_for_tools_are_the_same_as_the_tokens() -> None:
    script = (theme.THEME_FOLDER / "tokens.js").read_text(encoding="utf-8")
    assert json.loads(script[script.index("{") : script.rindex("}") + 1]) == theme.load_tokens()


def test_an_operators_brand_names_and_emblem_replace_ours_and_high_contrast_keeps_its_own() -> None:
    look = theme.Look(brand="#7A1F3D", name={"vi": "Trung tâm phục vụ"}, emblem="building-2")
    tokens = theme.load_tokens(look)
    assert tokens["colors"]["light"]["brand"] == "#7A1F3D"
    assert tokens["colors"]["high"]["brand"] == theme.load_tokens()["colors"]["high"]["brand"]
    assert tokens["site"]["name"] == {"vi": "Trung tâm phục vụ", "en": "One-Stop Department"}
    assert tokens["site"]["emblem"] == "building-2"


@pytest.mark.parametrize(
    ("look", "code"),
    [
        (theme.Look(brand="#FFD84A"), "THEME-CONTRAST"),
        (theme.Look(brand="blue"), "THEME-COLOR"),
        (theme.Look(emblem="no-such-icon"), "THEME-EMBLEM"),
        (theme.Look(emblem="/nowhere/emblem.png"), "THEME-EMBLEM"),
    ],
)
def test_a_look_that_would_be_hard_to_read_or_broken_is_refused_with_a_code(look: theme.Look, code: str) -> None:
    with pytest.raises(theme.ThemeError) as refused:
        theme.load_tokens(look)
    assert refused.value.code == code


def test_an_emblem_file_becomes_a_url(tmp_path: Path) -> None:
    picture = tmp_path / "emblem.svg"
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert theme.load_tokens(theme.Look(emblem=str(picture)))["site"]["emblem"].startswith("file://")


def test_a_token_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "tokens.json"
    broken.write_text("{")
    with pytest.raises(theme.ThemeError) as refused:
        theme.load_tokens(path=broken)
    assert refused.value.code == "THEME-FILE"


@pytest.mark.parametrize("file", sorted(icons.ICON_FOLDER.glob("*.svg")), ids=lambda file: file.stem)
def test_every_icon_renders_something_in_the_colour_asked_for(file: Path) -> None:
    image = icons.IconProvider().requestImage(f"{file.stem}/0b4a75", QSize(), QSize(48, 48))
    assert painted(image) > 20
    inks = {
        image.pixelColor(x, y).name() for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255
    }
    # Blending of half-covered pixels may round a channel by one.
    assert all(abs(int(ink[i : i + 2], 16) - int("0b4a75"[i - 1 : i + 1], 16)) <= 1 for ink in inks for i in (1, 3, 5))


@pytest.mark.parametrize("palette", ["light", "high"])
@pytest.mark.parametrize(
    "name", [f"{kind}-{part}" for kind in ("card", "scanner", "printer") for part in ("base", "item")]
)
def test_every_device_drawing_renders_in_both_palettes(name: str, palette: str) -> None:
    provider = icons.DeviceProvider(theme.load_tokens())
    assert "@" not in provider.source(f"{name}/{palette}").decode()
    assert painted(provider.requestImage(f"{name}/{palette}", QSize(), QSize(320, 220))) > 1000


def test_a_picture_that_does_not_exist_is_transparent_and_not_an_error() -> None:
    provider = icons.IconProvider()
    for id in ("nothing/000000", "../fonts/OFL/000000", ""):
        image = provider.requestImage(id, QSize(), QSize(16, 16))
        assert painted(image) == 0


def test_icons_are_remembered_and_the_memory_is_bounded() -> None:
    provider = icons.IconProvider()
    for size in range(1, 450):
        provider.requestImage("check/000000", QSize(), QSize(size % 40 + 1, size))
    kept = list(provider._images.values())
    assert 1 < len(kept) < 449
    assert sum(image.sizeInBytes() for image in kept) <= icons._KEPT_BYTES


def test_every_icon_named_in_qml_is_shipped() -> None:
    shipped = {file.stem for file in icons.ICON_FOLDER.glob("*.svg")}
    for path, text in SOURCES.items():
        named = re.findall(r'(?:iconName|iconLeft|iconRight|name|icon|primaryIcon|secondaryIcon): "([a-z0-9-]+)"', text)
        assert {n for n in named if n not in {"textsize", "listen", "lower"}} <= shipped, path.name


def test_control_texts_exist_in_both_languages_and_every_id_used_is_there() -> None:
    vi, en = theme.control_strings("vi"), theme.control_strings("en")
    assert set(vi) == set(en)
    assert all(vi.values())
    assert all(en.values())
    scripts = "".join(SOURCES.values()) + (theme.QML_ROOT / "Kiosk/keyboard/layouts.js").read_text(encoding="utf-8")
    used = {i for i in re.findall(r'"(ui\.[a-z0-9.]+)"', scripts) if not i.endswith(".")}
    assert used <= set(vi)


def test_our_fonts_hold_every_vietnamese_letter_in_four_weights(qapp: object) -> None:
    assert "Be Vietnam Pro" in theme.load_fonts()
    assert {"Regular", "Medium", "SemiBold", "Bold"} <= set(QFontDatabase.styles("Be Vietnam Pro"))
    from PySide6.QtGui import QFont, QRawFont

    raw = QRawFont.fromFont(QFont("Be Vietnam Pro", 20))
    letters = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ₫«»•…–"
    assert all(raw.supportsCharacter(ord(letter)) for letter in letters + letters.upper().replace("ß", ""))
