"""From what was recognised to the mapping by which the same file is imported every night."""

import json
from collections.abc import Sequence

from concord.records.look.columns import Recognised
from concord.records.look.vocabulary import Role


def mapping_for(known: Recognised, currency: str, header: int = 1) -> str:
    """The mapping (TOML) that keeps this file as a source; see docs/importing.md for the format.

    `header` is the line of the header, `currency` what the amounts are in where no column says.
    """
    lines = ["[file]", f"header = {header}", "", *_defaults(known, currency), *_profile(known)]
    lines += _order(known) if known.kind == "orders" else _invoice(known)
    return "\n".join(lines) + "\n"


def _defaults(known: Recognised, currency: str) -> list[str]:
    lines = ["[defaults]"]
    formats = list(dict.fromkeys(s.chosen for s in known.dates.values() if s.chosen))
    if formats:
        lines.append(f"date = {_list(formats)}")
    if known.european:
        lines.append(
            f"number = {_text('1.234,56' if any(known.european.values()) else '1,234.56')}"
        )
    if Role.CURRENCY not in known.columns:
        lines.append(f"currency = {_text(currency)}")
    return [*lines, ""]


def _profile(known: Recognised) -> list[str]:
    # A ledger names its customers in every row, now and then spelled in another way: the first
    # spelling serves, no invoice is lost for the second.
    lines = ["[[profile]]", f"key = {_text(_customer(known))}", "partial = true"]
    lines += ['repeated = "first"', "[profile.set]"]
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


def _invoice(known: Recognised) -> list[str]:
    lines = _record(known, "invoice", "Invoice")
    lines += _dates(known, {Role.ISSUED: "opened", Role.DUE: "due", Role.SETTLED: "closed"})
    amount = Role.AMOUNT if Role.AMOUNT in known.columns else Role.BALANCE
    lines.append(f"amount = {_column(known, amount)}")
    lines += _currency(known)
    if Role.DISPUTED in known.columns:
        values = "{ Yes = true, yes = true, YES = true, Y = true, true = true, 1 = true, x = true, "
        values += (
            "X = true, No = false, no = false, NO = false, N = false, false = false, 0 = false }"
        )
        column = _column(known, Role.DISPUTED)
        lines += ["[record.set]", f"disputed = {{ column = {column}, values = {values} }}"]
    return lines


def _order(known: Recognised) -> list[str]:
    lines = _record(known, "order", "Order")
    lines += _dates(known, {Role.ISSUED: "opened", Role.DUE: "due", Role.SHIPPED: "closed"})
    if Role.AMOUNT in known.columns:
        lines.append(f"amount = {_column(known, Role.AMOUNT)}")
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
        f"{name} = {_column(known, role)}" for role, name in names.items() if role in known.columns
    ]


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
