"""The law of publishing: no gap, no conflict, no dead rule, no inversion, no unknown word.

Gaps, conflicts, dead rules and inversions are the engine's findings (`concord.dmn.analysis`), for
each table and through the whole graph; what the engine could not judge whole is refused, too. Which
customer and which treatment is better stands in `policy/better.py`, whatever a file says of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from concord import dmn
from concord.dmn.model import Decision, DecisionTable, Model, Rule
from concord.kernel.words import Words
from concord.treatment import examples, own_words, requests, sentences
from concord.treatment.examples import Ran
from concord.treatment.own_words import OUTPUTS, OwnWords
from concord.treatment.policy import better
from concord.treatment.treat import ACTS
from concord.treatment.values import canonical

KEPT: Final = 16  # models whose findings are in memory
KINDS: Final = {
    "table.gap": "gap",
    "table.gap-null": "gap",
    "table.conflict": "conflict",
    "table.overlap": "conflict",
    "rule.masked": "dead",
    "rule.dead": "dead",
    "table.inversion": "inversion",
    "output.allowed": "word",
    "input.allowed": "word",
    "check.bounded": "unproved",
    "check.computed": "unproved",
}
ONE_RULE: Final = ("U", "A")  # hit policies under which a rule holds wherever its cells do
UNKNOWN: Final = frozenset({"null", "? = null"})
# What the sponsor may accept in writing. Anything else makes a policy unusable, or unproved.
ACCEPTED: Final = frozenset({"gap", "conflict", "dead", "inversion"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a policy may not be put in force: `kind` is gap, conflict, dead, inversion, word, asks,
    missing, example, unproved or broken. `table` and `rules` are ids; `problem` is the engine's
    finding, `example` one of the policy's own that fails."""

    kind: str
    table: str
    rules: tuple[str, ...]
    problem: dmn.Problem | None = None
    example: Ran | None = None


def check(model: Model) -> list[Finding]:
    """Everything that forbids putting the model in force; an empty list if nothing does."""
    return list(_checked(model))


@lru_cache(maxsize=KEPT)  # a model never changes, and a check takes a third of a second
def _checked(model: Model) -> tuple[Finding, ...]:
    found = [
        _finding(model, problem)
        for problem in model.check(ranking(model))
        if problem.code in KINDS or problem.severity == "error"
    ]
    for table in model.tables.values():
        found += _words(table, own_words.of(model))
    failing = [each for each in examples.ran(model) if not each.passed]
    found += [Finding("example", each.example.table, (), None, each) for each in failing]
    return (*found, *_missing_tables(model))


@lru_cache(maxsize=8 * KEPT)
def of_table(model: Model, decision: str) -> tuple[Finding, ...]:
    """What is wrong with one table, by its decision's name, while somebody writes it: judged with
    what it rests on and without what rests on it. `check` finds these and more."""
    part = replace(model, decisions=_resting(model, decision), services=())
    found = [
        _finding(model, problem)
        for problem in part.check(ranking(part))
        if (problem.code in KINDS or problem.severity == "error")
        and problem.place.decision == decision
    ]
    return (*found, *_words(model.tables[decision], own_words.of(model)))


def _resting(model: Model, decision: str) -> tuple[Decision, ...]:
    """A decision with all that it rests on, in the model's order."""
    known = {each.id: each for each in model.decisions}
    left, wanted = [model.decision(decision)], set()
    while left:
        each = left.pop()
        if each.id not in wanted:
            wanted.add(each.id)
            refs = (ref.removeprefix("#") for ref in each.requires)
            left += [known[ref] for ref in refs if ref in known]
    return tuple(each for each in model.decisions if each.id in wanted)


def identified(model: Model) -> dict[str, Finding]:
    """The findings by their identity; what is the same finding twice stands once."""
    return {identity(each): each for each in check(model)}


def identity(finding: Finding) -> str:
    """Which finding it is: its kind, table, rules and the box of conditions. Another one, however
    alike, has another identity, so that an acceptance does not cover it."""
    problem = finding.problem
    said = {
        "kind": finding.kind,
        "table": finding.table,
        "rules": list(finding.rules),
        "code": problem.code if problem else "",
        "box": [list(each) for each in problem.conditions] if problem else [],
        "better": [list(each) for each in getattr(problem, "other", ())],
        "message": problem.message if problem else "",
        "example": [finding.example.example.id, finding.example.differs] if finding.example else [],
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def ranking(model: Model) -> dict[str, str]:
    """What is better, by the names that the model gives it."""
    treatments = {
        f"{decision}.{output.name}": better.TREATMENT[output.name]
        for decision, table in model.tables.items()
        for output in table.outputs
        if output.name in better.TREATMENT
    }
    return {**better.FACTS, **treatments}


def _finding(model: Model, problem: dmn.Problem) -> Finding:
    table = model.tables.get(problem.place.decision)
    rules = tuple(table.rules[at - 1].id for at in problem.rules) if table else ()
    name = table.id if table else problem.place.decision
    return Finding(KINDS.get(problem.code, "broken"), name, rules, problem)


def _words(table: DecisionTable, own: OwnWords) -> Iterator[Finding]:
    """Acts, sentences, urgencies and benefits that nobody could say, and what is still open."""
    for at, rule in enumerate(table.rules):
        try:
            said = _outputs(table, at)
        except dmn.DmnError:
            continue  # told by the engine, with its place
        if "act" not in said:
            if None in said.values():
                yield Finding("word", table.id, (rule.id,))
            continue
        act = str(said["act"]).replace(" ", "_")
        if act == "ask":  # for a field of ours, or for one that the table looks at
            asked = str(said.get("say"))
            read = {column.expression for column in table.inputs}
            known = asked in requests.QUESTIONS or asked.replace("_", " ") in read
        else:
            known = _can_be_said(act, said, own)
        if not known or not _is_given(table, at, said, own):
            yield Finding("word", table.id, (rule.id,))
        elif act == "ask" and _asks_for_ever(table, rule, asked):
            yield Finding("asks", table.id, (rule.id,))


def _asks_for_ever(table: DecisionTable, rule: Rule, asked: str) -> bool:
    """Whether a rule asks for a field of which its own cell holds for more than the unknown: who
    answers would be asked the same again. Where the order of rules counts, another one may come
    before it."""
    if table.hit_policy not in ONE_RULE:
        return False
    field = asked.replace("_", " ")
    columns = zip(table.inputs, rule.inputs, strict=True)
    cells = [cell.strip() for column, cell in columns if column.expression.strip() == field]
    return bool(cells) and not UNKNOWN.intersection(cells)


def _can_be_said(act: str, said: Mapping[str, Any], own: OwnWords) -> bool:
    benefits, say = said.get("benefits") or [], str(said.get("say"))
    return (
        act in ACTS
        and say in own.every_sentence
        and not any(map(own_words.stray, own.sentences.get(say, {}).values()))
        and str(said.get("urgency")) in sentences.URGENCIES
        and isinstance(benefits, list)
        and all(str(each) in own.every_benefit for each in benefits)
        and not any(_is_stray(own.benefits.get(str(each))) for each in benefits)
    )


def _is_stray(benefit: tuple[Words, Words] | None) -> bool:
    """Whether an extra of the company's own leaves something open: nothing is filled in there."""
    return benefit is not None and any(own_words.stray(each, ()) for each in benefit[1].values())


def _is_given(table: DecisionTable, at: int, said: Mapping[str, Any], own: OwnWords) -> bool:
    """Whether each column of results of the company's own says something, and one of its choices
    where it has some; null is a result, too."""
    for output, cell in zip(table.outputs, table.rules[at].outputs, strict=True):
        if output.name in OUTPUTS:
            continue
        choices = own.result(output.name).choices
        if is_open(cell) or (choices and said[output.name] not in (None, *choices)):
            return False
    return True


def _outputs(table: DecisionTable, at: int) -> Mapping[str, Any]:
    named = zip(table.outputs, table.rules[at].outputs, strict=True)
    return {
        output.name: None if is_open(cell) else dmn.parse(cell).evaluate() for output, cell in named
    }


def is_open(cell: str) -> bool:
    """Whether nobody has said yet what a rule gives."""
    return cell.strip() in ("", "-")


def _missing_tables(model: Model) -> Iterator[Finding]:
    tables = {decision.id for decision in model.decisions}
    needed = [kind.table for kind in requests.BUILT_IN]
    for table in (*needed, requests.ANY_OTHER, "standing", "value", "side_note", "exception_by"):
        if table not in tables:
            yield Finding("missing", table, ())
