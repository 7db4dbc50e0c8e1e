"""Scan and page review: each paper of the dossier with its pages, and what the scanner is doing."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from PySide6.QtCore import Property, QObject

from kiosk_app.model.offers import desk_offered
from kiosk_app.model.procedure import Component
from kiosk_app.model.session import PageStage, PageView, Session
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import Row, RowsModel, SnapshotModel, shown

_WARNINGS: Final = ("blurred", "cut_corner", "too_dark", "low_resolution")


class PapersModel(SnapshotModel):
    """Components and pages. Each component has a list of its own, so that a new page redraws only itself."""

    parts = ("procedure", "pages", "scan", "devices", "to_desk")

    def __init__(self, texts: Texts, session: Session, parent: QObject | None = None) -> None:
        self._components = RowsModel("id")
        self._pages = RowsModel("number")
        self._of: dict[str, RowsModel] = {}
        self._pictures: dict[int, tuple[bytes, str]] = {}
        super().__init__(texts, session, parent)
        self._components.setParent(self)
        self._pages.setParent(self)

    components = Property(QObject, fget=lambda self: self._components, constant=True)
    pages = Property(QObject, fget=lambda self: self._pages, constant=True)

    def prepare(self, session: Session) -> None:
        """Lists change in place: thumbnails that are shown already are not loaded again."""
        for number in set(self._pictures) - {page.number for page in session.pages}:
            del self._pictures[number]
        components = session.procedure.components if session.procedure else ()
        names = {item.id: item.name(session.language) for item in components}
        self._pages.replace([self._page(session, page, names) for page in session.pages])
        gone = set(self._of) - set(names)
        for item in components:
            if item.id not in self._of:
                # Only when it is missing: a list that has a parent lives until that ends, whether anybody holds it or not.
                self._of[item.id] = RowsModel("number", self)
            mine = [page for page in session.pages if page.component == item.id]
            self._of[item.id].replace([self._page(session, page, names) for page in mine])
        self._components.replace([self._component(session, item) for item in components])
        for key in gone:
            self._of.pop(key).deleteLater()

    def _component(self, session: Session, item: Component) -> Row:
        pages = [page for page in session.pages if page.component == item.id]
        kept = [page for page in pages if page.kept]
        doubtful = any(page.kept and page.warnings for page in pages) or any(
            page.stage is PageStage.FAILED for page in pages
        )
        chosen = session.scan.component == item.id
        if item.id in session.at_desk:
            state, tone = "at_desk", "info"
        elif not kept:
            state, tone = ("missing", "warn") if item.required else ("optional", "none")
        elif doubtful:
            state, tone = "check", "bad"
        else:
            state, tone = "enough", "ok"
        dropped = len(pages) - len(kept)
        said = [self.texts.n("scan.pages", len(kept)) if kept else self.texts.t("scan.no_pages")]
        if dropped:
            said.append(self.texts.t("scan.dropped", n=dropped))
        return {
            "id": item.id,
            "name": item.name(session.language),
            "counts": words.counts(self.texts, item),
            "chosen": chosen,
            "tone": "info" if chosen and not kept else tone,
            "icon": {"ok": "circle-check", "bad": "triangle-alert"}.get(tone, "circle-dashed"),
            "badge": self.texts.t("scan.now" if chosen and not kept and state != "at_desk" else f"scan.{state}"),
            "text": " · ".join(said),
            "warning": self._first_warning(pages),
            "pages": self._of[item.id],
            "page_count": len(pages),
        }

    def _first_warning(self, pages: list[PageView]) -> str:
        for page in pages:
            if page.stage is PageStage.FAILED:
                return self.texts.code(page.code or "IMG-UNREADABLE")
            if page.kept and page.warnings:
                return self._warning(page)
        return ""

    def _warning(self, page: PageView) -> str:
        if not page.warnings:
            return ""
        name = page.warnings[0] if page.warnings[0] in _WARNINGS else "other"
        return self.texts.t(f"scan.warning.{name}", n=page.number)

    def _page(self, session: Session, page: PageView, names: dict[str, str]) -> Row:
        failed = page.stage is PageStage.FAILED
        ready = page.stage is PageStage.READY
        badge = ""
        if page.stage is PageStage.PROCESSING:
            badge = self.texts.t("scan.processing")
        elif failed:
            badge = self.texts.t("scan.failed")
        elif page.blank:
            badge = self.texts.t("scan.blank")
        said = self.texts.code(page.code or "IMG-UNREADABLE") if failed else self._warning(page)
        if page.blank:
            said = self.texts.t("review.blank")
        return {
            "number": page.number,
            "source": self._picture(page) if ready else "",
            "component": page.component,
            "component_name": names.get(page.component, ""),
            "blank": page.blank,
            "kept": page.kept,
            "can_keep": ready,
            "tone": "bad" if failed or (page.warnings and page.kept) else "none",
            "badge": badge,
            "text": said,
            "ratio": page.height / page.width if page.width and page.height else 1.414,
        }

    def _picture(self, page: PageView) -> str:
        """The thumbnail as an address that holds it.

        A picture provider of ours would be called on the loader's thread, which then waits for Python while this thread,
        in a signal of a model, waits for the loader: they would wait for ever.
        """
        known = self._pictures.get(page.number)
        if known is None or known[0] is not page.thumbnail:
            kind = "png" if page.thumbnail.startswith(b"\x89PNG") else "jpeg"
            known = (page.thumbnail, f"data:image/{kind};base64,{b64encode(page.thumbnail).decode()}")
            self._pictures[page.number] = known
        return known[1] if page.thumbnail else ""

    # --- scan ---------------------------------------------------------------------------------------------------------

    @shown(bool)
    def running(self, session: Session) -> bool:
        """Whether sheets are being pulled in."""
        return session.scan.running

    @shown(bool)
    def stopping(self, session: Session) -> bool:
        """Whether the scanner was asked to stop."""
        return session.scan.stopping

    @shown(bool)
    def paper_loaded(self, session: Session) -> bool:
        """Whether the feeder holds paper."""
        return session.scan.paper_loaded

    @shown(bool)
    def desk(self, session: Session) -> bool:
        """Whether papers may be left for the desk."""
        return desk_offered(session) and not session.scan.running

    @shown(bool)
    def processing(self, session: Session) -> bool:
        """Whether a page is still being straightened and judged."""
        return any(page.stage is PageStage.PROCESSING for page in session.pages)

    @shown(str)
    def title(self, session: Session) -> str:
        """What to do now."""
        return self._said(session, "title")

    @shown(str)
    def guidance(self, session: Session) -> str:
        """How."""
        return self._said(session, "guidance")

    def _said(self, session: Session, what: str) -> str:
        scan = session.scan
        if scan.running:
            key = "stopping_title" if scan.stopping and what == "title" else f"running_{what}"
            return self.texts.t(f"scan.{key}", n=max((page.number for page in session.pages), default=0) + 1)
        if desk_offered(session):
            return self.texts.t(f"scan.desk_{what}")
        if scan.paper_loaded:
            return self.texts.t(f"scan.ready_{what}")
        if session.pages and not session.missing:
            return self.texts.t(f"scan.complete_{what}")
        return self.texts.t(f"scan.{what}")

    @shown(dict)
    def paper_state(self, session: Session) -> Row:
        """Paper in the tray or not, as a badge."""
        loaded = session.scan.paper_loaded
        return {
            "tone": "ok" if loaded else "none",
            "icon": "file-check" if loaded else "file-x",
            "text": self.texts.t("scan.paper_in" if loaded else "scan.paper_out"),
        }

    @shown(str)
    def chosen_name(self, session: Session) -> str:
        """The paper that is scanned next."""
        item = session.procedure.component(session.scan.component) if session.procedure else None
        return item.name(session.language) if item else ""

    @shown(str)
    def start_text(self, session: Session) -> str:
        """What the scan button says."""
        return self.texts.t("scan.again" if session.kept_pages(session.scan.component) else "scan.start")

    @shown(dict)
    def summary(self, session: Session) -> Row:
        """How much has been received and what is still missing."""
        missing = len(session.missing)
        if not session.pages:
            return {"tone": "info", "text": ""}
        if missing:
            return {"tone": "warn", "text": self.texts.n("scan.still_missing", missing)}
        return {"tone": "ok", "text": self.texts.n("scan.received", len(session.pages))}

    @shown(bool)
    def can_continue(self, session: Session) -> bool:
        """Whether there is anything to go on with: pages to look at, or papers that are left for the desk."""
        return bool(session.pages or session.at_desk) and not session.scan.running and not self._busy(session)

    def _busy(self, session: Session) -> bool:
        return any(page.stage is PageStage.PROCESSING for page in session.pages)

    # --- page review --------------------------------------------------------------------------------------------------

    @shown(list)
    def choices(self, session: Session) -> list[Row]:
        """The papers a page can be moved to."""
        components = session.procedure.components if session.procedure else ()
        return [
            {
                "id": item.id,
                "text": item.name(session.language),
                "note": self.texts.t("procedure.required" if item.required else "procedure.optional"),
            }
            for item in components
        ]
