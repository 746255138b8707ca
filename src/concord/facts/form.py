"""A fact by form rather than by formula: what is reckoned, of which records, if what is so of them.

A form is kept as JSON: `{"what", "of", "field", "where": [{"field", "is", "value"}], "state",
"time", "within", "per"}`, all of them texts. `formula` writes it as the FEEL that the facts of
Concord are written in, so both are compiled and reckoned alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concord.facts import lists
from concord.facts.fact import Scalar, Shown, Type
from concord.kernel.errors import Problem
from concord.kernel.words import say
from concord.records import types
from concord.records.forms import WORDS, label_of

WHAT: Final = {
    "count": gettext_lazy("how many there are"),
    "any": gettext_lazy("whether there is any"),
    "sum": gettext_lazy("the sum of"),
    "mean": gettext_lazy("the average of"),
    "min": gettext_lazy("the smallest"),
    "max": gettext_lazy("the largest"),
    "oldest": gettext_lazy("the first day of"),
    "newest": gettext_lazy("the last day of"),
}
# Of which type of field each of them is reckoned; the others are of whole records.
OF_FIELD: Final = {
    "sum": "number", "mean": "number", "min": "number", "max": "number",
    "oldest": "date", "newest": "date",
}  # fmt: skip
STATES: Final = {
    "": gettext_lazy("open or closed"),
    "open": gettext_lazy("open"),
    "closed": gettext_lazy("closed"),
    "overdue": gettext_lazy("open and past the due date"),
}
_STATE: Final = {
    "open": "closed = null", "closed": "closed != null",
    "overdue": "closed = null and due < today()",
}  # fmt: skip
TIMES: Final = {
    "": gettext_lazy("at any time"),
    "opened": gettext_lazy("opened in the last"),
    "due": gettext_lazy("due in the last"),
    "closed": gettext_lazy("closed in the last"),
    "due_next": gettext_lazy("due in the next"),
}
PERIODS: Final = {"D": gettext_lazy("days"), "M": gettext_lazy("months")}
IS: Final = {
    "is": pgettext_lazy("condition", "is"),
    "is_not": pgettext_lazy("condition", "is not"),
    "above": pgettext_lazy("condition", "is above"),
    "from": pgettext_lazy("condition", "is from … on"),
    "upto": pgettext_lazy("condition", "is up to"),
    "below": pgettext_lazy("condition", "is below"),
    "after": pgettext_lazy("condition", "is after"),
    "before": pgettext_lazy("condition", "is before"),
    "yes": pgettext_lazy("condition", "is so"),
    "no": pgettext_lazy("condition", "is not so"),
    "said": pgettext_lazy("condition", "was said"),
    "unsaid": pgettext_lazy("condition", "was not said"),
}
_SIGNS: Final = {
    "is": "=", "is_not": "!=", "above": ">", "from": ">=", "upto": "<=", "below": "<",
    "after": ">", "before": "<",
}  # fmt: skip
_WHOLE: Final = {"yes": "{0} = true", "no": "{0} = false", "said": "{0} != null",
                 "unsaid": "{0} = null"}  # fmt: skip
OPERATORS: Final[dict[str, tuple[str, ...]]] = {
    "string": ("is", "is_not", "said", "unsaid"),
    "number": ("is", "is_not", "above", "from", "upto", "below", "said", "unsaid"),
    "date": ("is", "after", "before", "said", "unsaid"),
    "boolean": ("yes", "no", "said", "unsaid"),
}
DERIVED: Final = {
    "outstanding": gettext_lazy("What is still owed"),
    "age": gettext_lazy("Days since it was opened"),
    "days_open": gettext_lazy("Days it was open"),
    "days_late": gettext_lazy("Days late"),
    "latest": gettext_lazy("The newest one"),
    "disputed": gettext_lazy("Disputed"),
}
DAYS: Final = ("age", "days_open", "days_late")
LEFT_OUT: Final = ("type", "currency", "unit")
MOST_CONDITIONS: Final = 8
LONGEST_PERIOD: Final = 3650


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the records, as a form offers it; `choices` are its values in words."""

    name: str
    label: str
    type: str
    is_money: bool
    choices: dict[str, str]


@dataclass(frozen=True, slots=True)
class Where:
    """One condition on the records."""

    field: str
    is_: str
    value: str = ""

    @property
    def asks(self) -> bool:
        """Whether it compares with a value."""
        return self.is_ in _SIGNS


@dataclass(frozen=True, slots=True)
class FactForm:
    what: str = "count"
    of: str = "invoice"
    field: str = ""
    where: tuple[Where, ...] = ()
    state: str = ""
    time: str = ""
    within: str = ""
    per: str = "D"

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        said["where"] = [
            {"field": each.field, "is": each.is_, "value": each.value} for each in self.where
        ]
        return said


def record_types() -> dict[str, str]:
    """Of which records a fact may be, in words."""
    return {key: say(each.plural) for key, each in types.built_in().items()}


def fields_of(of: str) -> dict[str, FormField]:
    """The fields that a condition may look at, and that may be reckoned."""
    declared = types.built_in()[of]
    found = {}
    for name, field in lists.record_list(of).fields.items():
        if name in LEFT_OUT or (name == "outstanding" and of != "invoice"):
            continue
        own = declared.field(name)
        choices = {each.key: say(each.words) for each in (own.choices if own else ())}
        if name == "status":
            choices = {each.key: say(each.words) for each in declared.statuses}
        if own:
            label = say(own.words)
        else:
            label = label_of(declared, name) if name in WORDS else str(DERIVED[name])
        found[name] = FormField(name, label, field.type, field.is_money, choices)
    return found


def read(said: Mapping[str, Any]) -> FactForm:
    """A form as it is posted (`where-0-field`, …), or as it is kept. What does not go together is
    left out: another kind of record has other fields."""
    form = FactForm(
        what=_one_of(said.get("what"), WHAT, "count"),
        of=_one_of(said.get("of"), types.built_in(), "invoice"),
        state=_one_of(said.get("state"), STATES, ""),
        time=_one_of(said.get("time"), TIMES, ""),
        within=str(said.get("within", "")).strip()[:6],
        per=_one_of(said.get("per"), PERIODS, "D"),
    )
    fields = fields_of(form.of)
    wanted = OF_FIELD.get(form.what)
    fitting = [each.name for each in fields.values() if each.type == wanted]
    if wanted:
        form = replace(form, field=_one_of(said.get("field"), fitting, _first(fitting)))
    rows = said["where"] if isinstance(said.get("where"), list) else _posted(said)
    where = [found for row in rows[:MOST_CONDITIONS] if (found := _where(row, fields))]
    return replace(form, where=tuple(where))


def _first(names: list[str]) -> str:
    return "amount" if "amount" in names else names[0] if names else ""


def _one_of(value: object, known: Any, otherwise: str) -> str:
    return str(value) if isinstance(value, str) and value in known else otherwise


def _posted(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {part: said.get(f"where-{at}-{part}", "") for part in ("field", "is", "value")}
        for at in range(MOST_CONDITIONS)
    ]


def _where(row: Mapping[str, Any], fields: Mapping[str, FormField]) -> Where | None:
    field = fields.get(str(row.get("field", "")))
    if field is None:
        return None
    operators = OPERATORS[field.type]
    is_ = _one_of(row.get("is"), operators, operators[0])
    value = str(row.get("value", ""))[:200].replace("\x00", "") if is_ in _SIGNS else ""
    if field.choices and is_ in _SIGNS and value not in field.choices:
        value = next(iter(field.choices))
    return Where(field.name, is_, value)


def told(form: FactForm) -> str:
    """The form in words: what, of which records, and each condition."""
    fields = fields_of(form.of)
    reckoned = fields[form.field].label if form.field in fields else ""
    parts = [f"{WHAT[form.what]} {reckoned}".strip(), record_types()[form.of]]
    if form.state:
        parts.append(str(STATES[form.state]))
    if form.time:
        parts.append(f"{TIMES[form.time]} {form.within} {PERIODS[form.per]}")
    for each in form.where:
        field = fields[each.field]
        value = field.choices.get(each.value, each.value)
        parts.append(f"{field.label} {IS[each.is_]} {value}".strip())
    return " · ".join(parts)


# As FEEL --------------------------------------------------------------------------------------


def formula(form: FactForm) -> str:
    """The form as an expression. Raises Problem that names what was not filled in properly."""
    fields = fields_of(form.of)
    conditions = [_condition(each, fields[each.field]) for each in form.where]
    if form.state:
        conditions.append(_STATE[form.state])
    if form.time:
        conditions.append(_time(form))
    records = f"{form.of}[{' and '.join(conditions)}]" if conditions else form.of
    wanted = OF_FIELD.get(form.what)
    if wanted and not form.field:
        raise Problem(
            _("These records have nothing of which this can be reckoned."),
            place=say(types.built_in()[form.of].plural),
            mend=_("Choose other records, or how many there are."),
        )
    match form.what:
        case "count":
            return f"count({records})"
        case "any":
            return f"count({records}) > 0"
        case "mean":
            return f"round half up(mean({records}.{form.field}), 2)"
    function = {"oldest": "min", "newest": "max"}.get(form.what, form.what)
    return f"{function}({records}.{form.field})"


def _condition(where: Where, field: FormField) -> str:
    if not where.asks:
        return _WHOLE[where.is_].format(field.name)
    return f"{field.name} {_SIGNS[where.is_]} {_value(where.value.strip(), field)}"


def _value(text: str, field: FormField) -> str:
    try:
        match field.type:
            case "number":
                number = Decimal(text)
                if number.is_finite() and abs(number) < Decimal("1e18"):
                    return format(number, "f")
            case "date":
                return f'date("{date.fromisoformat(text).isoformat()}")'
            case _ if text:
                return json.dumps(text, ensure_ascii=False)
    except (InvalidOperation, ValueError):
        pass  # told below
    if not text:
        raise Problem(
            _("With what is “%(field)s” compared?") % {"field": field.label}, place=field.label
        )
    raise Problem(
        _("“%(value)s” is no value for “%(field)s”.") % {"value": text, "field": field.label},
        place=field.label,
        mend={
            "number": _("Write a number such as 12500.50."),
            "date": _("Write a date such as 2026-11-21."),
        }[field.type],
    )


def _time(form: FactForm) -> str:
    if not form.within.isascii() or not form.within.isdigit():
        raise _no_period(form)
    count = int(form.within)
    if not 1 <= count <= LONGEST_PERIOD:
        raise _no_period(form)
    span = f'duration("P{count}{form.per}")'
    if form.time == "due_next":
        return f"due >= today() and due <= today() + {span}"
    since = f"{form.time} > today() - {span}"
    return f"{since} and due <= today()" if form.time == "due" else since


def _no_period(form: FactForm) -> Problem:
    return Problem(
        _("How many days or months?"),
        place=str(TIMES[form.time]),
        mend=_("Write a whole number from 1 to %(most)d.") % {"most": LONGEST_PERIOD},
    )


def result(form: FactForm) -> tuple[Type, Shown, Scalar]:
    """Of which type it is, how people read it, and what it is where there is nothing to reckon."""
    if form.what == "count":
        return "number", "count", 0
    if form.what == "any":
        return "boolean", "yes_no", False
    if form.what in ("oldest", "newest"):
        return "date", "date", None
    field = fields_of(form.of).get(form.field)
    money = field is not None and field.is_money
    shown: Shown = "money" if money else "days" if form.field in DAYS else "count"
    return "number", shown, 0 if form.what == "sum" else None
