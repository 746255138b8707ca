"""What a version changes, for people: by meaning, as boxes of conditions in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.model import DecisionTable, Model, Rule
from concord.dmn.problems import Problem as Found
from concord.dmn.sentences import Language, Say, finding_sentence
from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES, Words, say
from concord.treatment import own_words
from concord.treatment.policy.apart import differences
from concord.treatment.promise import PlainRule, Reader
from concord.treatment.vocabulary import speaker
from concord.treatment.words import labelled


@dataclass(frozen=True, slots=True)
class Table:
    """What changes in one table. `whole` says that the table is new, or gone; or that it is none:
    `words` of our own that are said otherwise."""

    decision: str
    title: str
    sentences: tuple[str, ...]
    whole: str = ""


@dataclass(frozen=True, slots=True)
class ChangedRules:
    """The rules of a table that are new or read otherwise, in words; `gone` were there before, and
    `columns` says which conditions the table has more, or less."""

    title: str
    columns: tuple[str, ...]
    rules: tuple[PlainRule, ...]
    gone: tuple[PlainRule, ...]


def between(old: Model, new: Model, language: str) -> list[Table]:
    """Table by table, the conditions that get another answer. Raises `Problem` where one of the
    two cannot be read."""
    speak = speaker(language, new, old)
    tables = [
        Table(
            decision,
            speak(decision, "decision"),
            tuple(finding_sentence(each, cast(Language, language), speak) for each in found),
        )
        for decision, found in _differences(old, new)
    ]
    for whole, one, other in (("new", new, old), ("gone", old, new)):
        tables += [
            Table(name, speak(name, "decision"), (), whole)
            for name in one.tables
            if name not in other.tables
        ]
    worded = tuple(_worded(old, new, language))
    return [*tables, Table("", _("Our own words"), worded, "words")] if worded else tables


def _worded(old: Model, new: Model, language: str) -> Iterator[str]:
    """What of our own words is new, gone, or said or called otherwise, whatever the language."""
    before, after = _texts(old), _texts(new)
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was and now:
            yield from _otherwise(was, now, language)
        elif key[2] != "said":
            continue  # what it is called is told with it, or with the column
        elif now:
            yield _("New: “%(now)s”") % {"now": say(now, language)}
        elif was:
            yield _("Gone: “%(was)s”") % {"was": say(was, language)}


def _otherwise(was: Words, now: Words, language: str) -> Iterator[str]:
    """The reader's language first; of the others it is said which."""
    for code, name in sorted(LANGUAGES, key=lambda each: each[0] != language):
        then, here = say(was, code), say(now, code)
        if was.get(code) != now.get(code) and then != here:
            told = _("“%(now)s” instead of “%(was)s”") % {"now": here, "was": then}
            yield told if code == language else labelled(name, told)


def _texts(model: Model) -> dict[tuple[str, str, str], Words]:
    """Each text of our own by its kind, its key, and what it is of that."""
    found: dict[tuple[str, str, str], Words] = {}
    for kind in own_words.KINDS:
        for key, each in own_words.entries(model, kind):
            found |= {(kind, key, tag): each[tag] for tag in ("said", "called") if each.get(tag)}
            choices = each.get("choices", {}).items()
            found |= {(kind, key, f"choice {name}"): called for name, called in choices}
    return found


@lru_cache(maxsize=32)  # models never change, and a comparison takes a part of a second
def _differences(old: Model, new: Model) -> tuple[tuple[str, tuple[Found, ...]], ...]:
    try:
        return tuple((name, tuple(found)) for name, found in differences(old, new))
    except dmn.DmnError as error:
        raise Problem(str(error), place=error.problems[0].place.decision) from error


def rules(old: Model, new: Model, language: str) -> list[ChangedRules]:
    """The rules that differ in more than their number, whatever that means for the answers."""
    before, after = Reader(old, language), Reader(new, language)
    speak, found = speaker(language, new, old), []
    for name in dict.fromkeys([*new.tables, *old.tables]):
        one, other = old.tables.get(name), new.tables.get(name)
        changed = changed_rules(one, other)
        gone = gone_rules(one, other)
        columns = tuple(_columns(one, other, speak)) if one and other else ()
        if changed or gone or columns:
            found.append(
                ChangedRules(
                    speak(name, "decision"),
                    columns,
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


def changed_rules(old: DecisionTable | None, new: DecisionTable | None) -> list[Rule]:
    """The rules of the new table that are new or say something else. A column that a rule does not
    look at changes nothing of it."""
    were = {rule.id: _cells(old, rule) for rule in old.rules} if old else {}
    return [rule for rule in new.rules if were.get(rule.id) != _cells(new, rule)] if new else []


def gone_rules(old: DecisionTable | None, new: DecisionTable | None) -> list[Rule]:
    left = {rule.id for rule in new.rules} if new else set()
    return [rule for rule in old.rules if rule.id not in left] if old else []


def _cells(table: DecisionTable, rule: Rule) -> tuple[object, ...]:
    asked = {
        column.expression: cell
        for column, cell in zip(table.inputs, rule.inputs, strict=True)
        if not is_any(cell)
    }
    given = {each.name: cell for each, cell in zip(table.outputs, rule.outputs, strict=True)}
    return (
        asked,
        {name: cell for name, cell in given.items() if cell not in ("", "null")},
        rule.annotations,
    )


def _columns(old: DecisionTable, new: DecisionTable, speak: Say) -> Iterator[str]:
    """What the table asks for or gives more than it did, and what no longer."""
    before = {each.expression for each in old.inputs}
    for at, each in enumerate(new.inputs):
        if each.expression not in before:
            name = {"name": speak(each.expression, "column")}
            if all(is_any(rule.inputs[at]) for rule in new.rules):
                yield _("New column “%(name)s”: it asks nothing yet.") % name
            else:
                yield _("New column “%(name)s”.") % name
    given = {each.name for each in old.outputs}
    for name_ in (each.name for each in new.outputs if each.name not in given):
        yield _("New column “%(name)s”.") % {"name": speak(name_, "column")}
    left = {*(each.expression for each in new.inputs), *(each.name for each in new.outputs)}
    for gone in dict.fromkeys([*before, *given]):
        if gone not in left:
            yield _("The column “%(name)s” is gone.") % {"name": speak(gone, "column")}


def is_any(cell: str) -> bool:
    return cell.strip() in ("", "-")
