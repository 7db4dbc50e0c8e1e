"""The look of the kiosk: design tokens, their checks, an operator's overrides, fonts and control texts."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

QML_ROOT: Final = Path(__file__).resolve().parent / "qml"
THEME_FOLDER: Final = QML_ROOT / "Kiosk" / "theme"
ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"

# WCAG 2.2: 1.4.3 (4.5) and 1.4.6 (7, for the high-contrast axis) for text, 1.4.11 (3) for control borders.
TEXT_RATIO: Final = {"light": 4.5, "high": 7.0}
BORDER_RATIO: Final = 3.0

# (ink, face) pairs that a control really puts on one another.
TEXT_PAIRS: Final = (
    ("ink", "ground"),
    ("ink", "paper"),
    ("ink", "pressed"),
    ("ink", "tint"),
    ("ink", "tintPressed"),
    ("ink", "goldTint"),
    ("ink", "goldPressed"),
    ("ink", "okTint"),
    ("ink", "warnTint"),
    ("ink", "badTint"),
    ("ink", "keyFace"),
    ("ink", "keyTool"),
    ("ink", "keyPressed"),
    ("soft", "ground"),
    ("soft", "paper"),
    ("soft", "pressed"),
    ("brand", "ground"),
    ("brand", "paper"),
    ("brand", "tint"),
    ("brand", "tintPressed"),
    ("brandInk", "brand"),
    ("brandInk", "brandPressed"),
    ("brandInk", "brandChip"),
    ("goldInk", "gold"),
    ("ok", "paper"),
    ("ok", "okTint"),
    ("warn", "paper"),
    ("warn", "warnTint"),
    ("bad", "paper"),
    ("bad", "badTint"),
    ("bad", "badPressed"),
    ("disabledInk", "disabled"),
    ("staffInk", "staff"),
    ("staffInk", "staffPaper"),
    ("staffSoft", "staff"),
    ("staffSoft", "staffPaper"),
    ("gold", "staffPaper"),
)
BORDER_PAIRS: Final = (
    ("lineStrong", "paper"),
    ("brand", "paper"),
    ("bad", "paper"),
    ("staffLine", "staffPaper"),
    ("focusInk", "focus"),
)

_COLOR = re.compile(r"#(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}\Z")
_EMBLEM = re.compile(r"[a-z0-9-]+\Z")


class ThemeError(Exception):
    """The look cannot be used. `code` is a stable word for the technician."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Look:
    """What an operator may replace: brand colour (#RRGGBB), names by language, emblem (icon name or picture file)."""

    brand: str | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    parent: Mapping[str, str] = field(default_factory=dict)
    emblem: str | None = None


def luminance(color: str) -> float:
    """Relative luminance, 0 to 1, of #RRGGBB or #AARRGGBB (alpha is ignored). WCAG 2.2, "relative luminance"."""
    digits = color.lstrip("#")[-6:]
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21. WCAG 2.2, "contrast ratio"."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def contrast_problems(tokens: Mapping[str, Any]) -> list[str]:
    """Every pair of colours that is too weak, in words; empty when the look may be shown."""
    problems: list[str] = []
    for palette, needed in TEXT_RATIO.items():
        colors = tokens["colors"][palette]
        for pairs, floor in ((TEXT_PAIRS, needed), (BORDER_PAIRS, BORDER_RATIO)):
            for ink, face in pairs:
                ratio = contrast_ratio(colors[ink], colors[face])
                if ratio < floor:
                    problems.append(f"{palette}: {ink} on {face} is {ratio:.2f}, needs {floor}")
    return problems


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0 to 1) of `other` in it, as #RRGGBB."""
    one, two = ([int(c.lstrip("#")[-6:][i : i + 2], 16) for i in (0, 2, 4)] for c in (color, other))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(one, two, strict=True))


def load_tokens(look: Look | None = None, path: Path = THEME_FOLDER / "tokens.json") -> dict[str, Any]:
    """The checked design tokens with the operator's look applied.

    Raises ThemeError: THEME-FILE (unreadable or incomplete), THEME-COLOR (not a colour), THEME-EMBLEM,
    THEME-CONTRAST (a text would be hard to read).
    """
    try:
        tokens = json.loads(path.read_text(encoding="utf-8"))
        tokens = _with_look(copy.deepcopy(tokens), look or Look())
        _check_colors(tokens)
        problems = contrast_problems(tokens)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ThemeError("THEME-FILE", f"{type(error).__name__}: {error}") from error
    if problems:
        raise ThemeError("THEME-CONTRAST", "; ".join(problems))
    return dict(tokens)


def _with_look(tokens: dict[str, Any], look: Look) -> dict[str, Any]:
    site, light = tokens["site"], tokens["colors"]["light"]
    site["name"] = {**site["name"], **look.name}
    site["parent"] = {**site["parent"], **look.parent}
    if look.emblem is not None:
        site["emblem"] = _emblem(look.emblem)
    if look.brand is not None:
        if not _COLOR.match(look.brand):
            raise ThemeError("THEME-COLOR", f"brand {look.brand!r} is not #RRGGBB")
        # The brand must also be read as text on paper and on its own tint, so its ink follows from it.
        light["brand"] = look.brand.upper()
        light["brandInk"] = "#FFFFFF" if contrast_ratio(look.brand, "#FFFFFF") >= 4.5 else light["ink"]
        light["brandPressed"] = mix(look.brand, "#000000", 0.25)
        light["brandChip"] = mix(look.brand, "#FFFFFF", 0.13)
        light["tint"] = mix(look.brand, "#FFFFFF", 0.90)
        light["tintPressed"] = mix(look.brand, "#FFFFFF", 0.82)
    return tokens


def _emblem(emblem: str) -> str:
    """An icon's name as it is, a picture file as a URL that QML can load."""
    if _EMBLEM.match(emblem):
        if not (ASSETS / "icons" / f"{emblem}.svg").is_file():
            raise ThemeError("THEME-EMBLEM", f"no icon named {emblem}")
        return emblem
    picture = Path(emblem)
    if not picture.is_file():
        raise ThemeError("THEME-EMBLEM", f"no picture at {emblem}")
    return picture.resolve().as_uri()


def _check_colors(tokens: Mapping[str, Any]) -> None:
    light, high = tokens["colors"]["light"], tokens["colors"]["high"]
    if set(light) != set(high):
        raise ThemeError(
            "THEME-FILE",
            f"colours differ between palettes: {sorted(set(light) ^ set(high))}",
        )
    for palette in (light, high):
        for name, color in palette.items():
            if not isinstance(color, str) or not _COLOR.match(color):
                raise ThemeError("THEME-COLOR", f"{name} {color!r} is not #RRGGBB or #AARRGGBB")


def control_strings(language: str, path: Path = THEME_FOLDER / "strings.json") -> dict[str, str]:
    """The texts that the controls themselves speak (ids `ui.*`), for "vi" or "en"; merge them into Tr.table."""
    tables = json.loads(path.read_text(encoding="utf-8"))
    return dict(tables.get(language) or tables["vi"])


def load_fonts(folder: Path = ASSETS / "fonts") -> list[str]:
    """Load the kiosk's own fonts and make them the application's; the families that came with them.

    Raises ThemeError THEME-FONT when none can be loaded: Vietnamese letters must not fall to chance.
    """
    families: list[str] = []
    for file in sorted(folder.glob("*.ttf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    if not families:
        raise ThemeError("THEME-FONT", f"no usable font in {folder}")
    QGuiApplication.setFont(QFont("Be Vietnam Pro"))
    return sorted(set(families))


def singleton(engine: QQmlEngine, name: str) -> QObject:
    """The QML singleton `name` (Theme, Tr or App) of this engine.

    Raises ThemeError THEME-QML when the module cannot be loaded.
    """
    instance = engine.singletonInstance("Kiosk.theme", name)
    if not isinstance(instance, QObject):
        raise ThemeError("THEME-QML", f"Kiosk.theme has no {name}")
    return instance


class Reins:
    """Sets properties of the QML singletons Theme, Tr and App.

    By way of an Item, since PySide knows its class: to hand out any other QML object, as `singleton` does, it first makes
    every Qt class that it has (60 ms).
    """

    def __init__(self, engine: QQmlEngine) -> None:
        """Raises ThemeError THEME-QML when the module cannot be loaded."""
        component = QQmlComponent(engine, QUrl.fromLocalFile(str(THEME_FOLDER / "Reins.qml")))
        item = component.create()
        if item is None:
            raise ThemeError("THEME-QML", component.errorString())
        item.setParent(engine)
        self._item = item
        self._turn = 0

    def set(self, holder: str, name: str, value: object) -> None:
        """Gives the property `name` of "Theme", "Tr" or "App" that value."""
        self._turn += 1  # no change is ever equal to the one before
        self._item.setProperty("change", {"holder": holder, "name": name, "value": value, "turn": self._turn})


def install(engine: QQmlEngine, look: Look | None = None, language: str = "vi") -> dict[str, Any]:
    """Make an engine ready to show Kiosk.* modules: import path, fonts, pictures, tokens, control texts.

    Returns the tokens in use. Raises ThemeError.
    """
    from ui.icons import IconProvider

    tokens = load_tokens(look)
    load_fonts()
    engine.addImageProvider("icon", IconProvider())
    dress(engine, tokens, language)
    return tokens


def dress(engine: QQmlEngine, tokens: dict[str, Any], language: str) -> None:
    """What `install` does beyond tokens, fonts and icons, which a starting window has already. Raises ThemeError."""
    # Not before the starting picture, which needs neither.
    from ui import camera
    from ui.icons import DeviceProvider

    engine.addImportPath(str(QML_ROOT))
    camera.register()
    engine.addImageProvider("device", DeviceProvider(tokens))
    reins = Reins(engine)
    reins.set("Theme", "tokens", tokens)
    reins.set("Tr", "language", language)
    reins.set("Tr", "table", control_strings(language))


def defaults_script(tokens: Mapping[str, Any]) -> str:
    """tokens.js, the same defaults for tools that show QML without Python (previews, linters)."""
    body = json.dumps(tokens, ensure_ascii=False, indent=2)
    origin = "// Written from tokens.json by `python -m ui.theme`; change that file instead."
    return f".pragma library\n{origin}\nvar tokens = {body};\n"


if __name__ == "__main__":
    (THEME_FOLDER / "tokens.js").write_text(defaults_script(load_tokens()), encoding="utf-8")
