"""A mapping as a form shows it: from TOML and back nothing is lost, nor read in another way."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from tests.records.files import INVOICES

from concord.records.drafts.form import file_of
from concord.records.drafts.only import Only
from concord.records.drafts.plan import Fixed, Plan, Use
from concord.records.drafts.reading import read
from concord.records.drafts.writing import as_mapping, write
from concord.records.importing.mapping import parse
from concord.records.importing.readers import FileOptions

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).resolve().parents[2] / "docs"
MAPPINGS = sorted((DOCS / "mappings").rglob("*.toml"))
GUIDE = (DOCS / "importing.md").read_text("utf-8")
CONTACTS = """\
source = "crm"

[defaults]
date = "%d.%m.%Y"

[[profile]]
key = "Firma Nr"
repeated = "first"
[profile.set]
name = "Firma"

[[profile]]
key = "Nr"
kind = "person"
[profile.set]
given_name = "Vorname"
family_name = "Name"
emails = ["Mail", "Mail privat"]
"ids.badge" = "Ausweis"
language = { value = "de" }

[[relationship]]
from = "Nr"
kind = "works_at"
to = "Firma Nr"
title = "Funktion"
from_date = "Seit"
"""


UNSAID = ("organisation", "problem", False)  # what holds where nothing is said


def meaning_of(raw: Any) -> Any:
    """A mapping in one spelling: what it means, whichever way it is written."""
    match raw:
        case dict():
            return {name: meaning_of(one) for name, one in raw.items() if one not in UNSAID}
        case [str(only)]:
            return only
        case list():
            return [meaning_of(one) for one in raw]
    return raw


def from_the_guide() -> str:
    begin = GUIDE.index("[[profile]]                  # what a row says")
    return GUIDE[begin : GUIDE.index("```", begin)]


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_mapping_comes_back_as_it_was(path: Path) -> None:
    text = path.read_text("utf-8")
    plan = read(text)
    assert meaning_of(as_mapping(plan)) == meaning_of(tomllib.loads(text))
    assert read(write(plan)) == plan
    parse(write(plan))
    assert write(plan, text) == text


@pytest.mark.parametrize("text", [from_the_guide(), INVOICES, CONTACTS])
def test_all_of_the_language_comes_back(text: str) -> None:
    plan = read(text)
    assert meaning_of(as_mapping(plan)) == meaning_of(tomllib.loads(text))
    assert read(write(plan)) == plan
    assert parse(write(plan)).blocks == parse(text).blocks


def test_what_a_form_shows_of_a_mapping() -> None:
    plan = read(INVOICES)
    assert plan == Plan(
        parts=("customer", "record"),
        dates=("%d.%m.%Y",),
        number="1.234,56",
        record_type="invoice",
        uses={
            "Debtor": Use("customer.key"),
            "Name": Use("customer.name"),
            "Date": Use("record.opened"),
            "Amount": Use("record.amount"),
            "No": Use("record.key"),
        },
    )
    contacts = read(CONTACTS)
    assert contacts.parts == ("customer", "contact")
    assert contacts.columns_of("contact.emails") == ["Mail", "Mail privat"]
    assert contacts.uses["Ausweis"] == Use("contact.ids", "badge")
    assert contacts.fixed == (Fixed("contact.language", "de"),)
    assert contacts.uses["Funktion"] == Use("contact.title")
    assert contacts.rest == {}


def test_what_it_has_no_place_for_stays() -> None:
    text = INVOICES.replace(
        'type = "invoice"\n', 'type = "invoice"\nwhen = { column = "No", empty = false }\n'
    )
    plan = read(text)
    assert plan.rest == {"record": [{"when": {"column": "No", "empty": False}}]}
    changed = Plan(**{**vars(plan), "record_type": "order"})
    assert tomllib.loads(write(changed))["record"] == [
        {
            "type": "order",
            "when": {"column": "No", "empty": False},
            "key": "No",
            "profile": "Debtor",
            "opened": "Date",
            "amount": "Amount",
        }
    ]


def test_a_condition_that_all_parts_share_is_the_forms() -> None:
    text = CONTACTS.replace("[[profile]]\n", "[[profile]]\nwhen = WHEN\n").replace(
        "[[relationship]]\n", "[[relationship]]\nwhen = WHEN\n"
    )
    for written, only in (
        ('{ column = "Art", in = ["A", "B"] }', Only("Art", "is", ("A", "B"))),
        ('{ column = "Art", not_in = ["A"] }', Only("Art", "is_not", ("A",))),
        (
            '{ column = "Art", not_in = ["A"], empty = false }',
            Only("Art", "is_not", ("A",), filled=True),
        ),
        ('{ column = "Art", empty = true }', Only("Art", "empty")),
    ):
        raw = text.replace("WHEN", written)
        plan = read(raw)
        assert (plan.only, plan.parts, plan.rest) == (only, ("customer", "contact"), {})
        assert meaning_of(as_mapping(plan)) == meaning_of(tomllib.loads(raw))


def test_a_change_keeps_the_comments() -> None:
    text = (
        '# The ledger of the plant\n[[profile]]\nkey = "No"  # never the old number\n'
        '[profile.set]\nname = "Name"\n'
    )
    plan = read(text)
    uses = {**plan.uses, "Town": Use("customer.city")}
    changed = write(Plan(**{**vars(plan), "uses": uses}), text)
    assert "# The ledger of the plant" in changed
    assert "# never the old number" in changed
    assert tomllib.loads(changed)["profile"][0]["set"] == {"name": "Name", "city": "Town"}


def test_a_customer_without_a_number_is_known_by_the_name_and_an_invoice_by_what_it_says() -> None:
    plan = Plan(
        parts=("customer", "record"),
        uses={
            "Kunde": Use("customer.name"),
            "Datum": Use("record.opened"),
            "Betrag": Use("record.amount"),
        },
    )
    made = as_mapping(plan)
    assert made["profile"] == [{"key": "Kunde", "set": {"name": "Kunde"}}]
    assert made["record"][0]["key"] == {"template": "{Kunde}/{Datum}/{Betrag}"}
    assert made["record"][0]["profile"] == "Kunde"
    assert read(write(plan)) == plan


def test_odd_names_of_columns_are_quoted() -> None:
    plan = Plan(uses={'a "b" \\ ü': Use("customer.key"), "x": Use("customer.other", "Größe, cm")})
    assert read(write(plan)) == plan


@pytest.mark.parametrize(
    ("posted", "line"), [("7", 7), ("0", 0), ("1001", 3), ("9" * 21, 3), ("²", 3), ("-1", 3)]
)
def test_a_line_of_the_header_that_no_file_has_is_not_taken_over(posted: str, line: int) -> None:
    said = QueryDict(mutable=True)
    said["file-header"] = posted
    assert file_of(said, FileOptions(header=3)).header == line
