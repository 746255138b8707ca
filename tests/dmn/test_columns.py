"""A column's index says of every value which rules hold, exactly as its cells do when asked."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord import dmn
from concord.dmn.columns import Column, between, gap_samples, is_constant
from concord.dmn.feel.runtime import Env, Run

EXAMPLES = int(os.environ.get("CONCORD_EXAMPLES", "60"))
CELLS = [
    "-", "null", "not(null)", "< 2", "<= 2", "> 2", ">= 2", "2", "1, 3", "not(2, 3)", "[1..3]",
    "(1..3)",
    "[1..2)", "(2..3]", "]1..3[", "-1", "1 + 1", "[1, 2]", "? in (1, 3)", "? in (< 2, [3..4])",
    "? between 1 and 2", "? = 2 or ? > 3", "? != 2 and ? < 3", "not(? > 2)", "2 < ?", "< null",
    '"a"', 'not("a")', '"a", 2, null', '? = "a"', "true", "false", "? = true", "not(true)",
    '< @"2026-01-02"', '[@"2026-01-01"..@"2026-01-03"]', 'not(@"2026-01-02")',
    '< @"2026-01-02T12:00:00"', '>= @"2026-01-02T12:00:00"', '@"2026-01-02T12:00:00"',
    '< @"12:00:00"', '[@"10:00:00"..@"12:00:00")', '>= @"12:00:00+02:00"', '< @"11:00:00Z"',
    '> @"PT12H"', '[@"P1D"..@"P2D"]', '< @"P1Y"', '@"P6M", @"P1D"', '= 2', '!= 2',
    "[1..null]", "[3..1]", 'range("[1..3]")', '[[1, 2], range("(1..3]")]', "? in ([1, 2], 3)",
    "not(? > 2), 5", "7, not(? = 3)",
]  # fmt: skip
NOON = dt.time(12)
VALUES: list[Any] = [
    None, True, False, "a", "b", "", 0, 1, 1.5, 2, 2.5, 3, 3.5, 4, -1, -2,
    *(dt.date(2026, 1, day) for day in range(1, 5)), dt.date(2025, 12, 31),
    *(dt.datetime(2026, 1, 2, hour) for hour in (11, 12, 13)),  # noqa: DTZ001
    *(dt.time(hour) for hour in (0, 9, 10, 11, 12, 13, 23)),
    *(dt.time(hour, tzinfo=dt.UTC) for hour in (0, 9, 10, 11, 12)),
    *(dt.timedelta(hours=6 * each) for each in range(10)),
    *(dmn.YearsMonths(each) for each in (0, 6, 11, 12, 13)), [1, 2], [],
]  # fmt: skip


def asked(cells: list[dmn.UnaryTests], value: Any) -> int:
    run = Run(steps=10**9)
    return sum(
        1 << at
        for at, cell in enumerate(cells)
        if cell._code is not None and cell._code(Env(run, {"?": value})) is True
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.sampled_from(CELLS), min_size=1, max_size=12))
def test_the_index_is_what_the_cells_say(texts: list[str]) -> None:
    compare(texts)


@pytest.mark.parametrize("text", CELLS)
def test_the_index_is_what_one_cell_says(text: str) -> None:
    compare([text])
    compare([text, 'not(2, "a")', "> 2"])
    kinds = ['< @"2026-01-02T12:00:00"', '> @"PT12H"', '< @"P1Y"', '>= @"12:00:00"', "< 2.5"]
    compare([text, *kinds, '? != @"2026-01-02T12:00:00"'])


def compare(texts: list[str]) -> None:
    cells = [dmn.parse_unary(text) for text in texts]
    trees: list[Any] = [cell.tree for cell in cells]
    codes: list[Any] = [cell._code for cell in cells]
    column = Column(trees, codes)
    computed = sum(1 << at for at, _ in column.computed)
    for value in VALUES:
        value = dmn.number(dmn.parse(str(value)).evaluate()) if isinstance(value, float) else value
        assert column.lookup(value) | computed == asked(cells, value) | computed, (texts, value)


def test_strings_in_order_are_not_constant() -> None:
    for text in ('< "m"', '["a".."m"]', '? > "a"', '? between "a" and "b"'):
        assert not is_constant(dmn.parse_unary(text).tree)


@pytest.mark.parametrize(
    ("low", "high", "middle"),
    [
        (1, 2, dmn.number(dmn.parse("1.5").evaluate())),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 2), None),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 3), dt.date(2026, 1, 2)),
        (dmn.YearsMonths(1), dmn.YearsMonths(2), None),
        (dmn.YearsMonths(1), dmn.YearsMonths(4), dmn.YearsMonths(2)),
        (dt.time(10), NOON, dt.time(11)),
        (
            dt.time(10, tzinfo=dt.UTC),
            dt.time(15, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            dt.time(11, 30, tzinfo=dt.UTC),
        ),
        (dt.timedelta(0), dt.timedelta(microseconds=1), None),
        (True, True, None),
    ],
)
def test_between_two_bounds(low: Any, high: Any, middle: Any) -> None:
    assert between(low, high) == middle


def test_samples_beside_the_ends_of_a_day_and_of_time() -> None:
    moment = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    assert gap_samples([moment]) == [moment - second, moment + second]
    assert gap_samples([dt.timedelta(1)])[1] > dt.timedelta(1)
    assert gap_samples([dt.time(0)]) == [None, dt.time(0, 0, 0, 1)]
    assert gap_samples([dt.date.max])[1] == dt.date.max
    assert gap_samples([dmn.YearsMonths(1)]) == [dmn.YearsMonths(0), dmn.YearsMonths(2)]
