"""How a table stands on a sheet: which row says what, and how a text is kept in a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from concord.dmn.model import DecisionTable

# The first column is for the machine and hidden: what a row says, or a rule's id. Below the second
# (captions, a rule's number) stand the table's columns. The head, in this order:
TABLE, POLICY, KIND, ID, WORDS, TITLE, READS, TYPE, VALUES = range(1, 10)
HEAD: Final = ("hit policy", "kind", "id", "in words", "title", "reads", "type", "values")
# What the workbook was taken out of stands in the second column of the hidden row of kinds, the
# language of its cells in that of ids; where there is none they are FEEL.
FIRST_RULE: Final = VALUES + 1
FIRST_COLUMN: Final = 3
LONGEST: Final = 32_767  # characters of a cell, which Excel keeps
POLICIES: Final = {
    "U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "R": "RULE ORDER",
    "O": "OUTPUT ORDER", "C": "COLLECT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: an input, an output, or an annotation, which goes by its name."""

    kind: str
    id: str
    title: str
    reads: str
    type: str
    values: str


def columns(table: DecisionTable) -> list[Column]:
    return [
        *(Column("input", c.id, c.title, c.expression, c.type, c.allowed) for c in table.inputs),
        *(Column("output", c.id, c.title, c.name, c.type, c.allowed) for c in table.outputs),
        *(Column("annotation", name, name, "", "", "") for name in table.annotations),
    ]


def cells(table: DecisionTable, at: int) -> list[str]:
    """A rule's texts in the order of the columns; what is not there is empty."""
    rule = table.rules[at]
    notes = [*rule.annotations, *[""] * len(table.annotations)][: len(table.annotations)]
    return [*rule.inputs, *rule.outputs, *notes]


# The standard of the files writes a character that XML has not as _x000D_, so what looks like that
# is written with its first character in that way.
_WRITTEN: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITTEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")


def kept(text: str) -> str:
    return _UNWRITTEN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unkept(text: str) -> str:
    """The text that a cell means. Raises `UnicodeDecodeError` for half a character."""
    meant = _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text)
    return meant.encode("utf-16", "surrogatepass").decode("utf-16") if meant != text else text


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Names that Excel takes, at most 31 characters long, no two alike."""
    names: list[str] = []
    for title in titles:
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '") or "table"
        name, number = plain[:31], 1
        while name.casefold() in {each.casefold() for each in names}:
            number += 1
            name = f"{plain[: 28 - len(str(number))]} ({number})"
        names.append(name)
    return names
