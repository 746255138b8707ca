"""The pages of a source and of an import say what happened in the reader's own language."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.files import GOOD, a_csv, an_import

from concord.kernel.models import Role, Source, User
from concord.kernel.time import now
from concord.records.importing.counts import nothing
from concord.records.importing.undo import undo_import
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


@pytest.mark.django_db(transaction=True)
def test_who_undoes_an_import_is_told_before_what_goes_and_after_what_went(tmp_path) -> None:
    wrong = ["R3;D2;Daehan;01.13.2026;1,00", "R4;D2;Daehan;01.14.2026;1,00"]
    imported = an_import(a_csv(tmp_path, *GOOD, *wrong))
    client, address = reader("en"), reverse("records:undo_import", args=[imported.pk])
    mended = imported.rejections.order_by("id")[0]
    client.post(reverse("records:rejection", args=[mended.pk]), {"cell:Date": "01.12.2026"})
    shown = client.get(reverse("records:import", args=[imported.pk])).content.decode()
    assert f'<a class="button danger" href="{address}" hx-get="{address}"' in shown
    for headers in ({}, {"HX-Request": "true"}):
        asked = client.get(address, headers=headers).content.decode()
        assert ("<html" in asked) == (not headers)
        told = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", asked)
        assert told[:4] == [
            ("customers of whom it said something", "2"),
            ("records of which it said something", "3"),
            ("of its rows, mended by somebody", "1"),
            ("of its rows, still to fix", "1"),
        ]
        assert "The rows that were mended go with it." in asked
    imported.refresh_from_db()
    assert imported.state == ImportState.DONE  # asking undoes nothing
    client.post(address)
    undo_import(imported, None)
    page = client.get(reverse("records:import", args=[imported.pk])).content.decode()
    assert "<dt>rejected, and asked about no more</dt><dd>1</dd>" in page
    assert "<dt>Records</dt><dd>3 gone, 0 as before</dd>" in page
    assert "<footer" not in page.split('id="import"')[1].split("</section>")[0]
    assert "What it said counts no more." in page
    assert client.get(address)["Location"] == reverse("records:import", args=[imported.pk])
