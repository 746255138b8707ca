"""What the apps above show on a record's page: they register panels, records knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from concord.kernel.access import Viewer
from concord.records.models import Record


@dataclass(frozen=True, slots=True)
class Panel:
    """A template of the app that registered it, with what it shows to this viewer."""

    template: str
    context: dict[str, Any]


Make = Callable[[Viewer, Record], Panel | None]
_makers: dict[str, list[Make]] = {}


def register(type: str, make: Make) -> None:
    """`make` is asked for each record of the type that is opened; None: nothing to show."""
    if make not in _makers.setdefault(type, []):
        _makers[type].append(make)


def panels(viewer: Viewer, record: Record) -> list[Panel]:
    """The panels of a record, in the order of registering."""
    made = [make(viewer, record) for make in _makers.get(record.type, ())]
    return [panel for panel in made if panel is not None]
