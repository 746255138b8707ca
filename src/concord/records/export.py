"""Writing tables that a spreadsheet can open without harm."""

from __future__ import annotations

from typing import Final

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before one.

    Plain numbers stay numbers, negative ones too.
    """
    text = "" if value is None else str(value)
    if text.startswith(_DANGEROUS) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    return bool(body) and body.replace(".", "", 1).isascii() and body.replace(".", "", 1).isdigit()
