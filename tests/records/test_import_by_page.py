"""An import begun on a page: one for two clicks, whatever the file is called; no copy is kept."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from concord.customers.models import Profile
from concord.kernel.lost import AGAIN, is_lost
from concord.kernel.models import Role, Source, User
from concord.records import jobs
from concord.records.importing import batches, kept
from concord.records.importing.background import start_import
from concord.records.importing.run import begin
from concord.records.jobs import import_file
from concord.records.jobs_retention import dispose
from concord.records.models import Import, ImportState

MAPPING = '[[profile]]\nkey = "No"\nkind = "organisation"\n[profile.set]\nname = "Name"\n'


def a_source() -> Source:
    return Source.objects.create(key="books", words={"en": "Books"}, mapping=MAPPING)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_begin_one_import(tmp_path: Path) -> None:
    source = a_source()
    path = tmp_path / "f.csv"
    path.write_text("No,Name\n1,Hanbit\n")

    def click(_number: int) -> int:
        try:
            return int(begin(path, source, MAPPING, None).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clicks:
        assert len(set(clicks.map(click, range(4)))) == 1
    assert Import.objects.count() == 1


@pytest.mark.django_db
def test_a_long_korean_name_is_taken_and_no_copy_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    deferred: list[dict[str, object]] = []
    monkeypatch.setattr(type(import_file), "defer", lambda _self, **said: deferred.append(said))
    a_source()
    boss = User.objects.create_user("boss@example.com", name="Boss", role=Role.SPONSOR)
    client = Client()
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("미수금명세" * 30 + ".csv", b"No,Name\n1,Hanbit\n")
    assert client.post("/sources/books/", {"file": file}).status_code == 302
    [said] = deferred
    imported = Import.objects.get()
    assert said == {"import_id": imported.pk}
    assert kept.path_of(imported.kept).name == "content.csv"
    assert kept.is_there(imported.kept)
    import_file.func(**said)
    imported.refresh_from_db()
    assert (imported.state, imported.counts["rows"]["created"]) == (ImportState.DONE, 1)
    assert imported.file_name.startswith("미수금명세")
    assert list((tmp_path / "imports").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_database_goes_away_is_tried_again_and_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    monkeypatch.setattr(batches, "SIZE", 2)
    path = tmp_path / "f.csv"
    path.write_text("No,Name\n1,Hanbit\n2,Orion\n3,Seorak\n4,Weber\n5,Daehan\n")
    imported = start_import(path, a_source(), MAPPING, file_name="f.csv", by=None)
    save = batches.Batches._save

    def save_and_lose(self: batches.Batches, prepared: list[batches.Prepared]) -> object:
        found = save(self, prepared)
        if self.rows_done == 4:
            end_connection()
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(batches.Batches, "_save", save_and_lose)
        with pytest.raises(Exception, match=r"terminat|clos") as caught:
            import_file.func(imported.pk)
    decided = AGAIN.get_retry_decision(exception=caught.value, job=mock.Mock(attempts=0))
    assert decided is not None
    connection.close()  # as the worker does between two jobs
    imported.refresh_from_db()
    assert (imported.state, imported.rows_done, imported.problem) == (ImportState.RUNNING, 4, "")

    import_file.func(imported.pk)

    imported.refresh_from_db()
    assert (imported.state, imported.counts["rows"]["created"]) == (ImportState.DONE, 5)
    assert sorted(Profile.objects.values_list("key", flat=True)) == ["1", "2", "3", "4", "5"]


def test_what_the_worker_goes_on_with_is_tried_again() -> None:
    going_on = [import_file, jobs.undo, jobs.mend, jobs.carry_out_silence, dispose]
    assert [job.retry_strategy for job in going_on] == [AGAIN] * 5


@pytest.mark.parametrize(
    ("state", "lost"), [("57P01", True), ("08006", True), (None, True), ("54000", False)]
)
def test_a_lost_connection_is_told_from_what_the_database_refuses(
    state: str | None, lost: bool
) -> None:
    error = psycopg.OperationalError("index row size 3000 exceeds maximum")
    error.sqlstate = state
    assert is_lost(error) is lost
    assert not is_lost(ValueError("no"))


def end_connection() -> None:
    pid = connection.connection.info.backend_pid
    with contextlib.closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 3000)", [pid])
