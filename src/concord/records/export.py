"""Writing tables that a spreadsheet can open without harm."""

from __future__ import annotations

from typing import Final

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What some programs cut off before they look whether it is a formula.
_UNSEEN: Final = " \u00a0\u3000\ufeff\u200b\x00\v\f"


def csv_safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before one.

    Plain numbers stay numbers, negative ones too.
    """
    text = "" if value is None else str(value)
    if text.startswith(_DANGEROUS) and not _is_number(text):
        return f"'{text}"
    if text[:1] in _UNSEEN and text.lstrip(_UNSEEN).startswith(_DANGEROUS):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    return bool(body) and body.replace(".", "", 1).isascii() and body.replace(".", "", 1).isdigit()
