"""Columns of results of a company's own, in tables that answer requests: what else a rule gives, as
the changes of a draft that make it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.dmn.model import DecisionTable, Model
from concord.kernel.errors import Problem
from concord.kernel.words import Words
from concord.treatment import examples, new_columns, own_words
from concord.treatment.grid import conditions, results
from concord.treatment.grid.typed import TRUTHS, number
from concord.treatment.own_words import OUTPUTS, RESULT

Change = dict[str, Any]
TYPES: Final = {
    "choice": gettext_lazy("one of several"), "text": gettext_lazy("a text"),
    "number": gettext_lazy("a number"), "boolean": gettext_lazy("yes or no"),
}  # fmt: skip
FEEL: Final = {"choice": "string", "text": "string", "number": "number", "boolean": "boolean"}


def there(model: Model, key: str) -> list[tuple[str, str]]:
    """The table's columns of results that are the company's own: their ids and names."""
    table = answering(model, key)
    return [(each.id, each.name) for each in table.outputs if each.name not in OUTPUTS]


def answering(model: Model, key: str) -> DecisionTable:
    """A table that answers a request. Raises `Problem` for one that other tables rest on: what it
    gives is one value."""
    table = new_columns.find(model, key)
    if not {"act", "say"} <= {each.name for each in table.outputs}:
        raise Problem(
            _("This table gives one thing alone, on which others rest."),
            place=key,
            mend=_("Add the column to the table of a request."),
            code="not-found",
        )
    return table


def changes(model: Model, key: str, name: str, said: Mapping[str, Any]) -> list[Change]:
    """The changes that give the table a column of the name; `said` is what `own_words.entry` has
    of it. Where another table has it already, its words, type and choices are those.

    Raises `Problem` where the table has it, or it is something else there.
    """
    table = answering(model, key)
    if any(each.name == name for each in table.outputs):
        raise Problem(_("This table has the column already."), place=name)
    known = own_words.entry(model, RESULT, name)
    if known is not None and (known["type"], known["choices"]) != (said["type"], said["choices"]):
        raise Problem(
            _("Another table has a column of this key, which holds something else."),
            place=name,
            mend=_("Choose another key, or the same type and choices."),
            code="conflict",
        )
    taken = {str(each.get("id", "")) for each in model.document.root.iter()}
    column = new_columns.free(f"{key}.{name}.out", taken)
    added: Change = {
        "kind": "add column", "table": table.id, "column": column, "of": "output",
        "after": table.outputs[-1].id, "reads": name, "label": "", "type": FEEL[said["type"]],
        "values": "", "text": said["default"],
    }  # fmt: skip
    own = [] if known is not None else [_worded(name, said)]
    return [*own, added]


def renamed(model: Model, name: str, called: Words) -> list[Change]:
    """The changes that call a column otherwise, wherever it stands."""
    known = own_words.entry(model, RESULT, name) or {"type": "text", "choices": {},
                                                     "default": "null"}  # fmt: skip
    return [_worded(name, {**known, "called": dict(called)})]


def without(model: Model, key: str, column: str) -> list[Change]:
    """The changes that take a column away with its cells, and its words where no other table has
    it. Raises `Problem`, with their names, where examples expect it."""
    table = answering(model, key)
    gone = next((each for each in table.outputs if each.id == column), None)
    if gone is None or gone.name in OUTPUTS:
        raise Problem(_("There is no such column."), place=column, mend=_("Load the page again."))
    expected = [each.name for each in examples.of(model)
                if each.table == key and gone.name in each.expect]  # fmt: skip
    if expected:
        raise Problem(
            _("Examples expect it: %(names)s.") % {"names": ", ".join(expected[:5])},
            place=gone.name,
            mend=_("Take those examples away first."),
            code="conflict",
        )
    found: list[Change] = [{"kind": "remove column", "table": table.id, "column": column}]
    elsewhere = (
        output.name
        for other in model.tables.values()
        if other.id != table.id
        for output in other.outputs
    )
    if gone.name not in elsewhere and own_words.entry(model, RESULT, gone.name) is not None:
        found.append(_worded(gone.name, None))
    return found


def default(kind: str, choices: Mapping[str, Words], text: str) -> str:
    """What a rule gives where nobody says otherwise, as FEEL; nothing is null. Raises `Problem` for
    what the column cannot hold."""
    text = text.strip()
    if not text:
        return "null"
    if kind == "number" and (read := number(text)):
        return read
    if kind == "boolean" and text.casefold() in TRUTHS:
        return TRUTHS[text.casefold()]
    if kind == "choice" and text in choices:
        return conditions.quoted(text)
    if kind == "text":
        return results.write({"kind": "one", "value": text})
    raise Problem(
        _("“%(text)s” is not understood here.") % {"text": text[:80]},
        place="default",
        mend=_("Leave it empty for nothing, or write what the column holds."),
    )


def _worded(name: str, said: Mapping[str, Any] | None) -> Change:
    return {"kind": "words", "of": RESULT, "key": name, "said": dict(said) if said else None}
