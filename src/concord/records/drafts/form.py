"""The mapping form: what a person has posted becomes a plan, and what is wrong with it is said.

Names of fields: `parts`, `kind`, `record_type` …; of column n `col-n` (its meaning), `col-n-label`,
`-dates`, `-number`, `-others`, `-text-m` and `-value-m` (its table of values); of the values that
no column has `fixed-n`, `fixed-n-text`, `fixed-n-label`; of the rows that count `only-column`,
`-way`, `-value` and `-text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records import types
from concord.records.drafts import values
from concord.records.drafts.closing import says_what_is_over, stand_in
from concord.records.drafts.guess import with_meanings
from concord.records.drafts.meanings import groups, has_label
from concord.records.drafts.only import WAYS, Only
from concord.records.drafts.plan import PARTS, TABLES, Fixed, Plan, Scalar, Use, kind_of
from concord.records.drafts.report import of_report
from concord.records.drafts.survey import Column, Survey
from concord.records.importing.expressions import HOLE
from concord.records.importing.readers import LAST_HEADER, FileOptions
from concord.records.importing.values import is_date_format, marks_of_number

LONGEST: Final = 500  # characters of a value
BETWEEN: Final = "|"  # formats of one column in one field
MOST_FIXED: Final = 30
FILE: Final = ("encoding", "delimiter", "sheet")


def file_of(data: QueryDict, before: FileOptions) -> FileOptions:
    """How the file is opened, as far as the form says it."""
    said = {name: data.get(f"file-{name}", getattr(before, name)) for name in FILE}
    said["delimiter"] = {"tab": "\t"}.get(said["delimiter"], said["delimiter"])[:1]
    header = data.get("file-header", "")
    is_line = header.isdecimal() and len(header) < 6 and int(header) <= LAST_HEADER
    file = replace(before, **said, header=int(header) if is_line else before.header)
    is_same_table = (file.delimiter, file.sheet, file.header) == (
        before.delimiter, before.sheet, before.header,
    )  # fmt: skip
    is_taken = is_same_table and data.get("file-from_above", "yes") == "yes"
    return file if is_taken else replace(file, from_above=())


def posted(data: QueryDict, before: Plan, survey: Survey) -> Plan:
    """The plan that the form says; `before` is the one that the form showed."""
    parts = tuple(part for part in PARTS if part in data.getlist("parts"))
    plan = replace(
        before,
        parts=parts,
        kind=_one_of(data, "kind", ("organisation", "person"), before.kind),
        contact_kind="person",
        record_type=_one_of(data, "record_type", types.all_types(), before.record_type),
        parent_type=_one_of(data, "parent_type", types.all_types(), before.parent_type),
        empty=_one_of(data, "empty", ("no value", "not said"), before.empty),
        dates=_formats(data.get("dates"), before.dates),
        number=_number(data.get("number"), before.number),
        currency=data.get("currency", before.currency).strip().upper()[:3],
        unit=data.get("unit", before.unit),
        partial=_marked(data, "partial", before.partial, before.parts, parts),
        first=_marked(data, "first", before.first, before.parts, parts),
    )
    known = {key for group in groups(plan) for key, _words in group.choices}
    plan = replace(
        plan,
        uses=_uses(data, plan, before, survey, known),
        fixed=tuple(_fixed(data, known)),
        rest=_of_parts(before, parts),
    )
    return _with_new_parts(replace(plan, only=_only(data, before, survey)), before, survey)


def _only(data: QueryDict, before: Plan, survey: Survey) -> Only | None:
    """Which rows count: `only-column`, `only-way`, the `only-value`s that are ticked, and those of
    `only-text`, one a line."""
    column = data.get("only-column")
    if column is None:
        return before.only
    if column not in survey.header:
        return None
    way = _one_of(data, "only-way", WAYS, "is")
    was = before.only if before.only and before.only.column == column else None
    if way not in {"is", "is_not"}:
        return Only(column, way)
    typed = [line.strip() for line in data.get("only-text", "").splitlines()]
    said = [*data.getlist("only-value"), *(line[:LONGEST] for line in typed if line)]
    values = tuple(dict.fromkeys(said))[:MOST_FIXED] if was else ()
    return Only(column, way, values, filled=bool(was and was.filled and way == "is_not"))


def _one_of(data: QueryDict, name: str, choices: object, default: str) -> str:
    given = data.get(name, default)
    return given if given in choices else default  # type: ignore[operator]


def _formats(given: str | None, before: tuple[str, ...]) -> tuple[str, ...]:
    if given is None:
        return before
    return tuple(one for one in given.split(BETWEEN) if is_date_format(one))


def _number(given: str | None, before: str) -> str:
    if given is None:
        return before
    try:
        marks_of_number(given)
    except Problem:
        return before
    return given


def _marked(
    data: QueryDict,
    name: str,
    before: tuple[str, ...],
    had: tuple[str, ...],
    parts: tuple[str, ...],
) -> tuple[str, ...]:
    """The parts that are ticked; a part that has just come in is not in the form yet."""
    ticked = data.getlist(name)
    return tuple(
        part for part in parts if (part in ticked if part in had else part in before)
    )  # fmt: skip


def _of_parts(before: Plan, parts: tuple[str, ...]) -> Mapping[str, object]:
    """What the form has no place for goes with the part that it stood in."""
    rest = {name: list(one) if isinstance(one, list) else one for name, one in before.rest.items()}
    for part in reversed(before.parts):
        place = [p for p in before.parts if TABLES[p] == TABLES[part]].index(part)
        blocks = rest.get(TABLES[part])
        if part not in parts and isinstance(blocks, list) and place < len(blocks):
            del blocks[place]
    if "contact" in before.parts and not {"contact", "customer"} <= set(parts):
        related = rest.get("relationship")
        if isinstance(related, list) and related and not related[0]:
            del related[0]
    return {name: one for name, one in rest.items() if one not in ([], {})}


# Columns


def names(plan: Plan, survey: Survey) -> list[str]:
    """The columns of the form: those of the file, then those that only the mapping names."""
    return [*survey.header, *(name for name in plan.uses if name not in survey.header)]


def _uses(
    data: QueryDict, plan: Plan, before: Plan, survey: Survey, known: set[str]
) -> dict[str, Use]:
    uses: dict[str, Use] = {}
    for n, column in enumerate(names(before, survey)):
        meaning = data.get(f"col-{n}")
        was = before.uses.get(column)
        if meaning is None:  # not in the form: as it was
            if was and was.meaning in known:
                uses[column] = was
        elif meaning in known:
            same = was is not None and was.meaning == meaning
            if same and plan.record_type == before.record_type:
                uses[column] = _said_of(data, n, plan, was)  # type: ignore[arg-type]
            else:
                uses[column] = _fresh(plan, survey, n, meaning, data)
    return _once(uses, plan, before)


def _once(uses: dict[str, Use], plan: Plan, before: Plan) -> dict[str, Use]:
    """What was just chosen takes its meaning from the column that had it."""
    had = {column: use.meaning for column, use in before.uses.items()}
    in_order = sorted(uses.items(), key=lambda one: had.get(one[0]) != one[1].meaning)
    chosen = {(use.meaning, use.label): column for column, use in in_order}
    return {
        column: use
        for column, use in uses.items()
        if chosen[use.meaning, use.label] == column or kind_of(plan, use.meaning) == "list"
    }


def _fresh(plan: Plan, survey: Survey, n: int, meaning: str, data: QueryDict) -> Use:
    """A column that has just got its meaning: how it is written is guessed."""
    column = survey.columns[n] if n < len(survey.columns) else Column("")
    found = values.guessed(plan, meaning, [text for text, _count in column.values])
    label = data.get(f"col-{n}-label", "").strip() or column.name if has_label(meaning) else ""
    return Use(meaning, label[:100], values=found or None)


def _said_of(data: QueryDict, n: int, plan: Plan, was: Use) -> Use:
    use = was
    if has_label(was.meaning):
        use = replace(use, label=data.get(f"col-{n}-label", use.label).strip()[:100])
    if (dates := data.get(f"col-{n}-dates")) is not None:
        use = replace(use, dates=_formats(dates, ()))
    use = replace(use, number=_number(data.get(f"col-{n}-number"), use.number))
    if (others := data.get(f"col-{n}-others")) in {"problem", "keep", "empty"}:
        use = replace(use, others=str(others))
    if f"col-{n}-text-0" in data:
        use = replace(use, values=tuple(_table(data, n, plan, was.meaning)) or None)
    if data.get(f"col-{n}-plain"):
        use = replace(use, values=None)
    return use


def _table(data: QueryDict, n: int, plan: Plan, meaning: str) -> Iterator[tuple[str, Scalar]]:
    m = 0
    while (text := data.get(f"col-{n}-text-{m}")) is not None:
        target = data.get(f"col-{n}-value-{m}", "")
        if text.strip() or target:
            yield text.strip(), values.as_written(plan, meaning, target)
        m += 1


def _fixed(data: QueryDict, known: set[str]) -> Iterator[Fixed]:
    for n in range(MOST_FIXED):
        meaning, text = data.get(f"fixed-{n}", ""), data.get(f"fixed-{n}-text", "").strip()
        if meaning in known and text:
            label = data.get(f"fixed-{n}-label", "").strip() if has_label(meaning) else ""
            yield Fixed(meaning, text[:400], label[:100])


def _with_new_parts(plan: Plan, before: Plan, survey: Survey) -> Plan:
    """A part that has just been ticked gets the columns that are free and probably its."""
    new = [part for part in plan.parts if part not in before.parts]
    if not new:
        return plan
    guessed = with_meanings(replace(plan, fixed=(), rest={}, uses={}), survey)
    prefixes = tuple(f"{part}." for part in new)
    there = {use.meaning for use in plan.uses.values()}
    fresh = {
        column: _written_as(use, guessed, plan)
        for column, use in guessed.uses.items()
        if column not in plan.uses and use.meaning.startswith(prefixes) and use.meaning not in there
    }
    kinds = {kind_of(plan, use.meaning) for use in plan.uses.values()}
    plan = replace(
        plan,
        dates=plan.dates if "date" in kinds else guessed.dates,
        number=plan.number if "number" in kinds else guessed.number,
    )
    fixed = [one for one in guessed.fixed if one.meaning.startswith(prefixes)]
    currency = plan.currency or guessed.currency
    both = {**plan.uses, **fresh}
    uses = {name: both[name] for name in [*survey.header, *both] if name in both}
    return replace(plan, uses=uses, fixed=(*plan.fixed, *fixed), currency=currency)


def _written_as(use: Use, guessed: Plan, plan: Plan) -> Use:
    """A column that comes in beside others says how it is written, where they are otherwise."""
    kinds = {kind_of(plan, other.meaning) for other in plan.uses.values()}
    match kind_of(guessed, use.meaning):
        case "date" if "date" in kinds and (use.dates or guessed.dates) != plan.dates:
            return replace(use, dates=use.dates or guessed.dates)
        case "number" if "number" in kinds and (use.number or guessed.number) != plan.number:
            return replace(use, number=use.number or guessed.number)
    return use


# What is wrong


@dataclass(frozen=True, slots=True)
class Wrong:
    """`field` is the id of the field at which it is said; `is_hint` may stay as it is."""

    field: str
    problem: Problem
    is_hint: bool = False


def wrongs(plan: Plan, survey: Survey) -> list[Wrong]:
    """What is still to be said before the file can be imported, and at which field."""
    return [
        *_wrong_parts(plan, survey),
        *_wrong_columns(plan, survey),
        *_wrong_closing(plan, survey),
        *_wrong_fixed(plan, survey),
        *_wrong_only(plan, survey),
    ]


def _wrong_parts(plan: Plan, survey: Survey) -> Iterator[Wrong]:
    says_whose = plan.key_of("customer") or "record.customer" in plan.meanings()
    if not says_whose and "profile" not in plan.rest and (report := of_report(survey)):
        yield Wrong("parts", report)
        return
    if not plan.parts:
        yield Wrong(
            "parts",
            Problem(
                _("Nobody has said yet what a row is."), mend=_("Tick what it says something of.")
            ),
        )
    if plan.has("contact") and not plan.has("customer"):
        yield Wrong(
            "parts",
            Problem(
                _("A person works somewhere: which customer is it?"),
                mend=_("Tick “A customer” as well, or choose that the customer is a person."),
            ),
        )
    needed = {
        "customer": (("customer.key",), _("No column identifies the customer.")),
        "contact": (("contact.key",), _("No column identifies the person.")),
        "line": (("line.key",), _("No column is the number of the line.")),
        "allocation": (
            ("allocation.payment", "allocation.invoice", "allocation.amount", "allocation.at"),
            _("The number of the payment, that of the invoice, the amount and the day are needed."),
        ),
    }
    said = plan.meanings()
    for part, (meanings, sentence) in needed.items():
        kept = plan.rest.get({"customer": "profile", "contact": "profile"}.get(part, part), [{}])
        written = set().union(*(block.keys() for block in kept)) if kept else set()
        lacks = [m for m in meanings if m not in said and m.removeprefix(f"{part}.") not in written]
        if plan.has(part) and lacks and not plan.key_of(part):
            yield Wrong("columns", Problem(sentence, mend=_("Choose it among the columns.")))
    if plan.has("record"):
        yield from _wrong_record(plan, said)
    if plan.has("line") and not plan.has("record") and "line.record" not in said:
        sentence = _("No column says to what the line belongs.")
        yield Wrong("columns", Problem(sentence, mend=_("Choose it among the columns.")))


def _wrong_record(plan: Plan, said: set[str]) -> Iterator[Wrong]:
    block: Mapping[str, object] = next(iter(plan.rest.get("record", [])), {})
    if not plan.has("customer") and "record.customer" not in said and "profile" not in block:
        yield Wrong(
            "columns",
            Problem(
                _("No column says whose it is."),
                mend=_("Choose the column with the number of the customer, or tick “A customer”."),
            ),
        )
    if "record.key" not in said and "key" not in block:
        yield Wrong(
            "columns",
            Problem(
                _("No column is its number: it is known by whose it is, of when and how much."),
                mend=_("Two alike of one day would count as one. Choose its number if it has one."),
            ),
            is_hint=True,
        )


def _wrong_columns(plan: Plan, survey: Survey) -> Iterator[Wrong]:
    for n, name in enumerate(names(plan, survey)):
        use = plan.uses.get(name)
        if use is None:
            continue
        if n >= len(survey.columns) and "join" not in plan.rest:
            sentence = _("There is no column “%(name)s”.") % {"name": name}
            yield Wrong(f"col-{n}", Problem(sentence, mend=_("Leave it out.")))
        if has_label(use.meaning) and not use.label:
            sentence = _("It needs a name of its own.")
            yield Wrong(f"col-{n}-label", Problem(sentence, mend=_("Such as Credit limit.")))
        if use.values and use.others == "problem":
            untold = [text for text, value in use.values if value == ""]
            if untold:
                yield Wrong(
                    f"col-{n}-values",
                    Problem(
                        _("Nobody has said what these mean: %(values)s.")
                        % {"values": ", ".join(untold[:8])},
                        mend=_("Choose it, or they have none."),
                    ),
                    is_hint=True,
                )


def _wrong_closing(plan: Plan, survey: Survey) -> Iterator[Wrong]:
    """What is over counts as open while nobody knows since when."""
    status = plan.column_of("record.status")
    if not status or not plan.has("record") or not says_what_is_over(plan, survey):
        return
    field = f"col-{names(plan, survey).index(status)}"
    if day := stand_in(plan):
        sentence = _("No column says since when they are over: they count as over since “%(day)s”.")
        mend = _("Choose another day under “Values that no column has” if you know a better one.")
        yield Wrong(field, Problem(sentence % {"day": day}, mend=mend), is_hint=True)
    elif not ({"record.closed"} & plan.meanings() or _keeps(plan, "record", "closed")):
        sentence = _("No column says since when they are over: they would count as open.")
        mend = _("Choose the day, among the columns or under “Values that no column has”.")
        yield Wrong(field, Problem(sentence, mend=mend), is_hint=True)


def _keeps(plan: Plan, part: str, name: str) -> bool:
    """Whether the mapping says it in a way for which the form has no field."""
    return any(name in block for block in plan.rest.get(part, []))


def _wrong_fixed(plan: Plan, survey: Survey) -> Iterator[Wrong]:
    header = set(survey.header)
    for n, one in enumerate(plan.fixed):
        missing = [name for name in HOLE.findall(one.text) if name not in header]
        if missing:
            yield Wrong(
                f"fixed-{n}-text",
                Problem(
                    _("There is no column “%(name)s”.") % {"name": missing[0]},
                    mend=_("Write the name of a column in braces as it stands in the file."),
                ),
            )


def _wrong_only(plan: Plan, survey: Survey) -> Iterator[Wrong]:
    only = plan.only
    if only is None:
        return
    if only.column not in survey.header and "join" not in plan.rest:
        sentence = _("There is no column “%(name)s”.") % {"name": only.column}
        yield Wrong("only", Problem(sentence, mend=_("Choose another column, or take all rows.")))
    elif only.way == "is" and not only.values:
        sentence = _("No value is chosen: not one row would count.")
        yield Wrong("only", Problem(sentence, mend=_("Tick the values of the rows that count.")))
