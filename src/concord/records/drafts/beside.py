"""What columns are by those beside them, and by what the file is of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from concord.records.drafts import values
from concord.records.drafts.called import TRANSACTIONS, stem, type_called
from concord.records.drafts.subject import (
    COMPANIES,
    HAPPENED,
    NAMES,
    is_generic,
    is_named_firm,
    is_record,
)
from concord.records.drafts.survey import Survey
from concord.records.importing.values import text_of
from concord.records.look import titles
from concord.records.look.columns import Recognised
from concord.records.look.content import is_firm
from concord.records.look.vocabulary import Role

_NUMBERED: Final = re.compile(r"#?[A-Z]{0,5}[-_/]?\d+")


def renamed(known: Recognised, survey: Survey, file_name: str = "") -> Recognised:
    """What columns are by those beside them: the “Name” of a deal is what it is about."""
    columns = dict(known.columns)
    _own_number(columns, known, survey, file_name)
    _numbered_name(columns, known, survey)
    _by_those_beside(columns, known, survey)
    _whose_name(columns, known, survey)
    _who_works_there(columns, known, survey)
    _specific_name(columns, known, survey)
    name = columns.get(Role.CUSTOMER_NAME)
    if name is not None and Role.SUBJECT not in columns and is_record(known):
        is_other = Role.CUSTOMER_KEY in columns and not is_named_firm(known, survey)
        if is_other and is_generic(known, Role.CUSTOMER_NAME) and Role.NUMBER in columns:
            columns[Role.SUBJECT] = columns.pop(Role.CUSTOMER_NAME)
    for role, other in ((Role.GIVEN_NAME, Role.FAMILY_NAME), (Role.FAMILY_NAME, Role.GIVEN_NAME)):
        is_alone = role in columns and other not in columns and Role.CUSTOMER_NAME not in columns
        if is_alone and titles.read(known.header[columns[role]]).is_generic:
            columns[Role.CUSTOMER_NAME] = columns.pop(role)
    return replace(known, columns=columns)


def _own_number(
    columns: dict[Role, int], known: Recognised, survey: Survey, file_name: str
) -> None:
    """Of charges, “Invoice ID” is another's number where “id” is their own; and of transactions,
    where two are of one invoice."""
    number = columns.get(Role.NUMBER)
    if number is None:
        return
    of, is_of = type_called(known.header[number]), type_called(stem(file_name))
    is_others = bool(of and is_of and of != is_of)
    for place, column in enumerate(survey.columns):
        if place in columns.values() or not column.is_unique or column.filled < survey.rows:
            continue
        said = titles.read(column.name)
        own = type_called(column.name)
        is_number = said.scores.get(Role.NUMBER, 0) >= titles.SURE
        is_first = place == 0 and said.is_generic and Role.NUMBER in said.scores
        if is_others and ((is_number and own == is_of) or is_first):
            columns[Role.NUMBER] = place
            return
        is_transactions = TRANSACTIONS & set(said.words) and is_number
        if is_transactions and not survey.columns[number].is_unique:
            columns[Role.NUMBER] = place
            return


def _numbered_name(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """The “Name” of an order may be #1001."""
    if Role.NUMBER in columns or columns.keys().isdisjoint(HAPPENED):
        return
    taken = columns.values()
    for place, name in enumerate(known.header):
        said = titles.read(name)
        if place not in taken and said.is_generic and Role.CUSTOMER_NAME in said.scores:
            texts = survey.texts(place)
            if texts and all(map(_NUMBERED.fullmatch, texts)):
                columns[Role.NUMBER] = place
                return


def _by_those_beside(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """A “State” of words for a status is no region; the name beside “requester.id” is
    that of the requester; what was paid is not what an invoice that says what is due is of."""
    _state_or_status(columns, known, survey)
    of, dot, _key = known.header[columns.get(Role.CUSTOMER_KEY, 0)].rpartition(".")
    if Role.CUSTOMER_KEY in columns and dot and f"{of}.name" in known.header:
        columns[Role.CUSTOMER_NAME] = known.header.index(f"{of}.name")
    _name_of_the_key(columns, known)
    amount = columns.get(Role.AMOUNT)
    is_paid = amount is not None and "paid" in titles.read(known.header[amount]).words
    if is_paid and Role.BALANCE in columns:
        del columns[Role.AMOUNT]


def _state_or_status(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    for role, other in ((Role.REGION, Role.STATUS), (Role.STATUS, Role.REGION)):
        state = columns.get(role)
        if state is None or other not in titles.read(known.header[state]).scores:
            continue
        texts = survey.texts(state)
        is_status = 2 * sum(map(values.is_status, texts)) > len(texts)
        if is_status == (role is Role.STATUS):
            return
        del columns[role]
        columns.setdefault(other, state)
        return


def _name_of_the_key(columns: dict[Role, int], known: Recognised) -> None:
    """Beside “Requester id” the customer is the “Requester”, not the “Organization”."""
    if not {Role.CUSTOMER_KEY, Role.CUSTOMER_NAME} <= columns.keys():
        return
    of = titles.read(known.header[columns[Role.CUSTOMER_KEY]]).words[:-1]
    for place, name in enumerate(known.header):
        said = titles.read(name)
        if of and said.words in {of, (*of, "name")} and Role.CUSTOMER_NAME in said.scores:
            columns[Role.CUSTOMER_NAME] = place
            return


def _whose_name(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """A “contact name” that is not the person's own beside it is the customer's."""
    place = columns.get(Role.PERSON_NAME)
    if place is None or not {Role.GIVEN_NAME, Role.FAMILY_NAME} <= columns.keys():
        return
    said = titles.read(known.header[place]).scores
    if Role.CUSTOMER_NAME in columns or Role.CUSTOMER_NAME not in said:
        return
    family = columns[Role.FAMILY_NAME]
    rows = [row for row in survey.sample if max(place, family) < len(row)]
    same = sum(text_of(row[family]) in text_of(row[place]) for row in rows if text_of(row[family]))
    if 2 * same < len(rows):
        columns[Role.CUSTOMER_NAME] = columns.pop(Role.PERSON_NAME)


def _specific_name(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """Beside “Potential Customer” the “Name” of a quote is what it is about."""
    name = columns.get(Role.CUSTOMER_NAME)
    if name is None or Role.NUMBER not in columns or columns.keys().isdisjoint(HAPPENED):
        return
    if not titles.read(known.header[name]).is_generic:
        return
    for place, title in enumerate(known.header):
        said = titles.read(title)
        is_sure = said.scores.get(Role.CUSTOMER_NAME, 0) >= titles.EXACT and not said.is_generic
        if place in columns.values() or not is_sure or not any(map(_is_wordy, survey.texts(place))):
            continue
        columns[Role.CUSTOMER_NAME] = place
        columns.setdefault(Role.SUBJECT, name)
        return


def _who_works_there(columns: dict[Role, int], known: Recognised, survey: Survey) -> None:
    """The “Name” beside a “Company” is that of who works there."""
    company = columns.get(Role.CUSTOMER_NAME)
    if company is None or not columns.keys().isdisjoint({Role.PERSON_NAME, *HAPPENED}):
        return
    if not COMPANIES & set(titles.read(known.header[company]).words):
        return
    for place, title in enumerate(known.header):
        if place in columns.values() or " ".join(titles.read(title).words) not in NAMES:
            continue
        texts = survey.texts(place)
        if texts and not any(map(is_firm, texts)) and all(map(_is_wordy, texts)):
            columns[Role.PERSON_NAME] = place
            return


def _is_wordy(text: str) -> bool:
    return any(map(str.isalpha, text)) and not any(map(str.isdecimal, text))
