"""The indexes of words by which customers and questions are found.

PostgreSQL puts what is new into a list first, and when that is full whoever writes next sorts all
of it in: of a million customers that was 0.9 s, once in some two thousand who came in on line.
And whoever searches walks through the list. So it is sorted in each minute, beside the work.
"""

from __future__ import annotations

from concord.customers.rows import fetch


def tidy() -> int:
    """Sort in what waits: how many pages of it there were."""
    [(pages,)] = fetch("SELECT tidy_search_index()")
    return int(pages)
