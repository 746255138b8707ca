"""Keys of one file that differ only by case, blanks or width: probably one customer spelt twice.

There are systems whose keys mean it (`0015g00000Ab` and `0015g00000aB` are two), so they come in as
two and nothing is held up; but the import says so, and nobody is split in silence. Kept in a
temporary SQLite database: memory does not grow with the file.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import ngettext

from concord.customers.said import ProfileSaid
from concord.records.importing.convert import Statement
from concord.records.models import Import
from concord.records.said import RecordSaid

EXAMPLES: Final = 5
_GROUPS: Final = "FROM keys GROUP BY folded HAVING count(*) > 1"


class Alike:
    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.database.execute(
            "CREATE TABLE keys (folded TEXT, key TEXT, PRIMARY KEY (folded, key)) WITHOUT ROWID"
        )

    def close(self) -> None:
        self.database.close()

    def add(self, statements: Iterable[Statement]) -> None:
        keys = {
            (type(one) is RecordSaid and one.type, one.key)
            for one in statements
            if type(one) is ProfileSaid or type(one) is RecordSaid
        }
        self.database.execute("BEGIN")
        self.database.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?)",
            [(f"{what or ''} {_folded(key)}", key) for what, key in keys],
        )
        self.database.execute("COMMIT")

    def warnings(self) -> list[dict[str, Any]]:
        """What is to be said of the file: nothing, or how many groups of keys, with examples."""
        [(groups,)] = self.database.execute(f"SELECT count(*) FROM (SELECT 1 {_GROUPS})")  # noqa: S608
        if not groups:
            return []
        examples = self.database.execute(
            f"SELECT group_concat(key, ' / ') {_GROUPS} ORDER BY folded LIMIT ?",
            [EXAMPLES],
        )
        return [{"code": "alike", "n": groups, "examples": [row[0][:200] for row in examples]}]


def _folded(key: str) -> str:
    plain = key if key.isascii() else unicodedata.normalize("NFKC", key)
    return "".join(plain.split()).casefold()


def warnings_of(imported: Import) -> list[str]:
    """The sentences of an import's warnings, in the reader's language."""
    return [
        ngettext(
            "%(n)s key is written in ways that differ only by case or blanks: %(examples)s.",
            "%(n)s keys are written in ways that differ only by case or blanks: %(examples)s.",
            one["n"],
        )
        % {"n": one["n"], "examples": ", ".join(f"“{each}”" for each in one["examples"])}
        for one in imported.warnings
    ]
