"""The page of what a source no longer tells of: what it shows, and who decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.records.builders import a_person, a_source
from tests.records.files import INVOICES, a_csv, an_import

from concord.kernel.models import Role
from concord.records.models import Record, Silence, SilenceState

pytestmark = pytest.mark.django_db(transaction=True)

COMPLETE = f"[file]\ncomplete = true\n\n{INVOICES}"


def vanish(folder: Path, *, of: int, missing: int) -> Silence:
    rows = [f"R{n};D{n};Firm {n};01.03.2026;{n + 1}00,00" for n in range(of)]
    an_import(a_csv(folder, *rows), COMPLETE)
    an_import(a_csv(folder, *rows[missing:]), COMPLETE)
    return Silence.objects.get(state=SilenceState.OPEN)


def signed_in(role: Role = Role.SPONSOR, name: str = "Boss") -> Client:
    client = Client()
    client.force_login(a_person(name, role), "django.contrib.auth.backends.ModelBackend")
    return client


def test_it_says_what_is_missing_and_what_would_change(tmp_path: Path) -> None:
    silence = vanish(tmp_path, of=100, missing=3)
    boss = signed_in()
    source = boss.get(reverse("records:source", args=["accounting"])).content.decode()
    assert "6 things that it told of until" in source
    page = boss.get(reverse("records:silence", args=[silence.pk])).content.decode()
    assert "<dt>customers</dt><dd>3</dd>" in page
    assert "600 EUR" in page  # 100, 200 and 300 are open
    assert page.index("Firm 2") < page.index("Firm 0")  # the largest first
    assert "may be cut off" not in page
    boss.post(reverse("records:withdraw_silence", args=[silence.pk]))
    assert Record.objects.filter(withdrawn_at=None).count() == 97
    page = boss.get(reverse("records:silence", args=[silence.pk])).content.decode()
    assert "Bring all of them back" in page
    boss.post(reverse("records:bring_silence_back", args=[silence.pk]))
    assert Record.objects.filter(withdrawn_at=None).count() == 100


def test_where_much_is_missing_it_says_that_the_export_may_be_cut_off(tmp_path: Path) -> None:
    silence = vanish(tmp_path, of=10, missing=4)
    page = signed_in().get(reverse("records:silence", args=[silence.pk])).content.decode()
    assert "40 % of all that the source had told of is missing at once." in page
    assert "The export may be cut off" in page


@pytest.mark.parametrize(
    ("name", "said", "state"),
    [
        ("keep_silence", {}, SilenceState.KEPT),
        ("keep_silence", {"for_good": "1"}, SilenceState.KEPT),
        ("wrong_silence", {}, SilenceState.WRONG),
        ("never_complete", {}, SilenceState.KEPT),
    ],
)
def test_each_decision_is_noted_and_taken_once(
    tmp_path: Path, name: str, said: dict[str, str], state: str
) -> None:
    source = a_source(mapping=COMPLETE)
    silence = vanish(tmp_path, of=10, missing=1)
    boss = signed_in()
    where = reverse(f"records:{name}", args=[silence.pk])
    assert boss.post(where, said).status_code == 302
    silence.refresh_from_db()
    assert (silence.state, str(silence.decided_by)) == (state, "Boss")
    assert boss.post(where, said).status_code == 422
    assert Record.objects.filter(withdrawn_at=None).count() == 10
    source.refresh_from_db()
    assert ("complete = false" in source.mapping) is (name == "never_complete")


def test_who_does_not_tend_the_source_decides_nothing(tmp_path: Path) -> None:
    silence = vanish(tmp_path, of=10, missing=1)
    carol = signed_in(Role.MANAGER, "Carol")
    assert carol.get(reverse("records:silence", args=[silence.pk])).status_code == 403
    for name in (
        "withdraw_silence", "bring_silence_back", "keep_silence", "wrong_silence", "never_complete",
    ):  # fmt: skip
        assert carol.post(reverse(f"records:{name}", args=[silence.pk])).status_code == 403, name
    silence.refresh_from_db()
    assert silence.state == SilenceState.OPEN


def test_more_that_is_missing_asks_no_more_of_the_database(tmp_path: Path) -> None:
    boss = signed_in()

    def queries(silence: Silence) -> int:
        with CaptureQueriesContext(connection) as asked:
            page = boss.get(reverse("records:silence", args=[silence.pk]))
            assert page.status_code == 200
        return len(asked)

    few = vanish(tmp_path, of=30, missing=1)
    queries(few)
    one = queries(few)
    many = vanish(tmp_path, of=30, missing=20)
    assert many.missing == 40
    assert queries(many) <= one
    assert one < 20
