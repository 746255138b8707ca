"""Joining: what is the same becomes one customer, what is not sure is put before a person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.db import transaction

from concord.customers import restrictions
from concord.customers.actions import bridges, doubts, membership
from concord.customers.actions.candidates import Batch, Pair, said
from concord.customers.matching.clusters import Clusters
from concord.customers.matching.compare import Comparison
from concord.customers.models import Verdict
from concord.customers.rows import as_json, columns, copy, fetch, run
from concord.kernel.time import now


def settle(
    batch: Batch,
    compared: Mapping[Pair, Comparison],
    beside: Mapping[Pair, Comparison] = MappingProxyType({}),
) -> tuple[int, int]:
    """Join, ask and mark as matched, in one transaction: pairs joined, and pairs asked about.

    `beside` are questions of others, which tell who else somebody may be and are asked elsewhere.
    """
    automatic = {pair: one for pair, one in compared.items() if one.is_automatic}
    review = {pair: one for pair, one in compared.items() if one.is_for_review}
    if batch.again:
        doubts.look_again(batch.again)
    with transaction.atomic():
        membership.begin_to_ask()
        members = membership.lock({one for pair in automatic for one in pair}) if automatic else {}
        changed = _changed(batch) | restrictions.unused_among(automatic, review)
        automatic, review = (_without(some, changed) for some in (automatic, review))
        joined, unsure = _join(batch, automatic, {**review, **beside}, members)
        asked = _ask(review | unsure)
        _mark(batch)
    return joined, asked


def _changed(batch: Batch) -> set[UUID]:
    """Of whom matching looked at some time ago, those who say something else by now: they wait to
    be matched again. Nobody changes them unseen from here on: their customers are locked."""
    if not batch.seen:
        return set()
    rows = fetch(
        """
        SELECT n.id FROM unnest(%s::uuid[], %s::timestamptz[]) AS n(id, since)
        LEFT JOIN customers_profile p
          ON p.id = n.id AND p.known_from = n.since AND p.withdrawn_at IS NULL AND NOT p.is_stub
        WHERE p.id IS NULL
        """,
        columns(batch.seen.items(), 2),
    )
    return {row[0] for row in rows}


def _without(compared: dict[Pair, Comparison], changed: set[UUID]) -> dict[Pair, Comparison]:
    if not changed:
        return compared
    return {pair: one for pair, one in compared.items() if changed.isdisjoint(pair)}


def _join(
    batch: Batch,
    automatic: dict[Pair, Comparison],
    review: Mapping[Pair, Comparison],
    members: membership.Members,
) -> tuple[int, dict[Pair, Comparison]]:
    """Join clusters along the automatic links that hold; the links that do not go to a person."""
    if not automatic:
        return 0, {}
    fellows = members.keys() - batch.features.keys()
    batch.features |= {profile: of for profile, _, of in said(fellows)}
    judged = membership.judgements_on(members)
    clusters = Clusters(members, batch.features, batch.shared, judged, batch.model)
    links, unsure = clusters.join(automatic, review)
    _judge(links, batch.model.version)
    membership.bring_in_line(members, now())
    bridges.look_within(clusters, links, judged)
    return len(links), unsure


def _judge(links: dict[Pair, Comparison], version: str) -> None:
    at, same = now(), Verdict.SAME.value
    copy(
        "customers_judgement",
        ("left_id", "right_id", "verdict", "model", "score", "evidence", "reason", "at"),
        (
            (left, right, same, version, one.score, as_json(one.as_dict()), "", at)
            for (left, right), one in sorted(links.items(), key=_in_order)
        ),
    )


def _in_order(of_pair: tuple[Pair, Comparison]) -> tuple[int, int]:
    """UUIDs as numbers: comparing them themselves takes ten times as long."""
    (left, right), _ = of_pair
    return left.int, right.int


def _ask(pairs: dict[Pair, Comparison]) -> int:
    """Put pairs before a person: not those of one customer, nor those that were judged."""
    if not pairs:
        return 0
    rows = [
        (*pair, one.score, as_json(one.as_dict()))
        for pair, one in sorted(pairs.items(), key=_in_order)
    ]
    return run(
        """
        INSERT INTO customers_pair (left_id, right_id, score, evidence, found_at)
        SELECT n.l, n.r, n.s, n.e::jsonb, %s
        FROM unnest(%s::uuid[], %s::uuid[], %s::float8[], %s::text[]) AS n(l, r, s, e)
        JOIN customers_membership ml ON ml.profile_id = n.l AND ml.known_to IS NULL
        JOIN customers_membership mr ON mr.profile_id = n.r AND mr.known_to IS NULL
        WHERE ml.customer_id <> mr.customer_id AND NOT EXISTS (
            SELECT FROM customers_membership fl
            JOIN customers_membership fr
              ON fr.customer_id = mr.customer_id AND fr.known_to IS NULL
            JOIN customers_judgement j
              ON j.left_id = least(fl.profile_id, fr.profile_id)
             AND j.right_id = greatest(fl.profile_id, fr.profile_id)
            WHERE fl.customer_id = ml.customer_id AND fl.known_to IS NULL
              AND j.verdict = 'different'
              AND NOT EXISTS (
                SELECT FROM customers_judgement later
                WHERE later.left_id = j.left_id AND later.right_id = j.right_id
                  AND later.id > j.id))
        ON CONFLICT (left_id, right_id) DO UPDATE
            SET score = excluded.score, evidence = excluded.evidence
        """,
        [now(), *columns(rows, 4)],
    )


def _mark(batch: Batch) -> None:
    """What somebody changes just now waits to be matched again anyway: we do not wait for it."""
    run(
        """
        UPDATE customers_profile p SET matched_at = %s
        FROM (
            SELECT q.id FROM customers_profile q
            JOIN unnest(%s::uuid[], %s::timestamptz[]) AS n(id, since)
              ON q.id = n.id AND q.known_from = n.since
            ORDER BY q.id FOR NO KEY UPDATE OF q SKIP LOCKED
        ) free
        WHERE p.id = free.id
        """,
        [now(), *columns(batch.since.items(), 2)],
    )
