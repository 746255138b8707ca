"""Loads the demo company into an empty Concord, through the same imports as anybody's files.

Every step may be repeated: what exists is kept, what was imported is unchanged. The company is
marked as the demo at the very end, together with what waits for its staff, so a load that was
killed is known as unfinished and is begun again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from concord.customers.actions.matching import match_pending
from concord.demo import rates, waiting
from concord.demo.generate import generate
from concord.demo.manifest import COMPANY, DEPARTMENTS, SOURCES, UNITS, ExportFile, Manifest
from concord.demo.staff import STAFF
from concord.demo.trade import DAYS
from concord.kernel import time
from concord.kernel.models import Company, Department, ExchangeRate, Role, Source, Unit, User
from concord.records.importing.run import run_import
from concord.treatment.actions import publish
from concord.treatment.models import PolicyInForce
from concord.treatment.policy.reasons import WHY

Progress = Callable[[str], None]


def load_demo(progress: Progress, *, customers: int = 2000) -> None:
    """Make company, people and sources, import every export, put the default policy in force."""
    if is_loaded():
        return
    progress("Company, departments and people")
    prepare()
    progress("Two years of six systems")
    made = generate(folder(), today=time.today(), customers=customers)
    for file in made.files:
        if file.mapping is not None:
            _import(file, progress)
    _match(progress)
    progress("The policy")
    _policy(made)
    progress("What waits for whom")
    with transaction.atomic():
        waiting.fill(folder() / "truth")
        Company.objects.filter(id=1).update(is_demo=True)


def is_loaded() -> bool:
    """Whether the demo company is here, whole."""
    return Company.objects.filter(is_demo=True).exists()


def is_unfinished() -> bool:
    """Whether somebody began to load it and did not come to the end."""
    return Company.objects.filter(name=COMPANY, is_demo=False).exists()


def folder() -> Path:
    """Where the demo's export files lie, its scene among them."""
    return Path(settings.MEDIA_ROOT) / "demo"


@transaction.atomic
def prepare() -> None:
    """Everything that imports need: company, units, departments, staff, sources, rates."""
    company = Company.load()
    company.name, company.currency = COMPANY, "EUR"
    company.save()
    for unit in UNITS:
        Unit.objects.get_or_create(key=unit.key, defaults={"words": unit.words})
    for department in DEPARTMENTS:
        Department.objects.get_or_create(
            key=department.key,
            defaults={"words": department.words, "sees_money": department.sees_money},
        )
    _staff()
    _sources()
    for on, currency, per_euro in rates.monthly(time.today()):
        ExchangeRate.objects.get_or_create(
            currency=currency, on=on, defaults={"rate": rates.in_euros(per_euro)}
        )


def _staff() -> None:
    """People without a password: they sign in with one click, on this machine alone."""
    departments = {department.key: department for department in Department.objects.all()}
    units = {unit.key: unit for unit in Unit.objects.all()}
    known = set(User.objects.values_list("email", flat=True))
    for member in STAFF:
        if member.email in known:
            continue
        user = User.objects.create_user(
            member.email,
            name=member.name,
            role=member.role,
            department=departments[member.department],
            language=member.language,
        )
        user.units.set(units[key] for key in member.units)


def _sources() -> None:
    people = {user.email: user for user in User.objects.all()}
    departments = {department.key: department for department in Department.objects.all()}
    for source in SOURCES:
        Source.objects.get_or_create(
            key=source.key,
            defaults={
                "words": source.words,
                "department": departments[source.department],
                "owner": people[source.owner],
                "fresh_within": source.fresh_within,
                "masters": list(source.masters),
            },
        )


def _import(file: ExportFile, progress: Progress) -> None:
    """By the action behind `concord import`, in the name of the source's owner."""
    assert file.mapping is not None
    source = Source.objects.select_related("owner").get(key=file.source)
    imported = run_import(
        file.path, source, file.mapping.read_text(encoding="utf-8"), by=source.owner
    )
    rejected = imported.counts["rows"]["rejected"]
    said = f"{file.path.name}: {file.rows:,} rows"
    progress(f"{said}, {rejected:,} to fix" if rejected else said)


def _match(progress: Progress) -> None:
    """What an interrupted load left unmatched; usually nothing."""
    matched = match_pending()
    if matched.profiles:
        progress(f"{matched.profiles:,} more entries compared")


def _policy(made: Manifest) -> None:
    """The default policy, in force since the first day of the records: acts of then are judged."""
    if not PolicyInForce.objects.exists():
        sponsor = User.objects.get(role=Role.SPONSOR, email__in=[m.email for m in STAFF])
        publish.install_default(sponsor, made.today - timedelta(days=DAYS), WHY["en"])
