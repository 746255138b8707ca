"""The import page: a file is brought, its columns said, tried, imported; nothing without access."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.builders import a_person, a_source

from concord.customers.actions.judgements import judge
from concord.customers.models import Customer, Pair, Profile
from concord.kernel.access import viewer_of
from concord.kernel.models import Department, Role, Source, User
from concord.kernel.time import now, today
from concord.records import jobs
from concord.records.actions.drafts import bring
from concord.records.drafts.examples import card
from concord.records.drafts.shown import number_options
from concord.records.importing import kept, reasons
from concord.records.importing.run import run_import
from concord.records.models import Draft, Import, ImportState, MappingVersion, Record, Trial
from concord.records.queries.drafts import open_drafts
from concord.records.queries.imports import count_joined
from concord.records.said import RecordSaid

pytestmark = pytest.mark.django_db

FILE = """\
Rechnung;Kunde;Datum;Fällig;Betrag;Stand
1;Hanbit;03/04/2024;04/05/2024;1.234,50;O
2;Orion;05/06/2024;06/07/2024;12,00;P
3;Orion;06/06/2024;31/06/2024;13,00;O
"""


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Callable[[], None]:
    """Runs what was handed to the worker; before that it waits."""
    settings.MEDIA_ROOT = tmp_path
    waiting: list[tuple[Any, dict[str, Any]]] = []
    task = type(jobs.import_file)
    monkeypatch.setattr(task, "defer", lambda self, **said: waiting.append((self, said)))

    def run() -> None:
        while waiting:
            job, said = waiting.pop(0)
            job.func(**said)

    return run


def a_client(person: User) -> Client:
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def boss() -> User:
    return a_person("Boss", Role.SPONSOR)


def brought(client: Client, content: str = FILE, name: str = "offen-2024-06.csv") -> Draft:
    response = client.post(
        "/sources/bring/", {"file": SimpleUploadedFile(name, content.encode("cp1252"))}
    )
    assert response.status_code == 302, response.content.decode()
    draft = Draft.objects.get()
    assert response["Location"] == f"/sources/drafts/{draft.pk}/"
    return draft


def page_of(client: Client, draft: Draft) -> str:
    response = client.get(f"/sources/drafts/{draft.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the mapping form: all that is chosen, filled in and ticked."""
    form = page[page.index('id="mapping"') : page.index('id="mapping-file"')]
    said: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{of}="([^"]*)"', tag) for of in ("name", "value"))
        if not name or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        said.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        named = re.search(r"<option selected>([^<]*)", options)
        said[name] = [named[1] if named else chosen[1] if chosen else ""]
    said.pop("csrfmiddlewaretoken", None)
    return said


def changed(client: Client, draft: Draft, **choices: Any) -> str:
    said = fields_of(page_of(client, draft)) | choices
    response = client.post(f"/sources/drafts/{draft.pk}/", said, headers={"HX-Request": "true"})
    assert response.status_code == 200, response.content.decode()
    draft.refresh_from_db()
    return response.content.decode()


def test_a_file_is_brought_understood_and_shown_with_why(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client)
    mapping = tomllib.loads(draft.mapping)
    assert mapping["record"][0] | {"subject": ""} == {
        "type": "invoice", "key": "Rechnung", "profile": "Kunde", "opened": "Datum",
        "due": "Fällig", "closed": "Fällig", "amount": "Betrag", "subject": "",
        "status": {"column": "Stand", "values": {"O": "open", "P": "paid"}},
    }  # fmt: skip
    page = page_of(client, draft)
    assert "called “Rechnung”" in page
    assert "3 of 3 are different" in page
    assert "reads in two ways" in page
    assert "1,234.5" in page
    assert "1,234.50 EUR" in page or "1,234.5 EUR" in page
    assert "a row to fix" in page  # the thirty-first of June
    assert (Import.objects.count(), Record.objects.count(), Source.objects.count()) == (0, 0, 0)


def closing_days(draft: Draft) -> dict[str, tuple[str, str]]:
    """Of each record of the file that is brought in: its status, and since when it is over."""
    source = Source.objects.create(key="theirs", words={"en": "Theirs"})
    done = run_import(kept.path_of(draft.kept), source, draft.mapping)
    assert done.state == ImportState.DONE
    return {one.key: (one.status, str(one.closed_at or "")) for one in Record.objects.all()}


def test_what_is_paid_is_over_though_no_column_says_since_when(boss: User) -> None:
    """Else a customer who has paid would owe it for ever. What is open has no closing day."""
    client = a_client(boss)
    draft = brought(client, FILE.replace("31/06", "30/06"))
    assert "they count as over since “Fällig”" in page_of(client, draft)
    assert closing_days(draft) == {
        "1": ("open", ""), "2": ("paid", "2024-07-06"), "3": ("open", ""),
    }  # fmt: skip


def test_a_status_that_nobody_knows_is_no_payment(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client, FILE.replace("31/06", "30/06").replace(";O", ";Mahnstufe 2"))
    days = closing_days(draft)
    assert days == {"1": ("", ""), "2": ("paid", "2024-07-06"), "3": ("", "")}


def test_a_deal_that_is_open_is_not_closed_by_the_day_on_which_that_is_expected(
    boss: User,
) -> None:
    deals = (
        "Id,AccountId,Name,StageName,Amount,CloseDate\n"
        "D1,A,One,Prospecting,5,2026-12-01\nD2,A,Two,Closed Won,6,2026-02-01\n"
        "D3,B,Three,Our own stage,7,2026-01-05\n"
    )
    draft = brought(a_client(boss), deals, "Opportunity.csv")
    assert closing_days(draft) == {
        "D1": ("prospecting", ""), "D2": ("won", "2026-02-01"), "D3": ("", ""),
    }  # fmt: skip
    assert str(Record.objects.get(key="D1").due_at) == "2026-12-01"


def test_an_invoice_is_of_what_is_open_where_nothing_else_says_what_is_paid(boss: User) -> None:
    file = "Invoice,Customer,Date,Due,Amount,Outstanding\n1,A,2026-01-01,2026-02-01,100,40\n"
    uses = tomllib.loads(brought(a_client(boss), file).mapping)["record"][0]
    assert uses["amount"] == "Outstanding"


def test_letters_that_are_not_recognised_are_chosen_on_the_page(boss: User) -> None:
    client = a_client(boss)
    raw = b"Na\x81,Ort\nM\xfcller,K\xf6ln\n"
    response = client.post("/sources/bring/", {"file": SimpleUploadedFile("k.csv", raw)})
    draft = Draft.objects.get()
    assert response["Location"] == f"/sources/drafts/{draft.pk}/"
    page = page_of(client, draft)
    assert "no text in this file" in page
    assert "choose other letters on its page" in page
    page = changed(client, draft, **{"file-encoding": "big5"})
    assert "no text in this file" in page
    page = changed(client, draft, **{"file-encoding": "cp1251"})
    assert "What each column means" in page


def test_what_is_chosen_counts_at_once_and_the_form_says_it_again(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client)
    before = draft.mapping
    changed(client, draft)
    assert draft.mapping == before  # nothing was chosen otherwise

    page = changed(client, draft, dates="%m/%d/%Y")
    assert tomllib.loads(draft.mapping)["defaults"]["date"] == "%m/%d/%Y"
    assert "4 March 2024" in page
    changed(client, draft, **{"col-4": "", "col-5": "record.set.terms"})
    record = tomllib.loads(draft.mapping)["record"][0]
    assert record["set"] == {"terms": "Stand"}
    assert "amount" not in record
    changed(client, draft, parts=["record"], **{"col-1": "record.customer"})
    mapping = tomllib.loads(draft.mapping)
    assert "profile" not in mapping
    assert mapping["record"][0]["profile"] == "Kunde"


def test_mistakes_are_said_where_they_are(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client)
    page = changed(client, draft, **{"col-2": "record.due"})
    assert "“Fällig” is left out now" in page
    assert tomllib.loads(draft.mapping)["record"][0]["due"] == "Datum"
    page = changed(client, draft, **{"fixed-1": "record.owner", "fixed-1-text": "{Clerk}"})
    assert "There is no column “Clerk”." in page
    page = changed(client, draft, **{"col-5": "customer.other", "col-5-label": " "})
    page = changed(client, draft, **{"col-5-label": " "})
    assert 'id="wrong-5"' in page
    page = changed(client, draft, **{"fixed-1-text": "", "col-5": "", "parts": []})
    assert "Nobody has said yet what a row is." in page
    changed(client, draft, parts=["customer", "record"])
    again = tomllib.loads(draft.mapping)
    assert again["defaults"] == {"date": "%d/%m/%Y", "number": "1.234,56", "currency": "EUR"}
    assert (again["profile"][0]["key"], again["record"][0]["amount"]) == ("Kunde", "Betrag")
    page = changed(client, draft, **{"col-1": "", "col-0": ""})
    assert "No column identifies the customer." in page
    assert "disabled" in page[page.index('id="import-it"') :]


def test_another_way_of_reading_the_file_shows_at_once(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client, "Bericht\n" + FILE)
    assert tomllib.loads(draft.mapping)["file"] == {"header": 2}
    page = changed(client, draft, **{"file-delimiter": ","})
    assert tomllib.loads(draft.mapping)["file"]["delimiter"] == ","
    page = changed(client, draft, **{"file-delimiter": "", "file-encoding": "utf-8"})
    assert "The header has bytes that are no text" in page
    page = changed(client, draft, **{"file-encoding": ""})
    assert "Fällig" in page


@pytest.mark.parametrize(
    "said",
    [{"dates": "%d%d"}, {"file-encoding": "rot13"}, {"number": "1,2,3"}, {"col-2-dates": "%"}],
)
def test_what_no_form_offers_does_not_shut_the_page(boss: User, said: dict[str, str]) -> None:
    client = a_client(boss)
    draft = brought(client)
    client.post(f"/sources/drafts/{draft.pk}/", fields_of(page_of(client, draft)) | said)
    assert "offen-2024-06.csv" in page_of(client, draft)


def test_it_is_tried_imported_once_and_saved_with_its_source(
    boss: User, worker: Callable[[], None]
) -> None:
    client = a_client(boss)
    draft = brought(client)
    address = f"/sources/drafts/{draft.pk}/"
    page = client.post(f"{address}trial/", headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" in page
    client.post(f"{address}trial/", headers={"HX-Request": "true"})
    assert Trial.objects.count() == 1  # the same question is not put twice
    worker()
    page = client.get(f"{address}trial/", headers={"HX-Request": "true"}).content.decode()
    assert "1 × no date" in page
    assert "every 1s" not in page
    assert (Record.objects.count(), Customer.objects.count(), Source.objects.count()) == (0, 0, 0)
    report = Trial.objects.get().report

    said = fields_of(page_of(client, draft)) | {"name": "Buchhaltung"}
    first = client.post(f"{address}import/", said)
    again = client.post(f"{address}import/", said)
    imported = Import.objects.get()
    assert first["Location"] == again["Location"] == f"/sources/imports/{imported.pk}/"
    assert kept.is_there(imported.kept)
    worker()
    imported.refresh_from_db()
    assert imported.state == ImportState.DONE
    assert imported.counts["rows"] == report["counts"]["rows"]
    none = dict.fromkeys(("joined", "asked", "twice", "asked_twice"), 0)
    assert imported.counts["customers"] == none
    assert not list((kept.root()).iterdir())
    source = Source.objects.get()
    assert (source.key, source.mapping) == ("buchhaltung", imported.mapping)
    assert [(v.text, v.by) for v in MappingVersion.objects.all()] == [(source.mapping, boss)]
    page = client.get(f"/sources/imports/{imported.pk}/").content.decode()
    assert "/work/?type=invoice&amp;state=late&amp;who=all" in page
    assert "/customers/?system=buchhaltung" in page


def test_the_next_file_of_a_system_is_known_by_its_name_and_columns(
    boss: User, worker: Callable[[], None]
) -> None:
    client = a_client(boss)
    first = brought(client)
    assert "It has the columns of" not in page_of(client, first)
    changed(client, first, name="Buchhaltung")
    client.post(f"/sources/drafts/{first.pk}/import/")
    worker()
    source = Source.objects.get()
    Draft.objects.all().delete()

    following = brought(client, FILE.replace("12,00", "13,00"), "Offen-2024-07.csv")
    assert (following.source, following.name) == (source, "")
    assert following.mapping == source.mapping
    page = page_of(client, following)
    assert "of “offen-2024-06.csv”, which came from Buchhaltung" in page
    assert "renewed, not added a second time" in page
    assert 'value="buchhaltung" selected' in page
    changed(client, following, source="", name="Filiale")
    page = page_of(client, following)
    assert "choose that above" in page
    Draft.objects.all().delete()

    of_another_name = brought(client, FILE, "export.csv")
    assert of_another_name.source is None
    assert "choose that above" in page_of(client, of_another_name)
    Draft.objects.all().delete()

    one_more = "\n".join(f"{line};x" for line in FILE.splitlines())
    assert brought(client, one_more, "offen-2024-08.csv").source == source
    Draft.objects.all().delete()
    others = brought(client, "No;Name\n1;Hanbit\n", "offen-2024-09.csv")
    assert others.source is None
    assert "It has the columns of" not in page_of(client, others)


def test_what_others_tend_is_not_named_to_who_brings_the_same_columns(
    boss: User, worker: Callable[[], None]
) -> None:
    client = a_client(boss)
    draft = brought(client)
    changed(client, draft, name="Buchhaltung")
    client.post(f"/sources/drafts/{draft.pk}/import/")
    worker()
    Draft.objects.all().delete()
    department = Department.objects.create(key="shipping", words={"en": "Shipping"})
    shipping = a_client(a_person("Ann", Role.MANAGER, department=department))
    theirs = brought(shipping)
    assert theirs.source is None
    assert "Buchhaltung" not in page_of(shipping, theirs)


def test_the_mapping_as_a_file_does_the_same_by_the_command(
    boss: User, worker: Callable[[], None], tmp_path: Path
) -> None:
    client = a_client(boss)
    draft = brought(client)
    client.post(
        f"/sources/drafts/{draft.pk}/", fields_of(page_of(client, draft)) | {"name": "Eins"}
    )
    text = client.get(f"/sources/drafts/{draft.pk}/mapping/").content.decode()
    assert tomllib.loads(text)["source"] == "eins"
    client.post(f"/sources/drafts/{draft.pk}/import/")
    worker()
    by_page = Import.objects.get()
    path = tmp_path / "offen.csv"
    path.write_bytes(FILE.encode("cp1252"))
    by_command = run_import(path, a_source("zwei"), text)
    assert by_command.counts == {k: v for k, v in by_page.counts.items() if k != "customers"}
    columns = ("type", "key", "subject", "opened_at", "due_at", "status", "amount", "currency")
    assert list(Record.objects.filter(source__key="eins").values_list(*columns)) == list(
        Record.objects.filter(source__key="zwei").values_list(*columns)
    )


def test_a_mapping_of_somebody_else_is_used_and_what_the_form_cannot_show_is_shown(
    boss: User,
) -> None:
    client = a_client(boss)
    draft = brought(client)
    text = (
        '[file]\ndelimiter = ";"\n[[profile]]\nkey = "Kunde"\n'
        'when = { column = "Stand", in = ["O"] }\n[[profile]]\nkey = "Betrag"\n'
    )
    file = SimpleUploadedFile("theirs.toml", text.encode())
    assert client.post(f"/sources/drafts/{draft.pk}/mapping/", {"mapping": file}).status_code == 302
    page = page_of(client, draft)
    assert "What else the mapping says" in page
    changed(client, draft, **{"col-4": "customer.other"})
    assert tomllib.loads(draft.mapping)["profile"] == [
        {
            "key": "Kunde",
            "when": {"column": "Stand", "in": ["O"]},
            "set": {"other.Betrag": "Betrag"},
        },
        {"key": "Betrag"},
    ]
    bad = SimpleUploadedFile("bad.toml", b"[[profil]]\n")
    response = client.post(f"/sources/drafts/{draft.pk}/mapping/", {"mapping": bad})
    assert response.status_code == 422


def test_a_stopped_import_goes_on_from_the_page_and_versions_are_put_back(
    boss: User, worker: Callable[[], None]
) -> None:
    client = a_client(boss)
    draft = brought(client)
    client.post(f"/sources/drafts/{draft.pk}/import/")
    imported = Import.objects.get()
    client.post(f"/sources/imports/{imported.pk}/stop/")
    worker()
    assert "Go on" in client.get(f"/sources/imports/{imported.pk}/").content.decode()
    client.post(f"/sources/imports/{imported.pk}/resumption/")
    client.post(f"/sources/imports/{imported.pk}/resumption/")
    worker()
    imported.refresh_from_db()
    assert (imported.state, Import.objects.count()) == (ImportState.DONE, 1)

    source = Source.objects.get()
    first = source.mapping
    change = {"name": str(source), "mapping": first + "# mended\n"}
    client.post(f"/sources/{source.key}/change/", change)
    page = client.get(f"/sources/{source.key}/mapping/").content.decode()
    assert page.count("Put it back") == 1
    oldest = source.mapping_versions.last()
    client.post(f"/sources/{source.key}/mapping/{oldest.pk}/restoration/")
    source.refresh_from_db()
    assert (source.mapping, source.mapping_versions.count()) == (first, 3)


def test_who_may_go_on_with_a_file(
    boss: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    sales = Department.objects.create(key="sales", words={"en": "Sales"})
    bob = a_person("Bob", Role.MANAGER, department=sales)
    eve = a_person("Eve", Role.MANAGER)
    draft = brought(a_client(bob))
    address = f"/sources/drafts/{draft.pk}/"
    seen = {
        person.name: a_client(person).get(address).status_code
        for person in (boss, bob, eve, a_person("Alice"))
    }
    assert seen == {"Boss": 200, "Bob": 200, "Eve": 403, "Alice": 403}
    assert a_client(eve).post(f"{address}import/").status_code == 403
    assert "offen-2024" not in a_client(eve).get("/sources/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert a_client(bob).post(f"{address}removal/").status_code == 302
    assert not Draft.objects.exists()
    assert not list(kept.root().iterdir())


def test_what_others_bring_hides_nobodys_own_files_and_is_paged(
    boss: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    bob, eve = a_person("Bob", Role.MANAGER), a_person("Eve", Role.MANAGER)

    def a_draft(name: str, by: User | None) -> Draft:
        return Draft(file_name=name, kept="x/y", by=by, created_at=now(), changed_at=now())

    a_draft("bobs.csv", bob).save()
    Draft.objects.bulk_create(a_draft(f"{n}.csv", eve) for n in range(60))
    viewer = viewer_of(bob)
    with django_assert_num_queries(1):
        assert [draft.file_name for draft in open_drafts(viewer).items] == ["bobs.csv"]
    first = open_drafts(viewer_of(boss))
    second = open_drafts(viewer_of(boss), first.next)
    names = [draft.file_name for draft in (*first.items, *second.items)]
    assert names == [*(f"{n}.csv" for n in reversed(range(60))), "bobs.csv"]
    assert (len(first), second.next) == (50, "")
    page = a_client(boss).get("/sources/").content.decode()
    assert first.next in page
    assert "bobs.csv" not in page
    assert "bobs.csv" in a_client(boss).get(f"/sources/?cursor={first.next}").content.decode()


def test_a_file_that_is_none_is_refused_and_not_kept(boss: User) -> None:
    client = a_client(boss)
    for content, sentence in ((b"", "empty"), (b"PK\x03\x04zip", "no Excel workbook")):
        response = client.post("/sources/bring/", {"file": SimpleUploadedFile("x.zip", content)})
        assert response.status_code == 422
        assert sentence in response.content.decode()
    assert not Draft.objects.exists()
    assert not kept.root().exists() or not list(kept.root().iterdir())


def test_another_persons_look_says_why_it_is_not_here(boss: User) -> None:
    client = a_client(boss)
    response = client.post("/sources/look/", {"file": SimpleUploadedFile("a.csv", FILE.encode())})
    other = a_client(a_person("Olga", Role.OFFICER)).get(response["Location"])
    assert other.status_code == 422
    assert "shown to them alone" in other.content.decode()
    draft = client.post(f"{response['Location'].split('?')[0]}drafting/")
    assert draft["Location"] == f"/sources/drafts/{Draft.objects.get().pk}/"


def test_the_mapping_of_a_source_is_replaced_with_a_word_of_warning(
    boss: User, worker: Callable[[], None]
) -> None:
    client = a_client(boss)
    source = a_source("ledger", mapping='[[profile]]\nkey = "Kunde"\n')
    draft = brought(client)
    said = fields_of(page_of(client, draft)) | {"source": "ledger"}
    page = client.post(f"/sources/drafts/{draft.pk}/", said, headers={"HX-Request": "true"})
    assert "read in another way so far" in page.content.decode()
    client.post(f"/sources/drafts/{draft.pk}/import/", said)
    worker()
    source.refresh_from_db()
    assert source.mapping == Import.objects.get(source=source).mapping
    assert [v.text for v in source.mapping_versions.all()] == [
        source.mapping, '[[profile]]\nkey = "Kunde"\n',
    ]  # fmt: skip


def test_what_nobody_goes_on_with_is_forgotten(boss: User) -> None:
    client = a_client(boss)
    brought(client)
    watched = bring(SimpleUploadedFile("w.csv", FILE.encode()), "w.csv", by=None, watched_as="w")
    stopped = Import.objects.create(
        source=a_source(), mapping="", state=ImportState.STOPPED, started_at=now(),
        finished_at=now(), kept=kept.keep([b"x"], "stopped.csv"),
    )  # fmt: skip
    kept.keep([b"x"], "stray.csv")
    Draft.objects.update(changed_at=now() - timedelta(days=8))
    for folder in kept.root().iterdir():
        week_ago = (now() - timedelta(days=8)).timestamp()
        os.utime(folder, (week_ago, week_ago))
    kept.forget_old()
    assert [draft.pk for draft in Draft.objects.all()] == [watched.pk]
    assert {folder.name for folder in kept.root().iterdir()} == {
        watched.kept.split("/")[0], stopped.kept.split("/")[0],
    }  # fmt: skip
    Draft.objects.update(changed_at=now() - timedelta(days=31))
    Import.objects.update(finished_at=now() - timedelta(days=8))
    kept.forget_old()
    assert not list(kept.root().iterdir())


def test_garbled_letters_are_shown_as_the_customers_page_will_show_them(boss: User) -> None:
    client = a_client(boss)
    file = "Customer no,Name,City\n1,SÃ¡nchez Ltd,Bogotá\n2,Orion,Ulm\n".encode()
    client.post("/sources/bring/", {"file": SimpleUploadedFile("customers.csv", file)})
    page = page_of(client, Draft.objects.get())
    beside = page[page.index('id="beside"') :]
    assert "Sánchez Ltd</" in beside
    assert "letters repaired: the file says “SÃ¡nchez Ltd”" in beside
    assert beside.count("letters repaired") == 1


def test_only_some_rows_count(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client)
    page = changed(client, draft, **{"only-column": "Stand"})
    assert "No value is chosen: not one row would count." in page
    page = changed(client, draft, **{"only-value": "O"})
    assert "not one row would count" not in page
    raw = tomllib.loads(draft.mapping)
    assert raw["profile"][0]["when"] == raw["record"][0]["when"] == {"column": "Stand", "in": ["O"]}
    assert "Line 2" in page
    assert "Line 3" not in page  # it is paid
    changed(client, draft, **{"only-way": "is_not", "only-text": "X"})
    assert tomllib.loads(draft.mapping)["record"][0]["when"] == {
        "column": "Stand",
        "not_in": ["O", "X"],
    }
    changed(client, draft, **{"only-way": "filled"})
    assert tomllib.loads(draft.mapping)["record"][0]["when"] == {"column": "Stand", "empty": False}
    changed(client, draft, **{"only-column": ""})
    assert "when" not in tomllib.loads(draft.mapping)["record"][0]


def test_what_would_happen_is_tried_at_once_where_somebody_asks_at_the_source(
    boss: User, worker: Callable[[], None]
) -> None:
    client = a_client(boss)
    draft = brought(client)
    changed(client, draft, name="Buchhaltung")
    client.post(f"/sources/drafts/{draft.pk}/import/")
    worker()
    file = SimpleUploadedFile("next.csv", FILE.encode())
    asked = client.post("/sources/buchhaltung/", {"file": file, "first": "1"})
    newest = Draft.objects.latest("created_at")
    assert asked["Location"] == f"/sources/drafts/{newest.pk}/#trial"
    worker()
    assert newest.trials.get().state == "done"
    assert ">1 × no date<" in page_of(client, newest)
    other = SimpleUploadedFile("other.csv", b"A;B\n1;2\n")  # nothing of it can be tried
    asked = client.post("/sources/buchhaltung/", {"file": other, "first": "1"})
    assert client.get(asked["Location"]).status_code == 200
    assert Import.objects.count() == 1


def test_what_stands_twice_in_a_file_is_told_apart_from_what_others_know(boss: User) -> None:
    crm, books = a_source("crm"), a_source("books")
    for source, keys in ((crm, ["1"]), (books, ["1", "2", "3", "4", "5"])):
        path = kept.root().parent / f"{source.key}.csv"
        path.write_text("No,Name\n" + "".join(f"{key},N{key}{source.key}\n" for key in keys))
        mapping = '[[profile]]\nkey = "No"\nkind = "organisation"\n[profile.set]\nname = "Name"\n'
        imported = run_import(path, source, mapping)
    known = Profile.objects.get(source=crm)
    one, two, three, four, five = Profile.objects.filter(source=books).order_by("key")
    judge(one.pk, two.pk, "same", boss)
    judge(three.pk, known.pk, "same", boss)
    for left, right in ((four, five), (four, known)):
        low, high = sorted([left.pk, right.pk])
        Pair.objects.create(left_id=low, right_id=high, score=1, found_at=now())
    count_joined(imported)
    imported.refresh_from_db()
    assert imported.counts["customers"] == {"joined": 1, "asked": 1, "twice": 1, "asked_twice": 1}
    page = a_client(boss).get(f"/sources/imports/{imported.pk}/").content.decode()
    assert "1 customer stands in this very file more than once, and is one customer." in page
    assert "About 1 pair within the file somebody is asked." in page
    assert "1 of its customers is known from elsewhere" in page
    assert f'href="/review/questions/?source={books.pk}"' in page


def test_what_comes_out_is_shown_with_its_year_and_to_the_last_digit() -> None:
    this_year = today().replace(month=3, day=1)
    said = RecordSaid(
        "invoice", "R-5000", "D1", subject="Invoice R-5000", opened_at=this_year, amount=Decimal(1)
    )
    shown = card(said)
    assert (shown.what, shown.name) == ("Invoice", "R-5000")
    assert f"1 March {this_year.year}" in dict(shown.facts).values()
    ways = {option.value: str(option.words) for option in number_options(["16.740,84"], [])}
    assert ways["1.234,56"] == "“16.740,84” is 16,740.84"
    ways = {option.value: option.words for option in number_options(["103"], [])}
    assert ways["1,234.56"] == "“103” is 103 · 1,234.56"


def test_a_date_that_is_none_is_told_by_an_example() -> None:
    detail = {"value": "x", "formats": "%d.%m.%Y, %b %d, %Y, excel, roc"}
    told = "“x” is no date as expected (like 31.12.2026, Dec 31, 2026, 46387, 115/12/31)."
    assert reasons.reason("date", detail) == told


def test_what_cannot_be_tried_yet_says_what_is_missing(boss: User) -> None:
    client = a_client(boss)
    draft = brought(client, "Colour\nred\nblue\n", "colours.csv")
    response = client.post(f"/sources/drafts/{draft.pk}/trial/", {}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    page = response.content.decode()
    assert "No column identifies the customer." in page
    assert "is missing." not in page
