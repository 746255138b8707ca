"""The values of a field that are worth trying: below, at and above each limit that the rules
compare it with, each word, and unknown. The rules tell no others apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.feel import ast
from concord.dmn.model import DecisionTable, InputClause, Model
from concord.kernel.errors import Problem
from concord.treatment.treat import needs
from concord.treatment.values import Scalar

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
STEP: Final = Decimal("0.01")
DAY: Final = timedelta(days=1)
OTHER: Final = "something else"
_TEXT: Final = re.compile(r'"[^"]*"')
_SIDES: Final = (
    ast.UnaryTests, ast.Operator, ast.RangeLiteral, ast.Comparison, ast.Between, ast.In, ast.And,
    ast.Or,
)  # fmt: skip
_WORD_TESTS: Final = ("contains", "starts with", "ends with")


def tried(below: Iterable[tuple[Model, str]], name: str, at: datetime) -> list[Scalar]:
    """Nothing, then the values of the field that any of these decisions tells from others; `at` is
    what "today" means to them. Raises `Problem`, with its place, for a rule that does more with the
    field than to compare it with what is known: what that tells apart nobody can list."""
    limits: dict[Scalar, None] = {}
    columns: list[InputClause] = []
    for model, decision in below:
        _check(model, decision, name)
        table = model.tables.get(decision)
        if table is not None:
            for column in _columns(table, name):
                columns.append(table.inputs[column])
                limits |= dict.fromkeys(_limits(table, column, at))
    if any(each.type == "boolean" for each in columns):
        return [None, False, True]
    is_open = any(not each.allowed for each in columns)
    return [None, *_around(list(limits), is_open)]


def _columns(table: DecisionTable, name: str) -> list[int]:
    return [at for at, column in enumerate(table.inputs) if column.expression == name]


def _around(limits: Sequence[Scalar], is_open: bool) -> Iterator[Scalar]:
    """Each limit, and one value of all between two of them, below the first and above the last."""
    plain = (each for each in limits if isinstance(each, int | Decimal) and type(each) is not bool)
    numbers = sorted({Decimal(f"{Decimal(each):f}") for each in plain})
    for at, number in enumerate(numbers):
        if at == 0:
            yield number - STEP
        yield number
        above = numbers[at + 1] if at + 1 < len(numbers) else None
        yield number + STEP if above is None or number + STEP < above else (number + above) / 2
    days = sorted({each for each in limits if isinstance(each, date)})
    yield from sorted({each + DAY * step for each in days for step in (-1, 0, 1)})
    texts = [each for each in limits if isinstance(each, str)]
    yield from texts
    if is_open and texts:
        yield OTHER


# What the cells of a column compare with -------------------------------------------------------


def _limits(table: DecisionTable, column: int, at: datetime) -> Iterator[Scalar]:
    cells = [(rule.inputs[column], f"{table.name}, {rule.id}") for rule in table.rules]
    for text, place in (*cells, (table.inputs[column].allowed, table.name)):
        if text.strip() not in ("", "-"):
            try:
                yield from _ends(dmn.parse_unary(text).tree, text, at)
            except (dmn.DmnError, OverflowError, _UnknownError) as error:
                raise _cannot(text, place) from error


class _UnknownError(Exception):
    """A limit that only the customer's facts tell, or none at all."""


def _ends(node: ast.Node, text: str, at: datetime) -> Iterator[Scalar]:
    """The values that a test compares with."""
    if isinstance(node, ast.Name) and node.name == "?":
        return
    if isinstance(node, _SIDES):
        for each in node.children():
            yield from _ends(each, text, at)
    elif isinstance(node, ast.Call) and _is_about_words(node):
        yield from (each.value for each in node.args if isinstance(each, ast.Literal))
    elif any(isinstance(each, ast.Name) and not each.builtin for each in ast.walk(node)):
        raise _UnknownError
    else:
        value = dmn.parse(text[node.start : node.end]).evaluate({}, clock=at)
        if not isinstance(value, int | Decimal | bool | date | str | None) or isinstance(
            value, datetime
        ):
            raise _UnknownError
        yield value


def _is_about_words(call: ast.Call) -> bool:
    """Such as `contains(?, "urgent")`: the word itself tells it from all others."""
    function = call.function
    return isinstance(function, ast.Name) and function.name in _WORD_TESTS and all(
        isinstance(each, ast.Literal) or (isinstance(each, ast.Name) and each.name == "?")
        for each in call.args
    )  # fmt: skip


def _check(model: Model, decision: str, name: str) -> None:
    """That the decision looks at the field in columns of its own alone."""
    known = needs(model).get(decision, ())
    if name not in known:
        return
    table = model.tables.get(decision)
    if table is None:
        raise _cannot(name, decision)
    names = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))))
    own = _columns(table, name)
    cells = [(each.expression, table.name) for each in table.inputs if each.expression != name]
    for rule in table.rules:
        place = f"{table.name}, {rule.id}"
        cells += [(each, place) for at, each in enumerate(rule.inputs) if at not in own]
        cells += [(each, place) for each in rule.outputs]
    for text, place in cells:
        if name in names.findall(_TEXT.sub("", text)):
            raise _cannot(text, place)


def _cannot(text: str, place: str) -> Problem:
    return Problem(
        _("“%(cell)s” does more than to compare with what is known: not every case can be tried.")
        % {"cell": text},
        place=place,
        mend=_("Compare with a number, a day or a word."),
    )
