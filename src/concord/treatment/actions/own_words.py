"""Keep words of our own in a draft: sentences for the customer, and extras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.words import LANGUAGES, Words
from concord.treatment import access, own_words, requests, sentences
from concord.treatment.actions import drafts
from concord.treatment.actions.own_requests import KEY
from concord.treatment.models import PolicyDraft
from concord.treatment.own_words import BENEFIT, PLACES, SENTENCE
from concord.treatment.promise import Reader

LONGEST: Final = 600  # characters of a sentence
LONGEST_NAME: Final = 100
LONGEST_KEY: Final = 60
MOST: Final = 200  # of a kind in one policy
CODES: Final = frozenset(code for code, _name in LANGUAGES)


@transaction.atomic
def keep_sentence(
    by: User, draft_id: UUID, key: str, said: Words, *, is_new: bool, seen: int | None = None
) -> PolicyDraft:
    """A sentence that rules of the draft can say, by its key; other words for one that is there.

    `seen` is the draft's revision that was looked at. A second click changes nothing. Raises
    `Problem` for who may not draft, for a key that is taken or means something else, and for words
    that are none, are too long, or leave open what nobody can fill in.
    """
    words = words_of(said, "said", LONGEST, PLACES)
    asked = {field.key for kind in requests.all_kinds() for field in kind.fields}
    taken = {*sentences.SENTENCES, *requests.QUESTIONS, *asked}
    return _keep(by, draft_id, SENTENCE, key, {"said": words}, taken, is_new, seen)


@transaction.atomic
def keep_benefit(
    by: User,
    draft_id: UUID,
    key: str,
    called: Words,
    said: Words,
    *,
    is_new: bool,
    seen: int | None = None,
) -> PolicyDraft:
    """An extra that rules of the draft can grant: what it is called, and how it is said to the
    customer. As `keep_sentence`."""
    entry = {"called": words_of(called, "called", LONGEST_NAME, ()),
             "said": words_of(said, "said", LONGEST, ())}  # fmt: skip
    return _keep(by, draft_id, BENEFIT, key, entry, {*sentences.BENEFITS}, is_new, seen)


@transaction.atomic
def remove(by: User, draft_id: UUID, kind: str, key: str) -> PolicyDraft:
    """A sentence or an extra goes; nothing happens a second time. Raises `Problem`, with the rules,
    while rules of the draft use it."""
    access.check_drafter(by)
    draft = drafts.locked(draft_id)
    model = drafts.model_of(draft)
    if kind not in (SENTENCE, BENEFIT) or own_words.entry(model, kind, key) is None:
        return draft
    refuse_used(model, kind, key)
    drafts.change(by, draft.pk, [{"kind": "words", "of": kind, "key": key, "said": None}])
    return draft


def refuse_used(model: Model, kind: str, key: str) -> None:
    """Raises `Problem` where rules say it, with all of them."""
    rules = list(own_words.used_by(model, kind, key))
    if rules:
        told = ngettext("A rule uses this: %(rules)s.", "Rules use this: %(rules)s.", len(rules))
        raise Problem(
            told % {"rules": ", ".join(rule_names(model, rules))},
            place=key,
            mend=_("Let them say something else first."),
            code="conflict",
        )


def rule_names(model: Model, rules: Sequence[tuple[str, str]]) -> list[str]:
    """Rules, by the id of their decision and their own, as people call them."""
    reader = Reader(model, get_language() or "en")
    names = {each.id: each.name for each in model.decisions}
    return [
        _("%(table)s, rule %(rule)d")
        % {
            "table": reader.title(decision)[0],
            "rule": next(r.index for r in model.tables[names[decision]].rules if r.id == rule),
        }
        for decision, rule in rules
    ]


def _keep(
    by: User,
    draft_id: UUID,
    kind: str,
    key: str,
    entry: Mapping[str, Any],
    taken: set[str],
    is_new: bool,
    seen: int | None,
) -> PolicyDraft:
    access.check_drafter(by)
    check_key(key, taken)
    draft = drafts.locked(draft_id)
    there = dict(own_words.entries(drafts.model_of(draft), kind))
    if there.get(key) == entry:
        return draft
    if is_new and key in there:
        raise Problem(_("There is one of this key already."), place="key",
                      mend=_("Choose another key, or change that one."))  # fmt: skip
    if not is_new and key not in there:
        raise Problem(_("Somebody has taken it away."), place="key", code="not-found",
                      mend=_("Make it anew if it is still wanted."))  # fmt: skip
    if len(there) >= MOST:
        raise Problem(_("At most %(most)d are kept.") % {"most": MOST}, place="key",
                      mend=_("Take away what no rule uses."))  # fmt: skip
    change = {"kind": "words", "of": kind, "key": key, "said": dict(entry)}
    drafts.change(by, draft.pk, [change], seen=seen)
    return draft


def check_key(key: str, taken: set[str]) -> None:
    """Raises `Problem` for a key that is none, or means something already."""
    if not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise Problem(
            _("Give a key of small letters, digits and underscores."),
            place="key",
            mend=_("It begins with a letter and has at most %(most)d of them.")
            % {"most": LONGEST_KEY},
        )
    if key in taken or key.replace("_", " ") in taken:
        raise Problem(
            _("“%(key)s” means something else in our promise.") % {"key": key},
            place="key",
            mend=_("Choose another key."),
        )


def words_of(said: Words, place: str, longest: int, places: tuple[str, ...]) -> dict[str, str]:
    """The words that somebody gave, in one line each; one language at least."""
    found = {code: " ".join(text.split()) for code, text in said.items() if code in CODES}
    found = {code: text for code, text in found.items() if text}
    if not found:
        raise Problem(_("Say it in one language at least."), place=place)
    for code, text in found.items():
        if len(text) > longest:
            raise Problem(
                _("This has more than %(most)d characters.") % {"most": longest},
                place=f"{place}-{code}", mend=_("Say it shorter."),
            )  # fmt: skip
        if stray := own_words.stray(text, places):
            known = ", ".join(f"{{{each}}}" for each in places) or _("nothing here")
            raise Problem(
                _("“%(what)s” cannot be filled in.") % {"what": stray[:40]},
                place=f"{place}-{code}",
                mend=_("What can be: %(known)s.") % {"known": known},
            )
    return found
