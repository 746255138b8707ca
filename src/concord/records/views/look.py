"""Five minutes to something useful: drop a file, read what is true in it, keep it as a source."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.kernel.time import today
from concord.records import access
from concord.records.look.columns import DATES, Recognised
from concord.records.look.findings import Findings, look
from concord.records.look.keep import keep
from concord.records.look.rows import Table
from concord.records.look.upload import Opened, Upload, load, open_upload, read_upload, save
from concord.records.look.vocabulary import Role
from concord.ui.http import Request

ROLE_WORDS = {
    Role.CUSTOMER_NAME: _("Customer's name"),
    Role.CUSTOMER_KEY: _("Customer's number"),
    Role.NUMBER: _("Number of the invoice or order"),
    Role.ISSUED: _("Date"),
    Role.DUE: _("Due or promised on"),
    Role.SETTLED: _("Paid on"),
    Role.SHIPPED: _("Sent on"),
    Role.AMOUNT: _("Amount"),
    Role.BALANCE: _("Still open"),
    Role.CURRENCY: _("Currency"),
    Role.DISPUTED: _("Disputed"),
    Role.EMAIL: _("E-mail"),
    Role.PHONE: _("Phone"),
    Role.TAX_ID: _("Tax number"),
    Role.COUNTRY: _("Country"),
    Role.CITY: _("City"),
}
# What a person is asked about when it was not found; the rest is shown only where it was.
ASKED = tuple(ROLE_WORDS)[:11]
EXAMPLE_DAY = date(2026, 3, 25)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: Request) -> HttpResponse:
    """The page that takes a file."""
    if request.method != "POST":
        return render(request, "records/look_drop.html")
    file = request.FILES.get("file")
    try:
        if file is None or isinstance(file, list):
            raise Problem(str(_("No file was chosen.")), mend=str(_("Choose a CSV or Excel file.")))
        upload = save(file, request.viewer.user_id)
    except Problem as problem:
        return render(request, "records/look_drop.html", {"problem": problem}, status=422)
    return redirect("records:look_at", upload.id)


@require_GET
def show(request: Request, upload_id: UUID) -> HttpResponse:
    """What the file says, and what was understood of its columns, for correction."""
    upload = _own(request, upload_id)
    currency = _currency(request.GET)
    context: dict[str, Any] = {
        "upload": upload,
        "currency": currency,
        "may_keep": access.may_import(request.viewer),
        "suggested": _suggested_name(upload.name),
    }
    try:
        opened = open_upload(upload, *_said(request.GET))
    except Problem as problem:
        return render(request, "records/look_drop.html", {"problem": problem}, status=422)
    known = opened.recognised
    context |= {"header": known.header, "sample": opened.sample, "roles": _roles(opened)}
    if known.kind == "unknown":
        context["missing_words"] = ", ".join(str(ROLE_WORDS[role]) for role in known.missing)
    else:
        table, found = _look(upload, opened, currency, request.GET.get("as_of", ""))
        context |= {"table": table, "found": found}
    return render(request, "records/look.html", context)


@require_POST
def keep_source(request: Request, upload_id: UUID) -> HttpResponse:
    """Make a source of the file and import it, by the mapping that was shown."""
    if not access.may_import(request.viewer):
        raise PermissionDenied
    upload = _own(request, upload_id)
    opened = open_upload(upload, *_said(request.GET))
    kept = keep(
        upload, opened, request.POST.get("name", ""), _currency(request.GET), by=request.user
    )
    return redirect("records:import", kept.pk)


def _own(request: Request, upload_id: UUID) -> Upload:
    upload = load(upload_id, request.viewer.user_id)
    if upload is None:
        raise Http404
    return upload


def _look(upload: Upload, opened: Opened, currency: str, as_of: str) -> tuple[Table, Findings]:
    table = read_upload(upload, opened, currency)
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        day = None
    return table, look(table, today(), day)


def _said(query: QueryDict) -> tuple[Mapping[Role, int | None], Mapping[Role, str]]:
    """What the person corrected: columns by role, and how ambiguous dates are written."""
    if "corrected" not in query:
        return {}, {}
    columns: dict[Role, int | None] = {}
    for role in Role:
        if role in query:
            text = str(query[role])
            columns[role] = int(text) if text.isdecimal() and len(text) < 5 else None
    formats = {role: said for role in DATES if (said := query.get(f"{role}_format", ""))}
    return columns, formats


def _currency(query: QueryDict) -> str:
    said = query.get("currency_default", "").strip().upper()
    return said if len(said) == 3 and said.isalpha() else Company.load().currency


def _roles(opened: Opened) -> list[dict[str, Any]]:
    known = opened.recognised
    asked = [*ASKED, *(role for role in ROLE_WORDS if role in known.columns and role not in ASKED)]
    return [_role(role, known, opened) for role in asked]


def _role(role: Role, known: Recognised, opened: Opened) -> dict[str, Any]:
    column = known.columns.get(role)
    shape = known.dates.get(role)
    seen = [row[column] for row in opened.sample if column is not None and column < len(row)]
    return {
        "key": role.value,
        "words": ROLE_WORDS[role],
        "column": column,
        "unsure": role in known.unsure,
        "format": shape.chosen if shape else "",
        "formats": [
            {"value": form, "example": EXAMPLE_DAY.strftime(form)}
            for form in (shape.formats if shape else ())
        ],
        "example": " · ".join(str(cell) for cell in seen[:3] if cell not in {None, ""}),
    }


def _suggested_name(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0].replace("_", " ").strip()[:50]
