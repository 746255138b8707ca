"""Rows to fix: the groups that are alike, and one row at a time."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.records import access
from concord.records.importing import mending, reasons
from concord.records.importing.kinds import mapping_like
from concord.records.importing.rejected import WHOLE, cells_of, columns_of
from concord.records.importing.replay import dismiss, reopen, replay
from concord.records.models import Import, Rejection
from concord.records.queries import rows_to_fix as queries
from concord.records.views.twice import said_twice
from concord.ui import toasts
from concord.ui.http import Request, row_id

CELL = "cell:"


@require_GET
def listing(request: Request) -> HttpResponse:
    """What waits, in groups that are alike, the largest first; of one source, import or reason."""
    only_importers(request)
    groups = queries.groups_to_fix(request.viewer)
    source, imported = request.GET.get("source", ""), request.GET.get("import", "")
    code = request.GET.get("reason", "")
    if source:
        groups = groups.filter(imported__source__key=source)
    if imported:
        groups = groups.filter(imported_id=row_id(imported))
    if code in reasons.REASONS:
        groups = groups.filter(code=code)
    page = queries.page_of_groups(groups, request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [
            {
                "group": one.group,
                "name": in_words(one.group.code),
                "in_column": one.in_column,
                **shown(one.example),
            }
            for one in page.items
        ],
        "reason": code if code in reasons.REASONS else "",
        "reason_name": in_words(code) if code in reasons.REASONS else "",
        "imported": _tended_import(request, imported),
        "source": Source.objects.filter(access.tended(request.viewer), key=source).first(),
    }
    return render(request, "records/rejections.html", context)


@require_GET
def dismissed(request: Request) -> HttpResponse:
    """What people said that nobody needs: by whom, when and why."""
    only_importers(request)
    page = queries.page_of_dismissed(request.viewer, request.GET.get("cursor", ""))
    context = {"page": page, "rows": [shown(row) for row in page.items]}
    return render(request, "records/dismissed.html", context)


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
        **shown(row),
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
        "twice": said_twice([row]) if row.resolved_at is None else [],
        "in_column": queries.in_column(row.group) if row.resolved_at is None else 0,
        "alike": row.group.waiting if row.resolved_at is None else 0,
    }
    return render(request, "records/rejection.html", context, status=422 if problem else 200)


@require_POST
def put_aside(request: Request, pk: int) -> HttpResponse:
    """Dismiss a row that nobody needs, and say why."""
    dismiss(_row(request, pk), request.user, reason_given(request))
    toasts.tell(request, _("The row is put aside."))
    return redirect("records:rejections")


@require_POST
def take_up(request: Request, pk: int) -> HttpResponse:
    """A row that was put aside waits again."""
    reopen(_row(request, pk), request.user)
    toasts.tell(request, _("The row waits again."))
    return redirect("records:rejection", pk)


@require_POST
def again(request: Request, import_id: int) -> HttpResponse:
    """Take up all rows of an import again, after the source or its mapping was mended."""
    imported = get_object_or_404(Import.objects.select_related("source"), pk=import_id)
    require_tends(request, imported)
    begun = mending.again(imported, request.user, mapping_like(imported))
    return redirect("records:mending", mending.set_going(begun).pk)


def shown(row: Rejection) -> dict[str, Any]:
    """A row as the pages show it: what stands there, why it is wrong, what would mend it."""
    known = row.code in reasons.REASONS
    return {
        "row": row,
        "stands": row.value or row.raw.get(WHOLE, ""),
        "why": reasons.reason(row.code, row.detail) if known else row.reason,
        "mend": reasons.mend(row.code, row.detail) if known else row.mend,
    }


def in_words(code: str) -> str:
    """A reason in a few words, as the name of a group."""
    name = reasons.name_of(code)
    return name[:1].upper() + name[1:]


def reason_given(request: Request) -> str:
    """Why rows are dismissed. Raises Problem where nobody says it."""
    note = request.POST.get("note", "").strip()
    if not note:
        raise Problem(
            str(_("Nobody says why.")),
            mend=str(_("Say in a few words why nobody needs it, for whoever asks later.")),
            code="empty",
        )
    return note[:2000]


def only_importers(request: Request) -> None:
    if not access.may_import(request.viewer):
        raise PermissionDenied


def require_tends(request: Request, imported: Import) -> None:
    if not access.tends(request.viewer, imported.source):
        raise PermissionDenied


def _tended_import(request: Request, number: str) -> Import | None:
    imported = Import.objects.select_related("source").filter(pk=row_id(number)).first()
    return imported if imported and access.tends(request.viewer, imported.source) else None


def _row(request: Request, pk: int) -> Rejection:
    rows = Rejection.objects.select_related("imported__source", "group", "resolved_by")
    row = get_object_or_404(rows, pk=pk)
    require_tends(request, row.imported)
    return row


def _text(value: object) -> str:
    return "" if value is None else str(value)
