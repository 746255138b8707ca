"""Review: one question for each two customers, what would come of it, decided once, and undone."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from tests.customers.cast import a_person, a_profile, a_source, customer_of
from tests.customers.test_doubts import OTHER_NUMBER, says
from tests.customers.test_judge import three_of_one
from tests.customers.test_pages import queries_of

from concord.customers import questions, words
from concord.customers.actions.judgements import judge, take_back
from concord.customers.actions.matching import match, match_pending
from concord.customers.actions.withdrawals import withdraw
from concord.customers.evidence import evidence, speaking
from concord.customers.hanging import Hanging
from concord.customers.matching.model import Scale
from concord.customers.models import Judgement, Pair, Profile
from concord.customers.preview import preview
from concord.kernel.access import viewer_of
from concord.kernel.models import Role
from concord.records.actions.receive import receive as receive_records
from concord.records.said import RecordSaid

pytestmark = pytest.mark.django_db

LUND = {"city": "Lund", "country": "SE"}
HERE = {"name": "Lindqvist Instrument AB", "tax_id": "SE556703748501", **LUND}
THERE = {"name": "Lindqvist Instrument", "phones": ["+46 46 12 34 56"], **LUND}


@pytest.fixture
def officer() -> Client:
    client = Client()
    person = a_person("Olga", Role.OFFICER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def three_and_two() -> tuple[list[UUID], list[UUID]]:
    """Two customers of three and two profiles, every two of them alike enough to ask."""
    here = [a_profile(str(n), f"here-{n}", **HERE) for n in range(3)]
    match_pending()
    there = [a_profile(str(n), f"there-{n}", **THERE) for n in range(2)]
    match_pending()
    assert {customer_of(p).id for p in here} == {here[0]}
    assert {customer_of(p).id for p in there} == {there[0]}
    assert Pair.objects.count() == 6
    return here, there


def test_six_pairs_are_one_question() -> None:
    here, there = three_and_two()
    assert questions.waiting() == 1
    question = questions.following()
    assert question is not None
    assert (question.one, question.other, question.is_doubt) == (here[0], there[0], False)
    assert len(question.pairs) == 6
    scores = [pair.score for pair in question.pairs]
    assert scores == sorted(scores, reverse=True)
    assert questions.between(there[0], here[0]) == question
    assert questions.of_customer(there[0]) == [question]


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_one_decision_settles_all_and_its_undo_restores_all(verdict: str) -> None:
    here, there = three_and_two()
    before = list(Pair.objects.order_by("left", "right").values_list(*COLUMNS))
    judgement = judge(there[1], here[2], verdict, a_person())
    assert not Pair.objects.exists()
    assert Judgement.objects.filter(verdict=verdict).exclude(by=None).count() == 6
    assert customer_of(there[1]).id == (here[0] if verdict == "same" else there[0])
    take_back(judgement, a_person("Bob"))
    assert list(Pair.objects.order_by("left", "right").values_list(*COLUMNS)) == before
    assert customer_of(there[1]).id == there[0]
    assert questions.waiting() == 1


COLUMNS = ("left", "right", "doubted", "score", "evidence", "found_at")


def test_different_holds_through_imports_and_their_undo() -> None:
    here, there = three_and_two()
    judge(here[0], there[0], "different", a_person())
    a_profile("0", "there-0", **THERE, street="Råbyvägen 1")
    Profile.objects.update(matched_at=None)
    match_pending()
    assert questions.waiting() == 0
    Profile.objects.filter(id=there[1]).update(import_id=7)
    withdraw(7, None)
    a_profile("1", "there-1", **THERE)
    match_pending()
    assert questions.waiting() == 0
    assert customer_of(there[1]).id == there[0]


def test_who_is_different_is_not_asked_about_under_another_name() -> None:
    """A is not B; C turns out to be A: whether C is B is no question any more, until undone."""
    a, b, c = (a_profile(str(n), f"source-{n}", **THERE | {"name": n}) for n in NAMES)
    match_pending()
    assert questions.waiting() == 3
    judge(a, b, "different", a_person())
    same = judge(a, c, "same", a_person("Bob"))
    assert questions.waiting() == 0
    take_back(same, a_person("Carol"))
    assert questions.waiting() == 2


NAMES = ("Lindqvist Mätteknik AB", "Lindqvist Instrument AB", "Lindqvist Service AB")


def test_the_preview_says_who_wins_who_loses_and_what_moves() -> None:
    here, there = three_and_two()
    order = RecordSaid(type="order", key="A-1", profile="0", opened_at=date(2026, 11, 1))
    receive_records(a_source("there-0"), [order])
    question = questions.following()
    assert question is not None
    shown = preview(viewer_of(a_person("Olga", Role.OFFICER)), question)
    assert (shown.left.name, shown.right.name) == (HERE["name"], THERE["name"])
    assert (len(shown.left.entries), len(shown.right.entries)) == (3, 2)
    assert shown.right.hanging == shown.together.hanging == Hanging(records=1, open=1)
    lines = {line.label: line for line in shown.lines}
    assert lines["Name"].together == HERE["name"]
    assert (lines["Name"].left_loses, lines["Name"].right_loses) == (False, True)
    assert lines["Tax number"].together == HERE["tax_id"]
    assert not lines["Phone"].right_loses
    assert shown.conflicts == []
    assert len(shown.compared) == 6
    judge(here[0], there[0], "same", a_person())
    golden = customer_of(there[0]).golden
    assert golden["name"]["value"] == lines["Name"].together
    assert golden["phones"]["value"] == [lines["Phone"].together]


def test_a_contradicting_number_is_a_warning(officer: Client) -> None:
    numbers = ("GB123456789", "GB987654321")
    for n, number in enumerate(numbers):
        a_profile(
            str(n), f"source-{n}", name="Acme Tools Ltd", tax_id=number, country="GB",
            phones=["+44 113 496 0123"], street="12 Oak Street", postcode="LS1 4AP", city="Leeds",
        )  # fmt: skip
    match_pending()
    question = questions.following()
    assert question is not None
    shown = preview(viewer_of(a_person("Sam", Role.OFFICER)), question)
    [conflict] = shown.conflicts
    assert (conflict.label, conflict.left, conflict.right) == ("Tax number", *numbers)
    assert (conflict.left_source, conflict.right_source) == ("Source-0", "Source-1")
    page = officer.get("/review/").content.decode()
    assert "Look closely before you join them" in page
    assert 'class="button main" name="verdict"' not in page


def test_later_decide_and_undo_go_on_where_one_was(officer: Client) -> None:
    made = [two(n) for n in range(3)]
    first = officer.get("/review/").context["shown"].question
    page = officer.post(f"/review/{first.one}/{first.other}/later/", follow=True)
    second = page.context["shown"].question
    assert second.one != first.one
    given = {
        "verdict": "different",
        "after": page.context["after"],
        "seen": page.context["shown"].seen,
    }
    page = officer.post(f"/review/{second.one}/{second.other}/verdict/", given, follow=True)
    third = page.context["shown"].question
    assert {first.one, second.one, third.one} == {left for left, _ in made}
    page = officer.post(f"/review/judgements/{page.context['last']}/withdrawal/", follow=True)
    assert page.context["shown"].question.one == second.one
    assert page.context["last"] is None
    page = officer.get("/review/", {"after": page.context["after"]})
    assert page.context["shown"].question.one == third.one
    page = officer.post(f"/review/{first.one}/{first.other}/later/withdrawal/", follow=True)
    assert page.context["shown"].question.one == first.one


def test_undo_goes_back_to_what_was_wanted(officer: Client) -> None:
    for n in range(2):
        two(n)
    page = officer.get("/review/?which=pairs")
    asked = page.context["shown"]
    given = {"verdict": "different", "which": "pairs", "seen": asked.seen}
    here = f"/review/{asked.question.one}/{asked.question.other}"
    page = officer.post(f"{here}/verdict/", given, follow=True)
    [undo] = set(re.findall(r'action="(/review/judgements/[^"]+)"', page.content.decode()))
    assert undo.endswith("/withdrawal/?which=pairs")
    back = officer.post(undo, follow=True)
    assert back.context["narrowed"] == {"which": "pairs"}
    assert back.context["shown"].question.one == asked.question.one


def test_what_changed_meanwhile_is_shown_before_it_is_decided(officer: Client) -> None:
    left, right = two(0)
    seen = officer.get("/review/").context["shown"].seen
    a_profile("left-0", "one", name="Arvika Mätteknik AB", **LUND, notes="New")
    address = f"/review/{left}/{right}/verdict/"
    page = officer.post(address, {"verdict": "same", "seen": seen}, follow=True)
    assert "Something changed meanwhile" in page.content.decode()
    assert customer_of(right).id == right
    officer.post(address, {"verdict": "same", "seen": page.context["shown"].seen})
    assert customer_of(right).id == left


def test_an_entry_in_doubt_is_kept_or_split_off_and_undone(officer: Client) -> None:
    first, _, third = three_of_one()
    says("K-1", "shipping", tax_id=OTHER_NUMBER)
    page = officer.get("/review/")
    text = page.content.decode()
    assert "Does this still belong to the customer?" in text
    changes = {change.label: change for change in page.context["shown"].changes}
    assert changes["Tax number"].now == OTHER_NUMBER
    address = f"/review/{first}/{third}/verdict/"
    officer.post(address, {"verdict": "different", "seen": page.context["shown"].seen})
    assert customer_of(third).id == third
    last = officer.get("/review/").context["last"]
    page = officer.post(f"/review/judgements/{last}/withdrawal/", follow=True)
    assert customer_of(third).id == first
    assert page.context["shown"].question.is_doubt
    officer.post(address, {"verdict": "same", "seen": page.context["shown"].seen})
    assert questions.waiting() == 0
    assert customer_of(third).id == first


def test_nothing_to_decide(officer: Client) -> None:
    assert "Nothing waits for you" in officer.get("/review/").content.decode()


def test_review_costs_the_same_for_1_and_20(officer: Client) -> None:
    two(0)
    for_one = queries_of(officer, "/review/")
    for n in range(1, 20):
        two(n)
    for n in range(20):  # more entries of the first question's customers
        a_profile(f"more-{n}", "more", name="Arvika Mätteknik AB", **LUND)
    match_pending()
    assert questions.waiting() >= 20
    assert queries_of(officer, "/review/") == for_one <= 26


FIRMS = (
    "Arvika", "Borgholm", "Cedergren", "Dalsjö", "Ekeby", "Falun", "Gnosjö", "Hällefors", "Ingvar",
    "Jukkas", "Kiruna", "Luleå", "Mjölby", "Nybro", "Oskars", "Piteå", "Rimforsa", "Skövde",
    "Tranås", "Uddevalla",
)  # fmt: skip


def two(n: int) -> tuple[UUID, UUID]:
    left = a_profile(f"left-{n}", "one", name=f"{FIRMS[n]} Mätteknik AB", **LUND)
    right = a_profile(f"right-{n}", "two", name=f"{FIRMS[n]} Mätteknik", **LUND)
    match([left, right])
    return left, right


def test_each_comparison_is_a_bar_as_long_as_it_weighs() -> None:
    scale = Scale("organisation", {}, automatic=10.0, review=4.5, odds=0.0)
    compared = [
        {"field": "phone", "left": "1", "right": "2", "level": "differs", "weight": -0.8},
        {"field": "name", "left": "Arvika", "right": "Arvika AB", "level": "same", "weight": 8.0},
    ]
    of = {"comparisons": compared, "vetoes": ["tax_id differs"]}
    shown = evidence(of, scale, turned=True)
    assert [(b.label, b.left, b.right, b.shown, b.tone) for b in shown.bars] == [
        ("Name", "Arvika AB", "Arvika", "+8", "go"),
        ("Phone", "2", "1", "−0.8", "stop"),
    ]
    assert [(bar.x, bar.width) for bar in shown.bars] == [(100.0, 80.0), (92.0, 8.0)]  # of ±10 bits
    assert (shown.sum.weight, shown.sum.shown) == (7.2, "+7.2")
    assert (shown.sum.x, shown.sum.width) == (100.0, 60.0)  # of ±12 bits: the threshold is inside
    assert (shown.sum.review, shown.sum.automatic) == (137.5, 183.3)
    assert shown.sum.verdict == "Not enough to be one customer without a person."
    assert shown.objections == ("The tax numbers differ.",)
    assert speaking([shown], 1) == ["Name (the same)"]
    assert speaking([shown], -1) == ["Phone (not the same)"]


@pytest.mark.parametrize(
    ("weight", "vetoes", "verdict"),
    [
        (3.0, [], "Hardly one customer by itself."),
        (12.0, [], "Enough to be one customer without a person."),
        (12.0, ["kind differs"], "Enough to be one customer, but something holds it back: you "
         "decide."),
    ],
)  # fmt: skip
def test_the_sum_is_said_in_words(weight: float, vetoes: list[str], verdict: str) -> None:
    scale = Scale("organisation", {}, automatic=10.0, review=4.5, odds=0.0)
    one = {"field": "name", "left": "A", "right": "B", "level": "same", "weight": weight}
    assert evidence({"comparisons": [one], "vetoes": vetoes}, scale).sum.verdict == verdict


@pytest.mark.parametrize(
    ("weight", "shown", "reaches"),
    [(9.96, "+9.96", "10"), (9.97, "+9.97", "9.98"), (9.9, "+9.9", "10"), (10.01, "+10", "10")],
)
def test_what_is_below_a_threshold_never_reads_as_if_it_reached_it(
    weight: float, shown: str, reaches: str
) -> None:
    scale = Scale("organisation", {}, automatic=float(reaches), review=4.5, odds=0.0)
    one = {"field": "name", "left": "A", "right": "B", "level": "same", "weight": weight}
    said = evidence({"comparisons": [one]}, scale).sum
    assert (said.shown, said.automatic_from) == (shown, reaches)


def test_the_page_says_what_speaks_for_it_and_draws_the_strongest_pair(officer: Client) -> None:
    three_and_two()
    text = officer.get("/review/").content.decode()
    assert "Speaks for one customer" in text
    assert "Name (" in text
    assert text.count('<table class="bars sides">') == 6
    assert text.index('<table class="bars sides">') < text.index("All 6 pairs of entries")
    assert 'class="go" x="100.0"' in text
    assert officer.get("/review/joined/").context["page"].items != []


ROOF = {"name": "Hanbit Precision", "phones": ["+82 32 718 2040"], "city": "Incheon",
        "street": "Namdong-daero 217", "country": "KR"}  # fmt: skip


def test_what_agrees_enough_and_is_asked_yet_says_why_and_of_whom(officer: Client) -> None:
    """A company and its successor: an entry that tells them apart by nothing may be either."""
    old = a_profile("old", "crm", **ROOF, tax_id="101-81-98766")
    new = a_profile("new", "accounts", **ROOF, tax_id="214-86-55123")
    which = a_profile("which", "shop", **ROOF)
    match_pending()
    question = questions.between(customer_of(old).id, customer_of(which).id)
    assert question is not None
    [pair] = question.pairs
    [veto] = pair.evidence["vetoes"]
    assert veto in ("fits another", "may be either")
    assert str(new) in pair.evidence["others"]
    page = f"/review/?one={question.one}&other={question.other}"
    text = officer.get(page).content.decode()
    assert "Why you are asked" in text
    assert f'<a href="/customers/{new}/"' in text
    assert "but something holds it back" in text
    listed = officer.get("/review/questions/").content.decode()
    assert str(words.HELD_SHORT[veto]) in listed


def test_one_agreeing_mailbox_is_not_spoken_against_by_another() -> None:
    scale = Scale("organisation", {}, automatic=10.0, review=4.5, odds=0.0)

    def of(level: str, weight: float) -> dict[str, object]:
        one = {"field": "email", "left": "a", "right": "b", "level": level, "weight": weight}
        return {"comparisons": [one], "vetoes": []}

    pairs = [evidence(of("differs", -0.8), scale), evidence(of("same", 5.0), scale)]
    assert speaking(pairs, 1) == ["E-mail (the same)"]
    assert speaking(pairs, -1) == []


def test_nothing_is_said_of_what_one_side_does_not_say() -> None:
    """The domain of a mailbox is compared with a website: that is no word on the website."""
    left = a_profile("1", "here", **HERE, website="www.lindqvist.example")
    right = a_profile("2", "there", **THERE, emails=["info@else.example"])
    match([left, right])
    question = questions.between(left, right)
    assert question is not None
    shown = preview(viewer_of(a_person("Olga", Role.OFFICER)), question)
    lines = {line.label: line for line in shown.lines}
    assert (lines["Website"].level, lines["Website"].agrees) == ("", None)
