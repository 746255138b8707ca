"""A set that tempts matching to join what is not one, with the truth who is who.

`hard_set(seed, entries)` gives what six systems say of persons and companies that look alike:
families under one roof, fathers and sons of one name, twins, groups, branches, franchises,
switchboards, recycled numbers. Each scene comes from a random generator of its own, so that the
first hundred scenes of a thousand are those of a hundred, and memory does not grow with the size.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from concord.demo.hard import firms, groups, namesakes, people
from concord.demo.hard.real import Entry, Real, entries_of

__all__ = ["TRAPS", "Entry", "hard_set", "write"]

STEP: Final = 16  # serial numbers of a scene: phones and tax numbers are computed from them
Trap = Callable[[int, random.Random], list[Real]]

TRAPS: Final[dict[str, Trap]] = {
    "household": people.household,
    "twins": people.twins,
    "senior and junior": people.senior_and_junior,
    "senior and junior, no dates": people.senior_and_junior_without_dates,
    "common name": people.common_name,
    "one spelling, two names": people.one_spelling,
    "freelancers": people.freelancers,
    "moved, and who moved in": people.moved,
    "recycled number": people.recycled_number,
    "typing errors": people.typing_errors,
    "subsidiaries": firms.subsidiaries,
    "branches": firms.branches,
    "one owner's companies": firms.one_owner,
    "switchboard": firms.switchboard,
    "franchise": firms.franchise,
    "renamed": firms.renamed,
    "successor on the premises": firms.successor,
    "founded anew": firms.founded_anew,
    "mixed scripts": firms.mixed_scripts,
    "father and son": namesakes.father_and_son,
    "generations": namesakes.generations,
    "siblings": namesakes.siblings,
    "couple": namesakes.couple,
    "colleagues of one name": namesakes.colleagues,
    "practice": namesakes.practice,
    "turned names": namesakes.turned,
    "persons filled in": namesakes.filled_in,
    "nameless": namesakes.nameless,
    "one-man firm": namesakes.one_man_firm,
    "holding": groups.holding,
    "bank": groups.bank,
    "stores": groups.stores,
    "formation agent": groups.agent,
    "funds": groups.funds,
    "ships": groups.ships,
    "owners of houses": groups.houses,
    "university": groups.university,
    "plants": groups.plants,
    "plain names": groups.plain_names,
    "companies filled in": groups.filled_in,
}


def hard_set(seed: int, entries: int) -> Iterator[Entry]:
    """At least so many entries, whole scenes, every trap in turn."""
    made = scene = 0
    names = list(TRAPS)
    while made < entries:
        trap = names[scene % len(names)]
        rng = random.Random(f"hard:{seed}:{scene}")
        for real in TRAPS[trap](1 + scene * STEP, rng):
            for entry in entries_of(real, trap, scene, rng):
                yield entry
                made += 1
        scene += 1


def write(folder: Path, seed: int, entries: int) -> dict[str, int]:
    """A file of JSON lines a system, and `truth.csv` (source, key, entity, trap): entries each."""
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, list[str]] = {}
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        truth = csv.writer(file, lineterminator="\n")
        truth.writerow(("source", "key", "entity", "trap"))
        for entry in hard_set(seed, entries):
            truth.writerow((entry.source, entry.key, entry.entity, entry.trap))
            line = {"key": entry.key, "kind": entry.kind, **entry.data}
            said.setdefault(entry.source, []).append(json.dumps(line, ensure_ascii=False))
    for source, lines in said.items():
        (folder / f"{source}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {source: len(lines) for source, lines in sorted(said.items())}
