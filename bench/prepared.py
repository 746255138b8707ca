"""A crowd made ready to be matched in bulk, for Concord and for Splink: the normal forms of each.

Making a million of them takes minutes. A folder named by `CONCORD_BENCH_PREPARED` is kept: what is
there is taken again as long as it is of the same profiles and of the same sources.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from bench.crowd import crowd_block
from bench.harness import CHECKOUT, Say

KEPT: Final = "CONCORD_BENCH_PREPARED"
SOURCES: Final = (
    *("bench/crowd.py", "bench/people.py", "bench/prepared.py", "src/concord/demo/names.py"),
    *("src/concord/customers/normal", "src/concord/customers/golden.py"),
    *(
        f"src/concord/customers/matching/{name}.py"
        for name in ("blocking", "bulk", "features", "shared", "sketch", "stored")
    ),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Seconds of all processors: `features` made of what was told, which both need; what each
    writes of them beside."""

    profiles: int
    sources: str
    features: float = 0.0
    ours: float = 0.0
    splink: float = 0.0
    seconds: float = 0.0  # by the clock

    @classmethod
    def kept_in(cls, folder: Path) -> Self | None:
        file = folder / "prepared.json"
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


@contextmanager
def prepared(profiles: int, say: Say) -> Iterator[tuple[Path, Prepared]]:
    """The folder of all files, and what it took to make them."""
    kept = os.environ.get(KEPT)
    if kept is None:
        with tempfile.TemporaryDirectory() as passing:
            yield Path(passing), _made(Path(passing), profiles, say)
        return
    folder = Path(kept)
    found = Prepared.kept_in(folder)
    if found is None or (found.profiles, found.sources) != (profiles, _sources()):
        found = _made(folder, profiles, say)
    yield folder, found


@contextmanager
def working(folder: Path, *tables: str) -> Iterator[Path]:
    """A folder to work in, with these files of the prepared one: what is written there goes."""
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as name:
        for table in tables:
            for file in folder.glob(f"*.{table}"):
                (Path(name) / file.name).symlink_to(file.resolve())
        yield Path(name)


def truth(folder: Path) -> array[int]:
    """Who each number is."""
    found = array("q")
    found.frombytes((folder / "truth").read_bytes())
    return found


def _made(folder: Path, profiles: int, say: Say) -> Prepared:
    from concord.customers.matching.bulk import PART

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begin, sources = time.perf_counter(), _sources()  # before: they may change meanwhile
    parts = [(folder, at // PART, min(PART, profiles - at)) for at in range(0, profiles, PART)]
    who, spent = array("q"), Counter[str]()
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for at, (some, seconds) in enumerate(pool.imap(prepare_part, parts)):
            who.extend(some)
            spent.update(seconds)
            if at % 20 == 0:
                say(f"prepared {len(who):,} of {profiles:,}")
    (folder / "truth").write_bytes(who.tobytes())
    taken = {name: round(seconds, 1) for name, seconds in spent.items()}
    found = Prepared(profiles, sources, **taken, seconds=round(time.perf_counter() - begin, 1))
    (folder / "prepared.json").write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def prepare_part(task: tuple[Path, int, int]) -> tuple[list[int], dict[str, float]]:
    import gc

    import pyarrow
    from pyarrow import parquet

    from concord.customers.matching import bulk, features

    gc.disable()
    folder, part, profiles = task
    told = crowd_block(part * bulk.PART, profiles)
    begin = time.process_time()
    made = [
        features.made(UUID(int=part * bulk.PART + at), one.kind, one.data)
        for at, one in enumerate(told)
    ]
    made_at = time.process_time()
    bulk.write_part(folder, part, made)
    ours_at = time.process_time()
    rows = [_columns(part * bulk.PART + at, of) for at, of in enumerate(made)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{part}.plain")
    spent = {
        "features": made_at - begin,
        "ours": ours_at - made_at,
        "splink": time.process_time() - ours_at,
    }
    return [one.who for one in told], spent


def _columns(number: int, of: Any) -> dict[str, Any]:
    """What Splink compares: our normal forms, as plain columns."""
    from concord.customers.normal import phones

    person = of.people[0] if of.is_person else None
    firm = of.organisations[0] if of.organisations else None
    place = of.address
    return {
        "unique_id": number,
        "kind": of.kind,
        "given": " ".join(person.given) or None if person else None,
        "family": " ".join(person.family) or None if person else None,
        "name": " ".join(firm.words) or None if firm else None,
        "birth": of.birth_date.isoformat() if of.birth_date else None,
        "email": min(of.emails, default=None),
        "domain": min(of.domains, default=None),
        "phone": phones.tail(min(of.phones)) if of.phones else None,
        "tax_id": of.ids.get("tax_id"),
        "street": place.street or None if place else None,
        "house": place.house or None if place else None,
        "postcode": place.postcode or None if place else None,
        "city": place.city or None if place else None,
    }


def _sources() -> str:
    """What the files are made by: prepared by others, they are not what would be made now."""
    found = blake2b(digest_size=8)
    for name in SOURCES:
        path = CHECKOUT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            found.update(file.read_bytes())
    return found.hexdigest()
