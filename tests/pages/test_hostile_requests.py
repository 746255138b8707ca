"""Addresses as nobody types them: each is refused or answered, none breaks the page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.test import Client
from tests.treatment.cast import Cast

from concord.customers.models import Customer
from concord.kernel.models import User
from concord.ui.paging import encode

SignIn = Callable[[User], Client]
HUGE = "9" * 30
VALUES = ("\x00", "²", HUGE, "'; --", "9" * 5000, "nan")
CURSORS = tuple(
    encode(*place)
    for place in (
        ("\x00", "\x00"), ("x", 1), (1, "x"), (None, None), (HUGE, HUGE), (int(HUGE), int(HUGE)),
        ("2026-01-01", int(HUGE)), ("x",), (1,),
    )
)  # fmt: skip
PLACES = (
    "/find?q={}", "/ask/?q={}", "/customers/?text={}", "/customers/?kind={}",
    "/customers/?segment={}",
    "/customers/?system={}", "/customers/?cursor={}", "/customers/new/?name={}",
    "/customers/duplicates/?name={}", "/customers/duplicates/?kind=person&name=x&phones={}",
    "/review/?after={}", "/work/?cursor={}", "/work/?who={}", "/work/?state=over&cursor={}",
    "/answers/?cursor={}", "/answers/?request={}", "/answers/?act={}", "/answers/?customer={}",
    "/promise/?version={}", "/sources/rows/?cursor={}", "/sources/rows/?import={}",
    "/sources/rows/?reason={}", "/settings/?q={}", "/settings/?cursor={}",
    "/promise/change/?limit={}", "{customer}?kind={}", "{customer}?department={}",
    "{customer}?cursor={}", "{customer}?request={}",
    "{customer}ask/ship_order/?order={}", "{customer}ask/ship_order/?amount={}",
    "{customer}ask/ship_order/?unit={}", "{customer}ask/appointment/?date={}",
    "{customer}ask/goods_return/?reason={}", "{customer}ask/goods_return/?product={}",
    "{customer}timeline/?cursor={}", "{customer}ask/proposal/?customer={}",
)  # fmt: skip


def test_an_address_with_nonsense_breaks_no_page(
    cast: Cast, hanbit: Customer, sign_in: SignIn
) -> None:
    reader = sign_in(cast.sarah)
    for place in PLACES:
        address = place.replace("{customer}", f"/customers/{hanbit.pk}/")
        for value in CURSORS if "cursor=" in place else VALUES:
            status = reader.get(address.replace("{}", quote(value))).status_code
            assert status in {200, 302, 400, 404, 422}, (status, address, value)


def test_a_nul_in_a_form_is_refused(cast: Cast, hanbit: Customer, sign_in: SignIn) -> None:
    said = {"kind": "data", "text": "wrong\x00"}
    address = f"/customers/{hanbit.pk}/ask/proposal/concern/"
    assert sign_in(cast.alice).post(address, said).status_code == 400


def test_a_stranger_sends_no_file(cast: Cast, client: Client) -> None:
    for address in ("/sources/look/", "/account/login/"):
        large = {"file": ContentFile(b"x" * (2 << 20), "large.csv")}
        assert client.post(address, large).status_code == 413
