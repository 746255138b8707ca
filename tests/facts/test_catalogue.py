"""Every fact is complete: words, expression, empty value, documentation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from tests.conftest import CHECKOUT

from concord.facts import lists, query
from concord.facts.catalogue import FACTS
from concord.facts.document import render
from concord.facts.expression import read
from concord.facts.fact import Fact
from concord.facts.rows import Scope
from concord.kernel.errors import Problem

every_fact = pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
PYTHON = {"number": (int, Decimal), "boolean": bool, "date": date, "list<string>": list}


def test_there_are_facts_of_every_department() -> None:
    assert len(FACTS) >= 25
    departments = {fact.department for fact in FACTS.values()}
    assert departments == {"accounts", "sales", "shipping", "support", "engineering", "scheduling"}


@every_fact
def test_a_fact_has_words_in_three_languages(fact: Fact) -> None:
    assert set(fact.words) == {"en", "ko", "zh-hant"}
    assert all(fact.words.values())
    assert len(set(fact.words.values())) == 3


@every_fact
def test_a_fact_has_an_empty_value_of_its_type(fact: Fact) -> None:
    """Null is of every type: "never", where 0 would say something else."""
    assert fact.empty is None or isinstance(fact.empty, PYTHON[fact.type])
    if fact.type == "boolean":
        assert isinstance(fact.empty, bool)


@every_fact
@pytest.mark.parametrize("one", [True, False])
def test_a_fact_compiles_for_one_and_for_all_at_any_time(fact: Fact, one: bool) -> None:
    for then in (False, True):
        for back in (False, True):
            scope = query.scope_for((fact,), one=one, then=then, back=back)
            for units in get_args(query.Units) if one else ("all", "one"):
                assert query.statement((fact,), scope, units).keys == (fact.key,)


@every_fact
def test_the_empty_value_is_what_nothing_comes_to(fact: Fact) -> None:
    """The expression itself, over empty lists, is null or the empty value."""
    reading = read(fact.expression)
    scope: dict[str, object] = {each.list: [] for each in reading.aggregates}
    scope["customer"] = dict.fromkeys(reading.attributes)
    assert reading.expression.evaluate(scope) in (None, fact.empty)


def test_the_documentation_is_the_catalogue() -> None:
    written = (CHECKOUT / "docs" / "facts.md").read_text(encoding="utf-8")
    assert written == render(), "python -m concord.facts.document > docs/facts.md"


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("sum(invoice[disputd].amount)", "disputd"),
        ("sum(invoice[severity = 1].amount)", "severity"),
        ("count(invoices)", "invoices"),
        ("sum(invoice)", "a field"),
        ("count(invoice.amount)", "records"),
        ("invoice", "must stand inside"),
        ("count(invoice[some x in order satisfies x.amount > 1])", "one record only"),
        ("sum(invoice[due < ].amount)", "due <"),
        ("median(invoice.amount)", "must stand inside"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_place(expression: str, says: str) -> None:
    with pytest.raises(Problem) as refused:
        read(expression)
    assert says in str(refused.value)


def test_what_has_no_exact_sql_is_refused() -> None:
    fact = Fact(key="bad", words={}, expression="exp(sum(invoice.amount))", department="accounts")
    with pytest.raises(Problem, match="no exact counterpart in SQL"):
        query.statement((fact,), Scope(), "all")


def test_a_joined_list_has_only_fields_that_its_types_keep_alike() -> None:
    assert "due" not in lists.record_list("contact").fields
    assert "days_late" not in lists.record_list("contact").fields
    assert "amount" in lists.record_list("trade").fields
