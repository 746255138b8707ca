"""Strangers: who shares a blocking key with one who comes in on line, met by their normal forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final
from uuid import UUID

from concord.customers.actions.candidates import HELD, LISTED, TOO_MANY, Batch, Pair, of_keys, said
from concord.customers.matching import weights
from concord.customers.matching.features import Features, of_form
from concord.customers.matching.shared import Shared, many
from concord.customers.rows import Rows
from concord.kernel.prepared import Asked, Prepared

_SHARING_WITH_ONE: Final = {"least": 0, "most": weights.BLOCK_CAP}  # whose own keys are not written
_TOO_MANY_TO_LIST: Final = tuple(map(str, TOO_MANY))
# Who shares each key, and of the strangers the normal forms alone: a second row of each, wherever
# it stands, takes as long as the first.
BESIDE_ONE: Final = Prepared(
    f"""
    WITH held AS MATERIALIZED ({HELD})
    SELECT key, {LISTED}, NULL, NULL, NULL, NULL FROM held
    UNION ALL
    SELECT NULL, NULL, profile_id, profile_id::text, digest, form FROM customers_normalform
    WHERE version = %(version)s AND profile_id IN (
        SELECT unnest(profiles) FROM held WHERE cardinality(profiles) < %(most)s)
    """,  # noqa: S608 - our own
    {"keys": "bigint[]", "least": "int", "most": "int", "version": "int"},
)


def asked_beside_one(keys: Collection[int]) -> Asked:
    """Who shares these keys of one profile, claimed and not written yet, and their normal forms."""
    return BESIDE_ONE, of_keys(keys) | _SHARING_WITH_ONE


def find_beside_one(
    batch: Batch, one: Features, rows: Rows, wait: Callable[[], None]
) -> Iterator[list[Pair]]:
    """As `candidates.find`, of the rows of `asked_beside_one`: every stranger shares a key with
    that one. Who shares most comes alone, then the rest.

    We `wait` before we ask for those of whom no normal form is kept: they say something else by now
    and wait to be matched, or were matched by other code than ours.
    """
    held = [(row[0], row[1]) for row in rows if row[0] is not None]
    listed = {text: text[1:-1].split(",") for text in {row[1] for row in held} - {""}}
    forms = {row[3]: row[2:] for row in rows if row[3] is not None}
    shares = Counter(chain.from_iterable(listed[text] for _, text in held if text))
    if len(forms) < len(shares):
        wait()
        missing = map(UUID, shares.keys() - forms.keys())
        batch.features |= {profile: of for profile, _, of in said([*missing])}
    met = [text for text, _ in shares.most_common()]
    groups: dict[str, Collection[str]] = {text: (*some, "") for text, some in listed.items()}
    groups[""] = _TOO_MANY_TO_LIST
    pairs: dict[str, Pair] = {}
    # What is nobody's own is told by those who have it; where they are too many, by all.
    if common := many({key: groups[text] for key, text in held}, [one]):
        having = dict.fromkeys(chain.from_iterable(common.values()))
        _meet(batch, one, forms, met if groups[""] in common.values() else having, pairs)
        ids = {text: one.id if text == "" else UUID(text) for text in having}
        known = {key: [ids[text] for text in some] for key, some in common.items()}
        batch.shared = Shared.of(batch.features, known, [one])
    for some in (met[:1], met[1:]):
        _meet(batch, one, forms, some, pairs)
        yield [pairs[text] for text in some if text in pairs]


def _meet(
    batch: Batch,
    one: Features,
    forms: Mapping[str, Sequence[Any]],
    some: Iterable[str],
    pairs: dict[str, Pair],
) -> None:
    """The pair of that one with each of these of whom anything is known; those who have one are
    known already."""
    mine = one.id.int
    for text in some:
        if text in pairs or text == "":
            continue
        if text in forms:
            other, _, digest, form = forms[text]
            batch.features[other] = of_form(other, bytes(digest), form)
        elif (other := UUID(text)) not in batch.features:
            continue
        pairs[text] = (one.id, other) if mine < other.int else (other, one.id)
