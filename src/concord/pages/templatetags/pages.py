"""Tags of the composed pages: `{% load pages %}`."""

from django import template

from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.words import say
from concord.treatment import requests

register = template.Library()


@register.simple_tag
def request_name(key: str) -> str:
    """What a request is called; its key where it was retired."""
    try:
        return say(requests.kind(key).words)
    except Problem:
        return key


@register.simple_tag
def source_names() -> dict[str, str]:
    """What every source is called, by its key (one query)."""
    return {source.key: str(source) for source in Source.objects.all()}


@register.simple_tag
def names_of(keys: tuple[str, ...], names: dict[str, str]) -> str:
    return ", ".join(names.get(key, key) for key in keys)
