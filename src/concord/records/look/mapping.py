"""From what was recognised to the mapping by which the same file is imported every night."""

import json
from collections.abc import Sequence
from typing import Any, Final

from concord.records.importing.readers import FileOptions
from concord.records.importing.values import PLAIN
from concord.records.look.columns import DATES, DISPUTE_WORDS, NUMBERS, Recognised
from concord.records.look.rows import expressions
from concord.records.look.vocabulary import Role

FILE: Final = FileOptions()


def mapping_for(
    known: Recognised, currency: str, file: FileOptions = FILE, totals: Sequence[str] = ()
) -> str:
    """The mapping (TOML) that keeps this file as a source; see docs/importing.md for the format.

    `file` says where the table stands in it, `currency` what the amounts are in where no column
    says, `totals` what rows are called that sum up others and are left out.
    """
    when = _when(known, totals)
    lines = [*_file(file), *_defaults(known, currency), *_profile(known, when)]
    lines += _order(known, when) if known.kind == "orders" else _invoice(known, when)
    return "\n".join(lines) + "\n"


def _file(file: FileOptions) -> list[str]:
    lines = ["[file]", f"header = {file.header}"]
    if file.sheet:
        lines.append(f"sheet = {_text(file.sheet)}")
    return [*lines, ""]


def _defaults(known: Recognised, currency: str) -> list[str]:
    lines = ["[defaults]"]
    if (written := _common(known, "dates")) is not None:
        lines.append(f"date = {_list(written)}")
    if (number := _common(known, "number")) is not None:
        lines.append(f"number = {_text(number)}")
    if Role.CURRENCY not in known.columns:
        lines.append(f"currency = {_text(currency)}")
    return [*lines, ""]


def _common(known: Recognised, what: str) -> Any:
    """How all columns are written, where it is one way and not the plain one."""
    roles = DATES if what == "dates" else NUMBERS
    found = {getattr(said, what) for role, said in expressions(known).items() if role in roles}
    only = found.pop() if len(found) == 1 else None
    return only if only and only != PLAIN else None


def _when(known: Recognised, totals: Sequence[str]) -> list[str]:
    """The condition that leaves out totals, which have no number; none where there are none."""
    if not totals:
        return []
    names = f"not_in = {_list([name for name in totals if name])}"
    if Role.NUMBER in known.columns:
        return [f"when = {{ column = {_column(known, Role.NUMBER)}, empty = false, {names} }}"]
    return [f"when = {{ column = {_text(_customer(known))}, empty = false, {names} }}"]


def _profile(known: Recognised, when: Sequence[str]) -> list[str]:
    # A ledger names its customers in every row, now and then spelled in another way: the first
    # spelling serves, no invoice is lost for the second.
    lines = ["[[profile]]", f"key = {_text(_customer(known))}", "partial = true"]
    lines += ['repeated = "first"', *when, "[profile.set]"]
    name = Role.CUSTOMER_NAME if Role.CUSTOMER_NAME in known.columns else Role.CUSTOMER_KEY
    lines.append(f"name = {_column(known, name)}")
    for role, attribute in (
        (Role.TAX_ID, "tax_id"),
        (Role.COUNTRY, "country"),
        (Role.CITY, "city"),
    ):
        if role in known.columns:
            lines.append(f"{attribute} = {_column(known, role)}")
    for role, attribute in ((Role.EMAIL, "emails"), (Role.PHONE, "phones")):
        if role in known.columns:
            lines.append(f"{attribute} = [{_column(known, role)}]")
    return [*lines, ""]


def _invoice(known: Recognised, when: Sequence[str]) -> list[str]:
    lines = [*_record(known, "invoice", "Invoice"), *when]
    lines += _dates(known, {Role.ISSUED: "opened", Role.DUE: "due", Role.SETTLED: "closed"})
    amount = Role.AMOUNT if Role.AMOUNT in known.columns else Role.BALANCE
    lines.append(f"amount = {_value(known, amount)}")
    lines += _currency(known)
    if Role.DISPUTED in known.columns:
        words = {
            spelled: said
            for word, said in DISPUTE_WORDS.items()
            for spelled in (word, word.capitalize(), word.title(), word.upper())
        }
        values = ", ".join(f"{_text(word)} = {str(said).lower()}" for word, said in words.items())
        column = _column(known, Role.DISPUTED)
        lines.append("[record.set]")
        lines.append(
            f'disputed = {{ column = {column}, values = {{ {values} }}, others = "keep" }}'
        )
    return lines


def _order(known: Recognised, when: Sequence[str]) -> list[str]:
    lines = [*_record(known, "order", "Order"), *when]
    lines += _dates(known, {Role.ISSUED: "opened", Role.DUE: "due", Role.SHIPPED: "closed"})
    if Role.AMOUNT in known.columns:
        lines.append(f"amount = {_value(known, Role.AMOUNT)}")
    return lines + _currency(known)


def _record(known: Recognised, kind: str, title: str) -> list[str]:
    lines = ["[[record]]", f"type = {_text(kind)}"]
    if Role.NUMBER in known.columns:
        number = known.header[known.columns[Role.NUMBER]]
        lines.append(f"key = {_text(number)}")
        lines.append(f"subject = {{ template = {_text(title + ' {' + number + '}')} }}")
    else:
        parts = [_customer(known)] + [
            known.header[known.columns[role]]
            for role in (Role.ISSUED, Role.DUE, Role.AMOUNT, Role.BALANCE)
            if role in known.columns
        ]
        template = "/".join("{" + part + "}" for part in parts)
        lines.append(f"key = {{ template = {_text(template)} }}")
    lines.append(f"profile = {_text(_customer(known))}")
    return lines


def _dates(known: Recognised, names: dict[Role, str]) -> list[str]:
    return [
        f"{name} = {_value(known, role)}" for role, name in names.items() if role in known.columns
    ]


def _value(known: Recognised, role: Role) -> str:
    """A column of dates or numbers; it says how it is written where the columns differ."""
    said = expressions(known)[role]
    column = _column(known, role)
    if role in DATES and said.dates and _common(known, "dates") is None:
        return f"{{ column = {column}, date = {_list(said.dates)} }}"
    if role in NUMBERS and said.number not in {"", PLAIN} and _common(known, "number") is None:
        return f"{{ column = {column}, number = {_text(said.number)} }}"
    return column


def _currency(known: Recognised) -> list[str]:
    return [f"currency = {_column(known, Role.CURRENCY)}"] if Role.CURRENCY in known.columns else []


def _customer(known: Recognised) -> str:
    role = Role.CUSTOMER_KEY if Role.CUSTOMER_KEY in known.columns else Role.CUSTOMER_NAME
    return known.header[known.columns[role]]


def _column(known: Recognised, role: Role) -> str:
    return _text(known.header[known.columns[role]])


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(_text(v) for v in values) + "]"
