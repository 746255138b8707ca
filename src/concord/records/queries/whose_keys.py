"""From which system a file is, told by the numbers of its customers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from concord.customers.models import Profile
from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.records import access
from concord.records.drafts.plan import Plan
from concord.records.drafts.survey import Survey
from concord.records.importing.values import text_of

FEWEST = 3  # numbers that may tell anything
LONG = 8  # characters of a number that no two systems have by chance
SHARE = 0.5


@dataclass(frozen=True)
class Kin:
    """`known` of `of` numbers of customers in the first rows are `source`'s, too."""

    source: Source
    known: int
    of: int


def kin_of(viewer: Viewer, plan: Plan, survey: Survey) -> Kin | None:
    """The source that the viewer tends which knows most of the file's customers by number. Short
    numbers, which two systems may have by chance, count where the names are the same as well."""
    column = plan.column_of("customer.key") or plan.column_of("record.customer")
    if not column:
        return None
    names = _names(plan, survey, column)
    tended = Source.objects.filter(access.tended(viewer)).exclude(key=Source.DESK)
    known = Profile.objects.filter(source__in=tended, key__in=list(names))
    found = Counter(
        source
        for source, key, name in known.values_list("source_id", "key", "data__name")
        if len(key) >= LONG or (name and name == names[key])
    )
    if len(names) < FEWEST or not found:
        return None
    source, count = found.most_common(1)[0]
    return Kin(tended.get(pk=source), count, len(names)) if count >= SHARE * len(names) else None


def _names(plan: Plan, survey: Survey, column: str) -> dict[str, str]:
    """The numbers of the first rows, each with the name beside it."""
    name = plan.column_of("customer.name")
    at, named = survey.header.index(column), survey.header.index(name) if name else None
    rows = [row for row in survey.sample if at < len(row) and text_of(row[at])]
    return {
        text_of(row[at]): text_of(row[named]) if named is not None and named < len(row) else ""
        for row in rows
    }
