"""Matching in bulk: which pairs of a million profiles are worth comparing, and what comes of it.

The same features, keys, levels and weights as on line, another way through them. Each part of the
profiles is written to files once (`write_part`); DuckDB joins them by their blocking keys (`run`)
and drops the pairs that cannot reach a question (`bound`); what is left is compared by the same
code as on line (`compare_slice`). No database of ours in here: who calls it gives the profiles and
takes what was found. Everything stands in one folder, for one run.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import pyarrow as pa
from pyarrow import parquet

from concord.customers.matching import blocking, bound, sketch
from concord.customers.matching.compare import Comparison, compare
from concord.customers.matching.features import Features
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared, contacts, identity
from concord.customers.matching.stored import Forms

PART: Final = 5_000  # profiles in a part
_ARROW: Final = {
    "BIGINT": pa.int64(), "UINTEGER": pa.uint32(), "UTINYINT": pa.uint8(), "BOOLEAN": pa.bool_(),
    "UBIGINT": pa.uint64(), "VARCHAR": pa.string(), "VARCHAR[]": pa.list_(pa.string()),
}  # fmt: skip
KEYS: Final = {"k": "BIGINT", "n": "UINTEGER", "bit": "UTINYINT"}
CONTACTS: Final = {"k": "BIGINT", "value": "VARCHAR"}
SIDES: Final = sketch.SIDES | {"identity": "VARCHAR"}
FOUND: Final = {"l": "UINTEGER", "r": "UINTEGER", "joins": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Common:
    """What every process of a run must know beside the files."""

    model: Model
    shared: Shared


class Found(NamedTuple):
    """A pair that joins or is asked about, by the numbers of its profiles."""

    left: int
    right: int
    joins: bool

    def compared(self, forms: Forms, common: Common) -> tuple[tuple[UUID, UUID], Comparison]:
        """As on line: those of the pair in the order of their ids."""
        one, other = _in_order(forms, self.left, self.right)
        shared = common.shared.between(one, other)
        return (one.id, other.id), compare(one, other, shared, common.model)


def _in_order(forms: Forms, left: int, right: int) -> tuple[Features, Features]:
    one, other = forms[left], forms[right]
    return (one, other) if one.id.int < other.id.int else (other, one)


def write_part(
    folder: Path, part: int, profiles: Sequence[Features | None], *, with_keys: bool = True
) -> dict[UUID, set[int]]:
    """The profiles of the numbers `part * PART` and on; None of whom there is nothing to say.

    Gives their blocking keys, where these are wanted.
    """
    known = [(part * PART + at, of) for at, of in enumerate(profiles) if of is not None]
    Forms(folder, PART).write(part, profiles)
    write(folder, part, "sides", SIDES, [(*sketch.side(n, of), identity(of)) for n, of in known])
    rows = [row for n, of in known for row in sketch.names(n, of)]
    write(folder, part, "names", sketch.NAMES, rows)
    rows = [row for n, of in known for row in sketch.words(n, of)]
    write(folder, part, "words", sketch.WORDS, rows)
    values = {(blocking.hashed(key), value) for _, of in known for value, key in contacts(of)}
    write(folder, part, "contacts", CONTACTS, list(values))
    if not with_keys:
        return {}
    keys = {n: _sorted_keys(of) for n, of in known}
    rows = [(key, n, bit) for n, some in keys.items() for key, bit in some.items()]
    write(folder, part, "keys", KEYS, rows)
    return {of.id: set(keys[n]) for n, of in known}


def _sorted_keys(of: Features) -> dict[int, int]:
    """The blocking keys of a profile, and of what sort each is."""
    return {
        blocking.hashed(key): bound.SORTS.get(key.partition(" ")[0], 0)
        for key in set(blocking.named(of))
    }


def compare_slice(folder: Path, number: int, pairs: Sequence[tuple[int, int]]) -> int:
    """Compare pairs (in the order of their left side); which join or are asked about is kept."""
    common, forms = common_of(folder), forms_of(folder)
    found = []
    for pair in pairs:
        comparison = Found(*pair, joins=False).compared(forms, common)[1]
        if comparison.is_automatic or comparison.is_for_review:
            found.append((*pair, comparison.is_automatic))
    write(folder, number, "found", FOUND, found)
    return len(found)


@lru_cache(2)
def forms_of(folder: Path) -> Forms:
    return Forms(folder, PART)


@lru_cache(2)
def common_of(folder: Path) -> Common:
    common = pickle.loads((folder / "common").read_bytes())  # noqa: S301 - our own
    assert isinstance(common, Common)
    return common


def write(
    folder: Path, part: int, table: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]
) -> None:
    turned = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(values, _ARROW[kind])
        for values, kind in zip(turned, columns.values(), strict=True)
    ]
    parquet.write_table(pa.Table.from_arrays(arrays, list(columns)), folder / f"{part}.{table}")
