"""What somebody types or pastes into a cell, read in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.feel import ast
from concord.kernel.errors import Problem
from concord.treatment.grid import comparisons, conditions, results, words
from concord.treatment.grid.columns import Column
from concord.treatment.grid.conditions import Form
from concord.treatment.values import written

LONGEST: Final = 2_000
HINT: Final = 120  # characters of what is allowed
ANY: Final = frozenset({"", "-", "–", "—", "*", "any", "모두", "不限"})
UNKNOWN: Final = frozenset({"?", "null", "unknown", "not known", "모름", "未知"})
TRUTHS: Final = {
    "true": "true", "yes": "true", "y": "true", "예": "true", "네": "true", "是": "true",
    "false": "false", "no": "false", "n": "false", "아니요": "false", "아니오": "false",
    "否": "false",
}  # fmt: skip
SIGNS: Final = {">=": ">=", "≥": ">=", "=>": ">=", "<=": "<=", "≤": "<=", "=<": "<=",
                ">": ">", "<": "<", "=": "="}  # fmt: skip
NUMBER: Final = r"-?\d[\d,. \u00a0]*"
SIGNED: Final = re.compile(rf"(>=|=>|<=|=<|[<>=≥≤])\s*({NUMBER})")
BETWEEN: Final = re.compile(r"\s*(?:\.\.|…|–|—|~|～|-| to | bis |至|到)\s*")
PLAIN: Final = r'(?:-?\d+(?:\.\d+)?|(?:@|date\()"[^"]*"\)?)'
FEEL: Final = re.compile(rf"(?:>=|<=|[<>=])?\s*{PLAIN}|[\[(]\s*{PLAIN}\s*\.\.\s*{PLAIN}\s*[\])]")
DAY: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
SEPARATOR: Final = re.compile(r"\s*(?:,|;|、|，|/|\bor\b|또는|或)\s*")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read(column: Column, text: str, names: Iterable[str] = ()) -> str:
    """FEEL for what was typed. `names` are those that a formula may use. Raises `Problem` that says
    what can be written instead."""
    text = text.strip()
    if len(text) > LONGEST:
        raise Problem(_("A cell has at most %(most)d characters.") % {"most": LONGEST},
                      place=column.title, mend=_("Say it shorter."))  # fmt: skip
    form = _condition(column, text) if column.side == "in" else _result(column, text)
    try:
        if form is None:
            return _formula(column, text, names)
        return conditions.write(form) if column.side == "in" else results.write(form)
    except (ValueError, dmn.FeelSyntaxError):
        raise not_understood(column, text) from None


def not_understood(column: Column, text: str) -> Problem:
    return Problem(
        _("“%(text)s” is not understood here.") % {"text": text[:80]},
        place=column.title,
        mend=_hint(column),
        code="typed",
    )


def _formula(column: Column, text: str, names: Iterable[str]) -> str:
    """FEEL as it stands. Raises where it is none, or a date that no calendar has."""
    said = text.removeprefix("=").strip()
    if DAY.fullmatch(said):
        raise ValueError(said)
    known = list(names) or ["?"]
    tree = (dmn.parse_unary if column.side == "in" else dmn.parse)(said, known).tree
    is_meant = text.startswith("=") or column.kind == "text" or _names(tree)
    if not is_rich(tree) or not is_meant or _is_unlisted(column, said):
        raise ValueError(said)
    return said


def _is_unlisted(column: Column, said: str) -> bool:
    """Whether it says plainly what a column of listed values, or of yes and no, has not."""
    if column.kind not in ("choice", "truth", "one", "many"):
        return False
    form = conditions.read(said) if column.side == "in" else results.read(said)
    return bool(form["kind"] != "formula")


def _names(tree: ast.Node) -> bool:
    """Whether it speaks of anything: 1-9-2026 is a sum to a machine alone."""
    return any(isinstance(each, ast.Name) for each in ast.walk(tree))


def is_rich(tree: ast.Node) -> bool:
    """Whether there is more to it than a name: nobody means one who writes a word into a cell."""
    nodes = tree.tests if isinstance(tree, ast.UnaryTests) else (tree,)
    return not all(isinstance(each, ast.Name) for each in nodes)


def _hint(column: Column) -> str:
    some = list(column.options.values())
    while len(some) > 3 and len(" · ".join(some)) > HINT:
        some.pop()
    match column.kind:
        case "number":
            return _("Write for example: > 10,000 · 500 to 2,000 · any · unknown.")
        case "date":
            return _("Write for example: 2026-09-01 · before 2026-09-01 · any · unknown.")
        case "truth":
            return _("Write yes, no, unknown or any.")
    return _("Write for example: %(some)s.") % {"some": " · ".join(some or ["…"])}


# Conditions -----------------------------------------------------------------------------------


def _condition(column: Column, text: str) -> Form | None:
    low = text.casefold()
    if low in ANY or low == str(words.ANY).casefold():
        return conditions.ANY
    if low in (str(words.KNOWN).casefold(), "not(null)"):
        return {"kind": "choice", "values": [], "unknown": True, "negated": True}
    inner = re.fullmatch(r"not\((?P<what>.+)\)", text) or re.fullmatch(
        _pattern(str(words.NOT)), text, re.IGNORECASE
    )
    if inner and (found := _alternatives(column, inner["what"])):
        return {**found, "negated": True}
    return _alternatives(column, text)


def _alternatives(column: Column, text: str) -> Form | None:
    parts = _options(column, text) if column.kind in ("choice", "truth") else _split(column, text)
    if parts is None:
        return None
    known = [each for each in parts if each.casefold() not in _unknown()]
    more: Form = {"unknown": len(known) < len(parts), "negated": False}
    if column.kind in ("choice", "truth") or not known:
        return {"kind": "choice", "values": known, **more}
    if column.kind == "text":
        return _texts(known, more)
    compared = [_comparison(column, each) for each in known]
    whole = [each for each in compared if each is not None]
    return {"kind": "range", "parts": whole, **more} if len(whole) == len(compared) else None


def _texts(known: Sequence[str], more: Form) -> Form | None:
    plain = [each.strip('"“”') for each in known]
    if any(re.search(r"[<>=()\[\]\"?]", each) for each in plain):
        return None
    return {"kind": "choice", "values": plain, **more}


def _unknown() -> set[str]:
    return {*UNKNOWN, str(words.UNKNOWN).casefold()}


def _split(column: Column, text: str) -> list[str]:
    """The alternatives of a cell: between commas with a space, and the words for or."""
    parts = [text]
    for mark in (str(words.OR), " or ", " 또는 ", " 或 ", "或", ";"):
        parts = [each for part in parts for each in part.split(mark)]
    whole: list[str] = []
    for part in (each.strip() for each in parts):
        if column.kind == "text" or _comparison(column, part) is None:
            whole += [each.strip() for each in re.split(r",(?=\s|[<>=≥≤-]|[a-z\"])", part)]
        else:
            whole.append(part)
    return [each for each in whole if each]


def _options(column: Column, text: str) -> list[str] | None:
    """The values that are named one after the other; None where something else stands there."""
    known: dict[str, str] = {} if column.kind == "choice" else dict(TRUTHS)
    for value, called in column.options.items():
        known[value.casefold()] = known[called.casefold()] = value
        known[conditions.quoted(value).casefold()] = value
    if column.kind == "truth":
        known |= {str(words.YES).casefold(): "true", str(words.NO).casefold(): "false",
                  "? = true": "true", "? = false": "false"}  # fmt: skip
    known |= {each: each for each in _unknown()}
    if len(SEPARATOR.findall(text)) > 2 * conditions.MOST:
        return None
    return _in_turn(text.casefold().strip(), sorted(known, key=len, reverse=True), known)


def _in_turn(text: str, names: Sequence[str], known: dict[str, str]) -> list[str] | None:
    if not text:
        return []
    for name in names:
        if not text.startswith(name):
            continue
        rest = text[len(name) :]
        mark = SEPARATOR.match(rest)
        if rest.strip() and not mark:
            continue
        further = _in_turn(rest[mark.end() :] if mark else "", names, known)
        if further is not None:
            return [known[name], *further]
    return None


def _comparison(column: Column, text: str) -> dict[str, str] | None:
    text = _without_unit(column, text)
    for op, pattern in _patterns(column.kind):
        found = _match(pattern, text)
        values = {key: _value(column, said) for key, said in found.items()} if found else {}
        if values and all(values.values()):
            return _part(op, {key: value or "" for key, value in values.items()})
    if found_sign := SIGNED.fullmatch(text):
        value = _value(column, found_sign[2])
        return _part(SIGNS[found_sign[1]], {"low": value}) if value else None
    for mark in BETWEEN.finditer(text):
        first = _value(column, text[: mark.start()])
        if first and (last := _value(column, text[mark.end() :])):
            return _part("[]", {"low": first, "high": last})
    alone = _value(column, text)
    return _part("=", {"low": alone}) if alone else _feel(column, text)


def _feel(column: Column, text: str) -> dict[str, str] | None:
    """One comparison or range as FEEL writes it."""
    form = conditions.read(text if FEEL.fullmatch(text) else "-")
    plain = form["kind"] == "range" and not form["unknown"] and not form["negated"]
    if not plain or len(form["parts"]) != 1:
        return None
    part: dict[str, str] = form["parts"][0]
    return part if (_date(part["low"]) is not None) == (column.kind == "date") else None


def _part(op: str, values: dict[str, str]) -> dict[str, str]:
    if len(op) == 2 and op[0] in "[(":
        open_ = op.replace("[", "").replace("]", "")
        return {"op": "between", **values, "open": open_}
    return {"op": op, **values}


def _patterns(kind: str) -> Iterator[tuple[str, str]]:
    said = comparisons.DATES if kind == "date" else comparisons.NUMBERS
    both = [(op, str(pattern)) for op, pattern in said.items() if op != "="]
    yield from sorted(both, key=lambda each: -each[1].count("%("))


def _match(pattern: str, text: str) -> dict[str, str] | None:
    """What stands in the places of a pattern, if the text is one of it."""
    found = re.fullmatch(_pattern(pattern), text, re.IGNORECASE)
    return found.groupdict() if found else None


def _pattern(pattern: str) -> str:
    place = r"%\((\w+)\)s"
    pieces = re.split(place, pattern)
    return "".join(
        f"(?P<{each}>.+?)" if at % 2 else r"\s*".join(map(re.escape, each.split(" ")))
        for at, each in enumerate(pieces)
    )


def _without_unit(column: Column, text: str) -> str:
    if column.unit:
        text = re.sub(rf"(?<=\d)\s*{re.escape(column.unit)}(?!\w)", "", text, flags=re.IGNORECASE)
    return text.strip()


def _value(column: Column, text: str) -> str | None:
    return _date(text) if column.kind == "date" else number(text)


def _date(text: str) -> str | None:
    text = text.strip()
    if found := re.fullmatch(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D{0,2}", text):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})", text):
        year, month, day = int(found[4]), int(found[3]), int(found[1])
        if found[2] != "." and day != month and max(day, month) <= 12:
            raise _two_ways(text, f"{year}-{month:02}-{day:02}", f"{year}-{day:02}-{month:02}")
        if found[2] != "." and month > 12:
            month, day = day, month
    elif found := re.fullmatch(r"(\d{1,2})\.? ([A-Za-z]{3})[a-z]*\.? (\d{4})", text):
        if found[2].lower() not in MONTHS:
            return None
        year, month, day = int(found[3]), MONTHS.index(found[2].lower()) + 1, int(found[1])
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def number(text: str) -> str | None:
    """A number as people write it: 10,000, 10 000, 1.000.000, 1.234,56; None for what is none.

    Raises `Problem` for 10.000, which is ten to one reader and ten thousand to another, and for
    12,5, which is a number to one and two of them to another."""
    text = text.strip()
    if re.search(r",\s", text):
        return None  # one after the other
    plain = re.sub(r"[ \u00a0]", "", text)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+|-?\d{1,3}([ \u00a0]\d{3})+,(\d\d?|\d{4,})", text):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}", plain):
        plain = plain.replace(".", "")
    elif re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", plain):
        raise _two_ways(text, plain.replace(".", ","), written(Decimal(plain)))
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif len(plain) <= 20 and re.fullmatch(r"-?[\d.,]+,\d+", plain):
        first, _comma, last = plain.rpartition(",")
        if (whole := number(first)) and "." not in whole:
            raise _two_ways(text, f"{whole}.{last}", f"{first}, {last}")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain) or len(plain) > 20:
        return None
    return written(Decimal(plain))


def _two_ways(text: str, one: str, other: str) -> Problem:
    return Problem(
        _("“%(text)s” can be read in two ways.") % {"text": text},
        mend=_("Write %(thousands)s or %(decimal)s.") % {"thousands": one, "decimal": other},
        code="typed",
    )


# Results --------------------------------------------------------------------------------------


def _result(column: Column, text: str) -> Form | None:
    low = text.casefold()
    if not low:
        return {"kind": "open"}
    if column.kind == "one" and (chosen := _options(column, text)) and len(chosen) == 1:
        return {"kind": "one", "value": chosen[0]}
    none = low in ("-", "–", "null") or low == str(words.NONE).casefold()
    if column.kind == "many":
        found = [] if none or low == "[]" else _options(column, text.strip("[]"))
        return None if found is None else {"kind": "many", "values": found}
    if none:
        return {"kind": "none"}
    match column.kind:
        case "one":
            return None
        case "truth":
            truth = TRUTHS.get(low, {str(words.YES).casefold(): "true",
                                     str(words.NO).casefold(): "false"}.get(low))  # fmt: skip
            return {"kind": "truth", "value": truth == "true"} if truth else None
        case "number":
            value = number(text)
            return {"kind": "number", "value": value} if value else None
    return {"kind": "one", "value": text.strip('"')} if not text.startswith("=") else None
