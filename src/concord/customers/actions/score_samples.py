"""Draw entries at random and score them against all they may be, for the page of thresholds."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from concord.customers.actions import candidates
from concord.customers.matching.compare import compare, weighed
from concord.customers.matching.model import KINDS, in_force
from concord.customers.models import ScoreSample
from concord.customers.restrictions import PROFILES as RESTRICTED
from concord.customers.rows import fetch
from concord.customers.thresholds import Sample
from concord.customers.training.sample import judged
from concord.kernel import audit
from concord.kernel.ids import new_id
from concord.kernel.models import User
from concord.kernel.time import now

DRAWN: Final = 4_000  # entries
AT_ONCE: Final = 500


def latest() -> ScoreSample | None:
    """The newest one that was taken."""
    return ScoreSample.objects.exclude(taken_at=None).order_by("-id").first()


def is_waiting() -> bool:
    return ScoreSample.objects.filter(taken_at=None).exists()


def ask(by: User | None) -> ScoreSample:
    """A worker shall take one; a second click is the same one."""
    from concord.customers.jobs import take_score_sample

    try:
        with transaction.atomic():
            row = ScoreSample.objects.create(asked_at=now(), by=by)
            audit.record(by, "customers.score_sample", "score_sample", row.pk)
    except IntegrityError:
        row = ScoreSample.objects.get(taken_at=None)
    take_score_sample.defer(sample_id=row.pk)
    return row


def take(sample_id: int) -> None:
    """Take it, here and now; one that is taken stays as it is."""
    row = ScoreSample.objects.filter(pk=sample_id, taken_at=None).first()
    if row is None:
        return
    model = in_force()
    found = {kind: Sample() for kind in KINDS}
    drawn, every = _drawn()
    seen: set[tuple[UUID, UUID]] = set()
    for at in range(0, len(drawn), AT_ONCE):
        batch, pairs = candidates.look(drawn[at : at + AT_ONCE])
        for pair in pairs - seen:
            left, right = (batch.features[profile] for profile in pair)
            compared = compare(left, right, batch.shared.between(left, right), model)
            found[compared.scale.kind].add(left.id, right.id, compared)
        seen |= pairs
    for one, verdict in judged():
        compared = weighed(one.left, one.right, one.levels, model)
        found[compared.scale.kind].add_judged(compared, same=verdict == "same")
    ScoreSample.objects.filter(pk=sample_id, taken_at=None).update(
        taken_at=now(),
        version=model.version,
        profiles=len(drawn),
        of_profiles=every,
        content={kind: sample.as_dict() for kind, sample in found.items()},
    )


def _drawn() -> tuple[list[UUID], int]:
    """Entries at random, and how many there are. Where there are many, blocks of the table: to
    throw a die for a million takes seconds."""
    [(every,)] = fetch(
        "SELECT count(*) FROM customers_profile WHERE withdrawn_at IS NULL AND NOT is_stub"
    )
    share = min(100.0, DRAWN * 150.0 / max(every, 1))
    seed = new_id().int % 2**31
    method = "SYSTEM" if share < 5 else "BERNOULLI"
    rows = fetch(
        f"""
        SELECT id FROM customers_profile TABLESAMPLE {method} (%s) REPEATABLE (%s)
        WHERE withdrawn_at IS NULL AND NOT is_stub AND id <> ALL(ARRAY({RESTRICTED}))
        ORDER BY md5(id::text) LIMIT %s
        """,  # noqa: S608 - words of ours
        [share, seed, DRAWN],
    )
    return [row[0] for row in rows], int(every)
