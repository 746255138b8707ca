"""An aging summary: what each customer owes, in columns by how long it is overdue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bucket:
    """A column of an aging summary: what is at least `days` overdue (0: not yet, or not surely).

    `number` is an example of how its amounts are written.
    """

    column: int
    title: str
    days: int
    number: str = ""


_NOT_DUE: Final = frozenset({
    "current", "not due", "not yet due", "not overdue", "nicht fällig", "noch nicht fällig",
    "nicht überfällig", "미도래", "만기전", "만기 전", "만기미도래", "정상", "기한내",
    "未到期", "未逾期", "即期",
})  # fmt: skip
_OLDEST: Final = frozenset({"older", "älter", "그 이상", "更早"})
_RANGE: Final = re.compile(r"(?<!\d)(\d{1,3})\s*(?:-|–|—|~|〜|to|bis|至|到|_)\s*(\d{1,3})(?!\d)")
_MORE: Final = re.compile(
    r"(?:>=?|≥|over|above|more than|older than|über|ueber|mehr als|超過|逾)\s*(\d{1,3})(?!\d)"
    r"|(?<!\d)(\d{1,3})\s*(?:days?|tagen?|일|天)?\s*"
    r"(?:\+|plus|and over|and above|and older|or more|und mehr|초과|이상|以上)"
)
_WITHIN: Final = re.compile(
    r"(?:<=?|≤|up to|within|bis(?: zu)?)\s*\d{1,3}(?!\d)"
    r"|(?<!\d)\d{1,3}\s*(?:일|天|日)\s*(?:이내|이하|以內|以内|內|内)"
)
_MONTHS: Final = re.compile(r"(<?)\s*(\d{1,2})\s*(?:months?|monate?|개월|個月|个月)")
# What else may stand in such a title.
_AROUND: Final = re.compile(
    r"days?|tagen?|overdue|past due|late|old|due|überfällig|fällig|seit|경과|연체|일|逾期|天|日"
    r"|d\b|[\W\d_]"
)


def buckets(titles: Sequence[str]) -> tuple[Bucket, ...]:
    """The columns of an aging summary by their titles; none where there are fewer than two."""
    plain = [" ".join(title.lower().split()) for title in titles]
    has_current = any(title in _NOT_DUE for title in plain)
    found = [
        Bucket(place, titles[place], days)
        for place, title in enumerate(plain)
        if (days := _days(title, has_current)) is not None
    ]
    late = [bucket for bucket in found if bucket.days]
    if len(found) < 2 or not late:
        return ()
    oldest = 1 + max(bucket.days for bucket in late)
    found += [
        Bucket(place, titles[place], oldest)
        for place, title in enumerate(plain)
        if title in _OLDEST
    ]
    return tuple(found)


def _days(title: str, has_current: bool) -> int | None:
    """From how many days on; None where this is no such title."""
    if title in _NOT_DUE:
        return 0
    if found := _MONTHS.fullmatch(title):
        return 1 if found[1] else 30 * int(found[2])
    for shape in (_RANGE, _MORE, _WITHIN):
        found = shape.search(title)
        if found is None or _AROUND.sub("", title.replace(found[0], " ")):
            continue
        if shape is _WITHIN:  # of what is due within 30 days or overdue by them, who knows?
            return 1 if has_current else 0
        days = int(found[1] or found[2])
        return days + 1 if shape is _MORE and found[1] and "=" not in found[0] else days
    return None
