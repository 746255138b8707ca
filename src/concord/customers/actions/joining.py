"""Joining: what is the same becomes one customer, what is not sure is put before a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction

from concord.customers import restrictions
from concord.customers.actions import bridges, candidates, doubts, membership
from concord.customers.actions.candidates import FEW, Batch, Pair, asked_beside, featured
from concord.customers.golden import Said
from concord.customers.matching.bridges import Bridge
from concord.customers.matching.clusters import Clusters, Looked
from concord.customers.matching.compare import Comparison
from concord.customers.models import Verdict
from concord.customers.resolve import Judged
from concord.customers.rows import Found, Rows, as_json, columns, copy, together
from concord.kernel.prepared import Asked, Prepared
from concord.kernel.time import now

_T = TypeVar("_T")


def settle(
    batch: Batch,
    looked: Looked,
    beside: Mapping[Pair, Comparison] = MappingProxyType({}),
) -> tuple[int, int]:
    """Join, ask and mark as matched, in one transaction: pairs joined, and pairs asked about.

    `looked` are the pairs looked at. `beside` are questions of others, which tell who else somebody
    may be and are asked elsewhere.
    """
    automatic = {pair: one for pair, one in looked.items() if one.is_automatic}
    review = {pair: one for pair, one in looked.items() if one.is_for_review}
    if batch.again:
        doubts.look_again(batch.again)
    with transaction.atomic(savepoint=False):
        locked, changed = _locked(batch, automatic, review)
        automatic, review, others = (_without(s, changed) for s in (automatic, review, beside))
        if automatic and locked:
            looked = _without(looked, changed) | others
            return _join(batch, automatic, review, looked, locked)
        alone = [batch.founding.alone()] if batch.founding else []
        return 0, _asked(together(*alone, *_asking_and_marking(batch, review)))


def _locked(
    batch: Batch, automatic: Collection[Pair], review: Collection[Pair]
) -> tuple[_Locked | None, set[UUID]]:
    """The members of the customers that may be joined, from now on locked; and of whom nothing
    follows: who may not be asked about any more, and who says something else by now than when
    matching looked at them. What those say is not known here: they wait to be matched again.
    """
    every = {profile for pair in (*automatic, *review) for profile in pair}
    if not every:
        return None, set()
    if not automatic:
        _, gone, rows = together(membership.BEGIN_TO_ASK, *standing(batch, every))
        return None, every & {row[0] for row in gone} | _outdated(batch, every, rows)
    linked = {profile for pair in automatic for profile in pair}
    members, [gone, rows, *known, near] = _locked_ahead(batch, linked) or membership.lock_beside(
        linked,
        first=[membership.BEGIN_TO_ASK],
        then=[*_behind(batch, every), asked_beside(batch.features)],
    )
    outdated = _outdated(batch, every | members.keys(), rows)
    if outdated:  # they decide nothing any more, but may be meant
        beside, again = together(asked_beside(batch.features), candidates.asked(outdated))
        near = [*beside, *again]
    locked = _Locked(members, near, membership.Known.read(known))
    if batch.founding:
        locked.add(batch.founding.said)
    return locked, every & {row[0] for row in gone} | outdated


def locking_along(batch: Batch, link: Pair) -> list[Asked]:
    """What joining asks first, where one link is enough to know which customers are joined: they
    are locked while the other pairs are compared (`Batch.ahead`). Who asks has begun to ask, and
    says `asked_beside` behind it, once all are known whose keys are shared."""
    return [*membership.locking(link), *_behind(batch, link)]


def _locked_ahead(batch: Batch, linked: set[UUID]) -> tuple[membership.Members, Found] | None:
    """What `membership.lock_beside` gives, of the rows of `locking_along`; None where nothing was
    locked ahead, or not all of them: all are locked in one order."""
    if not batch.ahead:
        return None
    found = membership.locked(batch.ahead.locked)
    new = {batch.founding.said.id} if batch.founding else set()
    if found and linked - new <= found[0].keys():
        members, [gone, rows, *others] = found
        more_gone, more = batch.ahead.standing or [[], []]
        return members, [gone + more_gone, rows + more, *others]
    membership.give_back()
    return None


def _behind(batch: Batch, every: Collection[UUID]) -> list[Asked]:
    """What is asked of those whose customers are locked, and of whom else their pairs are."""
    unused, (_, asked) = standing(batch, every)
    return [unused, (_STANDING_REACHED, asked), *membership.TO_KNOW]


def standing(batch: Batch, profiles: Collection[UUID]) -> tuple[Asked, Asked]:
    """Who of these may not be asked about, and what the others say now."""
    asked = {"asked": list(profiles), "with_words": not batch.seen}
    return restrictions.unused(profiles), (_STANDING, asked)


def _outdated(batch: Batch, asked: Collection[UUID], rows: Rows) -> set[UUID]:
    """Those of them who say something else by now, or nothing: to be read anew where their customer
    is joined to another. The words of the others are told where matching has not seen them."""
    standing = {profile: (since, digest, words) for profile, since, digest, words in rows}
    outdated = set()
    for profile in asked:
        of = batch.features.get(profile)
        if of is None:
            continue
        since, digest, words = standing.get(profile, (None, None, None))
        if batch.seen[profile] != since if batch.seen else of.digest != digest:
            outdated.add(profile)
            del batch.features[profile]
            batch.neighbours.forget(profile)
        elif words is not None:
            of.tell(words)
    return outdated


@dataclass(slots=True)
class _Locked:
    """The members of the customers that may be joined, the rows of what those say of them and near
    them that matching had not looked at, and what moving them asks."""

    members: membership.Members
    near: Rows
    known: membership.Known

    def add(self, said: Said) -> None:
        """One whose customer is not written yet, as if it were."""
        self.members[said.id] = said.id
        self.known = replace(self.known, said={**self.known.said, said.id: (said, False)})


# Asked once the customers are locked: nobody changes what is said of these unseen from there on.
_STAND: Final = """
    SELECT p.id, p.known_from::text, p.digest, CASE WHEN %(with_words)s THEN p.data END
    FROM customers_profile p WHERE p.withdrawn_at IS NULL AND NOT p.is_stub
"""
_STANDING: Final = Prepared(
    f"{_STAND} AND p.id = ANY(%(asked)s)",
    {"with_words": "bool", "asked": "uuid[]"},
)
# The same, and of those of REACHED, too: they are in the customers that are joined.
_STANDING_REACHED: Final = Prepared(
    f"""
    {_STAND}
      AND p.id IN (SELECT unnest(%(asked)s) UNION SELECT profile_id FROM {membership.REACHED})
    """,  # noqa: S608 - our own
    {"with_words": "bool", "asked": "uuid[]"},
)


def _without(compared: Mapping[Pair, _T], changed: set[UUID]) -> dict[Pair, _T]:
    if not changed:
        return dict(compared)
    return {pair: one for pair, one in compared.items() if changed.isdisjoint(pair)}


def _join(
    batch: Batch,
    automatic: dict[Pair, Comparison],
    review: dict[Pair, Comparison],
    looked: Looked,
    locked: _Locked,
) -> tuple[int, int]:
    """Join clusters along the automatic links that hold; the links that do not go to a person."""
    for profile, _, of in map(featured, locked.near):
        batch.features.setdefault(profile, of)
    holding = locked.known.holding
    clusters = Clusters(
        locked.members, batch.features, batch.shared, holding, batch.model, batch.neighbours
    )
    links, unsure = clusters.join(automatic, looked)
    weak: dict[UUID, Bridge] = {}
    found = membership.bring_in_line(
        locked.members,
        now(),
        replace(locked.known, holding=_judged_now(holding, links)),
        founding=batch.founding,
        first=_judge(links, batch.model.version),
        then=_asking_and_marking(batch, review | unsure),
        meanwhile=lambda: weak.update(bridges.within(clusters, links, holding)),
    )
    bridges.ask(weak)
    return len(links), _asked(found)


_JUDGEMENT: Final = (
    "left_id", "right_id", "verdict", "model", "score", "evidence", "reason", "at",
)  # fmt: skip
_JUDGE: Final = Prepared(
    f"""
    INSERT INTO customers_judgement ({", ".join(_JUDGEMENT)})
    SELECT n.l, n.r, n.v, n.m, n.s, n.e::jsonb, n.w, n.at
    FROM unnest(%(left_id)s, %(right_id)s, %(verdict)s, %(model)s, %(score)s, %(evidence)s,
                %(reason)s, %(at)s) AS n(l, r, v, m, s, e, w, at)
    """,  # noqa: S608 - our own
    {
        "left_id": "uuid[]", "right_id": "uuid[]", "verdict": "text[]", "model": "text[]",
        "score": "float8[]", "evidence": "text[]", "reason": "text[]", "at": "timestamptz[]",
    },
)  # fmt: skip


def _judge(links: Mapping[Pair, Comparison], version: str) -> list[Asked]:
    """Written at once by COPY; of few the statement, to go with others."""
    at, same = now(), Verdict.SAME.value
    rows = [
        (left, right, same, version, one.score, as_json(one.as_dict()), "", at)
        for (left, right), one in sorted(links.items(), key=_in_order)
    ]
    if len(rows) > FEW:
        copy("customers_judgement", _JUDGEMENT, rows)
        return []
    return [(_JUDGE, dict(zip(_JUDGEMENT, columns(rows, 8), strict=True)))] if rows else []


def _judged_now(
    holding: Mapping[Pair, Judged], links: Mapping[Pair, Comparison]
) -> dict[Pair, Judged]:
    """What holds with the new judgements, the latest of all: what a person said holds on."""
    latest = 1 << 62
    new = {
        pair: Judged(latest + at, *pair, Verdict.SAME.value, by_person=False, score=one.score)
        for at, (pair, one) in enumerate(sorted(links.items(), key=_in_order))
        if not (pair in holding and holding[pair].by_person)
    }
    return {**holding, **new}


def _in_order(of_pair: tuple[Pair, Comparison]) -> tuple[int, int]:
    """UUIDs as numbers: comparing them themselves takes ten times as long."""
    (left, right), _ = of_pair
    return left.int, right.int


def _asking_and_marking(batch: Batch, pairs: Mapping[Pair, Comparison]) -> list[Asked]:
    """The statements that put pairs before a person, and mark the profiles as matched."""
    rows = [
        (*pair, one.score, as_json(one.as_dict()))
        for pair, one in sorted(pairs.items(), key=_in_order)
    ]
    at = now()
    profiles, since = columns(batch.since.items(), 2)
    asking = dict(zip(("left", "right", "score", "evidence"), columns(rows, 4), strict=True))
    ask: list[Asked] = [(_ASK, {"at": at} | asking)] if rows else []
    mark: Asked = _MARK, {"at": at, "profiles": profiles, "since": since}
    return [*ask, mark] if profiles else ask


def _asked(found: Found) -> int:
    """How many pairs are asked about: marking gives no rows."""
    return sum(map(len, found))


# Pairs put before a person: not those of one customer, nor those that were judged.
_ASK: Final = Prepared(
    """
    INSERT INTO customers_pair (left_id, right_id, score, evidence, found_at)
    SELECT n.l, n.r, n.s, n.e::jsonb, %(at)s
    FROM unnest(%(left)s, %(right)s, %(score)s, %(evidence)s) AS n(l, r, s, e)
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
    RETURNING id
    """,
    {
        "at": "timestamptz", "left": "uuid[]", "right": "uuid[]", "score": "float8[]",
        "evidence": "text[]",
    },
)  # fmt: skip
# What somebody changes just now waits to be matched again anyway: we do not wait for it.
_MARK: Final = Prepared(
    """
    UPDATE customers_profile p SET matched_at = %(at)s
    FROM (
        SELECT q.id FROM customers_profile q
        JOIN unnest(%(profiles)s, %(since)s) AS n(id, since)
          ON q.id = n.id AND q.known_from = n.since
        ORDER BY q.id FOR NO KEY UPDATE OF q SKIP LOCKED
    ) free
    WHERE p.id = free.id
    """,
    {"at": "timestamptz", "profiles": "uuid[]", "since": "timestamptz[]"},
)
