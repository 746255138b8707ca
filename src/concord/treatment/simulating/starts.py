"""Where a change begins: the rules that are others, in the tables on which a request rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from concord.dmn.model import Model
from concord.treatment import changes
from concord.treatment.requests import RequestKind
from concord.treatment.sentences import capital
from concord.treatment.treat import decision_for, needs
from concord.treatment.vocabulary import speaker

MOST = 5  # rules of a table that are named


@dataclass(frozen=True, slots=True)
class Start:
    """A table of the draft, by the key of its decision. `rules` are the numbers of those that are
    new or others (none where rules are only gone), `more` how many are not named."""

    table: str
    title: str
    rules: tuple[int, ...]
    more: int


def starts(before: Model, after: Model, kind: RequestKind, language: str) -> list[Start]:
    """The request's own table first, then those below it."""
    say = speaker(language)
    decision = decision_for(after, kind.table)
    found = []
    ids = {each.name: each.id for each in after.decisions}
    for name in dict.fromkeys((decision, *_below(after, decision))):
        old, new = before.tables.get(name), after.tables.get(name)
        if old == new or new is None:
            continue
        if not changes.changed_rules(old, new) and not changes.gone_rules(old, new):
            continue
        numbers = [rule.index for rule in changes.changed_rules(old, new)]
        title = capital(say(name, "decision"))
        found.append(Start(ids[name], title, tuple(numbers[:MOST]), len(numbers[MOST:])))
    return found


def _below(model: Model, decision: str) -> Iterator[str]:
    for name in needs(model).get(decision, ()):
        yield name
        yield from _below(model, name)
