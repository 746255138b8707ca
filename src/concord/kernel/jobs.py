"""Background jobs: procrastinate, which enqueues in the caller's transaction.

An app declares its jobs in its `jobs.py`. A killed worker leaves its job as `doing`; the periodic
task here puts it back, so every job must bear being run twice.
"""

from procrastinate.contrib.django import app

STALLED_AFTER = 60  # seconds without a heartbeat of the worker that had it


@app.periodic(cron="*/2 * * * *")
@app.task(name="kernel.retry_stalled", queueing_lock="kernel.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Put jobs of dead workers back into their queue."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await manager.retry_job(job)
