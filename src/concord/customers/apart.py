"""A customer taken apart altogether, before it is: what each entry would be on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from concord.customers import golden_rules, words
from concord.customers.actions.golden import members_of
from concord.customers.golden import Golden, display_name, golden
from concord.customers.hanging import Hanging, hanging
from concord.customers.normal.text import plain
from concord.customers.profiles import said_text
from concord.customers.survivorship import ATTRIBUTES
from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.kernel.words import say


@dataclass(frozen=True, slots=True)
class Single:
    """One entry as a customer of its own. `keeps_id`: the address of today leads to it.

    `differs` are values (label, what it says) other than what is shown today, `lacks` those that
    only other entries know.
    """

    id: UUID
    name: str
    source: str
    key: str
    is_gone: bool
    keeps_id: bool
    hanging: Hanging
    differs: list[tuple[str, str]]
    lacks: list[str]


def apart(viewer: Viewer, customer: UUID) -> list[Single]:
    """Every entry of the customer, the oldest first, but those that say nothing any more. Four
    queries."""
    every = sorted(members_of({customer})[customer], key=lambda each: each[0].id)
    members = [
        (said, is_gone) for said, is_gone in every if said.data or said.source != Source.DESK
    ]
    rules = golden_rules.in_force()
    today = golden([said for said, is_gone in members if not is_gone], rules)
    carried = hanging(viewer, [said.id for said, _ in members])
    named = {source.key: say(source.words) or source.key for source in Source.objects.all()}
    return [
        Single(
            said.id,
            display_name(alone := golden([said], rules), [said]),
            named.get(said.source, said.source),
            "" if said.source == Source.DESK else said.key,
            is_gone,
            said.id == customer,
            carried[said.id],
            [] if is_gone else list(_differs(viewer, today, alone)),
            [] if is_gone else _lacks(today, alone),
        )
        for said, is_gone in members
    ]


def _differs(viewer: Viewer, today: Golden, alone: Golden) -> Iterator[tuple[str, str]]:
    for attribute in ATTRIBUTES:
        if attribute in alone and attribute in today:
            before, text = (
                said_text(viewer, attribute, of[attribute]["value"]) for of in (today, alone)
            )
            if plain(before) != plain(text):
                yield words.attribute(attribute), text


def _lacks(today: Golden, alone: Golden) -> list[str]:
    return [words.attribute(each) for each in ATTRIBUTES if each in today and each not in alone]
