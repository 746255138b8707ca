"""Jobs run in a real worker, and those of a dead worker are taken up again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.journeys.worker import run_pending

from concord.kernel.jobs import STALLED_AFTER, retry_stalled


@pytest.mark.django_db(transaction=True)
def test_every_job_is_found() -> None:
    app.perform_import_paths()
    assert {
        "kernel.retry_stalled",
        "records.import_file",
        "customers.match_pending",
        "treatment.clear_watches",
    } <= set(app.tasks)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_dead_worker_waits_again() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [timezone.now() - timedelta(seconds=10 * STALLED_AFTER)],
        )
        (dead,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, args) "
            "VALUES ('default', 'customers.match_pending', 'doing', %s, "
            """'{"timestamp": 0}') RETURNING id""",
            [dead],
        )
        (job,) = cursor.fetchone()
    retry_stalled.defer(timestamp=0)
    run_pending()
    assert ProcrastinateJob.objects.get(pk=job).status in {"todo", "succeeded"}
