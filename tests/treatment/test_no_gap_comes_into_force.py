"""No sequence of actions, by whomever, puts a policy with an unaccepted finding in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.treatment.cast import TODAY, Cast
from tests.treatment.proposing import CONFLICT, GAP, LOWER, changed

from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import law, policies
from concord.treatment.actions import checks, drafts, objections, proposals, publish
from concord.treatment.actions.limits import move_limit
from concord.treatment.models import (
    FindingAcceptance,
    PolicyDraft,
    PolicyInForce,
    PolicyProposal,
    PolicyVersion,
)
from concord.treatment.promise import Reader

VARIANTS = [changed(cells).save().decode() for cells in (LOWER, GAP, CONFLICT)]
PEOPLE = ("sarah", "bob", "olga", "alice", "adam")
Step = tuple[str, str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["begin", "change", "propose", "accept", "withdraw", "object", "answer", "publish",
             "publish", "put_back", "direct", "limit", "default"]
        ),
        st.sampled_from(PEOPLE),
        st.integers(0, 7),
    ),
    min_size=6,
    max_size=14,
)  # fmt: skip


def the(rows: list[object], at: int) -> object:
    if not rows:
        raise Problem("There is none.")
    return rows[at % len(rows)]


def act(name: str, by: User, at: int) -> object:
    """One action on one of the things that are there."""
    draft = lambda: the(list(PolicyDraft.objects.order_by("made_at")), at)  # noqa: E731
    proposal = lambda: the(list(PolicyProposal.objects.order_by("pk")), at)  # noqa: E731
    version = lambda: the(list(PolicyVersion.objects.order_by("pk")), at)  # noqa: E731
    day, latest = TODAY + timedelta(days=at % 3), PolicyInForce.objects.latest("id").pk
    xml = VARIANTS[at % len(VARIANTS)]
    steps: dict[str, Callable[[], object]] = {
        "begin": lambda: drafts.begin(by, "One more"),
        "change": lambda: drafts.change(by, draft().pk, [{"kind": "file", "xml": xml}]),  # type: ignore[attr-defined]
        "propose": lambda: proposals.propose(by, draft().pk, "It", "So.", day),  # type: ignore[attr-defined]
        "accept": lambda: _accept(by, proposal(), at),
        "withdraw": lambda: proposals.withdraw(by, proposal().pk, "No."),  # type: ignore[attr-defined]
        "object": lambda: _object(by, proposal()),
        "answer": lambda: objections.settle(TODAY + timedelta(days=40)),
        "publish": lambda: proposals.publish_proposal(by, proposal().pk, day, "So.", latest),  # type: ignore[attr-defined]
        "put_back": lambda: publish.put_back(by, version().number, day, "Back."),  # type: ignore[attr-defined]
        "direct": lambda: publish.put_in_force(by, version(), day, "Now."),  # type: ignore[arg-type]
        "limit": lambda: _limit(by, at),
        "default": lambda: publish.install_default(by, day, "Anew."),
    }
    return steps[name]()


def _accept(by: User, proposal: object, at: int) -> object:
    assert isinstance(proposal, PolicyProposal)
    found = [each.id for each in checks.findings(proposal.version)]
    return checks.accept(by, proposal.version, dict.fromkeys(found[: at % 3], "By hand."))


def _object(by: User, proposal: object) -> object:
    assert isinstance(proposal, PolicyProposal)
    rule = "place_order.watch_large"
    return objections.object_to_rule(by, proposal.version, rule, "No.", proposal=proposal)


def _limit(by: User, at: int) -> object:
    policy = policies.in_force(TODAY)
    limits = [each for s in Reader(policy.model, "en").sections() for each in s.thresholds]
    return move_limit(by, limits[at % 2], "7000", TODAY, "So.", seen=policy.number)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_no_sequence_of_actions_puts_an_unaccepted_finding_in_force(
    cast: Cast, steps: list[Step]
) -> None:
    with transaction.atomic():
        draft = drafts.begin(cast.bob, "A gap to begin with")
        drafts.change(cast.bob, draft.pk, [{"kind": "file", "xml": VARIANTS[1]}])
        proposals.propose(cast.bob, draft.pk, "A gap", "So.", TODAY)
        seen = 0
        for name, who, at in steps:
            try:
                with transaction.atomic():
                    act(name, getattr(cast, who), at)
            except Problem:
                pass
            for row in PolicyInForce.objects.filter(pk__gt=seen).select_related("version"):
                seen = row.pk
                found = set(law.identified(policies.model_of(row.version)))
                accepted = FindingAcceptance.objects.filter(
                    digest=row.version.digest, by=cast.sarah
                )
                assert found <= set(accepted.values_list("finding", flat=True))
                assert row.put_in_force_by_id == cast.sarah.pk
        transaction.set_rollback(True)
