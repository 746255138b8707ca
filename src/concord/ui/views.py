"""What the layout itself answers: the language, and the demo's door."""

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from concord.kernel import audit
from concord.kernel.models import User
from concord.kernel.words import LANGUAGES
from concord.ui import demo_door
from concord.ui.http import row_id

COOKIE = "django_language"
YEAR = 365 * 24 * 3600


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Change the language for this person, or for this browser while nobody is signed in."""
    language = request.POST.get("language", "")
    response = redirect(_way_back(request))
    if language in dict(LANGUAGES):
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
        response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_POST
def enter_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's staff."""
    if not demo_door.is_open(request):
        raise PermissionDenied
    wanted = request.POST.get("person", "")
    person = get_object_or_404(User, pk=row_id(wanted), is_active=True, is_system=False)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    audit.record(person, "demo.entered", "user", person.pk)
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """`next`, where it is an address of ours."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return "/"
