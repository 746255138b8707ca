"""A dry run says exactly what the import does, and touches nothing that anybody else sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.records.builders import a_source
from tests.records.files import INVOICES, a_csv, an_import

from concord.customers.actions.profiles import stubs
from concord.customers.models import Customer, Membership, Profile
from concord.customers.rows import fetch, run
from concord.kernel.models import Source
from concord.records.importing import batches, overlay
from concord.records.importing.rehearsal import Rehearsed, rehearse
from concord.records.importing.run import open_mapped, run_import
from concord.records.importing.steady import Steady
from concord.records.models import Import, Record, RecordLine, Rejection, WaitingPart

pytestmark = pytest.mark.django_db(transaction=True)

PARTIAL = INVOICES.replace('key = "Debtor"\n', 'key = "Debtor"\npartial = true\n', 1)
LINES = """\
[[record]]
when = { column = "Kind", in = ["O"] }
type = "order"
key = "No"
profile = "Customer"
parent = { type = "deal", column = "Parent" }

[[record]]
when = { column = "Kind", in = ["D"] }
type = "deal"
key = "No"
profile = "Customer"

[[line]]
when = { column = "Kind", in = ["L"] }
record = { type = "order", column = "No" }
key = "Pos"
product = "Item"

[[link]]
when = { column = "Kind", in = ["K"] }
from = { type = "order", column = "No" }
role = "follows"
to = { type = "order", column = "Parent" }

[[relationship]]
when = { column = "Kind", in = ["R"] }
from = "Customer"
kind = "works_at"
to = "Parent"
"""
LINES_HEADER = "Kind;No;Customer;Parent;Pos;Item"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SIZE", 2)


def a_rehearsal(path: Path, mapping: str = INVOICES, source: Source | None = None) -> Rehearsed:
    parsed, table = open_mapped(path, mapping)
    return rehearse(path, source or a_source(), parsed, table, file=Steady.of(path))


def everything() -> list[int]:
    models = (Customer, Membership, Profile, Import, Record, RecordLine, Rejection, WaitingPart)
    return [model.objects.count() for model in models]


def test_the_counts_are_those_of_the_import_whatever_came_before(tmp_path: Path) -> None:
    first = a_csv(
        tmp_path,
        "R1;D1;Hanbit;01.03.2026;1.234,50",
        "R2;D1;Hanbit;02.03.2026;10,00",
        "R3;D2;Daehan;bad;1,00",
        "R4;D3;Orion;03.03.2026;5,00",
        "R1;D1;Hanbit;01.03.2026;1.234,50",  # again, in a later batch
        "R2;D1;Hanbit;02.03.2026;11,00",  # another word on it
        "R5;D1;Hanbit Precision;02.03.2026;1,00",
        "R6;;Nobody;02.03.2026;1,00",
    )
    second = a_csv(
        tmp_path,
        "R1;D1;Hanbit;01.03.2026;1.234,50",
        "R2;D1;Hanbit;02.03.2026;12,00",
        "R7;D3;Orion AG;02.03.2026;12,00",
        "R8;D9;Neu;02.03.2026;12,00",
        name="later.csv",
    )
    for path in (first, second, first):
        before = everything()
        tried = a_rehearsal(path)
        assert everything() == before
        done = an_import(path)
        assert tried.counts == done.counts
        assert tried.reasons == {
            code: done.rejections.filter(code=code).count()
            for code in set(done.rejections.values_list("code", flat=True))
        }
    assert Source.objects.get().last_spoke_at is not None


def test_what_waits_for_its_record_and_what_arrives_count_as_in_the_import(tmp_path: Path) -> None:
    early = a_csv(
        tmp_path,
        "L;A1;;;1;Spindle", "O;A1;C1;B1;;", "L;A1;;;2;Gauge", "D;B1;C1;;;", "L;A1;;;1;Spindle",
        "L;A2;;;1;Chuck", "K;A1;;A2;;", "R;P1;P1;C1;;", "R;P1;P1;C1;;",
        header=LINES_HEADER, name="early.csv",
    )  # fmt: skip
    late = a_csv(
        tmp_path, "L;A2;;;1;Chuck", "O;A2;C2;;;", "L;A2;;;1;Chuck", "L;A1;;;2;Gauge II",
        "K;A1;;A2;;", header=LINES_HEADER, name="late.csv",
    )  # fmt: skip
    for path in (early, late, early):
        before = everything()
        tried = a_rehearsal(path, LINES)
        assert everything() == before
        assert tried.counts == an_import(path, LINES).counts
    assert WaitingPart.objects.count() == 0


def test_a_customer_of_whom_each_row_says_a_part_changes_as_in_the_import(tmp_path: Path) -> None:
    path = tmp_path / "parts.csv"
    mapping = """
[defaults]
empty = "not said"
[[profile]]
key = "No"
partial = true
[profile.set]
name = "Name"
city = "City"
phones = ["Phone"]
"""
    path.write_text("No,Name,City,Phone\n1,Hanbit,,\n2,Orion,,\n1,,Seoul,\n3,Neu,,\n1,,,02 123\n")
    for _again in range(2):
        tried = a_rehearsal(path, mapping)
        assert tried.counts == an_import(path, mapping).counts
    assert tried.counts["rows"]["unchanged"] == 5
    changed = path.with_name("changed.csv")
    changed.write_text("No,Name,City,Phone\n1,,Busan,\n")
    tried = a_rehearsal(changed, mapping)
    assert tried.changed == [
        {
            "what": "organisation",
            "key": "1",
            "name": "Hanbit",
            "values": [["city", "Seoul", "Busan"]],
        }
    ]


def test_who_would_be_joined_is_said_and_nobody_is(tmp_path: Path) -> None:
    mapping = (
        '[[profile]]\nkey = "No"\n[profile.set]\nname = "Name"\ntax_id = "Tax"\n'
        'country = { value = "KR" }\n'
    )
    known = tmp_path / "known.csv"
    known.write_text("No,Name,Tax\nA,Hanbit Precision Co. Ltd,120-81-47521\n")
    run_import(known, a_source("erp"), mapping)
    path = tmp_path / "new.csv"
    path.write_text("No,Name,Tax\n1,Hanbit Precision,120-81-47521\n2,Orion Optics,\n")
    before = everything()
    tried = a_rehearsal(path, mapping)
    assert everything() == before
    assert (tried.joined, tried.matched, tried.to_match) == (1, 2, 2)
    [together] = [one for one in tried.together if one.is_sure]
    assert (together.name, together.other_source) == ("Hanbit Precision", "erp")
    assert together.customer == Customer.objects.get().pk
    run_import(path, a_source(), mapping)
    assert Customer.objects.filter(merged_into=None).count() == 2


def test_a_source_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "R1;D1;Hanbit;01.03.2026;1.234,50")
    tried = a_rehearsal(path, source=Source(key="new", words={"en": "New"}))
    assert tried.counts["rows"]["created"] == 1
    assert not Source.objects.exists()


def test_another_import_of_the_source_goes_on_meanwhile(tmp_path: Path) -> None:
    path = a_csv(tmp_path, *(f"R{n};D{n};Hanbit;01.03.2026;1,00" for n in range(6)))
    other = a_csv(tmp_path, "X1;E1;Other;01.03.2026;1,00", "R1;D1;Hanbit;01.03.2026;1,00",
                  name="other.csv")  # fmt: skip
    imports: list[Import] = []

    def import_the_other() -> None:
        try:
            imports.append(an_import(other))
        finally:
            connection.close()

    def once_a_batch_is_done(done: int, _total: int | None) -> None:
        if done == 2:
            with ThreadPoolExecutor(1) as beside:
                beside.submit(import_the_other).result(timeout=20)

    parsed, table = open_mapped(path, INVOICES)
    tried = rehearse(
        path, a_source(), parsed, table, progress=once_a_batch_is_done, file=Steady.of(path)
    )
    assert imports[0].counts["rows"]["created"] == 2
    assert tried.counts["rows"]["created"] == 6


def test_it_can_be_stopped_and_leaves_no_table_of_its_own(tmp_path: Path) -> None:
    path = a_csv(tmp_path, *(f"R{n};D{n};Hanbit;01.03.2026;1,00" for n in range(6)))
    parsed, table = open_mapped(path, INVOICES)
    asked = iter([True, False])
    tried = rehearse(
        path, a_source(), parsed, table, go_on=lambda: next(asked), file=Steady.of(path)
    )
    assert (tried.finished, tried.counts["rows"]["read"]) == (False, 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.records_record')")
        assert cursor.fetchone()[0] is None


def test_within_a_transaction_it_sees_what_the_transaction_has_done(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "R1;D1;Hanbit;01.03.2026;1.234,50")
    with transaction.atomic():
        tried = a_rehearsal(path, source=a_source("unseen"))
        assert tried.counts["rows"]["created"] == 1
        assert not Record.objects.exists()


def test_a_dry_run_that_would_write_to_a_real_table_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_csv(tmp_path, "R1;D1;Hanbit;01.03.2026;1.234,50")
    source = a_source()
    monkeypatch.setattr(
        overlay, "TABLES", tuple(name for name in overlay.TABLES if name != "records_rejection")
    )
    bad = a_csv(tmp_path, "R1;D1;Hanbit;bad;1.234,50", name="bad.csv")
    with pytest.raises(AssertionError, match="records_rejection"):
        a_rehearsal(bad, source=source)
    del path
    assert not Rejection.objects.exists()


def test_within_a_transaction_no_statement_planned_before_writes_to_the_real_tables() -> None:
    source = a_source("books")
    with transaction.atomic():
        run("CREATE TEMP TABLE said (n int) ON COMMIT DROP")  # as any batch of an import
        for n in range(8):  # a plan is kept from the sixth time on
            stubs(source, [f"real-{n}"])
        with overlay.laid():
            stubs(source, ["tried"])
            found = fetch("SELECT count(*) FROM pg_temp.customers_profile WHERE key = 'tried'")
            assert found == [(1,)]
        stubs(source, ["real"])
    keys = set(Profile.objects.filter(source=source).values_list("key", flat=True))
    assert keys == {*(f"real-{n}" for n in range(8)), "real"}
