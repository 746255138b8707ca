"""No table is forgotten: every column that can hold words is erased with a person, or is said to
be harmless and why."""

from __future__ import annotations

import pytest
from django.db import connection

from concord.customers.rights import registry

WORDS = """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND (
    data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY',
                  'xml')
    OR data_type = 'USER-DEFINED')
"""


def columns() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
        return {name for (name,) in cursor.fetchall()}


def undeclared() -> set[str]:
    harmless = registry.harmless_columns()
    return {
        each
        for each in columns() - registry.covered() - harmless.keys()
        if f"{each.split('.')[0]}.*" not in harmless
    }


@pytest.mark.django_db
def test_every_column_with_words_is_erased_or_harmless() -> None:
    assert sorted(undeclared()) == [], (
        "put them into a holding of their app (customers/rights/registry.py), or say why they "
        "never hold what is personal of a customer"
    )


@pytest.mark.django_db
def test_what_is_declared_is_there() -> None:
    there = columns()
    tables = {each.split(".")[0] for each in there}
    harmless = {each for each in registry.harmless_columns() if not each.endswith(".*")}
    assert sorted((registry.covered() | harmless) - there) == []
    whole = {each.removesuffix(".*") for each in registry.harmless_columns() if each[-2:] == ".*"}
    assert sorted(whole - tables) == []
    assert registry.covered() & harmless == set()
    assert all(registry.harmless_columns().values())


@pytest.mark.django_db
def test_a_new_table_that_nobody_thought_of_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE work_visit (id bigint, at date, said text)")
    assert undeclared() == {"work_visit.said"}
