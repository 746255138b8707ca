"""Today of a company that begins: three steps, ticked off when done, gone when all are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.pages import scene
from tests.records.builders import a_row_to_fix

from concord.kernel.models import Role, User
from concord.kernel.time import now
from concord.pages.first_steps import FirstSteps
from concord.records.models import Import, ImportState

PASSWORD = "correct horse battery"
SignIn = Callable[[User], Client]


def a_person(name: str, role: Role) -> User:
    return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name, role=role)


@pytest.fixture
def adam(db: None) -> User:
    return a_person("Adam", Role.ADMINISTRATOR)


def an_import(state: ImportState = ImportState.DONE) -> Import:
    return Import.objects.create(
        source=scene.a_source("accounts"), file_name="de.csv", state=state, started_at=now()
    )


def steps(client: Client) -> FirstSteps | None:
    found = client.get("/").context["steps"]
    assert found is None or isinstance(found, FirstSteps)
    return found


def test_an_empty_company_says_what_to_do_first(adam: User, sign_in: SignIn) -> None:
    client = sign_in(adam)
    found = steps(client)
    assert found is not None
    assert (found.file_read, found.colleagues_here, found.promise_in_force) == (False,) * 3
    assert (found.next, found.found) == ("file", None)
    shown = client.get("/").content.decode()
    assert '<a class="button main" href="/sources/look/">Look into a file</a>' in shown
    assert 'password head@example.com --sponsor "Their Name"' in shown
    assert "Find a customer</a>" not in shown  # there is none to find


def test_after_an_import_it_tells_what_was_found_and_what_comes_next(
    adam: User, sign_in: SignIn
) -> None:
    scene.hanbit()
    imported = an_import()
    a_row_to_fix(imported, line=7, code="date", reason="No date.")
    found = steps(sign_in(adam))
    assert found is not None
    assert found.found is not None
    assert (found.found.customers, found.found.late_invoices, found.found.to_fix) == (1, 1, 1)
    assert found.next == "people"  # the promise is not his to decide
    shown = sign_in(adam).get("/").content.decode()
    assert '<a href="/work/?type=invoice&amp;who=all&amp;state=late">1 unpaid invoice' in shown
    sarah = a_person("Sarah", Role.SPONSOR)
    found = steps(sign_in(sarah))
    assert found is not None
    assert found.next == "promise"
    assert "That step is the sponsor&#x27;s: Sarah." not in sign_in(sarah).get("/").content.decode()
    assert "sponsor's: Sarah." in sign_in(adam).get("/").content.decode()


@pytest.mark.parametrize("state", [ImportState.UNDONE, ImportState.FAILED, ImportState.RUNNING])
def test_a_file_that_is_not_here_ticks_nothing_off(
    adam: User, sign_in: SignIn, state: ImportState
) -> None:
    an_import(state)
    found = steps(sign_in(adam))
    assert found is not None
    assert found.file_read is False


def test_it_goes_when_all_three_are_done(adam: User, sign_in: SignIn) -> None:
    sarah = a_person("Sarah", Role.SPONSOR)
    an_import()
    a_person("Mina", Role.MEMBER)
    found = steps(sign_in(adam))
    assert found is not None
    assert (found.file_read, found.colleagues_here, found.promise_in_force) == (True, True, False)
    said = {"reason": "We begin with it.", "password": PASSWORD}
    assert sign_in(sarah).post("/promise/beginning/", said).status_code == 302
    assert steps(sign_in(adam)) is None
    assert "First steps" not in sign_in(adam).get("/").content.decode()


def test_members_are_not_asked_to_set_up_the_house(adam: User, sign_in: SignIn) -> None:
    assert steps(sign_in(a_person("Mina", Role.MEMBER))) is None


@pytest.mark.parametrize(("role", "offered"), [(Role.MANAGER, True), (Role.MEMBER, False)])
def test_no_customers_leads_to_a_file_whoever_may_read_one_in(
    db: None, sign_in: SignIn, role: Role, offered: bool
) -> None:
    shown = sign_in(a_person("Mina", role)).get("/customers/").content.decode()
    assert ('href="/sources/look/">Read in a file</a>' in shown) is offered
    assert "Make a new customer</a>" in shown
