from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from concord.kernel.errors import Problem
from concord.records.importing.cells import Compiler
from concord.records.importing.expressions import expression
from concord.records.importing.values import (
    CellError,
    as_boolean,
    as_date,
    date_reader,
    number_reader,
)


@pytest.mark.parametrize(
    ("example", "text", "expected"),
    [
        ("1.234,56", "1.234,56", "1234.56"),
        ("1.234,56", "-12.345.678,9", "-12345678.9"),
        ("1.234,56", "1234,5", "1234.5"),
        ("1,234.56", "1,234.56", "1234.56"),
        ("1 234,56", "1\u00a0234,56", "1234.56"),
        ("1'234.56", "1'234.56", "1234.56"),
        ("", "1234.56", "1234.56"),
        ("1,234.56", "$1,000", "1000"),
        ("1,234.56", "(1,000.50)", "-1000.50"),
        ("1,234.56", "1,000.50-", "-1000.50"),
        ("1,234.56", "₩ 5,000", "5000"),
        ("1,234.56", "NT$5,000", "5000"),
        ("1,234.56", "−3", "-3"),
        ("1,234.56", ".5", "0.5"),
    ],
)
def test_numbers_are_read_like_their_example(example, text, expected):
    assert number_reader(example)(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("example", "text"),
    [
        ("1.234,56", "1,234.56"),
        ("1.234,56", "12.34"),  # dots stand before three digits: is it 12.34 or 1234?
        ("1,234.56", "1,23"),
        ("", "1,234.56"),
        ("", "12 pcs"),
        ("", "1e5"),
        ("", "NaN"),
        ("", "-"),
        ("", "--5"),
        ("", "1.2.3"),
        ("", "١٫٢٫٣"),
    ],
)
def test_what_does_not_look_like_the_example_is_refused(example, text):
    with pytest.raises(ValueError):
        number_reader(example)(text)


def test_an_example_that_is_none_is_a_problem():
    with pytest.raises(Problem):
        number_reader("1.2.3")


@pytest.mark.parametrize(
    ("formats", "text", "expected"),
    [
        ((), "2026-03-01", date(2026, 3, 1)),
        ((), "2026-03-01T23:30:00+00:00", date(2026, 3, 1)),
        (("%d.%m.%Y",), "01.03.2026", date(2026, 3, 1)),
        (("%m/%d/%Y", "%d-%b-%y"), "24-May-11", date(2011, 5, 24)),
        (("%m/%d/%y",), "3/1/70", date(1970, 3, 1)),
        (("%m/%d/%y",), "3/1/49", date(1949, 3, 1)),
        (("excel",), "45352", date(2024, 3, 1)),
        (("excel", "%Y.%m.%d"), "2024.03.01", date(2024, 3, 1)),
        (("%Y.%m.%d %H:%M", "%Y.%m.%d"), "2024.03.01 09:30", date(2024, 3, 1)),
        (("%d %b %Y",), "1 March 2024", date(2024, 3, 1)),
        (("%d %b %Y",), "1er mars 2024", date(2024, 3, 1)),
        (("%d %b %Y",), "3 févr. 2024", date(2024, 2, 3)),
        (("%d %b %Y",), "12 de março de 2024", date(2024, 3, 12)),
        (("%d %b %Y",), "12. Dezember 2024", date(2024, 12, 12)),
        (("%d-%b-%y",), "05-set-24", date(2024, 9, 5)),
        (("%b %d, %Y, %I:%M:%S %p",), "Aug 5, 2024, 1:05:07\u202fPM", date(2024, 8, 5)),
    ],
)
def test_dates(formats, text, expected):
    assert as_date(date_reader(formats)(text)) == expected


@pytest.mark.parametrize(
    ("formats", "text"),
    [((), "01.03.2026"), ((), "20260301"), ((), "2026-02-30"), (("%d.%m.%Y",), "2026-03-01")],
)
def test_dates_in_another_form_are_refused(formats, text):
    with pytest.raises(ValueError):
        date_reader(formats)(text)


def test_an_instant_is_the_company_s_calendar_day(settings):
    settings.TIME_ZONE = "Asia/Seoul"
    assert as_date(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)


def test_truth_as_people_write_it():
    assert [as_boolean(t) for t in ("Yes", "예", "0", "否", "maybe")] == [
        True,
        True,
        False,
        False,
        None,
    ]


def read(raw, *cells, kind="text", columns="ABC"):
    compiler = Compiler(list(columns), (), "")
    compiled = {
        "text": compiler.text,
        "texts": compiler.texts,
        "number": compiler.number_of,
        "boolean": compiler.boolean_of,
    }[kind](expression(raw, "record.x"))
    return compiled([*cells, *[""] * (len(columns) - len(cells))])


def test_expressions():
    assert read("A", " x ") == "x"
    assert read({"first": ["A", "{B} {C}"]}, "", "b", "c") == "b c"
    assert read({"first": ["A", "B"]}, "", "") == ""
    assert read({"template": "No {A}, {B}"}, "1", "") == "No 1,"
    assert read({"template": "{A}{B}"}, "김", "민수") == "김민수"
    assert read({"template": "Invoice {A}"}, "") == ""
    assert read({"value": 7}, kind="number") == 7
    assert read({"column": "A", "strip": " -."}, "DE 12-3.4") == "DE1234"
    assert read(["A", "B"], "x", "", kind="texts") == ["x"]
    assert read("A", ["x", "y"], kind="texts") == ["x", "y"]
    translated = {"column": "A", "values": {"Y": True, "N": False}}
    assert read(translated, "Y", kind="boolean") is True
    assert read(translated, "", kind="boolean") is None
    assert read({"column": "A", "values": {"": "open"}}, " ") == "open"
    assert read({"column": "A", "values": {"a": "b"}, "others": "keep"}, "z") == "z"
    assert read({"column": "A", "values": {"a": "b"}, "others": "empty"}, "z") == ""


def test_a_value_without_translation_names_its_column():
    with pytest.raises(CellError) as caught:
        read({"column": "A", "values": {"a": "b"}}, "z")
    assert (caught.value.code, caught.value.column, caught.value.value) == (
        "not_translated",
        "A",
        "z",
    )
