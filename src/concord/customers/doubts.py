"""What profiles of one customer, or of two who may be one, contradict each other in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from concord.customers import words
from concord.customers.matching import weights
from concord.customers.matching.compare import Comparison, compare
from concord.customers.matching.features import Features, features
from concord.customers.matching.model import Model, in_force
from concord.customers.rows import fetch

Pair = tuple[UUID, UUID]
# Of these alone nobody concludes that two entries are two customers.
_NO_CONTRADICTION: Final = frozenset(
    {"kind differs", "name is not the same", "suffix on one side", *words.HELD}
)


def contradictions(one: Iterable[UUID], other: Iterable[UUID]) -> dict[Pair, Comparison]:
    """The pairs (one of each) that cannot both be right, with what was compared.

    What a person pinned is not held against the systems: it was typed because they are wrong.
    """
    found = compared(one, other, in_force())
    return {pair: each for pair, each in found.items() if each.contradicts}


def compared(
    one: Iterable[UUID],
    other: Iterable[UUID],
    model: Model,
    known: Mapping[UUID, Features] | None = None,
) -> dict[Pair, Comparison]:
    """Every pair (one of each) of what systems say, compared. One query, none where it is known
    what they say."""
    left, right = (sorted(some)[: weights.CLUSTER_CAP] for some in (one, other))
    if known is None:
        known = _said([*left, *right])
    pairs = {(min(a, b), max(a, b)) for a in left for b in right if a != b}
    return {
        pair: compare(known[pair[0]], known[pair[1]], (), model)
        for pair in sorted(pairs)
        if known.keys() >= set(pair)
    }


def contradicted(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those comparisons of a pair's evidence that contradict, as `as_dict` keeps them."""
    vetoes = set(evidence.get("vetoes", ())) - _NO_CONTRADICTION
    compared = {one["field"]: one for one in evidence.get("comparisons", ())}
    fields = [veto.removesuffix(" differs") for veto in sorted(vetoes)]
    named = {field if field in compared else "name" for field in fields}
    return [one for field, one in compared.items() if field in named]


def said_both(evidence: Mapping[str, Any]) -> set[tuple[str, frozenset[str]]]:
    """The values that contradict each other, to be known again in another spelling."""
    return {
        (one["field"], frozenset({_bare(one["left"]), _bare(one["right"])}))
        for one in contradicted(evidence)
    }


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _said(profiles: Collection[UUID]) -> dict[UUID, Features]:
    rows = fetch(
        """
        SELECT id, kind, data, digest FROM customers_profile
        WHERE id = ANY(%s) AND withdrawn_at IS NULL AND NOT is_stub AND pins = '[]'
        """,
        [list(profiles)],
    )
    return {row[0]: features(row[0], row[1], row[2], bytes(row[3])) for row in rows}
