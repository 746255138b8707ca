"""A row that could not be cut into cells is shown as it stands, and mended on its page."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.builders import a_person, a_source, the
from tests.records.files import GOOD, INVOICES, a_csv, an_import, rows

from concord.customers.models import Profile
from concord.customers.rows import fetch
from concord.kernel.models import Role
from concord.records import rights
from concord.records.importing import as_before
from concord.records.importing.counts import adds_up
from concord.records.importing.run import run_import
from concord.records.importing.undo import undo_import
from concord.records.models import Import, ImportState, Rejection, RowGroup

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


def mended(imported: Import) -> int:
    return imported.counts.get("mended", {}).get("as_before", 0)


def test_a_row_that_was_mended_is_mended_so_again_while_it_says_the_same(boss: Client, tmp_path):
    wrong = [
        "R3;D2;Daehan;01.13.2026;1,00",
        "R4;D2;Daehan;01.03.2026;two",
        'R5;D2;"Dae";han;01.03.2026;3',
    ]
    an_import(a_csv(tmp_path, *GOOD, *wrong))
    bad_date, no_amount, cut = Rejection.objects.order_by("line")
    assert boss.post(page_of(bad_date), {"cell:Date": "01.14.2026"}).status_code == 422
    assert boss.post(page_of(bad_date), {"cell:Date": "01.12.2026"}).status_code == 302
    assert boss.post(page_of(no_amount), {"cell:Amount": "2,00"}).status_code == 302
    whole = 'R5;D2;"Dae;han";01.03.2026;3,00'
    assert boss.post(page_of(cut), {"whole": whole}).status_code == 302

    again = an_import(a_csv(tmp_path, *GOOD, *wrong, "R9;D2;Daehan;01.99.2026;1,00"))
    assert rows(again) == {"read": 6, "unchanged": 5, "rejected": 1}
    assert adds_up(again.counts)
    assert mended(again) == 3
    assert Rejection.objects.get(resolved_at=None).value == "01.99.2026"
    assert (
        "3 rows were mended as before."
        in boss.get(f"/sources/imports/{again.pk}/").content.decode()
    )
    assert the("R3").opened_at == date(2026, 12, 1)

    changed = an_import(a_csv(tmp_path, *GOOD, "R3;D2;Daehan;01.13.2026;7,00"))
    assert rows(changed) == {"read": 3, "unchanged": 2, "rejected": 1}  # it says something else
    tried = an_import(a_csv(tmp_path, *GOOD, *wrong), dry_run=True)
    assert (rows(tried)["rejected"], mended(tried)) == (3, 3)


def test_what_an_undone_import_mended_is_asked_again(boss: Client, tmp_path):
    path = a_csv(tmp_path, *GOOD, "R3;D2;Daehan;01.13.2026;1,00")
    first = an_import(path)
    boss.post(page_of(Rejection.objects.get()), {"cell:Date": "01.12.2026"})
    second = an_import(path)
    assert rows(second) == {"read": 3, "unchanged": 3}
    undo_import(first, None)
    undo_import(second, None)
    assert rows(an_import(path)) == {"read": 3, "created": 2, "rejected": 1}


def test_killed_while_rows_are_mended_as_before_it_goes_on_with_the_rest(
    boss: Client, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    wrong = [f"R{n};D2;Daehan;01.13.2026;{n},00" for n in range(3, 8)]
    path = a_csv(tmp_path, *GOOD, *wrong)
    an_import(path)
    for row in Rejection.objects.all():
        boss.post(page_of(row), {"cell:Date": "01.12.2026"})
    monkeypatch.setattr(as_before, "REPLAY_BATCH", 2)
    take_up, batches = as_before._take_up, []

    def killed(*given: Any) -> bool:
        if len(batches) == 1:
            raise KeyboardInterrupt
        batches.append(given)
        return take_up(*given)

    monkeypatch.setattr(as_before, "_take_up", killed)
    with pytest.raises(KeyboardInterrupt):
        an_import(path)
    half = Import.objects.first()
    assert half
    assert half.state == ImportState.RUNNING
    assert (rows(half)["rejected"], mended(half)) == (3, 2)

    monkeypatch.setattr(as_before, "_take_up", take_up)
    whole = an_import(path)
    assert (whole.pk, rows(whole), mended(whole)) == (half.pk, {"read": 7, "unchanged": 7}, 5)


def test_a_word_that_was_translated_is_translated_again(boss: Client, tmp_path):
    mapping = INVOICES.replace(
        'amount = "Amount"',
        'amount = "Amount"\nstatus = { column = "Name", values = { Hanbit = "open" } }',
    )
    path = a_csv(tmp_path, GOOD[0], "R3;D1;Offen;01.03.2026;1,00")
    mapping = mapping.replace('[profile.set]\nname = "Name"\n', "")
    an_import(path, mapping)
    group = RowGroup.objects.get()
    said = {"kind": "replace", f"to:{group.pk}": "open"}
    assert boss.post(reverse("records:mend_group", args=[group.pk]), said).status_code == 302
    assert the("R3").status == "open"
    assert rows(an_import(path, mapping)) == {"read": 2, "unchanged": 2}


def test_who_was_named_by_a_correction_alone_is_erased_with_it(boss: Client, tmp_path):
    an_import(a_csv(tmp_path, *GOOD, "R3;;Daehan;01.03.2026;1,00"))
    row = Rejection.objects.get()
    assert boss.post(page_of(row), {"cell:Debtor": "D1"}).status_code == 302
    person = Profile.objects.get(key="D1")
    row.refresh_from_db()
    assert row.detail["mended"]["cells"] == {"Debtor": "D1"}
    where, values = rights._names_them(person, (), {person.source_id: ("D1",)})
    found = fetch(
        "SELECT r.id FROM records_rejection r JOIN records_import i ON i.id = r.imported_id"
        f" WHERE {where}",
        values,
    )
    assert found == [(row.pk,)]
