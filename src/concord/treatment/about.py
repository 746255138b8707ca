"""What a request says through the record it is about: "may I ship *this* order?"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from concord.customers.models import Customer, Membership
from concord.kernel.errors import Problem
from concord.kernel.models import Company, ExchangeRate
from concord.records.models import Record
from concord.treatment.requests import FieldValue, RequestKind
from concord.ui.http import row_id

SHIPPED = ("shipped", "invoiced")


def about_record(
    customer: Customer, kind: RequestKind, said: str, fields: Mapping[str, FieldValue], as_of: date
) -> dict[str, FieldValue]:
    """The fields filled from the record that the request is about ("this order").

    `said` is the record's id, or KEY@SOURCE. What was given by hand must not contradict it.
    Raises `Problem` where the record is not there or is another customer's.
    """
    record = _find(customer, str(kind.about), said)
    filled = dict(fields)
    filled[str(kind.about)] = str(record.pk)
    unit = record.unit.key if record.unit else None
    given = fields.get("unit")
    if given and unit and given != unit:
        raise Problem(
            _("This %(type)s belongs to another business unit.") % {"type": kind.about},
            place="unit",
            mend=_("Leave the unit away: the record says it."),
            code="wrong-field",
        )
    if "unit" in fields and unit:
        filled["unit"] = unit
    if "amount" in fields and fields["amount"] is None:
        filled["amount"] = _in_company_currency(record)
    filled["on_its_way"] = _on_its_way(record, as_of)
    return filled


def customer_of(kind: RequestKind, said: str) -> UUID:
    """Whose record it is that the request is about: the customer whom it is asked of.

    Raises `Problem` where the request is about no record, and where there is none of that name.
    """
    if kind.about is None:
        raise Problem(
            _("“%(request)s” is about no record.") % {"request": kind.key},
            place="about",
            mend=_("Name the customer."),
            code="wrong-field",
        )
    whose = Membership.objects.filter(
        profile__in=Record.objects.filter(_named(said), type=kind.about, withdrawn_at=None).values(
            "profile"
        ),
        known_to=None,
    )
    found = whose.values_list("customer_id", flat=True).first()
    if found is None:
        raise Problem(
            _("There is no %(type)s “%(key)s”.") % {"type": kind.about, "key": said[:80]},
            place="about",
            mend=_("Write its number as KEY@SOURCE, or its id."),
            code="not-found",
        )
    return found


def _named(said: str) -> Q:
    key, at, source = said.rpartition("@")
    return Q(source__key=source, key=key) if at else Q(pk=row_id(said))


def _find(customer: Customer, type_: str, said: str) -> Record:
    record = (
        Record.objects.select_related("unit")
        .filter(
            _named(said),
            type=type_,
            withdrawn_at=None,
            profile__memberships__customer_id=customer.id,
            profile__memberships__known_to=None,
        )
        .first()
    )
    if record is None:
        raise Problem(
            _("“%(key)s” is no %(type)s of this customer.") % {"key": said[:80], "type": type_},
            place=type_,
            mend=_("Give the number of one of their records, as KEY@SOURCE."),
            code="wrong-field",
        )
    if record.status == "cancelled":
        raise Problem(
            _("“%(key)s” was cancelled.") % {"key": record.key},
            place=type_,
            mend=_("Choose another one."),
            code="wrong-field",
        )
    return record


def _on_its_way(record: Record, as_of: date) -> bool:
    """Whether the goods have left the house: the order says so, or a shipment of it does."""
    gone = Q(closed_at__lte=as_of) & ~Q(status="cancelled")
    shipments = Record.objects.filter(gone, type="shipment", withdrawn_at=None)
    linked = Q(parent=record) | Q(links_from__to_record=record, links_from__known_to=None)
    closed = record.closed_at is None or record.closed_at <= as_of
    return (record.status in SHIPPED and closed) or shipments.filter(linked).exists()


def _in_company_currency(record: Record) -> Decimal | None:
    """The record's amount; unknown (so it is asked for) where no rate is known for its day."""
    company = Company.load().currency
    if record.amount is None or record.currency in ("", company):
        return record.amount
    rate = (
        ExchangeRate.objects.filter(currency=record.currency)
        .filter(Q(on__lte=record.opened_at) if record.opened_at else Q())
        .order_by("-on")
        .values_list("rate", flat=True)
        .first()
    )
    return None if rate is None else round(record.amount * rate, 2)
