"""What goes wrong is shown as a page, or beside what was typed."""

from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from concord.kernel.errors import Problem
from concord.ui import toasts


def broken(request: HttpRequest) -> HttpResponse:
    raise Problem("The date is no date.", place="orders.csv:7", mend="Write <2026-11-21>.")


def of_a_field(request: HttpRequest) -> HttpResponse:
    raise Problem("An objection is not answered.", place="objections")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def done(request: HttpRequest) -> HttpResponse:
    toasts.tell(request, "Booked.", undo="/undo/7/")
    return HttpResponse("<p>row</p>")


def moved(request: HttpRequest) -> HttpResponse:
    toasts.tell(request, "Booked.")
    return HttpResponse(headers={"HX-Redirect": "/"})


urlpatterns = [
    path("broken/", broken),
    path("of-a-field/", of_a_field),
    path("forbidden/", forbidden),
    path("crash/", crash),
    path("done/", done),
    path("moved/", moved),
    path("", include("concord.config.urls")),
]
here = override_settings(ROOT_URLCONF=__name__)
HTMX = {"HX-Request": "true"}


@here
def test_a_problem_is_a_page_with_place_and_mend(as_bob: Client) -> None:
    response = as_bob.post("/broken/")
    shown = response.content.decode()
    assert response.status_code == 422
    assert "<h1>That was not done</h1>" in shown
    for part in ("orders.csv:7", "The date is no date.", "Write &lt;2026-11-21&gt;."):
        assert part in shown


@here
def test_the_key_of_a_field_is_no_heading(as_bob: Client) -> None:
    shown = as_bob.post("/of-a-field/").content.decode()
    assert "An objection is not answered." in shown
    assert 'class="place"' not in shown


@here
def test_a_problem_of_a_partial_stands_beside_what_was_typed(as_bob: Client) -> None:
    response = as_bob.post("/broken/", headers=HTMX)
    assert response.status_code == 422
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#toasts", "beforeend")
    assert response.content.decode().startswith('<div class="toast is-error" role="alert">')


@here
def test_what_one_may_not_see_and_what_is_not_there_are_pages(as_bob: Client) -> None:
    forbidden, missing = as_bob.get("/forbidden/"), as_bob.get("/nowhere/")
    assert (forbidden.status_code, missing.status_code) == (403, 404)
    assert "This is not yours to see" in forbidden.content.decode()
    assert "There is nothing at this address" in missing.content.decode()


@here
def test_a_crash_is_a_page_that_asks_nothing_of_the_database(
    as_bob: Client, django_assert_num_queries: object
) -> None:
    as_bob.raise_request_exception = False
    response = as_bob.get("/crash/")
    assert response.status_code == 500
    assert "Something of ours broke" in response.content.decode()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert "Something of ours broke" in render_to_string("500.html")


@here
def test_a_partial_carries_its_toast_with_the_way_back(as_bob: Client) -> None:
    shown = as_bob.post("/done/", headers=HTMX).content.decode()
    assert shown.startswith("<p>row</p>")
    assert 'hx-swap-oob="beforeend:#toasts"' in shown
    assert "Booked." in shown
    assert 'action="/undo/7/"' in shown


@here
def test_a_toast_waits_for_the_next_page_where_this_one_moves_on(as_bob: Client) -> None:
    assert as_bob.post("/moved/", headers=HTMX).content == b""
    assert "Booked." in as_bob.get("/nowhere/").content.decode()
    assert "Booked." not in as_bob.get("/nowhere/").content.decode()


def test_a_toast_without_undo_offers_none(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.session = {}  # type: ignore[assignment]
    storage: BaseStorage = FallbackStorage(request)
    request._messages = storage  # type: ignore[attr-defined]
    toasts.tell(request, "Saved.")
    shown = render_to_string("ui/toast_list.html", {"messages": storage}, request)
    assert "Saved." in shown
    assert "<form" not in shown
