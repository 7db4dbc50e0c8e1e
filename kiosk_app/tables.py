"""Tables of a configuration file as frozen values: which keys there are, of which type, within which bounds.

Few rules, and nothing imported for them: the window's process reads its configuration before its first picture.
"""

from __future__ import annotations

import dataclasses
import enum
import operator
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, dataclass_transform


@dataclass(frozen=True)
class Rule:
    """What a key means and what its value, or each value of its list, is held to."""

    meaning: str = ""
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    shortest: int = 0
    pattern: str = ""
    check: Callable[[Any], object] | None = None
    """Raises ValueError with what was expected."""


@dataclass(frozen=True)
class Mistake:
    """One mistake: where in the file, and what was expected there. `missing`: the key is not there at all."""

    at: tuple[str | int, ...]
    expected: str
    missing: bool = False


class Mistakes(ValueError):
    """A file's tables cannot be used; all that is wrong with them, in the order of the keys."""

    def __init__(self, found: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(item.expected for item in found))
        self.found = found


def setting(*, default: Any = dataclasses.MISSING, **rule: Any) -> Any:
    """A key of a table with its default, if it has one, and the fields of its Rule."""
    made = {"rule": Rule(**rule)}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=default.copy, metadata=made)
    return dataclasses.field(default=default, metadata=made)


def rule_of(item: dataclasses.Field[Any]) -> Rule:
    """The rule of a key; an empty one where nothing was said."""
    rule: Rule = item.metadata.get("rule", Rule())
    return rule


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(setting,))
class Table:
    """Base of all tables: a subclass is a frozen dataclass whose fields are the table's keys."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True, repr=False)(cls)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def check(self) -> None:
        """Whether the values of several keys go together. Raises ValueError with what was expected."""

    @classmethod
    def types(cls) -> dict[str, Any]:
        """The type of each key, in order."""
        return typing.get_type_hints(cls)


T = TypeVar("T", bound=Table)


def read(table: type[T], value: object) -> T:
    """The table out of what a TOML file holds. Raises Mistakes with everything that is wrong."""
    mistakes: list[Mistake] = []
    made: T = _table(table, value, (), mistakes)
    if mistakes:
        raise Mistakes(tuple(mistakes))
    return made


def plain(value: object) -> Any:
    """Tables as JSON has them."""
    if isinstance(value, Table):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}  # type: ignore[arg-type]
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value.value if isinstance(value, enum.Enum) else value


def _table(table: type[T], value: object, at: tuple[str | int, ...], mistakes: list[Mistake]) -> Any:
    if not isinstance(value, dict):
        mistakes.append(Mistake(at, "expected a table"))
        return None
    before = len(mistakes)
    types = table.types()
    values = {}
    for item in dataclasses.fields(table):  # type: ignore[arg-type]
        if item.name in value:
            values[item.name] = _value(types[item.name], value[item.name], rule_of(item), (*at, item.name), mistakes)
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            mistakes.append(Mistake((*at, item.name), "required, and missing", missing=True))
    known = ", ".join(sorted(types))
    mistakes += [Mistake((*at, name), f"unknown key; expected one of {known}") for name in value if name not in types]
    if len(mistakes) > before:
        return None
    made = table(**values)
    _held(made.check, at, mistakes)
    return made


def _value(kind: Any, value: object, rule: Rule, at: tuple[str | int, ...], mistakes: list[Mistake]) -> Any:
    """The value as the key's type has it; where it is wrong, a mistake more."""
    before = len(mistakes)
    origin = typing.get_origin(kind)
    made: Any = value
    if origin is tuple:
        if isinstance(value, list | tuple):
            inner = dataclasses.replace(rule, check=None)
            each = typing.get_args(kind)[0]
            made = tuple(_value(each, item, inner, (*at, number), mistakes) for number, item in enumerate(value))
        else:
            mistakes.append(Mistake(at, "expected a list"))
    elif origin is dict:
        if not isinstance(value, dict):
            mistakes.append(Mistake(at, "expected a table"))
    elif isinstance(kind, type) and issubclass(kind, Table):
        made = _table(kind, value, at, mistakes)
    else:
        try:
            made = _single(kind, value, rule)
        except ValueError as error:
            mistakes.append(Mistake(at, str(error)))
    if len(mistakes) == before and rule.check is not None:
        check = rule.check
        _held(lambda: check(made), at, mistakes)
    return made


def _held(check: Callable[[], object], at: tuple[str | int, ...], mistakes: list[Mistake]) -> None:
    try:
        check()
    except ValueError as error:
        mistakes.append(Mistake(at, str(error)))


def _single(kind: Any, value: object, rule: Rule) -> Any:
    """One value of a plain type. Raises ValueError with what was expected."""
    if typing.get_origin(kind) is Literal:
        return _one_of(typing.get_args(kind), value)
    if issubclass(kind, enum.Enum):
        return kind(_one_of([item.value for item in kind], value))
    if kind is bool:
        if not isinstance(value, bool):
            raise ValueError("expected true or false")
        return value
    if kind is str:
        return _text(value, rule)
    return _number(kind, value, rule)


def _one_of(known: typing.Sequence[object], value: object) -> object:
    if value not in known:
        names = [repr(item) for item in known]
        raise ValueError(f"expected {', '.join(names[:-1])} or {names[-1]}" if names[1:] else f"expected {names[0]}")
    return value


def _text(value: object, rule: Rule) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a valid string")
    if len(value) < rule.shortest:
        raise ValueError(f"expected at least {rule.shortest} characters")
    if rule.pattern and not re.fullmatch(rule.pattern, value):
        raise ValueError(f"expected text that matches the pattern {rule.pattern!r}")
    return value


def _number(kind: type, value: object, rule: Rule) -> float:
    name = "valid integer" if kind is int else "valid number"
    as_kind: Callable[[Any], float] = int if kind is int else float
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected a {name}")
    try:
        made = as_kind(value)
    except (ValueError, OverflowError):
        raise ValueError(f"expected a {name}") from None
    if isinstance(value, float) and made != value:
        raise ValueError(f"expected a {name}")
    limits = (
        (rule.at_least, operator.ge, "greater than or equal to"),
        (rule.above, operator.gt, "greater than"),
        (rule.at_most, operator.le, "less than or equal to"),
    )
    for limit, holds, words in limits:
        if limit is not None and not holds(made, limit):
            raise ValueError(f"expected a number {words} {limit:g}")
    return made
