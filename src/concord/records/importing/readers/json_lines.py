"""JSON lines: one object a line; inner objects become columns with a dot in their names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.importing.readers.mixed import Foreign
from concord.records.importing.readers.table import Cell, FileOptions, Row, Table, check_width

JSON: Final = "json"  # in the place of a delimiter
LONGEST_LINE: Final = 4_000_000
LARGEST_EXPONENT: Final = 400
SAMPLED: Final = 1000


def read_jsonl(path: Path, options: FileOptions) -> Table:
    """The columns are those of the first thousand objects; a later object may lack some."""
    named: dict[str, None] = {}
    for _line, _text, found in islice(_objects(path, options), SAMPLED):
        if isinstance(found, dict):
            named |= dict.fromkeys(found)
            check_width(len(named))
    columns = list(named)
    if not columns:
        raise Problem(
            _("No line of it is a JSON object."),
            place=path.name,
            mend=_('JSON lines have one object a line: {"name": …}.'),
        )

    def rows() -> Iterator[Row]:
        for line, text, found in _objects(path, options):
            if isinstance(found, str):
                yield Row(line, [], found, text)
            else:
                yield Row(line, [found.get(name) for name in columns])

    return Table(columns, rows, None, options.encoding or "utf-8", JSON)


def _objects(path: Path, options: FileOptions) -> Iterator[tuple[int, str, dict[str, Cell] | str]]:
    """The number and text of each line, and its object or the code of its problem."""
    encoding = options.encoding or "utf-8-sig"
    foreign = Foreign(encoding)
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(LONGEST_LINE):
            number += 1
            if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                _skip_line(file)
                yield number, raw[:1000].decode("utf-8", "backslashreplace"), "too_long"
                continue
            try:
                text = raw.decode(encoding).strip()
            except UnicodeDecodeError:
                own = foreign.read(raw.decode(encoding, "surrogateescape"), is_text=False)
                shown = own or raw.decode("utf-8", "backslashreplace")
                yield number, shown.strip(), "mixed" if own else "encoding"
                continue
            if text:
                yield number, text, object_of(text)


def _skip_line(file: IO[bytes]) -> None:
    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def object_of(text: str) -> dict[str, Cell] | str:
    """The flat object of a line, or the code of what is wrong with it."""
    if "\x00" in text or "\\u0000" in text:
        return "nul"
    try:
        found = json.loads(text, parse_float=_decimal, parse_int=Decimal, parse_constant=_refuse)
        text.encode("utf-8")
        if not isinstance(found, dict):
            return "json"
        flat: dict[str, Cell] = {}
        _flatten(found, "", flat)
    except (ValueError, RecursionError):
        return "json"
    return flat


def _decimal(text: str) -> Decimal:
    """Written out, 1e999999999 would be a gigabyte of zeros."""
    found = Decimal(text)
    if abs(found.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"{text} is beyond any amount")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _flatten(found: dict[str, Any], prefix: str, flat: dict[str, Cell]) -> None:
    for name, value in found.items():
        key = f"{prefix}{name}"
        match value:
            case dict():
                _flatten(value, f"{key}.", flat)
            case list():
                flat[key] = [item if isinstance(item, str) else json.dumps(item, default=str)
                             for item in value]  # fmt: skip
            case _:
                flat[key] = value
