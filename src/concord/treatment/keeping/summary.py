"""How often we kept our word, and where we did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from concord.customers.models import Customer
from concord.kernel.words import Words, say
from concord.records.models import Record
from concord.treatment.keeping.acts import acts
from concord.treatment.keeping.judging import Judged, Verdict, judge_acts
from concord.treatment.policies import by_number


@dataclass(slots=True)
class Counts:
    """Acts by their verdict."""

    kept: int = 0
    deviated: int = 0
    exception: int = 0
    cannot_say: int = 0

    @property
    def acts(self) -> int:
        return self.kept + self.deviated + self.exception + self.cannot_say

    def add(self, verdict: Verdict) -> None:
        setattr(self, verdict, getattr(self, verdict) + 1)

    def __str__(self) -> str:
        return _(
            "%(acts)d acts, %(kept)d kept, %(not_kept)d not kept, %(exception)d by exception, "
            "%(cannot_say)d nobody can say"
        ) % {
            "acts": self.acts,
            "kept": self.kept,
            "not_kept": self.deviated,
            "exception": self.exception,
            "cannot_say": self.cannot_say,
        }


@dataclass(frozen=True, slots=True)
class Deviation:
    """An act that our promise did not allow: the customer's name, the record's key, and the
    reason that our promise gives."""

    on: date
    customer: str
    record: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    counts: Mapping[str, Counts]
    deviations: Sequence[Deviation]


def kept(since: date, until: date, requests: Sequence[str] = ()) -> Kept:
    """Of the acts of these days. Must be asked inside a transaction."""
    counts: dict[str, Counts] = defaultdict(Counts)
    deviated = []
    for each in judge_acts(acts(since, until, requests)):
        counts[each.act.request].add(each.verdict)
        if each.verdict == "deviated":
            deviated.append(each)
    return Kept(dict(counts), _named(deviated))


def _named(deviated: Sequence[Judged]) -> list[Deviation]:
    customers = {each.act.customer_id for each in deviated}
    names = dict(Customer.objects.filter(pk__in=customers).values_list("pk", "name"))
    records = {each.act.record_id for each in deviated}
    keys = dict(Record.objects.filter(pk__in=records).values_list("pk", "key"))
    reasons = {each.policy: by_number(each.policy).reasons for each in deviated}
    return [
        Deviation(
            each.act.on,
            names[each.act.customer_id],
            keys[each.act.record_id],
            _reason(each, reasons[each.policy]),
        )
        for each in deviated
    ]


def _reason(judged: Judged, reasons: Mapping[str, Words]) -> str:
    """The sponsor's reason for the lowest rule that decided: of the standing, not of the table."""
    rules = judged.judgement.rules if judged.judgement else ()
    said = [say(reasons[rule]) for rule in rules if reasons.get(rule)]
    return said[-1] if said else ", ".join(rules)
