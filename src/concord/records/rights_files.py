"""Files that people brought and that name who is erased: found in text and in workbooks."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape

from django.conf import settings

from concord.records.models import Import, ImportState

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp949", "big5", "cp1252")
PIECE: Final = 1 << 20
MOST_UNPACKED: Final = 1 << 31  # of a workbook: beyond that it is taken for one that names them


def forget_files(words: Sequence[str]) -> Iterator[int]:
    """Remove each kept file that has one of the words, with all that was found out about it.

    The file of an import that runs stays until it is done: its rows are parked.
    """
    running = _running()
    for kind in ("looks", "imports"):
        root = Path(settings.MEDIA_ROOT) / kind
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if folder.name not in running and any(
                names(path, words) for path in folder.rglob("*") if path.is_file()
            ):
                shutil.rmtree(folder, ignore_errors=True)
                yield 1


def names(path: Path, words: Sequence[str]) -> bool:
    """Whether a file has one of the words, in any encoding that we read."""
    wanted = _bytes(words)
    try:
        if zipfile.is_zipfile(path):
            return _in_zip(path, wanted)
        with path.open("rb") as file:
            return _in(file, wanted)
    except (FileNotFoundError, zipfile.BadZipFile):
        return False  # it went meanwhile, or is no workbook that anybody can read


def _in_zip(path: Path, wanted: Sequence[bytes]) -> bool:
    with zipfile.ZipFile(path) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
            return True
        for each in packed.infolist():
            with packed.open(each) as inside:
                if _in(inside, wanted):
                    return True
    return False


def _in(file: IO[bytes], wanted: Sequence[bytes]) -> bool:
    longest = max(map(len, wanted), default=1)
    before = b""
    while piece := file.read(PIECE):
        text = before + piece.lower()
        if any(each in text for each in wanted):
            return True
        before = text[-longest:]
    return False


def _bytes(words: Sequence[str]) -> list[bytes]:
    """Of each word in each encoding; letters of ASCII in lower case, as the file is read."""
    wanted: set[bytes] = set()
    for word in {*words, *map(escape, words)}:
        for encoding in ENCODINGS:
            with suppress(UnicodeEncodeError):
                wanted.add(word.encode(encoding).lower())
    return sorted(wanted)


def _running() -> set[str]:
    going = Import.objects.filter(state=ImportState.RUNNING).exclude(kept="")
    return {kept.split("/")[0] for kept in going.values_list("kept", flat=True)}
