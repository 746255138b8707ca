"""Rows that sum up others: they are nobody's invoice, and their customer is none."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from concord.records.importing.readers import Cell
from concord.records.importing.values import text_of
from concord.records.look.columns import DATES, NUMBERS, Recognised
from concord.records.look.vocabulary import Role

_SAID: Final = (
    r"(?:grand|sub|over|running|report)?[ -]?totals?|totale|total général|sum|summen?|gesamt"
    r"|percent(?:age)? of total|% of total"
    r"|gesamtsumme|gesamtbetrag|endsumme|zwischensumme|insgesamt"
    r"|합\s?계|총\s?계|총합계|소\s?계|누계|계|총액|總\s?計|合\s?計|小\s?計|累計|總額|总\s?计|合\s?计|小\s?计|总额"
)
_ALONE: Final = re.compile(rf"[\W_]*(?:{_SAID})[\W_]*", re.IGNORECASE)
_WITHIN: Final = re.compile(
    rf"(?:{_SAID})(?:[\s:(（\-].*)|.*[\s)）](?:{_SAID})[\s:]*", re.IGNORECASE
)


def total_reader(known: Recognised) -> Callable[[Sequence[Cell]], str | None]:
    """Tells of a row what it is called where it is a total ("" without a name), else None.

    A total has neither a number nor a date. "Total Tools Ltd" with an invoice is a customer.
    """
    dates = [index for role, index in known.columns.items() if role in DATES]
    number = known.columns.get(Role.NUMBER)
    amounts = {index for role, index in known.columns.items() if role in NUMBERS}
    amounts |= {bucket.column for bucket in known.buckets}
    identifying = [*dates, *([] if number is None else [number])]
    # "Total for Acme" may stand where a date should, but "Sum-001" is a number.
    nameless = [(index, _WITHIN if index in dates else _ALONE) for index in identifying]

    def read(cells: Sequence[Cell]) -> str | None:
        for index, shape in nameless:
            text = text_of(cells[index])
            if text and not _ALONE.fullmatch(text) and not shape.fullmatch(text):
                return None
        texts = [
            text
            for index, cell in enumerate(cells)
            if index not in amounts and any(map(str.isalpha, text := text_of(cell)))
        ]
        for text in texts:
            if _ALONE.fullmatch(text) or (identifying and _WITHIN.fullmatch(text)):
                return text
        is_sum = identifying and not texts and any(text_of(cells[index]) for index in amounts)
        return "" if is_sum and not _names_somebody(known, cells) else None

    return read


def _names_somebody(known: Recognised, cells: Sequence[Cell]) -> bool:
    customers = (Role.CUSTOMER_KEY, Role.CUSTOMER_NAME)
    return any(text_of(cells[known.columns[role]]) for role in customers if role in known.columns)
