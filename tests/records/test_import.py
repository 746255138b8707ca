import os
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.records.builders import a_person, a_source, the
from tests.records.files import GOOD, HEADER, INVOICES, a_csv, an_import, rows

from concord.customers.models import Customer, Profile
from concord.kernel.errors import Problem
from concord.kernel.models import Source, Unit
from concord.records.importing import batches
from concord.records.importing.counts import adds_up
from concord.records.importing.run import run_import, stop_import
from concord.records.importing.turns import RUNNING, running
from concord.records.models import Import, Record, Rejection

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_gives_customers_and_records_with_true_counts(tmp_path):
    done = an_import(a_csv(tmp_path, *GOOD))

    assert (done.state, done.rows_done, done.rows_total) == ("done", 2, 2)
    assert rows(done) == {"read": 2, "created": 2}
    assert done.counts["profiles"] == {"created": 1, "unchanged": 1} or done.counts["profiles"] == {
        "created": 1
    }
    assert done.counts["records"] == {"created": 2}
    assert the("R1").amount == Decimal("1234.5")
    assert Customer.objects.get().name == "Hanbit"
    assert Profile.objects.get().matched_at is not None
    assert Source.objects.get().last_spoke_at == done.finished_at


def test_the_same_file_again_changes_nothing_and_a_changed_one_only_what_it_changes(tmp_path):
    an_import(a_csv(tmp_path, *GOOD))
    again = an_import(a_csv(tmp_path, *GOOD))
    assert rows(again) == {"read": 2, "unchanged": 2}

    changed = an_import(a_csv(tmp_path, GOOD[0], GOOD[1].replace("10,00", "11,00")))
    assert rows(changed) == {"read": 2, "changed": 1, "unchanged": 1}
    assert the("R2").amount == 11


def test_bad_rows_are_kept_with_place_reason_and_mend_and_the_good_ones_come_in(tmp_path):
    bad = [
        "R3;D2;Daehan;31.02.2026;1,00",
        "R4;D2;Daehan;01.03.2026;1.00.0",
        "R5;;Daehan;01.03.2026;1,00",
        "R6;D2;Daehan",
        '"R7";D2;"never closed',
    ]
    done = an_import(a_csv(tmp_path, *GOOD, *bad))

    assert rows(done) == {"read": 7, "created": 2, "rejected": 5}
    assert adds_up(done.counts)
    found = list(Rejection.objects.order_by("line").values_list("line", "code", "column", "value"))
    assert found == [
        (4, "date", "Date", "31.02.2026"),
        (5, "number", "Amount", "1.00.0"),
        (6, "missing", "Debtor", ""),
        (7, "ragged", "", ""),
        (8, "open_quote", "", ""),
    ]
    first = Rejection.objects.order_by("line").first()
    assert first.reason == "“31.02.2026” is no date as expected (like 31.12.2026)."
    assert first.mend == "Correct it, or add its format to the mapping."
    assert first.raw == {
        "No": "R3",
        "Debtor": "D2",
        "Name": "Daehan",
        "Date": "31.02.2026",
        "Amount": "1,00",
    }
    assert Rejection.objects.order_by("line").last().raw == {"": '"R7";D2;"never closed'}
    assert not Profile.objects.filter(key="D2").exists()  # nothing of a bad row came in


def test_a_key_with_two_contents_in_one_file_is_to_be_fixed_not_flipped(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 2)
    lines = [*GOOD, "R1;D1;Hanbit;01.03.2026;99,00", GOOD[1], "R8;D1;Other;01.03.2026;1,00"]

    done = an_import(a_csv(tmp_path, *lines))

    assert rows(done) == {"read": 5, "created": 2, "unchanged": 1, "rejected": 2}
    reasons = list(Rejection.objects.order_by("line").values_list("line", "code", "value"))
    assert reasons == [(4, "repeated", "invoice R1"), (6, "repeated", "customer D1")]
    assert rows(an_import(a_csv(tmp_path, *lines))) == {"read": 5, "unchanged": 3, "rejected": 2}


def test_the_first_of_several_words_on_a_customer_may_hold(tmp_path):
    mapping = INVOICES.replace('key = "Debtor"\n', 'key = "Debtor"\nrepeated = "first"\n', 1)
    lines = [GOOD[0], "R2;D1;HANBIT;02.03.2026;1,00"]

    assert rows(an_import(a_csv(tmp_path, *lines), mapping)) == {"read": 2, "created": 2}
    assert rows(an_import(a_csv(tmp_path, *lines), mapping)) == {"read": 2, "unchanged": 2}
    assert Profile.objects.get().data["name"] == "Hanbit"


def test_a_bad_row_that_comes_again_waits_once(tmp_path):
    lines = [*GOOD, "R3;D2;Daehan;bad;1,00"]
    an_import(a_csv(tmp_path, *lines))
    an_import(a_csv(tmp_path, *lines, "R9;D1;Hanbit;01.03.2026;1,00"))

    assert Rejection.objects.count() == 2
    assert Rejection.objects.get(resolved_at=None).imported_id == Import.objects.first().pk
    assert Rejection.objects.exclude(resolved_at=None).get().resolution == "came again"


def test_rows_for_no_block_are_skipped(tmp_path):
    mapping = INVOICES.replace(
        "[[record]]\n", '[[record]]\nwhen = { column = "Name", not_in = ["Test"] }\n'
    ).replace("[[profile]]\n", '[[profile]]\nwhen = { column = "Name", not_in = ["Test"] }\n')
    done = an_import(a_csv(tmp_path, *GOOD, "R3;D9;Test;x;y"), mapping)
    assert rows(done) == {"read": 3, "created": 2, "skipped": 1}


def test_a_dry_run_says_the_same_and_leaves_nothing(tmp_path):
    path = a_csv(tmp_path, *GOOD, "R3;D2;Daehan;bad;1,00")
    tried = an_import(path, dry_run=True)

    assert (Import.objects.count(), Record.objects.count(), Profile.objects.count()) == (0, 0, 0)
    assert (Rejection.objects.count(), Source.objects.get().last_spoke_at) == (0, None)
    assert [one.line for one in tried.dry_rows] == [4]
    assert tried.counts == an_import(path).counts


@pytest.mark.parametrize(
    ("mapping", "header", "message"),
    [
        (INVOICES.replace('"Debtor"', '"Debitor"'), HEADER, "no column “Debitor”"),
        (INVOICES.replace("invoice", "invoyce"), HEADER, "no record type"),
        (INVOICES, "", "no header"),
    ],
)
def test_a_file_that_cannot_be_imported_leaves_a_failed_import(tmp_path, mapping, header, message):
    path = a_csv(tmp_path, *GOOD if header else [], header=header)
    with pytest.raises(Problem, match=message):
        an_import(path, mapping)

    failed = Import.objects.get()
    assert failed.state == "failed"
    assert message in failed.problem
    assert Record.objects.count() == 0


def test_did_you_mean(tmp_path):
    with pytest.raises(Problem) as caught:
        an_import(a_csv(tmp_path, *GOOD), INVOICES.replace('"Debtor"', '"Debitor"'))
    assert caught.value.mend.startswith("Did you mean “Debtor”?")


def test_units_owners_currencies_and_what_is_not_said(tmp_path):
    unit = Unit.objects.create(key="gauges", words={"en": "Gauges"})
    alice = a_person("Alice")
    mapping = (
        '[defaults]\nempty = "not said"\ncurrency = "KRW"\n'
        'unit = { column = "BU", values = { G = "gauges", X = "nowhere" } }\n'
        '[[record]]\ntype = "deal"\nkey = "No"\nprofile = "Cust"\nopened = "Day"\n'
        'amount = "Sum"\nowner = "Owner"\nsubject = "Title"\n'
        '[record.set]\nproduct = "Product"\n'
    )
    header = "No,Cust,Day,Sum,Owner,Title,Product,BU"
    path = a_csv(
        tmp_path,
        "1,C1,2026-03-01,5,alice,Deal,G200,G",
        "2,C1,,,Zoe,,,",
        "3,C1,,,,,,X",
        header=header,
    )
    done = an_import(path, mapping)
    assert rows(done) == {"read": 3, "created": 2, "rejected": 1}
    one, two = the("1", "deal"), the("2", "deal")
    assert (one.unit, one.owner, one.currency, one.amount) == (unit, alice, "KRW", 5)
    assert (two.unit, two.owner, two.data) == (None, None, {"owner_as_said": "Zoe"})

    an_import(a_csv(tmp_path, "1,C1,,,,,,G", header=header), mapping)
    again = the("1", "deal")
    assert (again.subject, again.amount, again.currency, again.owner) == ("Deal", 5, "KRW", alice)
    assert again.data == {"product": "G200"}


def test_a_lone_surrogate_in_json_is_a_row_to_fix(tmp_path):
    path = tmp_path / "notes.jsonl"
    path.write_text('{"id": "1", "c": "C1", "t": "\\ud800"}\n{"id": "2", "c": "C1", "t": "x"}\n')
    mapping = '[[record]]\ntype = "note"\nkey = "id"\nprofile = "c"\n[record.set]\ntext = "t"\n'
    done = an_import(path, mapping)
    assert rows(done) == {"read": 2, "created": 1, "rejected": 1}
    assert Rejection.objects.get().code == "refused"
    assert the("2", "note").data == {"text": "x"}


def test_a_stopped_import_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 10)
    lines = [f"R{n};D{n % 7};Firm {n % 7};01.03.2026;{n},00" for n in range(95)]
    lines[40] = "R40;D5;Firm 5;bad;1,00"
    path = a_csv(tmp_path, *lines)

    def stop(done, total):
        if done == 50:
            assert stop_import(Import.objects.get(), None)

    stopped = an_import(path, progress=stop)
    assert (stopped.state, stopped.rows_done, rows(stopped)["read"]) == ("stopped", 50, 50)

    done = an_import(path)
    assert (done.pk, done.state, done.rows_done) == (stopped.pk, "done", 95)
    assert rows(done) == {"read": 95, "created": 94, "rejected": 1}
    assert (Record.objects.count(), Rejection.objects.count()) == (94, 1)


def test_what_was_said_before_the_stop_is_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 1)
    path = a_csv(tmp_path, *GOOD, "R1;D1;Hanbit;01.03.2026;99,00")

    an_import(path, progress=lambda done, _: stop_import(Import.objects.get(), None))
    done = an_import(path)

    assert rows(done) == {"read": 3, "created": 2, "rejected": 1}


def test_one_import_is_run_by_one_process(tmp_path):
    path = a_csv(tmp_path, *GOOD)
    imported = an_import(path)
    Import.objects.update(state="running", rows_done=0)
    held, go = threading.Event(), threading.Event()

    def other():
        with running(imported):
            held.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert held.wait(10)
        assert is_running(imported)
        with pytest.raises(Problem) as caught:
            an_import(path)
        assert caught.value.code == "running"
        assert Import.objects.get().state == "running"
    finally:
        go.set()
        thread.join()
    assert not is_running(imported)


def is_running(imported):
    """Whether a process is at it now; a killed one leaves the state as running."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND objid = %s AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [RUNNING, imported.pk],
        )
        return bool(cursor.fetchone()[0])


KILLED = """
import os, sys
from pathlib import Path
import django
from django.conf import settings
from concord.config import settings as _
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
settings.DATABASES["default"] |= {address!r}
settings.DATABASES["default"]["OPTIONS"] = {{}}
django.setup()
from concord.kernel.models import Source
from concord.records.importing import batches
from concord.records.importing.run import run_import
batches.SIZE = 200
def progress(done, total):
    print(done, flush=True)
run_import(Path({path!r}), Source.objects.get(key="accounting"), {mapping!r}, progress=progress)
"""


def test_a_killed_import_resumes_with_nothing_twice_and_nothing_lost(tmp_path):
    lines = [f"R{n};D{n % 400};Firm {n % 400};01.03.2026;{n},00" for n in range(4000)]
    for n in range(0, 4000, 500):
        lines[n] = f"R{n};D1;;bad;1,00"
    path = a_csv(tmp_path, *lines)
    a_source()
    address = {
        key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    }
    program = KILLED.format(address=address, path=str(path), mapping=INVOICES)
    env = os.environ | {"PYTHONPATH": str(Path(settings.BASE).parent), "PYTHONUNBUFFERED": "1"}
    for kills in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, env=env, text=True
        )
        said = [process.stdout.readline().strip() for _ in range(2)]
        time.sleep(0.02 * kills)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert all(line.isdigit() for line in said)
        killed = Import.objects.get()
        # The server notices that its client is gone when it has done its present statement.
        _until(lambda: not is_running(Import.objects.get()))
        killed.refresh_from_db()
        assert (killed.state, killed.rows_done % 200) == ("running", 0)
        assert killed.counts["rows"]["read"] == killed.rows_done > 0
        assert adds_up(killed.counts)

    done = run_import(path, a_source(), INVOICES)

    assert (done.pk, done.state, done.rows_done) == (killed.pk, "done", 4000)
    assert rows(done) == {"read": 4000, "created": 3992, "rejected": 8}
    assert Record.objects.count() == 3992
    assert sum(Record.objects.values_list("amount", flat=True)) == sum(
        n for n in range(4000) if n % 500
    )
    assert Rejection.objects.count() == 8
    assert Profile.objects.filter(matched_at=None).count() == 0
    assert rows(an_import(path)) == {"read": 4000, "unchanged": 3992, "rejected": 8}


def _until(condition, seconds=20):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)
