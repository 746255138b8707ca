"""What the rows of a file are: a customer, a person who works there, something that happened …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from concord.records.drafts.called import type_of
from concord.records.drafts.plan import Plan
from concord.records.drafts.survey import Survey
from concord.records.look import titles
from concord.records.look.columns import Recognised
from concord.records.look.content import is_firm
from concord.records.look.vocabulary import Role

PERSON: Final = frozenset({Role.GIVEN_NAME, Role.FAMILY_NAME, Role.BIRTH_DATE, Role.PERSON_KEY})
_ENDED: Final = frozenset({Role.DUE, Role.SETTLED, Role.SHIPPED})
HAPPENED: Final = _ENDED | {Role.ISSUED, Role.AMOUNT, Role.BALANCE}
_TOLD: Final = frozenset({Role.STATUS, Role.SUBJECT})
_NAMED: Final = frozenset({Role.CUSTOMER_NAME, Role.TAX_ID, Role.EMAIL, Role.NAME_NATIVE})
_ABOUT: Final = PERSON | frozenset({
    Role.STREET, Role.CITY, Role.POSTCODE, Role.REGION, Role.ADDRESS, Role.PHONE, Role.EMAIL,
    Role.TAX_ID, Role.WEBSITE, Role.INDUSTRY, Role.SEGMENT, Role.REGISTRATION_ID, Role.NAME_NATIVE,
    Role.KIND, Role.COUNTRY,
})  # fmt: skip
_WHOSE: Final = frozenset({Role.CUSTOMER_KEY, Role.CUSTOMER_NAME, Role.PERSON_NAME})
_PERSONS: Final = frozenset({"patient", "requester", "invitee", "guest", "participant", "caller"})
COMPANIES: Final = frozenset({"company", "firma", "organization", "organisation", "account"})
NAMES: Final = frozenset({"name", "full name", "display name"})
_SEXES: Final = frozenset({"gender", "sex", "geschlecht", "sexe", "sexo", "성별", "性別", "性别"})
MUCH: Final = 4  # columns about a customer make the row one, though something has a date beside


def shape(known: Recognised, survey: Survey, file_name: str) -> Plan:
    """The parts of a plan, and what its customers and records are; none for a catalogue."""
    has = known.columns.keys()
    is_line = _is_line(known)
    happened = is_record(known) and not (is_line and not has & (HAPPENED - {Role.AMOUNT}))
    if not (happened or is_line) and _is_catalogue(known, survey):
        return Plan(parts=())
    is_named = bool(has & (_NAMED | PERSON | {Role.PERSON_NAME})) or not (happened or is_line)
    parts = ["customer"] if is_named and (happened or not is_line) else []
    person = bool(has & PERSON) or _is_who_works_there(known)
    kind = "organisation"
    if "customer" in parts and not happened:
        if person and works_somewhere(known, survey):
            parts.append("contact")
        elif person or is_a_persons(known, survey) or _is_of_persons(known):
            kind = "person"
    elif "customer" in parts and _is_of_persons(known):
        kind = "person"
    parts += ["record"] if happened else []
    parts += ["line"] if is_line else []
    several = happened or is_line
    first = ["customer"] if "customer" in parts and (several or "contact" in parts) else []
    first += ["record"] if is_line and happened else []
    return Plan(
        parts=tuple(parts),
        kind=kind,
        record_type=type_of(known, file_name, is_line) if several else "invoice",
        partial=("customer",) if several and "customer" in parts else (),
        first=tuple(first),
    )


def _is_who_works_there(known: Recognised) -> bool:
    place = known.columns.get(Role.PERSON_NAME, -1)
    if place < 0 or Role.CUSTOMER_NAME not in known.columns:
        return False
    return " ".join(titles.read(known.header[place]).words) in NAMES


def works_somewhere(known: Recognised, survey: Survey) -> bool:
    """Whether persons stand there with whom they work for."""
    has = known.columns.keys()
    if Role.KIND in has:
        return False  # either of both a row
    if Role.CUSTOMER_NAME in has and _is_seldom(known, survey):
        return False  # persons, a few of whom say a company
    if Role.CUSTOMER_NAME in has:
        return not is_generic(known, Role.CUSTOMER_NAME) or is_named_firm(known, survey)
    return Role.CUSTOMER_KEY in has and bool(has & {Role.PERSON_KEY, Role.NUMBER})


def _is_seldom(known: Recognised, survey: Survey) -> bool:
    """Whether few rows have the company: each with a number, or a mailbox, of its own."""
    columns, rows = survey.columns, survey.rows
    own = [known.columns[role] for role in (Role.CUSTOMER_KEY, Role.EMAIL) if role in known.columns]
    if 2 * columns[known.columns[Role.CUSTOMER_NAME]].filled >= rows:
        return False
    return any(columns[place].is_unique and columns[place].filled == rows for place in own)


def is_a_persons(known: Recognised, survey: Survey) -> bool:
    """Whether the one name that is there is a person's."""
    has = known.columns.keys()
    return Role.PERSON_NAME in has and Role.CUSTOMER_NAME not in has and Role.TAX_ID not in has


def _is_of_persons(known: Recognised) -> bool:
    """Whether what happened, happened with persons: with patients, or who have a birthday."""
    has = known.columns.keys()
    if Role.BIRTH_DATE in has and not has & {Role.CUSTOMER_NAME, Role.TAX_ID}:
        return True
    if _is_of_a_sex(known) and Role.TAX_ID not in has:
        return True
    roles = _WHOSE & has
    if _says_companies(known):
        roles -= {Role.PERSON_NAME}
    whose = [known.columns[role] for role in roles]
    return any(_PERSONS & set(titles.read(known.header[place]).words) for place in whose)


def _is_of_a_sex(known: Recognised) -> bool:
    """Whether they have a gender, and no column of who they work for says otherwise."""
    if _says_companies(known):
        return False
    return any(_SEXES & set(titles.read(title).words) for title in known.header)


def is_a_firms(title: str, survey: Survey) -> bool:
    """Whether it is the name of companies: of which several mailboxes may write."""
    if COMPANIES & set(titles.read(title).words):
        return True
    return _are_firms(survey.texts(survey.header.index(title)))


def is_named_firm(known: Recognised, survey: Survey) -> bool:
    return _are_firms(survey.texts(known.columns[Role.CUSTOMER_NAME]))


def _are_firms(texts: Sequence[str]) -> bool:
    return sum(map(is_firm, texts)) * 4 > len(texts)


def _says_companies(known: Recognised) -> bool:
    """Whether the name is headed as that of companies."""
    name = known.columns.get(Role.CUSTOMER_NAME)
    return name is not None and bool(COMPANIES & set(titles.read(known.header[name]).words))


def is_record(known: Recognised) -> bool:
    has = known.columns.keys()
    happened = has & HAPPENED
    is_much = len(has & _ABOUT) >= MUCH
    if Role.NUMBER in has and not is_generic(known, Role.NUMBER):
        return bool(happened or has & _TOLD)
    if is_much or Role.BIRTH_DATE in has:
        return bool(has & _ENDED) and len(happened) > 1
    return len(happened) > 1 or (
        Role.NUMBER in has and bool(happened) and bool(has & _TOLD)
    )  # fmt: skip


def _is_line(known: Recognised) -> bool:
    has = known.columns.keys()
    goods = has & {Role.PRODUCT, Role.UNIT_PRICE}
    numbered = has & {Role.LINE_NUMBER, Role.QUANTITY}
    return Role.NUMBER in has and bool(numbered) and (bool(goods) or len(numbered) == 2)


def _is_catalogue(known: Recognised, survey: Survey) -> bool:
    """Whether the file lists products, countries, agents …: nothing that is a customer."""
    has = known.columns.keys()
    if has & {Role.CUSTOMER_KEY, Role.EMAIL, Role.PHONE, Role.TAX_ID, *PERSON}:
        return False
    if Role.CUSTOMER_NAME in has and not is_generic(known, Role.CUSTOMER_NAME):
        return False
    return bool(survey.columns) and titles.catalogued(survey.columns[0].name)


def is_generic(known: Recognised, role: Role) -> bool:
    return titles.read(known.header[known.columns[role]]).is_generic
