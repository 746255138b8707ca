"""What a simulation found, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.kernel.models import Department
from concord.kernel.words import Words, say
from concord.treatment import own_words, sentences, words
from concord.treatment.answer import Extra
from concord.treatment.outcome import Outcome
from concord.treatment.promise import COLUMNS, FIELDS
from concord.treatment.requests import RequestKind
from concord.treatment.simulating.found import Move
from concord.treatment.simulating.judged import Answered
from concord.treatment.values import Scalar


@dataclass(frozen=True, slots=True)
class Change:
    """One request of a customer: its name, from what to what, and what was said with it."""

    request: Words
    before: str
    after: str
    given: str


class Teller:
    """One query for the departments' names; `models` are the policies that answer."""

    def __init__(self, kinds: list[RequestKind], *models: Model) -> None:
        self.words = own_words.merged(*models)
        self.kinds = {kind.key: kind for kind in kinds}
        self.departments = dict(Department.objects.values_list("key", "words"))

    def request(self, key: str) -> Words:
        kind = self.kinds.get(key)
        return kind.words if kind else {"en": key}

    def change(self, each: Answered) -> Change:
        is_same = each.before.act == each.after.act
        before, after = (
            self.whole(one) if is_same else act_words(one.act) for one in (each.before, each.after)
        )
        if is_same and before == after:  # then it is what is said
            before, after = (
                words.listed((text, self.told(one)))
                for text, one in ((before, each.before), (after, each.after))
            )
        return Change(self.request(each.request), before, after, self.given(each))

    def told(self, outcome: Outcome) -> str:
        """The sentence for the customer, with what is filled in left out."""
        template = self.words.every_sentence.get(outcome.say, {"en": outcome.say})
        return sentences.outline(say(template))

    def whole(self, outcome: Outcome) -> str:
        """All that a customer would notice."""
        parts = []
        if outcome.to:
            parts.append(say(self.departments.get(outcome.to, {"en": outcome.to})))
        if outcome.urgency in sentences.URGENCIES:
            parts.append(say(sentences.URGENCIES[outcome.urgency]))
        if outcome.priority is not None:
            parts.append(_("priority %(number)s") % {"number": outcome.priority})
        parts += [say(self.words.called(one)) for one in outcome.benefits]
        parts += self._results(outcome)
        return words.labelled(act_words(outcome.act), words.listed(parts))

    def _results(self, outcome: Outcome) -> Iterator[str]:
        for name, value in outcome.outputs().items():
            if name not in own_words.OUTPUTS and value is not None:
                column = self.words.result(name)
                chosen = column.choices.get(str(value), {})
                extra = Extra(name, column.called, value, chosen)
                yield words.labelled(say(column.called), words.result_value(extra))

    def given(self, each: Answered) -> str:
        """What has to be said for the answers to differ; nothing where nothing has to."""
        return words.listed(self._given(self.kinds.get(each.request), each.given))

    def _given(self, kind: RequestKind | None, said: Mapping[str, Scalar]) -> Iterator[str]:
        for key, value in said.items():
            field = (kind.field(key) if kind else None) or FIELDS.get(key)
            if field is not None:
                yield words.labelled(say(field.words), words.field_value(field, value))
            else:
                label = say(COLUMNS.get(key.replace("_", " "), {"en": key}))
                shown = {True: _("yes"), False: _("no")}.get(value, value) if isinstance(
                    value, bool) else value  # fmt: skip
                yield words.labelled(label, str(shown))


def act_words(act: str) -> str:
    """A word for an act; also for a question and where nobody has decided."""
    if act == "nobody":
        return _("Nobody has decided this")
    return words.act_words("" if act == "ask" else act)


def tone(act: str) -> str:
    return words.TONES.get(act, "none")


def move_words(move: Move) -> tuple[str, str]:
    before, after = act_words(move.before), act_words(move.after)
    if move.before == move.after:
        return before, _("%(act)s, but otherwise") % {"act": after}
    return before, after
