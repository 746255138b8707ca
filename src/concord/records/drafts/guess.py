"""What a file probably means, by the recogniser and the words of a first look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from concord.kernel.models import Company
from concord.kernel.words import say
from concord.records import types
from concord.records.drafts import values
from concord.records.drafts.beside import renamed
from concord.records.drafts.called import is_called_itself, may_be_a_customers
from concord.records.drafts.closing import with_closing_day
from concord.records.drafts.fields import declared_fields
from concord.records.drafts.only import Only
from concord.records.drafts.plan import Fixed, Plan, Use, kind_of
from concord.records.drafts.subject import is_a_firms, shape
from concord.records.drafts.survey import Column, Survey
from concord.records.importing.readers import Row
from concord.records.importing.values import PLAIN, text_of
from concord.records.look.columns import Recognised, also, is_code, recognise
from concord.records.look.content import is_guid
from concord.records.look.currency import currency_of
from concord.records.look.shapes import number_shape
from concord.records.look.titles import is_a_number, read
from concord.records.look.totals import total_reader
from concord.records.look.vocabulary import Role

_OF_PERSON: Final = {
    Role.PERSON_KEY: "key",
    Role.PERSON_NAME: "name",
    Role.GIVEN_NAME: "given_name",
    Role.FAMILY_NAME: "family_name",
    Role.BIRTH_DATE: "birth_date",
    Role.EMAIL: "emails",
    Role.PHONE: "phones",
}
_OF_CUSTOMER: Final = {
    Role.CUSTOMER_KEY: "key",
    Role.CUSTOMER_NAME: "name",
    Role.TAX_ID: "tax_id",
    **{
        role: role.value
        for role in (
            *(Role.REGISTRATION_ID, Role.COUNTRY, Role.CITY, Role.STREET, Role.POSTCODE),
            *(Role.REGION, Role.ADDRESS, Role.WEBSITE, Role.NAME_NATIVE, Role.NAME_LATIN),
            *(Role.INDUSTRY, Role.SEGMENT, Role.LANGUAGE, Role.NOTES, Role.KIND),
        )
    },
}
_OF_RECORD: Final = {
    Role.NUMBER: "key",
    Role.ISSUED: "opened",
    Role.DUE: "due",
    Role.SETTLED: "closed",
    Role.SHIPPED: "closed",
    Role.AMOUNT: "amount",
    Role.CURRENCY: "currency",
    Role.STATUS: "status",
    Role.SUBJECT: "subject",
    Role.OWNER: "owner",
    Role.DISPUTED: "set.disputed",
    Role.TERMS: "set.terms",
    Role.PRODUCT: "set.product",
}
_OF_LINE: Final = {
    Role.LINE_NUMBER: "key",
    Role.PRODUCT: "product",
    Role.QUANTITY: "quantity",
    Role.UNIT_PRICE: "unit_price",
    Role.AMOUNT: "amount",
}


@dataclass(frozen=True)
class Guess:
    """The plan, and what was recognised: `unsure` are columns at which a person should look."""

    plan: Plan
    known: Recognised
    unsure: frozenset[str]


def guess(survey: Survey, file_name: str = "") -> Guess:
    """What the file means, as far as its header and its first rows tell."""
    known = _recognised(survey, file_name)
    plan = replace(shape(known, survey, file_name), file=survey.file)
    plan = with_meanings(plan, survey, known)
    unsure = {survey.header[known.columns[role]] for role in known.unsure}
    called = {survey.header[place] for place in known.columns.values()}
    unsure |= {name for name, use in plan.uses.items() if _is_key(use) and name not in called}
    return Guess(plan, known, frozenset(unsure & plan.uses.keys()))


def _recognised(survey: Survey, file_name: str = "") -> Recognised:
    known = recognise(survey.header, survey.sample, roles=tuple(Role))
    return renamed(known, survey, file_name)


def with_meanings(plan: Plan, survey: Survey, known: Recognised | None = None) -> Plan:
    """The plan with each column's meaning guessed anew, for what a row is said to be."""
    known = known or _recognised(survey)
    roles = {index: role for role, index in known.columns.items()}
    taken = frozenset(roles)
    roles |= also(survey.header, survey.sample, taken, (Role.PHONE, Role.EMAIL))
    uses: dict[str, Use] = {}
    said: dict[str, Role] = {}
    for index, role in sorted(roles.items(), key=lambda one: one[0] not in taken):
        meaning = _meaning(plan, known, survey, role)
        is_free = meaning not in {use.meaning for use in uses.values()}
        if meaning and (is_free or kind_of(plan, meaning) == "list"):
            name = survey.header[index]
            uses[name] = _use(plan, survey, known, index, role, meaning)
            said[name] = role
    if plan.has("record"):
        uses |= declared_fields(plan, survey, uses)
    if found := _own_key(plan, survey, uses):
        uses[found[0]] = Use(found[1])
    plan = replace(plan, uses={name: uses[name] for name in survey.header if name in uses})
    return with_closing_day(_completed(_common(plan), survey, known), survey, known)


def _own_key(plan: Plan, survey: Survey, uses: Mapping[str, Use]) -> tuple[str, str] | None:
    """Where no column is called a key: one whose values are all there and all differ, by its name
    the number of whatever a row is."""
    if not plan.parts:
        return None
    of = "record.key" if plan.has("record") else "customer.key"
    if plan.has("line") or plan.has("contact") or of in {use.meaning for use in uses.values()}:
        return None
    rows = survey.rows - sum(survey.broken_by.values())
    free = [
        (place, column.name)
        for place, column in enumerate(survey.columns)
        if column.is_unique and column.filled == rows and column.name not in uses
    ]
    for place, name in free:
        texts = survey.texts(place)
        if plan.has("record"):
            is_named = is_a_number(name) or _is_itself(plan, name, texts)
        else:
            is_named = is_a_number(name) and may_be_a_customers(name)
        if is_code(texts) and not any(map(is_guid, texts)) and is_named:
            return name, of
    return None


def _is_itself(plan: Plan, name: str, texts: Sequence[str]) -> bool:
    """An “Order” of 1000, 1001 … is the number of the order; one of words is what it is about."""
    has_digits = all(any(map(str.isdecimal, text)) for text in texts)
    return has_digits and is_called_itself(name, plan.record_type)


def _is_key(use: Use) -> bool:
    return use.meaning in {"record.key", "customer.key"}


# What a column means


def _meaning(plan: Plan, known: Recognised, survey: Survey, role: Role) -> str:
    has = known.columns.keys()
    if plan.has("line") and role in _OF_LINE and not _is_of_whole(plan, known, survey, role):
        return f"line.{_OF_LINE[role]}"
    if plan.has("line") and role is Role.NUMBER and not plan.has("record"):
        return "line.record"
    if plan.has("contact") and role is Role.NUMBER and Role.PERSON_KEY not in has:
        return "contact.key"
    if plan.has("contact") and role in _OF_PERSON:
        return f"contact.{_OF_PERSON[role]}"
    if plan.has("contact") and role is Role.JOB_TITLE:
        return "contact.title"
    if plan.has("record"):
        if role is Role.BALANCE and Role.AMOUNT not in has:
            is_owed = has & {Role.NUMBER, Role.DUE}  # else it is that of an account, after each row
            return "record.amount" if is_owed else ""
        if role is Role.UNIT:
            return "record.unit"
        if role is Role.ISSUED and plan.record_type == "case" and _is_of_purchase(known):
            return ""
        if role in _OF_RECORD:
            return _of_type(plan, _OF_RECORD[role])
        if role is Role.CUSTOMER_KEY and not plan.has("customer"):
            return "record.customer"
    if not plan.has("customer"):
        return ""
    if role is Role.NUMBER and Role.CUSTOMER_KEY not in has:
        return "customer.key" if may_be_a_customers(known.header[known.columns[role]]) else ""
    if role in _OF_PERSON and (plan.kind == "person" or role in {Role.EMAIL, Role.PHONE}):
        return f"customer.{_OF_PERSON[role]}"
    if role is Role.PERSON_NAME and not has & {Role.CUSTOMER_NAME, Role.GIVEN_NAME}:
        return "customer.name"
    if role is Role.CUSTOMER_NAME and plan.kind == "person" and has & {Role.GIVEN_NAME}:
        name = known.header[known.columns[role]]
        return "" if is_a_firms(name, survey) else "customer.name"
    if role is Role.UNIT:
        return "customer.unit"
    return f"customer.{_OF_CUSTOMER[role]}" if role in _OF_CUSTOMER else ""


def _is_of_purchase(known: Recognised) -> bool:
    """A case is opened later than what it is about was bought."""
    words = read(known.header[known.columns[Role.ISSUED]]).words
    return bool({"purchase", "purchased", "bought", "kaufdatum"} & set(words))


def _is_of_whole(plan: Plan, known: Recognised, survey: Survey, role: Role) -> bool:
    """Whether an amount is that of the whole: it is the same in all lines of one."""
    if role is not Role.AMOUNT or not plan.has("record"):
        return False
    amounts: dict[str, set[str]] = {}
    number, place = known.columns[Role.NUMBER], known.columns[role]
    for row in survey.sample:
        if max(number, place) < len(row):
            amounts.setdefault(text_of(row[number]), set()).add(text_of(row[place]))
    is_repeated = len(amounts) < len(survey.sample)
    return is_repeated and all(len(said - {""}) <= 1 for said in amounts.values())


def _of_type(plan: Plan, name: str) -> str:
    declared = types.all_types()[plan.record_type]
    key = name.removeprefix("set.")
    if name.startswith("set.") and declared.field(key) is None:
        return ""
    return f"record.{name}"


def _use(
    plan: Plan, survey: Survey, known: Recognised, index: int, role: Role, meaning: str
) -> Use:
    use = Use(meaning)
    match kind_of(plan, meaning):
        case "date" if role in known.dates:
            use = replace(use, dates=known.dates[role].written)
        case "number":
            cells = [row[index] for row in survey.sample if index < len(row)]
            written = known.numbers.get(role) or number_shape(cells, True) or PLAIN
            use = replace(use, number="" if written == PLAIN else written)
    column = survey.columns[index]
    found = values.guessed(plan, meaning, [text for text, _count in column.values])
    return replace(use, values=found) if found else use


def _common(plan: Plan) -> Plan:
    """How all dates are written where it is one way, and all numbers: said once."""
    dates = {use.dates for use in plan.uses.values() if kind_of(plan, use.meaning) == "date"}
    numbers = {use.number for use in plan.uses.values() if kind_of(plan, use.meaning) == "number"}
    one_date = next(iter(dates)) if len(dates) == 1 else ()
    one_number = next(iter(numbers)) if len(numbers) == 1 else ""
    uses = {
        name: replace(
            use,
            dates=() if use.dates == one_date else use.dates,
            number="" if use.number == one_number else use.number,
        )
        for name, use in plan.uses.items()
    }
    return replace(plan, uses=uses, dates=one_date, number=one_number)


# What no column says


def _completed(plan: Plan, survey: Survey, known: Recognised) -> Plan:
    fixed = [one for one in plan.fixed if one.meaning.split(".")[0] in plan.parts]
    there = {use.meaning for use in plan.uses.values()} | {one.meaning for one in fixed}
    if plan.has("record") and "record.subject" not in there and plan.column_of("record.key"):
        words = say(types.all_types()[plan.record_type].words)
        fixed.append(Fixed("record.subject", f"{words} {{{plan.column_of('record.key')}}}"))
    if "customer.key" not in there and (mail := _mail_instead_of_name(plan, survey)):
        fixed.append(Fixed("customer.key", f"{{{mail}}}"))
    if plan.has("contact") and "contact.key" not in there:
        fixed.append(Fixed("contact.key", _person_key(plan, survey)))
    if plan.has("line") and "line.key" not in there and plan.column_of("line.product"):
        fixed.append(Fixed("line.key", f"{{{plan.column_of('line.product')}}}"))
    if plan.has("customer") and plan.kind == "person" and not there & {
        "customer.key", "customer.name",
    }:  # fmt: skip
        fixed.append(Fixed("customer.key", _key_of_persons(plan, survey)))
    fixed = [one for one in fixed if one.text]
    currency = ""
    if any(kind_of(plan, use.meaning) == "number" for use in plan.uses.values()):
        said = currency_of(known.sign, "", Company.load().currency, Role.CURRENCY in known.columns)
        currency = "" if said.has_column else said.code
    plan = replace(plan, fixed=tuple(fixed), currency=currency)
    return replace(plan, only=plan.only or _without_totals(plan, survey, known))


def _key_of_persons(plan: Plan, survey: Survey) -> str:
    """Persons without a number are known by their mailbox where each has one, else by their name
    and what there is to tell namesakes apart."""
    mail = survey.column(plan.column_of("customer.emails"))
    if mail and mail.filled == survey.rows:
        return f"{{{mail.name}}}"
    said = ("given_name", "family_name", "birth_date", "emails")
    names = [plan.column_of(f"customer.{name}") for name in said]
    return " ".join(f"{{{name}}}" for name in names if name)


def _mail_instead_of_name(plan: Plan, survey: Survey) -> str:
    """Of orders whose further lines repeat the mailbox of who ordered, and not the name; or where
    several who are called alike have a mailbox each."""
    name, mail = (survey.column(plan.column_of(f"customer.{one}")) for one in ("name", "emails"))
    if name is None or mail is None:
        return ""
    is_firm = plan.kind == "organisation" and is_a_firms(name.name, survey)
    is_full = mail.filled == survey.rows and not is_firm
    if plan.has("record") and is_full and _are_namesakes(survey, name, mail):
        return mail.name
    if not plan.has("line"):
        return ""
    return mail.name if name.filled < mail.filled == survey.rows else ""


def _are_namesakes(survey: Survey, name: Column, mail: Column) -> bool:
    """Whether some names stand with several mailboxes, and each mailbox with one name."""
    places = [survey.header.index(column.name) for column in (name, mail)]
    pairs = {
        tuple(text_of(row[place]).casefold() for place in places)
        for row in survey.sample
        if max(places) < len(row)
    }
    names, mails = ({pair[place] for pair in pairs} for place in (0, 1))
    return len(names) < len(pairs) == len(mails)


def _person_key(plan: Plan, survey: Survey) -> str:
    """A person is known by their mailbox where each has one, else by whom they work for and their
    name."""
    mail = survey.column(plan.column_of("contact.emails"))
    if mail and mail.filled == survey.rows:
        return f"{{{mail.name}}}"
    firm = plan.column_of("customer.key") or plan.column_of("customer.name")
    said = ("name", "given_name", "family_name", "emails")
    names = [firm, *(plan.column_of(f"contact.{name}") for name in said)]
    return " ".join(f"{{{name}}}" for name in names if name)


def _without_totals(plan: Plan, survey: Survey, known: Recognised) -> Only | None:
    """Rows that sum up others are nobody's: they are left out by what they are called."""
    is_summed = plan.has("record") or known.buckets
    if not (is_summed and plan.has("customer")) or plan.has("line"):
        return None
    total_of = total_reader(known)
    names = {
        total
        for line, cells in zip(survey.lines, survey.sample, strict=True)
        if (total := total_of(Row(line, list(cells)).cells)) is not None
    }
    column = plan.column_of("record.key") or plan.column_of("customer.key")
    column = column or plan.column_of("customer.name")
    if not names or not column:
        return None
    if said := tuple(sorted(name for name in names if name)):
        return Only(column, "is_not", said, filled=True)
    return Only(column, "filled")
