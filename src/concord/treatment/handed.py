"""What goes along with a task that was handed over: the answer as it was given, redacted to whoever
reads it.

The task keeps a reference, never a copy: amounts are shown to those who may see them, and to nobody
else, whoever wrote the task.
"""

from __future__ import annotations

from concord.kernel.access import Viewer
from concord.records.models import Record
from concord.records.panels import Panel
from concord.treatment import access, queries, requests
from concord.treatment.models import AnswerLog, HandOver


def panel(viewer: Viewer, task: Record) -> Panel | None:
    """The question with its fields, the answer, the words and the facts; None for other tasks."""
    rows = HandOver.objects.select_related("answer__policy", "answer__asked_by")
    made = rows.filter(task=task).order_by("pk").first()
    if made is None:
        return None
    answer = queries.restore(made.answer)
    about = answer.fields.get(requests.named(answer.request).about or "")
    seen = AnswerLog.objects.filter(access.answers(viewer), pk=made.answer_id)
    return Panel(
        "treatment/_handed.html",
        {
            "entry": made.answer,
            "shown": queries.present(viewer, answer),
            "given": queries.given(viewer, answer),
            "about": Record.objects.filter(pk=int(str(about))).first() if about else None,
            "may_open": seen.exists(),
        },
    )
