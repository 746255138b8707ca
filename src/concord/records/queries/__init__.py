"""Reads over several tables of records."""

from concord.records.queries.balances import outstanding
from concord.records.queries.detail import Detail, detail
from concord.records.queries.items import TimelineItem, items
from concord.records.queries.listing import listing
from concord.records.queries.open_items import open_ids
from concord.records.queries.timeline import timeline, timeline_ids

__all__ = [
    "Detail",
    "TimelineItem",
    "detail",
    "items",
    "listing",
    "open_ids",
    "outstanding",
    "timeline",
    "timeline_ids",
]
