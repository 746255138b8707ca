"""A name is blacked out however a colleague wrote it, and nobody else's."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.db import connection

from concord.customers.rights.mentions import black_out, finds, parameters
from concord.customers.rights.person import _words
from concord.kernel.models import AuditEntry
from concord.kernel.time import now

pytestmark = pytest.mark.django_db

APART = unicodedata.normalize("NFD", "김민수 José")


def said(text: str, *words: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT regexp_replace(%s, mentions_pattern(%s::text[]), '▒▒▒', 'g')",
            [text, list(words)],
        )
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("word", "text", "left"),
    [
        ("Anna Weissenfeld", "ANNA WEISSENFELD rang; anna  weissenfeld, too", "▒▒▒ rang; ▒▒▒, too"),
        ("Anna Weissenfeld", "Anna\nWeissenfeld", "▒▒▒"),
        ("Anna Weissenfeld", "Anna Weissenfelder, Hanna Weissenfeld", None),
        ("Anna Weissenfeld", "(Anna Weissenfeld)/\"Anna Weissenfeld\"", '(▒▒▒)/"▒▒▒"'),
        ("Jürgen Müller", "Juergen Mueller, Jurgen Muller, JÜRGEN MÜLLER", "▒▒▒, ▒▒▒, ▒▒▒"),
        ("Juergen Mueller", "Jürgen Müller", "▒▒▒"),
        ("Söderstraße 14", "bei Soderstrasse 14, nicht SÖDERSTRASSE 145",
         "bei ▒▒▒, nicht SÖDERSTRASSE 145"),
        ("José Ñandú", "jose nandu / JOSE\u0301 ÑANDÚ", "▒▒▒ / ▒▒▒"),
        ("Łukasz Wójcik", "lukasz wojcik", "▒▒▒"),
        ("Søren Kjær", "Soren Kjaer, Soeren Kjær", "▒▒▒, ▒▒▒"),
        ("김민수", "고객 김민수님이 김 민수 과장께, 김민석", "고객 ▒▒▒님이 ▒▒▒ 과장께, 김민석"),
        ("김민수", APART, "▒▒▒ " + APART.partition(" ")[2]),
        ("李文華", "李文華先生、李 文華", "▒▒▒先生、▒▒▒"),
        ("O'Neill, Pat", "o'neill pat", "▒▒▒"),
        ("+49 351 7788990", "unter +49 (351) 77 88-990 oder 493517788990, 4935177889901",
         "unter +▒▒▒ oder ▒▒▒, 4935177889901"),
        ("anna.w@example.com", "Mail: Anna.W@Example.com; hanna.w@example.com",
         "Mail: ▒▒▒; hanna.w@example.com"),
        ("AW-10417-X", "aw-10417-x, AW-10417-XY", "▒▒▒, AW-10417-XY"),
        ("Иван Петров", "иван петров", "▒▒▒"),
        ("a\"b\\c (d)*", 'A"b\\C (d)*', "▒▒▒"),
    ],
)  # fmt: skip
def test_it_is_found_as_people_write_it(word: str, text: str, left: str | None) -> None:
    assert said(text, word) == (text if left is None else left)


def test_inside_json_texts_change_and_numbers_stay() -> None:
    before: dict[str, Any] = {
        "who": 'said "Anna\nWEISSENFELD"', "many": ["x", {"anna weissenfeld": 493517788990}],
        "n": None, "yes": True,
    }  # fmt: skip
    entry = AuditEntry.objects.create(
        at=now(), action="test", subject_type="customer", subject_id="1", data=before
    )
    other = AuditEntry.objects.create(
        at=now(), action="test", subject_type="customer", subject_id="2", data={"who": "Bernd"}
    )
    words = ["Anna Weissenfeld", "+49 351 7788990"]
    assert sum(black_out("kernel_auditentry", ["data"], words)) == 1
    assert list(black_out("kernel_auditentry", ["data"], [])) == []
    entry.refresh_from_db()
    other.refresh_from_db()
    assert entry.data == {
        "who": 'said "▒▒▒"', "many": ["x", {"▒▒▒": 493517788990}], "n": None, "yes": True,
    }  # fmt: skip
    assert other.data == {"who": "Bernd"}


def test_a_name_is_looked_for_in_either_order() -> None:
    assert set(_words({"name": "Anna Maria Weissenfeld"})) == {
        "Anna Maria Weissenfeld", "Weissenfeld Anna Maria"
    }  # fmt: skip
    assert set(_words({"given_name": "Anna", "family_name": "Weissenfeld"})) == {
        "Anna Weissenfeld", "Weissenfeld Anna"
    }  # fmt: skip
    assert list(_words({"name_native": "김민수"})) == ["김민수"]


def test_what_is_looked_at_first_is_cheap_and_misses_nothing() -> None:
    found = parameters(["Anna Weissenfeld", "+49 351 7788990", "김민수", "O'Neill, Pat", "a(b)c"])
    assert "(?<" not in found["core"]
    assert "(?!" not in found["core"]
    with connection.cursor() as cursor:
        for text in (
            "ANNA\nWEISSENFELD.",
            "0049 351 77 88 990"[2:],
            "김 민수가",
            "o'neill pat",
            "A(B)C",
        ):
            cursor.execute(
                f"SELECT {finds('%(said)s')}, %(said)s ~ %(core)s", found | {"said": text}
            )
            assert cursor.fetchone() == (True, True), text
    assert parameters([])["core"] == "(?!)"
