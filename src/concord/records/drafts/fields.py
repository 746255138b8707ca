"""Columns that are called as a field of the type of record is: built in, or a company's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from concord.records import types
from concord.records.drafts import values
from concord.records.drafts.plan import Plan, Use
from concord.records.drafts.survey import Survey
from concord.records.importing.values import as_boolean
from concord.records.look.shapes import date_shape, number_shape
from concord.records.look.titles import words_of
from concord.records.types import FieldType
from concord.records.types.declaration import Field

# What may stand beside the word of a field: "tax amount", "is online", "online order flag".
_BESIDE: Final = frozenset({
    "amount", "amt", "flag", "is", "total", "name", "type", "of", "the", "value", "금액", "額",
    "金額",
    "order", "invoice", "deal", "case", "ticket", "number", "no",
})  # fmt: skip
_NUMERIC: Final = (FieldType.NUMBER, FieldType.MONEY)
_DATED: Final = (FieldType.DATE, FieldType.MOMENT)


def declared_fields(plan: Plan, survey: Survey, taken: Mapping[str, Use]) -> dict[str, Use]:
    """Of the columns that are free, those that a field of the plan's type is called by."""
    declared = types.all_types().get(plan.record_type)
    there = {use.meaning for use in taken.values()}
    found: dict[str, Use] = {}
    for item in declared.fields if declared else ():
        meaning = f"record.set.{item.key}"
        if meaning in there:
            continue
        for place, column in enumerate(survey.columns):
            is_free = column.name not in taken and column.name not in found
            if is_free and _is_called(column.name, item) and _bears(item, survey, place):
                table = values.guessed(plan, meaning, [text for text, _n in column.values])
                found[column.name] = Use(meaning, values=table or None)
                break
    return found


def _is_called(title: str, item: Field) -> bool:
    said = frozenset(words_of(title))
    for name in (item.key.replace("_", " "), *map(str, item.words.values())):
        words = frozenset(words_of(name))
        if words and words <= said and said - words <= _BESIDE:
            return True
    return False


def _bears(item: Field, survey: Survey, place: int) -> bool:
    texts = survey.texts(place)
    cells = [row[place] for row in survey.sample if place < len(row)]
    if not texts:
        return False
    if item.type in _NUMERIC:
        return number_shape(cells) is not None
    if item.type in _DATED:
        return date_shape(cells) is not None
    if item.type is FieldType.BOOLEAN:
        return all(as_boolean(text) is not None for text in texts)
    return number_shape(cells) is None or item.key in {"reference", "serial", "order_number"}
