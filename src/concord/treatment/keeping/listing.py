"""Acts that were not simply kept, one by one: with the customer, the record and the reason that our
promise gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concord.customers.access import held_back
from concord.kernel.access import Viewer
from concord.kernel.words import Words, say
from concord.records import types
from concord.treatment import policies, requests, words
from concord.treatment.keeping.overview import Chosen
from concord.treatment.models import ActVerdict
from concord.treatment.present import fact_words
from concord.ui.paging import Page, decode, encode

# The verdicts of which there is a list; `mended`: not kept at first, and seen otherwise since.
Kind = Literal["deviated", "cannot_say", "exception", "mended"]
KINDS: Final[dict[Kind, object]] = {
    "deviated": gettext_lazy("Not kept"),
    "cannot_say": gettext_lazy("Nobody can say"),
    "exception": gettext_lazy("By exception"),
    "mended": gettext_lazy("Mended since"),
}
VERDICTS: Final = {
    "kept": pgettext_lazy("acts", "Kept"),
    "deviated": gettext_lazy("Not kept"),
    "exception": gettext_lazy("By exception"),
    "cannot_say": gettext_lazy("Nobody can say"),
}
TONES: Final = {"kept": "go", "deviated": "stop", "exception": "first", "cannot_say": "none"}
PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Row:
    """An act with its verdict, in words."""

    verdict: ActVerdict
    request: Words
    type: Words
    reason: str

    @property
    def told(self) -> str:
        return str(VERDICTS[self.verdict.verdict])

    @property
    def tone(self) -> str:
        return TONES[self.verdict.verdict]

    @property
    def said(self) -> str:
        """What our promise said."""
        return words.act_words(self.verdict.act) if self.verdict.act else ""

    @property
    def first(self) -> str:
        """The verdict that it got first, where it is another one now."""
        changed = self.verdict.first != self.verdict.verdict
        return str(VERDICTS[self.verdict.first]) if changed else ""


def listing(
    viewer: Viewer,
    chosen: Chosen,
    kind: Kind,
    cursor: str = "",
    limit: int = PAGE,
    rule: str = "",
) -> Page[Row]:
    """The newest first; with a `rule`, those in which it answered. One query, and
    one for each policy."""
    rows = _of(viewer, chosen, kind)
    if rule:
        rows = rows.filter(rules__0=rule)
    if cursor:
        on, pk = cast("tuple[date, int]", decode(cursor, date, int))
        rows = rows.filter(Q(day__lt=on) | Q(day=on, pk__lt=pk))
    some = list(rows[: limit + 1])
    last = some[limit - 1] if len(some) > limit else None
    next_ = encode(last.day.isoformat(), last.pk) if last else ""
    return Page(shown(some[:limit]), next_)


def every(viewer: Viewer, chosen: Chosen, kind: Kind, rule: str = "") -> Iterator[Row]:
    """All of them, for a file."""
    cursor = ""
    while True:
        page = listing(viewer, chosen, kind, cursor, 1_000, rule)
        yield from page.items
        if not (cursor := page.next):
            return


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule against which was acted, in the words of its reason, and the request it answers."""

    rule: str
    request: Words
    text: str
    acts: int


def reasons(viewer: Viewer, chosen: Chosen) -> list[Reason]:
    """Against what was acted in that time, the most often first. Two queries."""
    rows = ActVerdict.objects.filter(chosen.of(viewer), known_to=None, verdict="deviated")
    rows = rows.exclude(customer__in=held_back(viewer)).order_by()
    found = rows.values_list("rules__0", "request").annotate(acts=Count("pk"), last=Max("policy"))
    texts = {n: policies.by_number(n).reasons for n in {last for *_, last in found}}
    told = [
        Reason(
            rule, requests.named(request).words, say(texts[last].get(rule) or {"en": rule}), acts
        )
        for rule, request, acts, last in found
    ]
    return sorted(told, key=lambda each: (-each.acts, each.rule, say(each.request)))


def _of(viewer: Viewer, chosen: Chosen, kind: Kind) -> QuerySet[ActVerdict]:
    rows = ActVerdict.objects.filter(chosen.of(viewer), known_to=None)
    if kind == "mended":
        rows = rows.filter(first="deviated").exclude(verdict="deviated")
    else:
        rows = rows.filter(verdict=kind)
    rows = rows.exclude(customer__in=held_back(viewer)).order_by("-day", "-pk")
    return rows.select_related("customer", "record", "unit")


def shown(verdicts: Sequence[ActVerdict]) -> list[Row]:
    """The same with words."""
    declared = types.all_types()
    reasons = {n: policies.by_number(n).reasons for n in {each.policy for each in verdicts}}
    return [
        Row(
            each,
            requests.named(each.request).words,
            declared[each.record.type].words if each.record.type in declared else {},
            why(each, reasons[each.policy]),
        )
        for each in verdicts
    ]


def why(verdict: ActVerdict, reasons: Mapping[str, Words]) -> str:
    """The sponsor's reason for the rule that answered the request; where it has none, of the next
    that decided (the standing's). Of what nobody can say, what is missing."""
    match verdict.why:
        case "unknown fact":
            facts = [say(fact_words(name.replace(" ", "_"))) for name in verdict.deciding]
            return _("Not known as of that day: %(facts)s") % {"facts": words.listed(facts)}
        case "asks":
            fields = [_field(verdict.request, key) for key in verdict.deciding]
            return _("The record does not tell: %(fields)s") % {"fields": words.listed(fields)}
        case "no rule":
            return _("Our promise had no rule for it.")
        case "gone":
            return _("Whose act it was is being found out.")
    said = [say(reasons[rule]) for rule in verdict.rules if reasons.get(rule)]
    return said[0] if said else ", ".join(verdict.rules)


def _field(request: str, key: str) -> str:
    field = requests.named(request).field(key)
    return say(field.words) if field else key
