"""A source is tended by its department: nobody takes back what another one's system said."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.builders import a_row_to_fix, an_invoice

from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Role, Source, Unit, User
from concord.kernel.time import now
from concord.records import access
from concord.records.actions.receive import receive
from concord.records.importing.counts import nothing
from concord.records.importing.run import run_import
from concord.records.models import Import, ImportState, RecordLine, Rejection
from concord.records.queries.sources import rows_to_fix
from concord.records.said import LineSaid, Ref

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounting() -> Source:
    accounts = Department.objects.create(key="accounts", words={"en": "Accounts"})
    return Source.objects.create(key="accounting", words={"en": "Accounting"}, department=accounts)


@pytest.fixture
def row(accounting: Source) -> Rejection:
    imported = Import.objects.create(
        source=accounting, file_name="holds.csv", mapping="", state=ImportState.DONE,
        counts=nothing(), started_at=now(),
    )  # fmt: skip
    return a_row_to_fix(imported, code="nul", raw={"Customer": "Hanbit"})


def a_person(role: Role, department: str = "") -> User:
    found = Department.objects.get_or_create(key=department)[0] if department else None
    return User.objects.create_user(
        f"{role}-{department}@company.example", name="Alice", role=role, department=found
    )


def test_who_may_import_sees_amounts_in_every_department(accounting: Source) -> None:
    """So that raw rows, drafts and what a silence would change hide no figure from anybody."""
    Department.objects.create(key="shipping", words={"en": "Shipping"}, sees_money=False)
    viewers = [viewer_of(a_person(role, "shipping")) for role in Role]
    assert {one.role for one in viewers if not one.sees_money} == {Role.MEMBER}
    assert {one.role for one in viewers if access.may_import(one)} == set(Role) - {Role.MEMBER}
    assert not any(access.tends(one, accounting) for one in viewers if not one.sees_money)


def test_a_manager_of_another_department_changes_nothing_there(row: Rejection) -> None:
    client = Client()
    client.force_login(
        a_person(Role.MANAGER, "shipping"), backend="django.contrib.auth.backends.ModelBackend"
    )
    imported = row.imported
    for name, argument in (
        ("undo_import", imported.pk), ("stop_import", imported.pk), ("replay_import", imported.pk),
        ("change_source", "accounting"), ("source", "accounting"),
        ("rejection", row.pk), ("dismiss", row.pk),
    ):  # fmt: skip
        assert client.post(reverse(f"records:{name}", args=[argument])).status_code == 403, name
    assert client.get(reverse("records:rejection", args=[row.pk])).status_code == 403
    assert b"Hanbit" not in client.get(reverse("records:rejections")).content
    assert client.get(reverse("records:source", args=["accounting"])).status_code == 200
    imported.refresh_from_db()
    row.refresh_from_db()
    assert (imported.state, row.resolved_at) == (ImportState.DONE, None)


@pytest.mark.parametrize(
    ("role", "department", "tends"),
    [
        (Role.MANAGER, "accounts", True),
        (Role.MANAGER, "shipping", False),
        (Role.MANAGER, "", False),
        (Role.MEMBER, "accounts", False),
        (Role.OFFICER, "", True),
        (Role.SPONSOR, "", True),
        (Role.ADMINISTRATOR, "", True),
    ],
)
def test_who_tends(row: Rejection, role: Role, department: str, tends: bool) -> None:
    viewer = viewer_of(a_person(role, department))
    assert access.tends(viewer, row.imported.source) is tends
    assert rows_to_fix(viewer) == int(tends)


def test_who_answers_for_it_tends_it(accounting: Source) -> None:
    alice = a_person(Role.MANAGER, "shipping")
    accounting.owner = alice
    accounting.save()
    assert access.tends(viewer_of(alice), accounting)


def test_a_manager_of_one_unit_does_not_read_the_rows_of_all(accounting: Source) -> None:
    gauges = Unit.objects.create(key="gauges", words={"en": "Gauges"})
    alice = a_person(Role.MANAGER, "accounts")
    alice.units.add(gauges)
    assert not access.tends(viewer_of(alice), accounting)
    accounting.unit = gauges
    accounting.save()
    assert access.tends(viewer_of(alice), accounting)


LINES = """[[line]]
record = { type = "invoice", column = "Doc", source = "accounting" }
key = "Pos"
product = "Item"
"""


@pytest.mark.parametrize(
    ("department", "owner", "product"),
    [
        ("accounts", "", "Nothing"),  # one system that exports heads and lines as two sources
        ("shipping", "", "Drill"),
        ("accounts", "shipping", "Drill"),  # who answers for it does not tend the other
        ("", "shipping", "Drill"),
        ("", "accounts", "Nothing"),
        ("", "", "Nothing"),  # only who tends all sources tends it
    ],
)
def test_a_file_overwrites_no_lines_of_those_whom_others_answer_for(
    accounting: Source, tmp_path: Path, department: str, owner: str, product: str
) -> None:
    invoice = Ref("invoice", "R1")
    receive(accounting, [an_invoice("R1"), LineSaid(invoice, "1", "Drill")])
    source = Source.objects.create(
        key="parcels",
        department=Department.objects.get_or_create(key=department)[0] if department else None,
        owner=a_person(Role.MANAGER, owner) if owner else None,
    )
    (tmp_path / "lines.csv").write_text("Doc;Pos;Item\nR1;1;Nothing\n")
    with nullcontext() if product == "Nothing" else pytest.raises(Problem, match="others answer"):
        run_import(tmp_path / "lines.csv", source, LINES)
    with nullcontext() if product == "Nothing" else pytest.raises(Problem, match="others answer"):
        receive(source, [LineSaid(invoice._replace(source="accounting"), "1", product)])
    assert [line.product for line in RecordLine.objects.filter(known_to=None)] == [product]
