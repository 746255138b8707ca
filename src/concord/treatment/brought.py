"""A file that somebody brings: a DMN model, or the tables as a workbook. What it would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final, cast

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.edit import edited
from concord.dmn.model import Model
from concord.dmn.sentences import Language, finding_sentence
from concord.kernel.errors import Problem
from concord.treatment import law, policies
from concord.treatment.actions.publish import sentence_of
from concord.treatment.draft_refusals import NO_CHANGE
from concord.treatment.policy.apart import differences
from concord.treatment.vocabulary import speaker
from concord.treatment.workbook import read

Change = dict[str, Any]
LARGEST: Final = 2 << 20  # bytes; a policy of fourteen tables takes a quarter of one million
PACKED: Final = b"PK"
MOST_APART: Final = 100  # changes of one file that stand by themselves; more are a new file
SHOWN: Final = 50  # sentences of a table


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table that would answer otherwise: in which cases; `more` are not told."""

    title: str
    sentences: Sequence[str]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the changes would do: tables that answer otherwise, that come and go, and what the law
    would find then. `is_empty`: nothing at all would be written."""

    tables: Sequence[TableChange]
    new: Sequence[str]
    gone: Sequence[str]
    findings: Sequence[str]
    is_empty: bool


def changes_of(
    name: str, data: bytes, model: Model, taken: read.Taken = lambda mark: None
) -> list[Change]:
    """The changes of a draft that make `model` what the file says; of a workbook of which `taken`
    knows what it was taken out of, what was changed in it.

    Raises `Problem` with the place for a file that is too large or cannot be read.
    """
    if len(data) > LARGEST:
        raise Problem(
            _("A file of a policy has at most %(megabytes)d MB.") % {"megabytes": LARGEST >> 20},
            place=name,
            mend=_("Bring the file of one policy."),
        )
    if not data.strip():
        raise Problem(_("The file is empty."), place=name, mend=_("Save it again."))
    if data.startswith(PACKED):
        return _of_workbook(name, data, model, taken)
    after = policies.load(data)
    check_shape(after)
    text = after.save().decode()
    return [] if text == model.save().decode() else [{"kind": "file", "xml": text}]


def _of_workbook(name: str, data: bytes, model: Model, taken: read.Taken) -> list[Change]:
    with NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        try:
            found = read.changes(Path(file.name), model, taken)
        except Problem as problem:
            place = problem.place.replace(Path(file.name).name, name)
            raise Problem(
                problem.message, place=place, mend=problem.mend, code=problem.code
            ) from problem
    if len(found) <= MOST_APART:
        return found
    return [{"kind": "file", "xml": after(model, found).save().decode()}]


def check_shape(model: Model) -> None:
    """Raises `Problem` for a rule that has not one cell a column: nobody could edit it."""
    for name, table in model.tables.items():
        wanted = (len(table.inputs), len(table.outputs))
        for rule in table.rules:
            if (len(rule.inputs), len(rule.outputs)) != wanted:
                raise Problem(
                    _("This rule has not one cell for each column."),
                    place=_("%(table)s, rule %(rule)d") % {"table": name, "rule": rule.index},
                    mend=_("Open the file where it was drawn, fill the row, and save it again."),
                )


def after(model: Model, changes: Sequence[Change]) -> Model:
    """The model with the changes. Raises `Problem` where one does not fit it."""
    try:
        return reduce(_one, changes, model)
    except NO_CHANGE as error:
        raise Problem(
            str(error) if isinstance(error, dmn.DmnError) else _("This is no change of a policy."),
            place=_("the policy"),
            mend=_("Take the file out of this draft again, change it, and bring it anew."),
        ) from error


def _one(model: Model, change: Change) -> Model:
    if change.get("kind") == "file":
        return policies.load(str(change["xml"]).encode())
    return edited(model, change)[0]


def outlook(before: Model, then: Model, language: str) -> Outlook:
    """What is different, by meaning: how a table is written does not count."""
    say = speaker(language, then, before)
    told = [
        TableChange(
            say(name, "decision"),
            [finding_sentence(each, cast(Language, language), say) for each in found[:SHOWN]],
            max(0, len(found) - SHOWN),
        )
        for name, found in differences(before, then)
    ]
    return Outlook(
        told,
        [say(each, "decision") for each in then.tables if each not in before.tables],
        [say(each, "decision") for each in before.tables if each not in then.tables],
        [told_finding(each, language, then) for each in law.check(then)],
        before.save() == then.save(),
    )


def told_finding(finding: law.Finding, language: str, model: Model) -> str:
    """A finding of the law as a sentence, with the table that it is about."""
    say = speaker(language, model)
    if finding.problem is not None:
        said = finding_sentence(finding.problem, cast(Language, language), say)
        name = finding.problem.place.decision
    elif finding.kind == "missing":
        said, name = _("This table is missing."), finding.table.replace("_", " ")
    else:
        said, name = sentence_of(finding, model), finding.table
    title = say(name.removesuffix(".table"), "decision")
    return f"{title}: {said}" if name else said
