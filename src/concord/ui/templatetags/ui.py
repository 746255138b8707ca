"""Components as tags and filters: `{% load ui %}`. Each is described in `ui/README.md`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from concord.kernel.words import Words
from concord.kernel.words import say as say_words
from concord.ui import formats
from concord.ui.scripts import language_of
from concord.ui.toasts import UNDO

register = template.Library()

TONES = frozenset({"go", "route", "stop", "first", "none"})


@register.simple_tag
def chip(text: object, tone: str = "none", title: str = "") -> SafeString:
    """`{% chip "on hold" "stop" %}`: a word with a meaning; tones go, route, stop, first, none."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"There is no tone {tone!r}; choose of {sorted(TONES)}.")
    if title:
        return format_html('<span class="chip {}" title="{}">{}</span>', tone, title, text)
    return format_html('<span class="chip {}">{}</span>', tone, text)


@register.filter
def named(text: object) -> SafeString:
    """`{{ customer.name|named }}`: a name, marked with the language that its script tells."""
    written = str(text)
    language = language_of(written)
    if not language:
        return format_html("<bdi>{}</bdi>", written)
    return format_html('<span lang="{}">{}</span>', language, written)


@register.filter
def say(words: Words | None, language: str | None = None) -> str:
    """`{{ kind.words|say }}`: words kept as data, in the active language or the one named."""
    return say_words(words, language) if words else ""


@register.filter
def or_words(text: str, words: Words) -> str:
    """`{{ item.subject|or_words:item.type.words }}`: the text, or for an empty one the words."""
    return text or say_words(words)


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """`{{ record.amount|money:record.currency }}`."""
    return formats.money(amount, currency)


@register.filter
def number(value: Decimal | float | None) -> str:
    return formats.number(value)


@register.filter
def exact(value: Decimal) -> str:
    """`{{ rate|exact }}`: all of its digits."""
    return formats.exact(value)


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """`{{ record.due_at|day }}`: a `<time>` with the whole date as its tooltip."""
    return _time(value, formats.day(value))


@register.filter
def month(value: date) -> str:
    return formats.month(value)


@register.filter
def on_day(value: date | datetime) -> SafeString | str:
    """`on {{ record.due_at|on_day }}`: the date, not `today`."""
    return _time(value, formats.on_day(value))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """`{{ answer.at|moment }}`."""
    return _time(value, formats.moment(value))


@register.filter
def ago(value: datetime | date | None) -> SafeString | str:
    """`{{ source.last_spoke_at|ago }}`."""
    return _time(value, formats.ago(value))


@register.filter
def whole_day(value: date) -> str:
    """`{{ today|whole_day }}`: with its weekday, for headings."""
    return formats.whole_day(value)


@register.filter
def instant(text: str | None) -> datetime | None:
    """A moment from the ISO text in which JSON keeps it."""
    return datetime.fromisoformat(text) if text else None


def _time(value: date | datetime | None, shown: str) -> SafeString | str:
    if value is None:
        return shown
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.long_day(value),
        shown,
    )


@register.inclusion_tag("ui/field.html")
def field(bound: forms.BoundField, help: str = "") -> dict[str, Any]:
    """`{% field form.name %}`: label, control, help and errors, tied together for readers."""
    widget = bound.field.widget
    is_check = isinstance(widget, forms.CheckboxInput)
    is_choices = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    described = [
        part
        for part, there in (("help", help or bound.help_text), ("error", bound.errors))
        if there
    ]
    attrs: dict[str, str | bool] = {}
    if described and not is_choices:
        attrs["aria-describedby"] = " ".join(f"{bound.auto_id}_{part}" for part in described)
    if bound.errors and not is_choices:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound if is_choices else bound.as_widget(attrs=attrs),
        "help": help or bound.help_text,
        "check": is_check,
        "choices": is_choices,
    }


@register.inclusion_tag("ui/form.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """`{% fields form %}`: every field of a form, and first what is wrong with it as a whole."""
    return {"form": form}


@register.inclusion_tag("ui/more.html", takes_context=True)
def more(context: Context, next: str, target: str = "", label: str = "") -> dict[str, Any]:
    """`{% more page.next %}`: the way to the rows after these; nothing at the end.

    With `target` (a CSS selector) the rows come in place of this line by htmx.
    """
    return {
        "url": with_query(context, cursor=next) if next else "",
        "target": target,
        "label": label,
    }


@register.simple_tag(takes_context=True)
def with_query(context: Context, **values: object) -> str:
    """`{% with_query status="open" cursor="" %}`: this address with some parameters changed."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    if "cursor" not in values:
        query.pop("cursor", None)
    for key, value in values.items():
        query.pop(key, None)
        if value not in {"", None}:
            query[key] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@register.filter
def undo_of(message: Message) -> str:
    """The address that takes back what a toast tells, or ""."""
    tag = message.extra_tags or ""
    return tag.removeprefix(UNDO) if tag.startswith(UNDO) else ""


@register.filter
def get(mapping: dict[Any, Any], key: object) -> object:
    """`{{ counts|get:key }}`."""
    return mapping.get(key)
