"""No sequence of actions, by whomever and by whichever way, puts a policy with an unaccepted
finding in force: neither by the actions and pages nor with the application's login alone. (The API
and the commands read policies; they put none in force.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from tests.kernel.application import as_application
from tests.treatment.cast import TODAY, Cast
from tests.treatment.small_policy import BROKEN, broken, small

from concord.kernel import proof
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import law, policies
from concord.treatment.actions import checks, draft_files, drafts, objections, proposals, publish
from concord.treatment.actions.limits import move_limit
from concord.treatment.models import (
    Concern,
    FindingAcceptance,
    Outcome,
    PolicyDraft,
    PolicyInForce,
    PolicyProposal,
    PolicyVersion,
)
from concord.treatment.promise import Reader

# What a version says against the law. Of two that differ in nothing but what they promise, the
# finding is the same, and its acceptance is not.
FLAWS = ((), ("gap",), ("gap", "later"), ("conflict",), ("gap", "conflict"), ("word",))
CELLS = (  # what somebody writes into a cell: it makes a flaw, or mends one
    *BROKEN.values(),
    ("place_order.in_turn", "place_order.amount.in", "-"),
    ("place_order.on_hold", "place_order.standing.in", '"on hold"'),
    ("place_order.in_turn", "place_order.amount.in", "<= 7000"),
)
GAPS = (1, 2)
Step = tuple[str, str, int]  # the way, who, on which of the things that are there
PEOPLE = ("sarah", "sarah", "sarah", "bob", "olga", "alice", "adam")


class Steps:
    """Each method is one way to act, by one person, on one of the things that are there."""

    def __init__(self, by: User, at: int, sponsor: User) -> None:
        self.by, self.at, self.sponsor = by, at, sponsor
        self.day = TODAY + timedelta(days=at % 3)
        self.seen = PolicyInForce.objects.latest("id").pk

    def begin(self) -> None:
        drafts.begin(self.by, "One more")

    def bring(self) -> None:
        draft_files.begin(self.by, "From a file", "ours.dmn", self._model().encode())

    def file(self) -> None:
        drafts.change(self.by, self._draft().pk, [{"kind": "file", "xml": self._model()}])

    def write(self) -> None:
        rule, column, text = CELLS[self.at % len(CELLS)]
        cell = {"rule": rule, "column": column, "text": text}
        edit = {"kind": "cells", "table": "place_order.table", "cells": [cell]}
        drafts.change(self.by, self._draft().pk, [edit])

    def propose(self) -> None:
        proposals.propose(self.by, self._draft().pk, "It", "So.", self.day)

    def accept_all(self) -> None:
        self._accept(len(FLAWS))

    def accept_one(self) -> None:
        self._accept(1)

    def withdraw(self) -> None:
        proposals.withdraw(self.by, self._proposal().pk, "No.")

    def send_back(self) -> None:
        proposals.send_back(self.by, self._proposal().pk, "No.")

    def object(self) -> None:
        found = self._proposal()
        rule = "place_order.in_turn"
        objections.object_to_rule(self.by, found.version, rule, "No.", proposal=found)

    def reply(self) -> None:
        outcome = (Outcome.KEPT, Outcome.ACCEPTED)[self.at % 2]
        objections.answer(self.by, _one(Concern.objects.order_by("pk"), self.at).pk, outcome, "So.")

    def wait(self) -> None:
        objections.settle(TODAY + timedelta(days=40))

    def publish(self) -> None:
        proposals.publish_proposal(self.by, self._proposal().pk, self.day, "So.", self.seen)

    def put_back(self) -> None:
        were = PolicyVersion.objects.filter(in_force__isnull=False).order_by("pk").distinct()
        found = _one(were, self.at // 2 + 1) if self.at % 2 == 0 else self._version()
        publish.put_back(self.by, found.number, self.day, "Back.")

    def direct(self) -> None:
        publish.put_in_force(self.by, self._version(), self.day, "Now.")

    def limit(self) -> None:
        policy = policies.in_force(TODAY)
        sections = Reader(policy.model, "en").sections()
        limits = [each for section in sections for each in section.thresholds]
        move_limit(self.by, _one(limits, self.at), "80", TODAY, "So.", policy.number)

    def page(self) -> None:
        """The form of the page, whoever sends it."""
        client = Client()
        client.force_login(self.by)
        said = {"from_date": self.day, "reason": "So.", "seen": self.seen}
        answer = client.post(f"/promise/proposals/{self._proposal().pk}/publication/", said)
        if answer.status_code != 302:
            raise Problem(f"The page said {answer.status_code}.")

    def database(self) -> None:
        """With the application's login alone, and the sponsor's own proof."""
        with as_application():
            _run(
                "SELECT publish_policy(%s, %s, %s, 'Mine.', %s)",
                [self._version().number, self.sponsor.pk, self.day, proof.of(self.sponsor, "")],
            )

    def row(self) -> None:
        with as_application():
            _run(
                "INSERT INTO treatment_policyinforce (version_id, in_force_from, reason,"
                " put_in_force_by_id, put_in_force_at) VALUES (%s, %s, 'Mine.', %s, now())",
                [self._version().pk, self.day, self.sponsor.pk],
            )

    def _accept(self, most: int) -> None:
        version = self._proposal().version
        found = [each.id for each in checks.findings(version)][:most]
        checks.accept(self.by, version, dict.fromkeys(found, "By hand."))

    def _model(self) -> str:
        return broken(*FLAWS[self.at % len(FLAWS)]).save().decode()

    def _draft(self) -> PolicyDraft:
        return _one(PolicyDraft.objects.order_by("made_at"), self.at)

    def _proposal(self) -> PolicyProposal:
        return _one(PolicyProposal.objects.order_by("pk"), self.at)

    def _version(self) -> PolicyVersion:
        return _one(PolicyVersion.objects.order_by("pk"), self.at)


WAYS = [name for name in vars(Steps) if not name.startswith("_")]
INTO_FORCE = ("publish", "put_back", "direct", "limit", "page", "database")
SEQUENCES = 60


def a_sequence(chance: Random) -> Iterator[Step]:
    """What people really do, to its end (0 is the newest of its kind), and anything between."""
    for _ in range(chance.randint(2, 5)):
        kind = chance.random()
        if kind < 0.3:
            yield from proposed(chance.randrange(len(FLAWS)))
            yield chance.choice(("accept_all", "accept_one", "wait", "object")), "sarah", 0
            yield chance.choice(INTO_FORCE), "sarah", 0
        elif kind < 0.45:  # accepted in one version, put in force in another one
            first, second = chance.sample(GAPS, 2)
            yield from proposed(first)
            yield "accept_all", "sarah", 0
            yield from proposed(second)
            yield chance.choice(INTO_FORCE), "sarah", 0
        else:
            yield chance.choice(WAYS), chance.choice(PEOPLE), chance.randrange(12)


def proposed(model: int) -> list[Step]:
    return [("bring", "bob", model), ("propose", "bob", 0)]


def test_each_flaw_is_what_it_is_called() -> None:
    assert law.check(small()) == []
    found = [sorted({each.kind for each in law.check(broken(*flaws))}) for flaws in FLAWS]
    assert found == [sorted({*flaws} & {"gap", "conflict", "word"}) for flaws in FLAWS]


@pytest.mark.django_db
def test_no_sequence_of_actions_puts_an_unaccepted_finding_in_force(cast: Cast) -> None:
    version = publish.save_version(cast.sarah, small(), "A small one.")
    publish.put_in_force(cast.sarah, version, TODAY, "It is quickly checked.")
    draft = draft_files.begin(cast.bob, "A gap", "ours.dmn", broken("gap").save())
    proposals.propose(cast.bob, draft.pk, "A gap to begin with", "So.", TODAY)
    done: Counter[str] = Counter()
    for seed in range(SEQUENCES):
        with transaction.atomic():
            carry_out(list(a_sequence(Random(seed))), cast, done)
            transaction.set_rollback(True)

    missed = [way for way in INTO_FORCE if not (done[way] and done[f"no {way}"])]
    assert missed == [], done  # each was gone to its end, and each was refused
    assert done["accepted"] > 5, done  # a finding that was accepted is no hindrance
    assert done["row"] == 0


def carry_out(steps: Sequence[Step], cast: Cast, done: Counter[str]) -> None:
    for way, who, at in steps:
        step = Steps(getattr(cast, who), at, cast.sarah)
        try:
            with transaction.atomic():
                getattr(step, way)()
            done[way] += 1
        except Problem:
            done[f"no {way}"] += 1
        except DatabaseError:  # an action asks first: only who comes past it meets the database
            assert way in ("database", "row"), (steps, way)
            done[f"no {way}"] += 1
        for row in PolicyInForce.objects.filter(pk__gt=step.seen).select_related("version"):
            found = set(law.identified(policies.model_of(row.version)))
            accepted = FindingAcceptance.objects.filter(digest=row.version.digest, by=cast.sarah)
            assert found <= set(accepted.values_list("finding", flat=True)), (steps, way)
            assert row.put_in_force_by_id == cast.sarah.pk
            done["accepted"] += bool(found)


def _one(rows: Any, at: int) -> Any:
    found = list(rows)
    if not found:
        raise Problem("There is none.")
    return found[-1 - at % len(found)]  # the newest more often than others


def _run(statement: str, given: Sequence[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
