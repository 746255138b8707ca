"""The demo company is loaded by the imports of anybody's files, and its scene can be played."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from tests.clock import stand_on
from tests.demo.exports import read_csv

from concord.customers.models import Profile
from concord.customers.queries import by_key
from concord.demo import load
from concord.demo.manifest import MAPPINGS
from concord.facts.derive import derive
from concord.kernel.access import viewer_of
from concord.kernel.models import Company, Department, ExchangeRate, Role, Source, Unit, User
from concord.pages.queries import today_of
from concord.records.importing.counts import adds_up
from concord.records.importing.run import run_import
from concord.records.models import Import, Record, Rejection
from concord.treatment.actions.decide import decide
from concord.treatment.models import Concern, PolicyInForce, Watch

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 21)
SMALL = 40
HANBIT = {
    "accounting": "00417",
    "sales": "COM-001000",
    "support": "ACC-10000",
    "shipping": "K30000",
    "engineering": "HBP",
    "scheduling": "7-00000",
}


class KilledError(Exception):
    """The load ends here."""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    stand_on(monkeypatch, TODAY)


def _load() -> list[str]:
    said: list[str] = []
    load.load_demo(said.append, customers=SMALL)
    return said


def _answer(request: str, **fields: object) -> tuple[str, str]:
    """What is done for Hanbit who comes with that request, and who does it."""
    hanbit = by_key("accounting", "00417")
    asker = User.objects.get(email="kim.jiwoo@tessmar.example")
    answer = decide(hanbit.pk, request, fields, asked_by=asker, channel="page")
    return answer.act, answer.to


def test_everything_is_imported_and_nothing_is_left_to_fix() -> None:
    said = _load()

    assert len(said) == 4 + 29
    assert Import.objects.count() == 29
    assert all(adds_up(each.counts) for each in Import.objects.all())
    assert Rejection.objects.count() == 0
    assert Profile.objects.filter(is_stub=True).count() == 0
    assert Company.load().name == "Tessmar Instruments"
    assert (Unit.objects.count(), Department.objects.count()) == (2, 8)
    assert Source.objects.exclude(last_spoke_at=None).count() == 6
    assert {*User.objects.values_list("role", flat=True)} == set(Role.values)
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert ExchangeRate.objects.get(currency="USD", on=date(2026, 11, 1)).rate > Decimal("0.85")
    assert PolicyInForce.objects.get().in_force_from == TODAY - timedelta(days=730)
    _assert_no_two_real_customers_are_joined()
    _assert_something_waits_for_everybody()


def _assert_something_waits_for_everybody() -> None:
    for user in User.objects.filter(is_system=False):
        waits = today_of(viewer_of(user))
        assert len(waits.tasks) >= 2, user
        assert waits.told, user
        assert waits.changes, user
    assert Concern.objects.filter(replied_at=None).count() == 2
    assert Watch.objects.get().user.email == "jo.haneul@tessmar.example"
    open_deals = Record.objects.filter(type="deal", closed_at=None)
    assert {*open_deals.values_list("owner__department__key", flat=True)} == {"sales"}
    open_cases = Record.objects.filter(type="case", closed_at=None)
    assert {*open_cases.values_list("owner__department__key", flat=True)} == {"support"}


def _assert_no_two_real_customers_are_joined() -> None:
    truth = read_csv(load.folder() / "truth" / "truth.csv", "utf-8", ",")
    joined: dict[object, set[str]] = {}
    for row in truth:
        joined.setdefault(by_key(row["source"], row["key"]).pk, set()).add(row["entity"])
    assert [entities for entities in joined.values() if len(entities) > 1] == []
    assert len(joined) < len(truth) / 2


def test_the_scene_from_hold_to_go_ahead() -> None:
    _load()
    hanbit = by_key("accounting", "00417")
    assert {by_key(*key).pk for key in HANBIT.items()} == {hanbit.pk}
    facts = derive(hanbit.pk, as_of=TODAY)

    assert facts["hold_set_by_accounting"].value is True
    assert facts["overdue_undisputed"].value == Decimal("18400.00")
    assert facts["oldest_undisputed_overdue_days"].value == 31
    assert facts["average_days_late"].value == Decimal("9.5")
    assert facts["revenue_12_months"].value == Decimal("214000.00")
    assert facts["customer_since"].value == date(2014, 3, 17)
    assert _answer("engineering_question", safety_concern="no") == ("pass_on", "accounts")
    assert _answer("ship_order", order="48211@sales") == ("pass_on", "accounts")

    for part in ("payments", "invoices", "allocations", "holds"):
        path = load.folder() / "scene" / f"accounting-{part}.csv"
        mapping = (MAPPINGS / f"accounting-{part}.toml").read_text(encoding="utf-8")
        run_import(path, Source.objects.get(key="accounting"), mapping)

    assert derive(hanbit.pk, as_of=TODAY)["overdue_undisputed"].value == 0
    assert _answer("engineering_question", safety_concern="no")[0] == "go_ahead"
    assert _answer("ship_order", order="48211@sales")[0] == "go_ahead"


def test_a_load_that_was_killed_is_finished_and_a_finished_one_left_alone() -> None:
    def killed(step: str) -> None:
        if step.startswith("accounting-payments"):
            raise KilledError

    with pytest.raises(KilledError):
        load.load_demo(killed, customers=SMALL)
    assert (load.is_unfinished(), load.is_loaded()) == (True, False)
    users, orders = User.objects.count(), Record.objects.filter(type="order").count()

    _load()

    assert (load.is_unfinished(), load.is_loaded()) == (False, True)
    assert User.objects.count() == users
    assert Record.objects.filter(type="order").count() == orders
    assert Record.objects.filter(type="certificate").exists()
    waiting = Record.objects.filter(source__key="desk").count()
    assert _load() == []
    assert Record.objects.filter(source__key="desk").count() == waiting
