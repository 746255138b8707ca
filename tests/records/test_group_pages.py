"""The pages of rows to fix in groups: what they ask of the database, and who may."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.records.builders import a_person, a_source, the
from tests.records.files import GOOD, INVOICES, a_csv, an_import

from concord.kernel.models import Role
from concord.records.models import Mending, Rejection, RowGroup

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(role: Role = Role.SPONSOR, name: str = "Boss") -> Client:
    client = Client()
    client.force_login(a_person(name, role), "django.contrib.auth.backends.ModelBackend")
    return client


def bad(count: int, day: str = "31.02.2024") -> list[str]:
    return [f"B{n};D1;Hanbit;{day};1,00" for n in range(count)]


def group() -> RowGroup:
    return RowGroup.objects.get(waiting__gt=0)


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_group_is_opened_tried_and_mended(tmp_path: Path) -> None:
    a_source(mapping=INVOICES)
    an_import(a_csv(tmp_path, *GOOD, *bad(3)))
    boss = signed_in()
    listed = text(boss.get(reverse("records:rejections")))
    assert "“31.02.2024” is no date as expected" in listed
    assert "Correct all" in listed
    page = text(boss.get(reverse("records:row_group", args=[group().pk])))
    assert "Instead of “31.02.2024” (3)" in page
    assert "It is a date, written otherwise" not in page  # no format reads it
    said = {"kind": "replace", f"to:{group().pk}": "29.02.2024"}
    tried = text(boss.post(reverse("records:try_correction", args=[group().pk]), said))
    assert "3 of 3 can be taken up." in tried
    assert "29.02.2024" in tried
    assert "Invoice B0" in tried
    wrong = {"kind": "replace", f"to:{group().pk}": "30.02.2024"}
    assert "0 of 3 can" in text(
        boss.post(reverse("records:try_correction", args=[group().pk]), wrong)
    )
    assert Mending.objects.count() == 0
    done = boss.post(
        reverse("records:mend_group", args=[group().pk]), said | {"keep": "replace"}, follow=True
    )
    shown = text(done)
    assert "Kept in how the source is read" in shown
    assert "+opened = {column" in shown
    assert str(the("B2").opened_at) == "2024-02-29"
    put_back = reverse("records:put_back_mapping", args=[Mending.objects.get().pk])
    assert "read as before" in text(boss.post(put_back, follow=True))
    assert a_source().mapping == INVOICES


def test_rows_are_put_aside_with_a_reason_and_taken_up_again(tmp_path: Path) -> None:
    an_import(a_csv(tmp_path, *bad(2)))
    boss = signed_in()
    aside = reverse("records:dismiss_group", args=[group().pk])
    assert boss.post(aside, {"note": " "}).status_code == 422
    done = boss.post(aside, {"note": "Test rows"}, follow=True)
    assert "Test rows" in text(done)
    assert "Test rows" in text(boss.get(reverse("records:dismissed")))
    row = Rejection.objects.order_by("id")[0]
    settled = text(boss.get(reverse("records:rejection", args=[row.pk])))
    for said in ("put aside", "Boss", "Test rows", "Hanbit"):  # by whom, why, and what it is
        assert said in settled.partition("This row is settled.")[2]
    assert "2 rows were put aside." in text(
        boss.get(reverse("records:import", args=[row.imported_id]))
    )
    boss.post(reverse("records:reopen_row", args=[row.pk]))
    assert group().waiting == 1
    boss.post(reverse("records:reopen_rows", args=[Mending.objects.get().pk]))
    assert group().waiting == 2


def test_what_differs_in_each_row_of_a_column_is_corrected_at_once(tmp_path: Path) -> None:
    days = [f"B{n};D1;Hanbit;03/{n}/2026;1,00" for n in range(15, 19)]
    an_import(a_csv(tmp_path, *days, "B1;D1;Hanbit;01.03.2026;one"))
    boss = signed_in()
    first = RowGroup.objects.filter(code="date").order_by("id")[0]
    at_once = reverse("records:row_group", args=[first.pk]) + "?all=1"
    listed = text(boss.get(reverse("records:rejections")))
    assert "All 4 of this column" in listed
    assert at_once in listed
    row = text(boss.get(reverse("records:rejection", args=[first.rows.get().pk])))
    assert "In this column 4 rows are wrong for this reason." in row
    assert at_once in row
    assert "4 rows to fix" in text(boss.get(at_once))
    alone = Rejection.objects.get(code="number")
    assert "In this column" not in text(boss.get(reverse("records:rejection", args=[alone.pk])))


def test_rows_are_mended_in_a_spreadsheet_and_brought_back(tmp_path: Path) -> None:
    lines = ["B1;00417;=cmd|x;soon;1,00", "B2;00417;Hanbit;soon;2,00"]
    imported = an_import(a_csv(tmp_path, *lines))
    boss = signed_in()
    response = boss.get(reverse("records:download_rows", args=[imported.pk]))
    sheet = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert sheet.splitlines()[0] == (
        "Concord row,Line,What is wrong,Whole row,No,Debtor,Name,Date,Amount"
    )
    assert ",'=cmd|x,soon," in sheet
    # A spreadsheet drops zeros of its own accord; the person corrects one of the two dates.
    mended = sheet.replace("00417", "417").replace("soon", "01.03.2026", 1)
    mended = mended.replace(',soon,"1', ',01.03.2026,"1', 1)
    where = reverse("records:bring_rows", args=[imported.pk])
    file = SimpleUploadedFile("rows.csv", mended.encode())
    done = text(boss.post(where, {"file": file}, follow=True))
    assert "Mended in a spreadsheet" in done
    found = Mending.objects.get()
    assert (found.rows_done, found.taken_up) == (2, 1)
    assert the("B1").profile.key == "00417"
    assert the("B1").profile.data["name"] == "=cmd|x"
    other = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    assert boss.post(where, {"file": other}).status_code == 422


@pytest.mark.parametrize("name", ["rejections", "row_group", "dismissed"])
def test_more_rows_ask_no_more_of_the_database(tmp_path: Path, name: str) -> None:
    imported = an_import(a_csv(tmp_path, *bad(1), *bad(1, "no day")))
    boss = signed_in()

    def queries() -> int:
        found = RowGroup.objects.order_by("id")[0]
        where = reverse(f"records:{name}", args=[found.pk] if name == "row_group" else [])
        boss.get(where)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert boss.get(where).status_code == 200
        return len(asked)

    if name == "dismissed":
        Rejection.objects.update(resolution="dismissed", resolved_at="2026-01-01T00:00Z")
    few = queries()
    an_import(a_csv(tmp_path, *bad(20), *(bad(1, f"day {n}")[0] for n in range(20))))
    if name == "dismissed":
        Rejection.objects.update(resolution="dismissed", resolved_at="2026-01-01T00:00Z")
    assert imported.pk
    assert queries() <= few
    assert few < 16


def test_who_does_not_tend_the_source_reads_and_mends_nothing(tmp_path: Path) -> None:
    imported = an_import(a_csv(tmp_path, *bad(2)))
    carol = signed_in(Role.MANAGER, "Carol")
    pk = group().pk
    for name, argument in (
        ("row_group", pk), ("download_rows", imported.pk),
    ):  # fmt: skip
        assert carol.get(reverse(f"records:{name}", args=[argument])).status_code == 403, name
    for name, argument in (
        ("try_correction", pk), ("mend_group", pk), ("dismiss_group", pk),
        ("bring_rows", imported.pk),
    ):  # fmt: skip
        answer = carol.post(reverse(f"records:{name}", args=[argument]), {"kind": "empty"})
        assert answer.status_code == 403, name
    assert "31.02.2024" not in text(carol.get(reverse("records:rejections")))
    assert Mending.objects.count() == 0


def test_of_two_rows_on_one_key_both_are_shown_and_one_is_chosen(tmp_path: Path) -> None:
    a_source(mapping=INVOICES)
    later = "R1;D1;HANBIT;01.03.2026;99,00"
    an_import(a_csv(tmp_path, *GOOD, later))
    boss, address = signed_in(), reverse("records:row_group", args=[group().pk])
    listed = text(boss.get(reverse("records:rejections")))
    assert f'href="{address}">Say which holds</a>' in listed
    row = Rejection.objects.get()
    for url in (address, reverse("records:rejection", args=[row.pk])):
        page = " ".join(text(boss.get(url)).split())
        amount = '<tr class="differs"><th scope="row">Amount<span class="level">differs</span>'
        assert f"{amount}</th><td>1,234.5</td><td>99</td></tr>" in page
        assert "<td>Hanbit</td><td>HANBIT</td>" in page  # the customer is called otherwise, too
        assert '<tr><th scope="row">Currency</th>' in page
        assert address in page
    page = text(boss.get(address))
    assert "Which of the two rows holds?" in page
    with CaptureQueriesContext(connection) as few:
        boss.get(address)
    boss.post(reverse("records:mend_group", args=[group().pk]), {"kind": "later"})
    assert the("R1").amount == 99

    an_import(a_csv(tmp_path, *GOOD, *(f"R1;D1;Hanbit;01.03.2026;{n},00" for n in range(20))))
    with CaptureQueriesContext(connection) as many:
        page = text(boss.get(reverse("records:row_group", args=[group().pk])))
    assert page.count('<table class="compare">') == 5
    assert len(many) <= len(few) + 20  # of five rows, however many there are
