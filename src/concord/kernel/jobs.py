"""Background jobs: procrastinate, which enqueues in the caller's transaction.

An app declares its jobs in its `jobs.py`. A killed worker leaves its job as `doing`; the periodic
task here puts it back, so every job must bear being run twice.
"""

import smtplib

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from concord.kernel import chain, mail, mailbox

STALLED_AFTER = 60  # seconds without a heartbeat of the worker that had it
# After seconds, minutes, hours: a mail server that is away for a day is waited for.
MAIL_AGAIN = RetryStrategy(
    max_attempts=16, exponential_wait=2, retry_exceptions=[OSError, smtplib.SMTPException]
)


@app.periodic(cron="*/2 * * * *")
@app.task(name="kernel.retry_stalled", queueing_lock="kernel.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Put jobs of dead workers back into their queue."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await manager.retry_job(job)


@app.task(name="kernel.send_letter", retry=MAIL_AGAIN)
def send_letter(letter_id: int) -> None:
    """Send a letter: later again where the mail server or the database is away."""
    mail.deliver(letter_id)


@app.periodic(cron="* * * * *")
@app.task(name="kernel.read_mailbox", queueing_lock="kernel.read_mailbox", lock="kernel.mailbox")
def read_mailbox(timestamp: int) -> None:
    """What our people answered by mail."""
    if mailbox.is_named():
        mailbox.look()


@app.periodic(cron="* * * * *")
@app.task(name="kernel.seal_logs", queueing_lock="kernel.seal_logs")
def seal_logs(timestamp: int) -> None:
    """What was written to the audit and to other busy logs since becomes part of its chain."""
    chain.seal()
