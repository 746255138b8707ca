"""One record: all that hangs on it; opened, changed, closed and reopened by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import queries as customers
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import User
from concord.kernel.words import say
from concord.records import access, panels, types
from concord.records.actions import desk
from concord.records.forms import RecordForm, label_of, values_of
from concord.records.queries.detail import Change, Detail, detail
from concord.records.types import FieldType, RecordType
from concord.ui import formats, toasts
from concord.ui.http import Request

COLUMN_NAMES = {"opened_at": "opened", "due_at": "due", "closed_at": "closed", "owner_id": "owner"}


@require_GET
def show(request: Request, record_id: int) -> HttpResponse:
    """The record with its lines, what it settles or is settled by, its links and its history."""
    found = _detail(request, record_id)
    declared = types.get(found.record.type)
    context = {
        "found": found,
        "declared": declared,
        "fields": _fields(declared, found),
        "changes": changes_in_words(declared, found.changes),
        "panels": panels.panels(request.viewer, found.record),
        "closing": [status for status in declared.statuses if status.closes],
    }
    return render(request, "records/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, customer_id: UUID, type: str) -> HttpResponse:
    """A new record of a customer, by the form of its type; sent twice it is opened once."""
    declared = _type(type)
    if not access.may_open(request.viewer, declared):
        raise PermissionDenied
    customer = customers.current(customer_id)
    form = RecordForm(declared, request.POST or None, sees_money=request.viewer.sees_money)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            record = desk.open_record(
                request.user, type, customer.pk, token=_token(request), **form.given()
            )
        except Problem as wrong:
            problem = wrong
        else:
            toasts.tell(request, _("Written down."))
            return redirect("records:record", record.pk)
    context = {
        "form": form,
        "declared": declared,
        "customer": customer,
        "token": _token(request) or new_id(),
        "problem": problem,
    }
    status = 422 if problem or form.errors else 200
    return render(request, "records/record_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, record_id: int) -> HttpResponse:
    """Change a record that people keep here; nobody's change is overwritten unseen."""
    found = _changeable(request, record_id)
    declared = types.get(found.record.type)
    form = RecordForm(
        declared,
        request.POST or None,
        initial=values_of(found.record, declared),
        sees_money=request.viewer.sees_money,
    )
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            desk.change_record(request.user, record_id, seen=_seen(request), **form.given())
        except Problem as wrong:
            problem = wrong
        else:
            toasts.tell(request, _("Saved."))
            return redirect("records:record", record_id)
    context = {
        "form": form,
        "declared": declared,
        "customer": found.customer,
        "record": found.record,
        "seen": found.record.known_from.isoformat(),
        "problem": problem,
    }
    status = 422 if problem or form.errors else 200
    return render(request, "records/record_form.html", context, status=status)


@require_POST
def close(request: Request, record_id: int) -> HttpResponse:
    """Close it, as the status that was chosen says."""
    _changeable(request, record_id)
    desk.close_record(request.user, record_id, status=request.POST.get("status", ""))
    toasts.tell(request, _("Closed."))
    return redirect("records:record", record_id)


@require_POST
def reopen(request: Request, record_id: int) -> HttpResponse:
    """Open it again."""
    _changeable(request, record_id)
    desk.reopen_record(request.user, record_id)
    toasts.tell(request, _("Open again."))
    return redirect("records:record", record_id)


@require_POST
def withdraw(request: Request, record_id: int) -> HttpResponse:
    """Take back what was typed by mistake."""
    found = _changeable(request, record_id)
    desk.withdraw_record(request.user, record_id)
    toasts.tell(request, _("Taken back."))
    return redirect("pages:customer", found.customer.pk)


def _detail(request: Request, record_id: int) -> Detail:
    found = detail(request.viewer, record_id)
    if found is None:
        raise Http404
    return found


def _changeable(request: Request, record_id: int) -> Detail:
    found = _detail(request, record_id)
    if not found.may_change:
        raise PermissionDenied
    return found


def _type(key: str) -> RecordType:
    if key not in types.all_types():
        raise Http404
    return types.get(key)


def _token(request: Request) -> str:
    return str(request.POST.get("token", ""))[:64]


def _seen(request: Request) -> datetime | None:
    try:
        return datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return None


def _fields(declared: RecordType, found: Detail) -> list[tuple[str, str]]:
    """The declared fields that have a value, as words."""
    return [
        (say(field.words), _value(declared, field.key, found.item.data[field.key]))
        for field in declared.fields
        if found.item.data.get(field.key) not in {None, ""}
    ]


def changes_in_words(declared: RecordType, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Each change in words; owners by their names (one query, where one has changed)."""
    fields = [field for change in changes for field in change.fields]
    ids = {int(str(e)) for name, *both in fields if name == "owner_id" for e in both if e}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
    return [_said(declared, change, names) for change in changes]


def _said(declared: RecordType, change: Change, names: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "at": change.known_from,
        "fields": [
            {
                "label": _label(declared, name),
                "before": _value(declared, name, _named(name, before, names)),
                "after": _value(declared, name, _named(name, after, names)),
            }
            for name, before, after in change.fields
        ],
    }


def _named(name: str, value: object, names: Mapping[Any, str]) -> object:
    return names.get(value, value) if name == "owner_id" else value


def _label(declared: RecordType, name: str) -> str:
    field = declared.field(name)
    if field:
        return say(field.words)
    column = COLUMN_NAMES.get(name, name)
    return str(_("Currency")) if column == "currency" else label_of(declared, column)


def _value(declared: RecordType, name: str, value: object) -> str:
    """A value of a column or field, as a person would write it."""
    field = declared.field(name)
    if value is None or value == "":
        return "–"
    if name == "status":
        status = declared.status(str(value))
        return say(status.words) if status else str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Decimal):
        return formats.exact(value)
    if field and field.type is FieldType.CHOICE:
        chosen = next((choice for choice in field.choices if choice.key == value), None)
        return say(chosen.words) if chosen else str(value)
    return str(value)
