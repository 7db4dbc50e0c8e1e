"""The page review: pages under their papers, one question after another, and the page that is looked at large."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject

from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.papers import Placing
from kiosk_app.model.procedure import Component
from kiosk_app.model.session import PageStage, PageView, Session
from kiosk_app.model.stack import Doubt, Question, progress, questions, settled
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import Row, RowsByKey, RowsModel, SnapshotModel, shown
from ui.viewmodels.pages import PageRows, address

ASIDE = "aside"
UNPLACED = "unplaced"


class ReviewModel(SnapshotModel):
    """Groups of pages, each with a list of its own; the question that is open; the large page."""

    parts = ("procedure", "pages", "scan", "to_desk", "look", "screen", "goal")

    def __init__(self, texts: Texts, session: Session, parent: QObject | None = None) -> None:
        self._groups = RowsModel("id")
        self._of = RowsByKey("number")
        self._rows = PageRows(texts)
        self._large: tuple[bytes, str] = (b"", "")
        self._here = True
        super().__init__(texts, session, parent)
        self._groups.setParent(self)

    groups = Property(QObject, fget=lambda self: self._groups, constant=True)

    def update(self, session: Session) -> None:
        """As every model; but while hundreds of pages arrive on another screen, nobody looks at these."""
        here = session.screen is Screen.PAGE_REVIEW
        if here or self._here or not session.pages:
            super().update(session)
        self._here = here

    def prepare(self, session: Session) -> None:
        """Lists change in place: pictures that are shown already are not loaded again."""
        self._rows.forget(session)
        names = _names(session)
        rows = []
        for key, pages in _grouped(session).items():
            listed = self._of.of(key, self)
            listed.replace([self._rows.row(page, names) for page in pages])
            item = session.procedure.component(key) if session.procedure else None
            row = self._paper(session, item, pages) if item else self._other(key, pages)
            rows.append({**row, "id": key, "pages": listed, "page_count": len(pages)})
        self._groups.replace(rows)
        self._of.keep([row["id"] for row in rows])

    def _paper(self, session: Session, item: Component, pages: list[PageView]) -> Row:
        at_desk = item.id in session.at_desk
        missing = item.required and not pages and not at_desk
        doubtful = any(page.placing is Placing.DOUBTFUL or page.warnings for page in pages)
        if at_desk:
            state, tone, icon = "at_desk", "info", "building-2"
        elif missing:
            state, tone, icon = "missing", "warn", "circle-dashed"
        elif not pages:
            state, tone, icon = "optional", "none", "circle-dashed"
        elif doubtful:
            state, tone, icon = "check", "bad", "triangle-alert"
        else:
            state, tone, icon = "enough", "ok", "circle-check"
        said = [self.texts.n("scan.pages", len(pages)) if pages else words.counts(self.texts, item)]
        placed = [page for page in pages if page.placing in (Placing.SURE, Placing.DOUBTFUL)]
        if placed:
            sure = min(page.confidence for page in placed)
            said.append(self.texts.t("review.recognised", percent=int(100 * min(max(sure, 0.0), 1.0))))
        warning = next((self._rows.warning(page) for page in pages if page.warnings), "")
        return {
            "name": item.name(session.language),
            "tone": tone,
            "icon": icon,
            "badge": self.texts.t(f"scan.{state}"),
            "text": " · ".join(part for part in said if part),
            "warning": warning,
            "missing": missing,
            "at_desk": at_desk,
            "desk": (missing or at_desk) and session.goal is not Goal.SUPPLEMENT,
        }

    def _other(self, key: str, pages: list[PageView]) -> Row:
        failed = any(page.stage is PageStage.FAILED for page in pages)
        return {
            "name": self.texts.t(f"review.{key}"),
            "tone": "bad" if failed else "none",
            "icon": "file-x" if key == ASIDE else "files",
            "badge": "",
            "text": self.texts.n("scan.pages", len(pages)) + " · " + self.texts.t(f"review.{key}_text"),
            "warning": "",
            "missing": False,
            "at_desk": False,
            "desk": False,
        }

    # --- the frame ----------------------------------------------------------------------------------------------------

    @shown(str)
    def mode(self, session: Session) -> str:
        """What the screen shows: one page large, a question, or all pages."""
        if session.look is not None:
            return "page"
        return "question" if questions(session) else "groups"

    @shown(str)
    def title(self, session: Session) -> str:
        """What to do now."""
        if session.look is not None:
            return self.texts.t("review.page", n=session.look.page)
        asked = questions(session)
        if not asked:
            return self.texts.t("review.title" if settled(session) else "review.reading_title")
        first = asked[0]
        if first.through:
            return self.texts.t(f"review.ask_{first.doubt.value}_pages", n=first.page, last=first.through)
        return self.texts.t(f"review.ask_{first.doubt.value}", n=first.page, twin=first.twin)

    @shown(str)
    def guidance(self, session: Session) -> str:
        """How; of a large page, where it belongs."""
        if session.look is not None:
            page = _page(session, session.look.page)
            return "" if page is None else self._where(session, page)
        left = len(questions(session))
        if left:
            return self.texts.n("review.ask_left", left)
        if not settled(session):
            now = progress(session)
            return self.texts.t("scan.progress", scanned=now.scanned, read=now.read, placed=now.placed)
        return self.texts.t("review.guidance")

    def _where(self, session: Session, page: PageView) -> str:
        name = _names(session).get(page.component, self.texts.t("review.unplaced"))
        said = self.texts.code(page.code or "IMG-UNREADABLE") if page.stage is PageStage.FAILED else ""
        parts = (name if page.kept else self.texts.t("review.dropped"), said or self._rows.warning(page))
        return " · ".join(part for part in parts if part)

    @shown(float)
    def share(self, session: Session) -> float:
        """How far reading and placing are, 0 to 1."""
        now = progress(session)
        return (now.read + now.placed) / (2 * now.scanned) if now.scanned and not settled(session) else 1.0

    @shown(bool)
    def can_continue(self, session: Session) -> bool:
        """Whether nothing is asked and nothing is on its way."""
        return session.look is not None or (settled(session) and not questions(session) and not session.processing)

    # --- questions ----------------------------------------------------------------------------------------------------

    @shown(dict)
    def question(self, session: Session) -> Row:
        """The first open question: its page and twin as rows, the paper it is taken for, and the others, likeliest first."""
        asked = questions(session)
        if not asked:
            return {"page": {}, "twin": {}, "rest": [], "through": 0, "likely": "", "choices": [], "twice": False}
        return self._question(session, asked[0])

    def _question(self, session: Session, question: Question) -> Row:
        names = _names(session)
        page, twin = _page(session, question.page), _page(session, question.twin)
        rest = tuple(key for key in names if key not in question.choices and key != question.component)
        note = self.texts.t("review.likely") if question.doubt is Doubt.NOWHERE else ""
        choices = [
            {"id": key, "text": names[key], "note": note if key in question.choices[:1] else ""}
            for key in (*question.choices, *rest)
        ]
        return {
            "page": self._rows.row(page, names) if page else {},
            "twin": self._rows.row(twin, names) if twin else {},
            "rest": [
                self._rows.row(item, names)
                for item in session.pages
                if question.page < item.number <= question.through and item.kept
            ],
            "through": question.through,
            "likely": names.get(question.component, "") if question.doubt is Doubt.PAPER else "",
            "choices": [] if question.doubt is Doubt.TWICE else choices,
            "twice": question.doubt is Doubt.TWICE,
        }

    # --- one page -----------------------------------------------------------------------------------------------------

    @shown(dict)
    def page(self, session: Session) -> Row:
        """The page that is looked at: its row, its large picture once it is there, and what can be done with it."""
        look = session.look
        page = _page(session, look.page) if look else None
        if look is None or page is None:
            self._large = (b"", "")
            return {"number": 0, "source": "", "picture": "", "said": "", "busy": False}
        if self._large[0] is not look.picture:
            self._large = (look.picture, address(look.picture))
        mine = [item.number for item in session.pages if item.component == page.component and item.kept]
        every = [item.number for pages in _grouped(session).values() for item in pages]
        at = every.index(page.number) if page.number in every else 0
        place = mine.index(page.number) if page.number in mine else -1
        return {
            **self._rows.row(page, _names(session)),
            "picture": self._large[1],
            "said": self.texts.code(look.code) if look.code else "",
            "before": every[at - 1] if at > 0 else 0,
            "after": every[at + 1] if at + 1 < len(every) else 0,
            "earlier": place > 0,
            "later": 0 <= place < len(mine) - 1,
            "rescan": page.stage is not PageStage.PROCESSING and not page.renewing,
        }

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


def _names(session: Session) -> dict[str, str]:
    components = session.procedure.components if session.procedure else ()
    return {item.id: item.name(session.language) for item in components}


def _page(session: Session, number: int) -> PageView | None:
    return next((page for page in session.pages if page.number == number), None)


def _grouped(session: Session) -> dict[str, list[PageView]]:
    """The pages by paper, in order, papers without a page too; then what has no paper, then what is set aside."""
    groups: dict[str, list[PageView]] = {key: [] for key in _names(session)}
    unplaced: list[PageView] = []
    aside: list[PageView] = []
    for page in session.pages:
        if not page.kept:
            aside.append(page)
        else:
            groups.get(page.component, unplaced).append(page)
    if unplaced:
        groups[UNPLACED] = unplaced
    if aside:
        groups[ASIDE] = aside
    return groups
