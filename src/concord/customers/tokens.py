"""The tokens that a customer is found by: written with the row, read by `search`.

한  빛정     one and two letters of Chinese, Korean and Japanese names (without spaces)
^han ^ha    how a Latin word starts (two and three letters); ^한 how a native one does
anb nbi     three letters inside a Latin word
#1234       four digits of a phone number
=4711       a foreign key, whole (also the ids of other schemes)
@a@b.com    an e-mail address, whole
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from concord.customers.golden import Said
from concord.customers.normal.text import is_cjk, latin, plain, repaired

LIMIT: Final = 400  # tokens a customer: a hostile name must not make a row of megabytes
_CJK_RUN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3]+")
_DIGITS = re.compile(r"\D+")
# What half of all addresses have in common finds nobody.
_MAIL_NOISE: Final = frozenset(
    {"com", "net", "org", "www", "co", "mail", "email", "info", "office", "contact", "kontakt"}
    | {"sales", "support", "service", "admin", "hello", "post"}
)


def search_tokens(members: Iterable[Said]) -> list[str]:
    """All that any member profile of a customer can be found by, sorted."""
    tokens: set[str] = set()
    for said in sorted(members, key=lambda said: said.name):
        if len(tokens) > LIMIT:
            break
        tokens.add(key_token(said.key))
        for name in set(said.names.values()):
            tokens |= name_tokens(repaired(name) or name)
        for phone in _texts(said.data.get("phones")):
            tokens |= phone_tokens(phone)
        for email in _texts(said.data.get("emails")):
            tokens |= email_tokens(email)
        for number in _numbers(said.data):
            tokens.add(key_token(number))
    return sorted(tokens)[:LIMIT] if len(tokens) > LIMIT else sorted(tokens)


@lru_cache(16_384)
def name_tokens(name: str) -> frozenset[str]:
    tokens: set[str] = set()
    folded = plain(name[:400])
    if is_cjk(folded):
        squashed = folded.replace(" ", "")
        for run in _CJK_RUN.findall(squashed):
            tokens.update(run)
            tokens.update(run[i : i + 2] for i in range(len(run) - 1))
        for word in folded.split():
            if is_cjk(word[0]):
                tokens.add(f"^{word[0]}")
                tokens |= word_tokens(latin(word).replace(" ", "")[:40])
    for word in latin(name[:400]).split():
        tokens |= word_tokens(word)
    return frozenset(tokens)


@lru_cache(16_384)
def word_tokens(word: str) -> frozenset[str]:
    """One Latin word: its start, and three letters anywhere in it."""
    starts = {f"^{word[:2]}", f"^{word[:3]}"} if len(word) > 1 else {f"^{word}"}
    return frozenset(starts.union(word[i : i + 3] for i in range(1, len(word) - 2)))


@lru_cache(16_384)
def phone_tokens(phone: str) -> frozenset[str]:
    digits = _DIGITS.sub("", phone)[:20]
    return frozenset(f"#{digits[i : i + 4]}" for i in range(len(digits) - 3))


@lru_cache(16_384)
def email_tokens(email: str) -> frozenset[str]:
    address = email.strip().lower()[:254]
    if "<" in address:
        address = address.partition("<")[2].rstrip("> ")
    tokens = {f"@{address}"[:64]}
    for word in telling_words(address):
        tokens |= word_tokens(word if word.isascii() else latin(word) or word)
    return frozenset(tokens)


def telling_words(address: str) -> set[str]:
    """The words of an e-mail address, or of a part of one, that tell whose it may be."""
    mailbox, _at, rest = address.partition("@")
    host, _space, beside = rest.partition(" ")
    name, _dot, _top = host.rpartition(".")
    return set(plain(f"{mailbox} {name or host} {beside}").split()) - _MAIL_NOISE


def key_token(key: str) -> str:
    return f"={key.strip().lower()}"[:64]


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value] if value else []
    return [str(item) for item in items[:20]]


def _numbers(data: Mapping[str, Any]) -> list[str]:
    ids = data.get("ids")
    found = [data.get("tax_id"), data.get("registration_id")]
    found += list(ids.values())[:20] if isinstance(ids, dict) else []
    return [str(number) for number in found if number]
