"""The house itself: departments, units, the company, and systems that ask."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concord.kernel import audit
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import Company, Department, ExchangeRate, Role, Unit, User
from concord.kernel.time import forget_zone
from concord.pages import access
from concord.treatment.jobs import rate_changed


@transaction.atomic
def save_department(
    by: User, department: Department | None, key: str, words: Mapping[str, str], sees_money: bool
) -> Department:
    """Make or change a department; its key stays what it was."""
    access.check_changes_settings(viewer_of(by))
    department = department or Department(key=key)
    department.words, department.sees_money = dict(words), sees_money
    _keep(department)
    audit.record(by, "department.saved", "department", department.pk, sees_money=sees_money)
    return department


@transaction.atomic
def save_unit(by: User, unit: Unit | None, key: str, words: Mapping[str, str]) -> Unit:
    """Make or change a business unit; its key stays what it was."""
    access.check_changes_settings(viewer_of(by))
    unit = unit or Unit(key=key)
    unit.words = dict(words)
    _keep(unit)
    audit.record(by, "unit.saved", "unit", unit.pk)
    return unit


def _keep(thing: Department | Unit) -> None:
    try:
        with transaction.atomic():  # somebody else may make one of this key at this moment
            thing.save()
    except IntegrityError as error:
        raise Problem(
            _("This key is taken already."), place=thing.key, mend=_("Choose another key.")
        ) from error


@transaction.atomic
def save_company(by: User, **values: Any) -> Company:
    """Change the company's name, currency, time zone or matching.

    What a currency is worth is kept in the company's own: it stays while there are such rates.
    """
    access.check_changes_settings(viewer_of(by))
    company = Company.load()
    changed = [name for name, value in values.items() if getattr(company, name) != value]
    if "currency" in changed and company.currency and ExchangeRate.objects.exists():
        raise Problem(
            _("Exchange rates into %(currency)s are kept.") % {"currency": company.currency},
            mend=_("Take them away first: in another currency they would be wrong."),
        )
    for name in changed:
        setattr(company, name, values[name])
    if changed:
        company.save(update_fields=changed)
        audit.record(by, "company.changed", "company", company.pk, fields=changed)
        transaction.on_commit(forget_zone)
    return company


@transaction.atomic
def save_rate(by: User, currency: str, on: date, rate: Decimal) -> ExchangeRate:
    """What one unit of `currency` is worth in the company's own, from that day on.

    Another word for the same day takes the place of the one before.
    """
    access.check_changes_settings(viewer_of(by))
    saved, _made = ExchangeRate.objects.update_or_create(
        currency=currency, on=on, defaults={"rate": rate}
    )
    audit.record(
        by, "exchange_rate.saved", "exchange_rate", saved.pk,
        currency=currency, on=on.isoformat(), rate=str(rate),
    )  # fmt: skip
    rate_changed.defer(currency=currency, on=on.isoformat())
    return saved


@transaction.atomic
def remove_rate(by: User, rate: ExchangeRate) -> None:
    """Take a rate away; the one before it counts again from its day on."""
    access.check_changes_settings(viewer_of(by))
    audit.record(
        by, "exchange_rate.removed", "exchange_rate", rate.pk,
        currency=rate.currency, on=rate.on.isoformat(), rate=str(rate.rate),
    )  # fmt: skip
    rate_changed.defer(currency=rate.currency, on=rate.on.isoformat())
    rate.delete()


@transaction.atomic
def make_system(by: User, name: str, department: Department | None) -> User:
    """A principal for a system: it asks with keys in its own name and never signs in."""
    access.check_changes_settings(viewer_of(by))
    mailbox = f"{slugify(name)[:40] or 'system'}-{new_id().hex[-8:]}@system.invalid"
    system = User.objects.create_user(
        mailbox, None, name=name, role=Role.MEMBER, department=department, is_system=True
    )
    audit.record(by, "system.made", "user", system.pk)
    return system
