"""A file that is too large is refused before it is read, by a page that says what to do."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from concord.kernel.actions import api_keys
from concord.kernel.models import Role, Source, User
from concord.ui import uploads

MB = 1 << 20


@pytest.fixture
def client(settings: Any, tmp_path: Path) -> Client:
    """Somebody who may look at files, where they may have one megabyte."""
    settings.UPLOAD_MEGABYTES = 1
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    Source.objects.create(key="books", words={"en": "Books"})
    boss = User.objects.create_user("boss@example.com", name="Boss", role=Role.SPONSOR)
    client = Client()
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    return client


class Unread(BytesIO):
    """A body that nobody may touch."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("The body was read.")


@pytest.mark.django_db
def test_a_body_that_says_it_is_too_large_is_not_read(client: Client) -> None:
    response = client.generic(
        "POST",
        "/sources/look/",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(3 * MB),
        **{"wsgi.input": Unread()},
    )
    assert response.status_code == 413
    page = response.content.decode()
    assert "The file is larger than 1 MB." in page
    assert "CONCORD_UPLOAD_MB" in page
    assert "Nothing was changed." in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sources/look/", "/sources/books/"])
def test_reading_stops_at_the_limit(
    client: Client, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the limit and what a form may be altogether: the file itself is counted."""
    kept: list[int] = []
    receive = TemporaryFileUploadHandler.receive_data_chunk

    def counted(handler: TemporaryFileUploadHandler, raw_data: bytes, start: int) -> bytes | None:
        kept.append(len(raw_data))
        return receive(handler, raw_data, start)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", counted)
    response = client.post(address, {"file": SimpleUploadedFile("f.csv", b"x" * (MB + MB // 2))})
    assert response.status_code == 413
    assert "The file is larger than 1 MB." in response.content.decode()
    assert 0 < sum(kept) <= MB
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_a_file_of_just_the_limit_is_taken(client: Client) -> None:
    content = b"Customer,Invoice,Due,Amount\n".ljust(MB, b"\n")
    response = client.post("/sources/look/", {"file": SimpleUploadedFile("f.csv", content)})
    assert response.status_code == 302


@pytest.mark.django_db
def test_the_page_says_the_limit_and_refuses_before_it_sends(client: Client) -> None:
    page = client.get("/sources/look/").content.decode()
    assert 'data-most-megabytes="1"' in page
    assert "larger than 1 MB" in page
    assert uploads.most_megabytes() == 1


@pytest.mark.django_db
def test_a_call_of_the_api_that_is_too_large_is_a_problem(client: Client) -> None:
    shop = User.objects.create_user("shop@system.invalid", name="Shop", is_system=True)
    adam = User.objects.create_user("adam@example.com", name="Adam", role=Role.ADMINISTRATOR)
    key = api_keys.create(adam, shop, "Shop", list(api_keys.SCOPES))[1]
    response = client.post(
        "/api/v1/treatments",
        b'"' + b"x" * 6 * MB + b'"',
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "The call is larger than 5 MB."
