"""Writes docs/documents.md, the list of printed documents, and with --pictures the pictures in it.

python packaging/documents.py > docs/documents.md
python packaging/documents.py --pictures docs/documents
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from kiosk_app.receipts.drawing import picture
from kiosk_app.receipts.specimens import specimen
from kiosk_app.receipts.template import Template, load, names

HEAD: Final = """# Printed documents

Made by `make docs`, its pictures by `make document-pictures`; do not edit. Each document is a template in
`assets/documents/`: its texts in Vietnamese and English, its values with their types, its blocks from top to bottom, a
version, the legal source of its form, and a specimen. A template is checked as a whole when it is loaded, and a mistake
is told with file and block (`kiosk_app/receipts/template.py`). One engine draws it for rolls of 384, 512 and 576 dots,
as PDF on the roll or A4, and in greys for a screen (`kiosk_app/receipts/drawing.py`).

- **Who speaks.** «kiosk» documents are the machine's own word: a submission slip is no receipt and names no due date.
  «service» documents are forms that the receiving system issues; a print says at its foot that it is one, and when and
  where it was made.
- **Specimens** carry «BẢN MẪU, KHÔNG CÓ GIÁ TRỊ» at both ends; nothing in them is real. `kiosk print-sample` writes one
  as PNG or PDF.
- **ID numbers** show their last four digits only: the first six tell birthplace, sex and year of birth.
- **Large print** has body text of 16 points, 13 on 48 mm of paper.
- **The forms** are those of Circular 03/2025/TT-VPCP (Appendix I, in force with Decree 118/2025/NĐ-CP), which replaced
  those of Circular 01/2018/TT-VPCP: form 04 has another name since, form 05 is new. Their titles and
  fields are those that public sources tell; their wording is ours, for the appendix itself was not at hand, and the
  ministry has to confirm it before use.
- **Typeface**: Noto Sans, a little narrower (`packaging/print_font.py`). That of the screens, with an «a» of one
  storey, was misread on 0.6 to 2.9 % of its letters; this one on at most 0.3 %, in the same lines at the same sizes.
- **Checks**: `make check-print` reads every document, language, width and size back with text recognition (at most 0.5
  % of letters wrong, the better of two enlargements; codes, frames and boxes are painted out first, white space and the
  kind of dash are not counted), and decodes its code after a tenth of the black
  dots, a column and a row are gone. A short part of it is in the tests.

Where they are met: the checklist on the page of a procedure and while papers are checked, the submission slip after
submitting, the slip of a draft after saving it, all in large print for whoever has chosen larger text on the screen; the
readiness report and the test page on the technician's screen.
"""
PICTURES: Final = (("576", "vi", 576, False), ("384", "both", 384, False), ("large", "vi", 576, True))


def page() -> str:
    """The page."""
    parts = [HEAD, "| document | title | issued by | paper | version | form |", "|---|---|---|---|---|---|"]
    templates = [load(name) for name in names()]
    parts += [_row(item) for item in templates]
    for item in templates:
        title = f"{item.title.vi} / {item.title.en}"
        parts += [
            f"\n## {item.id}\n",
            f"{title}\n",
            "| 576 dots | 384 dots, English beneath | large print |",
            "|---|---|---|",
            f"| ![{item.title.en}](documents/{item.id}-576.png) | ![{item.title.en}, narrow](documents/{item.id}-384.png) "
            f"| ![{item.title.en}, large](documents/{item.id}-large.png) |",
        ]
    return "\n".join(parts) + "\n"


def _row(item: Template) -> str:
    legal = item.legal.vi or "–"
    return f"| {item.id} | {item.title.vi} | {item.issuer} | {', '.join(item.papers)} | {item.version} | {legal} |"


def pictures(folder: Path) -> None:
    """Three pictures of each document."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names():
        for suffix, language, dots, large in (
            ("576", "vi", 576, False),
            ("384", "both", 384, False),
            ("large", "vi", 576, True),
        ):
            (folder / f"{name}-{suffix}.png").write_bytes(picture(specimen(name, language, large), dots))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pictures"]:
        pictures(Path(sys.argv[2]))
    else:
        sys.stdout.write(page())
