"""Files that were brought and are not imported yet."""

from concord.kernel.access import Viewer
from concord.records import access
from concord.records.models import Draft

MOST = 50


def open_drafts(viewer: Viewer) -> list[Draft]:
    """Those that the viewer may go on with, the latest first."""
    found = Draft.objects.select_related("source", "by").filter(imported=None)[:MOST]
    return [draft for draft in found if access.may_bring_in(viewer, draft)]
