"""Find: customers, records and rooms from a few characters, on every page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from concord.customers.queries import search
from concord.pages import queries
from concord.ui.http import Request

LONGEST = 200


@require_GET
def find(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    found = queries.find(request.viewer, text, 8 if request.htmx else 50)
    context = {"text": text, "found": found, "find_text": text}
    return render(request, "pages/hits.html" if request.htmx else "pages/find.html", context)


@require_GET
def ask(request: Request) -> HttpResponse:
    """Ask begins with whom: the same field, then the customer's page."""
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    found = search(request.viewer, text, 20) if text else []
    template = "pages/ask_hits.html" if request.htmx else "pages/ask.html"
    context = {"text": text, "hits": found, "may_be_new": queries.may_be_name(text)}
    return render(request, template, context)
