"""Files that people brought and that name who is erased: found as the importer would read them.

A file that nobody can read (with a password, damaged, packed in another way) counts as one that
names them: whoever needs it brings it again.
"""

from __future__ import annotations

import codecs
import logging
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from io import TextIOWrapper
from lzma import LZMAError
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings

from concord.customers.rights.mentions import has, parameters
from concord.records.models import Draft, Import, ImportState

SIXTEEN: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
EIGHT: Final = ("utf-8", "cp949", "big5", "gb18030", "cp932", "cp1252", "cp1250", "cp1251")
PIECE: Final = 1 << 20
OVERLAP: Final = 2_000  # characters that are looked at with the piece before and the one after
MOST_UNPACKED: Final = 1 << 31  # characters of a workbook
SHORTEST_KEY: Final = 6  # a shorter one may be anything: an amount, a house number
# Between cells of a row; so that a name in two of them is found as well.
_BETWEEN: Final = str.maketrans(dict.fromkeys(';|"\t', " ") | {"\0": None})
_TAG: Final = re.compile(r"<[^<>]*>")
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_SAID: Final = re.compile(r"""^\s*encoding\s*=\s*["']([\w-]+)["']""", re.MULTILINE)
# gzip, RAR, 7z, PDF; and of an old workbook what one with a password has.
_PACKED: Final = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"%PDF-")
_ZIP, _OLD, _LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
_log = logging.getLogger(__name__)


def forget_files(search: Mapping[str, Any]) -> Iterator[int]:
    """Remove each kept file that names them (`wanted`), with all that was found out about it.

    The file of an import that runs stays until it is done: its rows are parked.
    """
    running, encodings = _running(), _encodings_said()
    for kind in ("looks", "imports"):
        root = Path(settings.MEDIA_ROOT) / kind
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if folder.name not in running and any(
                names(path, search, encodings.get(folder.name, ""))
                for path in folder.rglob("*")
                if path.is_file()
            ):
                _remove(folder)
                yield 1


def wanted(words: Sequence[str], keys: Mapping[int, Sequence[str]]) -> Mapping[str, Any]:
    """What a file is searched with: words that are theirs alone, and what systems call them."""
    called = [key for some in keys.values() for key in some if len(key) >= SHORTEST_KEY]
    return parameters([word.translate(_BETWEEN) for word in (*words, *called)])


def names(path: Path, search: Mapping[str, Any], encoding: str = "") -> bool:
    """Whether a file names them, in any encoding that we read, or cannot be read."""
    try:
        return any(has(text, search) for text in _texts(path, encoding))
    except FileNotFoundError:
        return False  # it went meanwhile
    except _UnreadableError:
        return True
    except (OSError, ValueError, LookupError):  # the others are to be looked at all the same
        _log.exception("a kept file cannot be searched for a person: %s", path.parent.name)
        return True


class _UnreadableError(Exception):
    """Nobody can say what is in this file."""


def _texts(path: Path, encoding: str) -> Iterator[str]:
    if zipfile.is_zipfile(path):
        yield from _texts_of_zip(path)
        return
    for name in _encodings_of(path, encoding):
        with path.open(encoding=name, errors="replace", newline="") as file:
            yield from map(_plain, _pieces(file))


def _texts_of_zip(path: Path) -> Iterator[str]:
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(path) as packed:
            for each in packed.infolist():
                with packed.open(each) as inside:
                    is_wide = inside.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
                with packed.open(each) as inside:
                    name = "utf-16" if is_wide else "utf-8"
                    for text in _pieces(TextIOWrapper(inside, name, "replace", newline="")):
                        left -= len(text)
                        if left < 0:
                            raise _UnreadableError
                        yield _plain(unescape(_TAG.sub(" ", text)))
    except (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, RuntimeError) as error:
        raise _UnreadableError from error


def _encodings_of(path: Path, said: str) -> list[str]:
    """Those in which a file may be written; raises _UnreadableError where it is no text."""
    is_utf8, has_zeros, is_locked = True, False, False
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith((_ZIP, *_PACKED)):  # a zip that is cut off is none
            raise _UnreadableError
        file.seek(0)
        while piece := file.read(PIECE):
            has_zeros |= b"\0" in piece
            is_locked |= start.startswith(_OLD) and _LOCKED in piece
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                is_utf8 = False
    if is_locked:
        raise _UnreadableError
    some = (*([said] if _is_text(said) else ()), *(("utf-8",) if is_utf8 else EIGHT))
    return list(dict.fromkeys((*some, *(SIXTEEN if has_zeros else ()))))


def _is_text(encoding: str) -> bool:
    try:
        "".encode(encoding)  # raises for base64 and what else makes no text of bytes
    except LookupError:
        return False
    return bool(encoding)


def _pieces(file: IO[str]) -> Iterator[str]:
    before = ""
    while piece := file.read(PIECE):
        yield before + piece
        before = (before + piece)[-OVERLAP:]


def _plain(text: str) -> str:
    if "\\u" in text:  # JSON
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.translate(_BETWEEN)


def _remove(folder: Path) -> None:
    """Raises OSError where it cannot be removed: then the erasure is not done."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)  # somebody else is at it


def _running() -> set[str]:
    going = Import.objects.filter(state=ImportState.RUNNING).exclude(kept="")
    return {kept.split("/")[0] for kept in going.values_list("kept", flat=True)}


def _encodings_said() -> dict[str, str]:
    """By their folders, the encodings that mappings say of kept files."""
    rows = (
        row
        for model in (Draft, Import)
        for row in model.objects.exclude(kept="").values_list("kept", "mapping")
    )
    return {
        kept.split("/")[0]: found[1] for kept, mapping in rows if (found := _SAID.search(mapping))
    }
