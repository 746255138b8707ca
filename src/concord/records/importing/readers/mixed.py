"""Lines that are written in another encoding than their file: files that were put together.

Such a line is a row to fix that shows what it says in its own encoding; nobody finds a customer
called “í•œë¹›” in the data a month later.
"""

from __future__ import annotations

from typing import Final

from concord.records.importing.readers.encodings import encoding_of

UNICODE: Final = frozenset({"utf-8", "utf-8-sig", "utf8", "utf-16", "utf-16-le", "utf-16-be",
                            "utf-32"})  # fmt: skip
_FIRST_LONG: Final = "\u0800"  # from here on a character takes three bytes: no chance finds them
_ENOUGH_TO_TELL: Final = 4  # bytes beyond ASCII; fewer are most often one letter of a western name
_GUESSES: Final = 20  # each takes a millisecond; then the encodings that were found are tried


class Foreign:
    """Finds and reads the lines of a file that are not in its encoding."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding.lower().replace("utf-8-sig", "utf-8")  # no line begins with a mark
        self._found: dict[str, None] = {}
        self._guesses = _GUESSES

    def problem(self, line: str) -> str:
        """`mixed`, `encoding` where nobody can say what the line is written in, else "".

        What are no bytes of a text in the file's encoding are lone surrogates in `line`.
        """
        is_text = is_unicode(line)
        if is_text and self.encoding in UNICODE:
            return ""
        if self.read(line, is_text=is_text) is not None:
            return "mixed"
        return "" if is_text else "encoding"

    def read(self, text: str, *, is_text: bool) -> str | None:
        """What it says in its own encoding; None where it is in the file's, or in none."""
        try:
            raw = text.encode(self.encoding, "surrogateescape")
        except UnicodeError:
            return None
        as_utf8 = _decoded(raw, "utf-8")
        if as_utf8 is not None and (not is_text or _is_surely_utf8(as_utf8, text)):
            return as_utf8
        return None if is_text else self._guessed(raw)

    def _guessed(self, raw: bytes) -> str | None:
        if self._guesses:
            self._guesses -= 1
            is_little = sum(byte > 127 for byte in raw) < _ENOUGH_TO_TELL
            self._found["cp1252" if is_little else encoding_of(raw)] = None
        texts = (_decoded(raw, encoding) for encoding in self._found)
        return next((text for text in texts if text is not None), None)


def is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_surely_utf8(as_utf8: str, as_read: str) -> bool:
    """Few texts in another encoding are UTF-8 by chance: none with characters of three bytes, and
    in those of one byte a character (as many characters as bytes) not even with two."""
    has_long = any(c >= _FIRST_LONG for c in as_utf8)
    return has_long or len(as_read) == len(as_utf8.encode())


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
