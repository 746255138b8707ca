"""One customer, one answer: who is on hold is passed to accounts, whoever asks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_best_customer, a_customer, a_hold, an_invoice

from concord.kernel.errors import Problem
from concord.treatment import policies
from concord.treatment.actions.decide import all_requests, decide
from concord.treatment.answer import Answer
from concord.treatment.gather import Situation
from concord.treatment.models import AnswerLog
from concord.treatment.requests import BUILT_IN

GIVEN = {
    "place_order": {"amount": "500"},
    "ship_order": {"amount": "500"},
    "proposal": {},
    "engineering_question": {"safety_concern": "no"},
    "replacement_part": {"standstill": "yes"},
    "goods_return": {"reason": "our mistake"},
    "complaint": {"safety_concern": "no"},
    "discount": {"percent": "2"},
    "appointment": {},
}


def ask(cast: Cast, customer: object, request: str, **fields: object) -> Answer:
    return decide(customer.id, request, fields, asked_by=cast.alice, channel="page")  # type: ignore[attr-defined]


@pytest.mark.parametrize("request_key", list(GIVEN))
def test_on_hold_everyone_passes_to_accounts(cast: Cast, request_key: str) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    answer = ask(cast, customer, request_key, **GIVEN[request_key])
    assert (answer.state, answer.act, answer.to) == ("answered", "pass_on", "accounts")
    assert answer.person is not None
    assert answer.person.name == "Bob"
    assert answer.priority is None
    assert answer.benefits == ()
    assert [rule.id for rule in answer.why.rules] == [f"{request_key}.on_hold", "standing.hold"]
    assert [fact.key for fact in answer.why.facts] == ["hold_set_by_accounting"]
    assert "Bob of Accounts" in answer.say["en"]
    assert "회계팀(Bob)" in answer.say["ko"]


@pytest.mark.parametrize("request_key", ["complaint", "engineering_question"])
def test_a_safety_concern_is_taken_first_even_on_hold(cast: Cast, request_key: str) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    answer = ask(cast, customer, request_key, safety_concern=True)
    assert (answer.act, answer.to, answer.priority) == ("escalate", "engineering", 1)
    assert answer.urgency == "at once"
    assert answer.why.rules[0].id == f"{request_key}.safety"
    assert len(answer.why.rules) == 1
    assert answer.why.facts == ()  # no figure has a say in it


def test_a_missing_field_is_one_question_and_never_a_guess(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    answer = ask(cast, customer, "complaint")
    assert (answer.state, answer.act, answer.to) == ("asks", "", "")
    assert answer.question is not None
    assert answer.question.field == "safety_concern"
    assert answer.question.asks["en"] == "Could somebody get hurt?"
    assert answer.say == {}  # the question is for us, not words for the customer


def test_a_field_is_not_asked_where_the_answer_does_not_need_it(cast: Cast) -> None:
    customer, _ = a_customer()
    assert ask(cast, customer, "place_order").act == "go_ahead"


def test_who_is_watched_is_asked_for_the_amount_and_reminded(cast: Cast) -> None:
    customer, profile = a_customer()
    invoice = an_invoice(profile, due="2026-11-10")
    asked = ask(cast, customer, "place_order")
    assert asked.question is not None
    assert asked.question.field == "amount"
    small = ask(cast, customer, "place_order", amount="10000")
    assert (small.act, small.priority) == ("go_ahead", 4)
    assert f"invoice {invoice.key}" in small.say["en"]
    large = ask(cast, customer, "place_order", amount="10000.01")
    assert (large.act, large.to) == ("not_yet", "accounts")


def test_overdue_for_more_than_a_month_is_on_hold(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-10-01")
    answer = ask(cast, customer, "ship_order")
    assert (answer.act, answer.why.rules[1].id) == ("pass_on", "standing.overdue")


def test_a_disputed_invoice_creates_no_hold_and_goes_to_its_owner(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-09-01", disputed=True)
    dispute = facts.a_record(profile, "dispute", opened="2026-09-05", amount="5000")
    dispute.owner = cast.olga
    dispute.save()
    answer = ask(cast, customer, "ship_order")
    assert answer.act == "go_ahead"
    assert answer.standing == "good"
    note = answer.warnings[-1]
    assert note.kind == "note"
    assert "Olga" in note.words["en"]


def test_a_hold_set_by_accounting_wins_over_good_figures(cast: Cast) -> None:
    customer, profile = a_best_customer()
    a_hold(profile)
    assert ask(cast, customer, "place_order").act == "pass_on"


def test_the_best_customers_who_pay_come_first_with_benefits(cast: Cast) -> None:
    customer, _ = a_best_customer()
    answer = ask(cast, customer, "place_order")
    assert (answer.standing, answer.value, answer.priority) == ("excellent", "key", 1)
    assert answer.benefits == ("named contact", "reserved stock")
    assert answer.say["en"].endswith(
        "You come first. One person looks after all of it for you. We set the goods aside for you."
    )


def test_a_hold_says_how_much_it_is_about(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    an_invoice(profile, amount="18400")
    answer = ask(cast, customer, "ship_order", amount="500")
    known = {fact.key: fact.value for fact in answer.why.facts}
    assert list(known) == [
        "hold_set_by_accounting", "overdue_undisputed", "oldest_undisputed_overdue_days",
    ]  # fmt: skip
    assert known["overdue_undisputed"] == Decimal("18400")


def test_a_hold_in_one_unit_makes_the_other_one_careful(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile, unit="gauges")
    assert ask(cast, customer, "appointment", unit="gauges").act == "pass_on"
    other = ask(cast, customer, "appointment", unit="sensors")
    assert (other.act, other.priority) == ("go_ahead", 4)
    assert other.why.rules[1].id == "standing.hold_elsewhere"
    which = ask(cast, customer, "appointment")
    assert which.question is not None
    assert (which.question.field, [each.value for each in which.question.options]) == (
        "unit",
        ["gauges", "sensors"],
    )


@pytest.mark.parametrize(
    ("holds", "elsewhere"),
    [
        ((), (False, False)),
        (("gauges",), (False, True)),
        (("sensors",), (True, False)),
        (("gauges", "sensors"), (True, True)),
        ((None,), (False, False)),  # of the whole company: each unit's own
        ((None, "sensors"), (True, False)),
    ],
)
def test_a_hold_elsewhere_is_one_of_another_unit(
    cast: Cast, holds: tuple[str | None, ...], elsewhere: tuple[bool, bool]
) -> None:
    customer, profile = a_customer()
    for number, unit in enumerate(holds):
        a_hold(profile, key=f"H-{number}", unit=unit)
    situation = Situation(customer, TODAY, [policies.default()])
    said = tuple(situation.facts(u)["hold_elsewhere"].value for u in ("gauges", "sensors"))
    assert said == elsewhere
    assert situation.facts(None)["hold_elsewhere"].value is False


def test_overdue_elsewhere_is_what_is_beyond_the_units_own_part(cast: Cast) -> None:
    customer, profile = a_customer()
    for unit, amount in (("gauges", "100"), ("sensors", "20"), (None, "3")):
        an_invoice(profile, key=amount, amount=amount, unit=unit)
    situation = Situation(customer, TODAY, [policies.default()])
    facts = [situation.facts(unit)["overdue_elsewhere"].value for unit in ("gauges", "sensors")]
    assert facts == [20, 100]
    assert situation.facts(None)["overdue_elsewhere"].value == 0


def test_a_hold_of_the_whole_company_asks_for_no_unit(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    assert ask(cast, customer, "appointment").act == "pass_on"


def test_this_order_says_its_amount_and_unit_and_whether_it_left(cast: Cast) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    order = facts.a_record(profile, "order", opened="2026-11-01", amount="20000", currency="EUR",
                           unit="gauges", status="confirmed")  # fmt: skip
    answer = ask(cast, customer, "ship_order", order=str(order.pk))
    assert (answer.act, answer.fields["amount"], answer.fields["unit"]) == (
        "not_yet",
        Decimal(20000),
        "gauges",
    )
    facts.a_record(profile, "shipment", opened="2026-11-02", closed="2026-11-03", parent=order)
    gone = ask(cast, customer, "ship_order", order=f"{order.key}@books")
    assert gone.act == "go_ahead"
    assert gone.why.rules[0].id == "ship_order.on_its_way"


def test_another_customers_order_is_refused(cast: Cast) -> None:
    customer, _ = a_customer()
    _, other = a_customer("Other")
    order = facts.a_record(other, "order", opened="2026-11-01")
    with pytest.raises(Problem) as refused:
        ask(cast, customer, "ship_order", order=str(order.pk))
    assert refused.value.place == "order"
    assert AnswerLog.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"amount": "many"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"colour": "red"}, "colour"),
        ({"unit": "moon"}, "unit"),
    ],
)
def test_a_wrong_field_is_named(cast: Cast, fields: dict[str, str], place: str) -> None:
    customer, _ = a_customer()
    with pytest.raises(Problem) as wrong:
        ask(cast, customer, "place_order", **fields)
    assert wrong.value.place == place


def test_the_overview_gives_the_same_answers_from_one_derivation(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        overview = all_requests(customer.id)
    assert [answer.request for answer in overview] == [kind.key for kind in BUILT_IN]
    assert AnswerLog.objects.count() == 0
    for answer in overview:
        single = ask(cast, customer, answer.request)
        assert (answer.id, answer.act, answer.say) == (single.id, single.act, single.say)


def test_a_single_answer_takes_seven_queries_and_a_savepoint(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    customer, _ = a_customer()
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        ask(cast, customer, "place_order")


def a_contact(cast: Cast, name: str, *employers: object) -> object:
    profile = facts.a_profile(name, kind="person")
    person = facts.a_customer(profile)
    person.kind = "person"
    person.save()
    for employer in employers:
        facts.Relationship.objects.create(
            from_profile=profile,
            kind="works_at",
            to_profile=employer,
            source=cast.books,
            known_from=facts.LONG_AGO,
        )
    return person


def test_a_person_is_treated_as_the_organisation_they_work_at(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    person = a_contact(cast, "Kim Ji-woo", profile)
    answer = ask(cast, person, "proposal")
    assert (answer.customer_id, answer.act) == (customer.id, "pass_on")
    assert answer.id == ask(cast, customer, "proposal").id


def test_a_person_of_two_organisations_is_asked_for_which(cast: Cast) -> None:
    one, first = a_customer("One")
    two, second = a_customer("Two")
    answer = ask(cast, a_contact(cast, "Kim Ji-woo", first, second), "proposal")
    assert answer.state == "asks"
    assert answer.question is not None
    assert {option.value for option in answer.question.options} == {str(one.id), str(two.id)}
    assert AnswerLog.objects.count() == 0  # nobody was treated


def test_a_merged_customer_answers_as_who_they_are_now(cast: Cast) -> None:
    customer, profile = a_customer()
    a_hold(profile)
    old, _ = a_customer("Hanbit Prec.")
    old.merged_into = customer
    old.save()
    assert ask(cast, old, "proposal").customer_id == customer.id
