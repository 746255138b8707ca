"""What the worker does for the treatments: who waits is told, also of what only time brings."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from concord.kernel import time
from concord.kernel.lost import AGAIN
from concord.treatment.actions import (
    answer_months,
    askings,
    backtests,
    briefings,
    objections,
    previews,
    replay_runs,
    simulations,
    verdicts,
    watches,
)
from concord.treatment.keeping import due

REPLAYING = 120  # seconds at a time: others wait for the worker, too
SOON = "looks"  # somebody waits for it: not behind an import
LOOKING = 10.0  # seconds at a time of one look: others sit in front of theirs
WHILE = 20.0  # seconds for which one job goes on: others wait behind it


@app.periodic(cron="*/15 * * * *")
@app.task(name="treatment.clear_watches", queueing_lock="treatment.clear_watches")
def clear_watches(timestamp: int) -> None:
    """Decide again what people wait for: an exception began, a date passed, an event was missed."""
    watches.clear()


@app.task(name="treatment.look_again", queue=SOON)
def look_again(watch_ids: list[int]) -> None:
    """Decide again what these people wait for: something changed that it may rest on."""
    watches.clear(watch_ids)


@app.task(name="treatment.look_at_all", queue=SOON)
def look_at_all() -> None:
    """Decide again all that people wait for: another version of our promise is in force."""
    watches.clear()


@app.task(name="treatment.preview_policy", queue=SOON)
def preview_policy(preview_id: str) -> None:
    """Who would be treated differently: what the sponsor waits for on a page."""
    previews.work_out(UUID(preview_id))


@app.task(name="treatment.simulate", queue=SOON, retry=AGAIN)
def simulate(simulation_id: str) -> None:
    """Who would be treated differently by a draft, part by part, for a while; what is left goes on
    behind what waits."""
    if simulations.work(UUID(simulation_id), LOOKING):
        simulate.defer(simulation_id=simulation_id)


@app.task(name="treatment.backtest", retry=AGAIN)
def backtest(backtest_id: str) -> None:
    """What a draft would have said of what was really done, month by month, for a while; what is
    left goes on behind what waits."""
    if backtests.work(UUID(backtest_id), WHILE):
        backtest.defer(backtest_id=backtest_id)


@app.periodic(cron="40 3 * * *")
@app.task(name="treatment.forget_simulations", queueing_lock="treatment.forget_simulations")
def forget_simulations(timestamp: int) -> None:
    """What was simulated some days ago says nothing about today."""
    simulations.forget_old()
    backtests.forget_old()


@app.periodic(cron="* * * * *")
@app.task(name="treatment.judge_acts", queueing_lock="treatment.judge_acts")
def judge_acts(timestamp: int = 0) -> None:
    """Judge what was done and is due, for a while; what is left goes on behind what waits."""
    if verdicts.judge_for(WHILE):
        with suppress(AlreadyEnqueued):
            judge_acts.configure(priority=-10).defer()


@app.task(name="treatment.rate_changed", retry=AGAIN)
def rate_changed(currency: str, on: str) -> None:
    """A currency is worth something else from that day on: acts in it are judged anew."""
    due.mark_rate(currency, date.fromisoformat(on))


@app.periodic(cron="40 3 * * *")
@app.task(name="treatment.look_for_forgotten", queueing_lock="treatment.look_for_forgotten")
def look_for_forgotten(timestamp: int) -> None:
    """Acts that nobody judged, and changes that nobody told of."""
    verdicts.look_for_forgotten()


@app.periodic(cron="7 * * * *")
@app.task(name="treatment.settle_objections", queueing_lock="treatment.settle_objections")
def settle_objections(timestamp: int) -> None:
    """What nobody answered in time: the sponsor's default takes effect, and it is said."""
    objections.settle(time.today())


@app.task(name="treatment.brief", queue=SOON, retry=AGAIN)
def brief(in_force_id: int) -> None:
    """Every department gets what a version that comes into force changes for it."""
    briefings.write(in_force_id)


@app.periodic(cron="50 3 * * *")
@app.task(name="treatment.brief_forgotten", queueing_lock="treatment.brief_forgotten")
def brief_forgotten(timestamp: int) -> None:
    """What came into force and nobody was told of, each by a job of its own."""
    for in_force_id in briefings.forgotten():
        brief.defer(in_force_id=in_force_id)


@app.periodic(cron="10 * * * *")
@app.task(name="treatment.lapse_askings", queueing_lock="treatment.lapse_askings")
def lapse_askings(timestamp: int) -> None:
    """Exceptions that nobody answered until their day: who asked is told."""
    askings.lapse()


@app.periodic(cron="10 2 * * *")
@app.task(name="treatment.months_ahead", queueing_lock="treatment.months_ahead", retry=AGAIN)
def months_ahead(timestamp: int) -> None:
    """Months of the log are made ahead; again later, where somebody holds the log."""
    answer_months.make_ahead()


@app.periodic(cron="20 2 * * *")
@app.task(name="treatment.months_of_answers", queueing_lock="treatment.months_of_answers")
def months_of_answers(timestamp: int) -> None:
    """Months of the log end when they are over."""
    answer_months.end_what_is_over()


@app.periodic(cron="*/5 * * * *")
@app.task(name="treatment.replay_after_update", queueing_lock="treatment.replay_after_update",
          lock="treatment.replay_after_update")  # fmt: skip
def replay_after_update(timestamp: int) -> None:
    """Decide logged answers again, for a while: an update that would alter one is told."""
    if replay_runs.is_due():
        replay_runs.work(seconds=REPLAYING)
