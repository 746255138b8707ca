"""What is kept of a person by the API: calls that may be repeated, for some days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from concord.customers.rights import registry
from concord.customers.rights.mentions import finds, parameters
from concord.customers.rights.registry import Erasing, Holding
from concord.customers.rows import run


def register() -> None:
    columns = {"connect_idempotentcall.response", "connect_idempotentcall.key"}
    registry.register(
        Holding("calls", _("Answers that systems may ask for again"), frozenset(columns), erase)
    )
    registry.harmless(HARMLESS)


def erase(erasing: Erasing) -> Iterator[int]:
    words = (*erasing.words, *map(str, (*erasing.customers, *erasing.profiles)))
    yield run(
        f"DELETE FROM connect_idempotentcall WHERE {finds('response')} OR {finds('key')}",  # noqa: S608
        parameters(words),
    )


HARMLESS: Final = {"connect_idempotentcall.digest": "a digest"}
