"""What the pages of a source say of its health, and warnings that a person knows of."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from concord.records import access
from concord.records.importing import health
from concord.records.models import SourceWarning
from concord.ui import toasts
from concord.ui.http import Request


@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    """It is meant so: the next files are held against those since."""
    warning = get_object_or_404(SourceWarning.objects.select_related("source"), pk=pk)
    if not access.tends(request.viewer, warning.source):
        raise PermissionDenied
    health.accept(warning, request.user)
    toasts.tell(request, _("Noted: it is meant so."))
    return redirect("records:source", warning.source.key)
