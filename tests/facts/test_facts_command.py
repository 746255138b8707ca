"""`concord facts` on the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser

import pytest
from tests.facts.builders import a_customer, a_profile, a_record, a_source

from concord.facts.catalogue import FACTS
from concord.facts.commands import COMMANDS
from concord.kernel.errors import Problem

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    COMMANDS[0].configure(parser)
    return COMMANDS[0].run(parser.parse_args(arguments))


def a_late_payer() -> None:
    profile = a_profile("C7", a_source("books"))
    a_customer(profile)
    a_record(profile, "invoice", opened="2024-01-01", due="2024-01-31", amount="1234.50")


def test_it_says_every_fact_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    a_late_payer()
    assert run("--customer", "C7@books", "--as-of", "2024-02-10") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "C7"
    assert len(lines) == 1 + len(FACTS)
    assert "  Overdue, disputed amounts aside: 1,234.50 EUR" in lines
    assert "  Oldest overdue invoice, disputes aside: 10 days" in lines


def test_json_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    a_late_payer()
    assert run("--customer", "C7@books", "--as-of", "2024-02-10", "--json") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert facts["overdue_undisputed"] == {
        "value": "1234.5000",
        "state": "known",
        "as_of": "2024-02-10",
        "sources": ["books"],
        "late_sources": [],
        "oldest_word": None,
        "records": 1,
        "reasons": [],
    }
    assert facts["customer_since"]["value"] == "2024-01-01"


def test_what_was_known_earlier_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    a_late_payer()
    arguments = ("--customer", "C7@books", "--as-of", "2024-02-10", "--json")
    assert run(*arguments, "--known-at", "1999-01-01T00:00") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert facts["overdue_undisputed"]["value"] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--customer", "C7"), "KEY@SOURCE"),
        (("--customer", "C8@books"), "C8"),
        (("--customer", "C7@books", "--as-of", "10.2.2024"), "2026-03-31"),
        (("--customer", "C7@books", "--known-at", "yesterday"), "not a time"),
        (("--customer", "C7@books", "--unit", "gages"), "no business unit “gages”"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_mend(arguments: tuple[str, ...], says: str) -> None:
    a_late_payer()
    with pytest.raises(Problem) as problem:
        run(*arguments)
    assert says in str(problem.value)
