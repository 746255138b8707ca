"""Features on disk: made once, read many times.

A first load compares a million profiles; their features do not fit into memory, and to make them
anew takes ten times as long as to read them. Files of one run on this machine, never kept: the
format is that of this Python.
"""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import unpack_from
from typing import Any, Final
from uuid import UUID

from concord.customers.matching.features import Features
from concord.customers.normal.addresses import Address
from concord.customers.normal.names import OrganisationName, PersonName

KEPT: Final = 50_000


def dump(of: Features) -> bytes:
    place, born = of.address, of.birth_date
    plain: Any = (
        of.id.bytes,
        of.kind,
        [
            (
                one.given,
                one.family,
                one.generation,
                one.native,
                one.families,
                one.is_two,
                one.sounds,
            )
            for one in of.people
        ],
        [
            (one.words, one.native, one.glossed, one.forms, one.is_full, one.cut)
            for one in of.organisations
        ],
        of.phones,
        of.emails,
        of.domains,
        place
        and (place.numbers, place.words, place.postcode, place.city, place.street, place.house),
        of.country,
        born and born.toordinal(),
        dict(of.ids),
        dict(of.said),
    )
    return marshal.dumps(plain)


def load(stored: bytes) -> Features:
    (name, kind, people, firms, phones, emails, domains, place, country, born, ids, said) = (
        marshal.loads(stored)  # noqa: S302 - written by this run, in a folder of our own
    )
    return Features(
        UUID(bytes=name),
        kind,
        tuple([PersonName(*one) for one in people]),
        tuple([OrganisationName(*one) for one in firms]),
        phones,
        emails,
        domains,
        place and Address(*place),
        country,
        born and date.fromordinal(born),
        ids,
        said,
    )


class Forms:
    """The features of a run by the number of the profile in it; files of `size` numbers each."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._files: dict[int, mmap] = {}
        self._kept: OrderedDict[int, Features] = OrderedDict()

    def write(self, file: int, features: Sequence[Features | None]) -> None:
        """The numbers `file * size` and on; None where there is nothing to compare."""
        forms = [b"" if of is None else dump(of) for of in features]
        ends, at = [], 0
        for form in forms:
            at += len(form)
            ends.append(at)
        head = b"".join(end.to_bytes(4, "little") for end in [len(forms), *ends])
        (self._folder / f"{file}.forms").write_bytes(head + b"".join(forms))

    def __getitem__(self, number: int) -> Features:
        found = self._kept.get(number)
        if found is None:
            found = self._kept[number] = load(self._stored(number))
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _stored(self, number: int) -> Any:
        file, at = divmod(number, self._size)
        data = self._files.get(file)
        if data is None:
            with (self._folder / f"{file}.forms").open("rb") as opened:
                data = self._files[file] = mmap(opened.fileno(), 0, access=ACCESS_READ)
        (count,) = unpack_from("<I", data)
        start = unpack_from("<I", data, 4 * at)[0] if at else 0
        (end,) = unpack_from("<I", data, 4 * at + 4)
        base = 4 * (count + 1)
        return data[base + start : base + end]
