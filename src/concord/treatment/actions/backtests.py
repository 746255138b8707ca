"""Back-tests: begun from a draft or a version, gone on with month by month, stopped.

Nothing changes by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from concord.customers.rows import fetch
from concord.dmn.model import Model
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.lost import is_lost
from concord.kernel.models import User
from concord.treatment import access, policies
from concord.treatment.backtesting.months import Backtester, spans
from concord.treatment.backtesting.sums import Counted, Sum
from concord.treatment.models import Backtest, BacktestMonth, BacktestSum
from concord.treatment.tried_policy import Tried

KEPT: Final = timedelta(days=30)
LONGEST: Final = 120  # months
LOCK: Final = 0x626163  # with a part of the id: one worker at a time


def begin(
    by: User, tried: Tried, since: date, until: date, requests: Sequence[str] = ()
) -> Backtest:
    """Begin to try it on what was really done in these days, or find who does already.

    Raises `Problem` for everybody who may not draft, and for days that make no period.
    """
    access.check_drafter(by)
    if since > until or until > time.today():
        raise Problem(
            _("A period begins before it ends, and ends today at the latest."),
            place="until",
            mend=_("Choose another first or last day."),
        )
    months = spans(since, until)
    if len(months) > LONGEST:
        raise Problem(
            _("A period has at most %(months)d months.") % {"months": LONGEST},
            place="since",
            mend=_("Choose a later first day."),
        )
    made = _begun(by, tried, since, until, sorted(set(requests)))
    go_on(made)
    return made


def go_on(backtest: Backtest) -> None:
    """Hand it to a worker, unless it is done, was stopped, or one has it."""
    from concord.treatment.jobs import backtest as job

    if backtest.finished_at is not None or backtest.stopped_at is not None:
        return
    mine = {"backtest_id": str(backtest.pk)}
    jobs = ProcrastinateJob.objects.filter(task_name=job.name, args=mine)
    if not jobs.filter(status__in=("todo", "doing")).exists():
        job.defer(**mine)


@transaction.atomic
def stop(by: User, backtest: Backtest) -> None:
    """Let it end with its month; what is done stays, and it can be gone on with."""
    access.check_drafter(by)
    rows = Backtest.objects.filter(pk=backtest.pk, finished_at=None, stopped_at=None)
    if rows.update(stopped_by=by, stopped_at=time.now()):
        audit.record(by, "treatment.stop_backtest", "backtest", backtest.pk)


@transaction.atomic
def resume(by: User, backtest: Backtest) -> None:
    access.check_drafter(by)
    rows = Backtest.objects.filter(pk=backtest.pk, finished_at=None).exclude(stopped_at=None)
    if rows.update(stopped_by=None, stopped_at=None):
        audit.record(by, "treatment.resume_backtest", "backtest", backtest.pk)
    backtest.refresh_from_db()


def work(backtest_id: UUID, seconds: float | None = None) -> bool:
    """The months that are not done, or those of about so long; whether some are left. Nothing to do
    where it ended, was stopped or another worker has it. What goes wrong is said where the person
    waits, and raised if it is none of theirs."""
    with _alone(backtest_id) as is_mine:
        backtest = Backtest.objects.select_related("by", "base").filter(pk=backtest_id).first()
        if not is_mine or backtest is None or backtest.finished_at or backtest.stopped_at:
            return False
        try:
            with translation.override(backtest.by.language):
                return _work(backtest, seconds)
        except Problem as problem:
            _end(backtest_id, str(problem))
        except Exception as error:
            if not is_lost(error):  # the next worker goes on
                _end(backtest_id, _("This could not be worked out."))
            raise
        return False


def forget_old() -> None:
    """Those that are over and some weeks old."""
    Backtest.objects.filter(asked_at__lt=time.now() - KEPT).delete()


def counted(backtest: Backtest) -> list[Counted]:
    """What the months that are done came to. One query."""
    return [
        Counted(
            row.first, row.request, row.before, row.after, row.became, row.why,  # type: ignore[arg-type]
            Sum(row.acts, row.money, row.priceless),
        )
        for row in backtest.sums.order_by("first", "request", "before", "after", "became", "why")
    ]  # fmt: skip


def _work(backtest: Backtest, seconds: float | None) -> bool:
    last = None if seconds is None else monotonic() + seconds
    models = policies.model_of(backtest.base), _model(backtest.digest, backtest.xml)
    tester = Backtester(models, backtest.requests)
    for since, until in spans(backtest.since, backtest.until):
        month = backtest.months.filter(first=since.replace(day=1), done_at=None).first()
        if month is None:
            continue
        _month(backtest, month, tester.month(since, until))
        if not Backtest.objects.filter(pk=backtest.pk, stopped_at=None).exists():
            return False
        if last is not None and monotonic() > last:
            break
    if backtest.months.filter(done_at=None).exists():
        return True
    _end(backtest.pk)
    return False


@transaction.atomic
def _month(backtest: Backtest, month: BacktestMonth, found: list[Counted]) -> None:
    """Keep a month, all of it or nothing."""
    BacktestSum.objects.bulk_create(
        BacktestSum(
            backtest=backtest, first=each.first, request=each.request, before=each.before,
            after=each.after, became=each.became, why=each.why, acts=each.sum.acts,
            money=each.sum.money, priceless=each.sum.priceless,
        )
        for each in found
    )  # fmt: skip
    month.acts, month.done_at = sum(each.sum.acts for each in found), time.now()
    month.save(update_fields=["acts", "done_at"])


@lru_cache(maxsize=4)
def _model(digest: str, xml: str) -> Model:
    return policies.load(xml.encode())


def _begun(by: User, tried: Tried, since: date, until: date, requests: list[str]) -> Backtest:
    digest = policies.digest(tried.xml.encode())
    said = {"base": tried.base, "digest": digest, "since": since, "until": until,
            "requests": requests}  # fmt: skip
    found = Backtest.objects.filter(finished_at=None, **said).first()
    if found is not None:
        if found.stopped_at is not None:
            resume(by, found)
        return found
    forget_old()
    try:
        with transaction.atomic():
            made = Backtest.objects.create(
                name=tried.name[:200], xml=tried.xml, draft=tried.draft, by=by,
                asked_at=time.now(), **said,
            )  # fmt: skip
            BacktestMonth.objects.bulk_create(
                BacktestMonth(backtest=made, first=first.replace(day=1))
                for first, _last in spans(since, until)
            )
            audit.record(by, "treatment.backtest", "backtest", made.pk)
            return made
    except IntegrityError:  # the other click of a double one
        return Backtest.objects.filter(**said).latest("asked_at")


def _end(backtest_id: UUID, problem: str = "") -> None:
    rows = Backtest.objects.filter(pk=backtest_id, finished_at=None)
    rows.update(finished_at=time.now(), problem=problem)


@contextmanager
def _alone(backtest_id: UUID) -> Iterator[bool]:
    key = [LOCK, backtest_id.int & 0x7FFFFFFF]
    [(is_mine,)] = fetch("SELECT pg_try_advisory_lock(%s, %s)", key)
    try:
        yield is_mine
    finally:
        if is_mine:
            fetch("SELECT pg_advisory_unlock(%s, %s)", key)
