"""Snapshot models: Qt properties declared as getters of the session, and the list model that long lists use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, ClassVar, Final

from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kiosk_app.model.session import Session
from ui.translations import Texts

# QML knows these Python types by themselves; everything else travels as a variant.
_PLAIN: Final = (bool, int, float, str)

Row = dict[str, Any]
"""One line of a list as QML reads it: plain values by camelCase name."""


class Shown:
    """A getter of a SnapshotModel that QML sees as a property; see `shown`."""

    def __init__(self, kind: type, getter: Callable[[Any, Session], Any]) -> None:
        self.kind = kind
        self.getter = getter
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name


def shown(kind: type) -> Callable[[Callable[[Any, Session], Any]], Shown]:
    """Declares `def some_name(self, session)` to be the property `someName` of that type; list and dict become variants."""
    return lambda getter: Shown(kind, getter)


def camel(name: str) -> str:
    """some_name as QML writes it: someName."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


class _SnapshotMeta(type(QObject)):  # type: ignore[misc]  # Shiboken's metaclass has no static type
    """Turns each Shown of a class into a Qt property with a change signal of its own, before Qt sees the class."""

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        shown_here: dict[str, Shown] = {key: value for key, value in body.items() if isinstance(value, Shown)}
        for key, item in shown_here.items():
            changed = Signal(name=camel(key) + "Changed")
            body[f"{key}_changed"] = changed
            body[key] = Property(
                _qt_type(item.kind),
                fget=_reader(key),
                notify=changed,
            )
            if camel(key) != key:
                body[camel(key)] = body.pop(key)
        body["_shown"] = shown_here
        return super().__new__(mcs, name, bases, body)


def _qt_type(kind: type) -> Any:
    return kind if kind in _PLAIN else "QVariant"


def _reader(key: str) -> Callable[[Any], Any]:
    def read(self: Any) -> Any:
        return self.held[key]

    return read


class SnapshotModel(QObject, metaclass=_SnapshotMeta):
    """Properties computed from the session; a change signal goes out only when the value is another one.

    `parts` names the session's attributes that the getters read: as frozen values they keep their identity while unchanged,
    so that nothing is computed when none of them was replaced. The language always counts.
    """

    parts: ClassVar[tuple[str, ...]] = ()
    _shown: ClassVar[dict[str, Shown]] = {}

    def __init__(self, texts: Texts, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.texts = texts
        self._seen: tuple[object, ...] = ()
        self.held: dict[str, Any] = {}
        self.prepare(session)
        self._seen = self._now(session)
        self.held = {key: item.getter(self, session) for key, item in self._shown.items()}

    def prepare(self, session: Session) -> None:
        """Called before the getters when something changed; models with lists update them here."""

    def update(self, session: Session) -> None:
        """Recomputes what depends on a replaced part and tells QML what changed."""
        now = self._now(session)
        if all(one is other for one, other in zip(now, self._seen, strict=True)):
            return
        self._seen = now
        self.prepare(session)
        self.refresh(session)

    def refresh(self, session: Session) -> None:
        """Computes every getter again and emits for the values that differ."""
        changed = []
        for key, item in self._shown.items():
            value = item.getter(self, session)
            if value != self.held[key]:
                self.held[key] = value
                changed.append(key)
        for key in changed:
            getattr(self, f"{key}_changed").emit()

    def _now(self, session: Session) -> tuple[object, ...]:
        return (session.language, session.number, *(getattr(session, part) for part in self.parts))


class RowsModel(QAbstractListModel):
    """A list that changes a little at a time: QML keeps the delegates (and their scroll) of rows that stay.

    Each row is one map under the role `row`; `key` names the row across changes.
    """

    ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
    count_changed = Signal(name="countChanged")

    def __init__(self, key: str = "id", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._rows: list[Row] = []

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows as they are now."""
        return self._rows

    def _count(self) -> int:
        return len(self._rows)

    count = Property(int, fget=_count, notify=count_changed)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Rows at the top; none below a row."""
        return 0 if parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        """The one role."""
        return {self.ROLE: QByteArray(b"row")}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = ROLE) -> Any:
        """The row's map."""
        if role == self.ROLE and index.isValid() and index.row() < len(self._rows):
            return self._rows[index.row()]
        return None

    def replace(self, rows: list[Row]) -> None:
        """Makes the list these rows with as few steps as a growing, shrinking or edited list needs."""
        before = len(self._rows)
        new = self._keys(rows)
        self._remove_all_but(set(new))
        kept = self._keys(self._rows)
        if [key for key in new if key in set(kept)] != kept:
            # Rows that have changed places: only then everything is made anew.
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        else:
            self._insert(rows, set(kept))
            self._edit(rows)
        if before != len(new):
            self.count_changed.emit()

    def _remove_all_but(self, keys: set[Hashable]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last][self._key] in keys:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1][self._key] not in keys:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            self._rows = [*self._rows[:first], *self._rows[last + 1 :]]
            self.endRemoveRows()
            last = first - 1

    def _insert(self, rows: list[Row], known: set[Hashable]) -> None:
        at = 0
        while at < len(rows):
            end = at
            while end < len(rows) and rows[end][self._key] not in known:
                end += 1
            if end > at:
                self.beginInsertRows(QModelIndex(), at, end - 1)
                self._rows = [*self._rows[:at], *rows[at:end], *self._rows[at:]]
                self.endInsertRows()
            at = end + 1

    def _keys(self, rows: list[Row]) -> list[Hashable]:
        return [row[self._key] for row in rows]

    def _edit(self, rows: list[Row]) -> None:
        changed = [
            at for at, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old is not new and old != new
        ]
        for at in changed:
            self._rows[at] = rows[at]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]), [self.ROLE])


class RowsByKey:
    """A list of rows for each key that there is now; `key` names a row, as of every RowsModel.

    A list whose key goes is emptied and serves a later key. None is ever destroyed: for each object with a parent that Qt
    destroys PySide (6.11.3) keeps a reference to None for good, and a screen on its way out may still look at the list.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._of: dict[str, RowsModel] = {}
        self._spare: list[RowsModel] = []

    def of(self, name: str, parent: QObject) -> RowsModel:
        """The list of that key; one that has to be made lives as long as `parent`."""
        if name not in self._of:
            # Only when there is none: a list that has a parent lives until that ends, whether anybody holds it or not.
            self._of[name] = self._spare.pop() if self._spare else RowsModel(self._key, parent)
        return self._of[name]

    def keep(self, names: Collection[str]) -> None:
        """Empties the lists of all other keys."""
        for name in self._of.keys() - set(names):
            gone = self._of.pop(name)
            gone.replace([])
            self._spare.append(gone)
