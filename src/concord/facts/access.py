"""Who may see which fact. An answer never depends on it: facts run with the system's rights."""

from concord.facts.fact import Fact
from concord.kernel.access import Viewer


def sees(viewer: Viewer, fact: Fact) -> bool:
    """Whether the person sees the fact's value, as told of the whole company.

    What is of a business unit (a hold, what is overdue) is not seen by who sees some units only.
    """
    sees_units = viewer.unit_ids is None or not fact.unit
    return sees_units and (viewer.sees_money or not fact.is_money)
