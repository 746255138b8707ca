"""Files that were brought and are not imported yet."""

from uuid import UUID

from concord.kernel.access import Viewer
from concord.records import access
from concord.records.models import Draft
from concord.ui import paging

SHOWN = 50


def open_drafts(viewer: Viewer, cursor: str = "") -> paging.Page[Draft]:
    """Those that the viewer may go on with, the latest first."""
    found = Draft.objects.filter(access.brought(viewer), imported=None)
    if cursor:
        (pk,) = paging.decode(cursor, UUID)
        found = found.filter(pk__lt=pk)
    rows = list(found.select_related("source", "by").order_by("-pk")[: SHOWN + 1])
    following = paging.encode(str(rows[SHOWN - 1].pk)) if len(rows) > SHOWN else ""
    return paging.Page(rows[:SHOWN], following)
