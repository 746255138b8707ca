"""Months of the log of answers: made ahead, and ended when they are over."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.db import DatabaseError, connection, transaction

from concord.customers.rows import fetch
from concord.kernel import time
from concord.kernel.models import Company
from concord.treatment.models import AnswerLog, AnswerMonth
from concord.treatment.months import born, first_id, later, month_of, over

AHEAD: Final = 3  # months; what comes later than that without us lies in the rest, and is found
PATIENCE: Final = "5s"  # how long to wait for those who read, before giving up for now
LONGEST: Final = "20s"  # what making months may take, while others wait for it

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """A month that is over: `left` answers stay, since something open still points at them."""

    month: date
    left: int


@transaction.atomic
def make_ahead() -> int:
    """Parts for this month and the next ones; how many were missing.

    Raises `OperationalError` where others hold the log for longer than our patience, or what lies
    in no month takes too long to look through: nobody who asks waits for us any longer.
    """
    _be_patient()
    _set("statement_timeout", LONGEST)
    return int(fetch("SELECT make_answer_months(%s)", [AHEAD])[0][0])


def end_what_is_over() -> list[Ended]:
    """End the months that are over by what the company says, each in a transaction of its own.

    A month that is busy waits for the next time; raises what else goes wrong, after the others.
    """
    kept = Company.load().answers_kept
    first = AnswerLog.objects.order_by("id").values_list("pk", flat=True).first()
    if kept is None or first is None:
        return []
    ended, wrong = [], []
    for month in over(month_of(born(first)), kept, time.now().date()):
        if not _has_answers(month):
            continue
        try:
            ended.append(_end(month))
        except DatabaseError as error:
            logger.warning("the answers of %s cannot be ended now: %s", month, error)
            wrong.append(error)
    if wrong:
        raise ExceptionGroup(f"{len(wrong)} months of answers could not be ended", wrong)
    return ended


def _has_answers(month: date) -> bool:
    return AnswerLog.objects.filter(
        id__gte=first_id(_moment(month)), id__lt=first_id(_moment(later(month, 1)))
    ).exists()


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@transaction.atomic
def _end(month: date) -> Ended:
    _be_patient()
    return Ended(month, int(fetch("SELECT end_answer_month(%s)", [month])[0][0]))


def _be_patient() -> None:
    _set("lock_timeout", PATIENCE)


def _set(name: str, text: str) -> None:
    """For this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, text])


def ended() -> list[AnswerMonth]:
    """The months that are no longer kept, the latest first."""
    return list(AnswerMonth.objects.order_by("-month"))
