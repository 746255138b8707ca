"""Find: two characters of any script, a record's number, a room; and what to do with no match."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.pages import scene
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel.models import User

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("text", ["한빛", "빛정", "Ha", "hanbit prec", "00417", "124-81-00998"])
def test_a_customer_is_found(cast: Cast, hanbit: Customer, sign_in: SignIn, text: str) -> None:
    response = sign_in(cast.alice).get("/find", {"q": text}, headers=HTMX)
    assert [hit.id for hit in response.context["found"].customers] == [hanbit.pk]


def test_a_record_is_found_by_its_number(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    shown = sign_in(cast.alice).get("/find?q=11-0417", headers=HTMX).content.decode()
    assert "Invoice 11-0417" in shown
    assert "한빛정밀" in shown


def test_a_room_is_found_by_its_name_in_ones_language(cast: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.adam.pk).update(language="ko")
    shown = sign_in(cast.adam).get("/find", {"q": "설"}, headers=HTMX).content.decode()
    assert 'href="/settings/"' in shown
    assert "/settings/" not in sign_in(cast.alice).get("/find?q=se", headers=HTMX).content.decode()


def test_no_match_offers_to_make_the_customer(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    shown = client.get("/find", {"q": "Neu & Co"}, headers=HTMX).content.decode()
    assert "?name=Neu%20%26%20Co" in shown
    assert 'role="option"' in shown
    whole = client.get("/find", {"q": "Neu & Co"}).content.decode()
    assert "Nobody and nothing was found" in whole


def test_what_is_found_otherwise_is_no_new_customer(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    for person, text in ((cast.adam, "settings"), (cast.alice, "settings"), (cast.alice, "11-0417"),
                         (cast.alice, "99999"), (cast.alice, "+82 99 9")):  # fmt: skip
        client = sign_in(person)
        for headers in ({}, HTMX):
            shown = client.get("/find", {"q": text}, headers=headers).content.decode()
            assert "customers/new/?name" not in shown, text


def test_a_slip_offers_who_is_nearly_called_so_before_a_new_customer(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    response = client.get("/find", {"q": "hanbti precision"}, headers=HTMX)
    assert [hit.id for hit in response.context["found"].customers] == [hanbit.pk]
    shown = response.content.decode()
    assert "spelt nearly so" in shown
    assert shown.index(str(hanbit.pk)) < shown.index("?name=hanbti%20precision")
    whole = client.get("/find", {"q": "hanbti precision"}).content.decode()
    assert whole.index(str(hanbit.pk)) < whole.index("?name=hanbti%20precision")


@pytest.mark.parametrize("text", ["", "  ", "%", "'", "x" * 5000, "<script>"])
def test_odd_input_is_answered(cast: Cast, sign_in: SignIn, text: str) -> None:
    for headers in ({}, HTMX):
        response = sign_in(cast.alice).get("/find", {"q": text}, headers=headers)
        assert response.status_code == 200
        assert "<script>" not in response.content.decode().replace("<script type", "")


def test_it_asks_as_often_for_many_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    scene.crowd(1, cast)
    counts = []
    for _round in (1, 20):
        scene.crowd(_round, cast)
        with CaptureQueriesContext(connection) as asked:
            client.get("/find?q=crowd", headers=HTMX)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
