"""Who may see which fact. An answer never depends on it: facts run with the system's rights."""

from concord.facts.fact import Fact
from concord.kernel.access import Viewer


def sees(viewer: Viewer, fact: Fact) -> bool:
    """Whether the person sees the fact's value."""
    return viewer.sees_money or not fact.is_money
