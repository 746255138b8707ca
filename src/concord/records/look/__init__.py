"""A first look at a file without any mapping: what its columns are, and what is true in it.

`recognise` guesses what each column means, `read_rows` turns cells into values (with the rows that
could not be read), `look` answers, and `mapping_for` writes the mapping by which the file is kept
as a source: none of these touches the database. `upload` keeps the file for a day, `answers` its
answers.
"""

from concord.records.look.columns import Recognised, recognise
from concord.records.look.findings import Findings, look
from concord.records.look.mapping import mapping_for
from concord.records.look.rows import Row, Table, Unread, read_rows
from concord.records.look.vocabulary import ROLES, Role

__all__ = [
    "ROLES",
    "Findings",
    "Recognised",
    "Role",
    "Row",
    "Table",
    "Unread",
    "look",
    "mapping_for",
    "read_rows",
    "recognise",
]
