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
from concord.customers.matching.shared import Shared
from concord.customers.rows import Rows
from concord.kernel.prepared import Asked, Prepared

_SHARING_WITH_ONE: Final = {"least": 0, "most": weights.BLOCK_CAP}  # whose own keys are not written
_TOO_MANY_TO_LIST: Final = tuple(map(str, TOO_MANY))
# Who shares each key, and of the strangers the normal forms alone: a second row of each, wherever
# it stands, takes as long as the first.
BESIDE_ONE: Final = Prepared(
    f"""
    WITH held AS MATERIALIZED ({HELD})
    SELECT key, {LISTED}, NULL, NULL, NULL FROM held
    UNION ALL
    SELECT NULL, NULL, profile_id::text, digest, form FROM customers_normalform
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
    that one. Who shares most comes alone, where who they are can be told without the others; then
    the rest.

    We `wait` before we ask for those of whom no normal form is kept: they say something else by now
    and wait to be matched, or were matched by other code than ours.
    """
    held = [(row[0], row[1]) for row in rows if row[0] is not None]
    listed = {text: text[1:-1].split(",") for text in {row[1] for row in held} - {""}}
    forms = {row[2]: row[3:] for row in rows if row[2] is not None}
    shares = Counter(chain.from_iterable(listed[text] for _, text in held if text))
    if len(forms) < len(shares):
        wait()
        missing = map(UUID, shares.keys() - forms.keys())
        batch.features |= {profile: of for profile, _, of in said([*missing])}
    met = [text for text, _ in shares.most_common()]
    groups: dict[str, Collection[str]] = {text: (*some, "") for text, some in listed.items()}
    groups[""] = _TOO_MANY_TO_LIST
    holders = {key: groups[text] for key, text in held}
    if not Shared.may_be_any(holders, [one]):
        yield _met(batch, one, forms, met[:1])
        yield _met(batch, one, forms, met[1:])
        return
    yield []
    every = _met(batch, one, forms, met)
    ids = {"": one.id} | {text: UUID(text) for text in (*met, *_TOO_MANY_TO_LIST)}
    known = {key: [ids[text] for text in some] for key, some in holders.items()}
    batch.shared = Shared.among(batch.features, known, [one])
    yield every


def _met(
    batch: Batch, one: Features, forms: Mapping[str, Sequence[Any]], some: Iterable[str]
) -> list[Pair]:
    """The pairs of that one with each of these of whom anything is known."""
    mine, pairs = one.id.int, []
    for text in some:
        other = UUID(text)
        if text in forms:
            digest, form = forms[text]
            batch.features[other] = of_form(other, bytes(digest), form)
        elif other not in batch.features:
            continue
        pairs.append((one.id, other) if mine < other.int else (other, one.id))
    return pairs
