"""Words of somebody who is erased, wherever else they were written: found and blacked out.

How a word may have been written (in another case, without accents, a Korean name apart or
together) says `mention_pattern`, a function of the database, which the owner's function for the
logs uses too. Tables are walked through in ranges of their ids, each its own transaction; twice
changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from concord.customers.rows import fetch, run

BLACK: Final = "▒▒▒"
RANGE: Final = 20_000  # ids looked at in one batch
# Where `mention_pattern` asks that no letter goes on.
_EDGES: Final = re.compile(r"\(\?:\(\?<![^)]*\)\|\(\?<=[^)]*\)\)|\(\?!\[[^)]*\)")


def black_out(table: str, texts: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """Replace the words in these text and JSON columns of a table with a number for its id."""
    if not words:
        return
    kinds = _kinds(table)
    found = " OR ".join(finds(f'"{name}"') for name in texts)
    says = ", ".join(f'"{name}" = {_replaced(name, kinds[name])}' for name in texts)
    values = parameters(words)
    for first, last in ranges(table):
        yield run(
            f"UPDATE {table} SET {says} WHERE id BETWEEN %(first)s AND %(last)s AND ({found})",  # noqa: S608 - our own names
            values | {"first": first, "last": last},
        )


def ranges(table: str) -> Iterator[tuple[Any, Any]]:
    """The ids of a table, numbers or UUIDs, in ranges, up to the greatest that there is now."""
    rows = fetch(
        f"(SELECT id FROM {table} ORDER BY id LIMIT 1) UNION ALL "  # noqa: S608 - our own name
        f"(SELECT id FROM {table} ORDER BY id DESC LIMIT 1)"
    )
    if not rows:
        return
    first, high = (row[0] for row in rows)
    while True:
        end = fetch(
            f"SELECT id FROM {table} WHERE id BETWEEN %s AND %s ORDER BY id OFFSET %s LIMIT 1",  # noqa: S608
            [first, high, RANGE],
        )
        if not end:
            yield first, high
            return
        # The next range begins where this one ends: a row that is looked at twice is the same.
        yield first, end[0][0]
        first = end[0][0]


def finds(name: str) -> str:
    """SQL: whether a text or JSON column has one of the words (of `parameters`).

    Whether a word ends where it should takes ten times as long to see as the word itself, and few
    texts have it: so that is looked at first.
    """
    return f"({name}::text ~ %(core)s AND {name}::text ~ %(mentions)s)"


def parameters(words: Sequence[str]) -> dict[str, Any]:
    """What `finds` asks with. One query; of no words, what nothing is found by."""
    [(pattern,)] = fetch("SELECT mentions_pattern(%s::text[])", [list(words)])
    pattern = pattern or "(?!)"
    return {"mentions": pattern, "core": _EDGES.sub("", pattern) or pattern, "black": BLACK}


def has(text: str, values: Mapping[str, Any]) -> bool:
    """Whether a text has one of the words (of `parameters`). One query."""
    asked = f"SELECT {finds('said')} FROM (SELECT %(text)s::text AS said) file"  # noqa: S608
    return bool(fetch(asked, {**values, "text": text})[0][0])


def mentioning(table: str, texts: Sequence[str], words: Sequence[str]) -> Iterator[list[int]]:
    """The rows of a table that have one of the words, range by range."""
    values = parameters(words)
    found = " OR ".join(map(finds, texts))
    for first, last in ranges(table):
        rows = fetch(
            f"SELECT id FROM {table} WHERE id BETWEEN %(first)s AND %(last)s AND ({found})",  # noqa: S608 - our own names
            values | {"first": first, "last": last},
        )
        yield [row[0] for row in rows]


def _replaced(name: str, kind: str) -> str:
    if kind == "jsonb":
        return f'without_mentions("{name}", %(mentions)s)'
    return f"regexp_replace(\"{name}\", %(mentions)s, %(black)s, 'g')"


def _kinds(table: str) -> Mapping[str, str]:
    rows = fetch(
        "SELECT column_name, udt_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = %s",
        [table],
    )
    return dict(rows)
