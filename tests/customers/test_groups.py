"""Groups and households as a tree: drawn as of a day, moved, ended, and never in a circle."""

from __future__ import annotations

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile, a_source

from concord.customers import belonging, groups
from concord.customers.actions.matching import match
from concord.customers.actions.relating import end_relation, move_part, relate, take_back_relation
from concord.customers.models import Relationship
from concord.customers.queries import current, group_of
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.time import today
from concord.records.actions.relations import RelationSaid
from concord.records.actions.relations import receive as receive_relations

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


@pytest.fixture
def group() -> dict[str, UUID]:
    """Hanbit, of which America and Europe are parts; Ohio is a part of America."""
    names = {"hanbit": "Hanbit Precision", "america": "Hanbit America",
             "europe": "Hanbit Europe", "ohio": "Hanbit Ohio"}  # fmt: skip
    made = {key: a_profile(key, name=name) for key, name in names.items()}
    says("america", "hanbit")
    says("europe", "hanbit")
    says("ohio", "america")
    return made


def says(part: str, whole: str, since: date | None = None, until: date | None = None) -> None:
    said = RelationSaid(part, "part_of", whole, "", since, until)
    receive_relations(a_source(), [said])


def drawn(customer: UUID, day: date = DAY) -> list[str]:
    """The tree as text, a dash for each level."""
    nodes = groups.tree_of(current(customer), day).nodes()
    return [f"{'-' * node.depth}{node.name.removeprefix('Hanbit ')}" for node in nodes]


def tie(part: UUID) -> Relationship:
    return Relationship.objects.get(
        from_profile=part, kind="part_of", known_to=None, valid_to=None, source__key="accounting"
    )


def steward(name: str = "Miriam") -> User:
    return a_person(name, Role.OFFICER)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


# The tree -------------------------------------------------------------------------------------


def test_the_whole_group_is_drawn_from_whichever_member_one_comes(group: dict[str, UUID]) -> None:
    whole = ["Precision", "-America", "--Ohio", "-Europe"]
    assert {key: drawn(customer) for key, customer in group.items()} == dict.fromkeys(group, whole)


def test_a_part_is_moved_from_a_day_on_and_the_past_stays_as_it_was(group: dict[str, UUID]) -> None:
    moved = move_part(tie(group["ohio"]), group["europe"], date(2026, 5, 1), steward(), "Sold")
    after = ["Precision", "-America", "-Europe", "--Ohio"]
    assert (drawn(group["ohio"]), drawn(group["hanbit"])) == (after, after)
    assert drawn(group["ohio"], date(2026, 4, 30)) == ["Precision", "-America", "--Ohio", "-Europe"]
    assert (moved.reason, moved.by and moved.by.name) == ("Sold", "Miriam")
    take_back_relation(moved, steward("Han"))
    assert drawn(group["ohio"]) == ["Precision", "-America", "--Ohio", "-Europe"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_move_is_taken_back_from_either_of_its_halves(
    group: dict[str, UUID], by_hand: bool
) -> None:
    if by_hand:  # moved again, from where a person had put it
        move_part(tie(group["ohio"]), group["hanbit"], date(2026, 4, 1), steward("Han"))
    before = drawn(group["ohio"])
    here = Relationship.objects.get(from_profile=group["ohio"], known_to=None, valid_to=None)
    move_part(here, group["europe"], date(2026, 5, 1), steward(), "Sold")
    ended = Relationship.objects.filter(
        from_profile=group["ohio"], known_to=None, valid_to=date(2026, 5, 1)
    ).order_by("id")
    assert drawn(group["ohio"]) == ["Precision", "-America", "-Europe", "--Ohio"]
    take_back_relation(ended[0], steward("Nora"))
    assert drawn(group["ohio"]) == before


def test_a_joint_venture_stands_under_both_and_its_parts_once(group: dict[str, UUID]) -> None:
    other = a_profile("other", name="Castell")
    relate(group["america"], "part_of", other, steward())
    assert drawn(group["ohio"]) == [
        "Castell",
        "-America",
        "--Ohio",
        "Precision",
        "-America",
        "-Europe",
    ]
    nodes = groups.tree_of(current(group["ohio"]), DAY).nodes()
    assert [node.again for node in nodes] == [False, False, False, False, True, False]


def test_what_a_parent_has_too_many_of_comes_a_page_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "CHILDREN", 3)
    whole = a_profile("whole", name="Whole")
    for n in range(8):
        a_profile(f"part{n}", name=f"Part {n}")
        says(f"part{n}", "whole")
    tree = groups.tree_of(current(whole), DAY)
    assert ([node.name for node in tree.tops[0].parts], tree.tops[0].has_more) == (
        ["Part 0", "Part 1", "Part 2"], True
    )  # fmt: skip
    after = current(tree.tops[0].parts[-1].id)
    names = [node.name for node in groups.parts_of([whole], DAY, after)[whole]]
    assert names == ["Part 3", "Part 4", "Part 5", "Part 6"]  # the last says that there are more


def test_queries_do_not_grow_with_the_members(group: dict[str, UUID]) -> None:
    with CaptureQueriesContext(connection) as few:
        groups.tree_of(current(group["hanbit"]), DAY)
    for n in range(20):
        a_profile(f"sub{n}", name=f"Hanbit {n}")
        says(f"sub{n}", "america")
    with CaptureQueriesContext(connection) as many:
        assert len(groups.tree_of(current(group["hanbit"]), DAY).nodes()) == 24
    assert len(many) == len(few)


def test_a_household_is_all_who_live_with_those_who_live_with_them() -> None:
    karin, lars, mia = (a_profile(k, kind="person", name=k) for k in ("Karin", "Lars", "Mia"))
    relate(karin, "household", lars, steward())
    relate(mia, "household", lars, steward("Han"), valid_from=date(2020, 1, 1))
    found = groups.household_of(current(karin), DAY)
    assert [(node.name, node.beside) for node in found] == [
        ("Karin", ""), ("Lars", ""), ("Mia", "Lars")]  # fmt: skip
    page = client_of(steward("Olga")).get(f"/customers/{karin}/group/").content.decode()
    assert "lives with <bdi>Lars</bdi> · Typed here · since" in page
    assert [n.name for n in groups.household_of(current(karin), date(2019, 1, 1))] == [
        "Karin",
        "Lars",
    ]


# Circles --------------------------------------------------------------------------------------


def test_nothing_is_a_part_of_its_own_part(group: dict[str, UUID]) -> None:
    with pytest.raises(Problem) as refused:
        relate(group["hanbit"], "part_of", group["ohio"], steward())
    assert refused.value.message == (
        "Hanbit Ohio is a part of Hanbit Precision: "
        "Hanbit Ohio → Hanbit America → Hanbit Precision."
    )
    with pytest.raises(Problem, match="is a part of Hanbit America"):
        move_part(tie(group["america"]), group["ohio"], DAY, steward("Han"))
    assert drawn(group["hanbit"]) == ["Precision", "-America", "--Ohio", "-Europe"]


def test_what_ended_before_the_other_began_is_no_circle(group: dict[str, UUID]) -> None:
    end_relation(tie(group["america"]), date(2026, 1, 1), steward())
    relate(
        group["hanbit"], "part_of", group["america"], steward("Han"), valid_from=date(2026, 1, 1)
    )
    assert drawn(group["ohio"]) == ["America", "-Ohio", "-Precision", "--Europe"]
    with pytest.raises(Problem, match="is a part of"):
        take_back_relation(
            Relationship.objects.get(source__key="desk", known_to=None, valid_to=date(2026, 1, 1)),
            steward("Nora"),
        )


def test_a_circle_of_the_systems_ends_and_is_told(group: dict[str, UUID]) -> None:
    says("hanbit", "ohio")
    tree = groups.tree_of(current(group["america"]), DAY)
    assert [f"{'-' * node.depth}{node.name}" for node in tree.nodes()] == [
        "Hanbit America", "-Hanbit Ohio", "--Hanbit Precision", "---Hanbit America",
        "---Hanbit Europe",
    ]  # fmt: skip
    assert tree.circles == [["Hanbit America", "Hanbit Ohio", "Hanbit Precision", "Hanbit America"]]
    assert len(group_of(group["europe"], DAY)) == 4
    page = client_of(steward()).get(f"/customers/{group['america']}/group/").content.decode()
    assert "goes in a circle" in page


@pytest.mark.django_db(transaction=True)
def test_two_who_each_make_half_of_a_circle_at_once() -> None:
    """Four companies: A is part of B, C of D; one says B of C, the other D of A."""
    a, b, c, d = (a_profile(key, name=f"Firm {key}") for key in "ABCD")
    says("A", "B")
    says("C", "D")
    start, problems = threading.Barrier(2), []

    def half(part: UUID, whole: UUID, by: User) -> None:
        try:
            start.wait()
            relate(part, "part_of", whole, by)
        except Problem as problem:
            problems.append(problem.message)
        finally:
            connections.close_all()

    halves = [(b, c, steward()), (d, a, steward("Han"))]
    threads = [threading.Thread(target=half, args=args) for args in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(problems) == 1
    assert "is a part of" in problems[0]
    tree = groups.tree_of(current(a), DAY)
    assert (len(tree.nodes()), tree.circles) == (4, [])


# The page -------------------------------------------------------------------------------------


def test_a_steward_moves_a_part_and_takes_it_back(group: dict[str, UUID]) -> None:
    client = client_of(steward())
    page = client.get(f"/customers/{group['ohio']}/group/?change={tie(group['ohio']).pk}")
    assert "Part of Hanbit America" in page.content.decode()
    moving = f"/customers/{group['ohio']}/group/{tie(group['ohio']).pk}/move/"
    nobody = client.post(moving, {"on": today().isoformat()})
    assert nobody.status_code == 422
    assert "Find whom it is about" in nobody.content.decode()
    said = {"other": group["europe"], "on": today().isoformat(), "reason": "Sold"}
    moved = client.post(moving, said, follow=True).content.decode()
    assert drawn(group["ohio"], today()) == ["Precision", "-America", "-Europe", "--Ohio"]
    undo = moved.split("/withdrawal/")[0].rpartition('"')[2] + "/withdrawal/?back=group"
    assert client.post(undo).headers["Location"] == f"/customers/{group['ohio']}/group/"
    assert drawn(group["ohio"], today()) == ["Precision", "-America", "--Ohio", "-Europe"]


def test_a_circle_is_refused_with_the_way_it_would_go(group: dict[str, UUID]) -> None:
    client = client_of(steward())
    said = {"other": group["hanbit"], "on": "", "reason": ""}
    page = client.post(f"/customers/{group['ohio']}/group/members/", said)
    assert page.status_code == 422
    text = page.content.decode()
    assert text.count("Hanbit Ohio → Hanbit America → Hanbit Precision") == 1
    assert "Add a part of <bdi>Hanbit Ohio</bdi>" in text


def test_who_does_not_run_the_company_sees_the_group_and_changes_nothing(
    group: dict[str, UUID],
) -> None:
    client = client_of(a_person("Alice"))
    page = client.get(f"/customers/{group['ohio']}/group/").content.decode()
    assert "Hanbit Precision" in page
    assert "data-change" not in page
    row = tie(group["ohio"])
    for way in ("move", "end"):
        said = {"other": group["europe"], "on": today().isoformat()}
        assert (
            client.post(f"/customers/{group['ohio']}/group/{row.pk}/{way}/", said).status_code
            == 403
        )
    assert drawn(group["ohio"]) == ["Precision", "-America", "--Ohio", "-Europe"]


def test_everybody_says_who_lives_together(group: dict[str, UUID]) -> None:
    karin, lars = (a_profile(k, kind="person", name=f"{k} Ekdahl") for k in ("Karin", "Lars"))
    client = client_of(a_person("Alice"))
    client.post(f"/customers/{karin}/group/members/", {"other": lars})
    assert "Lars Ekdahl" in client.get(f"/customers/{karin}/group/").content.decode()
    row = Relationship.objects.get(kind="household", known_to=None)
    client.post(f"/customers/{karin}/group/{row.pk}/end/", {"on": today().isoformat()})
    assert (
        "Nobody else of this household" in client.get(f"/customers/{karin}/group/").content.decode()
    )


def test_who_may_belong_is_proposed_and_assumed_by_nobody(group: dict[str, UUID]) -> None:
    inc = a_profile(
        "inc", name="Hanbit Precision Vietnam Co., Ltd.", emails=["info@hanbit.example"]
    )
    a_profile("far", name="Hanseong Tools")
    match([*group.values(), inc])
    assert not Relationship.objects.filter(from_profile=inc).exists()
    page = client_of(steward()).get(f"/customers/{group['hanbit']}/group/").content.decode()
    proposed = page.split("May belong here")[1].split("</section>")[0]
    assert "Hanbit Precision Vietnam Co., Ltd." in proposed
    assert "Hanseong" not in proposed
    client_of(steward("Han")).post(f"/customers/{group['hanbit']}/group/members/", {"other": inc})
    assert "-Precision Vietnam Co., Ltd." in drawn(group["hanbit"], today())


def test_a_family_of_one_address_is_proposed() -> None:
    home = {"street": "12 Oak Street", "postcode": "LS1 4AP", "city": "Leeds", "country": "GB"}
    karin, lars, stranger = (
        a_profile(name, kind="person", name=name, **home)
        for name in ("Karin Ekdahl", "Lars Ekdahl", "Bo Hale")
    )
    match([karin, lars, stranger])
    found = belonging.proposals(viewer_of(steward()), current(karin), DAY)
    assert [each.name for each in found] == ["Lars Ekdahl"]
