"""What people type into a cell, and what a cell says: the same in each language, there and back."""

from __future__ import annotations

import pytest
from django.utils import translation
from tests.treatment.cast import Cast

from concord.kernel.errors import Problem
from concord.treatment import policies
from concord.treatment.grid import conditions, results, typed, words
from concord.treatment.grid.columns import Column, Columns

AMOUNT = Column("a", "in", "number", "Amount", "amount", "EUR")
SINCE = Column("s", "in", "date", "Since", "customer since")
HELD = Column("h", "in", "truth", "Hold", "hold")
STANDING = Column(
    "c", "in", "choice", "Standing", "standing", "",
    {"on hold": "on hold", "watch": "to be watched", "good": "in good standing"},
)  # fmt: skip
NOTE = Column("t", "in", "text", "Note", "note")
PRIORITY = Column("p", "out", "number", "Priority", "priority")
EXTRAS = Column("e", "out", "many", "Extras", "benefits", "",
                {"site visit": "A visit on site", "loan device": "A loan device"})  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "feel"),
    [
        (AMOUNT, "> 10000", "> 10000"),
        (AMOUNT, ">10,000.50 EUR", "> 10000.5"),
        (AMOUNT, "above 10,000", "> 10000"),
        (AMOUNT, "from 500 on", ">= 500"),
        (AMOUNT, "up to 10 000 eur", "<= 10000"),
        (AMOUNT, "≤ 3", "<= 3"),
        (AMOUNT, "500-2,000", "[500..2000]"),
        (AMOUNT, "-5--1", "[-5..-1]"),
        (AMOUNT, "500 to 2000", "[500..2000]"),
        (AMOUNT, "above 500, up to 2,000", "(500..2000]"),
        (AMOUNT, "1.000.000", "1000000"),
        (AMOUNT, "1.234,56", "1234.56"),
        (AMOUNT, "5 000,00", "5000"),
        (AMOUNT, "up to 1.500,00 EUR", "<= 1500"),
        (AMOUNT, "100, 200", "100, 200"),
        (AMOUNT, "1.25 - 1.5", "[1.25..1.5]"),
        (AMOUNT, "= 2 * 3", "2 * 3"),
        (AMOUNT, "not(> 0)", "not(> 0)"),
        (AMOUNT, "[1..2], > 5", "[1..2], > 5"),
        (AMOUNT, "any", "-"),
        (AMOUNT, "", "-"),
        (AMOUNT, "unknown", "null"),
        (AMOUNT, "below 5 or unknown", "< 5, null"),
        (AMOUNT, "<= 10000, null", "<= 10000, null"),
        (AMOUNT, "[500..2000)", "[500..2000)"),
        (AMOUNT, "1, 2", "1, 2"),
        (AMOUNT, "not above 0", "not(> 0)"),
        (AMOUNT, "known", "not(null)"),
        (AMOUNT, "= ? > limit", "? > limit"),
        (SINCE, "before 2026-09-01", '< @"2026-09-01"'),
        (SINCE, "2026. 9. 1.", '@"2026-09-01"'),
        (SINCE, "from 1 Sept 2026 on", '>= @"2026-09-01"'),
        (SINCE, "2026-09-01 - 2026-09-30", '[@"2026-09-01"..@"2026-09-30"]'),
        (SINCE, "2026. 9. 1. – 2026. 9. 30.", '[@"2026-09-01"..@"2026-09-30"]'),
        (SINCE, "9/30/2026", '@"2026-09-30"'),
        (SINCE, "30/9/2026", '@"2026-09-30"'),
        (SINCE, "before 1.9.2026", '< @"2026-09-01"'),
        (SINCE, '>= @"2026-09-01"', '>= @"2026-09-01"'),
        (SINCE, 'date("2026-09-01")', '@"2026-09-01"'),
        (HELD, "yes", "? = true"),
        (HELD, "no or unknown", "false, null"),
        (HELD, "? = true", "? = true"),
        (STANDING, "on hold or to be watched", '"on hold", "watch"'),
        (STANDING, "On Hold; watch", '"on hold", "watch"'),
        (STANDING, '"good", "watch"', '"good", "watch"'),
        (STANDING, "not on hold", 'not("on hold")'),
        (NOTE, "urgent, fragile", '"urgent", "fragile"'),
        (PRIORITY, "2", "2"),
        (PRIORITY, "none", "null"),
        (PRIORITY, "", ""),
        (EXTRAS, "A visit on site, a loan device", '["site visit", "loan device"]'),
        (EXTRAS, "none", "[]"),
    ],
)
def test_what_is_typed_plainly_is_understood(column: Column, text: str, feel: str) -> None:
    with translation.override("en"):
        assert typed.read(column, text, ["limit"]) == feel


@pytest.mark.parametrize(
    ("language", "column", "text", "feel"),
    [
        ("ko", AMOUNT, "10,000 초과", "> 10000"),
        ("ko", AMOUNT, "500 이상 2,000 미만", "[500..2000)"),
        ("ko", AMOUNT, "모름", "null"),
        ("ko", HELD, "예 또는 모름", "? = true, null"),
        ("zh-hant", AMOUNT, "10,000 以上", ">= 10000"),
        ("zh-hant", AMOUNT, "低於 5 或未知", "< 5, null"),
        ("zh-hant", HELD, "否", "false"),
    ],
)
def test_in_the_readers_language(language: str, column: Column, text: str, feel: str) -> None:
    with translation.override(language):
        assert typed.read(column, text) == feel


NUMBERS = "Write for example: > 10,000 · 500 to 2,000 · any · unknown."
DAYS = "Write for example: 2026-09-01 · before 2026-09-01 · any · unknown."


@pytest.mark.parametrize(
    ("column", "text", "mend"),
    [
        (AMOUNT, "10.000", "Write 10,000 or 10."),
        (AMOUNT, "12,5", "Write 12.5 or 12, 5."),
        (AMOUNT, "<= 12,5", "Write 12.5 or 12, 5."),
        (AMOUNT, "> 10,00", "Write 10.00 or 10, 00."),
        (AMOUNT, "≥ 1,25 EUR", "Write 1.25 or 1, 25."),
        (AMOUNT, "1,000,5", "Write 1000.5 or 1,000, 5."),
        (AMOUNT, "1.5,3", NUMBERS),
        (PRIORITY, "1,5", "Write 1.5 or 1, 5."),
        (AMOUNT, "1," * 900 + "1", NUMBERS),
        (AMOUNT, "2026-09-01", NUMBERS),
        (AMOUNT, "100 / 3", NUMBERS),
        (SINCE, "9/1/2026", "Write 2026-01-09 or 2026-09-01."),
        (SINCE, "before 1-9-2026", "Write 2026-09-01 or 2026-01-09."),
        (SINCE, "2026-09", DAYS),
        (SINCE, "31.2.2026", DAYS),
        (SINCE, "13/13/2026", DAYS),
        (AMOUNT, "much", "Write for example: > 10,000 · 500 to 2,000 · any · unknown."),
        (AMOUNT, "20 to 10", "Write for example: > 10,000 · 500 to 2,000 · any · unknown."),
        (STANDING, "nice", "Write for example: on hold · to be watched · in good standing."),
        (STANDING, "5", "Write for example: on hold · to be watched · in good standing."),
        (STANDING, "= 5", "Write for example: on hold · to be watched · in good standing."),
        (STANDING, '"nice"', "Write for example: on hold · to be watched · in good standing."),
        (STANDING, "> 5, true", "Write for example: on hold · to be watched · in good standing."),
        (EXTRAS, "7", "Write for example: A visit on site · A loan device."),
        (EXTRAS, '["visit"]', "Write for example: A visit on site · A loan device."),
        (HELD, "5", "Write yes, no, unknown or any."),
        (HELD, "perhaps", "Write yes, no, unknown or any."),
        (SINCE, "2026-02-31", "Write for example: 2026-09-01 · before 2026-09-01 · any · unknown."),
        (
            STANDING,
            "watch, " * 200,
            "Write for example: on hold · to be watched · in good standing.",
        ),
    ],
)
def test_what_cannot_be_meant_says_what_can_be_written(
    column: Column, text: str, mend: str
) -> None:
    with translation.override("en"), pytest.raises(Problem) as refused:
        typed.read(column, text)
    assert refused.value.mend == mend


CELLS = ["> 10", ">= 10000", "< 5, null", "[1..2]", "(1..2]", "[1..2)", "(1..2)", "not(> 0)",
         "null", "not(null)", "-", "1, 7", "-3.25"]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ko", "zh-hant"])
def test_a_cells_words_can_be_typed_into_another(language: str) -> None:
    dates = ['< @"2026-09-01"', '[@"2026-01-01"..@"2026-05-31")', '@"2026-12-31", null']
    with translation.override(language):
        for column, cells in ((AMOUNT, CELLS), (SINCE, dates)):
            for cell in cells:
                said = words.say(column, conditions.read(cell))
                assert typed.read(column, said) == cell, said


@pytest.mark.parametrize("language", ["en", "ko", "zh-hant"])
def test_every_cell_of_the_policy_reads_back_in_every_language(cast: Cast, language: str) -> None:
    model = policies.default()
    with translation.override(language):
        columns = Columns(model, language)
        for table in model.tables.values():
            inputs = [columns.input(each) for each in table.inputs]
            outputs = [columns.output(each) for each in table.outputs]
            for rule in table.rules:
                for column, cell in zip(inputs, rule.inputs, strict=True):
                    said = words.say(column, conditions.read(cell))
                    assert conditions.is_same(typed.read(column, said), cell), said
                for column, cell in zip(outputs, rule.outputs, strict=True):
                    said = words.say(column, results.read(cell))
                    if column.name != "say":  # sentences: two may read alike with their places out
                        assert typed.read(column, said) == cell, said


@pytest.mark.parametrize("cell", ["amount > 3", '"a", > 3', "((", "1e20"])
def test_what_no_form_can_say_stays_a_formula(cell: str) -> None:
    form = conditions.read(cell)
    assert (form["kind"], conditions.write(form)) == ("formula", cell)
