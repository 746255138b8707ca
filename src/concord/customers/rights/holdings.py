"""What customers and the kernel keep of a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from concord.customers.actions.golden import lock_customers, refresh
from concord.customers.actions.membership import wait_for_askers
from concord.customers.models import (
    Customer,
    Judgement,
    Membership,
    Profile,
    ProfileVersion,
    Relationship,
    Restriction,
    RightsEvent,
    RightsRequest,
)
from concord.customers.rights import registry
from concord.customers.rights.mentions import black_out, mentioning
from concord.customers.rights.registry import Entry, Erasing, Holding, Person
from concord.customers.rows import columns, fetch, run
from concord.customers.survivorship import ATTRIBUTES
from concord.customers.words import ATTRIBUTE
from concord.kernel import notify
from concord.kernel.models import AuditEntry, Notification, Source
from concord.kernel.time import now

MOST: Final = 1_000  # rows of one batch
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # of a row of ours

# What is said of answers and of colleagues is told without the names of those who work here.
LABELS: Final = {
    **ATTRIBUTE,
    "source": _("System"),
    "key": _("Called there"),
    "kind": _("Person or organisation"),
    "known_from": _("Known since"),
    "known_to": _("Until"),
    "withdrawn": _("Taken back"),
    "values": _("What it says"),
    "attribute": _("Value"),
    "value": _("What we go by"),
    "from": _("Who says so"),
    "at": _("When"),
    "by": _("Department"),
    "what": _("What was done"),
    "verdict": _("Judged"),
    "reason": _("Reason"),
    "to": _("Whom"),
    "title": _("Function"),
    "valid_from": _("From"),
    "valid_to": _("Until"),
    "about": _("About"),
    "data": _("In detail"),
    "right": _("Asked for"),
    "note": _("Note"),
    "entries": _("Entries"),
    "weights": _("Weights"),
}


# Told


def golden(person: Person) -> Iterable[Entry]:
    customer = Customer.objects.get(id=person.id)
    called = {source.key: str(source) for source in Source.objects.all()}
    for attribute in filter(customer.golden.get, ATTRIBUTES):
        entry = customer.golden[attribute]
        source, at = entry.get("source"), entry.get("at")
        yield {
            "attribute": attribute,
            "value": entry.get("value"),
            "from": called.get(source, source),
            "at": datetime.fromisoformat(at) if at else None,
        }


def profiles(person: Person) -> Iterable[Entry]:
    rows = Profile.objects.filter(id__in=person.profiles).select_related("source").order_by("id")
    for row in rows:
        yield {
            "source": str(row.source), "key": row.key, "kind": row.kind,
            "known_from": row.known_from, "withdrawn": row.withdrawn_at,
            "values": _in_order(row.data),
        }  # fmt: skip


def versions(person: Person) -> Iterable[Entry]:
    rows = ProfileVersion.objects.filter(profile_id__in=person.profiles)
    for row in rows.select_related("profile__source").order_by("profile", "known_from", "id"):
        yield {
            "source": str(row.profile.source), "key": row.profile.key,
            "known_from": row.known_from, "known_to": row.known_to,
            "values": _in_order(row.data),
        }  # fmt: skip


def _in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says, in the order of a customer's page."""
    return {name: data[name] for name in (*filter(data.get, ATTRIBUTES), *data)}


def judgements(person: Person) -> Iterable[Entry]:
    """How we came to take several entries for one: also what was judged to be somebody else, whose
    values are theirs and are not told."""
    mine = Profile.objects.filter(id__in=person.profiles).select_related("source")
    called = {row.pk: f"{row.source} {row.key}" for row in mine}
    rows = Judgement.objects.filter(left_id__in=person.profiles) | Judgement.objects.filter(
        right_id__in=person.profiles
    )
    for row in rows.select_related("by__department").order_by("id"):
        yield {
            "at": row.at, "verdict": row.verdict,
            "entries": [called[each] for each in (row.left_id, row.right_id) if each in called],
            "by": _who(row), "weights": "" if row.by else row.model, "reason": row.reason,
        }  # fmt: skip


def relationships(person: Person) -> Iterable[Entry]:
    mine = set(person.profiles)
    rows = Relationship.objects.filter(from_profile_id__in=mine) | Relationship.objects.filter(
        to_profile_id__in=mine
    )
    found = list(rows.select_related("source").order_by("id"))
    others = {r.to_profile_id if r.from_profile_id in mine else r.from_profile_id for r in found}
    members = Membership.objects.filter(profile_id__in=others, known_to=None)
    names = dict(members.values_list("profile_id", "customer__name"))
    for row in found:
        other = row.to_profile_id if row.from_profile_id in mine else row.from_profile_id
        yield {
            "kind": row.kind, "to": names.get(other, ""), "title": row.title,
            "valid_from": row.valid_from, "valid_to": row.valid_to, "source": str(row.source),
            "known_from": row.known_from, "known_to": row.known_to,
        }  # fmt: skip


def asked(person: Person) -> Iterable[Entry]:
    for row in RightsRequest.objects.filter(customer_id__in=person.customers).order_by("id"):
        yield {"at": row.received_on, "right": row.right, "note": row.note}
    for each in Restriction.objects.filter(customer_id__in=person.customers).order_by("id"):
        yield {"at": each.since, "right": "restriction", "reason": each.reason,
               "valid_to": each.lifted_at}  # fmt: skip
    rows = RightsEvent.objects.filter(customer_id__in=person.customers)
    for event in rows.select_related("by__department").order_by("id"):
        yield {"at": event.at, "what": event.what, "by": _who(event), "note": event.note}


def done(person: Person) -> Iterable[Entry]:
    """The log of changes that names them: when, in which department, and what."""
    rows = _audited(person).select_related("by__department")
    for row in rows.order_by("id").iterator():
        ids = {key: value for key, value in row.data.items() if _ID.fullmatch(str(value))}
        said = {key: value for key, value in row.data.items() if key not in ids}
        yield {"at": row.at, "what": row.action, "by": _who(row), "data": said, "ids": ids}


def told(person: Person) -> Iterable[Entry]:
    for row in _notifications(person).select_related("user__department").order_by("id"):
        department = row.user.department
        if "by" in row.data:
            row.data["by"] = str(_("A colleague"))
        yield {"at": row.created_at, "what": notify.sentence(row), "kind": row.kind,
               "data": row.data,
               "to": str(department) if department else row.user.get_role_display()}  # fmt: skip


def _who(row: AuditEntry | Judgement | RightsEvent) -> str:
    if row.by is None:
        return ""
    return str(row.by.department) if row.by.department else str(row.by.get_role_display())


def _audited(person: Person) -> QuerySet[AuditEntry]:
    ids = {str(each) for each in (*person.customers, *person.profiles)}
    return AuditEntry.objects.filter(subject_type__in=("customer", "profile"), subject_id__in=ids)


def _notifications(person: Person) -> QuerySet[Notification]:
    urls = Q()
    for each in {*person.customers, *person.profiles}:
        urls |= Q(url__contains=str(each))
    return Notification.objects.filter(urls)


# Erased


def erase_profiles(erasing: Erasing) -> Iterator[int]:
    """What is left of a profile is that a source once spoke of somebody, and since when."""
    touched = run(
        """
        UPDATE customers_profileversion SET data = '{}', pins = '[]', import_id = NULL
        WHERE profile_id = ANY(%s) AND (data <> '{}' OR import_id IS NOT NULL)
        """,
        [list(erasing.profiles)],
    )
    called = [(each, f"erased-{erasing.number}-{n}") for n, each in enumerate(erasing.profiles, 1)]
    touched += run(
        """
        UPDATE customers_profile p
        SET data = '{}', digest = '', pins = '[]', is_stub = TRUE, import_id = NULL, key = n.key,
            withdrawn_at = coalesce(p.withdrawn_at, %s), matched_at = coalesce(p.matched_at, %s)
        FROM unnest(%s::uuid[], %s::text[]) AS n(id, key) WHERE p.id = n.id AND p.key <> n.key
        """,
        [now(), now(), *columns(called, 2)],
    )
    lock_customers(erasing.customers)
    alive = Customer.objects.filter(id__in=erasing.customers, merged_into=None)
    refresh(set(alive.values_list("id", flat=True)), now())
    run(
        """
        UPDATE customers_customer SET name = %s, name_norm = '', search_tokens = '{}', golden = '{}'
        WHERE id = ANY(%s)
        """,
        [f"erased-{erasing.number}", list(erasing.customers)],
    )
    yield touched


def erase_traces(erasing: Erasing) -> Iterator[int]:
    """Blocking keys, normal forms, questions, opinions and what was judged; and what a killed run
    of matching left in files."""
    from concord.customers.actions.bulk import forget_killed

    wait_for_askers()
    forget_killed()
    mine = {"mine": list(erasing.profiles)}
    touched = 0
    for table in ("customers_blockkey", "customers_normalform"):
        touched += run(f"DELETE FROM {table} WHERE profile_id = ANY(%(mine)s)", mine)  # noqa: S608 - our own names
    ends = "left_id = ANY(%(mine)s) OR right_id = ANY(%(mine)s)"
    for table in ("customers_pair", "customers_secondopinion"):
        touched += run(f"DELETE FROM {table} WHERE {ends}", mine)  # noqa: S608 - our own names
    touched += fetch("SELECT redact_judgements(%s)", [erasing.number])[0][0]
    yield touched


def erase_relationships(erasing: Erasing) -> Iterator[int]:
    """Nobody lives with them any more, nor belongs to them, as far as we know."""
    says = ", ".join(f"{name} = ''" for name in _words_of(Relationship))
    still = " OR ".join(f"{name} <> ''" for name in _words_of(Relationship))
    yield run(
        f"""
        UPDATE customers_relationship SET {says}, known_to = coalesce(known_to, now())
        WHERE (from_profile_id = ANY(%(mine)s) OR to_profile_id = ANY(%(mine)s))
          AND (known_to IS NULL OR {still})
        """,  # noqa: S608 - our own names
        {"mine": list(erasing.profiles)},
    )
    yield from black_out("customers_relationship", _words_of(Relationship), erasing.words)


def erase_asked(erasing: Erasing) -> Iterator[int]:
    ids = list(erasing.customers)
    touched = run(
        "UPDATE customers_rightsrequest SET note = '' WHERE customer_id = ANY(%s) AND note <> ''",
        [ids],
    )
    touched += run(
        "UPDATE customers_restriction SET reason = '', lifted_because = '', "
        "lifted_at = coalesce(lifted_at, now()) WHERE customer_id = ANY(%s) "
        "AND (lifted_at IS NULL OR reason <> '' OR lifted_because <> '')",
        [ids],
    )
    touched += run("DELETE FROM customers_erasureplan WHERE customer_id = ANY(%s)", [ids])
    yield touched
    for table, texts in (
        ("customers_rightsrequest", ["note"]),
        ("customers_restriction", ["reason", "lifted_because"]),
        ("customers_secondopinion", ["note", "answer"]),
    ):
        yield from black_out(table, texts, erasing.words)


def erase_log(erasing: Erasing) -> Iterator[int]:
    """Logs cannot be changed by the application: the owner's function takes away words that are
    theirs, and nothing else."""
    about = _audited(erasing).values_list("id", flat=True)
    for entry in about if erasing.said else ():
        values = [erasing.number, list(erasing.said), entry, entry]
        yield fetch("SELECT redact_mentions(%s, %s::text[], %s, %s)", values)[0][0]
    if not erasing.words:
        return
    for table, texts in (
        ("kernel_auditentry", ["data"]),
        ("customers_rightsevent", ["note", "data"]),
    ):
        for found in mentioning(table, texts, erasing.words):
            for each in found:
                values = [erasing.number, list(erasing.words), each, each]
                yield fetch("SELECT redact_mentions(%s, %s::text[], %s, %s)", values)[0][0]


def erase_told(erasing: Erasing) -> Iterator[int]:
    yield _notifications(erasing).delete()[0]
    yield from black_out("kernel_notification", ["data", "url"], erasing.words)


def erase_files(erasing: Erasing) -> Iterator[int]:
    from concord.customers.models import PersonFile
    from concord.customers.rights.files import forget

    for each in PersonFile.objects.filter(customer_id__in=erasing.customers, forgotten_at=None):
        forget(each)
        yield 1


def _words_of(model: type[Relationship]) -> list[str]:
    return [
        field.column
        for field in model._meta.concrete_fields
        if field.column
        and field.get_internal_type() in {"TextField", "CharField"}
        and field.name != "kind"
    ]


def register() -> None:
    registry.register(
        Holding(
            "values", _("What we go by"),
            frozenset(f"customers_customer.{name}" for name in
                      ("name", "name_norm", "search_tokens", "golden")),
            erase_profiles, golden, LABELS,
        ),
        Holding(
            "profiles", _("What each system says"),
            frozenset({"customers_profile.data", "customers_profile.key",
                       "customers_profile.digest", "customers_profile.pins"}),
            _with_the_values, profiles, LABELS,
        ),
        Holding(
            "versions", _("What they said before"),
            frozenset({"customers_profileversion.data", "customers_profileversion.pins"}),
            _with_the_values, versions, LABELS,
        ),
        Holding(
            "judgements", _("How we know that it is one and the same"),
            frozenset({
                "customers_normalform.form", "customers_normalform.digest",
                "customers_judgement.evidence", "customers_judgement.reason",
                "customers_pair.evidence", "customers_pair.at_stake", "customers_pair.about",
                "customers_pair.sources", "customers_secondopinion.note",
                "customers_secondopinion.answer",
            }),
            erase_traces, judgements, LABELS,
        ),
        Holding(
            "relationships", _("To whom they stand how"),
            frozenset({f"customers_relationship.{name}" for name in _words_of(Relationship)}),
            erase_relationships, relationships, LABELS | {"kind": _("Relationship")},
        ),
        Holding(
            "rights", _("What they asked for"),
            frozenset({
                "customers_rightsrequest.note", "customers_restriction.reason",
                "customers_restriction.lifted_because", "customers_rightsevent.note",
                "customers_rightsevent.data", "customers_erasureplan.despite",
            }),
            erase_asked, asked, LABELS,
        ),
        Holding("files", _("Files made for them"),
                frozenset({"customers_personfile.problem"}), erase_files),
        Holding("log", _("What was changed"),
                frozenset({"kernel_auditentry.data"}), erase_log, done, LABELS,
                machine=frozenset({"ids"})),
        Holding("told", _("What colleagues were told"),
                frozenset({"kernel_notification.data", "kernel_notification.url"}),
                erase_told, told, LABELS, is_searched=True,
                machine=frozenset({"kind", "data"})),
    )  # fmt: skip
    registry.harmless(HARMLESS)


def _with_the_values(erasing: Erasing) -> Iterator[int]:
    """Goes with the values, in one transaction."""
    return iter(())


_OF_OURS: Final = "our own words, keys or settings"
_OF_STAFF: Final = "of those who work here"
HARMLESS: Final = {
    "account_emailaddress.*": _OF_STAFF,
    "account_emailconfirmation.*": _OF_STAFF,
    "mfa_authenticator.*": _OF_STAFF,
    "auth_group.*": _OF_STAFF,
    "auth_permission.*": _OF_OURS,
    "django_content_type.*": _OF_OURS,
    "django_migrations.*": _OF_OURS,
    "django_session.*": "who is signed in, and for a moment what they were told; it expires",
    "kernel_apikey.*": _OF_OURS,
    "kernel_auditentry.action": _OF_OURS,
    "kernel_auditentry.subject_type": _OF_OURS,
    "kernel_seal.*": "digests and numbers of rows",
    "kernel_auditentry.subject_id": "numbers of rows; the tombstone keeps its own",
    "kernel_company.*": _OF_OURS,
    "kernel_department.*": _OF_OURS,
    "kernel_exchangerate.*": _OF_OURS,
    "kernel_letter.*": "to whom of us, of which kind and by which key of ours",
    "kernel_notification.kind": _OF_OURS,
    "kernel_readmail.*": "a digest",
    "kernel_remembered.*": "who tried to sign in how often; it expires",
    "kernel_source.*": "systems and how their files are read",
    "kernel_unit.*": _OF_OURS,
    "kernel_user.*": _OF_STAFF,
    "procrastinate_events.*": _OF_OURS,
    "procrastinate_jobs.*": "jobs name rows by their numbers, and files by random names",
    "procrastinate_periodic_defers.*": _OF_OURS,
    "customers_customer.kind": "person or organisation",
    "customers_profile.kind": "person or organisation",
    "customers_profileversion.kind": "person or organisation",
    "customers_judgement.verdict": _OF_OURS,
    "customers_judgement.model": _OF_OURS,
    "customers_relationship.kind": _OF_OURS,
    "customers_secondopinion.verdict": _OF_OURS,
    "customers_goldenrules.*": "which system wins for which attribute, and why",
    "customers_scoresample.*": "how many pairs scored how, by counts",
    "customers_identitymodel.*": "weights and counts; of names keyed hashes, of examples their ids",
    "customers_identityrun.*": "weights and counts",
    "customers_modelinforce.*": "why weights were put in force",
    "customers_rightsrequest.right": _OF_OURS,
    "customers_rightsevent.what": _OF_OURS,
    "customers_personfile.language": _OF_OURS,
    "customers_erasure.customers": "ids of the tombstone",
    "customers_erasure.profiles": "ids of the tombstone",
    "customers_erasurerun.touched": "counts",
    "customers_erasureplan.also": "ids",
    "customers_erasedkey.digest": "a keyed hash: says that a source may not bring them back",
    "customers_rightssettings.secret": "the key of that hash",
}
