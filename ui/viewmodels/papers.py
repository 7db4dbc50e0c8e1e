"""The scan screen: each paper of the dossier with its pages, and what the scanner is doing."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject

from drivers.ports import DeviceKind
from kiosk_app.model.offers import desk_offered, table_offered, works
from kiosk_app.model.procedure import Component
from kiosk_app.model.session import PageStage, PageView, Session
from kiosk_app.model.stack import progress, questions, reviewable, settled
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import Row, RowsByKey, RowsModel, SnapshotModel, shown
from ui.viewmodels.pages import PageRows


class PapersModel(SnapshotModel):
    """Components and pages. Each component has a list of its own, so that a new page redraws only itself."""

    parts = ("procedure", "pages", "scan", "devices", "to_desk")

    def __init__(self, texts: Texts, session: Session, parent: QObject | None = None) -> None:
        self._components = RowsModel("id")
        self._pages = RowsModel("number")
        self._of = RowsByKey("number")
        self._rows = PageRows(texts)
        super().__init__(texts, session, parent)
        self._components.setParent(self)
        self._pages.setParent(self)

    components = Property(QObject, fget=lambda self: self._components, constant=True)
    pages = Property(QObject, fget=lambda self: self._pages, constant=True)

    def prepare(self, session: Session) -> None:
        """Lists change in place: thumbnails that are shown already are not loaded again."""
        self._rows.forget(session)
        components = session.procedure.components if session.procedure else ()
        names = {item.id: item.name(session.language) for item in components}
        # What is not under a paper yet stands under the stack it came in.
        self._pages.replace([self._rows.row(page, names) for page in session.pages if page.component not in names])
        for item in components:
            mine = [page for page in session.pages if page.component == item.id]
            self._of.of(item.id, self).replace([self._rows.row(page, names) for page in mine])
        self._components.replace([self._component(session, item) for item in components])
        self._of.keep(names)

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
            "pages": self._of.of(item.id, self),
            "page_count": len(pages),
        }

    def _first_warning(self, pages: list[PageView]) -> str:
        for page in pages:
            if page.stage is PageStage.FAILED:
                return self.texts.code(page.code or "IMG-UNREADABLE")
            if page.kept and page.warnings:
                return self._rows.warning(page)
        return ""

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
    def waiting(self, session: Session) -> bool:
        """Whether the scan begins as soon as there is paper."""
        return session.scan.waiting

    @shown(bool)
    def renewing(self, session: Session) -> bool:
        """Whether one page is scanned again, and nothing else is chosen."""
        return session.scan.renewing > 0

    @shown(bool)
    def glass(self, session: Session) -> bool:
        """Whether what lies on the scanner's glass can be scanned now; paper in the tray comes first.

        The screen says less once there is paper, and its buttons move up: a finger on its way to the upper one must not
        meet this one, which would scan an empty glass.
        """
        status, scan = session.device(DeviceKind.SCANNER), session.scan
        return status is not None and status.usable and status.glass and not (scan.running or scan.paper_loaded)

    @shown(bool)
    def camera(self, session: Session) -> bool:
        """Whether papers are photographed on the table."""
        return session.scan.camera

    @shown(bool)
    def table(self, session: Session) -> bool:
        """Whether they may be photographed instead of scanned."""
        return table_offered(session) and not session.scan.camera and not session.scan.running

    @shown(bool)
    def scanner(self, session: Session) -> bool:
        """Whether the scanner could be used instead of the camera."""
        return works(session.device(DeviceKind.SCANNER))

    @shown(dict)
    def stack(self, session: Session) -> Row:
        """All papers in one stack, as the first choice; not shown where there is but one paper."""
        several = session.procedure is not None and len(session.procedure.components) > 1
        chosen = session.scan.component == "" and not session.scan.renewing
        left = sum(page.component == "" for page in session.pages)
        return {
            "shown": several,
            "chosen": chosen,
            "text": self.texts.n("scan.stack_left", left)
            if left
            else self.texts.t("scan.table_stack" if session.scan.camera else "scan.stack_text"),
            "badge": self.texts.t("scan.now") if chosen else "",
        }

    @shown(dict)
    def progress(self, session: Session) -> Row:
        """How far reading and placing are, while they are not over: a share, and the three counts in words."""
        now = progress(session)
        if settled(session) or not now.scanned:
            return {"share": 1.0, "text": ""}
        share = (now.read + now.placed) / (2 * now.scanned)
        text = self.texts.t("scan.progress", scanned=now.scanned, read=now.read, placed=now.placed)
        return {"share": share if not session.scan.running else -1.0, "text": text}

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
        if scan.camera and (scan.running or not session.pages):
            last = max((page.number for page in session.pages), default=0)
            way = "table_running" if scan.running else "table"
            return self.texts.t(f"scan.{way}_{what}", n=scan.renewing or last + 1)
        if scan.running:
            key = "stopping_title" if scan.stopping and what == "title" else f"running_{what}"
            last = max((page.number for page in session.pages), default=0)
            return self.texts.t(f"scan.{key}", n=scan.renewing or last + 1)
        if desk_offered(session):
            return self.texts.t(f"scan.desk_{what}")
        if scan.renewing and scan.waiting and what == "title":
            return self.texts.t("scan.waiting_page_title", n=scan.renewing)
        if scan.waiting and not scan.renewing:
            return self.texts.t(f"scan.waiting_{what}")
        if scan.renewing:
            return self.texts.t(f"scan.renewing_{what}", n=scan.renewing)
        if scan.resume:
            kept = self.texts.n("scan.kept_sheets", scan.whole)
            return self.texts.t(f"scan.resume_{what}", n=scan.resume, kept=kept)
        if scan.paper_loaded:
            return self.texts.t(f"scan.{self._way(session)}ready_{what}")
        if session.pages and not settled(session):
            return self.texts.t(f"scan.reading_{what}")
        if asked := len(questions(session)):
            return self.texts.n(f"scan.asking_{what}", asked)
        if session.pages and not scan.component and session.missing:
            return self.texts.n(f"scan.lacking_{what}", len(session.missing))
        if session.pages and not session.missing:
            return self.texts.t(f"scan.complete_{what}")
        return self.texts.t(f"scan.{self._way(session)}{what}")

    def _way(self, session: Session) -> str:
        return "" if session.scan.component else "stack_"

    @shown(bool)
    def start_next(self, session: Session) -> bool:
        """Whether scanning is what the citizen is most likely to do now, rather than to go on."""
        scan = session.scan
        return scan.paper_loaded or scan.waiting or scan.renewing > 0 or scan.resume > 0 or not session.pages

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
        """The paper that is scanned next, or the one page."""
        if session.scan.renewing:
            return self.texts.t("review.page", n=session.scan.renewing)
        item = session.procedure.component(session.scan.component) if session.procedure else None
        return item.name(session.language) if item else self.texts.t("scan.stack")

    @shown(str)
    def start_text(self, session: Session) -> str:
        """What the scan button says."""
        scan = session.scan
        if scan.waiting:
            return self.texts.t("scan.now_start")
        if scan.resume:
            return self.texts.t("scan.resume")
        some = session.kept_pages(scan.component) if scan.component else session.pages
        return self.texts.t("scan.again" if some and not scan.renewing else "scan.start")

    @shown(str)
    def originals(self, session: Session) -> str:
        """The sheets that came out and that nobody has taken yet, as far as is known."""
        scan = session.scan
        if scan.running or not scan.out:
            return ""
        if scan.camera and scan.out == 1:
            return self.texts.t("scan.take_table")
        if scan.glass and scan.out == 1:
            return self.texts.t("scan.take_glass")
        return self.texts.n("scan.take", scan.out)

    @shown(dict)
    def summary(self, session: Session) -> Row:
        """How much has been received and what is still missing."""
        missing = len(session.missing)
        if not session.pages or not session.scan.component or session.scan.renewing:
            return {"tone": "info", "text": ""}  # of a stack the title says it
        if missing:
            return {"tone": "warn", "text": self.texts.n("scan.still_missing", missing)}
        return {"tone": "ok", "text": self.texts.n("scan.received", len(session.pages))}

    @shown(bool)
    def can_continue(self, session: Session) -> bool:
        """Whether there is anything to go on with: pages to look at, or papers that are left for the desk."""
        return bool(session.pages or session.at_desk) and reviewable(session)
