"""How often each level is seen among pairs of one customer (m) and among others (u).

Our comparisons say at which level a pair is; Splink, on a DuckDB in memory, estimates m by
expectation maximisation, once for each family of blocking keys, leaving out the fields by which
the pairs of that family were found. u is counted on pairs drawn at random.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any, Final

from concord.customers.matching.compare import Levels

FEWEST: Final = 100  # pairs of a family from which something is learnt
ITERATIONS: Final = 60
SETTLED: Final = 0.0005  # a probability that changes less than this between two rounds is settled
Fields = frozenset[str]


@dataclass(slots=True)
class Seen:
    """Levels of pairs, column by column: what goes to DuckDB.

    `families` are the fields by which a pair was found, several where several keys found it.
    """

    columns: dict[str, list[str | None]] = field(default_factory=dict)
    families: list[frozenset[Fields]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.families)

    def add(self, levels: Levels, families: frozenset[Fields] = frozenset()) -> None:
        found = by_field(levels)
        for name in found.keys() - self.columns.keys():
            self.columns[name] = [None] * len(self)
        for name, column in self.columns.items():
            column.append(found.get(name))
        self.families.append(families)

    def counts(self) -> dict[str, Counter[str]]:
        return {
            name: Counter(level for level in column if level is not None)
            for name, column in self.columns.items()
        }


def by_field(levels: Levels) -> dict[str, str]:
    """One level for each field that weighs; of several numbers the first that says something."""
    found: dict[str, str] = {}
    for name, level in levels.found:
        known = "id" if name.startswith("id ") else name
        if known not in found or level == "same":
            found[known] = level
    return found


@dataclass(frozen=True, slots=True)
class Level:
    """`m` and `u` are None where there was nothing to learn from; `pairs` and `random` are how
    many pairs of either sort were seen at the level."""

    m: float | None
    u: float | None
    pairs: int
    random: int

    @property
    def bits(self) -> float | None:
        return log2(self.m / self.u) if self.m and self.u else None


@dataclass(frozen=True, slots=True)
class Session:
    """One estimation: on how many pairs found by which fields, how many of them are one customer,
    after how many rounds, and whether the last round still changed something."""

    fields: tuple[str, ...]
    pairs: int
    share: float
    rounds: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    levels: Mapping[str, Mapping[str, Level]]
    sessions: Sequence[Session]
    pairs: int
    random: int


def estimate(
    known: Mapping[str, Mapping[str, float]],
    blocked: Seen,
    random: Seen,
    step: Callable[[str], None] = lambda name: None,
) -> Estimate:
    """`known` are the weights to begin with, field by field: the levels that there are.

    `step` is told of each session before it begins and may raise to end it all.
    """
    seen, chance = blocked.counts(), random.counts()
    chances = {
        name: _chances(levels, chance.get(name, Counter())) for name, levels in known.items()
    }
    fields = [name for name in known if len(seen.get(name, ())) > 1 and chances[name]]
    counted = Counter(family for families in blocked.families for family in families)
    trained: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    sessions = []
    if fields:
        with _Splink(known, chances, fields, blocked) as splink:
            for family in sorted(counted, key=lambda some: sorted(some)):
                if counted[family] < FEWEST or not set(fields) - family:
                    continue
                step(", ".join(sorted(family)))
                session, found = splink.train(family, counted[family])
                sessions.append(session)
                for name, levels in found.items():
                    for level, (m, weight) in levels.items():
                        trained[name][level].append((m, weight))
    return Estimate(
        levels={
            name: {
                level: Level(
                    m=_mean(trained[name][level]) if trained[name][level] else None,
                    u=chances[name].get(level),
                    pairs=seen.get(name, Counter())[level],
                    random=chance.get(name, Counter())[level],
                )
                for level in levels
            }
            for name, levels in known.items()
        },
        sessions=sessions,
        pairs=len(blocked),
        random=len(random),
    )


def _chances(levels: Mapping[str, float], seen: Mapping[str, int]) -> dict[str, float]:
    """u of each level; one that was never seen is taken to be as rare as one pair of three times
    as many (of what is seen once in n, n pairs show nothing in a third of all cases)."""
    total = sum(seen.values())
    return {level: max(seen.get(level, 0), 1 / 3) / total for level in levels} if total else {}


def _mean(found: Sequence[tuple[float, float]]) -> float:
    """Of several sessions, each as heavy as the pairs of one customer that it saw."""
    weights = sum(weight for _, weight in found)
    return sum(m * weight for m, weight in found) / weights if weights else 0.0


class _Splink:
    """One DuckDB in memory with the levels of all pairs, and a Splink session for each family.

    Both sides of Splink's join are the same table: a "record" is a pair, joined with itself.
    """

    def __init__(
        self,
        known: Mapping[str, Mapping[str, float]],
        chances: Mapping[str, Mapping[str, float]],
        fields: Sequence[str],
        blocked: Seen,
    ) -> None:
        import duckdb

        self._known, self._chances, self._fields = known, chances, fields
        self._database = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "512MB"})
        self._families = sorted({f for some in blocked.families for f in some}, key=sorted)
        self._load(blocked)

    def __enter__(self) -> _Splink:
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def _load(self, blocked: Seen) -> None:
        import pyarrow

        columns: dict[str, Any] = {"unique_id": pyarrow.array(range(len(blocked)), pyarrow.int64())}
        for name in self._fields:
            columns[f"f_{name}"] = pyarrow.array(blocked.columns[name], pyarrow.string())
        for number, family in enumerate(self._families):
            columns[f"by_{number}"] = pyarrow.array(
                [family in families for families in blocked.families], pyarrow.bool_()
            )
        self._database.register("incoming", pyarrow.table(columns))
        self._database.execute("CREATE TABLE pair AS SELECT * FROM incoming")
        self._database.unregister("incoming")

    def train(
        self, family: Fields, pairs: int
    ) -> tuple[Session, dict[str, dict[str, tuple[float, float]]]]:
        """m of each level that the session saw, with the pairs of one customer that it rests on."""
        from splink import DuckDBAPI, Linker, SettingsCreator

        api = DuckDBAPI(self._database)
        sides = [
            api.register("pair", dataset_display_name=side, table_name=f"{side}_{number}")
            for number in [self._families.index(family)]
            for side in ("a_side", "b_side")
        ]
        left_out = [name for name in self._fields if name in family]
        settings = SettingsCreator(
            link_type="link_only",
            comparisons=[self._comparison(name) for name in self._fields],
            blocking_rules_to_generate_predictions=[],
            probability_two_random_records_match=0.5,
            em_convergence=SETTLED,
            max_iterations=ITERATIONS,
        )
        rule = f"l.unique_id = r.unique_id AND l.by_{self._families.index(family)}"
        for name in left_out:  # Splink leaves out what the rule names
            rule += f" AND coalesce(l.f_{name}, '') = coalesce(r.f_{name}, '')"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            linker = Linker(sides, settings, log_level=logging.ERROR)
            session = linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        history = session._core_model_settings_history
        last = history[-1]
        share = float(last.probability_two_random_records_match)
        found: dict[str, dict[str, tuple[float, float]]] = {}
        for comparison in last.comparisons:
            name = comparison.output_column_name
            found[name] = {
                level.label_for_charts: (float(level.m_probability), share * pairs)
                for level in comparison.comparison_levels
                if not level.is_null_level and isinstance(level.m_probability, float)
            }
        rounds = len(history) - 1
        done = Session(tuple(sorted(family)), pairs, share, rounds, rounds < ITERATIONS)
        return done, found

    def _comparison(self, name: str) -> Any:
        from splink.comparison_library import CustomComparison

        column = f'"f_{name}_l"'
        levels = list(self._known[name])
        begin = _begin(self._known[name], self._chances[name])
        said: list[Any] = [
            {"sql_condition": f"{column} IS NULL", "label_for_charts": "-", "is_null_level": True}
        ]
        for level in levels:
            is_last = level == levels[-1]
            said.append(
                {
                    "sql_condition": "ELSE" if is_last else f"{column} = '{level}'",
                    "label_for_charts": level,
                    "m_probability": begin[level],
                    "u_probability": self._chances[name][level],
                }
            )
        return CustomComparison(said, output_column_name=name)


def _begin(weights: Mapping[str, float], chances: Mapping[str, float]) -> dict[str, float]:
    """The m that the weights of today rest on: so the sessions begin where a match is a match."""
    raw = {level: chances[level] * 2 ** min(bits, 20.0) for level, bits in weights.items()}
    total = sum(raw.values())
    return {level: max(value / total, 1e-6) for level, value in raw.items()}
