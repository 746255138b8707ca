"""What is wrong with a table, as a person reads it, with the way to mend it where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.dmn.model import DecisionTable, Model, Rule
from concord.dmn.problems import Problem
from concord.dmn.sentences import Language, Say, finding_sentence
from concord.treatment import law
from concord.treatment.grid import conditions

MOST: Final = 12  # findings of a table that are told one by one
TITLES: Final = {
    "gap": gettext_lazy("Nobody has decided this"),
    "conflict": gettext_lazy("Rules contradict each other"),
    "dead": gettext_lazy("Never reached"),
    "inversion": gettext_lazy("Who is better is treated worse"),
    "word": gettext_lazy("Still open, or nothing that can be said"),
    "asks": gettext_lazy("Asks again for what is known"),
    "broken": gettext_lazy("Not understood"),
    "unproved": gettext_lazy("Could not be judged"),
}
TONES: Final = {"word": "route", "unproved": "route"}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words. `rules` are ids, `columns` those of the cells that are meant; `close` are
    the cells of a rule that closes a gap, `remove` is a rule that is never reached."""

    kind: str
    text: str
    rules: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    close: Mapping[str, str] = field(default_factory=dict)
    remove: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "title": str(TITLES.get(self.kind, TITLES["broken"])),
            "tone": TONES.get(self.kind, "stop"), "text": self.text, "rules": list(self.rules),
            "columns": list(self.columns), "close": dict(self.close) or None,
            "remove": self.remove,
        }  # fmt: skip


def of_table(model: Model, decision: str, language: str, say: Say) -> list[Told]:
    """What is wrong with one table, the first dozen; the worst first."""
    table = model.tables[decision]
    return list(told(law.of_table(model, decision), table, language, say))


def told(
    findings: Iterable[law.Finding], table: DecisionTable, language: str, say: Say
) -> Iterator[Told]:
    order = list(TITLES)
    known = sorted(findings, key=lambda each: order.index(each.kind) if each.kind in order else 9)
    for at, finding in enumerate(known):
        if at == MOST:
            more = len(known) - MOST
            yield Told(known[MOST].kind, _("And %(count)d more.") % {"count": more})
            return
        yield _told(finding, table, language, say)


def _told(finding: law.Finding, table: DecisionTable, language: str, say: Say) -> Told:
    problem = finding.problem
    if problem is None:
        return _word(finding, table)
    rules = finding.rules or _of_place(problem, table)
    text = finding_sentence(problem, cast(Language, language), say)
    return Told(
        finding.kind,
        text if finding.kind != "broken" else f"{text}{_quoted(problem)}",
        rules,
        _columns(problem, table),
        _closing(problem, table) if finding.kind == "gap" else {},
        rules[0] if finding.kind == "dead" and rules else "",
    )


def _word(finding: law.Finding, table: DecisionTable) -> Told:
    """A rule that says nothing yet, or what nobody can say."""
    numbers = {rule.id: rule for rule in table.rules}
    rule = numbers.get(finding.rules[0]) if finding.rules else None
    if rule is None:
        return Told(finding.kind, _("This table is missing."))
    empty = [output.id for output, cell in zip(table.outputs, rule.outputs, strict=False)
             if law.is_open(cell)]  # fmt: skip
    if finding.kind == "asks":
        text = _("Rule %(number)d asks for what was said already: let it hold for unknown alone.")
    elif empty:
        text = _("Rule %(number)d has no answer yet.")
    else:
        text = _("Rule %(number)d says something that nobody can say.")
    return Told(finding.kind, text % {"number": rule.index}, finding.rules, tuple(empty))


def _of_place(problem: Problem, table: DecisionTable) -> tuple[str, ...]:
    numbers = [int(each) for each in problem.place.rule.split(", ") if each.isdecimal()]
    return tuple(table.rules[at - 1].id for at in numbers if 0 < at <= len(table.rules))


def _columns(problem: Problem, table: DecisionTable) -> tuple[str, ...]:
    title = problem.place.column
    named = [(each.id, each.title) for each in table.inputs]
    named += [(each.id, each.title) for each in table.outputs]
    return tuple(column for column, called in named if title and called == title)


def _quoted(problem: Problem) -> str:
    text = problem.place.text.strip()
    return f" “{text[:80]}”" if text else ""


def _closing(problem: Problem, table: DecisionTable) -> dict[str, str]:
    """The cells of a rule of exactly the missing case."""
    tests = dict(problem.conditions)
    return {each.id: _plain(tests.get(each.title, "-")) for each in table.inputs}


def _plain(test: str) -> str:
    """As the form would write it, so that a rule taken over reads as one that was typed."""
    return conditions.write(conditions.read(test))


def nearest(table: DecisionTable, rule: Rule) -> Rule | None:
    """The rule whose cells are most like those of another and that says what it gives; of equals
    one that does something rather than ask, the first."""
    others = [each for each in table.rules if each.id != rule.id and any(each.outputs)
              and not any(map(law.is_open, each.outputs))]  # fmt: skip

    def rank(each: Rule) -> tuple[float, bool, int]:
        return _likeness(each, rule), '"ask"' not in each.outputs, -each.index

    return max(others, key=rank, default=None)


def _likeness(one: Rule, other: Rule) -> float:
    return sum(map(_alike, one.inputs, other.inputs))


def _alike(one: str, other: str) -> float:
    if one.strip() == other.strip():
        return 2
    forms = conditions.read(one), conditions.read(other)
    shared = {*conditions.values_of(forms[:1])} & {*conditions.values_of(forms[1:])}
    compared = all(form["kind"] == "range" for form in forms)
    return 1.0 if shared or compared else 0.5 if "-" in (one.strip(), other.strip()) else 0
