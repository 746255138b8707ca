"""One who is new: what matching asks goes with the statement that writes their row, in one round
trip; and while we compare, the server writes what is left of them.

What they say is not read back: `features` are made of it as it was told. Where somebody else wrote
their row meanwhile, nothing of theirs is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from concord.customers.actions import membership
from concord.customers.actions.candidates import (
    Ahead,
    Batch,
    Pair,
    asked_beside,
    locking,
)
from concord.customers.actions.golden import Founding
from concord.customers.actions.joining import locking_along, standing
from concord.customers.actions.matching import compared
from concord.customers.actions.profiles import New
from concord.customers.actions.strangers import asked_beside_one, find_beside_one
from concord.customers.matching import blocking, model, normal_form
from concord.customers.matching.clusters import Looked
from concord.customers.matching.compare import Comparison
from concord.customers.matching.features import Features, made
from concord.customers.rows import Found, as_json, from_json
from concord.kernel.prepared import Asked, Prepared, UnderWay


@dataclass(frozen=True)
class Newcomer:
    """As `profiles.take_over_one` wants one."""

    of: Features
    founding: Founding

    @classmethod
    def read(cls, new: New) -> Newcomer:
        said = from_json(as_json(new.data))
        return cls(made(new.id, new.kind, said, new.digest), new.founding)

    @cached_property
    def keys(self) -> set[int]:
        return blocking.keys(self.of)

    @property
    def asks(self) -> list[Asked]:
        """What `look` wants to know, once the row is written: it begins to ask, and claims the
        keys."""
        return [
            membership.BEGIN_TO_ASK,
            locking(self.keys),
            model.IN_FORCE,
            asked_beside_one(self.keys),
        ]

    @property
    def writes(self) -> list[Asked]:
        """The keys and the normal form. Whoever claims one of the keys waits for us to end."""
        form = normal_form.dump(self.of) if self.keys else ""  # of those without nobody ever asks
        said = {"version": normal_form.version(), "digest": self.of.digest, "form": form}
        return [(_WRITE, {"profile": self.of.id, "keys": list(self.keys)} | said)]

    def look(self, found: Found, way: UnderWay) -> tuple[Batch, Looked]:
        """Compared with those whom the rows of `asks` tell of. Nobody need mark them as matched:
        they were written so. As soon as they are the same as somebody, their customers are locked,
        while we go on comparing; a customer of its own is written where it is not the same as who
        shares most with it."""
        *_, in_force, around = found
        if not model.is_at_hand(in_force):
            way.finish()
        batch = Batch(
            model=model.chosen(in_force), features={self.of.id: self.of}, founding=self.founding
        )
        looked: dict[Pair, Comparison] = {}
        locking_ahead = _LockingAhead(batch, way)
        meeting = find_beside_one(batch, self.of, around, way.finish)
        for are_all_met, pairs in zip((False, True), meeting, strict=True):
            if are_all_met:
                locking_ahead.found_alone()
                locking_ahead.beside()
            for pair, one in compared(batch, pairs):
                looked[pair] = one
                if one.is_automatic:
                    locking_ahead.along(pair)
        batch.ahead = locking_ahead.finish(looked)
        return batch, looked


class _LockingAhead:
    """Locks the customers of the first sure link while others are compared."""

    def __init__(self, batch: Batch, way: UnderWay) -> None:
        self._batch = batch
        self._way = way
        self._link: Pair | None = None
        self._are_all_met = False
        self._asked: list[Asked] = []

    def along(self, link: Pair) -> None:
        if self._link is None and not self._way.is_over:
            self._link = link
            self._ask(locking_along(self._batch, link))
            if self._are_all_met:
                self.beside()

    def found_alone(self) -> None:
        """Nobody is the same so far: mostly nobody will be."""
        if self._link is None and self._batch.founding and not self._way.is_over:
            self._way.then(self._batch.founding.alone())
            self._batch.founding = None

    def beside(self) -> None:
        """All are met who share a key: who lives with them is asked of all of them."""
        self._are_all_met = True
        if self._link:
            self._ask([asked_beside(self._batch.features)])

    def finish(self, looked: Looked) -> Ahead | None:
        """With what is asked of the others that matter."""
        if self._link is None:
            return None
        pairs = (pair for pair, one in looked.items() if one.is_automatic or one.is_for_review)
        others = set(chain.from_iterable(pairs)).difference(self._link)
        known = len(self._asked)
        if others:
            self._ask(standing(self._batch, others))
        self._batch.neighbours.meet(self._batch.features.values())  # to join, we shall want them
        found = self._way.last(len(self._asked))
        return Ahead(found[:known], found[known:])

    def _ask(self, asked: Sequence[Asked]) -> None:
        self._asked += asked
        self._way.then(*asked)


# Of whom is written: where somebody else wrote the row, ours is not there.
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
