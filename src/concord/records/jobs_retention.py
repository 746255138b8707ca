"""What the worker does for retention."""

from procrastinate.contrib.django import app

from concord.kernel.lost import AGAIN
from concord.records.actions import retention
from concord.records.models import Disposal


@app.periodic(cron="40 3 * * *")
@app.task(name="records.propose_disposals", queueing_lock="records.propose_disposals")
def propose_disposals(timestamp: int) -> None:
    """Say what is due by the rules; go on with what was approved and interrupted."""
    retention.propose()
    for each in Disposal.objects.filter(finished_at=None, approved_at__isnull=False):
        retention.carry_out(each.pk)


@app.task(name="records.dispose", queue="imports", retry=AGAIN)
def dispose(disposal_id: int) -> None:
    retention.carry_out(disposal_id)
