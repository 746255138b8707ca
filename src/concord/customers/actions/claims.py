"""Who has a question open, so that two people do not judge the same one unknowingly.

A claim is a row that ends by itself after a while: nobody waits for it, and a browser that was
closed keeps nothing from others.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from concord.customers.models import Claim, SetAside
from concord.customers.questions import Question
from concord.customers.rows import fetch
from concord.kernel.models import User
from concord.kernel.time import now, today, zone

HELD_FOR: Final = timedelta(minutes=10)


def claim(question: Question, by: User, *, ahead: bool = False) -> UUID | None:
    """The ticket of the page that opens it; None where somebody else has it open.

    Whoever opens another question gives up the one before, unless the new one is only held
    `ahead`, for when that is decided: nobody keeps more than these two from others.
    """
    at = now()
    rows = fetch(
        """
        WITH given_up AS (
            DELETE FROM customers_claim
            WHERE (until <= %(at)s OR by_id = %(by)s AND NOT %(ahead)s)
              AND (one, other) <> (%(one)s, %(other)s))
        INSERT INTO customers_claim (one, other, by_id, ticket, since, until)
        VALUES (%(one)s, %(other)s, %(by)s, %(ticket)s, %(at)s, %(until)s)
        ON CONFLICT (one, other) DO UPDATE
            SET by_id = excluded.by_id, ticket = excluded.ticket, until = excluded.until
            WHERE customers_claim.by_id = excluded.by_id OR customers_claim.until <= excluded.since
        RETURNING ticket
        """,
        {
            "one": question.one,
            "other": question.other,
            "by": by.pk,
            "ahead": ahead,
            "ticket": uuid4(),
            "at": at,
            "until": at + HELD_FOR,
        },
    )
    return rows[0][0] if rows else None


def release(ticket: UUID, by: User) -> None:
    """The page with this ticket was left; a later page of the same question keeps it."""
    Claim.objects.filter(ticket=ticket, by=by).delete()


def others_claim(question: Question, by: User) -> Claim | None:
    """Who else has it open now."""
    return (
        Claim.objects.select_related("by")
        .filter(one=question.one, other=question.other, until__gt=now())
        .exclude(by=by)
        .first()
    )


@transaction.atomic
def set_aside(question: Question, by: User) -> datetime:
    """Not now: the question comes to them again tomorrow, to others as before. Until when."""
    until = datetime.combine(today() + timedelta(days=1), time(), tzinfo=zone())
    SetAside.objects.filter(by=by, until__lte=now()).delete()
    SetAside.objects.update_or_create(
        by=by, one=question.one, other=question.other, defaults={"until": until}
    )
    Claim.objects.filter(by=by, one=question.one, other=question.other).delete()
    return until


def take_up(one: UUID, other: UUID, by: User) -> None:
    """Today after all."""
    SetAside.objects.filter(by=by, one=one, other=other).delete()


def forget(question: Question) -> None:
    """It is decided: nobody has it open or put it off any more."""
    for model in (Claim, SetAside):
        model._default_manager.filter(one=question.one, other=question.other).delete()
