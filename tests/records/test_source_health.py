"""A source's health over time: what is remarkable is said once, with what to do, and ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.records.builders import a_person, a_source
from tests.records.files import HEADER, INVOICES, a_csv, an_import

from concord.kernel.models import Notification, Role, Source
from concord.kernel.time import now
from concord.records.importing import health
from concord.records.importing.counts import nothing
from concord.records.importing.shape import Portrait, series_of
from concord.records.models import Draft, Import, ImportShape, SourceWarning
from concord.records.queries.health import history

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owned() -> Source:
    return a_source(owner=a_person("Olga", Role.MANAGER))


def lines(count: int = 40, amount: str = "1,00", extra: str = "") -> list[str]:
    return [f"R{n};D{n};Firm {n};01.03.2026;{amount}{extra}" for n in range(count)]


def a_file(folder: Path, *rows: str, header: str = HEADER, day: int = 1) -> Import:
    path = a_csv(folder, *rows, header=header, name=f"invoices-2026-11-{day:02}.csv")
    return an_import(path, INVOICES)


def warned() -> list[tuple[str, str]]:
    open_ones = SourceWarning.objects.filter(ended_at=None).order_by("code", "column")
    return list(open_ones.values_list("code", "column"))


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("Invoices-2026-11-21.csv", "invoices"),
        ("invoices_20261121T0300 (2).csv", "invoices"),
        ("미수금 2026.11.21.xlsx", "미수금"),
        ("20261121.csv", "20261121"),
    ],
)
def test_files_of_one_export_are_one_series(name: str, series: str) -> None:
    assert series_of(name) == series


def test_a_file_is_remembered_in_a_few_numbers(tmp_path: Path) -> None:
    a_file(tmp_path, *lines(40))
    shape = ImportShape.objects.get()
    assert (shape.series, shape.sampled) == ("invoices", 40)
    assert shape.columns["Date"] == {
        "place": 3,
        "filled": 1.0,
        "kinds": {"date": 1.0},
        "distinct": 1,
    }
    assert shape.columns["Amount"]["kinds"] == {"number": 1.0}
    assert set(shape.columns) == set(HEADER.split(";"))
    assert shape.coverage == {
        "profile": {"known": 0, "missing": 0}, "invoice": {"known": 0, "missing": 0},
    }  # fmt: skip


def test_a_portrait_is_the_same_however_the_rows_come() -> None:
    from concord.records.importing.readers import Row

    rows = [Row(n, [f"v{n}", "" if n % 3 else "x"]) for n in range(3000)]
    whole, parts = Portrait(["a", "b"]), Portrait(["a", "b"])
    whole.take(rows)
    for n in range(0, 3000, 7):
        parts.take(rows[n : n + 7])
    assert whole.as_json() == parts.as_json()
    assert whole.sampled == 1_100


def test_columns_that_go_and_come_are_told_of_once(owned: Source, tmp_path: Path) -> None:
    more = f"{HEADER};Region;Kind"
    a_file(tmp_path, *lines(extra=";North;A"), header=more)
    assert warned() == []
    a_file(tmp_path, *lines(amount="2,00", extra=";North"), header=f"{HEADER};Area", day=2)
    assert warned() == [("column_gone", "Kind"), ("column_renamed", "Region")]
    renamed = SourceWarning.objects.get(code="column_renamed")
    said = health.sentence(renamed.code, renamed.detail)
    assert said == "The column “Region” seems to be called “Area” now."
    a_file(tmp_path, *lines(amount="3,00", extra=";North"), header=f"{HEADER};Area", day=3)
    assert Notification.objects.filter(user=owned.owner, kind="records.warning").count() == 2
    a_file(tmp_path, *lines(amount="4,00", extra=";North;A"), header=more, day=4)
    assert warned() == []


def test_a_column_that_empties_and_rows_that_lack(owned: Source, tmp_path: Path) -> None:
    head = f"{HEADER};Due"
    for day in (1, 2, 3):
        a_file(tmp_path, *lines(200, f"{day},00", ";01.04.2026"), header=head, day=day)
    some = [row if n >= 120 else row.removesuffix("01.04.2026")
            for n, row in enumerate(lines(160, "4,00", ";01.04.2026"))]  # fmt: skip
    a_file(tmp_path, *some, header=head, day=4)
    assert warned() == [("emptier", "Due"), ("fewer_rows", "")]
    told = {one.code: health.sentence(one.code, one.detail) for one in SourceWarning.objects.all()}
    assert told == {
        "emptier": "The column “Due” is empty in 75 % of the rows; it was 0 %.",
        "fewer_rows": "The file has 160 rows; 200 are usual.",
    }


def test_columns_that_changed_places_and_many_rows_to_fix(owned: Source, tmp_path: Path) -> None:
    head = f"{HEADER};Note;Size"
    a_file(tmp_path, *lines(extra=";words;12"), header=head)
    a_file(tmp_path, *lines(amount="x", extra=";12;words"), header=head, day=2)
    assert warned() == [
        ("more_wrong", ""),
        ("other_kind", "Amount"),
        ("other_kind", "Note"),
        ("other_kind", "Size"),
    ]
    one = SourceWarning.objects.get(column="Note")
    assert health.sentence(one.code, one.detail) == (
        "The column “Note” had words and now has numbers."
    )


def test_what_is_meant_so_is_not_said_again(owned: Source, tmp_path: Path) -> None:
    boss = a_person("Boss", Role.SPONSOR)
    a_file(tmp_path, *lines(extra=";North"), header=f"{HEADER};Region")
    a_file(tmp_path, *lines(amount="2,00"), day=2)
    [warning] = SourceWarning.objects.all()
    client = Client()
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("records:source", args=[owned.key])).content.decode()
    assert "The column “Region” has vanished." in page
    client.post(reverse("records:accept_warning", args=[warning.pk]))
    a_file(tmp_path, *lines(amount="3,00"), day=3)
    assert warned() == []
    assert SourceWarning.objects.count() == 1


def test_a_source_that_is_late_is_told_of_once(owned: Source, tmp_path: Path) -> None:
    Source.objects.filter(pk=owned.pk).update(fresh_within=timedelta(hours=24))
    a_file(tmp_path, *lines(3))
    assert health.find_late(now() + timedelta(hours=23)) == 0
    for _night in range(2):
        assert health.find_late(now() + timedelta(hours=25)) == 1
    assert warned() == [("late", "")]
    assert Notification.objects.filter(kind="records.warning").count() == 1
    a_file(tmp_path, *lines(4), day=2)
    assert warned() == []


def test_its_promise_is_shown_week_by_week(owned: Source, tmp_path: Path) -> None:
    at, rows = now(), nothing()["rows"] | {"read": 10, "rejected": 1}
    for days in (30, 23, 22, 1):
        Import.objects.create(
            source=owned, file_name="x.csv", state="done", started_at=at,
            finished_at=at - timedelta(days=days), counts={"rows": rows},
        )  # fmt: skip
    owned.fresh_within = timedelta(days=8)
    found = history(owned)
    late = sum((week.late for week in found.weeks), timedelta())
    assert late == timedelta(days=13)  # of the 21 days between the last two
    assert [bar.wrong for bar in found.bars] == [10.0] * 4
    assert found.bars[0].parts[0].tone == "stop"
    assert found.every == "7 days" or found.every == "1 week"


def test_the_page_asks_no_more_for_more_imports(owned: Source, tmp_path: Path) -> None:
    client = Client()
    boss = a_person("Boss", Role.SPONSOR)
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")

    def queries(imports: int) -> int:
        for _n in range(imports):
            Import.objects.create(
                source=owned, file_name="x.csv", state="done", by=boss, started_at=now(),
                finished_at=now(), counts=nothing(),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("records:source", args=[owned.key]))
            assert page.status_code == 200
        return len(asked)

    queries(2)
    assert queries(0) >= queries(20)


def test_the_report_of_an_import_says_what_to_look_at(
    owned: Source, tmp_path: Path, client: Client
) -> None:
    for day in (1, 2):
        a_file(tmp_path, *lines(40), day=day)
    fewer = a_file(tmp_path, *lines(30), day=3)
    client.force_login(a_person("Nora", Role.ADMINISTRATOR))
    page = client.get(reverse("records:import", args=[fewer.pk])).content.decode()
    assert "The file has 30 rows; 40 are usual." in page
    assert "See whether the export was cut off" in page


def test_a_file_whose_columns_are_others_is_asked_about(
    owned: Source, tmp_path: Path, client: Client
) -> None:
    a_file(tmp_path, *lines(4))
    owned.mapping = INVOICES
    owned.save(update_fields=["mapping"])
    client.force_login(a_person("Nora", Role.ADMINISTRATOR))
    path = a_csv(tmp_path, *lines(4), header=HEADER.replace("Amount", "Gross"), name="next.csv")
    with path.open("rb") as file:
        answer = client.post(reverse("records:source", args=[owned.key]), {"file": file})
    draft = Draft.objects.get()
    assert answer.url == reverse("records:draft", args=[draft.pk])
    assert draft.source == owned
    assert Import.objects.count() == 1
