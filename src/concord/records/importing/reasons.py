"""Why a row is to be fixed, and how: one sentence each for every code, in all languages.

A rejection keeps its code and what the sentences need, so that the page can say them in the
reader's language; the English text is kept beside it for the command line and for exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    # rows that cannot be read
    "ragged": (
        _("The row has another number of columns than the header."),
        _("Look for a separator inside a value that is not quoted, or for a missing one."),
    ),
    "encoding": (
        _("The row has bytes that are no text in this file's encoding."),
        _("Say the encoding under [file] in the mapping, or correct the characters."),
    ),
    "mixed": (
        _("The row is written in another encoding than its file; it is shown as it reads in that."),
        _("Look at its letters; where they are right, take it up as it is."),
    ),
    "cut": (
        _("The file ends in the middle of this row."),
        _("Export the file again: its end is missing."),
    ),
    "header": (
        _("The names of the columns stand here once more."),
        _("Dismiss it; it is no data."),
    ),
    "nul": (_("The row has a NUL character."), _("Remove it.")),
    "too_long": (
        _("A value is longer than can be taken."),
        _("Look for a quotation mark that is never closed."),
    ),
    "open_quote": (
        _("A quotation mark is opened and never closed."),
        _("Close it, or double it where it belongs to the value."),
    ),
    "quoting": (
        _("There is text after a closing quotation mark."),
        _("Double a quotation mark inside a quoted value."),
    ),
    "json": (_("The line is no JSON object."), _("One line must hold one object: {…}.")),
    "formula": (
        _("A cell shows an error of its formula."),
        _("Mend the formula in the workbook."),
    ),
    # values
    "missing": (
        _("“%(column)s” is empty, and %(needs)s needs it."),
        _("Fill it in, or let the mapping take such rows only where it is not empty (when)."),
    ),
    "date": (
        _("“%(value)s” is no date as expected (like %(formats)s)."),
        _("Correct it, or add its format to the mapping."),
    ),
    "number": (
        _("“%(value)s” is no number as expected (like %(example)s)."),
        _("Correct it, or say in the mapping how numbers look (number)."),
    ),
    "ambiguous": (
        _("“%(value)s” may be %(small)s or %(large)s."),
        _("Write it without doubt; if all have three decimals, say so in the mapping (number)."),
    ),
    "boolean": (
        _("“%(value)s” is neither yes nor no."),
        _("Translate it in the mapping (values)."),
    ),
    "not_translated": (
        _("“%(value)s” is not among the values that the mapping translates."),
        _("Add it to the mapping, or say what becomes of others (others)."),
    ),
    "status": (
        _("“%(value)s” is no status of this type."),
        _("Translate it in the mapping to one of: %(choices)s."),
    ),
    "choice": (
        _("“%(value)s” is none of the choices of this field."),
        _("Translate it in the mapping to one of: %(choices)s."),
    ),
    "currency": (
        _("“%(value)s” is no currency code."),
        _("Use three letters, such as EUR, KRW or TWD."),
    ),
    "unit": (
        _("There is no business unit “%(value)s”."),
        _("Translate it in the mapping, or add the unit under Settings."),
    ),
    "kind": (
        _("“%(value)s” is neither person nor organisation."),
        _("Translate it in the mapping (values)."),
    ),
    "spoiled": (
        _("“%(value)s” was a longer number before a spreadsheet shortened it."),
        _("Export the column as text; what was cut off cannot be told from this file."),
    ),
    "key": (
        _("The key is longer than 255 characters."),
        _("Choose the column that identifies it."),
    ),
    "too_much_text": (
        _("“%(column)s” has more than %(most)s characters."),
        _("Shorten it."),
    ),
    "too_large": (_("“%(value)s” is too large a number."), _("Correct it.")),
    "field": (_("“%(value)s” is not taken by this field: %(why)s."), _("Correct it.")),
    "refused": (
        _("The database does not take this row: %(why)s"),
        _("Correct the value that it names."),
    ),
    "repeated": (
        _("%(what)s stood in this file before, with other values."),
        _("Correct one of the two rows, or say which of them holds."),
    ),
    "erased": (
        _("The customer of this row was erased on request; what it says is not kept."),
        _("Delete them in that system, too. If they are a customer again, let them in first."),
    ),
}


# Each in a few words: the name of a group of rows.
NAMES: Final[Mapping[str, str | Promise]] = {
    "ragged": _("too many or too few columns"),
    "encoding": _("unreadable characters"),
    "mixed": _("another encoding"),
    "cut": _("cut off at the end"),
    "header": _("the header again"),
    "nul": _("a NUL character"),
    "too_long": _("a value too long"),
    "open_quote": _("a quotation mark never closed"),
    "quoting": _("text after a quotation mark"),
    "json": _("no JSON object"),
    "formula": _("an error of a formula"),
    "missing": _("an empty value"),
    "date": _("no date"),
    "number": _("no number"),
    "ambiguous": _("decimals or thousands"),
    "boolean": _("neither yes nor no"),
    "not_translated": _("a value not translated"),
    "status": _("an unknown status"),
    "choice": _("an unknown choice"),
    "currency": _("no currency code"),
    "unit": _("an unknown business unit"),
    "kind": _("neither person nor organisation"),
    "spoiled": _("a number cut short"),
    "key": _("a key too long"),
    "too_much_text": _("too much text"),
    "too_large": _("a number too large"),
    "field": _("not taken by its field"),
    "refused": _("refused by the database"),
    "repeated": _("said twice, differently"),
    "erased": _("erased on request"),
}


def name_of(code: str) -> str:
    return str(NAMES.get(code, code))


def reason(code: str, detail: Mapping[str, Any]) -> str:
    return _filled(REASONS[code][0], detail)


def mend(code: str, detail: Mapping[str, Any]) -> str:
    return _filled(REASONS[code][1], detail)


def in_english(code: str, detail: Mapping[str, Any]) -> tuple[str, str]:
    with translation.override("en"):
        return reason(code, detail), mend(code, detail)


def _filled(sentence: str | Promise, detail: Mapping[str, Any]) -> str:
    text = str(sentence)
    if why := detail.get("why"):
        detail = {**detail, "why": translation.gettext(why)}  # kept in English
    if written := detail.get("formats"):
        detail = {**detail, "formats": _example(str(written))}
    return text % detail if "%(" in text else text


# The last of December of 2026 by forms that are not of `strftime`.
_LAST_OF_DECEMBER: Final = {
    "excel": "46387",
    "excel1904": "44925",
    "roc": "115/12/31",
    "wareki": "令和8年12月31日",
}


def _example(written: str) -> str:
    """How dates are expected to be written, by examples: nobody need read `%d.%m.%Y`."""
    day = datetime(2026, 12, 31, 13, 45)  # noqa: DTZ001 - only to be written
    forms = dict.fromkeys(written.split(", "))
    return ", ".join(_LAST_OF_DECEMBER.get(form) or day.strftime(form) for form in forms)
