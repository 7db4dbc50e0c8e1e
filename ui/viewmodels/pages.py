"""One scanned page as a row that QML reads: its picture, what is wrong with it, where it belongs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from kiosk_app.model.basics import Language
from kiosk_app.model.papers import POORER
from kiosk_app.model.session import PageStage, PageView, Session
from ui.translations import Texts
from ui.viewmodels.base import Row

WARNINGS: Final = ("blurred", "cut_corner", "too_dark", "low_resolution", "glare", "finger", "unsure_edges", POORER)


class PageRows:
    """Makes rows of pages and keeps the addresses of their thumbnails, so that none is loaded twice."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._pictures: dict[int, tuple[bytes, str]] = {}
        self._known: dict[int, tuple[PageView, str, Language, Row]] = {}

    def forget(self, session: Session) -> None:
        """Drops the pictures of pages that are not there any more."""
        here = {page.number for page in session.pages}
        for number in (self._pictures.keys() | self._known.keys()) - here:
            self._pictures.pop(number, None)
            self._known.pop(number, None)

    def row(self, page: PageView, names: Mapping[str, str]) -> Row:
        """The page as a row; `names` are those of the papers. Of a page that has not changed it is the same row again."""
        name, language = names.get(page.component, ""), self._texts.language
        known = self._known.get(page.number)
        if known is None or known[0] is not page or known[1:3] != (name, language):
            known = self._known[page.number] = (page, name, language, self._row(page, name))
        return known[3]

    def _row(self, page: PageView, name: str) -> Row:
        failed = page.stage is PageStage.FAILED
        ready = page.stage is PageStage.READY
        badge = ""
        if page.stage is PageStage.PROCESSING or page.renewing:
            badge = self._texts.t("scan.processing")
        elif failed:
            badge = self._texts.t("scan.failed")
        elif page.blank:
            badge = self._texts.t("scan.blank")
        said = self._texts.code(page.code or "IMG-UNREADABLE") if failed else self.warning(page)
        if page.blank:
            said = self._texts.t("review.blank")
        return {
            "number": page.number,
            "source": self.picture(page) if ready else "",
            "component": page.component,
            "component_name": name,
            "blank": page.blank,
            "kept": page.kept,
            "can_keep": ready,
            "busy": page.renewing,
            "tone": "bad" if failed or (page.warnings and page.kept) else "none",
            "badge": badge,
            "text": said,
            "ratio": page.height / page.width if page.width and page.height else 1.414,
        }

    def warning(self, page: PageView) -> str:
        """What a person should look at again, in words; empty when nothing is."""
        if not page.warnings:
            return ""
        name = page.warnings[0] if page.warnings[0] in WARNINGS else "other"
        return self._texts.t(f"scan.warning.{name}", n=page.number)

    def picture(self, page: PageView) -> str:
        """The thumbnail as an address that holds it.

        A picture provider of ours would be called on the loader's thread, which then waits for Python while this thread,
        in a signal of a model, waits for the loader: they would wait for ever.
        """
        known = self._pictures.get(page.number)
        if known is None or known[0] is not page.thumbnail:
            known = (page.thumbnail, address(page.thumbnail))
            self._pictures[page.number] = known
        return known[1]


def address(picture: bytes) -> str:
    """A JPEG or PNG as an address that holds it whole; empty when there is none."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}" if picture else ""
