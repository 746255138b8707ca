"""What matching sees of a profile: its normal forms, made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from typing import Any, Final
from uuid import UUID

from concord.customers.golden import names_said
from concord.customers.matching import normal_form
from concord.customers.normal import dates, emails, ids, phones, places
from concord.customers.normal.addresses import Address, address
from concord.customers.normal.names import (
    OrganisationName,
    PersonName,
    may_be_person,
    organisation,
    person,
)
from concord.customers.rows import from_json
from concord.kernel.values import value

MOST: Final = 8  # names, phones, e-mails of one profile that are looked at
CACHE: Final = 30_000
SHOWN: Final = (  # what `Features.shown` reads
    *("name", "name_native", "name_latin", "given_name", "family_name", "phones", "emails"),
    *("website", "street", "postcode", "city", "address", "country", "birth_date", "tax_id"),
    *("registration_id", "ids"),
)


@value
class Features:
    """`ids` are (scheme, number); tax and registration numbers are schemes of that name.

    `people` of an organisation are its names read as a person's, where they may be one: not every
    system knows the difference. `digest` is that of what the profile says.
    """

    id: UUID
    kind: str
    people: tuple[PersonName, ...]
    organisations: tuple[OrganisationName, ...]
    phones: frozenset[str]
    emails: frozenset[str]
    domains: frozenset[str]
    address: Address | None
    country: str
    birth_date: date | None
    ids: Mapping[str, str]
    said: Mapping[str, Any]
    digest: bytes = field(default=b"", compare=False, repr=False)

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    def tell(self, data: str) -> None:
        """What it says word for word, JSON: before it is shown, where `of_form` made it."""
        if isinstance(self.said, Said):
            self.said.tell(data)

    def shown(self, of_field: str) -> str:
        """A value as the source wrote it: what the review page sets side by side."""
        said = self.said
        match of_field:
            case "name":
                return " · ".join(_names(said))
            case "phone":
                return ", ".join(_list(said, "phones"))
            case "email":
                return ", ".join(_list(said, "emails"))
            case "domain":
                return _text(said, "website") or ", ".join(_list(said, "emails"))
            case "address":
                return ", ".join(filter(None, (_text(said, "street"), _text(said, "address"))))
            case "place":
                parts = [_text(said, part) for part in ("postcode", "city")]
                return " ".join(filter(None, parts)) or _text(said, "address")
            case "country" | "birth_date" | "tax_id" | "registration_id":
                return _text(said, of_field)
        given = said.get("ids")
        ids = given.items() if isinstance(given, dict) else ()
        return next((str(value) for scheme, value in ids if f"id {scheme}".lower() == of_field), "")


class Said(Mapping[str, Any]):
    """What a profile says word for word, read where somebody looks: of most nobody does. Raises
    LookupError where nobody has told it yet."""

    __slots__ = ("_read", "_text")

    def __init__(self, text: str | None = None) -> None:
        self._text = text
        self._read: dict[str, Any] | None = None

    def tell(self, text: str) -> None:
        self._text = text

    def _all(self) -> dict[str, Any]:
        if self._read is None:
            if self._text is None:
                raise LookupError("what this profile says was not read: tell its features")
            data = from_json(self._text)
            self._read = {key: data[key] for key in SHOWN if key in data}
        return self._read

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


_cache: OrderedDict[tuple[int, bytes], Features] = OrderedDict()


def features(
    profile: UUID, kind: str, data: str, digest: bytes, form: str | None = None
) -> Features:
    """The features of what a profile says now (cached by the digest of what it says).

    `data` is JSON, as the database gives it, `form` the normal form of it where one is kept: they
    are read where the cache does not help.
    """
    key = (profile.int, digest)
    found = _cache.get(key)
    if found is None:
        if form is None:
            found = made(profile, kind, from_json(data), digest)
        else:
            found = of_form(profile, digest, form)
            found.tell(data)
        _cache[key] = found
        if len(_cache) > CACHE:
            _cache.popitem(last=False)
    return found


def of_form(profile: UUID, digest: bytes, form: str) -> Features:
    """The same of the normal form alone: it can be compared, but not shown (see `tell`), and is
    kept nowhere, so that nobody else meets it untold."""
    return Features(profile, **normal_form.load(form), said=Said(), digest=digest)


def made(profile: UUID, kind: str, data: Mapping[str, Any], digest: bytes = b"") -> Features:
    names = _names(data)
    land = places.country(_text(data, "country"))
    mailboxes = frozenset(filter(None, map(emails.email, _list(data, "emails"))))
    domains = {emails.domain(mailbox) for mailbox in mailboxes}
    if data.get("website"):
        domains.add(emails.site(_text(data, "website")))
    return Features(
        id=profile,
        kind=kind,
        people=_people(data, names) if kind == "person" else _perhaps_people(names),
        organisations=tuple(organisation(name) for name in names) if kind != "person" else (),
        phones=frozenset(filter(None, (phones.phone(p, land) for p in _list(data, "phones")))),
        emails=mailboxes,
        domains=frozenset(domains - {""}),
        address=address(
            _text(data, "street"),
            _text(data, "city"),
            _text(data, "postcode"),
            _text(data, "address"),
        ),
        country=land,
        birth_date=dates.birth_date(_text(data, "birth_date")),
        ids=_ids(data, land),
        said={key: data[key] for key in SHOWN if key in data},
        digest=digest,
    )


def _people(data: Mapping[str, Any], names: list[str]) -> tuple[PersonName, ...]:
    given, family = _text(data, "given_name"), _text(data, "family_name")
    if not given and not family:
        return tuple(dict.fromkeys(person(name) for name in names))
    in_parts = person(_text(data, "name"), given, family)
    others = [data.get("name_native"), data.get("name_latin")]
    return tuple(dict.fromkeys([in_parts, *(person(str(name)) for name in others if name)]))


def _perhaps_people(names: list[str]) -> tuple[PersonName, ...]:
    return tuple(person(name) for name in names if may_be_person(name))


def _ids(data: Mapping[str, Any], land: str) -> dict[str, str]:
    found = {
        "tax_id": ids.tax_id(_text(data, "tax_id"), land),
        "registration_id": ids.number(_text(data, "registration_id")),
    }
    given = data.get("ids")
    for scheme, number in list(given.items())[:MOST] if isinstance(given, dict) else ():
        found[f"id {scheme}".lower()] = ids.number(str(number))
    return {scheme: number for scheme, number in found.items() if number}


def _names(data: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(names_said(data).values()))[:MOST]


def _text(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name) or "").strip()[:400]


def _list(data: Mapping[str, Any], name: str) -> list[str]:
    value = data.get(name)
    items = value if isinstance(value, list) else [value] if value else []
    return [str(item)[:400] for item in items[:MOST]]
