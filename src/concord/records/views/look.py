"""Five minutes to something useful: drop a file, read what is true in it, keep it as a source."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.kernel.errors import Problem
from concord.kernel.models import Company
from concord.kernel.time import today
from concord.records import access
from concord.records.actions.drafts import bring
from concord.records.export import csv_safe
from concord.records.importing import reasons
from concord.records.importing.eras import WRITTEN
from concord.records.importing.values import text_of
from concord.records.look.answers import Look, ask
from concord.records.look.columns import DATES, Recognised
from concord.records.look.findings import Findings
from concord.records.look.keep import keep
from concord.records.look.opened import Opened, Said
from concord.records.look.rows import MOST_ROWS, Unread
from concord.records.look.upload import Upload, load, save
from concord.records.look.vocabulary import Role
from concord.ui.http import Request
from concord.ui.uploads import most_megabytes

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
SHOWN = 20  # of each list; the download has them all
UNREAD_SHOWN = 12
EXAMPLE_DAY = date(2026, 3, 25)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: Request) -> HttpResponse:
    """The page that takes a file."""
    if request.method != "POST":
        return _drop_page(request)
    file = request.FILES.get("file")
    try:
        if file is None or isinstance(file, list):
            raise Problem(
                gettext("No file was chosen."), mend=gettext("Choose a CSV or Excel file.")
            )
        upload = save(file, request.viewer.user_id)
    except Problem as problem:
        return _drop_page(request, problem)
    return redirect("records:look_at", upload.id)


@require_GET
def show(request: Request, upload_id: UUID) -> HttpResponse:
    """What the file says, and what was understood of its columns, for correction.

    While the worker is at a large file the page asks again by itself: then only how far it is goes
    back, until the answer takes the place of it all.
    """
    upload = _own(request, upload_id)
    said = _said(request.GET)
    try:
        found = ask(upload, said)
    except Problem as problem:
        return _instead(request, {"upload": upload, "problem": problem}, status=422)
    if request.htmx and found.progress:
        return render(request, "records/_look_progress.html", {"progress": found.progress})
    return _instead(request, _context(request, upload, said, found))


@require_GET
def download(request: Request, upload_id: UUID) -> HttpResponse:
    """Who is late (or what was not sent) as a list for a spreadsheet."""
    upload = _own(request, upload_id)
    found = ask(upload, _said(request.GET))
    if found.answer is None:
        return redirect(f"{reverse('records:look_at', args=[upload.id])}?{request.GET.urlencode()}")
    findings = found.answer.findings
    text = StringIO()
    csv.writer(text).writerows([csv_safe(cell) for cell in row] for row in _list(findings))
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv")
    stem = slugify(_suggested_name(upload.name), allow_unicode=True) or "list"
    name = quote(f"{stem}-{findings.as_of}.csv")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _list(found: Findings) -> Iterator[Sequence[object]]:
    if found.kind == "orders":
        yield (_("Customer's number"), _("Customer"), _("Waiting"), _("Longest (days)"),
               _("Sent late before"), _("Orders"))  # fmt: skip
        for order in found.late_orders:
            yield (order.customer, order.name, order.waiting, order.worst_waiting_days,
                   order.sent_late, order.orders)  # fmt: skip
        return
    if found.kind == "aging":
        yield (_("Customer's number"), _("Customer"), _("Currency"), _("Overdue"),
               *(bucket.title for bucket in found.buckets))  # fmt: skip
        for aged in found.aged:
            yield (aged.customer, aged.name, aged.currency, aged.overdue, *aged.amounts)
        return
    yield (_("Customer's number"), _("Customer"), _("Currency"), _("Overdue"), _("Oldest (days)"),
           _("Invoices"), _("Disputed"), _("Invoices since"), _("Supplied since"),
           _("Last time"))  # fmt: skip
    for late in found.late:
        yield (late.customer, late.name, late.currency, late.amount, late.days, late.invoices,
               late.disputed, late.supplied_count, late.supplied_amount,
               late.last_supplied)  # fmt: skip


@require_POST
def keep_source(request: Request, upload_id: UUID) -> HttpResponse:
    """Make a source of the file and import it, by the mapping that was shown."""
    if not access.may_import(request.viewer):
        raise PermissionDenied
    upload = _own(request, upload_id)
    said = _said(request.GET)
    found = ask(upload, said)
    if found.opened is None or found.answer is None or not found.answer.may_be_kept:
        raise Problem(
            gettext("This file is not understood yet."),
            place=upload.name,
            mend=gettext("Wait for its answer, or point out its columns first."),
        )
    kept = keep(
        upload,
        found.opened,
        said,
        request.POST.get("name", ""),
        totals=found.answer.total_names,
        by=request.user,
    )
    return redirect("records:import", kept.pk)


@require_POST
def bring_in(request: Request, upload_id: UUID) -> HttpResponse:
    """Bring the file in: what each of its columns means is said there, and what would happen."""
    if not access.may_import(request.viewer):
        raise PermissionDenied
    upload = _own(request, upload_id)
    return redirect("records:draft", bring(upload.path, upload.name, by=request.user).pk)


def _drop_page(request: Request, problem: Problem | None = None) -> HttpResponse:
    context = {"problem": problem, "megabytes": most_megabytes(), "most_rows": MOST_ROWS}
    return render(request, "records/look_drop.html", context, status=422 if problem else 200)


def _instead(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page; for the one that waits, all of it but its frame."""
    if not request.htmx:
        return render(request, "records/look.html", context, status=status)
    response = render(request, "records/_look.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#look", "outerHTML"
    return response


def _context(request: Request, upload: Upload, said: Said, found: Look) -> dict[str, Any]:
    context: dict[str, Any] = {
        "upload": upload,
        "said": said,
        "answer": found.answer,
        "found": found.answer and found.answer.findings,
        "progress": found.progress,
        "day": said.as_of.isoformat() if said.as_of else "",
        "may_keep": access.may_import(request.viewer)
        and (found.answer is None or found.answer.may_be_kept),
        "may_bring": access.may_import(request.viewer),
        "suggested": _suggested_name(upload.name),
        "limits": {"rows": MOST_ROWS, "shown": SHOWN, "slice": f":{SHOWN}"},
    }
    if found.opened and found.known:
        context |= {
            "header": found.opened.header,
            "sample": found.opened.shown,
            "currency": said.currency_of(found.known),
            "broken": _by_reason(found.opened.broken),
            "roles": _roles(found.opened, found.known),
            "missing": [str(ROLE_WORDS[role]) for role in found.known.missing],
            "unsure": [str(ROLE_WORDS[r]) for r in ROLE_WORDS if r in found.known.unsure],
        }
    if found.answer:
        context["is_old"] = said.as_of is None and found.answer.findings.as_of != today()
        context["today"] = today().isoformat()
        context["day"] = found.answer.findings.as_of.isoformat()
        context["why_unread"] = _by_reason(found.answer.unread_by)
        context["unread"] = [_unread(row) for row in found.answer.unread[:UNREAD_SHOWN]]
    return context


def _own(request: Request, upload_id: UUID) -> Upload:
    upload = load(upload_id, request.viewer.user_id)
    if upload is None:
        raise Problem(
            gettext("This look is not here for you."),
            mend=gettext(
                "A file that somebody looks into is shown to them alone, and kept for a day: "
                "drop it in yourself, or ask them to keep it as a source."
            ),
            code="not-found",
        )
    return upload


def _said(query: QueryDict) -> Said:
    """What the person said: columns by role, how ambiguous dates are written, currency and day.

    The day and the currency that the page proposed itself are none that they said.
    """
    columns: dict[Role, int | None] = {}
    if "corrected" in query:
        given = [role for role in Role if role in query]
        # What was just chosen comes last: it takes its column from the role that had it.
        for role in sorted(given, key=lambda role: query[role] != query.get(f"{role}_was")):
            text = str(query[role])
            column = int(text) if text.isdecimal() and len(text) < 5 else None
            columns = {other: None if has == column else has for other, has in columns.items()}
            columns[role] = column
    formats = {role: form for role in DATES if (form := query.get(f"{role}_format", ""))}
    day = query.get("as_of", "")
    return Said(
        columns,
        formats,
        _currency(query),
        _day("" if day == query.get("day") else day),
        Company.load().currency,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _currency(query: QueryDict) -> str:
    said = query.get("currency_default", "").strip().upper()
    is_code = len(said) == 3 and said.isascii() and said.isalpha()
    return said if is_code and said != query.get("currency_proposed") else ""


def _roles(opened: Opened, known: Recognised) -> list[dict[str, Any]]:
    asked = [*ASKED, *(role for role in ROLE_WORDS if role in known.columns and role not in ASKED)]
    return [_role(role, known, opened) for role in asked]


def _role(role: Role, known: Recognised, opened: Opened) -> dict[str, Any]:
    column = known.columns.get(role)
    shape = known.dates.get(role)
    seen = [row[column] for row in opened.sample if column is not None and column < len(row)]
    examples = [text for cell in seen if (text := text_of(cell))]
    return {
        "key": role.value,
        "words": ROLE_WORDS[role],
        "column": column,
        "unsure": role in known.unsure,
        "format": shape.chosen if shape else "",
        "formats": [
            {"value": form, "example": _example(form)} for form in (shape.formats if shape else ())
        ],
        "example": " · ".join(dict.fromkeys(text[:40] for text in examples[:3])),
    }


def _example(form: str) -> str:
    return WRITTEN[form](EXAMPLE_DAY) if form in WRITTEN else EXAMPLE_DAY.strftime(form)


def _unread(row: Unread) -> str:
    """Why a row was left out, in one sentence."""
    place = {"line": row.line, "column": row.column, "value": row.value}
    match row.code:
        case "date":
            return gettext("Line %(line)s, %(column)s: “%(value)s” is no date") % place
        case "number":
            return gettext("Line %(line)s, %(column)s: “%(value)s” is no number") % place
        case "customer":
            return gettext("Line %(line)s, %(column)s: no customer") % place
        case "nothing":
            return gettext("Line %(line)s: neither a date nor an amount (%(value)s)") % place
        case "other_currency":
            return gettext("Line %(line)s, %(column)s: “%(value)s” is in another currency") % place
        case code:
            why = reasons.reason(code, {"column": row.column, "value": row.value})
            return gettext("Line %(line)s: %(why)s") % {"line": row.line, "why": why}


# Why rows were left out, each in a few words.
_SHORTLY = {
    "customer": _("no customer"),
    "nothing": _("neither a date nor an amount"),
    "other_currency": _("an amount in another currency"),
}


def _by_reason(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many rows were left out for what, the most frequent first."""
    return [
        {"why": _SHORTLY.get(code) or reasons.name_of(code), "rows": count}
        for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def _suggested_name(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0].replace("_", " ").strip()[:50]
