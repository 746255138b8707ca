"""One who is new: what matching asks and writes first goes with the statements that write their
rows, in one round trip.

What they say is not read back: `features` are made of it as it was told. Where somebody else wrote
their row meanwhile, nothing of theirs is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from concord.customers.actions import membership
from concord.customers.actions.candidates import (
    Batch,
    Pair,
    asked_around,
    find,
    found_around,
    locking,
)
from concord.customers.actions.profiles import New
from concord.customers.matching import blocking, model, normal_form
from concord.customers.matching.features import Features, features
from concord.customers.rows import Found, as_json
from concord.kernel.prepared import Asked, Prepared


class Newcomer(NamedTuple):
    """`since` is when they came to say what they say."""

    of: Features
    since: str
    keys: set[int]

    @classmethod
    def read(cls, new: New) -> Newcomer:
        of = features(new.id, new.kind, as_json(_as_kept(new.data)), new.digest)
        return cls(of, new.at.isoformat(), blocking.keys(of))


def _as_kept(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Their numbers in the order in which the database gives them back: of very many the first ones
    are looked at."""
    numbers = data.get("ids") or {}
    if len(numbers) < 2:
        return data
    order = sorted(numbers, key=lambda scheme: (len(scheme.encode()), scheme.encode()))
    return {**data, "ids": {scheme: numbers[scheme] for scheme in order}}


def asking(new: New) -> list[Asked]:
    """What `claimed` wants to know, to be asked once the row is written: it begins to ask, and
    claims and writes the keys."""
    who = Newcomer.read(new)
    form = normal_form.dump(who.of) if who.keys else ""  # of those without one nobody ever asks
    said = {"version": normal_form.version(), "digest": new.digest, "form": form}
    return [
        (_WRITE, {"profile": new.id, "keys": list(who.keys)} | said),
        membership.BEGIN_TO_ASK,
        locking(who.keys),
        model.IN_FORCE,
        asked_around([new.id], who.keys),
    ]


def claimed(new: New, found: Found) -> tuple[Batch, set[Pair]]:
    """The rows of `asking` as `candidates.claim` gives them. Nobody need mark them as matched: they
    were written so."""
    *_, in_force, around = found
    who = Newcomer.read(new)
    batch = Batch(model=model.chosen(in_force), features={new.id: who.of}, seen={new.id: who.since})
    return batch, find(batch, {new.id: who.keys}, *found_around(around))


# Of whom is written: the keys are theirs alone until they are claimed, and nobody looks before.
_WRITE: Final = Prepared(
    """
    WITH written AS (SELECT id FROM customers_profile WHERE id = %(profile)s),
    form AS (
        INSERT INTO customers_normalform (profile_id, version, digest, form)
        SELECT id, %(version)s, %(digest)s, %(form)s FROM written WHERE %(form)s <> ''
    )
    INSERT INTO customers_blockkey (key, profile_id) SELECT unnest(%(keys)s), id FROM written
    """,
    {
        "profile": "uuid", "version": "int", "digest": "bytea", "form": "text",
        "keys": "bigint[]",
    },
)  # fmt: skip
