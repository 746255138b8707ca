"""Add a column to a draft's table: choose what it looks at; take one away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concord.customers import queries as customers
from concord.customers.models import Customer
from concord.customers.search import search
from concord.kernel.errors import Problem
from concord.treatment import new_columns
from concord.treatment.actions import drafts
from concord.treatment.views.drafts import find, only_drafters
from concord.treatment.vocabulary import speaker
from concord.ui import toasts
from concord.ui.http import Request


@require_http_methods(["GET", "POST"])
def columns(request: Request, draft_id: UUID, table: str) -> HttpResponse:
    """What the table of the decision may look at beside what it does."""
    only_drafters(request)
    draft = find(draft_id)
    model = drafts.model_of(draft)
    own = new_columns.find(model, table)
    problem = None
    if request.method == "POST":
        name, gone = request.POST.get("name", ""), request.POST.get("gone", "")
        try:
            wanted = (
                new_columns.without(model, table, gone)
                if gone
                else new_columns.changes(model, table, name)
            )
            drafts.change(request.user, draft.pk, wanted, seen=draft.revision)
        except Problem as refused:
            problem = refused
        else:
            said = (
                _("The column is gone.") if gone else _("The column stands. It asks nothing yet.")
            )
            toasts.tell(request, said)
            return redirect(f"{reverse('treatment:draft', args=[draft.pk])}?table={table}")
    text, who = request.GET.get("q", "")[:100], request.GET.get("who", "")[:100].strip()
    customer = _customer(request, who)
    language = request.LANGUAGE_CODE
    speak = speaker(language)
    name = next(each.name for each in model.decisions if each.id == table)
    context = {
        "draft": draft,
        "table": table,
        "title": speak(name, "decision"),
        "offers": new_columns.offers(model, table, text, request.viewer, customer),
        "there": [(each.id, speak(each.expression, "column")) for each in own.inputs],
        "text": text,
        "who": customer.name if customer else who,
        "nobody": bool(who) and customer is None,
        "customer": customer,
        "answers": "say" in {each.name for each in own.outputs},
        "problem": problem,
    }
    return render(request, "treatment/new_column.html", context, status=422 if problem else 200)


def _customer(request: Request, who: str) -> Customer | None:
    """Whose values are shown beside the facts: the best that the words mean."""
    hits = search(request.viewer, who, 1) if who else []
    return customers.current(hits[0].id) if hits else None
