"""What the worker does for the customers: profiles that a killed import left unmatched."""

from procrastinate.contrib.django import app

from concord.customers.actions.matching import match_pending

MOST = 5_000  # profiles in one go; the next minute takes the rest


@app.periodic(cron="* * * * *")
@app.task(name="customers.match_pending", queueing_lock="customers.match_pending")
def match_waiting(timestamp: int) -> None:
    """Match profiles that still wait."""
    match_pending(MOST)
