"""The sign-in page's list of the demo's staff."""

from django import template
from django.http import HttpRequest
from django.template import Context

from concord.kernel.models import User
from concord.ui import demo_door

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_staff(context: Context) -> list[User]:
    """Whom one may enter as; nobody outside the demo."""
    request: HttpRequest = context["request"]
    return demo_door.staff() if demo_door.is_open(request) else []
