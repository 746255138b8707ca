"""Which value is shown, as a company's setting: looked at, put in force, put back; and pins."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client
from tests.customers.cast import a_person, a_profile, a_source, customer_of, said

from concord.customers import golden_rules
from concord.customers.actions import golden_settings
from concord.customers.actions.judgements import judge
from concord.customers.actions.profiles import receive
from concord.customers.models import Customer, GoldenRules, Verdict
from concord.customers.queries import search
from concord.customers.survivorship import SHIPPED, SURVIVORSHIP, Rule, Rules
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Role, User

pytestmark = pytest.mark.django_db


def steward(name: str = "Miriam") -> User:
    return User.objects.filter(name=name).first() or a_person(name, Role.OFFICER)


def rules(**changed: dict[str, object]) -> Rules:
    how = {name: replace(SURVIVORSHIP[name], **said) for name, said in changed.items()}  # type: ignore[arg-type]
    return Rules(1, {**SURVIVORSHIP, **how})


def a_customer(number: int = 0) -> UUID:
    """Hanbit, as three systems have it."""
    ours = [
        a_profile(f"A{number}", "accounting", name="HANBIT PREC", industry="Tools",
                  phones=["032 718 2040"], country="KR"),
        a_profile(f"S{number}", "sales", name="Hanbit Precision", industry="Metrology",
                  phones=["032 718 2099"], country="KR"),
        a_profile(f"H{number}", "support", name="Hanbit", website="hanbit.example"),
    ]  # fmt: skip
    for other in ours[1:]:
        judge(ours[0], other, Verdict.SAME, steward())
    return customer_of(ours[0]).pk


def put_in_force(wanted: Rules) -> GoldenRules:
    made = golden_settings.make(wanted, steward())
    put = golden_settings.put_in_force(made, steward(), "Accounts know it")
    while not golden_settings.refresh_customers(put.pk):
        pass
    return put


def shown(customer: UUID, attribute: str) -> object:
    entry = Customer.objects.get(pk=customer).golden.get(attribute)
    return entry["value"] if entry else None


ACCOUNTS_FIRST = {"sources": ("accounting",)}


def test_what_we_ship_is_what_a_row_without_a_word_says() -> None:
    assert Rules.from_dict(0, {}).how == SURVIVORSHIP
    assert Rules.from_dict(0, SHIPPED.as_dict()).how == SURVIVORSHIP
    assert golden_rules.in_force() is SHIPPED


def test_the_sources_that_were_put_first_win_in_their_order() -> None:
    customer = a_customer()
    assert (shown(customer, "name"), shown(customer, "industry")) == (
        "Hanbit Precision", "Metrology"
    )  # fmt: skip
    put_in_force(rules(name=ACCOUNTS_FIRST, industry={"sources": ("support", "accounting")}))
    assert (shown(customer, "name"), shown(customer, "industry")) == ("HANBIT PREC", "Tools")
    hits = search(viewer_of(steward()), "hanbit prec")
    assert [hit.name for hit in hits] == ["HANBIT PREC"]


def test_a_list_of_the_newest_alone_and_an_empty_word_that_counts() -> None:
    customer = a_customer()
    assert shown(customer, "phones") == ["032 718 2099", "032 718 2040"]
    put_in_force(
        rules(
            phones={"rule": Rule.MOST_RECENT},
            website={"sources": ("accounting",), "empty_counts": True},
        )
    )
    assert (shown(customer, "phones"), shown(customer, "website")) == (["032 718 2099"], None)
    others = Customer.objects.get(pk=customer).golden["phones"]["others"]
    assert [each["value"] for each in others] == ["032 718 2040"]


def test_what_is_written_meanwhile_is_by_the_new_rules_already() -> None:
    customer = a_customer()
    made = golden_settings.make(rules(name=ACCOUNTS_FIRST), steward())
    golden_settings.put_in_force(made, steward())
    assert shown(customer, "name") == "Hanbit Precision"  # the job has not come by yet
    receive(a_source("support"), [said("H0", name="Hanbit", website="h.example")])
    assert shown(customer, "name") == "HANBIT PREC"


def test_a_job_that_is_killed_goes_on_and_writes_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(golden_settings, "BATCH", 2)
    customers = [a_customer(n) for n in range(5)]
    made = golden_settings.make(rules(name=ACCOUNTS_FIRST), steward())
    put = golden_settings.put_in_force(made, steward())
    assert not golden_settings.refresh_customers(put.pk, most=2)
    put.refresh_from_db()
    assert (put.refreshed, put.refreshed_at) == (4, None)
    names = [shown(customer, "name") for customer in sorted(customers)]
    assert names == ["HANBIT PREC"] * 4 + ["Hanbit Precision"]
    assert golden_settings.refresh_customers(put.pk)
    assert golden_settings.refresh_customers(put.pk)
    put.refresh_from_db()
    assert put.refreshed == 5
    assert shown(max(customers), "name") == "HANBIT PREC"


def test_the_look_says_what_would_change_and_changes_nothing() -> None:
    customers = [a_customer(n) for n in range(3)]
    a_profile("alone", name="Alone Ltd")
    wanted = rules(name=ACCOUNTS_FIRST)
    looked = golden_settings.look(wanted, golden_settings.sample())
    assert (looked.customers, looked.changed, dict(looked.by_attribute)) == (3, 3, {"name": 3})
    example = looked.examples[0]
    assert example.before is not None
    assert example.after is not None
    assert (example.before["value"], example.after["value"]) == ("Hanbit Precision", "HANBIT PREC")
    made = golden_settings.make(wanted, steward())
    assert golden_settings.count_changes(made.pk)
    made.refresh_from_db()
    assert (made.counted, made.changed, made.changes) == (3, 3, {"name": 3})
    assert {shown(customer, "name") for customer in customers} == {"Hanbit Precision"}


def test_a_version_is_put_back_and_who_did_it_is_kept() -> None:
    customer = a_customer()
    first = put_in_force(rules(name=ACCOUNTS_FIRST))
    second = put_in_force(rules(name={"rule": Rule.MOST_RECENT}))
    assert shown(customer, "name") == "Hanbit"
    back = golden_settings.put_in_force(first, steward("Han"))
    assert back.pk not in {first.pk, second.pk}
    assert golden_settings.put_in_force(first, steward("Han")) == back  # the second click
    assert golden_settings.refresh_customers(second.pk)  # its job comes late: nothing to do
    golden_settings.refresh_customers(back.pk)
    assert shown(customer, "name") == "HANBIT PREC"
    golden_settings.refresh_customers(put_in_force(SHIPPED).pk)
    assert shown(customer, "name") == "Hanbit Precision"
    acts = AuditEntry.objects.filter(action="customers.put_golden_rules_in_force")
    assert [each.by and each.by.name for each in acts.order_by("pk")] == [
        "Miriam", "Miriam", "Han", "Miriam",
    ]  # fmt: skip


def test_rules_that_name_no_system_or_change_nothing_are_refused() -> None:
    with pytest.raises(Problem, match="hold already"):
        golden_settings.make(SHIPPED, steward())
    with pytest.raises(Problem, match="must be known here") as refused:
        golden_settings.make(rules(name={"sources": ("nobody",)}), steward())
    assert refused.value.place == "name"


# The page -------------------------------------------------------------------------------------


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_steward_changes_a_rule_sees_examples_and_puts_it_in_force() -> None:
    customer = a_customer()
    client = client_of(steward())
    page = client.get("/settings/golden/").content.decode()
    assert "Best written" in page
    made = client.post("/settings/golden/", {"first-name": "accounting"})
    row = GoldenRules.objects.get()
    assert made.headers["Location"] == f"/settings/golden/{row.pk}/"
    look = client.get(f"/settings/golden/{row.pk}/").content.decode()
    assert "Hanbit Precision" in look
    assert "HANBIT PREC" in look
    assert "customers looked at would show something else" in look
    client.post(f"/settings/golden/{row.pk}/force/", {"reason": "Accounts know it"})
    assert golden_settings.refresh_customers(row.pk)
    assert shown(customer, "name") == "HANBIT PREC"
    history = client.get("/settings/golden/").content.decode()
    assert "Accounts know it" in history
    back = client.post("/settings/golden/shipped/").headers["Location"]
    assert "Hanbit Precision" in client.get(back).content.decode()
    assert shown(customer, "name") == "HANBIT PREC"  # it was only looked at
    client.post(f"{back}force/", {"reason": "It was better"})
    assert client.post("/settings/golden/shipped/").headers["Location"] == "/settings/golden/"
    assert golden_settings.refresh_customers(GoldenRules.objects.latest("pk").pk)
    assert shown(customer, "name") == "Hanbit Precision"


def test_who_does_not_run_the_company_does_not_set_it() -> None:
    client = client_of(a_person("Alice"))
    assert client.get("/settings/golden/").status_code == 403
    assert client.post("/settings/golden/", {"first-name": "sales"}).status_code == 403
    assert not GoldenRules.objects.exists()
