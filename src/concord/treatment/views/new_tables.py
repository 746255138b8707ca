"""A table of its own for a company's own request, in a draft."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concord.kernel.errors import Problem
from concord.treatment import new_tables, requests
from concord.treatment.actions import drafts
from concord.treatment.views.drafts import find, only_drafters
from concord.ui import toasts
from concord.ui.http import Request


@require_http_methods(["GET", "POST"])
def new(request: Request, draft_id: UUID) -> HttpResponse:
    """The requests that are answered by the rules for any other, to give one its own table."""
    only_drafters(request)
    draft = find(draft_id)
    model = drafts.model_of(draft)
    problem = None
    if request.method == "POST":
        try:
            kind = requests.kind(request.POST.get("request", ""))
            made = new_tables.changes(model, kind)
            drafts.change(request.user, draft.pk, made, seen=draft.revision)
        except Problem as refused:
            problem = refused
        else:
            toasts.tell(request, _("The table stands. It says what the rules for any other say."))
            return redirect(f"{reverse('treatment:draft', args=[draft.pk])}?table={kind.table}")
    context = {"draft": draft, "kinds": new_tables.without_one(model), "problem": problem}
    return render(request, "treatment/new_table.html", context, status=422 if problem else 200)
