"""Rules without a reason: our promise says of each rule why it is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from concord.dmn.model import DecisionTable, Model, Rule
from concord.kernel.errors import Problem
from concord.treatment.promise import Reader


@dataclass(frozen=True, slots=True)
class Unreasoned:
    """A rule without a reason: the decision of its table, what that is called, and its number."""

    decision: str
    title: str
    rule: str
    number: int

    def __str__(self) -> str:
        return _("%(table)s, rule %(rule)d") % {"table": self.title, "rule": self.number}


class NoReasonError(Problem):
    """Rules that are new or changed, and of which nobody has said why."""

    def __init__(self, rules: Sequence[Unreasoned]) -> None:
        told = ngettext(
            "A rule that is new or changed has no reason: %(rules)s.",
            "%(count)d rules that are new or changed have no reason: %(rules)s.",
            len(rules),
        )
        named = "; ".join(str(each) for each in rules[:MOST])
        more = f"; {_('and %(count)d more') % {'count': len(rules) - MOST}}"
        super().__init__(
            told % {"count": len(rules), "rules": named + (more if len(rules) > MOST else "")},
            place=_("Reason"),
            mend=_("Write the reason in the last column of the table: everybody reads it."),
            code="no-reason",
        )
        self.rules = tuple(rules)


MOST = 5  # rules that are named in one sentence


def refuse(model: Model, before: Model | None) -> None:
    """Raises `NoReasonError` for rules that are not as they were `before` and have no reason."""
    if found := list(rules(model, before)):
        raise NoReasonError(found)


def rules(model: Model, before: Model | None) -> Iterator[Unreasoned]:
    """The rules without a reason that are not so in `before`."""
    reader: Reader | None = None  # which asks the database: only where there is something to say
    for decision in model.decisions:
        table = model.tables.get(decision.name)
        if table is None or all(map(_has_reason, table.rules)):
            continue
        known = before.tables.get(decision.name) if before else None
        were = {rule.id: _said(known, rule) for rule in known.rules} if known else {}
        for rule in table.rules:
            if not _has_reason(rule) and were.get(rule.id) != _said(table, rule):
                reader = reader or Reader(model, get_language() or "en")
                title = reader.title(decision.id)[0]
                yield Unreasoned(decision.id, title, rule.id, rule.index)


def _has_reason(rule: Rule) -> bool:
    return any(each.strip() for each in (*rule.annotations, rule.description))


def _said(table: DecisionTable, rule: Rule) -> tuple[object, ...]:
    """What a rule asks and gives, by what its columns read and are named, with its reasons: a new
    column that asks or gives nothing changes none."""
    asks = zip((each.expression for each in table.inputs), rule.inputs, strict=False)
    gives = zip((each.name for each in table.outputs), rule.outputs, strict=False)
    reasons = zip(table.annotations, rule.annotations, strict=False)
    return (
        sorted((name, text.strip()) for name, text in asks if text.strip() not in ("", "-")),
        sorted((name, text.strip()) for name, text in gives
               if text.strip() not in ("", "-", "null")),
        sorted((name, text.strip()) for name, text in reasons if text.strip()),
    )  # fmt: skip
