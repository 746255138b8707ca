"""Whom a customer that is being typed may already be: by what was typed so far, however little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concord.customers.golden import names_said
from concord.customers.matching import blocking, weights
from concord.customers.matching.compare import compare
from concord.customers.matching.features import Features, features, made
from concord.customers.matching.model import in_force
from concord.customers.near import near
from concord.customers.normal import phones
from concord.customers.normal.names import organisation
from concord.customers.normal.text import plain
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.customers.search import NEARLY, Hit, by_name, by_tokens, hits, of_name, rank

# What two customers seldom share by chance: enough to ask, whatever else was typed.
_ALONE: Final[tuple[tuple[str, str | Promise, float], ...]] = (
    ("number", _("the same number"), 12.0),
    ("email", _("the same e-mail"), 6.0),
    ("phone", _("the same phone"), 5.0),
    ("domain", _("the same website or mail domain"), 4.0),
)


def likely_duplicates(kind: str, data: Mapping[str, Any], limit: int = 5) -> list[Hit]:
    """Customers that what is being typed may already be, the likeliest first.

    A tax number, an e-mail, a phone number or a domain is enough alone, and so is a name with a
    slip in it; `alike` of a hit says which.
    """
    typed = made(UUID(int=0), kind, data)
    model = in_force()
    best: dict[UUID, float] = {}
    alike: dict[UUID, str | Promise] = {}
    for customer, of in _candidates(_keys(typed, data)):
        why, weight = _shared(typed, of, data)
        compared = compare(typed, of, (), model)
        score = max(weight, compared.score)
        if why and weight >= score:
            alike.setdefault(customer, why)
        if why or compared.agrees:
            best[customer] = max(score, best.get(customer, score))
    named = _named_alike(kind, data, limit)
    if not named and not best and (name := names_said(data).get("name", "")):
        named = near(" ".join(organisation(name).words) or name, limit)
        alike |= dict.fromkeys(named, NEARLY)
    for customer in named:
        best.setdefault(customer, 0.0)
    wanted = sorted(best, key=lambda customer: (-best[customer], customer))[:limit]
    return hits(wanted, best, alike)


def _keys(typed: Features, data: Mapping[str, Any]) -> list[int]:
    keys = set(blocking.named(typed))
    keys |= {f"tax_id {number}" for number in _tax_ids(typed, data)}
    return [blocking.hashed(key) for key in keys]


def _tax_ids(typed: Features, data: Mapping[str, Any]) -> set[str]:
    """As its country keeps it, also where the country was not typed but begins the number."""
    number = typed.ids.get("tax_id", "")
    if not number:
        return set()
    if typed.country or not number[:2].isalpha():
        return {number}
    there = made(UUID(int=0), typed.kind, {**data, "country": number[:2]})
    return {number, there.ids.get("tax_id", number)}


def _candidates(keys: list[int]) -> list[tuple[UUID, Features]]:
    """The profiles that share a key, with their customers. One query."""
    rows = fetch(
        f"""
        SELECT p.id, p.kind, p.data, p.digest, m.customer_id
        FROM (
            SELECT DISTINCT holder.profile_id
            FROM unnest(%s::bigint[]) AS k(key)
            CROSS JOIN LATERAL (
                SELECT profile_id FROM customers_blockkey b WHERE b.key = k.key LIMIT %s
            ) holder
        ) found
        JOIN customers_profile p ON p.id = found.profile_id
        JOIN customers_membership m ON m.profile_id = p.id AND m.known_to IS NULL
        WHERE p.withdrawn_at IS NULL AND m.customer_id <> ALL(ARRAY({RESTRICTED}))
        """,  # noqa: S608 - no input in it
        [keys, weights.BLOCK_CAP],
    )
    return [
        (customer, features(profile, kind, said, bytes(digest)))
        for profile, kind, said, digest, customer in rows
    ]


def _shared(typed: Features, of: Features, data: Mapping[str, Any]) -> tuple[str | Promise, float]:
    """The surest sign that both are one, in words, and what it weighs."""
    tax = _tax_ids(typed, data)
    tails = {phones.tail(number) for number in of.phones}
    signs = {
        "number": of.ids.get("tax_id", "") in tax
        or any(of.ids.get(scheme) == number for scheme, number in typed.ids.items()),
        "email": not typed.emails.isdisjoint(of.emails),
        "phone": any(phones.tail(number) in tails for number in typed.phones),
        # A person has the domain of whom they work for, and of all their colleagues.
        "domain": not typed.is_person and not typed.domains.isdisjoint(of.domains),
    }
    return next(((said, weight) for sign, said, weight in _ALONE if signs[sign]), ("", 0.0))


def _named_alike(kind: str, data: Mapping[str, Any], limit: int) -> list[UUID]:
    """While a name is still being typed: those whose names start so."""
    name = plain(names_said(data).get("name", ""))
    if len(name) < 2:
        return []
    rows = by_name(name, limit)
    if len(rows) < limit:
        rows |= by_tokens(of_name(name) or {f"^{name}"})
    ranked = sorted(rows.values(), key=lambda row: rank(row, name))
    return [row[0] for row in ranked[:limit] if row[1] == kind]
