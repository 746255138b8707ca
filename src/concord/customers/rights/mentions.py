"""Words of somebody who is erased, wherever else they were written: found and blacked out.

Tables are walked through in ranges of their ids, each its own transaction; twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from concord.customers.rows import fetch, run

BLACK: Final = "▒▒▒"
RANGE: Final = 20_000  # ids looked at in one batch


def black_out(table: str, texts: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """Replace the words in these text and JSON columns of a table with a number for its id."""
    if not words:
        return
    kinds = _kinds(table)
    found = " OR ".join(_finds(name, len(words), kinds[name]) for name in texts)
    says = ", ".join(f'"{name}" = {_replaced(name, len(words), kinds[name])}' for name in texts)
    values = parameters(words)
    for first, last in ranges(table):
        yield run(
            f"UPDATE {table} SET {says} WHERE id BETWEEN %(first)s AND %(last)s AND ({found})",  # noqa: S608 - our own names
            values | {"first": first, "last": last},
        )


def ranges(table: str) -> Iterator[tuple[int, int]]:
    """The ids of a table in ranges, up to the greatest that there is now."""
    low, high = fetch(f"SELECT min(id), max(id) FROM {table}")[0]  # noqa: S608 - our own name
    if low is not None:
        for first in range(low, high + 1, RANGE):
            yield first, min(first + RANGE - 1, high)


def finds(name: str, words: Sequence[str]) -> str:
    """SQL: whether a column, read as JSON text, has one of the words (of `parameters`)."""
    return _finds(name, len(words), "jsonb")


def parameters(words: Sequence[str]) -> dict[str, Any]:
    said = {f"word{n}": word for n, word in enumerate(words)}
    inside = {f"json{n}": in_json(word) for n, word in enumerate(words)}
    return {**said, **inside, "black": BLACK}


def in_json(word: str) -> str:
    """As a word stands inside a JSON text of the database."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def _finds(name: str, words: int, kind: str) -> str:
    slot = "json" if kind == "jsonb" else "word"
    return " OR ".join(f'strpos("{name}"::text, %({slot}{n})s) > 0' for n in range(words))


def _replaced(name: str, words: int, kind: str) -> str:
    slot, text = ("json" if kind == "jsonb" else "word"), f'"{name}"::text'
    for n in range(words):
        text = f"replace({text}, %({slot}{n})s, %(black)s)"
    return f"({text})::jsonb" if kind == "jsonb" else text


def _kinds(table: str) -> Mapping[str, str]:
    rows = fetch(
        "SELECT column_name, udt_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = %s",
        [table],
    )
    return dict(rows)
