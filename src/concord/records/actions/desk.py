"""Records that people keep here themselves: notes, calls, tasks, deals, cases…

Source `desk`. They hang on the customer's oldest profile, whose id is the customer's own, so a
merge or an unmerge carries them along.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers import queries as customers
from concord.customers.desk import desk
from concord.customers.models import Profile
from concord.kernel import audit, events, notify
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import Company, Source, User
from concord.kernel.time import now, today
from concord.kernel.words import say
from concord.records import access, types
from concord.records.actions import versions
from concord.records.models import Record
from concord.records.notices import ASSIGNED
from concord.records.types import RecordType

COLUMNS: Final = frozenset(
    {"subject", "opened_at", "due_at", "closed_at", "status", "amount", "currency"}
    | {"unit_id", "owner_id", "parent_id"}
)


@transaction.atomic
def open_record(by: User, type: str, customer_id: UUID, *, token: str = "", **given: Any) -> Record:
    """Open a record by hand. `given` are columns (`subject`, `due_at`, …) and declared fields.

    `token` names the attempt: the same one twice (a double click, a repeated request) opens one
    record. Raises Problem for what the type does not take or the person may not do.
    """
    declared = types.get(type)
    if not access.may_open(viewer_of(by), declared):
        raise Problem(
            _("You cannot open a record of this kind here: %(type)s.")
            % {"type": say(declared.words)},
            mend=_("It comes from another system, or only its department opens it."),
            code="forbidden",
        )
    source = desk()
    key = token or str(new_id())
    # Two clicks at once: the second one waits here until the first one's record is there.
    Source.objects.select_for_update().get(pk=source.pk)
    already = Record.objects.filter(source=source, type=type, key=key).first()
    if already:
        return already
    columns, data = _accepted(declared, given)
    columns.setdefault("opened_at", today())
    columns.setdefault("status", declared.first_status)
    record = Record(
        type=type,
        source=source,
        key=key,
        profile=_oldest_profile(customer_id),
        data=data,
        known_from=now(),
        **columns,
    )
    _settle(record, declared)
    record.save()
    audit.record(by, "records.open", "record", record.pk, type=type)
    _tell_owner(by, record, declared, before=None)
    events.records_changed([record.profile_id])
    return record


@transaction.atomic
def change_record(
    by: User, record_id: int, *, seen: datetime | None = None, **given: Any
) -> Record:
    """Change columns or declared fields; a version of what was is kept.

    A field given as None loses its value. `seen` is the `known_from` that the person looked at:
    if the record has changed since, nothing is overwritten and a Problem says so.
    """
    record, declared = _to_change(by, record_id)
    if seen is not None and record.known_from != seen:
        raise Problem(
            _("Somebody has changed this record since you opened it."),
            mend=_("Open it again, look at what changed, then make your change."),
            code="conflict",
        )
    before = _state(record)
    owner = record.owner_id
    columns, data = _accepted(declared, given, before=record.data)
    for name, value in columns.items():
        setattr(record, name, value)
    record.data = data
    _settle(record, declared)
    if _state(record) == before:
        return record
    _keep(by, record, "records.change", fields=_changed(before, _state(record)))
    _tell_owner(by, record, declared, before=owner)
    return record


def close_record(
    by: User, record_id: int, *, status: str = "", closed_at: date | None = None
) -> Record:
    """Close it, with the type's closing status unless another one that closes is named."""
    declared = types.get(_type_of(record_id))
    chosen = status or declared.closing_status
    known = declared.status(chosen)
    if known is None or not known.closes:
        closing = ", ".join(s.key for s in declared.statuses if s.closes)
        raise Problem(
            _("“%(status)s” does not close this kind of record.") % {"status": chosen},
            place="status",
            mend=_("Choose one of: %(choices)s.") % {"choices": closing},
        )
    return change_record(by, record_id, status=chosen, closed_at=closed_at or today())


def reopen_record(by: User, record_id: int) -> Record:
    declared = types.get(_type_of(record_id))
    status = next((s.key for s in declared.statuses if not s.closes), None)
    if status is None:
        raise Problem(
            _("This kind of record is never open: %(type)s.") % {"type": say(declared.words)}
        )
    return change_record(by, record_id, status=status, closed_at=None)


@transaction.atomic
def withdraw_record(by: User, record_id: int) -> Record:
    """Take back what was typed by mistake: it is no part of any answer, its versions stay."""
    record, _declared = _to_change(by, record_id)
    at = now()
    versions.keep([record.pk], at)
    record.withdrawn_at = at
    record.save(update_fields=["withdrawn_at"])
    audit.record(by, "records.withdraw", "record", record.pk, type=record.type)
    events.records_changed([record.profile_id])
    return record


def _type_of(record_id: int) -> str:
    found = Record.objects.filter(pk=record_id, withdrawn_at=None).values_list("type", flat=True)
    if not found:
        raise _no_such(record_id)
    return found[0]


def _to_change(by: User, record_id: int) -> tuple[Record, RecordType]:
    record = (
        Record.objects.select_for_update(of=("self",))
        .select_related("source")
        .filter(pk=record_id, withdrawn_at=None)
        .first()
    )
    viewer = viewer_of(by)
    if record is None or not access.sees(viewer, record):
        raise _no_such(record_id)
    declared = types.get(record.type)
    if not access.may_change(viewer, record, declared):
        raise Problem(
            _("This record is kept in %(source)s.") % {"source": record.source}
            if record.source.key != Source.DESK
            else _("Only its department changes a record of this kind."),
            mend=_("Change it there; the next import brings the change.")
            if record.source.key != Source.DESK
            else _("Ask somebody of that department."),
            code="forbidden",
        )
    return record, declared


def _no_such(record_id: int) -> Problem:
    return Problem(_("There is no such record."), place=str(record_id), code="not_found")


def _oldest_profile(customer_id: UUID) -> Profile:
    customer = customers.current(customer_id)
    return Profile.objects.get(pk=customer.pk)


def _accepted(
    declared: RecordType, given: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns, and the data with the declared fields, that `given` amounts to."""
    columns = {name: value for name, value in given.items() if name in COLUMNS}
    fields = {name: value for name, value in given.items() if name not in COLUMNS}
    data, wrong = types.keep_all(declared, _untouched(declared, before, fields) | fields)
    status = columns.get("status")
    if status is not None and declared.status(status) is None:
        known = ", ".join(s.key for s in declared.statuses)
        wrong.append(types.Wrong("status", str(status), _("is none of the choices"), f"{known}."))
    opened, due = columns.get("opened_at"), columns.get("closed_at")
    if opened and due and due < opened:
        wrong.append(types.Wrong("closed_at", str(due), _("is before the record was opened")))
    for name in ("subject", "status", "currency"):
        if name in columns:
            columns[name] = columns[name] or ""
    if len(columns.get("subject", "")) > Record._meta.get_field("subject").max_length:  # type: ignore[operator]
        wrong.append(types.Wrong("subject", columns["subject"][:40], _("is too long")))
    if wrong:
        first = wrong[0]
        raise Problem(
            _("“%(value)s” %(reason)s.") % {"value": first.value, "reason": _(first.reason)},
            place=first.field,
            mend=first.mend,
            code="invalid",
        )
    if columns.get("amount") is not None and not columns.get("currency"):
        columns["currency"] = Company.load().currency
    return columns, data


def _untouched(
    declared: RecordType, before: Mapping[str, Any] | None, fields: Mapping[str, Any]
) -> dict[str, Any]:
    if not before:
        return {}
    known = types.read_all(declared, before)
    return {key: value for key, value in known.items() if key not in fields}


def _settle(record: Record, declared: RecordType) -> None:
    """Status and closing date agree: a status that closes has a date, an open one has none."""
    status = declared.status(record.status)
    if status is None:
        return
    if not status.closes:
        record.closed_at = None
    elif record.closed_at is None:
        record.closed_at = max(today(), record.opened_at or today())


def _keep(by: User, record: Record, action: str, **data: Any) -> None:
    at = max(now(), record.known_from)
    versions.keep([record.pk], at)
    record.known_from = _after(record, at)
    record.import_id = None
    record.digest = b""
    record.save()
    audit.record(by, action, "record", record.pk, type=record.type, **data)
    events.records_changed([record.profile_id])


def _after(record: Record, at: datetime) -> datetime:
    """The end of the version just kept, so that the record's history has no hole."""
    latest = record.versions.order_by("-known_to").values_list("known_to", flat=True).first()
    return max(at, latest) if latest else at


def _state(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in sorted(COLUMNS)} | {"data": dict(record.data)}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    columns = [name for name in after if name != "data" and after[name] != before[name]]
    old, new = before["data"], after["data"]
    return columns + sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))


def _tell_owner(by: User, record: Record, declared: RecordType, before: int | None) -> None:
    if record.owner_id and record.owner_id not in {before, by.pk}:
        owner = User.objects.get(pk=record.owner_id)
        notify.tell(
            owner,
            ASSIGNED,
            f"/records/{record.pk}/",
            type=declared.key,
            subject=record.subject,
            by=str(by),
        )
