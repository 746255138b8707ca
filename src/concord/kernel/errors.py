"""The one error that a person may read: what is wrong, where, and how to mend it."""

from __future__ import annotations

import re
from typing import Final

KEY: Final = re.compile(r"[a-z_]+(-[a-z-]+)?")  # of a field, perhaps in one language


class Problem(Exception):  # noqa: N818 - it is read by people, and the word is theirs
    """Something that the person who asked can understand and mend.

    `message` says what is wrong in one sentence, `place` names the file, line, field or address
    (empty where the message says it all), `mend` says what to do about it; `code` is a stable
    name for programs. The command line prints it as one paragraph without a traceback; pages and
    the API show the same parts.
    """

    def __init__(self, message: str, *, place: str = "", mend: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.mend = mend
        self.code = code

    @property
    def where(self) -> str:
        """The place as a page says it: the key of a field is for the form that has the field."""
        return "" if KEY.fullmatch(self.place) else self.place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f" {self.mend}" if self.mend else "")
