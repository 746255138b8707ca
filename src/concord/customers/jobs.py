"""What the worker does for the customers: profiles that a killed import left unmatched, and the
order of the questions that wait for a person.
"""

from contextlib import suppress
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from concord.customers.actions import (
    bridges,
    golden_settings,
    identity_runs,
    normal_forms,
    score_samples,
    search_index,
    waiting,
    weighing,
)
from concord.customers.actions.matching import match_pending
from concord.customers.rights import jobs as rights_jobs  # noqa: F401 - declares its own

MOST = 5_000  # profiles in one go; the next minute takes the rest
MOST_PAIRS = 2_000  # some ten seconds' work
BATCHES = 20  # of customers in one job: the next one goes on, and others have their turn


@app.periodic(cron="* * * * *")
@app.task(name="customers.match_pending", queueing_lock="customers.match_pending")
def match_waiting(timestamp: int) -> None:
    """Match profiles that still wait; a first load in a job of its own."""
    if waiting.is_running():
        return
    if not waiting.is_worth():
        match_pending(MOST)
        return
    with suppress(AlreadyEnqueued):
        match_first_load.defer()


@app.task(
    name="customers.match_first_load", queueing_lock="customers.match_first_load", queue="imports"
)
def match_first_load() -> None:
    """Match very many profiles together; twice matches nothing twice."""
    match_pending()
    write_missing_forms.defer(after=str(UUID(int=0)))


@app.periodic(cron="* * * * *")
@app.task(name="customers.weigh_questions", queueing_lock="customers.weigh_questions")
def weigh_questions(timestamp: int) -> None:
    """What a decision on each question would change: new ones first, each again once a day."""
    weighing.weigh_pending(MOST_PAIRS)


@app.periodic(cron="* * * * *")
@app.task(name="customers.tidy_search_index", queueing_lock="customers.tidy_search_index")
def tidy_search_index(timestamp: int) -> None:
    """So that nobody who writes has to."""
    search_index.tidy()


@app.periodic(cron="20 2 * * *")
@app.task(name="customers.find_weak_bridges", queueing_lock="customers.find_weak_bridges")
def find_weak_bridges(timestamp: int) -> None:
    """Look over all customers of several entries, once a night, one job after the other."""
    look_at_bridges.defer(after=str(UUID(int=0)))


@app.task(name="customers.look_at_bridges")
def look_at_bridges(after: str) -> None:
    """The next customers; twice finds the same."""
    last = bridges.look_at_all(UUID(after))
    if last is not None:
        look_at_bridges.defer(after=str(last))


@app.periodic(cron="50 2 * * *")
@app.task(name="customers.find_missing_forms", queueing_lock="customers.find_missing_forms")
def find_missing_forms(timestamp: int) -> None:
    """Normal forms that a first load left, or that other code of ours wrote, once a night."""
    write_missing_forms.defer(after=str(UUID(int=0)))


@app.task(name="customers.write_missing_forms")
def write_missing_forms(after: str) -> None:
    """The next ones; twice writes the same."""
    last = UUID(after)
    for _ in range(BATCHES):
        following = normal_forms.write_missing(last)
        if following is None:
            return
        last = following
    write_missing_forms.defer(after=str(last))


@app.task(name="customers.identity_run", queue="imports")
def identity_run(run_id: int) -> None:
    """Learn weights from our own profiles, or match all of them again; twice is once."""
    identity_runs.work(run_id)


@app.task(name="customers.take_score_sample")
def take_score_sample(sample_id: int) -> None:
    """Score entries drawn at random, for the page of thresholds; twice is once."""
    score_samples.take(sample_id)


@app.task(name="customers.refresh_golden")
def refresh_golden(rules_id: int) -> None:
    """Write values anew by rules that were put in force; twice is once."""
    if not golden_settings.refresh_customers(rules_id, BATCHES):
        refresh_golden.defer(rules_id=rules_id)


@app.task(name="customers.count_golden")
def count_golden(rules_id: int) -> None:
    """Count what other rules would change; twice is once."""
    if not golden_settings.count_changes(rules_id, BATCHES):
        count_golden.defer(rules_id=rules_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="customers.golden_again", queueing_lock="customers.golden_again")
def golden_again(timestamp: int) -> None:
    """What a killed job left: rules in force by which not all is written yet."""
    rules = golden_settings.latest_in_force()
    if rules is not None and rules.refreshed_at is None:
        golden_settings.go_on(rules)
