"""How the files of a source are read: who changed it when, as a file, and put back."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from concord.kernel.models import Source
from concord.records import access
from concord.records.actions.mappings import put_back
from concord.records.models import MappingVersion
from concord.records.views.drafts import as_file
from concord.ui import toasts
from concord.ui.http import Request

SHOWN = 50


@require_GET
def show(request: Request, key: str) -> HttpResponse:
    """The mapping in force, and those before it."""
    source = _source(request, key)
    versions = source.mapping_versions.select_related("by")[:SHOWN]
    context = {"source": source, "versions": versions}
    return render(request, "records/mapping.html", context)


@require_GET
def download(request: Request, key: str) -> HttpResponse:
    """The mapping in force as a file, for `concord import`."""
    source = _source(request, key)
    if not source.mapping.strip():
        raise Http404
    return as_file(source.mapping, source)


@require_POST
def restore(request: Request, key: str, version_id: int) -> HttpResponse:
    """Read the files again as they were read once."""
    source = _source(request, key)
    version = get_object_or_404(MappingVersion, pk=version_id, source=source)
    if put_back(version, request.user):
        toasts.tell(request, _("Put back. From now on its files are read so."))
    return redirect("records:mapping", source.key)


def _source(request: Request, key: str) -> Source:
    if not access.may_import(request.viewer):
        raise PermissionDenied
    source = get_object_or_404(Source.objects.exclude(key=Source.DESK), key=key)
    if not access.tends(request.viewer, source):
        raise PermissionDenied
    return source
