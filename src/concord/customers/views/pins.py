"""All values that people have pinned over what the systems say."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from concord.customers import access, words
from concord.customers.pins import pinned
from concord.customers.survivorship import ATTRIBUTES, KEYED
from concord.ui.http import Request


@require_GET
def index(request: Request) -> HttpResponse:
    access.require_judge(request.viewer)
    attribute = request.GET.get("attribute", "")
    attribute = attribute if attribute in ATTRIBUTES else ""
    context = {
        "page": pinned(request.viewer, attribute, request.GET.get("cursor", "")),
        "attribute": attribute,
        "attributes": [(each, words.attribute(each)) for each in ATTRIBUTES if each not in KEYED],
    }
    return render(request, "customers/pins.html", context)
