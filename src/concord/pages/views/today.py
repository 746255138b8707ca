"""Today: what waits for me, what I was told, what changed with my customers."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers.rights.lists import due_soon
from concord.kernel.models import Notification
from concord.kernel.time import now, today
from concord.pages import queries
from concord.pages.first_steps import first_steps
from concord.treatment import briefed
from concord.treatment.keeping.overview import this_month
from concord.ui import toasts
from concord.ui.http import Request


@require_GET
def show(request: Request) -> HttpResponse:
    context = {
        "today": queries.today_of(request.viewer),
        "steps": first_steps(request.viewer),
        "date": today(),
        "rights": due_soon(request.viewer),
        "briefing": briefed.waiting(request.viewer),
        "shares": briefed.latest() if request.viewer.runs_the_company else None,
        "kept": this_month(request.viewer) if request.viewer.runs_the_company else None,
    }
    return render(request, "pages/today.html", context)


@require_GET
def told(request: Request, pk: int) -> HttpResponse:
    """Follow what I was told to where it leads; it counts as read from then on."""
    mine = Notification.objects.filter(pk=pk, user_id=request.viewer.user_id)
    notification = mine.first()
    mine.filter(read_at=None).update(read_at=now())
    return redirect(notification.url if notification and notification.url else "/")


@require_POST
def all_read(request: Request) -> HttpResponse:
    Notification.objects.filter(user_id=request.viewer.user_id, read_at=None).update(read_at=now())
    toasts.tell(request, _("All read."))
    return redirect("pages:today")
