"""A company's own facts: made, changed and retired by who drafts our promise.

Each is a new row, so what a fact meant stays known. How a fact is reckoned is fixed from the day on
that a version of our promise looks at it (a proposal or one that was put in force): else whoever
changed a fact would change the sponsor's answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.rows import fetch, run
from concord.dmn.feel.builtins import BUILTINS
from concord.facts import form, live, own
from concord.facts.fact import Fact, Scalar
from concord.facts.form import FactForm
from concord.facts.lists import record_list
from concord.facts.models import OwnFact
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.words import Words
from concord.records import types
from concord.records.types.declaration import FEEL_WORDS, KEY
from concord.treatment import requests, vocabulary
from concord.treatment.access import check_drafter
from concord.treatment.actions.own_requests import RESERVED

_LOCK: Final = 0xFAC7  # our advisory lock: one writer at a time, so that ids are in their order
LONGEST_KEY: Final = 60
LONGEST_WORDS: Final = 100
LONGEST_FORMULA: Final = 2_000
SHOWN_AS: Final = ("count", "money", "days", "percent")
_FEEL_ALONE: Final = ("expression", "unit", "scope", "shown", "empty")
# The versions with an input of this name; whatever tool wrote the file, and however it quotes.
VERSIONS: Final = """
SELECT number FROM treatment_policyversion
WHERE strpos(xml, %(name)s) > 0 AND xml ~ ('inputData[^>]*\\sname\\s*=\\s*["'']' || %(name)s || '["'']')
ORDER BY number
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a fact. `form`, or else `formula` with how its number is shown and
    whether it is 0 or nothing where there is nothing to reckon."""

    words: Words
    form: FactForm | None = None
    formula: str = ""
    shown: str = "count"
    zero: bool = True
    unit: bool = False
    group: bool = False


def fact_of(key: str, said: Said) -> Fact:
    """The fact as it would be. Raises Problem for what cannot be reckoned, with its place."""
    expression = form.formula(said.form) if said.form else said.formula.strip()
    if not expression or len(expression) > LONGEST_FORMULA or "\x00" in expression:
        raise Problem(
            _("Write a formula of at most %(most)d characters.") % {"most": LONGEST_FORMULA},
            place="formula",
        )
    made = Fact(
        key=key,
        words=said.words,
        expression=expression,
        unit=said.unit,
        scope="group" if said.group else "self",
        department="accounts",
        own=True,
    )
    of = live.check(made)
    if not made.lists:
        raise Problem(
            _("A fact is reckoned of records."),
            place="formula",
            mend=_("Name a list of records, such as count(invoice)."),
        )
    declared = types.built_in()[record_list(made.lists[0]).types[0]]
    made = replace(made, department=declared.department)
    if said.form:
        type_, shown, empty = form.result(said.form)
        return replace(made, type=type_, shown=shown, empty=empty)
    return _as_formula(made, of, said)


def _as_formula(made: Fact, of: str, said: Said) -> Fact:
    empty: Scalar
    match of:
        case "number":
            empty = 0 if said.zero else None
            shown = said.shown if said.shown in SHOWN_AS else "count"
            return replace(made, type="number", shown=shown, empty=empty)  # type: ignore[arg-type]
        case "boolean":
            return replace(made, type="boolean", shown="yes_no", empty=False)
        case "date":
            return replace(made, type="date", shown="date")
        case "string":
            return replace(made, type="string", shown="text")
    raise Problem(
        _("A fact is a number, yes or no, a day or a text."),
        place="formula",
        mend=_("Write what comes to one of these, such as count(invoice) > 0."),
    )


@transaction.atomic
def make(by: User, key: str, said: Said) -> OwnFact:
    """A new fact. Raises Problem for a key that means something already, words that are missing,
    and what cannot be reckoned."""
    check_drafter(by)
    _one_at_a_time()
    _check_key(key)
    return _add(by, fact_of(key, _worded(said)), said.form, 1, "treatment.make_fact")


@transaction.atomic
def change(by: User, key: str, said: Said, *, seen: int) -> OwnFact:
    """A new version; the same again makes none. Raises Problem where another person changed it
    since the version `seen`, where it would be of another type, and where how it is reckoned is
    fixed."""
    check_drafter(by)
    _one_at_a_time()
    last = newest(key)
    before = own.from_declaration(key, last.declaration)
    made = replace(fact_of(key, _worded(said)), retired=before.retired)
    if _declaration(made, said.form) == last.declaration:
        return last
    if last.number != seen:
        raise Problem(
            _("Somebody changed this fact while you did."),
            place=key,
            mend=_("Load the page again: it shows what is so now."),
            code="conflict",
        )
    if made.type != before.type:
        raise Problem(
            _("It would be something else than before: a column may compare with it already."),
            place=key,
            mend=_("Make another fact of it."),
            code="conflict",
        )
    if any(getattr(made, name) != getattr(before, name) for name in _FEEL_ALONE):
        _check_free(key)
    return _add(by, made, said.form, last.number + 1, "treatment.change_fact")


@transaction.atomic
def retire(by: User, key: str, *, back: bool = False) -> OwnFact:
    """It is offered no more (`back`: it is again); what looks at it goes on. A second time changes
    nothing."""
    check_drafter(by)
    _one_at_a_time()
    last = newest(key)
    before = own.from_declaration(key, last.declaration)
    if before.retired is not back:
        return last
    kept = last.declaration["form"]
    made = replace(before, retired=not back)
    return _add(by, made, kept, last.number + 1, f"treatment.{'offer' if back else 'retire'}_fact")


def newest(key: str) -> OwnFact:
    """The newest version. Raises Problem where there is no such fact."""
    found = OwnFact.objects.filter(key=key).order_by("-number").first()
    if found is None:
        raise Problem(_("There is no fact of this key."), place=key, code="not-found")
    return found


def looked_at_by(key: str) -> list[int]:
    """The numbers of the versions of our promise that look at it: how it is reckoned is fixed."""
    return [number for (number,) in fetch(VERSIONS, {"name": key.replace("_", " ")})]


def key_of(words: Words, longest: int = LONGEST_KEY) -> str:
    """What a fact is called in formulas where nobody says it: as many of its English words as may
    name something there and find room, without what is filled in."""
    text = re.sub(r"\{[^}]*\}", " ", words.get("en", "").casefold())
    parts = [part for part in re.findall(r"[a-z0-9]+", text) if part not in FEEL_WORDS]
    named = "_".join(parts).lstrip("0123456789_")
    if len(named) > longest:
        named = named[: longest + 1].rpartition("_")[0] or named[:longest]
    return named.rstrip("_")


def _check_key(key: str) -> None:
    if not KEY.match(key) or len(key) > LONGEST_KEY:
        raise Problem(
            _("Give a key of small letters, digits and underscores."),
            place="key",
            mend=_("It begins with a letter and has at most %(most)d of them.")
            % {"most": LONGEST_KEY},
        )
    words = key.split("_")
    if means_something(key) or any(word in FEEL_WORDS for word in words):
        raise Problem(
            _("“%(key)s” means something else in our promise.") % {"key": key},
            place="key",
            mend=_("Choose another key."),
        )


def means_something(key: str) -> bool:
    """Whether something else has the name already: a fact, a list of records, a function of the
    language, a table or a column of our promise, a field of a request."""
    name = key.replace("_", " ")
    fields = {field.key for kind in requests.all_kinds() for field in kind.fields}
    kinds = {kind.key for kind in requests.all_kinds()}
    known = {*own.refresh(), *RESERVED, *fields, *kinds, *types.all_types(), "customer", "new"}
    named = {*BUILTINS, *vocabulary.NAMES, *vocabulary.TABLES}
    return key in known or name in named or bool(looked_at_by(key))


def _check_free(key: str) -> None:
    if numbers := looked_at_by(key):
        raise Problem(
            _("Our promise looks at it: how it is reckoned stays as it is."),
            place=_("version %(number)d") % {"number": numbers[-1]},
            mend=_("Make another fact of it, and let a draft look at that one."),
            code="conflict",
        )


def _worded(said: Said) -> Said:
    words = {language: text.strip() for language, text in said.words.items() if text.strip()}
    if not words or any(len(text) > LONGEST_WORDS or "\x00" in text for text in words.values()):
        raise Problem(
            _("Say what it is called, in up to %(most)d characters.") % {"most": LONGEST_WORDS},
            place="words",
        )
    return replace(said, words=words)


def _declaration(made: Fact, of: FactForm | Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "words": dict(made.words),
        "expression": made.expression,
        "form": of.as_json() if isinstance(of, FactForm) else of,
        "type": made.type,
        "shown": made.shown,
        "empty": made.empty,
        "unit": made.unit,
        "scope": made.scope,
        "department": made.department,
        "retired": made.retired,
    }


def _add(
    by: User, made: Fact, of: FactForm | Mapping[str, Any] | None, number: int, action: str
) -> OwnFact:
    row = OwnFact.objects.create(
        key=made.key,
        number=number,
        declaration=_declaration(made, of),
        made_by=by,
        made_at=time.now(),
    )
    audit.record(by, action, "fact", made.key, version=number)
    return row


def _one_at_a_time() -> None:
    run("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
