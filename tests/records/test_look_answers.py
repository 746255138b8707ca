"""A look at a file is answered once: at once for a small file, by the worker for a large one."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.records.builders import a_person

from concord.customers.models import Pair, Profile
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.records import jobs
from concord.records.importing.readers import spreadsheet
from concord.records.importing.run import run_import
from concord.records.look import answers, rows
from concord.records.look import upload as uploads
from concord.records.look.findings import default_as_of
from concord.records.look.keep import keep
from concord.records.look.opened import Said
from concord.records.look.rows import Row
from concord.records.look.upload import Upload
from concord.records.look.vocabulary import Role as Column
from concord.records.models import Record, Rejection

HEADER = "Invoice,Customer,Date,Due,Paid,Amount"
SAID = Said(currency="EUR", as_of=date(2026, 11, 21))


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[date | None]:
    """The days of the answers that were computed."""
    days: list[date | None] = []
    look = answers.look

    def counted(table: Any, today: date, as_of: date | None) -> Any:
        days.append(as_of)
        return look(table, today, as_of)

    monkeypatch.setattr(answers, "look", counted)
    return days


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as a large one."""
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    monkeypatch.setattr(answers, "AT_ONCE_WORKBOOK", 0)


def a_file(*lines: str) -> SimpleUploadedFile:
    good = "A-1,Alder & Söhne,2026-09-01,2026-10-01,,1200.00"
    return SimpleUploadedFile("books.csv", "\n".join([HEADER, *(lines or (good,)), ""]).encode())


def an_upload(file: SimpleUploadedFile | None = None, owner: int = 1) -> Upload:
    return uploads.save(file or a_file(), owner)


def late(found: answers.Look) -> dict[str, Decimal]:
    assert found.answer is not None
    return {each.customer: each.amount for each in found.answer.findings.late}


def a_manager() -> Client:
    client = Client()
    boss = a_person("Boss", Role.SPONSOR)
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    return client


def answered(client: Client, address: str) -> str:
    """The page after the worker did what waits."""
    client.get(address)
    job = ProcrastinateJob.objects.filter(task_name="records.look").latest("id")
    jobs.look.func(**job.args)
    return client.get(address).content.decode()


@pytest.mark.django_db
def test_a_small_file_is_answered_once_for_each_understanding(
    computed: list[date | None],
) -> None:
    upload = an_upload()
    for _reload in range(3):
        assert late(answers.ask(upload, SAID)) == {"Alder & Söhne": Decimal("1200.00")}
    assert computed == [SAID.as_of]

    known = answers.ask(upload, SAID).known
    assert known is not None
    as_it_was = Said(dict(known.columns), {}, "EUR", SAID.as_of)
    answers.ask(upload, as_it_was)  # said again what was understood: the same answer
    assert len(computed) == 1

    earlier = Said(currency="EUR", as_of=date(2026, 9, 30))
    assert late(answers.ask(upload, earlier)) == {}
    unpaid = Said({Column.SETTLED: None}, {}, "EUR", SAID.as_of)
    found = answers.ask(upload, unpaid).answer
    assert found is not None
    assert not found.findings.paid_is_known
    assert computed == [SAID.as_of, earlier.as_of, SAID.as_of]


@pytest.mark.django_db
def test_what_is_kept_is_what_was_computed() -> None:
    """Amounts, days, names and counts come back from the disk as they were."""
    upload = an_upload(
        a_file(
            "A-1,=SUM(한빛),2026-09-01,2026-10-01,,1200.10",
            "A-2,=SUM(한빛),2026-10-05,2026-12-05,,0.20",
            "A-3,Birke AG,2026-09-31,2026-10-30,,99.00",
            "A-4,Birke AG,2026-10-01",
            "A-5,Birke AG,2026-08-01,2026-08-30,2026-08-20,5",
        )
    )
    found = answers.ask(upload, SAID).answer
    assert found is not None
    (owing,) = found.findings.late
    assert (owing.customer, owing.amount, owing.days) == ("=SUM(한빛)", Decimal("1200.10"), 51)
    assert (owing.supplied_amount, owing.last_supplied) == (Decimal("0.20"), date(2026, 10, 5))
    assert found.findings.totals == {"EUR": Decimal("1200.10")}
    assert [(best.customer, best.average_days) for best in found.findings.best] == [
        ("Birke AG", Decimal("0.0"))
    ]
    assert found.unread_count == 2
    assert found.unread_by == {"date": 1, "ragged": 1}
    assert not found.is_whole
    assert [(row.line, row.column, row.code) for row in found.unread] == [
        (4, "Date", "date"),
        (5, "", "ragged"),
    ]


@pytest.mark.django_db
def test_a_large_file_waits_for_the_worker_and_is_asked_for_once(
    large: None, computed: list[date | None]
) -> None:
    upload = an_upload()
    for _poll in range(3):
        found = answers.ask(upload, SAID)
        assert found.answer is None
        assert found.progress is not None
        assert not found.progress.is_begun
    (job,) = ProcrastinateJob.objects.filter(task_name="records.look")
    assert job.queue_name == "looks"
    jobs.look.func(**job.args)
    jobs.look.func(**job.args)  # and again, as after a worker that died when it was done
    assert late(answers.ask(upload, SAID)) == {"Alder & Söhne": Decimal("1200.00")}
    assert computed == [SAID.as_of]
    assert ProcrastinateJob.objects.filter(task_name="records.look").count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_at_once_compute_one_answer(
    computed: list[date | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = an_upload(a_file(*(f"A-{n},C{n % 9},2026-09-01,2026-10-01,,1" for n in range(2000))))

    def ask(_tab: int) -> answers.Look:
        try:
            return answers.ask(upload, SAID)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as tabs:
        found = list(tabs.map(ask, range(4)))
    assert all(each.answer or each.progress for each in found)
    assert late(answers.ask(upload, SAID)) == {f"C{n}": Decimal(n < 2) + 222 for n in range(9)}
    assert computed == [SAID.as_of]


COMPUTE = """
import sys, time
from uuid import UUID
import django
django.setup()
from concord.records.look import answers, upload
answers.today = lambda: None  # without a database there is no company whose day it is
answers.look = lambda *said: (print("at it", flush=True), time.sleep(600))
answers.compute(upload.find(UUID(sys.argv[1])), answers.SAID.validate_json(sys.argv[2]))
"""


def killed_while_at_it(upload: Upload, media: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", COMPUTE, str(upload.id), answers.SAID.dump_json(SAID).decode()],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.records.look_settings",
                          "LOOK_MEDIA": str(media)},
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"at it\n"
    answers.compute(upload, SAID)  # somebody is at it: nothing is done
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_begun_again(media: Path, computed: list[date | None]) -> None:
    upload = an_upload()
    killed_while_at_it(upload, media)
    assert computed == []
    assert late(answers.ask(upload, SAID)) == {"Alder & Söhne": Decimal("1200.00")}
    assert computed == [SAID.as_of]


def test_a_file_that_breaks_off_three_times_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = an_upload()
    monkeypatch.setattr(answers, "look", lambda *said: (_ for _ in ()).throw(KeyboardInterrupt))
    for _attempt in range(3):
        with pytest.raises(KeyboardInterrupt):
            answers.compute(upload, SAID)
    with pytest.raises(Problem, match="broke off three times") as caught:
        answers.ask(upload, SAID)
    assert caught.value.place == "books.csv"
    assert "memory" in caught.value.mend


def test_an_error_of_ours_is_kept_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = an_upload()
    monkeypatch.setattr(answers, "look", lambda *said: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answers.compute(upload, SAID)
    with pytest.raises(Problem, match="Something went wrong here"):
        answers.ask(upload, SAID)


@pytest.mark.django_db
def test_a_workbook_is_opened_once(
    monkeypatch: pytest.MonkeyPatch, computed: list[date | None]
) -> None:
    """Its table may stand on any sheet, below a title; dates and numbers are those of the cells."""
    book = openpyxl.Workbook()
    book.active.append(["made by the ledger"])  # type: ignore[union-attr]
    sheet = book.create_sheet("Debtors")
    for line in (["Open items"], [], HEADER.split(","),
                 ["A-1", "Alder", date(2026, 9, 1), date(2026, 10, 1), None, 1200.1]):  # fmt: skip
        sheet.append(line)
    packed = io.BytesIO()
    book.save(packed)
    upload = an_upload(SimpleUploadedFile("debtors.xlsx", packed.getvalue()))
    opened: list[Path] = []
    look_through = spreadsheet.look_through
    monkeypatch.setattr(
        spreadsheet, "look_through", lambda path: (opened.append(path), look_through(path))[1]
    )
    found = answers.ask(upload, SAID)
    assert late(found) == {"Alder": Decimal("1200.1")}
    assert found.opened is not None
    assert (found.opened.file.sheet, found.opened.file.header) == ("Debtors", 3)
    assert found.opened.sample[0][2] == date(2026, 9, 1)
    answers.ask(upload, SAID)
    assert opened == [upload.path]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (os.urandom(3000), "neither text nor a workbook"),
        (b"PK\x03\x04" + os.urandom(3000), "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old format"),
        (b"\n\n\n", "no header"),
    ],
)
def test_a_file_that_is_none_is_said_by_its_own_name(content: bytes, said: str) -> None:
    upload = an_upload(SimpleUploadedFile("export.csv", content))
    for _again in range(2):
        with pytest.raises(Problem, match=said) as caught:
            answers.ask(upload, SAID)
        assert "export.csv" in caught.value.place
        assert "content" not in caught.value.place
        assert caught.value.mend


@pytest.mark.django_db
def test_more_rows_than_are_read_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 3)
    upload = an_upload(a_file(*(f"A-{n},C,2026-09-01,2026-10-01,,1" for n in range(4))))
    found = answers.ask(upload, SAID).answer
    assert found is not None
    assert found.is_cut
    assert found.findings.documents == 3


@pytest.mark.django_db
def test_uploads_and_answers_are_bounded_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_EACH", 2)
    monkeypatch.setattr(answers, "MOST_ANSWERS", 3)
    first, another = an_upload(), an_upload(owner=2)
    time.sleep(0.01)  # a file's time is told in milliseconds
    second = an_upload()
    time.sleep(0.01)
    third = an_upload()
    assert uploads.load(first.id, 1) is None
    assert uploads.load(second.id, 2) is None  # it is another's
    assert uploads.load(another.id, 2) == another
    for day in range(1, 6):
        answers.ask(third, Said(currency="EUR", as_of=date(2026, 11, day)))
    assert len(list((third.folder / "answers").glob("*.json"))) == 3

    yesterday = time.time() - timedelta(days=1, minutes=1).total_seconds()
    os.utime(third.path, (yesterday, yesterday))
    assert uploads.load(third.id, 1) is None
    jobs.forget_looks.func(timestamp=0)
    assert not third.folder.exists()
    assert second.folder.exists()


@pytest.mark.django_db
def test_the_page_waits_and_then_gives_its_place_to_the_answer(large: None) -> None:
    client = a_manager()
    address = client.post("/sources/look/", {"file": a_file()})["Location"]
    page = client.get(address)
    assert b'hx-trigger="every 1s"' in page.content
    assert b"Keep as a source" not in page.content
    poll = client.get(address, headers={"HX-Request": "true"})
    assert "HX-Retarget" not in poll
    assert poll.content.lstrip().startswith(b"<section")

    job = ProcrastinateJob.objects.get(task_name="records.look")
    jobs.look.func(**job.args)
    answered = client.get(address, headers={"HX-Request": "true"})
    assert (answered["HX-Retarget"], answered["HX-Reswap"]) == ("#look", "outerHTML")
    assert "1,200 EUR" in answered.content.decode()
    assert b"every 1s" not in answered.content
    assert b"<html" not in answered.content


@pytest.mark.django_db
def test_a_column_chosen_for_another_role_is_taken_from_it(large: None) -> None:
    """The last choice wins over what the rest of the form still says, for the worker as well."""
    file = SimpleUploadedFile(
        "f.csv", b"Customer,Invoice,Due,Amount,Balance\nA,1,2026-10-01,100,40\n"
    )
    client = a_manager()
    address = client.post("/sources/look/", {"file": file})["Location"]
    assert "40 EUR" in answered(client, address)
    form = {"corrected": "1", "customer_name": "0", "customer_name_was": "0", "number": "1",
            "number_was": "1", "due": "2", "due_was": "2", "balance": "4", "balance_was": "4",
            "amount": "4", "amount_was": "3", "as_of": "2026-11-21"}  # fmt: skip
    page = answered(client, f"{address}?{urlencode(form)}")
    assert "40 EUR" in page
    assert "No column says what was paid" in page


@pytest.mark.django_db
def test_who_is_late_leaves_as_a_list_without_live_formulas() -> None:
    client = a_manager()
    file = a_file("A-1,=SUM(한빛),2026-09-01,2026-10-01,,1200.10")
    address = client.post("/sources/look/", {"file": file})["Location"]
    response = client.get(f"{address}list/?as_of=2026-11-21")
    assert response["Content-Disposition"] == ("attachment; filename*=UTF-8''books-2026-11-21.csv")
    header, *lines = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert header[:4] == ["Customer's number", "Customer", "Currency", "Overdue"]
    assert lines == [["'=SUM(한빛)", "'=SUM(한빛)", "EUR", "1200.10", "51", "1", "0", "0", "0", ""]]


@pytest.mark.django_db
def test_rows_that_were_not_read_stand_above_an_answer_that_is_no_all_clear() -> None:
    upload = an_upload(
        a_file(
            "A-1,Alder,2026-09-01,2026-10-01,2026-09-30,1200.00",
            "A-2,Birke,2026-09-01,2026-10-01,,1,200.00",
            "A-3,Birke,2026-09-01,2026-10-01,,1,300.00",
        ),
        a_person("Boss", Role.SPONSOR).pk,
    )
    page = opened_by_owner(upload)
    assert "<b>2 of 3 rows could not be read</b>" in page
    assert "too many or too few columns (2)" in page
    assert page.index("could not be read</b>") < page.index("Who is late")
    assert "Nobody is late in the rows that were read" in page
    assert "is-go" not in page
    assert "No duplicates seen" not in page
    assert "There is no currency in the file; its amounts are taken as EUR." in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["A-1,Alder,2026-09-01,soon,,5", "A-2,Alder,2026-09-01,later,,5"], "could be read, so"),
        (["A-1,Alder,2026-09-01,2026-10-01,,1,200.00"], "None of its first rows could be read:"),
        ([""], "This file has a header and no rows"),
    ],
)
def test_where_nothing_is_understood_nothing_is_said_nor_kept(lines: list[str], said: str) -> None:
    upload = an_upload(a_file(*lines), a_person("Boss", Role.SPONSOR).pk)
    pointed_out = {"corrected": "1", "customer_name": "1", "issued": "2", "due": "3", "amount": "5"}
    page = opened_by_owner(upload, **(pointed_out if len(lines) > 1 else {}))
    assert said in page
    assert "Nobody is late" not in page
    assert "No duplicates seen" not in page
    assert "Keep as a source" not in page


@pytest.mark.django_db
def test_a_currency_that_the_page_proposed_is_none_that_somebody_said() -> None:
    upload = an_upload(
        a_file("A-1,Alder,2026-09-01,2026-10-01,,$5"), a_person("Boss", Role.SPONSOR).pk
    )
    page = opened_by_owner(upload, currency_default="USD", currency_proposed="USD")
    assert "The amounts are written with $, taken as USD." in page
    page = opened_by_owner(upload, currency_default="CAD", currency_proposed="USD")
    assert "taken as" not in page
    assert "CAD" in page


def opened_by_owner(upload: Upload, **said: str) -> str:
    client = Client()
    client.force_login(
        User.objects.get(pk=upload.owner), "django.contrib.auth.backends.ModelBackend"
    )
    address = reverse("records:look_at", args=[upload.id])
    return client.get(f"{address}?{urlencode(said)}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_leaves_totals_out_and_review_asks_about_the_twins_of_the_look() -> None:
    boss = a_person("Boss", Role.SPONSOR)
    upload = an_upload(
        a_file(
            "A-1,Müller & Söhne GmbH,2026-09-01,2026-10-01,,$5",
            "A-2,Mueller und Soehne,2026-09-01,2026-10-01,,$6",
            "A-3,가나0상사,2026-09-01,2026-10-01,,$6",
            "A-4,가나1상사,2026-09-01,2026-10-01,,$6",
            ",Total,,,,$23",
        ),
        boss.pk,
    )
    said = Said(house="EUR")
    found = answers.ask(upload, said)
    assert found.opened is not None
    assert found.answer is not None
    assert [(t.left, t.right) for t in found.answer.findings.twins] == [
        ("Müller & Söhne GmbH", "Mueller und Soehne")
    ]
    kept = keep(upload, found.opened, said, "Books", totals=found.answer.total_names, by=boss)
    run_import(upload.path, kept.source, kept.mapping, by=boss)
    kept.refresh_from_db()
    assert Rejection.objects.count() == 0
    amounts = Record.objects.order_by("key").values_list("key", "amount", "currency")
    assert list(amounts) == [
        ("A-1", 5, "USD"), ("A-2", 6, "USD"), ("A-3", 6, "USD"), ("A-4", 6, "USD")
    ]  # fmt: skip
    assert set(Profile.objects.values_list("key", flat=True)) == {
        "Müller & Söhne GmbH", "Mueller und Soehne", "가나0상사", "가나1상사"
    }  # fmt: skip
    (pair,) = Pair.objects.all()
    assert {pair.left.key, pair.right.key} == {"Müller & Söhne GmbH", "Mueller und Soehne"}


def test_what_is_open_still_is_open_today_unless_the_file_is_very_old() -> None:
    def row(issued: date, settled: date | None) -> Row:
        return Row("Hanbit", "", issued, None, settled, None, None, None, "EUR", disputed=False)

    today = date(2026, 11, 22)
    paid = row(date(2026, 5, 28), date(2026, 6, 12))
    assert default_as_of([paid], today) == date(2026, 5, 28)
    assert default_as_of([paid, row(date(2026, 5, 2), None)], today) == today
    long_ago = row(date(2013, 5, 2), None)
    assert default_as_of([long_ago], today) == date(2013, 5, 2)
