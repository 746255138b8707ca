"""The API gives the same answer as the page and the command line, to whoever asks."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.treatment.cast import TODAY, Cast, a_cast, a_customer, a_hold, an_invoice

from concord.kernel import time
from concord.kernel.actions import api_keys
from concord.kernel.errors import Problem
from concord.kernel.models import ApiKey, Department, Role, User
from concord.treatment.actions.decide import decide
from concord.treatment.commands import COMMANDS
from concord.treatment.models import AnswerLog

ALL = list(api_keys.SCOPES)


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    stand_on(monkeypatch, TODAY)
    return a_cast()


def a_system(department: str = "support") -> User:
    known = User.objects.filter(is_system=True, department__key=department).first()
    return known or User.objects.create_user(
        f"{department}@system.invalid",
        name="Web shop",
        is_system=True,
        department=Department.objects.get(key=department),
    )


def a_key(cast: Cast, principal: User | None = None, scopes: list[str] = ALL) -> str:
    return api_keys.create(cast.adam, principal or a_system(), "Web shop", scopes)[1]


def post(client: Client, key: str, body: Any, **headers: str) -> Any:
    return client.post(
        "/api/v1/treatments",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"} | headers,
    )


ASKED = {"customer": "Hanbit Precision@books", "request": "place_order", "fields": {"amount": "9"}}


def run(*arguments: str) -> int:
    command = next(each for each in COMMANDS if each.name == "decide")
    parser = ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args(arguments))


def test_page_command_and_api_give_one_treatment_whoever_asks(
    cast: Cast, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    page = decide(customer.id, "place_order", {"amount": "9"}, asked_by=cast.sarah, channel="page")
    by_api = post(client, a_key(cast), ASKED).json()
    assert run("--customer", "Hanbit Precision@books", "--request", "place_order",
               "--field", "amount=9.00", "--json", "--as", "bob@example.com") == 0  # fmt: skip
    by_command = json.loads(capsys.readouterr().out)
    own = ("answer_id", "at")
    assert {k: v for k, v in by_api.items() if k not in own} == {
        k: v for k, v in by_command.items() if k not in own
    }
    assert by_api["id"] == by_command["id"] == str(page.id)
    stored = list(AnswerLog.objects.values_list("treatment", flat=True))
    assert len(stored) == 3
    assert all(each == stored[0] for each in stored)
    assert set(AnswerLog.objects.values_list("channel", flat=True)) == {
        "page",
        "api",
        "command",
    }


def test_what_the_principal_may_not_see_is_hidden_and_the_answer_is_the_same(
    cast: Cast, client: Client
) -> None:
    _customer, profile = a_customer()
    an_invoice(profile, due="2026-11-10")
    full = post(client, a_key(cast), ASKED).json()
    redacted = post(client, a_key(cast, a_system("shipping")), ASKED).json()
    hidden = {each["key"]: each["state"] for each in redacted["why"]["facts"]}
    assert hidden["overdue_undisputed"] == "hidden"
    assert {k: full[k] for k in ("id", "act", "say", "to")} == {
        k: redacted[k] for k in ("id", "act", "say", "to")
    }


def test_the_command_line_prints_what_to_do_and_why(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    _customer, profile = a_customer()
    a_hold(profile)
    assert run("--customer", "Hanbit Precision@books", "--request", "proposal") == 0
    printed = capsys.readouterr().out
    assert "Not yet. Pass them to Accounts." in printed
    assert "Hold set by accounts: yes" in printed
    assert User.objects.get(is_system=True).name == "Command line"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--customer", "x"], "customer"),
        (["--customer", "x@books"], "x@books"),
        (["--customer", "Hanbit Precision@books", "--field", "amount"], "--field"),
        (["--customer", "Hanbit Precision@books", "--as", "nobody@example.com"], "--as"),
    ],
)
def test_wrong_arguments_are_named(cast: Cast, arguments: list[str], place: str) -> None:
    a_customer()
    with pytest.raises(Problem) as wrong:
        run(*arguments, "--request", "proposal")
    assert wrong.value.place == place


def test_a_given_treatment_is_read_again(cast: Cast, client: Client) -> None:
    a_customer()
    key = a_key(cast)
    made = post(client, key, ASKED)
    assert made.status_code == 201
    found = client.get(made["Location"], headers={"authorization": f"Bearer {key}"})
    assert found.json() == made.json()


def test_an_idempotency_key_gives_the_first_response_again(cast: Cast, client: Client) -> None:
    a_customer()
    key = a_key(cast)
    sent = {"idempotency-key": "one"}
    first = post(client, key, ASKED, **sent)
    second = post(client, key, ASKED, **sent)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert AnswerLog.objects.count() == 1
    other = post(client, key, ASKED | {"request": "proposal", "fields": {}}, **sent)
    assert (other.status_code, other.json()["type"]) == (
        422,
        "urn:concord:problem:idempotency-key-reused",
    )
    assert post(client, a_key(cast), ASKED, **sent).status_code == 201  # another key's own
    assert AnswerLog.objects.count() == 2


def test_a_call_that_failed_may_be_repeated_under_its_key(cast: Cast, client: Client) -> None:
    key = a_key(cast)
    sent = {"idempotency-key": "one"}
    assert post(client, key, ASKED, **sent).status_code == 404
    a_customer()
    assert post(client, key, ASKED, **sent).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"customer": "nobody@books"}, 404, "nobody@books"),
        ({"customer": "?"}, 404, "customer"),
        ({"request": "dance"}, 404, "request"),
        ({"fields": {"amount": "many"}}, 422, "amount"),
        ({"fields": {"colour": "red"}}, 422, "colour"),
    ],
)
def test_a_wrong_call_gets_a_problem_that_names_the_place(
    cast: Cast, client: Client, change: dict[str, Any], status: int, place: str
) -> None:
    a_customer()
    response = post(client, a_key(cast), ASKED | change)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["place"]) == (status, place)
    assert AnswerLog.objects.count() == 0


def test_a_body_of_another_shape_names_its_fields(cast: Cast, client: Client) -> None:
    body = post(client, a_key(cast), {"customer": 5}).json()
    assert {each["place"].rpartition(".")[2] for each in body["errors"]} == {"customer", "request"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"customer": "x",\n "request"}', "line 2, column 11"),
        (b"customer=x", "line 1, column 1"),
        ("Müller".encode("latin-1"), "byte 2"),
    ],
)
def test_a_body_that_is_no_json_says_where_and_what_is_wanted(
    cast: Cast, client: Client, body: bytes, place: str
) -> None:
    response = client.post(
        "/api/v1/treatments",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {a_key(cast)}"},
    )
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json() == {
        "type": "urn:concord:problem:no-json",
        "title": "The body is not JSON.",
        "status": 400,
        "detail": 'Send one JSON object in UTF-8, such as {"customer": "10023@accounting"}.',
        "place": place,
    }


def test_an_unknown_field_is_answered_with_all_that_are_taken(cast: Cast, client: Client) -> None:
    a_customer()
    asked = {"customer": "Hanbit Precision@books", "request": "ship_order", "fields": {"colour": 1}}
    assert post(client, a_key(cast), asked).json()["detail"] == "Its fields: order, amount, unit."


def test_while_it_asks_there_are_no_words_for_the_customer(cast: Cast, client: Client) -> None:
    a_customer()
    asked = {"customer": "Hanbit Precision@books", "request": "goods_return"}
    body = post(client, a_key(cast), asked).json()
    assert (body["state"], body["say"], body["question"]["field"]) == ("asks", None, "reason")
    assert body["question"]["asks"]["en"] == "Why do they send it back?"
    assert [each["value"] for each in body["question"]["options"]] == [
        *("wrong item", "damaged", "defective", "not as ordered", "our mistake"),
        *("calibration", "not needed", "change of mind"),
    ]


def test_a_day_in_another_form_is_refused_with_the_form_that_is_wanted(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("--customer", "x@books", "--request", "proposal", "--as-of", "20.11.2026")
    said = "“20.11.2026” is no day. Write year-month-day, such as 2026-11-20."
    assert said in capsys.readouterr().err


def test_without_a_valid_key_nothing_is_said(cast: Cast, client: Client) -> None:
    a_customer()
    key = a_key(cast)
    row = ApiKey.objects.get()
    for wrong in ("", "x", "concord_x_y", key[:-1], key + "x"):
        response = post(client, wrong, ASKED)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
    ApiKey.objects.update(expires_at=time.now() - timedelta(seconds=1))
    assert post(client, key, ASKED).status_code == 401
    ApiKey.objects.update(expires_at=None)
    assert post(client, key, ASKED).status_code == 201
    api_keys.revoke(cast.adam, row)
    assert post(client, key, ASKED).status_code == 401


def test_a_system_that_is_gone_takes_its_keys_along(cast: Cast, client: Client) -> None:
    a_customer()
    key = a_key(cast)
    User.objects.filter(pk=a_system().pk).update(is_active=False)
    assert post(client, key, ASKED).status_code == 401


def test_a_key_acts_for_a_system_and_an_administrator_alone_makes_and_revokes_it(
    cast: Cast,
) -> None:
    robot = User.objects.create_user(
        "robot@system.invalid", name="Robot", role=Role.ADMINISTRATOR, is_system=True
    )
    people = [cast.alice, cast.bob, cast.charlie, cast.olga, cast.sarah, cast.adam]
    key = api_keys.create(cast.adam, a_system(), "Web shop", ALL)[0]
    for by in (*people, robot):
        for principal in (*people, a_system()):
            if by == cast.adam and principal == a_system():
                continue
            with pytest.raises(Problem) as refused:
                api_keys.create(by, principal, "Mine", ALL)
            assert refused.value.code == "forbidden"
        if by != cast.adam:
            with pytest.raises(Problem):
                api_keys.revoke(by, key)
    assert list(ApiKey.objects.filter(revoked_at=None)) == [key]
    User.objects.filter(pk=cast.adam.pk).update(is_active=False)
    with pytest.raises(Problem):
        api_keys.revoke(User.objects.get(pk=cast.adam.pk), key)


def test_a_key_of_a_person_from_before_opens_nothing(cast: Cast, client: Client) -> None:
    a_customer()
    key = a_key(cast)
    ApiKey.objects.update(principal=cast.sarah)
    assert post(client, key, ASKED).status_code == 401


def test_a_key_does_what_its_scopes_say(cast: Cast, client: Client) -> None:
    a_customer()
    reader = a_key(cast, scopes=["treatments:read"])
    assert post(client, reader, ASKED).status_code == 403
    headers = {"authorization": f"Bearer {reader}"}
    address = "/api/v1/customers/Hanbit Precision@books"
    assert client.get(address, headers=headers).status_code == 403


def test_a_customer_is_found_by_what_a_system_calls_them(cast: Cast, client: Client) -> None:
    customer, _ = a_customer()
    headers = {"authorization": f"Bearer {a_key(cast)}"}
    body = client.get("/api/v1/customers/Hanbit Precision@books", headers=headers).json()
    assert (body["id"], body["called"]) == (
        str(customer.id),
        [{"source": "books", "key": "Hanbit Precision"}],
    )
    assert client.get(f"/api/v1/customers/{customer.id}", headers=headers).json() == body


def test_only_the_hash_of_a_key_is_kept(cast: Cast) -> None:
    key, text = api_keys.create(cast.adam, a_system(), "Web shop", ["treatments:write"])
    assert text.rpartition("_")[2].encode() not in bytes(key.digest)
    with pytest.raises(Problem, match="scopes that exist"):
        api_keys.create(cast.adam, a_system(), "Web shop", ["everything"])


def test_the_schema_is_served(cast: Cast, client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/v1/treatments",
        "/api/v1/treatments/{treatment_id}",
        "/api/v1/checks",
        "/api/v1/customers/{reference}",
    }


def test_a_number_of_json_is_the_number_that_stands_there(cast: Cast, client: Client) -> None:
    a_customer()
    ids = {
        post(client, a_key(cast), ASKED | {"fields": {"amount": amount}}).json()["id"]
        for amount in (1200.5, "1200.5", "1,200.50")
    }
    assert len(ids) == 1


def test_whatever_goes_wrong_is_a_problem_in_json(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_customer()
    key = a_key(cast)
    for customer in ("x\x00@books", "x@b\x00", "\x00"):
        assert post(client, key, ASKED | {"customer": customer}).status_code in {404, 422}

    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("concord.connect.api.treatments.decide", broken)
    response = post(client, key, ASKED, **{"Idempotency-Key": "once"})
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in response.content.decode()
    monkeypatch.undo()
