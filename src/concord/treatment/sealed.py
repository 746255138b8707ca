"""Which logs of the treatment are chained (`concord.kernel.chain`), and what is no break there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from concord.kernel import time
from concord.kernel.chain import Log
from concord.kernel.models import AuditEntry
from concord.treatment.models import AnswerMonth
from concord.treatment.months import FLOOR, born, later, month_of


def ended(ids: Collection[str]) -> set[str]:
    """Those answers whose month is no longer kept: the log of months says so, which is chained, the
    audit says the same with the same digest, and nothing younger can have ended."""
    over = _ended()
    return {key for key in ids if month_of(born(UUID(key))) in over}


def _ended() -> set[date]:
    said = AuditEntry.objects.filter(action="treatment.end_answer_month", subject_type="answers")
    audited = {
        (month, data.get("answers"), data.get("digest"))
        for month, data in said.values_list("subject_id", "data")
    }
    youngest = later(month_of(time.now()), -FLOOR - 1)
    return {
        each.month
        for each in AnswerMonth.objects.filter(month__lte=youngest)
        if (f"{each.month:%Y-%m}", each.answers, each.digest) in audited
    }


LOGS: Final = (
    Log("treatment_policyversion"),
    Log("treatment_policyinforce"),
    Log("treatment_policycheck"),
    Log("treatment_findingacceptance"),
    Log("treatment_proposalend"),
    Log("treatment_answermonth"),
    Log("treatment_answerlog", erased="inputs ? 'erased'", ended=ended),
)
