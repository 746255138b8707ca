"""Which logs of the treatment are chained (`concord.kernel.chain`), and what is no break there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from concord.kernel.chain import Log
from concord.treatment.models import AnswerMonth
from concord.treatment.months import born, month_of


def ended(ids: Collection[str]) -> set[str]:
    """Those answers whose month is no longer kept, as the log of months says."""
    over = set(AnswerMonth.objects.values_list("month", flat=True))
    return {key for key in ids if month_of(born(UUID(key))) in over}


LOGS: Final = (
    Log("treatment_policyversion"),
    Log("treatment_policyinforce"),
    Log("treatment_policycheck"),
    Log("treatment_findingacceptance"),
    Log("treatment_proposalend"),
    Log("treatment_answerlog", erased="inputs ? 'erased'", ended=ended),
)
