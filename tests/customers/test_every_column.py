"""No table is forgotten: every column that can hold words is erased with a person (a word that is
planted there is gone), or is said to be harmless and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.clock import stand_on
from tests.customers.corners import fill, fill_begun, plant
from tests.customers.rights_world import NAME, PERSONAL, a_world, where
from tests.treatment.cast import TODAY, a_cast

from concord.customers.actions import erasures
from concord.customers.rights import erase, registry

WORDS = """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND (
    data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY',
                  'xml')
    OR data_type = 'USER-DEFINED')
    AND NOT EXISTS (SELECT FROM pg_class WHERE relname = table_name AND relispartition
        AND relnamespace = current_schema()::regnamespace)
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


@pytest.mark.django_db
def test_a_word_planted_in_each_column_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_on(monkeypatch, TODAY)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    cast = a_cast()
    world = a_world(cast, tmp_path)
    fill(cast, world)
    [begun] = erasures.confirm(cast.olga, world.anna.id, NAME, despite="by letter")
    fill_begun(cast, begun)
    assert plant(NAME, registry.covered(), begun) == {
        "customers_normalform.digest", "customers_profile.digest", "records_record.digest",
        "records_recordversion.digest", "records_waitingpart.digest",
        "customers_pair.about", "customers_pair.sources",  # a choice, and numbers of sources
    }  # fmt: skip
    assert erase.carry_out(begun.pk)
    assert where(PERSONAL) == []
