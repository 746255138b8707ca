"""Rows to fix that are alike are mended by one correction, in batches, and it may be kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from tests.records.builders import a_person, a_source, the
from tests.records.files import GOOD, INVOICES, a_csv, an_import, rows

from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.records.importing import kept, mending, sheet
from concord.records.importing.corrections import correction_for
from concord.records.importing.mapping import parse
from concord.records.importing.replay import replay_all
from concord.records.importing.run import run_import
from concord.records.jobs import mend
from concord.records.models import (
    Import,
    MappingVersion,
    Mending,
    MendingState,
    Record,
    Rejection,
    RowGroup,
)

pytestmark = pytest.mark.django_db(transaction=True)

COUNTRIES = INVOICES.replace(
    'name = "Name"', 'name = "Name"\ncountry = { column = "Land", values = { KOR = "KR" } }'
)
LAND = "No;Debtor;Name;Date;Amount;Land"


@pytest.fixture
def boss() -> User:
    return a_person("Boss", Role.SPONSOR)


def groups() -> dict[tuple[str, str, str | None], int]:
    return {
        (one.code, one.column, one.value): one.waiting
        for one in RowGroup.objects.filter(waiting__gt=0)
    }


def the_group(value: str | None = None, code: str = "date") -> RowGroup:
    return RowGroup.objects.select_related("imported__source").get(code=code, value=value)


def mended(by: User, group: RowGroup, kind: str, keep: bool = False, **said: object) -> Mending:
    mapping = parse(group.imported.mapping)
    found = correction_for(kind, group.column, mapping, code=group.code, **said)  # type: ignore[arg-type]
    return mending.finish(mending.begin(by, [group], found, keep=keep))


def days(*said: str) -> list[str]:
    return [f"R{n};D1;Hanbit;{day};1,00" for n, day in enumerate(said, start=10)]


def test_the_worker_has_what_was_begun_whatever_becomes_of_the_page(
    boss: User, tmp_path: Path
) -> None:
    an_import(a_csv(tmp_path, *GOOD, *days("31.02.2024")))
    found = correction_for("replace", "Date", parse(INVOICES), code="date",
                           table={"31.02.2024": "29.02.2024"})  # fmt: skip
    begun = mending.begin(boss, [the_group("31.02.2024")], found)  # the page is killed here
    jobs = ProcrastinateJob.objects.filter(task_name="records.mend")
    job = jobs.filter(args={"mending_id": begun.pk}).latest("id")  # numbers start again in tests
    mend.func(**job.args)
    mend.func(**job.args)  # and the page did it after all
    begun.refresh_from_db()
    assert (begun.state, begun.taken_up) == (MendingState.DONE, 1)
    assert the("R10").opened_at == date(2024, 2, 29)


def test_rows_that_are_alike_stand_together_and_are_counted(tmp_path: Path) -> None:
    an_import(a_csv(tmp_path, *GOOD, *days("31.02.2024", "31.02.2024", "soon"), "R9;;X;;1"))
    assert groups() == {
        ("date", "Date", "31.02.2024"): 2,
        ("date", "Date", "soon"): 1,
        ("missing", "Debtor", ""): 1,
    }
    Rejection.objects.filter(value="soon").update(resolved_at="2026-01-01T00:00Z")
    assert ("date", "Date", "soon") not in groups()
    Rejection.objects.filter(value="31.02.2024").delete()
    assert groups() == {("missing", "Debtor", ""): 1}


def test_values_that_never_repeat_fill_no_list(tmp_path: Path) -> None:
    an_import(a_csv(tmp_path, *days(*(f"day {n}" for n in range(150)))))
    found = groups()
    assert len(found) == 101
    assert found["date", "Date", None] == 50


def test_a_value_is_replaced_in_all_rows_alike(boss: User, tmp_path: Path) -> None:
    imported = an_import(a_csv(tmp_path, *GOOD, *days("31.02.2024", "31.02.2024", "soon")))
    done = mended(boss, the_group("31.02.2024"), "replace", table={"31.02.2024": "29.02.2024"})
    assert (done.state, done.rows_done, done.taken_up) == (MendingState.DONE, 2, 2)
    assert the("R10").opened_at == the("R11").opened_at == date(2024, 2, 29)
    imported.refresh_from_db()
    assert rows(imported) == {"read": 5, "created": 4, "rejected": 1}
    assert groups() == {("date", "Date", "soon"): 1}
    with pytest.raises(Problem, match="mended or dismissed already"):
        mended(boss, the_group("31.02.2024"), "replace", table={"31.02.2024": "x"})


def test_a_format_is_read_and_what_is_still_wrong_stays_with_its_reason(
    boss: User, tmp_path: Path
) -> None:
    lines = [*days("12/31/2025"), "R20;D1;Hanbit;12/31/2025;x", "R21;D1;Hanbit;31.12.2025;1,00"]
    imported = an_import(a_csv(tmp_path, *lines))
    done = mended(boss, the_group("12/31/2025"), "date", text="%m/%d/%Y")
    assert (done.rows_done, done.taken_up, done.still_wrong) == (2, 1, 1)
    assert the("R10").opened_at == date(2025, 12, 31)
    left = Rejection.objects.get(resolved_at=None)
    assert (left.code, left.column, left.raw["Date"]) == ("number", "Amount", "31.12.2025")
    assert groups() == {("number", "Amount", "x"): 1}
    done = mended(boss, the_group("x", "number"), "replace", table={"x": "7,00"})
    assert (done.taken_up, the("R20").amount) == (1, Decimal(7))
    imported.refresh_from_db()
    assert rows(imported) == {"read": 3, "created": 3}


@pytest.mark.parametrize(
    ("line", "code", "kind", "said", "field", "found"),
    [
        ("R3;D1;H;01.03.2026;1,234.50", "number", "number", {"text": "1,234.56"},
         "amount", Decimal("1234.5")),
        ("R3;D1;H;01.03.2026;5,00 pc", "number", "strip", {"text": " pc"}, "amount", Decimal(5)),
        ("R3;D1;H;soon;5,00", "date", "empty", {}, "opened_at", None),
        ("R3;;H;01.03.2026;5,00", "missing", "fill", {"text": "D7"}, "amount", Decimal(5)),
    ],
)  # fmt: skip
def test_each_correction_makes_the_row_readable(
    boss: User, tmp_path: Path, line: str, code: str, kind: str, said: dict[str, str],
    field: str, found: object,
) -> None:  # fmt: skip
    an_import(a_csv(tmp_path, line))
    group = RowGroup.objects.select_related("imported__source").get(code=code)
    assert mended(boss, group, kind, **said).taken_up == 1
    assert getattr(the("R3"), field) == found


def test_a_row_taken_without_a_cell_keeps_what_was_known(boss: User, tmp_path: Path) -> None:
    an_import(a_csv(tmp_path, *GOOD))
    an_import(a_csv(tmp_path, "R1;D1;Hanbit;soon;99,00"))
    assert mended(boss, the_group("soon"), "without").taken_up == 1
    assert (the("R1").opened_at, the("R1").amount) == (date(2026, 3, 1), Decimal(99))


def test_of_two_rows_on_one_key_a_person_says_which_holds(boss: User, tmp_path: Path) -> None:
    again = "R1;D1;Hanbit;01.03.2026;77,00"
    an_import(a_csv(tmp_path, *GOOD, again))
    assert mended(boss, the_group(code="repeated"), "first").taken_up == 1
    assert the("R1").amount == Decimal("1234.5")
    assert Rejection.objects.get().resolution == "dismissed"
    an_import(a_csv(tmp_path, *GOOD, again, "R1;D1;Hanbit;01.03.2026;78,00"))
    later = RowGroup.objects.select_related("imported__source").get(code="repeated", waiting=1)
    assert mended(boss, later, "later").taken_up == 1
    assert the("R1").amount == 78
    assert Rejection.objects.filter(resolution="dismissed").count() == 2  # the other, as before


def test_a_row_that_says_otherwise_never_holds_because_all_are_taken_up_again(
    boss: User, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    imported = an_import(a_csv(tmp_path, *GOOD, "R1;D1;Hanbit;01.03.2026;77,00"))
    assert replay_all(imported, boss) == {"replayed": 0, "still to fix": 1}
    path = tmp_path / "again.csv"
    path.write_text("".join(sheet.written(Rejection.objects.all())), encoding="utf-8")
    brought = mending.finish(mending.from_sheet(boss, imported, kept.keep(path, path.name), 1))
    assert (brought.taken_up, brought.still_wrong) == (0, 1)
    assert the("R1").amount == Decimal("1234.5")
    assert the_group(code="repeated", value=None).waiting == 1
    by_amount = INVOICES.replace('key = "No"', 'key = { template = "{No} {Amount}" }')
    assert replay_all(imported, boss, by_amount) == {"replayed": 1, "still to fix": 0}
    assert the("R1 77,00").amount == 77


def test_a_word_is_added_to_what_the_mapping_translates_and_kept(
    boss: User, tmp_path: Path
) -> None:
    source = a_source(mapping=COUNTRIES)
    imported = an_import(a_csv(tmp_path, "R1;D1;H;;1;Südkorea", "R2;D2;H;;2;Südkorea", header=LAND),
                         COUNTRIES)  # fmt: skip
    done = mended(boss, the_group("Südkorea", "not_translated"), "replace", keep=True,
                  table={"Südkorea": "KR"})  # fmt: skip
    assert done.taken_up == 2
    source.refresh_from_db()
    assert source.mapping == COUNTRIES.replace('KOR = "KR" }', 'KOR = "KR", "Südkorea" = "KR"}')
    assert (done.mapping_before, done.mapping_after) == (COUNTRIES, source.mapping)
    assert [one.text for one in MappingVersion.objects.order_by("id")] == [
        COUNTRIES,
        source.mapping,
    ]
    tomorrow = run_import(
        a_csv(tmp_path, "R3;D3;H;;1;Südkorea", header=LAND), source, source.mapping
    )
    assert rows(tomorrow) == {"read": 1, "created": 1}
    mending.put_back(done, boss)
    source.refresh_from_db()
    assert source.mapping == COUNTRIES
    assert Record.objects.filter(import_id=imported.pk, withdrawn_at=None).count() == 2
    with pytest.raises(Problem, match="changed since"):
        mending.put_back(done, boss)


def test_a_kept_format_reads_both_ways_of_writing(boss: User, tmp_path: Path) -> None:
    source = a_source(mapping=INVOICES)
    an_import(a_csv(tmp_path, *GOOD, *days("12/31/2025")))
    mended(boss, the_group("12/31/2025"), "date", keep=True, text="%m/%d/%Y")
    source.refresh_from_db()
    assert 'opened = {column = "Date", date = ["%d.%m.%Y", "%m/%d/%Y"]}' in source.mapping
    tomorrow = run_import(
        a_csv(tmp_path, "R30;D1;H;12/30/2025;1,00", "R31;D1;H;29.12.2025;1,00"),
        source, source.mapping,
    )  # fmt: skip
    assert rows(tomorrow) == {"read": 2, "created": 2}


def test_what_was_dismissed_with_a_reason_is_taken_up_after_all(boss: User, tmp_path: Path) -> None:
    an_import(a_csv(tmp_path, *days("soon", "soon")))
    group = the_group("soon")
    found = correction_for("dismiss", "Date", parse(INVOICES))
    mending.finish(mending.begin(boss, [group], found, note="Test data of the vendor"))
    row = Rejection.objects.order_by("id")[0]
    assert (row.resolution, row.note, row.resolved_by) == (
        "dismissed", "Test data of the vendor", boss,
    )  # fmt: skip
    group.refresh_from_db()
    assert (group.waiting, group.dismissed) == (0, 2)
    found = correction_for("reopen", "Date", parse(INVOICES))
    assert mending.finish(mending.begin(boss, [group], found)).rows_done == 2
    group.refresh_from_db()
    assert (group.waiting, group.dismissed) == (2, 0)


def test_a_killed_mending_goes_on_and_takes_no_row_twice(
    boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = an_import(a_csv(tmp_path, *days(*["31.02.2024"] * 7)))
    monkeypatch.setattr(mending, "REPLAY_BATCH", 2)
    group = the_group("31.02.2024")
    found = correction_for("replace", "Date", parse(INVOICES), table={"31.02.2024": "01.03.2024"})
    begun = mending.begin(boss, [group], found)

    class Killed(BaseException):
        pass

    def killed(done: int, total: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        mending.finish(begun, killed)
    begun.refresh_from_db()
    assert (begun.state, begun.rows_done, begun.taken_up) == (MendingState.RUNNING, 4, 4)
    assert (group.waiting, groups()["date", "Date", "31.02.2024"]) == (7, 3)
    done = mending.finish(begun)
    assert (done.state, done.rows_done, done.taken_up) == (MendingState.DONE, 7, 7)
    imported = Import.objects.get()
    assert rows(imported) == {"read": 7, "created": 7}
    assert imported.counts["records"] == {"created": 7}


def test_one_that_was_stopped_goes_on(
    boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_import(a_csv(tmp_path, *days(*["31.02.2024"] * 5)))
    monkeypatch.setattr(mending, "REPLAY_BATCH", 2)
    found = correction_for("empty", "Date", parse(INVOICES))
    begun = mending.begin(boss, [the_group("31.02.2024")], found)
    done = mending.finish(begun, lambda _done, _total: mending.stop(begun, boss) and None)
    assert (done.state, done.rows_done) == (MendingState.STOPPED, 2)
    assert mending.resume(begun, boss)
    begun.refresh_from_db()
    assert (begun.state, begun.rows_done) == (MendingState.DONE, 5)
    assert not mending.resume(begun, boss)


def test_a_mended_spreadsheet_is_read_once_and_again_after_a_stop(
    boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(mending, "REPLAY_BATCH", 2)
    read: list[int] = []

    def reading(imported: Import, path: Path, skip: int = 0) -> Iterator[sheet.SheetRow]:
        read.append(skip)
        return mended_rows(imported, path, skip)

    mended_rows = sheet.mended_rows
    monkeypatch.setattr(sheet, "mended_rows", reading)
    imported = an_import(a_csv(tmp_path, *days(*["31.02.2024"] * 7)))
    brought = "".join(sheet.written(imported.rejections.order_by("id")))
    corrected = brought.replace(",31.02.2024,", ",29.02.2024,")
    name = kept.keep([corrected.encode()], "rows.csv")
    begun = mending.from_sheet(boss, imported, name, 7)

    def stopped(done: int, _of: int) -> None:
        if done == 4:
            mending.stop(begun, boss)

    assert mending.finish(begun, stopped).taken_up == 4
    assert read == [0]
    mending.resume(begun, boss)
    assert (begun.state, begun.rows_done, begun.taken_up) == (MendingState.DONE, 7, 7)
    assert read == [0, 4]
    assert Record.objects.filter(opened_at=date(2024, 2, 29)).count() == 7


def test_nothing_is_mended_of_an_import_that_was_undone(boss: User, tmp_path: Path) -> None:
    from concord.records.importing.undo import undo_import

    imported = an_import(a_csv(tmp_path, *GOOD, *days("soon")))
    group = the_group("soon")
    undo_import(imported, boss)
    assert groups() == {}
    group = the_group("soon")
    with pytest.raises(Problem, match="has been undone"):
        mended(boss, group, "empty")
