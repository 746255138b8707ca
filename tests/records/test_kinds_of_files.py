"""A system that exports several kinds of files: each kind is read in its own way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.builders import a_person

from concord.customers.models import Profile
from concord.kernel.models import Role, Source
from concord.records import jobs
from concord.records.importing.kinds import mapping_like
from concord.records.models import Draft, Import, Record, Rejection

pytestmark = pytest.mark.django_db

ACCOUNTS = """\
Id,Name,BillingCity,Since
0015g00000AAAAAQA1,Orion GmbH,Bonn,2024-01-02
0015g00000BBBBBQA2,Lyra Ltd,Leeds,2024-01-03
0015g00000CCCCCQA3,Vega SA,Lyon,2024-01-04
"""
DEALS = """\
Id,AccountId,Name,StageName,Amount,CloseDate
0065g00000DDDDDQA1,0015g00000AAAAAQA1,New hall,Prospecting,1000,2026-12-01
0065g00000EEEEEQA2,0015g00000BBBBBQA2,Spare parts,Closed Won,20,2026-02-01
0065g00000FFFFFQA3,0015g00000CCCCCQA3,Audit,Closed Lost,5,2026-02-31
"""


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(a_person("Boss", Role.SPONSOR), "django.contrib.auth.backends.ModelBackend")
    return client


WAITING: list[tuple[Any, dict[str, Any]]] = []


@pytest.fixture(autouse=True)
def _worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """What was handed to the worker waits for `work`."""
    settings.MEDIA_ROOT = tmp_path
    WAITING.clear()
    task = type(jobs.import_file)
    monkeypatch.setattr(task, "defer", lambda self, **said: WAITING.append((self, said)))


def work() -> None:
    while WAITING:
        job, said = WAITING.pop(0)
        job.func(**said)


def brought(client: Client, text: str, name: str, source: str = "") -> tuple[str, Draft]:
    """The page of the file; then it is imported, from a new system or from that one."""
    response = client.post("/sources/bring/", {"file": SimpleUploadedFile(name, text.encode())})
    page = client.get(response["Location"]).content.decode()
    draft = Draft.objects.get(imported=None)
    if source:
        draft.source = Source.objects.get(key=source)
        draft.save()
    client.post(f"/sources/drafts/{draft.pk}/import/")
    work()
    draft.refresh_from_db()
    return page, draft


def test_deals_are_offered_the_system_that_knows_their_accounts(client: Client) -> None:
    page, _accounts = brought(client, ACCOUNTS, "Account.csv")
    assert "customers of the first rows by the same number" not in page
    page, deals = brought(client, DEALS, "Opportunity.csv", "account")
    assert "Account knows 3 of the 3 customers of the first rows by the same number" in page
    assert {one.profile.data["name"] for one in Record.objects.all()} == {"Orion GmbH", "Lyra Ltd"}
    assert Profile.objects.count() == 3

    # The next accounts, dropped on the page of the source, whose mapping is that of deals now.
    assert deals.mapping == Source.objects.get(key="account").mapping
    more = ACCOUNTS.replace("Leeds", "York").encode()
    client.post("/sources/account/", {"file": SimpleUploadedFile("Account-2.csv", more)})
    work()
    latest = Import.objects.latest("pk")
    assert latest.counts["rows"] | {"read": 3} == latest.counts["rows"]
    assert latest.counts["rows"]["changed"] == 1
    assert not latest.counts["rows"].get("rejected")
    assert Profile.objects.get(data__name="Lyra Ltd").data["city"] == "York"


def test_rows_to_fix_are_taken_up_as_their_kind_is_read(client: Client) -> None:
    _page, deals = brought(client, DEALS, "Opportunity.csv")
    brought(client, ACCOUNTS, "Account.csv", "opportunity")
    row = Rejection.objects.get()
    assert mapping_like(row.imported) == deals.mapping
    assert mapping_like(row.imported) != Source.objects.get(key="opportunity").mapping
    client.post(f"/sources/imports/{row.imported_id}/replay/")
    work()
    row.refresh_from_db()
    assert (row.code, row.column) == ("date", "CloseDate")


def test_a_short_number_is_no_one_in_particular(client: Client) -> None:
    brought(client, "No,Company\n1,Orion GmbH\n2,Lyra Ltd\n3,Vega SA\n", "one.csv")
    other = "Customer no,Company,City\n1,Argo AG,Ulm\n2,Pegasus,Graz\n3,Draco,Bern\n"
    page, _draft = brought(client, other, "two.csv")
    assert "by the same number" not in page
