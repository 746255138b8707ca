"""What a source no longer tells of: a person looks at it, and decides."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from concord.records import access
from concord.records.actions import silences
from concord.records.models import ImportShape, Silence, SilenceState
from concord.records.queries import silences as queries
from concord.ui import toasts
from concord.ui.http import Request


@require_GET
def show(request: Request, pk: int) -> HttpResponse:
    """What is missing, the largest of it, what would change; or how far the decision is."""
    silence = _silence(request, pk)
    works = silence.state in {SilenceState.GOING, SilenceState.BACK}
    shape = ImportShape.objects.filter(imported=silence.imported_id).first()
    share = silence.missing / silence.known if silence.known else 0
    context = {
        "silence": silence,
        "works": works,
        "percent": min(100, round(100 * silence.rows_done / max(1, silence.missing))),
        "counts": queries.in_words(silence.counts),
        "is_open": silence.state == SilenceState.OPEN,
        "can_undo": silence.state == SilenceState.GONE,
        "can_withdraw_after_all": silence.state == SilenceState.KEPT and not silence.for_good,
        "share": round(100 * share, 1),
        "may_be_cut_off": share > queries.SMALL_SHARE,
        "unreadable": shape.unreadable if shape else 0,
    }
    if request.htmx:
        return render(request, "records/_silence_progress.html", context)
    if silence.state == SilenceState.OPEN:
        context |= {
            "impact": queries.impact(silence),
            "largest": queries.largest(silence),
            "customers": queries.some_customers(silence),
        }
    return render(request, "records/silence.html", context)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """They are gone: all of them are withdrawn, many in the background."""
    silences.set_going(silences.they_are_gone(_silence(request, pk), request.user))
    return redirect("records:silence", pk)


@require_POST
def bring_back(request: Request, pk: int) -> HttpResponse:
    """They are not gone after all."""
    silences.set_going(silences.they_come_back(_silence(request, pk), request.user))
    return redirect("records:silence", pk)


@require_POST
def keep(request: Request, pk: int) -> HttpResponse:
    """They stay: until they come back, or for good."""
    for_good = request.POST.get("for_good") == "1"
    silences.keep_them(_silence(request, pk), request.user, for_good=for_good)
    toasts.tell(request, _("They are kept."))
    return redirect("records:silence", pk)


@require_POST
def wrong(request: Request, pk: int) -> HttpResponse:
    """The export is wrong: whoever answers for the source is told."""
    silence = _silence(request, pk)
    silences.export_is_wrong(silence, request.user)
    toasts.tell(request, _("Whoever answers for the source is told. Nothing was withdrawn."))
    return redirect("records:import", silence.imported_id)


@require_POST
def never_complete(request: Request, pk: int) -> HttpResponse:
    """The files of this source never tell of all: it is not asked again."""
    silences.never_complete(_silence(request, pk), request.user)
    toasts.tell(request, _("Its files are no longer held against what is known."))
    return redirect("records:silence", pk)


def _silence(request: Request, pk: int) -> Silence:
    found = get_object_or_404(
        Silence.objects.select_related("source", "imported", "decided_by"), pk=pk
    )
    if not access.tends(request.viewer, found.source):
        raise PermissionDenied
    return found
