"""With the application's login alone nobody becomes sponsor and no policy comes into force."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.core.cache import cache
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client
from pytest_django import Settings
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast

from concord.config.password import set_password
from concord.kernel import proof
from concord.kernel.actions import passwords, roles
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Role, User
from concord.pages.actions import people
from concord.treatment.actions import publish
from concord.treatment.models import PolicyInForce, PolicyVersion

BACKEND = "django.contrib.auth.backends.ModelBackend"
SECRET = "correct horse battery"
OTHER = "another long secret"


@pytest.fixture
def sarah(cast: Cast) -> User:
    """The sponsor of a company that is no demo: she has a password."""
    cache.clear()
    cast.sarah.set_password(SECRET)
    cast.sarah.save()
    return cast.sarah


def run(statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def refused(statement: str, *parameters: object) -> None:
    with pytest.raises(DatabaseError) as error:
        run(statement, *parameters)
    state = getattr(error.value.__cause__, "sqlstate", None)
    assert state in {"42501", "28P01"}, error.value


PUBLISH = "SELECT publish_policy(1, %s, %s, 'Mine.', %s)"


STATEMENTS = (
    "UPDATE kernel_user SET role = 'sponsor' WHERE name = 'Bob'",
    "UPDATE kernel_user SET role = 'administrator' WHERE name = 'Bob'",
    "UPDATE kernel_user SET role = 'member' WHERE name = 'Sarah'",
    "UPDATE kernel_user SET is_superuser = true, is_staff = true WHERE name = 'Bob'",
    "UPDATE kernel_user SET is_system = NOT is_system WHERE name = 'Bob'",
    "UPDATE kernel_user SET password = (SELECT password FROM kernel_user WHERE name = 'Bob')"
    " WHERE name = 'Sarah'",
    "UPDATE kernel_user SET password = '!' WHERE name = 'Sarah'",
    "UPDATE kernel_user SET is_active = false WHERE name = 'Sarah'",
    "UPDATE kernel_user SET email = 'bob@evil.example' WHERE name = 'Sarah'",
    "UPDATE kernel_user SET id = -1 WHERE name = 'Bob'",
    "DELETE FROM kernel_user WHERE name = 'Sarah'",
    "TRUNCATE kernel_user CASCADE",
    "INSERT INTO kernel_user (email, name, role, password, language, is_system, is_staff,"
    " is_active, is_superuser, joined_at)"
    " SELECT 'x@x.example', 'X', 'sponsor', password, language, is_system, is_staff,"
    " is_active, is_superuser, joined_at FROM kernel_user WHERE name = 'Bob'",
    "INSERT INTO kernel_user (email, name, role, password, language, is_system, is_staff,"
    " is_active, is_superuser, joined_at)"
    " SELECT 'x@x.example', 'X', 'member', password, language, is_system, is_staff,"
    " is_active, true, joined_at FROM kernel_user WHERE name = 'Bob'",
    "INSERT INTO kernel_user SELECT * FROM kernel_user WHERE name = 'Bob'"
    " ON CONFLICT (id) DO UPDATE SET role = 'sponsor'",
    "ALTER TABLE kernel_user DISABLE TRIGGER guard_people",
    "DROP TRIGGER guard_people ON kernel_user",
    "CREATE OR REPLACE FUNCTION guard_people() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = 'replica'",
    "SELECT check_sponsor(1, '')",
    "SELECT setval('treatment_policyinforce_id_seq', 1)",
)


def test_no_statement_of_the_applications_makes_a_sponsor(sarah: User) -> None:
    before = list(User.objects.order_by("id").values_list("id", "role", "password", "is_active"))
    with as_application():
        for statement in STATEMENTS:
            refused(statement)
    after = list(User.objects.order_by("id").values_list("id", "role", "password", "is_active"))
    assert before == after


def test_the_application_cannot_act_as_the_owner(sarah: User) -> None:
    reach = "SELECT pg_has_role('concord_app', oid, 'MEMBER') FROM pg_roles WHERE rolname = %s"
    assert run(reach, "concord_owner") == run(reach, "postgres") == [(False,)]
    with as_application():
        made = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
        assert run(made) == [(False,)]


def test_what_the_application_needs_of_people_it_may(sarah: User, cast: Cast) -> None:
    with as_application():
        run("UPDATE kernel_user SET last_login = now(), language = 'ko' WHERE name = 'Sarah'")
        cast.bob.set_password(SECRET)
        cast.bob.save()  # every column, the role too, as it is
        User.objects.create_user("new@example.com", name="New", role=Role.ADMINISTRATOR)
        User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    sarah.refresh_from_db()
    assert (sarah.language, sarah.role) == ("ko", Role.SPONSOR)


def test_no_policy_comes_into_force_without_the_sponsors_password(sarah: User, cast: Cast) -> None:
    version = PolicyVersion.objects.get()
    with as_application():
        read = run("SELECT password FROM kernel_user WHERE id = %s", sarah.pk)[0][0]
        for guess in (None, b"", SECRET.encode(), read.encode(), bytes.fromhex(read[-64:])):
            refused(PUBLISH, sarah.pk, TODAY, guess)
        for who in (cast.bob.pk, cast.adam.pk, cast.olga.pk, -1, None):
            refused(PUBLISH, who, TODAY, proof.of(sarah, SECRET))
        with pytest.raises(Problem) as wrong:
            publish.put_in_force(sarah, version, TODAY, "Mine.", "not her password")
        assert wrong.value.code == "password"
        assert PolicyInForce.objects.count() == 1
        publish.put_in_force(sarah, version, TODAY, "Once more.", SECRET)
    assert PolicyInForce.objects.count() == 2
    entry = AuditEntry.objects.filter(action="treatment.put_in_force").latest("id")
    assert (entry.by, entry.subject_id, entry.data) == (sarah, "1", {"from_date": "2026-11-21"})


def test_a_temporary_table_of_the_same_name_is_not_read(sarah: User, cast: Cast) -> None:
    with as_application():
        for table in ("kernel_user", "treatment_policyversion", "kernel_auditentry"):
            run(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM public.{table}")
        run("UPDATE pg_temp.kernel_user SET role = 'sponsor', password = '!'")
        refused(PUBLISH, cast.bob.pk, TODAY, None)
        refused("SELECT give_role(%s, %s, 'sponsor', NULL)", sarah.pk, cast.bob.pk)
        run("DELETE FROM pg_temp.kernel_user")
        refused(
            "INSERT INTO public.kernel_user (email, name, role, password, language,"
            " is_system, is_staff, is_active, is_superuser, joined_at) VALUES"
            " ('x@x.example', 'X', 'sponsor', '!', 'en', false, false, true, false, now())"
        )
        for table in ("treatment_policyversion", "kernel_auditentry"):
            run(f"DELETE FROM pg_temp.{table}")
        run(PUBLISH, sarah.pk, TODAY, proof.of(sarah, SECRET))
        assert run("SELECT count(*) FROM pg_temp.kernel_auditentry") == [(0,)]
    assert PolicyInForce.objects.count() == 2


def test_a_version_that_is_not_what_its_digest_says_is_not_published(sarah: User) -> None:
    with as_application():
        run(
            "INSERT INTO treatment_policyversion (number, xml, digest, note, created_by_id,"
            " created_at) SELECT 2, '<other/>', digest, '', created_by_id, now()"
            " FROM treatment_policyversion"
        )
        with pytest.raises(DatabaseError, match="not what its digest says"):
            run(PUBLISH.replace("1,", "2,", 1), sarah.pk, TODAY, proof.of(sarah, SECRET))


def test_the_sponsor_makes_a_sponsor_with_her_password_and_takes_it_back(
    sarah: User, cast: Cast
) -> None:
    with as_application():
        with pytest.raises(Problem, match="password of their own"):
            roles.give(sarah, cast.bob, Role.SPONSOR, SECRET)
        passwords.choose(cast.bob, OTHER)
        with pytest.raises(Problem, match="not your password"):
            roles.give(sarah, cast.bob, Role.SPONSOR, OTHER)
        roles.give(sarah, cast.bob, Role.SPONSOR, SECRET)
        with pytest.raises(Problem) as held:
            passwords.choose(cast.bob, SECRET)
        assert held.value.code == "forbidden"
        cast.bob.refresh_from_db()
        roles.give(cast.bob, sarah, Role.MANAGER, OTHER)
        sarah.refresh_from_db()
        with pytest.raises(Problem, match="may not give this role"):
            roles.give(sarah, cast.alice, Role.SPONSOR, SECRET)
    said = AuditEntry.objects.filter(action="person.role").order_by("id")
    assert [(each.by.name, each.subject_id, each.data) for each in said if each.by] == [
        ("Sarah", str(cast.bob.pk), {"from": "manager", "to": "sponsor"}),
        ("Bob", str(sarah.pk), {"from": "sponsor", "to": "manager"}),
    ]


def test_who_gives_roles(sarah: User, cast: Cast) -> None:
    def given(by: User, role: Role) -> bool:
        try:
            with transaction.atomic():
                roles.give(by, cast.charlie, role)
                raise ZeroDivisionError  # given, and taken back
        except ZeroDivisionError:
            return True
        except Problem:
            return False

    with as_application():
        for by in (cast.alice, cast.bob, cast.olga, cast.adam, sarah):
            assert given(by, Role.OFFICER) is (by in (cast.adam, sarah))
            assert not given(by, Role.SPONSOR)
            with pytest.raises(Problem):
                roles.give(by, by, Role.MEMBER, SECRET)  # nobody their own
    assert User.objects.get(pk=cast.charlie.pk).role == Role.MEMBER


def test_the_sponsors_password_changes_for_the_present_one(sarah: User) -> None:
    with as_application():
        with pytest.raises(Problem, match="not your password"):
            passwords.change(sarah, OTHER, OTHER)
        sarah.refresh_from_db()
        passwords.change(sarah, SECRET, OTHER)
        refused(
            "SELECT change_password(%s, %s, NULL)", sarah.pk, "sealed_scrypt$1$s$1$1$" + "0" * 64
        )
    sarah.refresh_from_db()
    assert sarah.check_password(OTHER)
    assert AuditEntry.objects.filter(action="person.password").count() == 1


def test_an_older_password_is_sealed_by_the_migration(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(
        password=ScryptPasswordHasher().encode(SECRET, "salt")
    )
    run(import_module("concord.kernel.migrations.0003_sponsors_proof").SEAL)
    cast.bob.refresh_from_db()
    assert cast.bob.password.startswith("sealed_scrypt$16384$salt$8$5$")
    assert cast.bob.check_password(SECRET)
    assert not cast.bob.check_password(OTHER)
    given = proof.of(cast.bob, SECRET) or b""
    assert hashlib.sha256(given).hexdigest() == cast.bob.password.rpartition("$")[2]
    assert b64encode(given).decode() not in cast.bob.password


def test_the_proof_does_not_stand_in_the_statement(
    sarah: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session of the same login reads the statements of this one while they run."""
    monkeypatch.setattr(proof, "of", lambda user, password: b"the proof itself")
    seen = proof.call(
        "SELECT (SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()) || %s::text",
        "\x01",
        refused=proof.wrong_password(),
    )
    assert "$1" in seen
    assert seen.count("\x01") == 1


def test_pages_ask_the_sponsor_for_her_password(
    sarah: User, client: Client, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "1/m/user"}
    client.force_login(sarah, BACKEND)
    limit = "place_order:place_order.amount.in:10000"
    looked = client.post("/promise/change/", {"limit": limit, "number": "5000"})["Location"]
    assert 'type="password"' in client.get(looked).content.decode()
    force, said = f"{looked}force/", {"reason": "Losses.", "from_date": "2026-11-21"}
    wrong = client.post(force, said | {"password": OTHER}).content.decode()
    assert "This is not your password." in wrong
    assert OTHER not in wrong
    held = client.post(force, said | {"password": SECRET}).content.decode()
    assert "Too many passwords were tried." in held
    assert PolicyVersion.objects.count() == 1
    cache.clear()
    with as_application():
        assert client.post(force, said | {"password": SECRET}).status_code == 302
    assert PolicyInForce.objects.count() == 2


def test_the_settings_make_a_sponsor_with_the_sponsors_password(
    sarah: User, cast: Cast, client: Client
) -> None:
    client.force_login(sarah, BACKEND)
    passwords.choose(cast.bob, OTHER)
    address = f"/settings/people/{cast.bob.pk}/"
    said = {"name": "Bob", "role": "sponsor", "language": "en"}
    with as_application():
        assert client.post(address, said).status_code == 422
        assert client.post(address, said | {"password": SECRET}).status_code == 302
        shown = client.get(address).content.decode()
        assert f"{address}link/" not in shown
        assert f"{address}door/closed/" not in shown
        assert client.post(f"{address}link/").status_code == 422
        assert client.post(f"{address}door/closed/").status_code == 422
        new = {"email": "dora@example.com", "name": "Dora", "role": "sponsor", "language": "en"}
        assert client.post("/settings/people/new/", new | {"password": SECRET}).status_code == 422
        assert not User.objects.filter(email="dora@example.com").exists()
    cast.bob.refresh_from_db()
    assert (cast.bob.role, cast.bob.is_active) == (Role.SPONSOR, True)


def test_the_account_pages_work_with_the_applications_rights(
    sarah: User, cast: Cast, client: Client
) -> None:
    with as_application():
        said = {"login": "sarah@example.com", "password": SECRET}
        assert client.post("/account/login/", said).status_code == 302
        page = client.get("/account/password/change/").content.decode()
        assert "/account/password/reset/" not in page
        new = {"oldpassword": SECRET, "password1": OTHER, "password2": OTHER}
        assert client.post("/account/password/change/", new).status_code == 302
        sarah.refresh_from_db()
        assert sarah.check_password(OTHER)
        link = people.password_link(cast.adam, cast.bob)
        visitor = Client()
        form = visitor.get(link, follow=True).redirect_chain[-1][0]
        done = visitor.post(form, {"password1": OTHER, "password2": OTHER})
        assert done.status_code == 302
        cast.bob.refresh_from_db()
        assert cast.bob.check_password(OTHER)


def test_a_link_from_before_does_not_change_who_has_become_sponsor(sarah: User, cast: Cast) -> None:
    passwords.choose(cast.bob, OTHER)
    link = people.password_link(cast.adam, cast.bob)
    roles.give(sarah, cast.bob, Role.SPONSOR, SECRET)
    with as_application():
        visitor = Client()
        form = visitor.get(link, follow=True).redirect_chain[-1][0]
        done = visitor.post(form, {"password1": SECRET, "password2": SECRET})
    assert done.status_code == 422
    cast.bob.refresh_from_db()
    assert cast.bob.check_password(OTHER)


def test_the_command_line_says_that_it_takes_the_owners_login(
    sarah: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(OTHER))
    with as_application(), pytest.raises(Problem, match="may not make a sponsor") as held:
        set_password(sarah.email, from_stdin=True)
    assert held.value.place == "DATABASE_URL"
    monkeypatch.setattr("sys.stdin", StringIO(OTHER))
    set_password(sarah.email, from_stdin=True)
    sarah.refresh_from_db()
    assert sarah.check_password(OTHER)


@pytest.mark.django_db
def test_the_first_sponsor_of_an_empty_house(db: None) -> None:
    def made(email: str) -> User:
        with transaction.atomic():
            return User.objects.create_user(email, name="S", role=Role.SPONSOR)

    with as_application():
        made("first@example.com")
        with pytest.raises(ProgrammingError, match="another sponsor"):
            made("second@example.com")
