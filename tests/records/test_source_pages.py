"""The pages of a source and of an import say what happened in the reader's own language."""

import pytest
from django.test import Client
from django.urls import reverse

from concord.kernel.models import Role, Source, User
from concord.kernel.time import now
from concord.records.importing.counts import nothing
from concord.records.models import Import, ImportState

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return Source.objects.create(key="books", words={"en": "Books"}, masters=["tax_id", "name"])


def reader(language: str) -> Client:
    user = User.objects.create_user(
        f"{language}@company.example", name="Dora", role=Role.SPONSOR, language=language
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Profiles: new 2 · Records: unchanged 1,200, waiting for their record 3"),
        ("ko", "프로필: 신규 2 · 기록: 변동 없음 1,200, 대상 기록 대기 3"),
        ("zh-hant", "資料筆數: 新增 2 · 紀錄: 無變動 1,200, 等待對應紀錄 3"),
    ],
)
def test_an_import_says_what_it_gave(source: Source, language: str, said: str) -> None:
    imported = Import.objects.create(
        source=source,
        file_name="invoices.csv",
        state=ImportState.DONE,
        started_at=now(),
        finished_at=now(),
        counts={
            **nothing(),
            "records": {"unchanged": 1200, "waiting": 3},
            "profiles": {"created": 2},
        },
    )
    page = reader(language).get(reverse("records:import", args=[imported.pk])).content.decode()
    assert said in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tax number, Name"),
        ("ko", "사업자등록번호, 이름"),
        ("zh-hant", "統一編號／稅號, 名稱"),
    ],
)
def test_a_source_says_what_it_has_the_last_word_on(
    source: Source, language: str, said: str
) -> None:
    page = reader(language).get(reverse("records:source", args=[source.key])).content.decode()
    assert said in page
