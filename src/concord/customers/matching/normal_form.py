"""Normal forms as the database keeps them: to make them anew takes ten times as long as to read
them, and a profile that comes in is compared with dozens.

JSON without what the profile says word for word (`Features.said`): that is read from the profile
where it is shown. A form of other code than ours is as if it were not there: `version` is of the
source of all that makes one, and of the libraries that it uses.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_origin, get_type_hints
from unicodedata import unidata_version

from concord.customers.normal.addresses import Address
from concord.customers.normal.names import OrganisationName, PersonName
from concord.customers.rows import as_json, from_json

if TYPE_CHECKING:
    from concord.customers.matching.features import Features

_T = TypeVar("_T")
_CUSTOMERS: Final = Path(__file__).parent.parent
_MADE_BY: Final = ("normal/*.py", "matching/features.py", "matching/normal_form.py", "golden.py")
_LIBRARIES: Final = ("anyascii", "Babel", "ftfy", "phonenumbers", "pypinyin", "python-stdnum")


@cache
def version() -> int:
    """A number of 31 bits that another code has by chance only."""
    found = blake2b(unidata_version.encode(), digest_size=4)
    for pattern in _MADE_BY:
        for path in sorted(_CUSTOMERS.glob(pattern)):
            found.update(path.read_bytes())
    for library in _LIBRARIES:
        found.update(f"{library} {version_of(library)};".encode())
    return int.from_bytes(found.digest(), "big") >> 1


def dump(of: Features) -> str:
    place, born = of.address, of.birth_date
    return as_json(
        [
            of.kind,
            [_values(name) for name in of.people],
            [_values(name) for name in of.organisations],
            list(of.phones),
            list(of.emails),
            list(of.domains),
            place and _values(place),
            of.country,
            born and born.toordinal(),
            dict(of.ids),
        ]
    )


def load(form: str) -> dict[str, Any]:
    """What `dump` wrote: the fields of `Features` from `kind` to `ids`."""
    kind, people, firms, phones, emails, domains, place, country, born, ids = from_json(form)
    return {
        "kind": kind,
        "people": tuple([_person(name) for name in people]),
        "organisations": tuple([_organisation(name) for name in firms]),
        "phones": frozenset(phones),
        "emails": frozenset(emails),
        "domains": frozenset(domains),
        "address": place and _address(place),
        "country": country,
        "birth_date": born and date.fromordinal(born),
        "ids": ids,
    }


_NAMES: Final = {
    of: tuple(field.name for field in dataclasses.fields(of))
    for of in (PersonName, OrganisationName, Address)
}


def _values(of: Address | OrganisationName | PersonName) -> list[Any]:
    return [_plain(getattr(of, name)) for name in _NAMES[type(of)]]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, frozenset) else value


def _reader(of: type[_T]) -> Callable[[list[Any]], _T]:
    """Makes one of its values in the order of its fields: JSON knows lists alone."""
    made = [get_origin(hint) for hint in get_type_hints(of).values()]
    casts = [(at, cast) for at, cast in enumerate(made) if cast in (tuple, frozenset)]

    def read(values: list[Any]) -> _T:
        for at, cast in casts:
            values[at] = cast(values[at])
        return of(*values)

    return read


_person: Final = _reader(PersonName)
_organisation: Final = _reader(OrganisationName)
_address: Final = _reader(Address)
