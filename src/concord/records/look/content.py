"""What a column's values look like, and which meanings they bear or contradict."""

# ruff: noqa: E501 - lists of words read best in long lines

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Final

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.kr import brn
from stdnum.tw import ubn

from concord.records.importing.readers import Cell
from concord.records.importing.values import as_boolean, text_of
from concord.records.look import titles
from concord.records.look.shapes import DateShape, date_shape, number_shape
from concord.records.look.vocabulary import Role

DATES: Final = frozenset({Role.ISSUED, Role.DUE, Role.SETTLED, Role.SHIPPED, Role.BIRTH_DATE})
NUMBERS: Final = frozenset({Role.AMOUNT, Role.BALANCE})
MEASURED: Final = frozenset({Role.QUANTITY, Role.UNIT_PRICE})
SHORT: Final = frozenset({Role.STATUS, Role.SEGMENT, Role.LANGUAGE, Role.UNIT})
WORDY: Final = frozenset({
    Role.GIVEN_NAME, Role.FAMILY_NAME, Role.PERSON_NAME, Role.ADDRESS, Role.STREET, Role.CITY,
    Role.NAME_NATIVE, Role.NAME_LATIN, Role.JOB_TITLE, Role.SUBJECT, Role.NOTES, Role.REGION,
    Role.INDUSTRY,
})  # fmt: skip
PERSONS: Final = frozenset({Role.GIVEN_NAME, Role.FAMILY_NAME, Role.PERSON_NAME})
# What else than yes and no stands in a column of disputes.
DISPUTE_WORDS: Final = {"disputed": True, "in dispute": True, "strittig": True, "open": False}
CERTAIN: Final = 0.9  # what the values cannot but be, whatever the column is called
_EMAIL: Final = re.compile(r"(?:[^<>@]*<)?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?")
_SITE: Final = re.compile(
    r"(?:https?://\S+\.\S+|(?:www\.)?(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?)", re.IGNORECASE
)
_PHONE: Final = re.compile(
    r"(?:tel\.?:?\s*)?\+?[\d\s().\-/–]{6,24}(?:\s*(?:x|ext\.?|#)\s*\d+)?", re.I
)
_PHONE_LIKE: Final = re.compile(r"\+\d|00\d|\(\d{2,4}\)|0\d{1,4}[-/ ]\d|\d{2,4}-\d{3,4}-\d{4}")
_DAY: Final = re.compile(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}\.?")
_GUID: Final = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"[A-Za-z]{2,8}_(?=\w*\d)[A-Za-z0-9]{6,}|(?=\w*\d\w*\d)[A-Za-z0-9]{15}(?:[A-Z0-9]{3})?"
)
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_SALUTATIONS: Final = frozenset({
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "firma", "m", "mme", "mlle", "sr", "sra", "srta",
    "先生", "小姐", "女士", "님", "씨", "様", "mx", "senor", "senora",
})  # fmt: skip
# Legal forms: whoever has one is no person.
_FIRM: Final = re.compile(
    r"(?<!\w)(?:inc|llc|ltd|limited|plc|corp|corporation|co|company|gmbh|ag|kg|ohg|e\.?k|se|sa|s\.a|sarl|sas|s\.l|srl|spa|bv|nv|oy|ab|a/s|as|pty|pte)\.?(?!\w)"
    r"|주식회사|유한회사|\(주\)|㈜|\(유\)|有限公司|股份|株式会社|有限会社|合同会社|商行|企業社",
    re.IGNORECASE,
)
_PARTY: Final = frozenset({
    "p", "b2c", "privat", "private", "individual", "consumer", "person", "개인", "個人", "个人", "natural", "particulier", "particular",
    "o", "b2b", "company", "business", "firma", "corporate", "organization", "organisation", "unternehmen", "법인", "기업", "사업자", "公司",
    "法人", "企業", "legal", "entreprise", "société", "empresa", "household", "org",
})  # fmt: skip


class Column:
    """A column of the sample; what its values look like is told once, when it is asked for."""

    def __init__(self, title: str, sample: Sequence[Sequence[Cell]], place: int) -> None:
        self.title = title
        self.said = titles.read(title)
        self._sample = sample
        self._place = place

    @cached_property
    def filled(self) -> list[Cell]:
        cells = (row[self._place] for row in self._sample if self._place < len(row))
        return [cell for cell in cells if text_of(cell)]

    @cached_property
    def texts(self) -> list[str]:
        return [text_of(cell) for cell in self.filled]

    @cached_property
    def date(self) -> DateShape | None:
        found = date_shape(self.filled)
        return found or (date_shape(self.filled, True) if self._is_called(DATES) else None)

    @cached_property
    def number(self) -> str | None:
        found = number_shape(self.filled)
        return found or (number_shape(self.filled, True) if self._is_called(NUMBERS) else None)

    def _is_called(self, roles: frozenset[Role]) -> bool:
        return any(self.said.scores.get(role, 0) >= titles.SURE for role in roles)

    @cached_property
    def is_wordy(self) -> bool:
        return self.share(lambda text: bool(re.search(r"[^\W\d_]{2}", text))) > 0.5

    @cached_property
    def has_few_values(self) -> bool:
        """The same few words again and again: a kind or a state, nobody's name."""
        return len(self.texts) >= 20 and len(set(self.texts)) <= 6

    @cached_property
    def is_token(self) -> bool:
        """Numbers that a system made: cus_9s6XKzkNRiz8i3, 0015g00000Abc12QAB."""
        return self.share(lambda text: bool(_TOKEN.fullmatch(text))) > 0.8

    @cached_property
    def is_bank_account(self) -> bool:
        return self.share(lambda text: bool(_IBAN.fullmatch(text.replace(" ", "")))) > 0.5

    @cached_property
    def is_code(self) -> bool:
        return is_code(self.texts)

    def share(self, fits: Callable[[str], bool]) -> float:
        """How much of the values fit, from 0 to 1."""
        return sum(map(fits, self.texts)) / len(self.texts) if self.texts else 0.0


def is_code(texts: Sequence[str]) -> bool:
    """Whether these are short and of one or two words, as keys are."""
    return all(len(text) <= 40 and not re.search(r"\s\S+\s", text) for text in texts)


def bears(role: Role, column: Column) -> float:
    """0 where the values contradict the role, 1 where they could not be anything else."""
    if not column.texts:
        return 0.1 if role in {Role.SETTLED, Role.SHIPPED} else 0.0
    if role in DATES:
        return 0.5 if column.date else 0.0
    if role in NUMBERS | MEASURED:
        return 0.5 if column.number and not column.date else 0.0
    if role in SHORT:
        return 0.5 if len(set(column.texts)) <= max(12, len(column.texts) // 20) else 0.0
    if role in _BY_SHAPE:
        return _BY_SHAPE[role](column)
    if role in WORDY:
        return _words(role, column)
    return 0.3


def _words(role: Role, column: Column) -> float:
    if column.date or not column.is_wordy:
        return 0.0
    if column.share(is_mailbox) > 0.5 or column.share(is_guid) > 0.5:
        return 0.0
    if role is Role.JOB_TITLE and column.share(_is_salutation) > 0.5:
        return 0.0
    if (
        role in {Role.GIVEN_NAME, Role.FAMILY_NAME, Role.PERSON_NAME}
        and column.share(is_firm) > 0.5
    ):
        return 0.0
    return 0.5


def _name(column: Column) -> float:
    if column.share(is_mailbox) > 0.5 or column.share(is_guid) > 0.5 or column.date:
        return 0.0
    if column.is_token:
        return 0.0
    if column.share(is_firm) >= 0.5:
        return 0.8
    return 0.6 if column.is_wordy else 0.1


def _phone(column: Column) -> float:
    if column.date and column.share(lambda text: bool(_DAY.match(text))) > 0.5:
        return 0.0
    if column.share(is_phone) >= 0.8 and column.share(_is_surely_phone) >= 0.6:
        return CERTAIN
    return 0.3 if column.share(is_phone) >= 0.6 else 0.0


def _number(column: Column) -> float:
    if not column.is_code or column.share(is_mailbox) > 0.5:
        return 0.0
    return 0.6 * len(set(column.texts)) / len(column.texts)


def _country(column: Column) -> float:
    codes = column.share(lambda text: bool(re.fullmatch(r"[^\W\d]{2,3}", text.replace(".", ""))))
    if codes > 0.9:
        return 0.4
    return 0.3 if column.is_wordy and column.share(lambda text: len(text) < 40) > 0.9 else 0.0


def _tax_id(column: Column) -> float:
    if column.share(is_business_number) >= 0.6 and len(set(column.texts)) * 2 > len(column.texts):
        return CERTAIN if len(column.texts) >= 3 else 0.5
    is_short = column.share(lambda t: len(t) <= 24 and any(map(str.isdigit, t))) > 0.5
    return 0.3 if is_short else 0.0


def _postcode(column: Column) -> float:
    is_short = column.share(lambda text: len(text) <= 12 and any(map(str.isdigit, text)))
    return 0.4 if is_short > 0.7 and not (column.date and column.share(_is_day) > 0.5) else 0.0


def _currency(column: Column) -> float:
    if column.share(lambda text: bool(re.fullmatch(r"[A-Z]{3}", text))) > 0.9:
        return 0.6
    short = column.share(lambda text: len(text) <= 3 or text.casefold() in _CURRENCIES) > 0.9
    return 0.4 if short and not column.number else 0.0


_CURRENCIES: Final = frozenset(
    {"won", "yuan", "dollar", "euro", "twd", "台幣", "新台幣", "人民币", "원화"}
)


def _kind(column: Column) -> float:
    """Persons or organisations: in words of its own, or yes and no to such a question."""
    texts = {text.casefold() for text in column.texts}
    if len(texts) > 8:
        return 0.0
    party = texts & _PARTY or all(as_boolean(text) is not None for text in texts)
    return 0.6 if party and not texts <= {"0", "1"} else 0.0


def _product(column: Column) -> float:
    if column.date or column.share(is_mailbox) > 0.5:
        return 0.0
    return 0.5 if column.is_wordy else 0.3


def _dispute(column: Column) -> float:
    return 0.5 if all(disputed(text) is not None for text in column.texts) else 0.0


_BY_SHAPE: Final[dict[Role, Callable[[Column], float]]] = {
    Role.CUSTOMER_NAME: _name,
    Role.EMAIL: lambda column: 1.0 if column.share(is_mailbox) >= 0.8 else 0.0,
    Role.WEBSITE: lambda column: CERTAIN if column.share(is_site) >= 0.8 else 0.0,
    Role.PHONE: _phone,
    Role.CURRENCY: _currency,
    Role.DISPUTED: _dispute,
    Role.NUMBER: _number,
    Role.LINE_NUMBER: lambda column: 0.3 if column.is_code and not column.date else 0.0,
    Role.CUSTOMER_KEY: lambda column: (
        0.4 if column.is_code and not column.date and not column.is_bank_account else 0.0
    ),
    Role.PERSON_KEY: lambda column: 0.4 if column.is_code and not column.date else 0.0,
    Role.COUNTRY: _country,
    Role.TAX_ID: _tax_id,
    Role.POSTCODE: _postcode,
    Role.KIND: _kind,
    Role.PRODUCT: _product,
}


@lru_cache(maxsize=256)
def disputed(text: str) -> bool | None:
    """Whether a cell says that an invoice is disputed; None where it says neither."""
    return DISPUTE_WORDS.get(text.casefold(), as_boolean(text))


def is_mailbox(text: str) -> bool:
    return "@" in text and bool(_EMAIL.fullmatch(text))


def is_site(text: str) -> bool:
    return bool(_SITE.fullmatch(text)) and any(map(str.isalpha, text)) and not is_firm(text)


def is_phone(text: str) -> bool:
    return (
        bool(_PHONE.fullmatch(text))
        and 6 <= sum(map(str.isdigit, text)) <= 16
        and not _is_day(text)
    )


def _is_surely_phone(text: str) -> bool:
    return is_phone(text) and bool(_PHONE_LIKE.match(text))


def is_firm(text: str) -> bool:
    """Whether a name has the form of a company's."""
    return bool(_FIRM.search(text))


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text))


def is_guid(text: str) -> bool:
    return bool(_GUID.fullmatch(text))


def _is_salutation(text: str) -> bool:
    return text.casefold().strip(" .") in _SALUTATIONS


@lru_cache(4096)
def is_business_number(text: str) -> bool:
    """Whether a number bears the check digits of a Korean, Taiwanese or European company."""
    digits = re.sub(r"\D", "", text)
    try:
        if re.fullmatch(r"\d{3}-\d{2}-\d{5}", text):
            return bool(brn.validate(digits))
        if text[:2].isalpha() and text[:2].isascii():
            return bool(vat.validate(text))
        return (
            len(text) == 8 and text.isdecimal() and bool(ubn.validate(text)) and not _is_ymd(text)
        )
    except (ValidationError, ValueError, KeyError):
        return False


def _is_ymd(text: str) -> bool:
    return "19000101" <= text <= "20991231" and text[4:6] <= "12" and text[6:] <= "31"
