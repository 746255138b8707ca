"""The facts that the policy reads: of the whole company, or of a business unit and the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from concord.dmn.model import Model
from concord.facts.fact import UNKNOWN, FactValue
from concord.facts.own import Catalogue, all_facts
from concord.treatment.inputs import ELSEWHERE, KnownFact
from concord.treatment.values import Scalar

HOLDS: Final = "units_on_hold"  # of the whole company, whatever the unit
# Known of every answer, whatever the policy reads: whether a business unit may matter, and how much
# is owed by whom the policy holds.
ALWAYS: Final = ("hold_set_by_accounting", "overdue_undisputed", "oldest_undisputed_overdue_days")


def is_fact(name: str) -> bool:
    """Whether an input of the policy, by its FEEL name, is a fact of the customer."""
    key = name.replace(" ", "_")
    return key in all_facts() or key in ELSEWHERE


def read_by(*models: Model) -> tuple[str, ...]:
    """The keys of the facts that answers of these policies rest on: what is an input of a model by
    a fact's name, and what is always known."""
    return _read_by(all_facts(), *models)


@lru_cache(maxsize=64)
def _read_by(facts: Catalogue, *models: Model) -> tuple[str, ...]:
    named = {each.name for model in models for each in model.inputs}
    return tuple(key for key, fact in facts.items() if fact.name in named or key in ALWAYS)


def names_of(model: Model) -> frozenset[str]:
    """The model's inputs that are facts, by their FEEL names."""
    return _names_of(all_facts(), model)


@lru_cache(maxsize=64)
def _names_of(_facts: Catalogue, model: Model) -> frozenset[str]:
    return frozenset(each.name for each in model.inputs if is_fact(each.name))


def of_units(keys: Collection[str]) -> frozenset[str]:
    """Those of which a business unit asks for its own part."""
    facts = all_facts()
    return frozenset(key for key in keys if facts[key].unit)


def of_groups(keys: Collection[str]) -> frozenset[str]:
    """Those of a whole group: of a customer that is none yet, nobody knows them."""
    facts = all_facts()
    return frozenset(key for key in keys if facts[key].scope == "group")


def policy_facts(keys: Collection[str], derived: Mapping[str, FactValue]) -> dict[str, KnownFact]:
    """The policy's facts of the whole company, which has no elsewhere."""
    facts = {key: known(derived[key]) for key in keys}
    for key, of in ELSEWHERE.items():
        value = None if facts[of].value is None else _nothing(facts[of].value)
        facts[key] = replace(facts[of], key=key, value=value)
    return facts


def unit_facts(
    keys: Collection[str],
    unit: str,
    here: Mapping[str, FactValue],
    whole: Mapping[str, FactValue],
) -> dict[str, KnownFact]:
    """The policy's facts of a business unit, from those derived for it (`of_units`) and `whole`,
    the company's; and what is elsewhere: a hold of another unit, and what is overdue beyond the
    unit's own part.

    A record that belongs to no unit is the unit's own, as it is everybody's.
    """
    declared = all_facts()
    facts = {key: known(here[key] if declared[key].unit else whole[key]) for key in keys}
    held = known(whole[HOLDS])
    others = None if held.value is None else any(each != unit for each in _listed(held.value))
    facts["hold_elsewhere"] = replace(held, key="hold_elsewhere", value=others)
    own, everywhere = facts["overdue_undisputed"].value, known(whole["overdue_undisputed"])
    beyond = _beyond(own, everywhere.value)
    state = "unknown" if beyond is None else everywhere.state
    facts["overdue_elsewhere"] = replace(
        everywhere, key="overdue_elsewhere", value=beyond, state=state
    )
    return facts


def _nothing(value: Scalar) -> Scalar:
    return False if isinstance(value, bool) else 0


def _listed(value: Scalar) -> list[str]:
    return value if isinstance(value, list) else []


def _beyond(here: Scalar, everywhere: Scalar) -> Scalar:
    match here, everywhere:
        case (int() | Decimal()) as mine, (int() | Decimal()) as all_of_it:
            return all_of_it - mine
    return None


def known(fact: FactValue) -> KnownFact:
    value: Scalar = None if fact.value is UNKNOWN else fact.value  # type: ignore[assignment]
    return KnownFact(
        fact.key,
        value,
        fact.state,
        fact.sources,
        fact.late_sources,
        fact.oldest_word.isoformat() if fact.oldest_word else None,
        fact.records,
        fact.reasons,
    )
