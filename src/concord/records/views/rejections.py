"""Rows to fix: corrected and taken up again, or dismissed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.records import access
from concord.records.importing import reasons
from concord.records.importing.rejected import WHOLE, cells_of, columns_of
from concord.records.importing.replay import dismiss, replay, replay_all
from concord.records.models import Import, Rejection
from concord.records.queries.sources import waiting_rows
from concord.ui import paging, toasts
from concord.ui.http import Request, row_id

SHOWN = 30
CELL = "cell:"


@require_GET
def listing(request: Request) -> HttpResponse:
    """The rows that wait, newest import first; by reason."""
    _only_importers(request)
    waiting = waiting_rows(request.viewer)
    reason_counts = waiting.values("code").annotate(rows=Count("id")).order_by("-rows")
    code, imported = request.GET.get("reason", ""), request.GET.get("import", "")
    chosen = waiting.select_related("imported__source").order_by("-imported_id", "id")
    if code in reasons.REASONS:
        chosen = chosen.filter(code=code)
    if imported:
        chosen = chosen.filter(imported_id=row_id(imported))
    page = _page(chosen, request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [_shown(row) for row in page.items],
        "reasons": [{"code": r["code"], "rows": r["rows"], "words": _name_of(r["code"])}
                    for r in reason_counts],
        "reason": code,
        "import": imported,
    }  # fmt: skip
    return render(request, "records/rejections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, pk: int) -> HttpResponse:
    """One row, all its cells to correct; POST takes it up again."""
    row = _row(request, pk)
    problem = None
    if request.method == "POST":
        corrected = {
            name.removeprefix(CELL): str(value)
            for name, value in request.POST.items()
            if name.startswith(CELL) and str(value) != _text(row.raw.get(name.removeprefix(CELL)))
        }
        try:
            replay(row, request.user, corrected, request.POST.get("whole"))
        except Problem as found:
            problem = found
            row.refresh_from_db()
        else:
            toasts.tell(request, _("The row is taken up."))
            return redirect("records:rejections")
    context = {
        **_shown(row),
        "cells": [
            {
                "name": name,
                "value": _text(value),
                "is_place": name == row.column or "␀" in _text(value),
            }
            for name, value in cells_of(row)
        ],
        "columns": columns_of(row),
        "problem": problem,
    }
    return render(request, "records/rejection.html", context, status=422 if problem else 200)


@require_POST
def put_aside(request: Request, pk: int) -> HttpResponse:
    """Dismiss a row that nobody needs."""
    dismiss(_row(request, pk), request.user)
    toasts.tell(request, _("The row is put aside."))
    return redirect("records:rejections")


@require_POST
def again(request: Request, import_id: int) -> HttpResponse:
    """Take up all rows of an import again, after the source or its mapping was mended."""
    imported = get_object_or_404(Import.objects.select_related("source"), pk=import_id)
    _require_tends(request, imported)
    done = replay_all(imported, request.user, imported.source.mapping)
    taken = done["replayed"]
    toasts.tell(request, ngettext("%d row taken up.", "%d rows taken up.", taken) % taken)
    return redirect("records:import", imported.pk)


def _shown(row: Rejection) -> dict[str, Any]:
    return {
        "row": row,
        "stands": row.value or row.raw.get(WHOLE, ""),
        "why": reasons.reason(row.code, row.detail) if row.code in reasons.REASONS else row.reason,
        "mend": reasons.mend(row.code, row.detail) if row.code in reasons.REASONS else row.mend,
    }


def _name_of(code: str) -> str:
    """A reason in a few words, as the name of a group."""
    name = reasons.name_of(code)
    return name[:1].upper() + name[1:]


def _page(rows: QuerySet[Rejection], cursor: str) -> paging.Page[Rejection]:
    if cursor:
        imported, pk = paging.decode(cursor, int, int)
        rows = rows.filter(Q(imported_id__lt=imported) | Q(imported_id=imported, id__gt=pk))
    found = list(rows[: SHOWN + 1])
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    following = paging.encode(last.imported_id, last.pk) if last else ""
    return paging.Page(found[:SHOWN], following)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _only_importers(request: Request) -> None:
    if not access.may_import(request.viewer):
        raise PermissionDenied


def _row(request: Request, pk: int) -> Rejection:
    row = get_object_or_404(Rejection.objects.select_related("imported__source"), pk=pk)
    _require_tends(request, row.imported)
    return row


def _require_tends(request: Request, imported: Import) -> None:
    if not access.tends(request.viewer, imported.source):
        raise PermissionDenied
