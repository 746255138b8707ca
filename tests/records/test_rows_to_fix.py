"""A row that could not be cut into cells is shown as it stands, and mended on its page."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.builders import a_person, a_source, the
from tests.records.files import GOOD, INVOICES, a_csv, an_import

from concord.kernel.models import Role
from concord.records.importing.run import run_import
from concord.records.models import Rejection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(a_person("Boss", Role.SPONSOR), "django.contrib.auth.backends.ModelBackend")
    return client


def page_of(row: Rejection) -> str:
    return reverse("records:rejection", args=[row.pk])


def test_a_row_with_too_many_columns_is_shown_and_mended(boss: Client, tmp_path):
    an_import(a_csv(tmp_path, *GOOD, "R3;D2;Daehan; Inc.;01.03.2026;1,00"))
    row = Rejection.objects.get()
    listed = boss.get(reverse("records:rejections")).content.decode()
    assert "R3;D2;Daehan; Inc.;01.03.2026;1,00" in listed
    assert "Too many or too few columns" in listed

    page = boss.get(page_of(row)).content.decode()
    assert ">R3;D2;Daehan; Inc.;01.03.2026;1,00</textarea>" in page
    assert "It should have 5 values: No · Debtor · Name · Date · Amount" in page

    still = boss.post(page_of(row), {"whole": "R3;D2;Daehan; Inc;01.03.2026;1,00"})
    assert still.status_code == 422
    assert ">R3;D2;Daehan; Inc;01.03.2026;1,00</textarea>" in still.content.decode()

    wrong = boss.post(page_of(row), {"whole": 'R3;D2;"Daehan; Inc.";01.13.2026;1,00'})
    assert wrong.status_code == 422  # in cells now, in the order of the file
    page = wrong.content.decode()
    places = [page.index(f">{name}</label>") for name in ("No", "Debtor", "Name", "Date", "Amount")]
    assert places == sorted(places)
    assert 'value="Daehan; Inc."' in page

    assert boss.post(page_of(row), {"cell:Date": "01.03.2026"}).status_code == 302
    assert the("R3").amount == 1


def test_a_nul_is_shown_in_its_cell(boss: Client, tmp_path):
    an_import(a_csv(tmp_path, *GOOD, "R3;D2;Dae\x00han;01.03.2026;1,00"))
    row = Rejection.objects.get()
    assert row.code == "nul"
    assert 'value="Dae␀han"' in boss.get(page_of(row)).content.decode()
    assert boss.post(page_of(row), {"cell:Name": "Daehan"}).status_code == 302
    assert the("R3").amount == 1


def test_a_broken_line_of_json_is_mended_as_a_whole(boss: Client, tmp_path):
    good = {"No": "R1", "Debtor": "D1", "Name": "Hanbit", "Date": "01.03.2026", "Amount": "1,00"}
    broken = json.dumps(good | {"No": "R2"})[:-1]
    path = tmp_path / "lines.jsonl"
    path.write_text(f"{json.dumps(good)}\n{broken}\n", encoding="utf-8")
    run_import(path, a_source(), INVOICES, by=None)
    row = Rejection.objects.get()
    assert boss.post(page_of(row), {"whole": broken}).status_code == 422
    assert boss.post(page_of(row), {"whole": broken + "}"}).status_code == 302
    assert the("R2").amount == 1


def test_what_was_put_aside_is_put_aside_again_while_it_says_the_same(boss: Client, tmp_path):
    wrong = "R3;D2;Daehan;01.13.2026;1,00"
    an_import(a_csv(tmp_path, *GOOD, wrong))
    first = Rejection.objects.get()
    address = reverse("records:dismiss", args=[first.pk])
    assert boss.post(address, {"note": "A test of theirs"}).status_code == 302
    an_import(a_csv(tmp_path, *GOOD, wrong, "R4;D2;Daehan;01.03.2026;1,00"))
    again = Rejection.objects.latest("pk")
    assert (again.resolution, again.note, again.resolved_by) == (
        "dismissed",
        "A test of theirs",
        None,
    )
    assert "by itself" in boss.get(reverse("records:dismissed")).content.decode()

    an_import(a_csv(tmp_path, *GOOD, "R3;D2;Daehan;02.13.2026;1,00"))
    assert Rejection.objects.latest("pk").resolution == ""  # it says something else

    reopened = boss.post(reverse("records:reopen_row", args=[again.pk]))
    assert reopened.status_code == 302
    an_import(a_csv(tmp_path, *GOOD, wrong, "R5;D2;Daehan;01.03.2026;1,00"))
    assert Rejection.objects.latest("pk").resolution == ""  # somebody wants it after all
