"""Rows of the tables in which `a_world` leaves nothing, and a word planted in any column."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from tests.customers.cast import a_source
from tests.customers.rights_world import World
from tests.treatment.cast import TODAY, Cast

from concord.customers.models import (
    Erasure,
    ErasurePlan,
    NormalForm,
    Pair,
    PersonFile,
    Restriction,
    RightsRequest,
    SecondOpinion,
)
from concord.kernel.time import now
from concord.records.models import (
    Draft,
    ImportShape,
    Mending,
    Record,
    RecordLine,
    RecordVersion,
    Silence,
    SourceWarning,
    Trial,
    WaitingPart,
    WatchedName,
)
from concord.treatment.models import ActedOtherwise, Asking

# Whose rows an erasure empties; of all other tables it looks through every row.
_MINE = {
    "customers_customer": "id = ANY(%(customers)s)",
    "customers_profile": "id = ANY(%(profiles)s)",
    "customers_profileversion": "profile_id = ANY(%(profiles)s)",
    "customers_normalform": "profile_id = ANY(%(profiles)s)",
    "customers_judgement": "left_id = ANY(%(profiles)s)",
    "customers_pair": "left_id = ANY(%(profiles)s)",
    "customers_personfile": "customer_id = ANY(%(customers)s)",
    "customers_erasureplan": "customer_id = ANY(%(customers)s)",
    "treatment_answerlog": "customer_id = ANY(%(customers)s)",
}
# The numbers of invoices and orders, and of their lines, stay.
_NOT_LAW = """{id} IN (SELECT id FROM records_record WHERE profile_id = ANY(%(profiles)s)
    AND type <> ALL('{{invoice,payment,credit_note,order}}'))"""
_NUMBERS = {
    "records_record.key": _NOT_LAW.format(id="id"),
    "records_record.parent_ref": _NOT_LAW.format(id="id"),
    "records_recordversion.parent_ref": _NOT_LAW.format(id="record_id"),
    "records_recordline.key": _NOT_LAW.format(id="record_id"),
}


def fill(cast: Cast, world: World) -> None:
    at, source = now(), a_source("shop")
    _lines()
    draft = Draft.objects.create(file_name="x", kept="a/content.csv", created_at=at, changed_at=at)
    Trial.objects.create(draft=draft, mapping="", started_at=at)
    Mending.objects.create(imported=world.imported, started_at=at)
    ImportShape.objects.get_or_create(imported=world.imported)
    Silence.objects.create(source=source, imported=world.imported, since=at, found_at=at)
    SourceWarning.objects.create(source=source, code="rows", since=at)
    WatchedName.objects.create(name="x", source=source)
    WaitingPart.objects.create(
        source=source, part="line", wants_source=source, wants_type="order", wants_key="1",
        said={}, digest=b"1", since=at,
    )  # fmt: skip
    anna = {"customer": world.anna}
    Asking.objects.create(
        **anna, request="ship_order", ends_on=TODAY, reason="x", named=["sponsor"],
        asked_by=cast.alice, asked_at=at, deadline=TODAY,
    )  # fmt: skip
    ActedOtherwise.objects.create(
        **anna, treatment_id=world.anna.id, request="ship_order", reason="x", by=cast.alice, at=at
    )
    RightsRequest.objects.create(
        **anna, right="erasure", received_on=TODAY, due_on=TODAY, taken_by=cast.bob, taken_at=at
    )
    Restriction.objects.create(**anna, since=at, by=cast.olga, lifted_at=at)
    PersonFile.objects.create(
        **anna, language="en", by=cast.olga, made_at=at, forget_at=at + timedelta(days=7)
    )


def fill_begun(cast: Cast, erasure: Erasure) -> None:
    """What an erasure takes away as it begins, and a colleague may write anew until it is done."""
    at, [left, right] = now(), sorted(erasure.profiles)[:2]
    ErasurePlan.objects.create(customer_id=erasure.customer_id, by=cast.olga, at=at)
    both = {"left_id": left, "right_id": right}
    Pair.objects.get_or_create(**both, defaults={"score": 1.0, "found_at": at})
    SecondOpinion.objects.create(**both, asked_by=cast.bob, of=cast.olga, asked_at=at)
    NormalForm.objects.get_or_create(
        profile_id=left, defaults={"version": 1, "digest": b"1", "form": ""}
    )


def _lines() -> None:
    for record in Record.objects.filter(type__in=("invoice", "note")):
        RecordLine.objects.create(record=record, key="1", product="Bolt", known_from=now())
        RecordVersion.objects.create(
            record=record, profile_id=record.profile_id, known_from=now(), known_to=now()
        )


def plant(word: str, columns: frozenset[str], erasure: Erasure) -> set[str]:
    """Write a word into these columns of every row that an erasure has to look at; those in which
    there was no place for it."""
    missed = set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for column in sorted(columns):
            table, _, name = column.partition(".")
            says = _said(*_kind(cursor, table, name), name)
            if not says:
                missed.add(column)
                continue
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                f'UPDATE {table} SET "{name}" = {says} WHERE '
                + (_NUMBERS.get(column) or _MINE.get(table, "true")),
                {"word": word, "customers": list(erasure.customers),
                 "profiles": list(erasure.profiles)},
            )  # fmt: skip
            if not cursor.rowcount:
                missed.add(f"{column} (no row)")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return missed


def _kind(cursor: Any, table: str, name: str) -> tuple[str, int]:
    cursor.execute(
        "SELECT udt_name, coalesce(character_maximum_length, 10000) "
        "FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = %s AND column_name = %s",
        [table, name],
    )
    kind, longest = cursor.fetchone()
    return kind, longest


def _said(kind: str, longest: int, name: str) -> str:
    """SQL: what stood there and the word; "" where it finds no place."""
    if kind in {"text", "varchar"} and longest > 30:
        return f"left(coalesce(\"{name}\" || ' ', '') , {longest - 30}) || %(word)s"
    if kind == "jsonb":
        entry = "jsonb_build_object('planted', jsonb_build_object('value', %(word)s::text))"
        return f"""CASE jsonb_typeof("{name}")
                WHEN 'array' THEN "{name}" || to_jsonb(%(word)s::text)
                ELSE coalesce("{name}", '{{}}') || {entry} END"""
    return f'"{name}" || %(word)s::text' if kind in {"_text", "_varchar"} else ""
