"""What the sign-in page says while nobody can sign in."""

from django import template
from django.conf import settings

from concord.kernel.models import User

register = template.Library()


@register.simple_tag
def first_people_command() -> str:
    """How `concord` is called here while nobody has an account; "" from the first person on.

    Afterwards the page is the same whoever and however many there are.
    """
    if User.objects.filter(is_system=False).exists():
        return ""
    return str(settings.COMMAND)
