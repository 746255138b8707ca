import contextlib
import os
import re
import time
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection, transaction
from tests.records.builders import a_person, a_source
from tests.records.files import GOOD, INVOICES, a_csv

from concord.config.command import app_commands
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Role, Source
from concord.records import jobs
from concord.records.actions.drafts import begin_import
from concord.records.actions.sources import create_source
from concord.records.export import csv_safe
from concord.records.importing import watch
from concord.records.importing.run import run_import
from concord.records.importing.watch import Watcher, mapping_for
from concord.records.models import Draft, Import, Record, WatchedName

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "invoices.toml").write_text('source = "accounting"\n' + INVOICES)
    return tmp_path


def old(path):
    os.utime(path, (time.time() - 60, time.time() - 60))
    return path


def test_a_nightly_export_is_imported_and_put_away(folder):
    told: list[str] = []
    old(a_csv(folder, *GOOD, name="invoices-2026-11-20.csv"))

    assert Watcher(folder, told.append).look() == 1

    assert told == ["invoices-2026-11-20.csv: 2 rows read, 2 created"]
    assert [path.name for path in (folder / "done").iterdir()] == ["invoices-2026-11-20.csv"]
    assert Source.objects.get(key="accounting").last_spoke_at is not None
    old(a_csv(folder, *GOOD, name="invoices-2026-11-20.csv"))
    Watcher(folder, told.append).look()
    assert told[1] == "invoices-2026-11-20.csv: 2 rows read, 2 unchanged"
    assert len(list((folder / "done").iterdir())) == 2


def test_a_file_that_is_still_growing_is_left_alone(folder):
    watcher = Watcher(folder, print, quiet=60)
    path = a_csv(folder, *GOOD, name="invoices.csv")
    assert watcher.look() == 0
    with path.open("a") as file:
        file.write("R3;D2;Daehan;01.03.2026;1,00\n")
    assert watcher.look() == 0
    assert watcher.look() == 1
    assert Record.objects.count() == 3


def test_hidden_and_other_files_are_left_alone(folder):
    old(a_csv(folder, *GOOD, name=".invoices.csv"))
    old(a_csv(folder, *GOOD, name="invoices.csv.part"))
    assert Watcher(folder, print).look() == 0


def test_what_cannot_be_imported_is_put_away_with_the_reason(folder):
    told: list[str] = []
    old(a_csv(folder, *GOOD, header="No;Debitor;Name;Date;Amount", name="invoices.csv"))
    old(a_csv(folder, header="", name="orders.csv"))

    assert Watcher(folder, told.append).look() == 2

    failed = {path.name for path in (folder / "failed").iterdir()}
    assert failed == {
        "invoices.csv",
        "invoices.csv.reason.txt",
        "orders.csv",
        "orders.csv.reason.txt",
    }
    reason = (folder / "failed/invoices.csv.reason.txt").read_text()
    assert "no column “Debtor”" in reason
    assert Import.objects.get().state == "failed"
    assert not Draft.objects.exists()


def test_a_file_that_nobody_has_mapped_waits_for_the_page_and_is_taken_then(
    folder, settings, tmp_path_factory
):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    told: list[str] = []
    watcher = Watcher(folder, told.append)
    old(a_csv(folder, *GOOD, name="ledger-2026-11-20.csv"))
    old(a_csv(folder, *GOOD, "R3;D2;Daehan;01.03.2026;1,00", name="ledger-2026-11-21.csv"))

    assert watcher.look() == 2
    assert sorted(path.name for path in (folder / "waiting").iterdir()) == [
        "ledger-2026-11-20.csv", "ledger-2026-11-21.csv",
    ]  # fmt: skip
    draft = Draft.objects.get(file_name="ledger-2026-11-20.csv")
    assert (draft.by, draft.watched_as, Draft.objects.count()) == (None, "ledger", 2)
    assert watcher.look() == 0

    draft.name, draft.mapping = "Books", INVOICES
    draft.save()
    alice = a_person("Alice", Role.SPONSOR)
    with (
        mock.patch.object(type(jobs.import_file), "defer") as deferred,
        transaction.atomic(),
    ):
        imported = begin_import(draft, alice)
    jobs.import_file.func(**deferred.call_args.kwargs)
    assert watcher.look() == 1  # the other one; this one the page has imported
    done = {path.name for path in (folder / "done").iterdir()}
    assert done == {"ledger-2026-11-20.csv", "ledger-2026-11-21.csv"}
    old(a_csv(folder, *GOOD, name="Ledger 2026-11-22.csv"))
    assert watcher.look() == 1
    assert [one.source.key for one in Import.objects.all()] == ["books"] * 3
    assert imported.source.watched_names.get().name == "ledger"
    assert Record.objects.count() == 3


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (re.error("redefinition of group name 'd'"), "error: redefinition of group name 'd'."),
        (MemoryError("too much"), "MemoryError: too much."),
        (OSError(5, "the disk broke"), "OSError: [Errno 5] the disk broke."),
    ],
)
def test_what_goes_wrong_with_one_file_keeps_no_other_from_coming_in(
    folder, monkeypatch, error, reason
):
    told: list[str] = []
    hurt = old(a_csv(folder, *GOOD, name="invoices-1.csv"))
    old(a_csv(folder, "R3;D2;Daehan;01.03.2026;1,00", name="invoices-2.csv"))
    breaks_at(monkeypatch, hurt, error)

    assert Watcher(folder, told.append).look() == 2

    said = f"Something went wrong here while this file was imported: {reason}"
    assert (
        (folder / "failed/invoices-1.csv.reason.txt")
        .read_text()
        .startswith(f"invoices-1.csv: {said} Show it")
    )
    assert told[1] == "invoices-2.csv: 1 rows read, 1 created"
    assert [record.key for record in Record.objects.all()] == ["R3"]


def breaks_at(monkeypatch, path, error):
    """Importing this file raises the error, or does what it says and goes on."""

    def run(file, *arguments):
        if file == path and isinstance(error, Exception):
            raise error
        if file == path:
            error()
        return run_import(file, *arguments)

    monkeypatch.setattr(watch, "run_import", run)


def test_a_file_that_vanishes_is_nobodys_failure(folder, monkeypatch):
    told: list[str] = []
    gone = old(a_csv(folder, *GOOD, name="invoices-1.csv"))
    breaks_at(monkeypatch, gone, gone.unlink)
    assert Watcher(folder, told.append).look() == 1
    assert (told, (folder / "failed").exists()) == ([], False)


def test_a_file_that_cannot_even_be_moved_is_left_alone_until_it_is_written_anew(
    folder, monkeypatch
):
    told: list[str] = []
    path = old(a_csv(folder, header="", name="orders.csv"))
    watcher = Watcher(folder, told.append)
    monkeypatch.setattr(Path, "replace", mock.Mock(side_effect=PermissionError(1, "not yours")))
    assert [watcher.look(), watcher.look()] == [1, 0]
    assert told[1] == "orders.csv: [Errno 1] not yours"
    path.write_text("")
    old(path)
    assert watcher.look() == 1


def test_a_database_that_goes_away_is_waited_for(folder, monkeypatch):
    told: list[str] = []
    looks: list[int] = []
    path = old(a_csv(folder, *GOOD, name="invoices-1.csv"))

    def lose_it():
        pid = connection.connection.info.backend_pid
        with contextlib.closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 3000)", [pid])

    def look_again(_pause):
        breaks_at(monkeypatch, None, None)
        looks.append(1)
        if len(looks) == 2:
            raise KeyboardInterrupt

    breaks_at(monkeypatch, path, lose_it)
    monkeypatch.setattr(watch.time, "sleep", look_again)
    with pytest.raises(KeyboardInterrupt):
        Watcher(folder, told.append).watch()
    assert "terminat" in told[0]
    assert told[1:] == ["invoices-1.csv: 2 rows read, 2 created"]


def test_links_are_not_followed(folder, tmp_path_factory):
    told: list[str] = []
    secret = tmp_path_factory.mktemp("etc") / "secret.csv"
    secret.write_text("KEY;VALUE\nPASSWORD;hunter2\n")
    (folder / "invoices-1.csv").symlink_to(secret)
    (folder / "ledger-1.csv").symlink_to(secret)
    (folder / "books.toml").symlink_to(folder / "invoices.toml")
    with pytest.raises(Problem, match="No mapping has the name"):
        mapping_for(folder / "books-1.csv")

    assert Watcher(folder, told.append, quiet=0).look_once() == 2

    assert told == [
        f"{name}: This is a link to a file, and links are not followed. Put the file itself here."
        for name in ("invoices-1.csv", "ledger-1.csv")
    ]
    assert (Draft.objects.count(), Import.objects.count()) == (0, 0)
    (folder / "done").symlink_to(secret.parent)
    old(a_csv(folder, *GOOD, name="invoices-2.csv"))
    with pytest.raises(Problem, match="must be a folder of its own"):
        Watcher(folder, told.append).look()
    assert Import.objects.count() == 0


def test_the_mapping_is_found_by_the_name(folder):
    (folder / "invoices-eu.toml").write_text(INVOICES)
    a_source("invoices-eu")
    a_source("orders", mapping=INVOICES)

    def source_of(name):
        return mapping_for(folder / name)[0].key

    assert source_of("invoices-eu_2026.csv") == "invoices-eu"
    assert source_of("Invoices_2026.csv") == "accounting"
    assert source_of("orders.2026-11-21.xlsx") == "orders"
    with pytest.raises(Problem):
        source_of("invoicesold.csv")


def of_department(key, **said):
    return a_person(f"{key} manager", Role.MANAGER, department=a_department(key), **said)


def a_department(key):
    return Department.objects.get_or_create(key=key, defaults={"words": {"en": key.title()}})[0]


def test_nobody_takes_the_files_of_another_department_by_a_longer_name(folder):
    alice, bob, boss = (
        of_department("accounts"),
        of_department("sales"),
        a_person("B", Role.SPONSOR),
    )
    accounting = create_source(alice, name="Ledger", mapping=INVOICES, department=alice.department)
    accounting.watched_names.create(name="open-items")

    for name in ("Ledger 2026", "ledger_eu", "Open Items"):
        with pytest.raises(Problem) as caught:
            create_source(bob, name=name, mapping=INVOICES, department=bob.department)
        assert caught.value.message == (
            "Files that are called so are those of “Ledger”, and others answer for it."
        )
    create_source(bob, name="Ledgerdemain", mapping=INVOICES, department=bob.department)
    create_source(bob, name="Led", mapping=INVOICES, department=bob.department)
    assert mapping_for(folder / "ledger-2026.csv")[0] == accounting
    create_source(boss, name="Ledger Seoul", mapping=INVOICES, department=bob.department)
    assert mapping_for(folder / "ledger-seoul-2026.csv")[0].key == "ledger-seoul"
    assert mapping_for(folder / "open-items 3.csv")[0] == accounting


def test_of_names_and_keys_the_longest_holds(folder):
    a_source("open", mapping=INVOICES)
    a_source("books", mapping=INVOICES).watched_names.create(name="open-items")
    assert mapping_for(folder / "open-items-2026.csv")[0].key == "books"
    assert mapping_for(folder / "open-2026.csv")[0].key == "open"


def test_the_first_who_says_whose_the_waiting_files_are_is_the_one(
    folder, settings, tmp_path_factory
):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    old(a_csv(folder, *GOOD, name="ledger-1.csv"))
    old(a_csv(folder, "R3;D2;Daehan;01.03.2026;1,00", name="ledger-2.csv"))
    Watcher(folder, print).look()
    for draft, name in zip(Draft.objects.order_by("file_name"), ("Books", "Sales"), strict=True):
        draft.name, draft.mapping = name, INVOICES
        draft.save()
    first, second = Draft.objects.order_by("file_name")
    begin_import(first, of_department("accounts"))
    with pytest.raises(Problem, match="are those of “Books”"):
        begin_import(second, of_department("sales"))
    assert [one.source.key for one in WatchedName.objects.all()] == ["books"]


def command(name, *arguments):
    from argparse import ArgumentParser

    found = next(one for one in app_commands() if one.name == name)
    parser = ArgumentParser()
    found.configure(parser)
    return found.run(parser.parse_args([str(one) for one in arguments]))


def test_the_commands(folder, capsys):
    path = a_csv(folder, *GOOD, "R3;D2;Daehan;bad;1,00")
    mapping = folder / "invoices.toml"

    assert command("import", path, "--mapping", mapping, "--dry-run", "--new-source") == 0
    said = capsys.readouterr().out
    assert said.startswith("It would be: 3 rows read, 2 created, 1 to fix.\n")
    assert "line 4, Date: “bad” is no date as expected (like 31.12.2026)." in said
    assert (Import.objects.count(), Source.objects.filter(key="accounting").count()) == (0, 0)

    arguments = ("--source", "accounting", "--new-source", "--mapping", mapping)
    assert command("import", path, *arguments) == 0
    number = Import.objects.get().pk
    assert capsys.readouterr().out.splitlines()[:4] == [
        f"Import {number}: 3 rows read, 2 created, 1 to fix.",
        "  profiles: 1 created",
        "  records: 2 created",
        "Rows to fix: 1",
    ]
    assert command("replay", number) == 1
    assert capsys.readouterr().out == "0 replayed, 1 still to fix\n"
    assert command("sources") == 0
    assert "1 rows to fix" in capsys.readouterr().out
    assert command("undo", number) == 0
    assert "records: 2 withdrawn" in capsys.readouterr().out
    old(path)
    assert command("watch", folder, "--once") == 0
    assert "invoices.csv: 3 rows read" in capsys.readouterr().out


def test_a_misspelt_source_is_not_made(folder):
    a_source("accounting")
    with pytest.raises(Problem) as caught:
        command("import", a_csv(folder, *GOOD), "--mapping", folder / "invoices.toml",
                "--source", "acounting")  # fmt: skip
    assert caught.value.mend == (
        "Did you mean “accounting”? If it is a new one, make it: add --new-source, or add it "
        "under Sources."
    )
    assert Source.objects.count() == 1


@pytest.mark.parametrize("name", ["alpha", "erp2"])
def test_an_unknown_source_is_made_where_that_is_said(folder, name):
    arguments = ("import", a_csv(folder, *GOOD), "--mapping", folder / "invoices.toml",
                 "--source", name)  # fmt: skip
    with pytest.raises(Problem) as caught:
        command(*arguments)
    assert str(caught.value) == (
        f"source: There is no source “{name}”. If it is a new one, make it: add --new-source, "
        "or add it under Sources."
    )
    a_source("erp")  # being nearly called so is no obstacle either
    assert command(*arguments, "--new-source") == 0
    assert Source.objects.get(key=name).imports.count() == 1


def test_the_file_is_judged_before_its_source(folder):
    missing = folder / "nowhere.csv"
    with pytest.raises(Problem, match="There is no such file"):
        command("import", missing, "--mapping", folder / "invoices.toml", "--source", "alpha")
    bad = a_csv(folder, *GOOD, header="No;Debitor;Name;Date;Amount", name="bad.csv")
    with pytest.raises(Problem, match="no column “Debtor”"):
        command("import", bad, "--mapping", folder / "invoices.toml", "--source", "alpha")
    assert not Source.objects.filter(key="alpha").exists()


def test_a_file_without_a_mapping_is_told_once(folder, settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    told: list[str] = []
    old(a_csv(folder, *GOOD, name="bar-2026-11-21.csv"))
    watcher = Watcher(folder, told.append)
    watcher.look()
    watcher.look()
    assert told == [
        "bar-2026-11-21.csv waits on the page Sources, for somebody to say what its columns mean"
        " (or for bar.toml beside it)."
    ]


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        ("+82", "+82"),
        ("Hanbit", "Hanbit"),
        (None, ""),
    ],
)
def test_nothing_leaves_as_a_formula(value, safe):
    assert csv_safe(value) == safe
