"""What a version changes, for people: by meaning, as boxes of conditions in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from concord import dmn
from concord.dmn.model import DecisionTable, Model, Rule
from concord.dmn.problems import Problem as Found
from concord.dmn.sentences import Language, finding_sentence
from concord.kernel.errors import Problem
from concord.treatment.policy.apart import differences
from concord.treatment.promise import PlainRule, Reader
from concord.treatment.vocabulary import speaker


@dataclass(frozen=True, slots=True)
class Table:
    """What changes in one table. `whole` says that the table is new, or gone."""

    decision: str
    title: str
    sentences: tuple[str, ...]
    whole: str = ""


@dataclass(frozen=True, slots=True)
class ChangedRules:
    """The rules of a table that are new or read otherwise, in words; `gone` were there before."""

    title: str
    rules: tuple[PlainRule, ...]
    gone: tuple[PlainRule, ...]


def between(old: Model, new: Model, language: str) -> list[Table]:
    """Table by table, the conditions that get another answer. Raises `Problem` where one of the
    two cannot be read."""
    say = speaker(language)
    tables = [
        Table(
            decision,
            say(decision, "decision"),
            tuple(finding_sentence(each, cast(Language, language), say) for each in found),
        )
        for decision, found in _differences(old, new)
    ]
    for whole, one, other in (("new", new, old), ("gone", old, new)):
        tables += [
            Table(name, say(name, "decision"), (), whole)
            for name in one.tables
            if name not in other.tables
        ]
    return tables


@lru_cache(maxsize=32)  # models never change, and a comparison takes a part of a second
def _differences(old: Model, new: Model) -> tuple[tuple[str, tuple[Found, ...]], ...]:
    try:
        return tuple((name, tuple(found)) for name, found in differences(old, new))
    except dmn.DmnError as error:
        raise Problem(str(error), place=error.problems[0].place.decision) from error


def rules(old: Model, new: Model, language: str) -> list[ChangedRules]:
    """The rules that differ in more than their number, whatever that means for the answers."""
    before, after = Reader(old, language), Reader(new, language)
    say, found = speaker(language), []
    for name in dict.fromkeys([*new.tables, *old.tables]):
        were, are = _rules(old.tables.get(name)), _rules(new.tables.get(name))
        changed = [rule for key, rule in are.items() if _cells(were.get(key)) != _cells(rule)]
        gone = [rule for key, rule in were.items() if key not in are]
        if changed or gone:
            found.append(
                ChangedRules(
                    say(name, "decision"),
                    _plain(after, name, changed),
                    _plain(before, name, gone),
                )
            )
    return found


def rule_in_words(model: Model, rule_id: str, language: str) -> tuple[str, PlainRule] | None:
    """A rule and the title of its table, or nothing where it is no longer there."""
    for name, table in model.tables.items():
        for rule in table.rules:
            if rule.id == rule_id:
                title = speaker(language)(name, "decision")
                return title, _plain(Reader(model, language), name, [rule])[0]
    return None


def _plain(reader: Reader, decision: str, some: Sequence[Rule]) -> tuple[PlainRule, ...]:
    table = reader.model.tables.get(decision)
    return tuple(_one(reader, table, rule) for rule in some) if table else ()


def _one(reader: Reader, table: DecisionTable, rule: Rule) -> PlainRule:
    try:
        return reader.rule(table, rule)
    except (dmn.DmnError, KeyError, TypeError, ValueError):  # a draft may say what nobody can read
        return PlainRule(rule.id, " · ".join(rule.inputs), " · ".join(rule.outputs), "none", "")


def _rules(table: DecisionTable | None) -> dict[str, Rule]:
    return {rule.id: rule for rule in table.rules} if table else {}


def _cells(rule: Rule | None) -> tuple[tuple[str, ...], ...] | None:
    return (rule.inputs, rule.outputs, rule.annotations) if rule else None
