"""Who is here: the viewer and the language of each request, and how a Problem looks."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation

from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.ui import uploads
from concord.ui.http import Request

# Where nobody needs to be signed in: the door itself, files of the layout, and what asks with a
# key and checks it itself. A single view opens itself with Django's `login_not_required`.
OPEN = ("/account/", "/api/", f"{settings.STATIC_URL}")
NOT_ALLOWED = 405
UNPROCESSABLE = 422
TOO_LARGE = 413
STRANGERS_BYTES = 1 << 20  # what somebody who is not signed in may send: a form, no file


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/api/", settings.STATIC_URL)):
            user = request.user
            if user.is_authenticated:
                _enter(cast(Request, request), user)
                if uploads.is_too_large(request):  # before anything reads it
                    return problem_response(request, uploads.too_large(), status=TOO_LARGE)
            elif uploads.size_of(request) > STRANGERS_BYTES:
                return HttpResponse(status=TOO_LARGE)  # before anything reads it
        response = self.get_response(request)
        if _is_no_page(request, response):
            if page := _page_above(request):
                return redirect(page)
            return render(request, "404.html", status=response.status_code)
        if request.htmx:  # type: ignore[attr-defined]
            _add_toasts(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        said = list(_said(request))
        if uploads.was_stopped(request):
            return problem_response(request, uploads.too_large(), status=TOO_LARGE)
        if any("\x00" in text for text in said):
            raise BadRequest("No text has NUL characters.")  # nobody types one, no table keeps it
        if hasattr(request, "viewer") or not getattr(view, "login_required", True):
            return None
        if request.path.startswith(OPEN):
            return None
        if request.htmx:  # type: ignore[attr-defined]
            # A partial cannot show the door: the whole page goes there.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Problem) and not request.path.startswith("/api/"):
            return problem_response(request, error)
        return None


def _is_no_page(request: HttpRequest, response: HttpResponse) -> bool:
    """Somebody opens an address that only takes forms: after a reload, or by a bookmark."""
    is_ours = not request.path.startswith(("/api/", settings.STATIC_URL))
    return is_ours and request.method == "GET" and response.status_code == NOT_ALLOWED


def _page_above(request: HttpRequest) -> str:
    """The page at which the form stands: whoever reloads what a refused form showed is led there.
    Programs, which ask for no HTML, are told that it takes forms alone."""
    above = request.path.rstrip("/").rpartition("/")[0] + "/"
    if not request.accepts("text/html") or "Accept" not in request.headers:
        return ""
    try:
        resolve(above)
    except Resolver404:
        return ""
    return above


def problem_response(
    request: HttpRequest, problem: Problem, status: int = UNPROCESSABLE
) -> HttpResponse:
    """A Problem as a page, or beside the page that asked: there nothing typed is lost."""
    context = {"problem": problem}
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "ui/problem_toast.html", context, status=status)
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    return render(request, "ui/problem_page.html", context, status=status)


def _said(request: HttpRequest) -> Iterator[str]:
    """All that the address and the form say; calls with a key are checked where they arrive."""
    if not request.path.startswith("/api/"):
        for given in (request.GET, request.POST):
            for name, values in given.lists():
                yield from (name, *map(str, values))


def _enter(request: Request, user: User) -> None:
    request.viewer = viewer_of(user)
    translation.activate(user.language)
    request.LANGUAGE_CODE = translation.get_language() or "en"


def _add_toasts(request: HttpRequest, response: HttpResponse) -> None:
    """Put what is to be said behind a partial; a redirect or a refresh says it on the next page.

    A partial that is only looked at (a live bar, a preview) tells its own news alone: what a form
    has left is told by the page that the browser goes to.
    """
    moves = any(h in response for h in ("HX-Redirect", "HX-Refresh", "HX-Location"))
    is_html = response.get("Content-Type", "").startswith("text/html")
    if moves or not is_html or response.streaming or response.status_code not in {200, 422}:
        return
    told = messages.get_messages(request)
    if "X-Looks" in request.headers and not getattr(told, "added_new", False):
        return
    if waiting := list(told):
        html = render_to_string("ui/toasts.html", {"messages": waiting, "oob": True}, request)
        response.content = response.content + html.encode()
