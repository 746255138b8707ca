"""What the pages do for the rights of persons is done on the command line, in somebody's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from tests.customers.cast import a_profile, customer_of
from tests.treatment.cast import Cast, a_cast

from concord.config.command import _parser as parser_of
from concord.config.command import app_commands
from concord.customers.actions import rights
from concord.customers.models import Customer, Erasure, Restriction, RightsEvent
from concord.kernel.errors import Problem

pytestmark = pytest.mark.django_db
NAME = "Anna Weissenfeld"
OLGA, ALICE = ("--as", "olga@example.com"), ("--as", "alice@example.com")


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cast:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    return a_cast()


@pytest.fixture
def anna(cast: Cast) -> Customer:
    return customer_of(a_profile("A1", "shop", "person", name=NAME, emails=["a@w.example"]))


def run(*words: str) -> int:
    options = parser_of(list(app_commands())).parse_args(["rights", *words])
    return int(options.run(options))


def logged() -> list[str]:
    return list(RightsEvent.objects.order_by("id").values_list("what", flat=True))


def test_a_copy_is_written_beside_and_stands_in_the_log(
    anna: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("file", "A1@shop", *OLGA, "--to", str(tmp_path / "out"), "--language", "ko")
    html, machine = sorted((tmp_path / "out").iterdir())
    assert json.loads(machine.read_text())["name"] == NAME
    assert '<html lang="ko">' in html.read_text()
    assert (html.stat().st_mode & 0o777, str(html) in capsys.readouterr().out) == (0o600, True)
    assert logged() == ["file_asked", "file_made", "downloaded"]


def test_a_restriction_is_set_listed_and_lifted(
    cast: Cast, anna: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    rights.take_down(cast.alice, anna.id, "restriction")
    run("restrict", str(anna.id), *OLGA, "--reason", "The address is disputed.")
    assert Restriction.objects.get(lifted_at=None).reason == "The address is disputed."
    run()
    said = capsys.readouterr().out
    assert f"A restriction  {NAME}" in said
    assert "restricted since" in said
    run("lift", "A1@shop", *OLGA, "--reason", "It was right.")
    run("log", "A1@shop")
    assert "Restriction lifted  Olga" in capsys.readouterr().out


def test_an_erasure_is_seen_first_and_done_with_the_name(
    anna: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    run("erase", "A1@shop", *OLGA)
    assert "goes         1  What each system says" in capsys.readouterr().out
    assert not Erasure.objects.exists()
    with pytest.raises(Problem, match="not the customer's name"):
        run("erase", "A1@shop", *OLGA, "--name", "Somebody else")
    run("erase", "A1@shop", *OLGA, "--name", NAME)
    assert Customer.objects.get(pk=anna.pk).golden == {}
    assert logged() == ["erasing", "erased"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("erase", "A1@shop", *ALICE, "--name", NAME), "Only the customer officer"),
        (("restrict", "A1@shop", *ALICE, "--reason", "x"), "Only the customer officer"),
        (("file", "A1@shop", "--as", "nobody@example.com"), "in whose name"),
        (("restrict", "A1@shop", *OLGA), "reason is needed"),
        (("log",), "of whom"),
        (("log", "nonsense"), "names no customer"),
        (("log", "A9@shop"), "No customer is called A9"),
    ],
)
def test_who_may_not_and_who_is_not_known_is_said(
    anna: Customer, words: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(Problem, match=problem):
        run(*words)
    assert logged() == []
    assert not Erasure.objects.exists()
