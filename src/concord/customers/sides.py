"""The two sides of a question: their entries as they are now, and as customers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from concord.customers import golden_rules
from concord.customers.actions.golden import members_of
from concord.customers.as_one import as_one
from concord.customers.consequences import View
from concord.customers.golden import Said
from concord.customers.questions import Question
from concord.kernel.access import Viewer

Member = tuple[Said, bool]  # with whether its source took it back


def seen(question: Question) -> str:
    """What a page that asks this now would show, as `Preview.seen` names it."""
    return name_of(*alive(question))


def view(viewer: Viewer, question: Question) -> View | None:
    """Both sides as customers, for what a decision changes beyond the values; None where one side
    has nothing any more."""
    left, right = _sides(question)
    if not left or not right:
        return None
    customers = (question.one,) if question.is_doubt else (question.one, question.other)
    rules = golden_rules.in_force()
    return View(
        viewer,
        left=as_one(left, customers[:1], rules),
        right=as_one(right, customers[1:], rules),
        together=as_one(left + right, customers, rules),
        is_one=question.is_doubt,
    )


def alive(question: Question) -> tuple[list[Said], list[Said]]:
    """The living entries of both, the oldest first."""
    left, right = ([said for said, gone in some if not gone] for some in _sides(question))
    return left, right


def _sides(question: Question) -> tuple[list[Member], list[Member]]:
    """The entries of both, the oldest first, each with whether its source took it back."""
    found = members_of({question.one} if question.is_doubt else {question.one, question.other})
    of = {customer: sorted(some, key=lambda one: one[0].id) for customer, some in found.items()}
    mine = of.get(question.one, [])
    if not question.is_doubt:
        return mine, of.get(question.other, [])
    beyond = question.beyond
    return (
        [each for each in mine if each[0].id not in beyond],
        [each for each in mine if each[0].id in beyond],
    )


def name_of(left: Sequence[Said], right: Sequence[Said]) -> str:
    """A name for what is seen: another one when an entry comes, goes, moves or changes."""
    sides = [sorted((said.name, said.since) for said in some) for some in (left, right)]
    return blake2b(repr(sorted(sides)).encode(), digest_size=12).hexdigest()
