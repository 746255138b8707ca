"""Drafts of the policy: begun from what is in force, changed by several people, nothing lost.

A change is a small JSON object with its `kind`: those of `concord.dmn.edit`, the whole file at
once, `{"kind": "file", "xml": …}`, and words of our own, `{"kind": "words", "of", "key", "said"}`
(`concord.treatment.own_words`). Each gives a new model and the changes that take it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concord.dmn.edit import annotated, edited, fresh, identified
from concord.dmn.model import Model
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.words import LANGUAGES
from concord.treatment import (
    access,
    brought,
    draft_neighbours,
    draft_places,
    own_words,
    policies,
)
from concord.treatment.draft_places import RULES, Place
from concord.treatment.draft_refusals import NO_CHANGE, no_change, refuse_unwritable
from concord.treatment.models import DraftEdit, PolicyDraft

Change = Mapping[str, Any]
LANGUAGE_CODES: Final = tuple(code for code, _name in LANGUAGES)
LONGEST_NAME: Final = 200
LONGEST_CELL: Final = 2_000
MOST_CHANGES: Final = 200
MOST_RULES: Final = 1_000  # of one table
QUOTED: Final = re.compile(r'"[^"\\]*"')


@dataclass(frozen=True, slots=True)
class Clash:
    """Where two changed the same: `edit` is the other's, `was` what stood in the cell before it,
    as FEEL; null where it was no cell."""

    edit: DraftEdit
    place: Place
    was: str | None


class OverlapError(Problem):
    """Somebody else has changed the same since the page looked; nothing was written."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(
            _("%(name)s changed the same in the meantime.") % {"name": clashes[0].edit.by.name},
            place="draft",
            mend=_("Look at both, then keep yours or take theirs."),
            code="overlap",
        )
        self.clashes = tuple(clashes)


@transaction.atomic
def begin(by: User, name: str, number: int | None = None) -> PolicyDraft:
    """A draft from the version with that number, or from the one in force today."""
    access.check_drafter(by)
    base = policies.in_force(time.today()) if number is None else policies.by_number(number)
    now = time.now()
    draft = PolicyDraft.objects.create(
        name=_title(name),
        base_id=base.version_id,
        xml=_opened(base.model).save().decode(),
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    audit.record(by, "treatment.begin_draft", "draft", draft.pk, base=base.number)
    return draft


def _title(name: str) -> str:
    title = " ".join(name.split())
    if not title or len(title) > LONGEST_NAME:
        raise Problem(
            _("A draft has a name, of at most %(most)d characters.") % {"most": LONGEST_NAME},
            place="name",
            mend=_("Say in a few words what is to change."),
        )
    return title


@transaction.atomic
def call(by: User, draft_id: UUID, name: str) -> PolicyDraft:
    """Another name for a draft."""
    access.check_drafter(by)
    draft = locked(draft_id)
    draft.name = _title(name)
    draft.save(update_fields=["name"])
    audit.record(by, "treatment.call_draft", "draft", draft.pk, name=draft.name)
    return draft


@transaction.atomic
def put_aside(by: User, draft_id: UUID) -> PolicyDraft:
    """Nobody changes it any more; it can be taken up again. A second click finds it done."""
    access.check_drafter(by)
    draft = _found(draft_id)
    if draft.closed_at is None:
        draft.closed_at = time.now()
        draft.save(update_fields=["closed_at"])
        audit.record(by, "treatment.put_draft_aside", "draft", draft.pk)
    return draft


@transaction.atomic
def take_up(by: User, draft_id: UUID) -> PolicyDraft:
    """Go on with a draft that was put aside. Raises `Problem` for one that came into force."""
    access.check_drafter(by)
    draft = _found(draft_id)
    if draft.proposals.filter(end__kind="published").exists():
        raise _closed()
    if draft.closed_at is not None:
        draft.closed_at = None
        draft.save(update_fields=["closed_at"])
        audit.record(by, "treatment.take_draft_up", "draft", draft.pk)
    return draft


@transaction.atomic
def change(
    by: User,
    draft_id: UUID,
    changes: Sequence[Change],
    *,
    seen: int | None = None,
    client: UUID | None = None,
) -> DraftEdit:
    """Carry out changes, all or none, as the draft's next revision.

    `seen` is the revision that their author looked at: where somebody has changed the same since,
    `OverlapError` says who, and nothing is written. What is sent twice under one `client` is one
    edit, the first.
    """
    access.check_drafter(by)
    draft = locked(draft_id)
    if client is not None and (sent := draft.edits.filter(client=client, by=by).first()):
        return sent
    refuse_unwritable(changes)
    named = [_named(each) for each in changes]
    if seen is not None:
        others = edits_since(draft, seen).exclude(by=by)
        refuse_overlaps(draft, _needed(named), others)
    return write(draft, by, named, client=client)


def write(
    draft: PolicyDraft,
    by: User,
    changes: Sequence[Change],
    *,
    client: UUID | None = None,
    undoes: DraftEdit | None = None,
) -> DraftEdit:
    """The next revision of a locked draft."""
    if not 0 < len(changes) <= MOST_CHANGES:
        raise no_change()
    model, done, inverse = _carried_out(draft, model_of(draft), changes)
    draft.xml, draft.revision, draft.changed_at = _saved(model), draft.revision + 1, time.now()
    draft.save(update_fields=["xml", "revision", "changed_at"])
    return DraftEdit.objects.create(
        draft=draft,
        revision=draft.revision,
        changes=done,
        inverse=inverse,
        client=client,
        undoes=undoes,
        by=by,
        at=draft.changed_at,
    )


def _carried_out(
    draft: PolicyDraft, model: Model, changes: Sequence[Change]
) -> tuple[Model, list[Change], list[Change]]:
    """The model after the changes, these as they were carried out, and what takes them back."""
    done: list[Change] = []
    inverse: list[Change] = []
    for said in changes:
        each, model, back = _apply(draft, model, said)
        done.append(each)
        inverse = [*back, *inverse]
    return _listed(model, changes), done, inverse


def model_at(draft: PolicyDraft, revision: int) -> Model:
    """The draft as it stood after so many edits: those are carried out again."""
    if revision == draft.revision:
        return model_of(draft)
    model = _opened(policies.by_number(draft.base.number).model)
    edits = DraftEdit.objects.filter(draft=draft, revision__lte=revision).order_by("revision")
    for changes in edits.values_list("changes", flat=True):
        model, _done, _back = _carried_out(draft, model, changes)
    return policies.load(model.save())


def edits_since(draft: PolicyDraft, revision: int) -> QuerySet[DraftEdit]:
    """What was done after that revision, in order."""
    later = DraftEdit.objects.filter(draft=draft, revision__gt=revision)
    return later.select_related("by").order_by("revision")


def refuse_overlaps(
    draft: PolicyDraft, places: frozenset[Place], edits: QuerySet[DraftEdit]
) -> None:
    """Raises `OverlapError` where one of the edits touches one of the places."""
    clashes: dict[Place, Clash] = {}
    for edit in edits:
        theirs = draft_places.touched(edit.changes)
        for place in places:
            if any(draft_places.meet(place, each) for each in theirs):
                was = clashes[place].was if place in clashes else _stood(edit, place)
                clashes[place] = Clash(edit, place, was)
    if clashes:
        raise OverlapError(list(clashes.values()))


def _stood(edit: DraftEdit, place: Place) -> str | None:
    """What stood in a cell before an edit."""
    for back in edit.inverse:
        for cell in back.get("cells", ()) if back["kind"] == "cells" else ():
            if (back["table"], RULES, cell["rule"], cell["column"]) == place:
                text = cell.get("text")
                return None if text is None else str(text)
    return None


def locked(draft_id: UUID) -> PolicyDraft:
    """The draft, while nobody else changes it. Raises `Problem` where it is closed or not there."""
    draft = _found(draft_id)
    if draft.closed_at is not None:
        raise _closed()
    return draft


def _found(draft_id: UUID) -> PolicyDraft:
    draft = PolicyDraft.objects.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise Problem(_("There is no such draft."), place="draft", code="not-found")
    return draft


def _closed() -> Problem:
    return Problem(
        _("This draft is not changed any more."),
        place="draft",
        mend=_("Begin a new one from what is in force."),
        code="conflict",
    )


def model_of(draft: PolicyDraft) -> Model:
    """The draft as it stands. Raises `Problem` where its file cannot be read."""
    return policies.load(draft.xml.encode())


def _opened(model: Model) -> Model:
    """The model as it can be edited: all has its id, and every rule a place for its reason."""
    return annotated(identified(model), LANGUAGE_CODES)


def _named(change: Change) -> Change:
    """With the ids that new rules will have, so that doing it once more gives the same rules."""
    match change:
        case {"kind": "insert", "rules": [*rules]} if all(isinstance(r, dict) for r in rules):
            return {**change, "rules": [{"id": fresh(), **rule} for rule in rules]}
        case {"kind": "duplicate"}:
            return {"id": fresh(), **change}
    return change


def _apply(
    draft: PolicyDraft, model: Model, change: Change
) -> tuple[Change, Model, list[dict[str, Any]]]:
    """The change as it was carried out, the model after it, and what takes it back."""
    if change.get("kind") == "file" and isinstance(change.get("xml"), str):
        after = _opened(policies.load(change["xml"].encode()))
        return change, after, [{"kind": "file", "xml": model.save().decode()}]
    try:
        _refuse_large(change)
        if change.get("kind") == "words":
            return _worded(model, change)
        own = draft_neighbours.placed(draft, model, change)
        return own, *edited(model, own)
    except NO_CHANGE as error:
        raise no_change() from error


def _worded(model: Model, change: Change) -> tuple[Change, Model, list[dict[str, Any]]]:
    kind, key = change["of"], change["key"]
    if kind not in own_words.KINDS or not isinstance(key, str):
        raise no_change()
    back = {**change, "said": own_words.entry(model, kind, key)}
    return change, own_words.changed(model, kind, key, change["said"]), [back]


def _needed(changes: Sequence[Change]) -> frozenset[Place]:
    try:
        return draft_places.needed(changes)
    except NO_CHANGE as error:
        raise no_change() from error


def _refuse_large(change: Change) -> None:
    texts = [cell.get("text") for cell in change.get("cells", ())]
    texts += [text for rule in change.get("rules", ()) if isinstance(rule, Mapping)
              for text in dict(rule.get("cells", {})).values()]  # fmt: skip
    texts += [change.get("text"), change.get("values")]
    if any(isinstance(text, str) and len(text) > LONGEST_CELL for text in texts):
        raise Problem(
            _("A cell has at most %(most)d characters.") % {"most": LONGEST_CELL},
            place="change",
            mend=_("Say it shorter."),
        )


# What a table lists as its results ------------------------------------------------------------


def _listed(model: Model, changes: Sequence[Change]) -> Model:
    """A result that a rule gives now is listed as one of its table's, which lists what it gives.
    It stays listed when the change is taken back: more is promised than given, which harms none."""
    for table in {
        str(each["table"]) for each in changes if each.get("kind") in ("cells", "insert")
    }:
        own = next((each for each in model.tables.values() if each.id == table), None)
        for at, output in enumerate(own.outputs if own else ()):
            given = {rule.outputs[at] for rule in own.rules} if own else set()
            more = _more(output.allowed, given)
            if more:
                listed = ", ".join([output.allowed, *more])
                said = {"kind": "values", "table": table, "column": output.id, "values": listed}
                model, _back = edited(model, said)
    return model


def _more(allowed: str, given: set[str]) -> list[str]:
    """The texts that are given and not listed, where some are."""
    if not allowed:
        return []
    known = set(QUOTED.findall(allowed))
    return sorted(text for text in given if QUOTED.fullmatch(text) and text not in known)


def _saved(model: Model) -> str:
    longest = max((len(table.rules) for table in model.tables.values()), default=0)
    if longest > MOST_RULES:
        raise Problem(
            _("A table has at most %(most)d rules.") % {"most": MOST_RULES},
            place="change",
            mend=_("Say more in one rule, or make a table of its own."),
        )
    brought.check_shape(model)
    saved = model.save()
    policies.load(saved)  # what cannot be read again, such as a control character, is refused
    return saved.decode()
