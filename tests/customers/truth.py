"""How well matching did, against known clusters."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from concord.customers.models import Membership, Pair
from concord.customers.said import ProfileSaid

Key = tuple[str, str]  # source, key


@dataclass(frozen=True)
class Outcome:
    true: int
    joined: int
    wrong: list[tuple[Key, Key]]
    waiting: int  # true pairs that a person is asked about
    asked: int
    missed: list[tuple[Key, Key]]

    @property
    def recall(self) -> float:
        return self.joined / self.true

    def __str__(self) -> str:
        return (
            f"{self.true} true pairs: {self.joined} joined ({self.recall:.1%}), {self.waiting} for "
            f"review, {len(self.missed)} found by nobody; {len(self.wrong)} wrong; "
            f"{self.asked} pairs to review"
        )


def measure(clusters: Mapping[Key, str]) -> Outcome:
    """Compare the customers in the database with the true clusters of their keys."""
    customer, profile = {}, {}
    rows = Membership.objects.filter(known_to=None).values_list(
        "profile__source__key", "profile__key", "profile_id", "customer_id"
    )
    for source, key, profile_id, customer_id in rows:
        customer[source, key] = customer_id
        profile[source, key] = profile_id
    true = set(_pairs(_grouped(clusters)))
    found = set(_pairs(_grouped({key: customer[key] for key in clusters})))
    asked = set(Pair.objects.values_list("left_id", "right_id"))
    asked_of_customers = {
        tuple(sorted((by_profile[a], by_profile[b])))
        for by_profile in [{profile[k]: customer[k] for k in profile}]
        for a, b in asked
    }
    unjoined = true - found
    waiting = {
        (a, b)
        for a, b in unjoined
        if tuple(sorted((customer[a], customer[b]))) in asked_of_customers
    }
    return Outcome(
        true=len(true),
        joined=len(true & found),
        wrong=sorted(found - true),
        waiting=len(waiting),
        asked=len(asked),
        missed=sorted(unjoined - waiting),
    )


def _grouped(clusters: Mapping[Key, object]) -> Iterable[list[Key]]:
    groups = defaultdict(list)
    for key, cluster in clusters.items():
        groups[cluster].append(key)
    return groups.values()


def _pairs(groups: Iterable[list[Key]]) -> Iterable[tuple[Key, Key]]:
    for group in groups:
        yield from combinations(sorted(group), 2)


IDS = {
    "passport": "PASSPORT_NUMBER",
    "licence": "DRIVERS_LICENSE_NUMBER",
    "ssn": "SSN_NUMBER",
    "national": "NATIONAL_ID_NUMBER",
    "lei": "LEI_NUMBER",
}


def truthset(folder: Path) -> tuple[dict[str, list[ProfileSaid]], dict[Key, str]]:
    """The three systems of the truth set, and the true cluster of each key."""
    said = {
        name: [_profile(row) for row in _rows(folder / f"{name}.csv")]
        for name in ("customers", "reference", "watchlist")
    }
    clusters = {
        (row["DATA_SOURCE"].lower(), row["RECORD_ID"]): row["CLUSTER_ID"]
        for row in _rows(folder / "actual_truthset_key.csv")
    }
    return said, clusters


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _profile(row: dict[str, str]) -> ProfileSaid:
    is_person = row["RECORD_TYPE"] == "PERSON"
    given = " ".join(filter(None, (row["PRIMARY_NAME_FIRST"], row.get("PRIMARY_NAME_MIDDLE"))))
    data = {
        "name": row["PRIMARY_NAME_FULL"] or row.get("PRIMARY_NAME_ORG"),
        "given_name": given,
        "family_name": row["PRIMARY_NAME_LAST"],
        "name_native": row["NATIVE_NAME_FULL"],
        "birth_date": row["DATE_OF_BIRTH"],
        "emails": row["EMAIL_ADDRESS"],
        "phones": row["PHONE_NUMBER"],
        "address": row.get("ADDR_FULL"),
        "street": row["ADDR_LINE1"],
        "city": row["ADDR_CITY"],
        "region": row["ADDR_STATE"],
        "postcode": row["ADDR_POSTAL_CODE"],
        "country": row["ADDR_COUNTRY"],
        "tax_id": row.get("TAX_ID_NUMBER"),
        "ids": {scheme: value for scheme, column in IDS.items() if (value := row.get(column))},
    }
    return ProfileSaid(row["RECORD_ID"], "person" if is_person else "organisation", data)
