"""A file must stay what it is while it is read: half of one and half of another is no export."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem


class ChangedError(Problem):
    """The file is not what it was when it was begun."""

    def __init__(self, place: str) -> None:
        super().__init__(
            _("The file changed while it was read; nothing of it was kept."),
            place=place,
            mend=_("Import it again when nobody writes to it any more."),
            code="changed",
        )


@dataclass(slots=True)
class Steady:
    """A file as it was at the beginning: its content, and what the disk says of it."""

    path: Path
    digest: str
    said: tuple[int, int, int]

    @classmethod
    def of(cls, path: Path) -> Self:
        said = _said(path)
        file = cls(path, digest_of(path), said)
        file.require_same()
        return file

    def require_same(self) -> None:
        """A quick look: its length, its time, that it was not replaced; where one of these is not
        as it was, every byte. Raises ChangedError."""
        said = _said(self.path)
        if said != self.said:
            self.require_whole()
            self.said = said  # it was only touched

    def require_whole(self) -> None:
        """A thorough look: every byte of it. Raises ChangedError."""
        if not self.path.is_file() or digest_of(self.path) != self.digest:
            raise ChangedError(self.path.name)


def digest_of(path: Path) -> str:
    if not path.is_file():
        raise Problem(
            _("There is no such file."), place=str(path), mend=_("Check its name and folder.")
        )
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _said(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino)
