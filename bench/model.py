"""The model of `bench.worlds`: a few lines that say what must hold after imports and undos.

A record and a profile have states, each with the import that said it. An undone import's states
count as never said. Who is one customer is `resolve` of the judgements, golden values are `golden`
of what the profiles say: both are pure functions, with tests of their own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bench.erased import require_gone

Key = tuple[str, str]  # source and key
Content = tuple[str, ...]
NOTHING: Content = ()


class Event(NamedTuple):
    """What somebody was told that is done; `turn` orders those of one source, and judgements."""

    what: str
    turn: int
    key: str
    number: int
    rows: tuple[Any, ...]


@dataclass
class History:
    """All states of one thing in order, and which import said each; () is: not there."""

    states: list[tuple[Content, int]] = field(default_factory=list)
    restored: set[int] = field(default_factory=set)  # places among the states: what an undo gave

    @property
    def now(self) -> tuple[Content, int]:
        return self.states[-1] if self.states else (NOTHING, 0)

    def say(self, content: Content, number: int) -> None:
        if self.now[0] != content:
            self.states.append((content, number))

    def undo(self, number: int, undone: set[int]) -> None:
        if self.now[0] == NOTHING or self.now[1] != number:
            return
        left = [state for state in self.states if state[0] != NOTHING and state[1] not in undone]
        if left:
            self.restored.add(len(self.states))
        self.states.append(left[-1] if left else (NOTHING, number))

    def rename(self, customer: str, new: str) -> None:
        self.states = [
            ((new, *content[1:]) if content[:1] == (customer,) else content, number)
            for content, number in self.states
        ]

    def went_so(self, found: list[Content]) -> bool:
        """Whether these are its states in order.

        What an undo gave back may be missing, and nothing is lost by it: an undone import counts
        no more from the moment somebody asks for it, and its rows follow one after the other. Is
        what it would be given back to undone, too, before the row's turn comes, the row goes
        further back at once; where the turn came first, it was that for a while. Nobody was told
        either, so both are right, and which of them comes is a matter of who was quicker. What an
        import or a person said is never missing, and the last state is the same in any case.
        """
        passed = {0}  # how many of those found may have been seen so far
        for place, (content, _) in enumerate(self.states):
            if content != NOTHING:
                seen = {n + 1 for n in passed if found[n : n + 1] == [content]}
                passed = seen | (passed if place in self.restored else set())
        return len(found) in passed


# A profile that is erased: by its number, the source's key and what that called it.
Erased = tuple[str, str, str]


@dataclass
class Model:
    records: dict[Key, History] = field(default_factory=lambda: defaultdict(History))
    profiles: dict[Key, History] = field(default_factory=lambda: defaultdict(History))
    undone: set[int] = field(default_factory=set)
    imports: set[int] = field(default_factory=set)
    judged: dict[int, str] = field(default_factory=dict)
    taken_back: set[int] = field(default_factory=set)
    erased: dict[int, tuple[Erased, ...]] = field(default_factory=dict)
    kept_out: dict[Key, int] = field(default_factory=dict)  # by which erasure

    @classmethod
    def of(cls, events: Iterable[Event]) -> Model:
        model = cls()
        for event in sorted(events, key=lambda event: event.turn):
            match event.what:
                case "import" | "mend":
                    model.imports.add(event.number)
                    model.say(event.key, event.number, event.rows)
                case "undo":
                    model.undo(event.number)
                case "take back":
                    model.taken_back.add(event.number)
                case "erase":
                    model.erase(event.number, event.rows)
                case "let in":
                    model.let_in(event.number)
                case _:
                    model.judged[event.number] = event.key
        return model

    def say(self, source: str, number: int, rows: Iterable[tuple[str, ...]]) -> None:
        """Customers first; the first word of a file on one holds. Who was erased is not spoken
        of."""
        spoken_of = [row for row in rows if (source, row[1]) not in self.kept_out]
        good = [row for row in spoken_of if row[4] != "bad"]
        named: dict[str, Content] = {}
        for _, customer, name, city, _ in good:
            if name:
                named.setdefault(customer, (name, city))
        for customer, content in named.items():
            self.profiles[source, customer].say(content, number)
        for key, customer, _, _, amount in good:
            self.records[source, key].say((customer, amount), number)

    def undo(self, number: int) -> None:
        self.undone.add(number)
        for history in (*self.records.values(), *self.profiles.values()):
            history.undo(number, self.undone)

    def erase(self, number: int, profiles: tuple[Erased, ...]) -> None:
        """What they said is gone for good; what the law keeps hangs on the tombstone."""
        self.erased[number] = profiles
        for place, (_, source, called) in enumerate(sorted(profiles), 1):
            self.kept_out[source, called] = number
            self.profiles[source, called] = History()
            for (of, _), history in self.records.items():
                if of == source:
                    history.rename(called, f"erased-{number}-{place}")

    def let_in(self, number: int) -> None:
        self.kept_out = {key: by for key, by in self.kept_out.items() if by != number}

    def with_all_undone(self) -> Model:
        model = deepcopy(self)
        for number in sorted(self.imports - self.undone, reverse=True):
            model.undo(number)
        return model

    def holds(self, histories: dict[Key, History]) -> dict[Key, Content]:
        return {key: h.now[0] for key, h in histories.items() if h.now[0] != NOTHING}

    def stubs(self) -> set[Key]:
        """Customers of whom only records speak."""
        hanging = {(key[0], content[0]) for key, content in self.holds(self.records).items()}
        erased = {key for key in hanging if key[1].startswith("erased-")}
        return hanging - erased - self.holds(self.profiles).keys()


def require_as_the_model_says(model: Model, where: str) -> None:
    from concord.customers.models import Erasure
    from concord.records.models import Import

    _same(f"{where}: records", model.holds(model.records), _records())
    for key, found in _states_of_records().items():
        if not model.records[key].went_so(found):
            said = model.records[key].states
            raise AssertionError(f"{where}: record {key} had the states {found}, not {said}")
    _same(f"{where}: profiles", model.holds(model.profiles), _profiles())
    # One whom an import named stays until it is undone, though its records have moved meanwhile.
    kept = _stubs() if model.imports - model.undone else set()
    _same(f"{where}: customers who wait", model.stubs() | kept, _stubs())
    undone = set(Import.objects.filter(state="undone").values_list("pk", flat=True))
    _same(f"{where}: undone", model.undone, undone)
    _same(f"{where}: imports", model.imports, set(Import.objects.values_list("pk", flat=True)))
    _require_judgements(model, where)
    _require_customers(where)
    _same(f"{where}: erased", set(model.erased), set(Erasure.objects.values_list("pk", flat=True)))
    require_gone(where)
    from bench.known import require_true

    require_true()


def _same(what: str, expected: Any, found: Any) -> None:
    if expected != found:
        keys = set(expected) | set(found)
        if isinstance(expected, dict):
            differ = {k: (expected.get(k), found.get(k)) for k in keys
                      if expected.get(k) != found.get(k)}  # fmt: skip
        else:
            differ = {"missing": set(expected) - set(found), "beyond": set(found) - set(expected)}
        raise AssertionError(f"{what} are not as the model says (model, database): {differ}")


# What the database says


def _amount(amount: Any) -> str:
    return str(int(amount))


def _records() -> dict[Key, Content]:
    from concord.records.models import Record

    return {
        (r.source.key, r.key): (r.profile.key, _amount(r.amount))
        for r in Record.objects.filter(withdrawn_at=None).select_related("source", "profile")
    }


def _states_of_records() -> dict[Key, list[Content]]:
    from concord.customers.models import Profile
    from concord.records.models import Record

    keys = dict(Profile.objects.values_list("pk", "key"))
    found: dict[Key, list[Content]] = {}
    for record in Record.objects.select_related("source").prefetch_related("versions"):
        states = sorted(record.versions.all(), key=lambda version: version.pk)
        alive = [record] if record.withdrawn_at is None else []
        found[record.source.key, record.key] = [
            (keys[state.profile_id], _amount(state.amount)) for state in (*states, *alive)
        ]
    return found


def _profiles() -> dict[Key, Content]:
    from concord.customers.models import Profile

    alive = Profile.objects.filter(withdrawn_at=None, is_stub=False).select_related("source")
    return {(p.source.key, p.key): (p.data["name"], p.data["city"]) for p in alive}


def _stubs() -> set[Key]:
    from concord.customers.models import Profile

    stubs = Profile.objects.filter(withdrawn_at=None, is_stub=True)
    return set(stubs.values_list("source__key", "key"))


def _require_judgements(model: Model, where: str) -> None:
    """Every word of a person that was acknowledged is there, and nobody's beside them."""
    from concord.customers.models import Judgement

    by_people = dict(Judgement.objects.filter(by__isnull=False).values_list("pk", "verdict"))
    for number, verdict in model.judged.items():
        if by_people.get(number) != verdict:
            raise AssertionError(f"{where}: judgement {number} ({verdict}) is not there")
    taken = {
        judgement.evidence.get("takes_back")
        for judgement in Judgement.objects.filter(verdict="withdrawn")
    }
    if not model.taken_back <= taken:
        raise AssertionError(f"{where}: {model.taken_back - taken} are not taken back")
    if by_people and not model.judged:
        raise AssertionError(f"{where}: judgements that nobody made")


def _require_customers(where: str) -> None:
    """Memberships are what resolve says, golden values what golden says, ids redirect."""
    from concord.customers.actions.golden import customer_row, members_of
    from concord.customers.golden_rules import in_force
    from concord.customers.models import Customer, Erasure, Judgement, Membership, Profile
    from concord.customers.resolve import Judged, resolve, standing

    profiles = set(Profile.objects.values_list("id", flat=True))
    now = Membership.objects.filter(known_to=None)
    memberships = dict(now.values_list("profile_id", "customer_id"))
    judged = [
        Judged(j.pk, j.left_id, j.right_id, j.verdict, j.by_id is not None, j.score or 0.0,
               j.evidence.get("takes_back"))
        for j in Judgement.objects.all()
    ]  # fmt: skip
    _same(f"{where}: memberships", resolve(profiles, standing(judged)), memberships)
    redirects = dict(Customer.objects.values_list("id", "merged_into_id"))
    _same(
        f"{where}: redirects",
        {p: None if c == p else c for p, c in memberships.items()},
        redirects,
    )
    erased = {each for ids in Erasure.objects.values_list("customers", flat=True) for each in ids}
    members = members_of(set(memberships.values()) - erased)
    for customer, some in members.items():
        row = Customer.objects.get(id=customer)
        _, _, name, name_norm, _, count, _, values = customer_row(
            customer, some, row.updated_at, in_force()
        )
        expected = (name, name_norm, count, json.loads(values))
        found = (row.name, row.name_norm, row.profile_count, row.golden)
        if found != expected or bool(row.search_tokens) != bool(count and name_norm):
            raise AssertionError(
                f"{where}: the customer {customer} is {found} with {row.search_tokens}, "
                f"not {expected}"
            )
