"""What a source no longer tells of: proposed, never assumed; decided by a person, undone as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.records.builders import a_person, a_source, the
from tests.records.files import INVOICES, a_csv, an_import

from concord.customers.models import Profile
from concord.kernel.errors import Problem
from concord.kernel.models import Notification, Role, User
from concord.records.actions import silences
from concord.records.importing.run import run_import
from concord.records.importing.undo import undo_import
from concord.records.jobs import carry_out_silence
from concord.records.models import Absence, Import, Record, Silence, SilenceState

pytestmark = pytest.mark.django_db(transaction=True)

COMPLETE = f"[file]\ncomplete = true\n\n{INVOICES}"


@pytest.fixture
def boss() -> User:
    return a_person("Boss", Role.SPONSOR)


def rows(*numbers: int, amount: str = "1,00") -> list[str]:
    """Invoices R1, R2, … each of a customer of their own."""
    return [f"R{n};D{n};Firm {n};01.03.2026;{amount}" for n in numbers]


def the_file(folder: Path, *lines: str, mapping: str = COMPLETE, name: str = "") -> Import:
    return an_import(a_csv(folder, *lines, name=name or "invoices.csv"), mapping)


def known() -> set[str]:
    return set(Record.objects.filter(withdrawn_at=None).values_list("key", flat=True))


def customers() -> set[str]:
    found = Profile.objects.filter(withdrawn_at=None, is_stub=False)
    return set(found.values_list("key", flat=True))


def the_silence() -> Silence:
    return Silence.objects.get()


def test_what_is_missing_is_proposed_and_nothing_is_withdrawn(tmp_path: Path) -> None:
    owner = a_person("Olga", Role.MANAGER)
    a_source(owner=owner)
    the_file(tmp_path, *rows(1, 2, 3, 4, 5))
    assert Silence.objects.count() == 0
    the_file(tmp_path, *rows(1, 2, 3), name="invoices-2026-11-22.csv")
    found = the_silence()
    assert (found.state, found.counts, found.known) == (
        SilenceState.OPEN, {"invoice": 2, "profile": 2}, 10,
    )  # fmt: skip
    assert known() == {"R1", "R2", "R3", "R4", "R5"}
    assert customers() == {"D1", "D2", "D3", "D4", "D5"}
    the_file(tmp_path, *rows(1, 2), name="invoices-2026-11-23.csv")
    assert the_silence().counts == {"invoice": 3, "profile": 3}
    assert Notification.objects.filter(user=owner, kind="records.silence").count() == 1


def test_what_comes_back_is_forgotten(tmp_path: Path) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1))
    the_file(tmp_path, *rows(1, 2, amount="2,00"))
    assert the_silence().counts == {"invoice": 1, "profile": 1}
    the_file(tmp_path, *rows(1, 2, 3, amount="3,00"))
    assert (the_silence().state, Absence.objects.count()) == (SilenceState.ENDED, 0)


def test_an_undone_file_proposes_nothing_and_the_next_one_is_asked_anew(
    boss: User, tmp_path: Path
) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    cut_off = the_file(tmp_path, *rows(1), name="invoices-2026-11-22.csv")
    assert the_silence().counts == {"invoice": 2, "profile": 2}
    undo_import(cut_off, boss)
    assert (Silence.objects.count(), Absence.objects.count()) == (0, 0)
    the_file(tmp_path, *rows(1, 2), name="invoices-2026-11-23.csv")
    assert the_silence().counts == {"invoice": 1, "profile": 1}
    silences.keep_them(the_silence(), boss, for_good=False)
    undo_import(Import.objects.latest("pk"), boss)
    assert the_silence().state == SilenceState.KEPT


def test_rows_to_fix_are_in_the_file(tmp_path: Path) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1), "R2;D2;Firm 2;someday;1,00", "R3;D3")
    assert Silence.objects.get().counts == {"invoice": 1, "profile": 1}
    shape = Import.objects.order_by("-id")[0].shape
    assert shape.unreadable == 1  # the page says that they may be among these
    assert not Absence.objects.filter(row_id=the("R2").pk).exists()


def test_a_file_of_changes_proposes_nothing(tmp_path: Path) -> None:
    the_file(tmp_path, *rows(*range(20)), mapping=INVOICES)
    for n in range(4):
        the_file(tmp_path, *rows(n, amount="9,00"), mapping=INVOICES)
    assert Silence.objects.count() == 0


def test_that_files_are_complete_is_learnt(tmp_path: Path) -> None:
    for n in range(1, 5):
        the_file(tmp_path, *rows(*range(30), amount=f"{n},00"), mapping=INVOICES)
    the_file(tmp_path, *rows(*range(27), amount="5,00"), mapping=INVOICES)
    assert the_silence().counts == {"invoice": 3, "profile": 3}
    never = INVOICES.replace("[defaults]", "[file]\ncomplete = false\n\n[defaults]")
    the_file(tmp_path, *rows(*range(20), amount="6,00"), mapping=never)
    assert the_silence().counts == {"invoice": 3, "profile": 3}


def test_another_file_of_the_source_has_its_own_keys(tmp_path: Path) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    notes = '[[record]]\ntype = "note"\nkey = "Id"\nprofile = "Who"\n[file]\ncomplete = true\n'
    path = a_csv(tmp_path, "N1;D1", header="Id;Who", name="notes.csv")
    run_import(path, a_source(), notes)
    assert Silence.objects.count() == 0


def test_gone_is_withdrawn_and_undone_as_a_whole(boss: User, tmp_path: Path) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1))
    done = silences.set_going(silences.they_are_gone(the_silence(), boss))
    assert (done.state, done.rows_done) == (SilenceState.GONE, 4)
    assert (known(), customers()) == ({"R1"}, {"D1"})
    the_file(tmp_path, *rows(1, amount="5,00"))
    assert Silence.objects.count() == 1  # what is withdrawn is not asked about again
    back = silences.set_going(silences.they_come_back(the_silence(), boss))
    assert back.state == SilenceState.KEPT
    assert (known(), customers()) == ({"R1", "R2", "R3"}, {"D1", "D2", "D3"})
    assert the("R2").versions.count() == 1  # that it was away for a while is known
    the_file(tmp_path, *rows(1, amount="6,00"))
    assert Silence.objects.exclude(state=SilenceState.KEPT).count() == 0


def test_the_worker_has_what_was_decided_whatever_becomes_of_the_page(
    boss: User, tmp_path: Path
) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1))
    for decide, known_then in (
        (silences.they_are_gone, {"R1"}),
        (silences.they_come_back, {"R1", "R2", "R3"}),
    ):
        decided = decide(the_silence(), boss)  # the page is killed here
        job = ProcrastinateJob.objects.filter(task_name="records.carry_out_silence").latest("id")
        assert job.args == {"silence_id": decided.pk}
        carry_out_silence.func(**job.args)
        assert known() == known_then


def test_what_was_gone_and_comes_back_stays_when_the_rest_is_undone(
    boss: User, tmp_path: Path
) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1))
    silences.set_going(silences.they_are_gone(the_silence(), boss))
    the_file(tmp_path, *rows(1, 2, amount="8,00"))
    assert known() == {"R1", "R2"}
    silences.set_going(silences.they_come_back(the_silence(), boss))
    assert (known(), the("R2").amount) == ({"R1", "R2", "R3"}, 8)


def test_a_customer_with_whom_something_goes_on_becomes_one_that_waits(
    boss: User, tmp_path: Path
) -> None:
    a_source("sales")
    the_file(tmp_path, *rows(1, 2))
    who = '{ column = "Who", source = "accounting" }'
    other = f'[[record]]\ntype = "note"\nkey = "Id"\nprofile = {who}\n'
    path = a_csv(tmp_path, "N1;D2", header="Id;Who", name="notes.csv")
    run_import(path, a_source("sales"), other)
    the_file(tmp_path, *rows(1))
    silences.set_going(silences.they_are_gone(the_silence(), boss))
    there = Profile.objects.get(key="D2")
    assert (there.is_stub, there.withdrawn_at, there.data) == (True, None, {})
    silences.set_going(silences.they_come_back(the_silence(), boss))
    there.refresh_from_db()
    assert (there.is_stub, there.data["name"]) == (False, "Firm 2")


def test_kept_is_not_asked_again_until_it_came_back(boss: User, tmp_path: Path) -> None:
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1, 3))
    silences.keep_them(the_silence(), boss, for_good=False)
    the_file(tmp_path, *rows(1, 3, amount="2,00"))
    assert Silence.objects.count() == 1
    the_file(tmp_path, *rows(1, 2, 3, amount="3,00"))
    the_file(tmp_path, *rows(1, 3, amount="4,00"))
    assert Silence.objects.filter(state=SilenceState.OPEN).count() == 1
    silences.keep_them(Silence.objects.get(state=SilenceState.OPEN), boss, for_good=True)
    the_file(tmp_path, *rows(1, 2, 3, amount="5,00"))
    the_file(tmp_path, *rows(1, 3, amount="6,00"))
    assert Silence.objects.filter(state=SilenceState.OPEN).count() == 0


def test_a_wrong_export_is_told_to_its_owner_and_the_next_file_is_asked_anew(
    boss: User, tmp_path: Path
) -> None:
    owner = a_person("Olga", Role.MANAGER)
    a_source(owner=owner)
    the_file(tmp_path, *rows(1, 2, 3))
    the_file(tmp_path, *rows(1))
    silences.export_is_wrong(the_silence(), boss)
    assert Notification.objects.filter(user=owner, kind="records.wrong_export").count() == 1
    the_file(tmp_path, *rows(1, 2, amount="3,00"))
    found = Silence.objects.get(state=SilenceState.OPEN)
    assert found.counts == {"invoice": 1, "profile": 1}


def test_a_killed_withdrawal_goes_on(
    boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silences, "BATCH", 2)
    the_file(tmp_path, *rows(*range(1, 8)))
    the_file(tmp_path, *rows(1))

    class Killed(BaseException):
        pass

    def killed(done: int) -> None:
        if done == 6:
            raise Killed

    begun = silences.they_are_gone(the_silence(), boss)
    with pytest.raises(Killed):
        silences.carry_out(begun, killed)
    assert (len(known()), len(customers())) == (1, 7)
    with pytest.raises(Problem, match="decided already"):
        silences.they_are_gone(the_silence(), boss)
    done = silences.carry_out(begun)
    assert (done.state, done.rows_done) == (SilenceState.GONE, 12)
    assert (known(), customers()) == ({"R1"}, {"D1"})
    again = silences.they_come_back(done, boss)
    with pytest.raises(Killed):
        silences.carry_out(again, killed)
    assert silences.carry_out(again).state == SilenceState.KEPT
    assert (len(known()), len(customers())) == (7, 7)


def test_lines_and_relationships_are_asked_about_too(boss: User, tmp_path: Path) -> None:
    mapping = """
[file]
complete = true

[[record]]
type = "order"
key = "No"
profile = "Who"
repeated = "first"

[[line]]
record = { type = "order", column = "No" }
key = "Pos"
product = "What"

[[relationship]]
from = "Person"
kind = "works_at"
to = "Who"
"""
    head = "No;Who;Pos;What;Person"
    lines = ["A1;D1;1;Gauge;P1", "A1;D1;2;Case;P2"]
    an_import(a_csv(tmp_path, *lines, header=head), mapping)
    an_import(a_csv(tmp_path, lines[0], header=head), mapping)
    assert the_silence().counts == {"order.line": 1, "works_at": 1}
    silences.set_going(silences.they_are_gone(the_silence(), boss))
    order = the("A1", "order")
    assert list(order.lines.filter(known_to=None).values_list("key", flat=True)) == ["1"]
    silences.set_going(silences.they_come_back(the_silence(), boss))
    assert set(order.lines.filter(known_to=None).values_list("key", flat=True)) == {"1", "2"}
    an_import(a_csv(tmp_path, lines[0].replace("Gauge", "Rule"), header=head), mapping)
    assert Silence.objects.filter(state=SilenceState.OPEN).count() == 0
