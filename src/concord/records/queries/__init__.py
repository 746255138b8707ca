"""Reads over several tables of records."""

from concord.records.queries.balances import balance_of, outstanding
from concord.records.queries.detail import Detail, detail
from concord.records.queries.items import TimelineItem
from concord.records.queries.listing import listing
from concord.records.queries.open_items import open_items
from concord.records.queries.timeline import timeline

__all__ = [
    "Detail",
    "TimelineItem",
    "balance_of",
    "detail",
    "listing",
    "open_items",
    "outstanding",
    "timeline",
]
