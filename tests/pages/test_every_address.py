"""Every address of the product, asked by everybody: who is let in, and who is not.

A new address that does not stand in `WHO` fails the first test: say who may use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.pages.scene import a_source
from tests.treatment.cast import Cast

from concord.customers.models import Customer, Membership
from concord.kernel.models import ApiKey, AuditEntry, Notification, Role, User
from concord.kernel.time import now
from concord.records.actions.desk import open_record
from concord.treatment.actions.decide import decide

EVERYBODY = set(Role)
THOSE_WHO_RUN = EVERYBODY - {Role.MEMBER}
WHO_HANDLES_RIGHTS = {Role.OFFICER, Role.ADMINISTRATOR, Role.SPONSOR}
WHO_CHANGE_PEOPLE = {Role.ADMINISTRATOR, Role.SPONSOR}
WHO_GRANT = {Role.MANAGER, Role.OFFICER, Role.SPONSOR}  # whom the default policy names
WHO_DRAFT = {Role.MANAGER, Role.OFFICER, Role.SPONSOR}
ADMINISTRATOR, SPONSOR = {Role.ADMINISTRATOR}, {Role.SPONSOR}
# The door: the demo's checks who asks by itself, as does a link in a letter, which is signed.
OPEN = {"ui:language", "ui:demo", "treatment:asking_by_mail"}
ELSEWHERE = ("account_", "mfa_", "api:")  # allauth's own, and what asks for a key
WHO: dict[str, set[Role]] = {
    "pages:today": EVERYBODY,
    "pages:told": EVERYBODY,
    "pages:all_read": EVERYBODY,
    "pages:find": EVERYBODY,
    "pages:ask": EVERYBODY,
    "pages:customer": EVERYBODY,
    "pages:facts": EVERYBODY,
    "pages:timeline": EVERYBODY,
    "pages:log_contact": EVERYBODY,
    "pages:take_back": EVERYBODY,
    "pages:answer": EVERYBODY,
    "pages:hand_over": EVERYBODY,
    "pages:wait": EVERYBODY,
    "pages:object": EVERYBODY,
    "pages:ask_exception": EVERYBODY,
    "pages:act_otherwise": EVERYBODY,
    "pages:stop_waiting": EVERYBODY,
    "pages:settings": THOSE_WHO_RUN,
    "pages:new_person": WHO_CHANGE_PEOPLE,
    "pages:person": THOSE_WHO_RUN,
    "pages:person_link": WHO_CHANGE_PEOPLE,
    "pages:person_door": WHO_CHANGE_PEOPLE,
    "pages:departments": THOSE_WHO_RUN,
    "pages:new_department": ADMINISTRATOR,
    "pages:department": ADMINISTRATOR,
    "pages:new_unit": ADMINISTRATOR,
    "pages:unit": ADMINISTRATOR,
    "pages:requests": THOSE_WHO_RUN,
    "pages:new_request": ADMINISTRATOR,
    "pages:request": ADMINISTRATOR,
    "pages:remove_request_field": ADMINISTRATOR,
    "pages:retire_request": ADMINISTRATOR,
    "pages:keys": THOSE_WHO_RUN,
    "pages:new_key": ADMINISTRATOR,
    "pages:revoke_key": ADMINISTRATOR,
    "pages:company": THOSE_WHO_RUN,
    "pages:new_rate": ADMINISTRATOR,
    "pages:rate": ADMINISTRATOR,
    "pages:remove_rate": ADMINISTRATOR,
    "customers:list": EVERYBODY,
    "customers:new": EVERYBODY,
    "customers:duplicates": EVERYBODY,
    "customers:value": EVERYBODY,
    "customers:pin": EVERYBODY,
    "customers:unpin": EVERYBODY,
    "customers:members": EVERYBODY,
    "customers:part_all": THOSE_WHO_RUN,
    "customers:part": THOSE_WHO_RUN,
    "customers:golden": THOSE_WHO_RUN,
    "customers:pins": THOSE_WHO_RUN,
    "customers:golden_shipped": THOSE_WHO_RUN,
    "customers:golden_look": THOSE_WHO_RUN,
    "customers:golden_count": THOSE_WHO_RUN,
    "customers:golden_force": THOSE_WHO_RUN,
    "customers:group": EVERYBODY,
    "customers:group_parts": EVERYBODY,
    "customers:group_find": EVERYBODY,
    "customers:group_not_here": THOSE_WHO_RUN,
    "customers:group_after_all": THOSE_WHO_RUN,
    "customers:group_add": THOSE_WHO_RUN,  # of a group; households are everybody's
    "customers:group_move": EVERYBODY,
    "customers:group_end": EVERYBODY,
    "customers:relations": EVERYBODY,
    "customers:relate": EVERYBODY,
    "customers:relate_find": EVERYBODY,
    "customers:end_relation": EVERYBODY,
    "customers:take_back_relation": EVERYBODY,
    "customers:recognition": THOSE_WHO_RUN,
    "customers:recognition_learn": THOSE_WHO_RUN,
    "customers:recognition_again": THOSE_WHO_RUN,
    "customers:recognition_run": THOSE_WHO_RUN,
    "customers:recognition_stop": THOSE_WHO_RUN,
    "customers:recognition_model": THOSE_WHO_RUN,
    "customers:recognition_force": THOSE_WHO_RUN,
    "customers:thresholds": THOSE_WHO_RUN,
    "customers:thresholds_sample": THOSE_WHO_RUN,
    "customers:thresholds_force": THOSE_WHO_RUN,
    "customers:review": THOSE_WHO_RUN,
    "customers:ahead": THOSE_WHO_RUN,
    "customers:verdict": THOSE_WHO_RUN,
    "customers:take_back": THOSE_WHO_RUN,
    "customers:questions": THOSE_WHO_RUN,
    "customers:joined": THOSE_WHO_RUN,
    "customers:later": THOSE_WHO_RUN,
    "customers:sooner": THOSE_WHO_RUN,
    "customers:opinion": THOSE_WHO_RUN,
    "customers:withdraw_opinion": THOSE_WHO_RUN,
    "customers:consequences": THOSE_WHO_RUN,
    "customers:release": THOSE_WHO_RUN,
    "customers:same": THOSE_WHO_RUN,
    "customers:same_as": THOSE_WHO_RUN,
    "customers:rights_list": WHO_HANDLES_RIGHTS,
    "customers:rights_settings": WHO_HANDLES_RIGHTS,
    "customers:let_in": WHO_HANDLES_RIGHTS,
    "customers:close_request": WHO_HANDLES_RIGHTS,
    "customers:extend_request": WHO_HANDLES_RIGHTS,
    "customers:make_file": WHO_HANDLES_RIGHTS,
    "customers:person_file": WHO_HANDLES_RIGHTS,
    "customers:forget_file": WHO_HANDLES_RIGHTS,
    "customers:download": WHO_HANDLES_RIGHTS,
    "customers:corrected": WHO_HANDLES_RIGHTS,
    "customers:restrict": WHO_HANDLES_RIGHTS,
    "customers:lift_restriction": WHO_HANDLES_RIGHTS,
    "customers:erase": WHO_HANDLES_RIGHTS,
    "customers:not_erase": WHO_HANDLES_RIGHTS,
    "customers:rights": EVERYBODY,
    "customers:take_request": EVERYBODY,
    "customers:correction": EVERYBODY,
    "customers:erasure": EVERYBODY,
    "records:retention": WHO_HANDLES_RIGHTS,
    "records:approve_disposal": WHO_HANDLES_RIGHTS,
    "records:record": EVERYBODY,
    "records:change_record": EVERYBODY,
    "records:close_record": EVERYBODY,
    "records:reopen_record": EVERYBODY,
    "records:withdraw_record": EVERYBODY,
    "records:new": EVERYBODY,
    "records:sources": THOSE_WHO_RUN,
    "records:new_source": THOSE_WHO_RUN,
    "records:look": EVERYBODY,
    "records:look_at": EVERYBODY,
    "records:look_list": EVERYBODY,
    "records:look_keep": THOSE_WHO_RUN,
    "records:look_bring": THOSE_WHO_RUN,
    "records:bring": THOSE_WHO_RUN,
    "records:draft": THOSE_WHO_RUN,
    "records:try_draft": THOSE_WHO_RUN,
    "records:stop_trial": THOSE_WHO_RUN,
    "records:import_draft": THOSE_WHO_RUN,
    "records:draft_mapping": THOSE_WHO_RUN,
    "records:forget_draft": THOSE_WHO_RUN,
    "records:resume_import": THOSE_WHO_RUN,
    "records:mapping": THOSE_WHO_RUN,
    "records:mapping_file": THOSE_WHO_RUN,
    "records:restore_mapping": THOSE_WHO_RUN,
    "records:rejections": THOSE_WHO_RUN,
    "records:rejection": THOSE_WHO_RUN,
    "records:dismiss": THOSE_WHO_RUN,
    "records:reopen_row": THOSE_WHO_RUN,
    "records:dismissed": THOSE_WHO_RUN,
    "records:row_group": THOSE_WHO_RUN,
    "records:try_correction": THOSE_WHO_RUN,
    "records:mend_group": THOSE_WHO_RUN,
    "records:dismiss_group": THOSE_WHO_RUN,
    "records:mending": THOSE_WHO_RUN,
    "records:stop_mending": THOSE_WHO_RUN,
    "records:resume_mending": THOSE_WHO_RUN,
    "records:put_back_mapping": THOSE_WHO_RUN,
    "records:reopen_rows": THOSE_WHO_RUN,
    "records:download_rows": THOSE_WHO_RUN,
    "records:bring_rows": THOSE_WHO_RUN,
    "records:silence": THOSE_WHO_RUN,
    "records:withdraw_silence": THOSE_WHO_RUN,
    "records:bring_silence_back": THOSE_WHO_RUN,
    "records:keep_silence": THOSE_WHO_RUN,
    "records:wrong_silence": THOSE_WHO_RUN,
    "records:never_complete": THOSE_WHO_RUN,
    "records:accept_warning": THOSE_WHO_RUN,
    "records:import": THOSE_WHO_RUN,
    "records:undo_import": THOSE_WHO_RUN,
    "records:stop_import": THOSE_WHO_RUN,
    "records:replay_import": THOSE_WHO_RUN,
    "records:source": THOSE_WHO_RUN,
    "records:change_source": THOSE_WHO_RUN,
    "treatment:new_backtest": WHO_DRAFT,
    "treatment:backtest": WHO_DRAFT,
    "treatment:stop_backtest": WHO_DRAFT,
    "treatment:resume_backtest": WHO_DRAFT,
    "treatment:backtest_list": WHO_DRAFT,
    "treatment:simulations": WHO_DRAFT,
    "treatment:simulation": WHO_DRAFT,
    "treatment:stop_simulation": WHO_DRAFT,
    "treatment:resume_simulation": WHO_DRAFT,
    "treatment:simulation_list": WHO_DRAFT,
    "treatment:simulated_customer": WHO_DRAFT,
    "treatment:kept": THOSE_WHO_RUN,
    "treatment:kept_acts": THOSE_WHO_RUN,
    "treatment:kept_file": THOSE_WHO_RUN,
    "treatment:kept_act": THOSE_WHO_RUN,
    "treatment:kept_task": THOSE_WHO_RUN,
    "treatment:kept_source": THOSE_WHO_RUN,
    "treatment:kept_customers": THOSE_WHO_RUN,
    "treatment:kept_waits": THOSE_WHO_RUN,
    "treatment:promise": EVERYBODY,
    "treatment:begin": EVERYBODY,  # sent back to the promise; the action asks who
    "treatment:change": SPONSOR,
    "treatment:preview": SPONSOR,
    "treatment:force": SPONSOR,
    "treatment:version": SPONSOR,
    "treatment:version_dmn": EVERYBODY,
    "treatment:version_workbook": EVERYBODY,
    "treatment:trades": WHO_DRAFT,
    "treatment:trade": WHO_DRAFT,
    "treatment:new_draft_file": WHO_DRAFT,
    "treatment:draft_file": WHO_DRAFT,
    "treatment:new_column": WHO_DRAFT,
    "treatment:own_facts": WHO_DRAFT,
    "treatment:new_own_fact": WHO_DRAFT,
    "treatment:own_fact": WHO_DRAFT,
    "treatment:retire_own_fact": WHO_DRAFT,
    "treatment:new_table": WHO_DRAFT,
    "treatment:drafts": WHO_DRAFT,
    "treatment:draft": WHO_DRAFT,
    "treatment:call_draft": WHO_DRAFT,
    "treatment:put_draft_aside": WHO_DRAFT,
    "treatment:take_up_draft": WHO_DRAFT,
    "treatment:objection_draft": WHO_DRAFT,
    "treatment:new_result": WHO_DRAFT,
    "treatment:own_words": WHO_DRAFT,
    "treatment:remove_own_words": WHO_DRAFT,
    "treatment:draft_edits": WHO_DRAFT,
    "treatment:undo_draft": WHO_DRAFT,
    "treatment:redo_draft": WHO_DRAFT,
    "treatment:draft_findings": WHO_DRAFT,
    "treatment:draft_dmn": WHO_DRAFT,
    "treatment:draft_workbook": WHO_DRAFT,
    "treatment:propose": WHO_DRAFT,
    "treatment:proposals": EVERYBODY,
    "treatment:proposal": EVERYBODY,
    "treatment:publish": SPONSOR,
    "treatment:accept_findings": SPONSOR,
    "treatment:withdraw_proposal": EVERYBODY,  # the action asks who made it
    "treatment:send_back": SPONSOR,
    "treatment:objections": EVERYBODY,
    "treatment:objection_terms": SPONSOR,
    "treatment:object": EVERYBODY,
    "treatment:objection": EVERYBODY,
    "treatment:briefing": EVERYBODY,  # of their department; who runs the company, all
    "treatment:acknowledge": EVERYBODY,
    "treatment:version_examples": WHO_DRAFT,
    "treatment:draft_examples": WHO_DRAFT,
    "treatment:remove_example": WHO_DRAFT,
    "treatment:keep_example": WHO_DRAFT,
    "treatment:lifts": EVERYBODY,
    "treatment:asking": EVERYBODY,
    "treatment:grant_asking": EVERYBODY,  # told on the page; the action asks whom the policy names
    "treatment:decline_asking": EVERYBODY,
    "treatment:take_back_asking": EVERYBODY,  # the action asks who
    "treatment:answers_csv": EVERYBODY,  # those that they may read
    "treatment:replays": THOSE_WHO_RUN,
    "treatment:withdraw_lift": EVERYBODY,
    "treatment:new_lift": WHO_GRANT,
    "treatment:answers": EVERYBODY,
    "treatment:logged": EVERYBODY,
    "treatment:replay": EVERYBODY,
    "treatment:reply": EVERYBODY,
    "work:list": EVERYBODY,
    "work:board": EVERYBODY,
    "work:move": EVERYBODY,
    "work:close": EVERYBODY,
    "work:reopen": EVERYBODY,
}


@dataclass(frozen=True)
class Address:
    name: str
    path: str


@pytest.fixture
def people(cast: Cast) -> dict[Role, User]:
    return {
        Role.MEMBER: cast.alice,
        Role.MANAGER: cast.bob,
        Role.OFFICER: cast.olga,
        Role.SPONSOR: cast.sarah,
        Role.ADMINISTRATOR: cast.adam,
    }


@pytest.fixture
def addresses(cast: Cast, hanbit: Customer) -> list[Address]:
    """Each address with things that are there: Hanbit, a task, an answer, a person, a key."""
    answer = decide(hanbit.pk, "proposal", {}, asked_by=cast.alice, channel="page")
    task = open_record(cast.alice, "task", hanbit.pk, subject="Call")
    told = Notification.objects.create(user=cast.alice, kind="x", url="/")
    key = ApiKey.objects.create(principal=cast.adam, name="K", prefix="p", created_by=cast.adam)
    profile = Membership.objects.filter(customer=hanbit).values_list("profile_id", flat=True)[0]
    given: dict[str, object] = {
        "customer_id": hanbit.pk,
        "profile_id": profile,
        "record_id": task.pk,
        "answer_id": answer.answer_id,
        "attribute": "name",
        "type": "task",
        "state": "closed",
    }
    own: dict[str, dict[str, object]] = {
        "pages:told": {"pk": told.pk},
        "pages:person": {"pk": cast.charlie.pk},
        "pages:person_link": {"pk": cast.charlie.pk},
        "pages:person_door": {"pk": cast.charlie.pk},
        "pages:revoke_key": {"pk": key.pk},
        "pages:department": {"key": "sales"},
        "pages:unit": {"key": "gauges"},
        "pages:retire_request": {"key": "tour"},
        "records:source": {"key": a_source("accounts").key},
        "records:change_source": {"key": "accounts"},
    }
    missing = {"int": 10**9, "uuid": UUID(int=7), "slug": "proposal", "string": "nothing"}
    return [
        Address(
            name,
            reverse(
                name,
                kwargs={
                    place: own.get(name, {}).get(place, given.get(place, missing[kind]))
                    for place, kind in places.items()
                },
            ),
        )
        for name, places in ours()
    ]


def ours() -> Iterator[tuple[str, dict[str, str]]]:
    """The names of our addresses, and the kind of each of their places."""

    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, dict[str, str]]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern, inner)
            elif isinstance(pattern, URLPattern) and pattern.name:
                converters = pattern.pattern.converters.items()
                kinds = {
                    n: type(c).__name__.removesuffix("Converter").lower() for n, c in converters
                }
                yield space + pattern.name, kinds

    for name, places in walk(get_resolver(), ""):
        if not name.startswith(ELSEWHERE):
            yield name, places


def visit(client: Client, address: Address) -> HttpResponse:
    """As a reader would, or by a form that says nothing; whatever it does is taken back."""
    with transaction.atomic():
        response = client.get(address.path)
        if response.status_code == 405:
            response = client.post(address.path)
        transaction.set_rollback(True)
    return response


def signed_in(person: User, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def test_it_is_decided_who_may_use_every_address() -> None:
    assert {name for name, _places in ours()} - OPEN - set(WHO) == set()


def test_everybody_is_let_in_where_they_may_be_and_nowhere_else(
    addresses: list[Address], people: dict[Role, User]
) -> None:
    wrong = []
    for role, person in people.items():
        client = signed_in(person)
        for address in addresses:
            if address.name not in WHO:
                continue
            status = visit(client, address).status_code
            let_in = status < 500 and status != 403
            # What is not there may be said to be not there, whoever asks.
            if let_in is not (role in WHO[address.name]) and status != 404:
                wrong.append((address.name, role.value, status))
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_stranger_comes_to_the_door(addresses: list[Address]) -> None:
    client = Client()
    for address in addresses:
        if address.name not in OPEN:
            for response in (client.get(address.path), client.post(address.path)):
                assert response.status_code == 302, address
                assert response["Location"].startswith("/account/login/?next="), address


def test_no_form_of_another_site_is_taken(addresses: list[Address], cast: Cast) -> None:
    client = signed_in(cast.sarah, enforce_csrf_checks=True)
    before = AuditEntry.objects.count()
    for address in addresses:
        response = client.post(address.path)
        assert response.status_code == 403, address
        foreign = {"origin": "https://evil.example", "x-csrftoken": "x" * 32}
        assert client.post(address.path, headers=foreign).status_code == 403, address
    assert AuditEntry.objects.count() == before


def test_reading_changes_nothing(addresses: list[Address], cast: Cast) -> None:
    client = signed_in(cast.adam)
    before = AuditEntry.objects.latest("id").pk
    at = now()
    for address in addresses:
        client.get(address.path)
    assert AuditEntry.objects.latest("id").pk == before
    assert not User.objects.filter(joined_at__gt=at).exists()
    assert not User.objects.filter(is_active=False).exists()
