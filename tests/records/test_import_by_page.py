"""An import begun on a page: one for two clicks, whatever the file is called; no copy is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from concord.kernel.models import Role, Source, User
from concord.records.importing import kept
from concord.records.importing.run import begin
from concord.records.jobs import import_file
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
