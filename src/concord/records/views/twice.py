"""What stands in a file twice, differently: what holds now, by its first row, beside the later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from concord.customers import words as customer_words
from concord.customers.models import Profile
from concord.customers.said import ProfileSaid
from concord.kernel.models import Source
from concord.records import types
from concord.records.importing.preview import called
from concord.records.importing.replay import Mended, TakeUp
from concord.records.models import Record, Rejection
from concord.records.queries.detail import SHOWN_COLUMNS, Change
from concord.records.said import RecordSaid
from concord.records.views.records import changes_in_words

MOST: Final = 5  # rows of a page that are set out

Values = tuple[str, object, object]  # a column or attribute, what holds, what the later row says


@dataclass(frozen=True, slots=True)
class Twice:
    """One thing that a row says otherwise: (label, what holds, what this row says, it differs)."""

    line: int
    what: str
    values: list[tuple[str, str, str, bool]]


def said_twice(rows: Sequence[Rejection]) -> list[Twice]:
    """What the first of these rows say otherwise; they are of one import."""
    found = [Mended(row) for row in rows if row.code == "repeated" and row.raw][:MOST]
    if not found:
        return []
    TakeUp(found[0].rejection.imported, None).convert(found)
    return [one for row in found for one in _of(row)]


def _of(row: Mended) -> Iterator[Twice]:
    source = row.rejection.imported.source
    for said in row.statements:
        match said:
            case RecordSaid():
                values = _of_record(source, said)
            case ProfileSaid():
                values = _of_customer(source, said)
            case _:
                continue
        if any(differs for *_, differs in values):
            yield Twice(row.rejection.line, called(said), values)


def _of_record(source: Source, said: RecordSaid) -> list[tuple[str, str, str, bool]]:
    held = Record.objects.filter(
        source=source, type=said.type, key=said.key, withdrawn_at=None
    ).first()
    if held is None:
        return []
    values: list[Values] = [
        (name, getattr(held, name), getattr(said, name))
        for name in SHOWN_COLUMNS
        if name not in said.keeps
    ]
    names = sorted(held.data.keys() | said.data.keys())
    values += [(n, held.data.get(n), said.data.get(n)) for n in names if n not in said.keeps]
    values = [one for one in values if any(value not in (None, "") for value in one[1:])]
    [words] = changes_in_words(types.get(said.type), [Change(held.known_from, values)])
    return [
        (one["label"], one["before"], one["after"], before != after)
        for one, (_, before, after) in zip(words["fields"], values, strict=True)
    ]


def _of_customer(source: Source, said: ProfileSaid) -> list[tuple[str, str, str, bool]]:
    held = Profile.objects.filter(source=source, key=said.key, withdrawn_at=None).first()
    if held is None:
        return []
    names = sorted(said.data if said.partial else held.data.keys() | said.data.keys())
    return [
        (
            customer_words.attribute(name),
            _text(held.data.get(name)),
            _text(said.data.get(name)),
            held.data.get(name) != said.data.get(name),
        )
        for name in names
    ]


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(map(_text, value.values()))
    return "–" if value in (None, "") else str(value)
