"""What goes along with a task that was made from an act: which act, and what our promise said. The
task itself holds none of it, so nobody reads there what they may not see."""

from __future__ import annotations

from concord.kernel.access import Viewer
from concord.records import access as records_access
from concord.records.models import Record
from concord.records.panels import Panel
from concord.treatment import access
from concord.treatment.keeping.listing import shown
from concord.treatment.models import ActVerdict, VerdictStep


def panel(viewer: Viewer, task: Record) -> Panel | None:
    """None for other tasks, and where the record is not this person's to see."""
    step = VerdictStep.objects.select_related("record").filter(task=task).first()
    if step is None or not records_access.sees(viewer, step.record):
        return None
    rows = ActVerdict.objects.filter(record=step.record_id, request=step.request)
    row = rows.select_related("customer", "record").order_by("-pk").first()
    if row is None:
        return None
    context = {"row": shown([row])[0], "may_open": access.may_see_kept(viewer)}
    return Panel("treatment/_kept_task.html", context)
