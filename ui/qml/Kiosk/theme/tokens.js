.pragma library
// Written from tokens.json by `python -m ui.theme`; change that file instead.
var tokens = {
  "version": 1,
  "site": {
    "name": {
      "vi": "Bộ phận Một cửa",
      "en": "One-Stop Department"
    },
    "parent": {
      "vi": "Bộ Khoa học và Công nghệ",
      "en": "Ministry of Science and Technology"
    },
    "emblem": "landmark"
  },
  "colors": {
    "light": {
      "ground": "#F6F4EF",
      "paper": "#FFFFFF",
      "ink": "#15232E",
      "soft": "#4B5A66",
      "line": "#D5D9DC",
      "lineStrong": "#84919B",
      "brand": "#0B4A75",
      "brandInk": "#FFFFFF",
      "brandPressed": "#083655",
      "brandChip": "#2B628A",
      "tint": "#E6EFF6",
      "tintPressed": "#D2E3EF",
      "pressed": "#EDEFF1",
      "gold": "#E9B44C",
      "goldInk": "#15232E",
      "goldTint": "#FFF3D6",
      "goldPressed": "#FCE2AB",
      "ok": "#1B6E48",
      "okTint": "#E4F3EA",
      "warn": "#8A5A00",
      "warnTint": "#FFF3D6",
      "bad": "#A8261F",
      "badTint": "#FBE6E4",
      "badPressed": "#F6D0CC",
      "focus": "#E9B44C",
      "focusInk": "#15232E",
      "disabled": "#E4E7E9",
      "disabledInk": "#55626C",
      "scrim": "#B315232E",
      "keyGround": "#E1E5E8",
      "keyFace": "#FFFFFF",
      "keyTool": "#CBD2D7",
      "keyPressed": "#B9C9D6",
      "staff": "#10202B",
      "staffPaper": "#20323E",
      "staffInk": "#FFFFFF",
      "staffSoft": "#CBD5DC",
      "staffLine": "#7A8B97"
    },
    "high": {
      "ground": "#000000",
      "paper": "#0A0A0A",
      "ink": "#FFFFFF",
      "soft": "#F2F2F2",
      "line": "#FFFFFF",
      "lineStrong": "#FFFFFF",
      "brand": "#FFD84A",
      "brandInk": "#000000",
      "brandPressed": "#FFEDA8",
      "brandChip": "#E3BD33",
      "tint": "#1C1A00",
      "tintPressed": "#3A3500",
      "pressed": "#2B2B2B",
      "gold": "#FFD84A",
      "goldInk": "#000000",
      "goldTint": "#1C1A00",
      "goldPressed": "#3A3500",
      "ok": "#7CFFB2",
      "okTint": "#04190D",
      "warn": "#FFD84A",
      "warnTint": "#1C1A00",
      "bad": "#FF9C94",
      "badTint": "#1F0806",
      "badPressed": "#3D110D",
      "focus": "#FFD84A",
      "focusInk": "#000000",
      "disabled": "#2B2B2B",
      "disabledInk": "#D0D0D0",
      "scrim": "#D9000000",
      "keyGround": "#000000",
      "keyFace": "#0A0A0A",
      "keyTool": "#262626",
      "keyPressed": "#4A4300",
      "staff": "#000000",
      "staffPaper": "#141414",
      "staffInk": "#FFFFFF",
      "staffSoft": "#F2F2F2",
      "staffLine": "#FFFFFF"
    }
  },
  "type": {
    "family": "Be Vietnam Pro",
    "title": 58,
    "section": 38,
    "body": 31,
    "secondary": 27,
    "small": 24,
    "growth": {
      "title": 0.5,
      "section": 0.75,
      "body": 1.0,
      "secondary": 1.0,
      "small": 1.0
    },
    "lineHeight": 1.1,
    "titleLineHeight": 0.98
  },
  "space": {
    "step": 8,
    "margin": 48,
    "gap": 28
  },
  "radius": {
    "control": 24,
    "card": 32,
    "key": 16,
    "small": 12
  },
  "border": {
    "thin": 2,
    "strong": 3,
    "focus": 6
  },
  "target": {
    "button": 112,
    "key": 104,
    "min": 88,
    "tile": 250,
    "header": 132,
    "apart": 12
  },
  "motion": 180
};
