"""Makes the demo company: export files of six systems, and the truth about them.

`truth/truth.csv` says which entries are the same customer (source, key, entity),
`truth/planted.csv` which shipments went out in spite of a hold, `truth/cast.csv` where the
customers with a part to play are found, `truth/groups.csv` which customer is part of which.
`scene/` holds what accounting exports once Hanbit has paid.
"""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from concord.demo import cast, manifest, scene
from concord.demo.customers import Customer
from concord.demo.documents import History
from concord.demo.manifest import MAPPINGS, ExportFile, Manifest
from concord.demo.numbers import Numbers
from concord.demo.population import population
from concord.demo.rates import monthly
from concord.demo.selling import selling
from concord.demo.service import service
from concord.demo.spelling import register
from concord.demo.systems import rows
from concord.demo.tables import TABLES, Exports
from concord.demo.trade import Trade

PLANTED = 16
Progress = Callable[[int, int], None]


def generate(
    folder: Path,
    *,
    today: date,
    seed: int = 7,
    customers: int = 2000,
    density: float = 1.0,
    formats: str = "all",
    progress: Progress | None = None,
) -> Manifest:
    """Write the export files of the demo company into `folder` and say what they are.

    The same arguments give the same files. `customers` counts real customers, the cast among
    them; `density` scales how much happened with each (about 22 records at 1.0); `formats="csv"`
    writes no Excel and no JSON, which a hundred thousand customers would outgrow. Memory does not
    grow with `customers`. `progress` is told (made, wanted) after each customer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    with Exports(folder, formats) as exports, _Truth(folder / "truth") as truth:
        for part in _everybody(seed, customers, today, density):
            exports.write_all(rows(part.customer, part.history, part.rng))
            truth.write(part)
            made += 1
            if progress:
                progress(made, customers)
        for day, currency, rate in monthly(today):
            exports.write("accounting-rates", (f"{day:%d.%m.%Y}", currency, _comma(rate)))
        scene.write(folder / "scene", today)
        counts = {"customers": made, "planted": truth.planted, **exports.counts}
    result = Manifest(
        folder,
        today,
        seed,
        tuple(_export(folder, formats, counts)),
        counts,
        departments=manifest.DEPARTMENTS,
        units=manifest.UNITS,
        sources=manifest.SOURCES,
    )
    result.save()
    return result


@dataclass(frozen=True, slots=True)
class _Part:
    customer: Customer
    history: History
    rng: random.Random
    slug: str = ""
    role: str = ""


def _everybody(seed: int, customers: int, today: date, density: float) -> Iterator[_Part]:
    """The cast, then the crowd."""
    numbers = Numbers()
    count = 0
    for part in cast.cast(numbers, today):
        count += 1
        rng = random.Random(f"cast:{part.slug}:rows")
        yield _Part(part.customer, part.history, rng, part.slug, part.role)
    planted = 0
    for customer, rng in population(seed, max(0, customers - count), today, first=1):
        register(customer, rng, numbers)
        plant = planted < PLANTED and customer.conduct == "bad"
        history = Trade(customer, rng, numbers, today, density=density, plant=plant).play()
        planted += len(history.planted)
        service(customer, rng, numbers, today, history, density)
        selling(customer, rng, numbers, today, history, density)
        yield _Part(customer, history, rng)


def _export(folder: Path, formats: str, counts: dict[str, int]) -> Iterator[ExportFile]:
    for table in TABLES:
        mapping = None if table.name == "accounting-rates" else MAPPINGS / f"{table.name}.toml"
        yield ExportFile(
            table.source, folder / table.file_name(formats), mapping, counts[table.name]
        )


def _comma(rate: Any) -> str:
    return f"{rate:.4f}".replace(".", ",")


class _Truth:
    """The truth, written while the exports are."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.planted = 0
        self._files = []
        self._writers = {}
        for name, columns in {
            "truth": ("source", "key", "entity"),
            "planted": ("source", "shipment", "hold", "sent"),
            "cast": ("slug", "role", "entity", "name", "source", "key"),
            "groups": ("entity", "part_of"),
        }.items():
            file = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            self._files.append(file)
            self._writers[name] = csv.writer(file, lineterminator="\n")
            self._writers[name].writerow(columns)

    def write(self, part: _Part) -> None:
        customer = part.customer
        for source, profiles in customer.profiles.items():
            for profile in profiles:
                self._writers["truth"].writerow((source, profile.key, customer.entity))
        for person in customer.contacts:
            for source, key in person.keys.items():
                self._writers["truth"].writerow((source, key, person.entity))
        for planted in part.history.planted:
            self.planted += 1
            self._writers["planted"].writerow(
                ("shipping", planted.shipment, planted.hold, planted.sent.isoformat())
            )
        if customer.parent:
            self._writers["groups"].writerow((customer.entity, customer.parent.entity))
        if part.slug:
            source, profiles = next(iter(customer.profiles.items()))
            self._writers["cast"].writerow(
                (part.slug, part.role, customer.entity, customer.name.formal, source,
                 profiles[0].key)
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files:
            file.close()
