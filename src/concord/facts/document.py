# ruff: noqa: E501 - paragraphs
"""docs/facts.md, written from the catalogue: `python -m concord.facts.document > docs/facts.md`."""

from __future__ import annotations

import os
import sys

HEAD = """\
# Facts

What Concord says is true of a customer. Each fact is one expression of the record lists below, \
compiled to SQL for one customer and for all; this page is written from the catalogue \
(`python -m concord.facts.document > docs/facts.md`) and a test holds it to it.

## How a fact is read

- **Two times.** `as_of` is the day it was so, `known_at` the moment we had been told (default: \
now). Records opened later are hidden; a later `closed` reads as null; payments allocated later \
do not count. With `known_at`, records, links, allocations, relationships and who is whom are those \
of that moment. The customer's own attributes (segment and the like) are today's.
- **Fixed, dated, current.** A `fixed` field of a record never changes, a `dated` one holds from its \
date on. A `current` one was only ever observed: on a day before its first observation it is \
unknown, and so is every fact that it could change. The status of a closed record is the one it was \
closed with.
- **Unknown is not zero.** A fact is unknown, with the reason, when it rests on something that was \
first seen later (`unobserved`), on an amount in another currency without a rate for its day \
(`no_rate`), or on a record without the value that is counted (`missing`). A record that cannot \
matter does not make it unknown. Orders, invoices and shipments are everyday: every company has \
some. Where no system has told of a single one by the day, of any customer, a fact marked so is \
unknown for all (`untold`): that nobody told us is not that nobody ordered.
- **Money** is in the company's currency, converted at the rate in force on the day the record was \
opened, to four decimals a record. `outstanding` is the amount less what payments and credit \
notes settled by the day, and 0 once the invoice is closed. Where no invoice is known, balances that \
a source reports stand in for them.
- **Disputed** is an invoice whose own flag says so, or that an open dispute belongs to or is linked \
with. The flag has no date, so it is a fixed property of the invoice: a file that says `Disputed: \
Yes` says so for the invoice's whole life. Where the days of a dispute matter, it is a record of its \
own.
- **Unit.** Of a fact marked so, a business unit may ask for its own part: its records, and those \
that belong to no unit.
- **Group.** All customers below the customer, or below anything it is a part of on that day; each \
record counts once.
- **Freshness.** The sources of a fact are those with records of its lists for the customer, and \
those that know the customer and tell of such records elsewhere: their silence is a word too. If one \
has been silent for longer than it promised, the value is given and marked `stale`.
- **Empty** is the value where there is nothing to count.

A quotient or a mean is exact to FEEL's 34 digits; the catalogue rounds what it shows.
"""


def render() -> str:
    """The whole page."""
    from concord.facts import lists
    from concord.facts.catalogue import FACTS

    parts = [HEAD, "## The catalogue\n"]
    for fact in FACTS.values():
        marks = [f"{fact.type}, shown as {fact.shown.replace('_', ' ')}"]
        marks.append(f"empty: {_feel(fact.empty)}")
        if fact.unit:
            marks.append("by unit")
        if fact.scope == "group":
            marks.append("whole group")
        if fact.everyday:
            marks.append("everyday")
        parts.append(
            f"### `{fact.key}`\n\n{fact.words['en']} · {fact.words['ko']} · {fact.words['zh-hant']}"
            f"\n\n```\n{fact.expression}\n```\n\n{'; '.join(marks)}; {fact.department}.\n"
        )
    parts.append("## The record lists\n")
    parts.append("Field: type, and the rule by which the past is read.\n")
    for name in lists.list_names():
        of = lists.record_list(name)
        fields = ", ".join(
            f"`{field.name}` {field.type}" + ("" if field.rule == "fixed" else f" ({field.rule})")
            for field in of.fields.values()
        )
        joined = f" ({', '.join(of.types)})" if len(of.types) > 1 else ""
        parts.append(f"- **{name}**{joined}: {fields}")
    return "\n".join(parts) + "\n"


def _feel(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
    return str(value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    import django

    django.setup()
    sys.stdout.write(render())
