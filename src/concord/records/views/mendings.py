"""What was mended at once: how far it is, what came of it; and rows mended in a spreadsheet."""

from difflib import unified_diff
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from concord.kernel.errors import Problem
from concord.records.importing import kept, mending
from concord.records.importing.corrections import Correction
from concord.records.importing.sheet import mended_rows, written
from concord.records.models import Import, Mending, MendingKind, MendingState, RowGroup
from concord.records.views.rejections import require_tends
from concord.ui import toasts
from concord.ui.http import Request, row_id


@require_GET
def show(request: Request, pk: int) -> HttpResponse:
    """How far it is; the running one refreshes itself."""
    found = _mending(request, pk)
    template = "records/_mending.html" if request.htmx else "records/mending.html"
    return render(request, template, _context(found))


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop after the present batch."""
    found = _mending(request, pk)
    if mending.stop(found, request.user):
        toasts.tell(request, _("Stopped. What was mended by then stays so."))
    return redirect("records:mending", found.pk)


@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    """Go on where it was stopped."""
    found = _mending(request, pk)
    mending.resume(found, request.user)
    return redirect("records:mending", found.pk)


@require_POST
def put_back(request: Request, pk: int) -> HttpResponse:
    """The source's mapping is again what it was."""
    found = _mending(request, pk)
    mending.put_back(found, request.user)
    toasts.tell(request, _("The source's files are read as before."))
    return redirect("records:mending", found.pk)


@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """What it dismissed waits again."""
    found = _mending(request, pk)
    groups = RowGroup.objects.select_related("imported__source").filter(pk__in=found.groups)
    begun = mending.begin(request.user, list(groups), Correction(MendingKind.REOPEN))
    return redirect("records:mending", mending.set_going(begun).pk)


@require_GET
def download(request: Request, import_id: int) -> StreamingHttpResponse:
    """The rows to fix of an import, or of one of its groups, to be mended in a spreadsheet."""
    imported = _import(request, import_id)
    rows = imported.rejections.filter(resolved_at=None).order_by("id")
    if group := request.GET.get("group", ""):
        rows = rows.filter(group=row_id(group))
    response = StreamingHttpResponse(
        written(rows.iterator(chunk_size=2000)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="rows-to-fix-{imported.pk}.csv"'
    return response


@require_POST
def bring_back(request: Request, import_id: int) -> HttpResponse:
    """The mended spreadsheet: its rows are taken up."""
    imported = _import(request, import_id)
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Problem(str(_("No file was chosen.")), mend=str(_("Choose the mended file.")))
    name = kept.keep(file.chunks(), file.name or "rows.csv")
    try:
        with kept.called(name, file.name or "rows.csv"):
            rows = sum(1 for _row in mended_rows(imported, kept.path_of(name)))
        begun = mending.from_sheet(request.user, imported, name, rows)
    except Problem:
        kept.forget(name)
        raise
    return redirect("records:mending", mending.set_going(begun).pk)


def _context(found: Mending) -> dict[str, Any]:
    total, done = found.rows_total, found.rows_done
    before, after = found.mapping_before.splitlines(), found.mapping_after.splitlines()
    return {
        "mending": found,
        "imported": found.imported,
        "is_running": found.state == MendingState.RUNNING,
        "percent": min(100, round(100 * done / total)) if total else None,
        "can_resume": found.state in {MendingState.STOPPED, MendingState.FAILED},
        "dismisses": found.kind in {MendingKind.DISMISS, MendingKind.FIRST},
        "reopens": found.kind == MendingKind.REOPEN,
        "diff": _diff(before, after) if found.mapping_after else [],
        "can_put_back": found.mapping_after
        and not found.put_back_at
        and found.imported.source.mapping == found.mapping_after,
        "waiting": sum(found.imported.row_groups.values_list("waiting", flat=True)),
    }


def _diff(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """The lines that changed, each with what became of it: `gone`, `new` or nothing."""
    kinds = {"-": "gone", "+": "new"}
    lines = list(unified_diff(before, after, n=1, lineterm=""))[2:]
    return [(kinds.get(line[:1], ""), line) for line in lines if not line.startswith("@@")]


def _mending(request: Request, pk: int) -> Mending:
    found = get_object_or_404(Mending.objects.select_related("imported__source", "by"), pk=pk)
    require_tends(request, found.imported)
    return found


def _import(request: Request, pk: int) -> Import:
    imported = get_object_or_404(Import.objects.select_related("source"), pk=pk)
    require_tends(request, imported)
    return imported
