"""Anna Weissenfeld, who is known in every corner of the house, and her namesakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from tests.customers.cast import a_source, customer_of, said
from tests.treatment.cast import TODAY, Cast

from concord.connect.models import IdempotentCall
from concord.customers.actions import desk
from concord.customers.actions.judgements import judge
from concord.customers.actions.profiles import receive
from concord.customers.actions.relating import relate
from concord.customers.models import Customer, Pair
from concord.kernel import audit
from concord.kernel.models import ApiKey
from concord.kernel.time import now
from concord.records.actions.desk import open_record
from concord.records.importing.run import run_import
from concord.records.models import Import
from concord.treatment.actions import concerns, lifts
from concord.treatment.actions.decide import decide

NAME, MAIL, PHONE = "Anna Weissenfeld", "anna.w@weissenfeld.example", "+49 351 7788990"
STREET, KEY = "Lindenallee 1177", "AW-10417-X"
PERSONAL = (NAME, MAIL, PHONE, STREET, KEY, "Weissenfeld", "lindenallee")

MAPPING = """
[defaults]
date = "%Y-%m-%d"
[[profile]]
key = "Kunde"
kind = "person"
[profile.set]
name = "Name"
phones = ["Telefon"]
emails = ["Mail"]
street = "Strasse"
other = { column = "Notiz" }
[[record]]
type = "invoice"
key = "Rechnung"
profile = "Kunde"
subject = { template = "Rechnung an {Name}" }
opened = "Datum"
amount = "Betrag"
currency = { value = "EUR" }
""".replace('other = { column = "Notiz" }\n', 'notes = "Notiz"\n')
HEADER = "Kunde;Name;Telefon;Mail;Strasse;Notiz;Rechnung;Datum;Betrag"
ROW = f"{KEY};{NAME};{PHONE};{MAIL};{STREET};ruft {NAME} an;R-1;2026-03-01;1240.00"
OTHER = "K2;Bernd Blau;+49 30 5550101;b@blau.example;Elbweg 2;;R-2;2026-03-01;10.00"
BAD = f"{KEY};{NAME};{PHONE};{MAIL};{STREET};;R-3;31.02.2026;5.00"


@dataclass(frozen=True)
class World:
    anna: Customer
    bernd: Customer
    answer: UUID
    imported: Import


def a_file(folder: Path, *rows: str, name: str = "kunden.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def an_import(folder: Path, *rows: str, name: str = "kunden.csv") -> Import:
    return run_import(a_file(folder, *rows, name=name), a_source("shop"), MAPPING)


def a_world(cast: Cast, folder: Path) -> World:
    """Each corner of the house knows her: systems, people, answers, rows to fix, files."""
    old = ROW.replace(STREET, f"{STREET} b").replace("R-1", "R-0")
    an_import(folder, old, OTHER, name="gestern.csv")
    imported = an_import(folder, ROW, OTHER, BAD)
    [sales] = receive(a_source("sales"), [said("S-77", "person", name=NAME, emails=[MAIL])])
    from concord.customers import queries

    anna = queries.by_key("shop", KEY)
    other = customer_of(sales.profile_id)
    if other.id != anna.id:
        judge(anna.id, sales.profile_id, "same", cast.olga, f"It is {NAME} for sure")
    anna = queries.by_key("shop", KEY)
    bernd = queries.by_key("shop", "K2")
    desk.correct(anna.id, "phones", [PHONE, "+49 351 7788991"], cast.alice)
    relate(anna.id, "household", bernd.id, cast.alice, title=f"sister {NAME}")
    _records(cast, anna, bernd)
    answer = _answers(cast, anna)
    _elsewhere(cast, anna, folder)
    return World(anna, bernd, answer, imported)


def _records(cast: Cast, anna: Customer, bernd: Customer) -> None:
    open_record(cast.alice, "note", anna.id, subject=f"{NAME} called from {PHONE}")
    open_record(cast.alice, "task", anna.id, subject=f"Write to {MAIL}", owner_id=cast.bob.pk)
    open_record(cast.alice, "note", bernd.id, subject=f"He came with {NAME}, {STREET}")
    open_record(cast.alice, "note", bernd.id, subject="weissenfeld, ANNA: see lindenallee  1177")


def _answers(cast: Cast, anna: Customer) -> UUID:
    lifts.grant(cast.olga, anna.id, "proposal", TODAY + timedelta(days=9), f"{NAME} is a friend")
    given = decide(anna.id, "proposal", {}, asked_by=cast.alice, channel="page")
    assert given.answer_id is not None
    concerns.object_to(cast.alice, given.answer_id, "data", f"{NAME} moved to {STREET}")
    audit.record(cast.alice, "test", "customer", anna.id, said=f"{NAME} at {MAIL}")
    return given.answer_id


def _elsewhere(cast: Cast, anna: Customer, folder: Path) -> None:
    key = ApiKey.objects.create(principal=cast.adam, name="K", prefix="p", created_by=cast.adam)
    IdempotentCall.objects.create(
        api_key=key,
        key="1",
        digest="d",
        status=200,
        response={"customer": NAME, "id": str(anna.id)},
        at=now(),
    )
    profiles = sorted(customer_profiles(anna.id))
    if len(profiles) > 1:
        Pair.objects.get_or_create(
            left_id=profiles[0], right_id=profiles[1],
            defaults={"score": 1.0, "evidence": {"left": NAME}, "found_at": now(),
                      "doubted_id": profiles[1]},
        )  # fmt: skip
    look = Path(settings.MEDIA_ROOT) / "looks" / "00000000-0000-0000-0000-00000000000a"
    look.mkdir(parents=True, exist_ok=True)
    (look / "content").write_bytes(f"Name\n{NAME}\n".encode("utf-16"))
    (look / "about.json").write_text("{}")


def customer_profiles(customer_id: UUID) -> list[UUID]:
    from concord.customers.rights.person import person_of

    return list(person_of(customer_id).profiles)


def where(words: tuple[str, ...]) -> list[str]:
    """Every column of every table of the database that has one of the words, and every file."""
    return [*_columns(words), *_files(words)]


def _columns(words: tuple[str, ...]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' "
            "AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY')"
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            for word in words:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" WHERE strpos(lower({text}), lower(%s)) > 0',
                    [word],
                )
                if found := cursor.fetchone()[0]:
                    yield f"{table}.{column}: {word} ({found})"


def _files(words: tuple[str, ...]) -> Iterator[str]:
    from concord.records.rights_files import names, wanted

    search = wanted(words, {})
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and names(path, search):
            yield str(path)
