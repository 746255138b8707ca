"""The rooms of the house: an app registers its own in `AppConfig.ready`, the layout shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from concord.kernel.access import Viewer


class Section(Enum):
    DAILY = "daily"  # everybody's; along the bottom on a phone
    RUN = "run"  # under "How we run"
    KEY = "key"  # reached by a key or from a page, not shown among the rooms


def everybody(viewer: Viewer) -> bool:
    return True


def runs_the_company(viewer: Viewer) -> bool:
    return viewer.runs_the_company


@dataclass(frozen=True, slots=True)
class Room:
    """A place in the house.

    `prefixes` are the paths that count as being in it; `order` sorts within its section;
    `count` says how many things wait in it (one cheap query; 0 shows nothing).
    """

    key: str
    label: str | Promise
    url_name: str
    section: Section = Section.DAILY
    order: int = 50
    prefixes: tuple[str, ...] = ()
    open_to: Callable[[Viewer], bool] = everybody
    count: Callable[[Viewer], int] | None = None

    @property
    def url(self) -> str:
        """Its address; empty while the app that answers it is not installed."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Add `room`, or replace the one with its key."""
    _rooms[room.key] = room


def rooms_of(viewer: Viewer, section: Section | None = None) -> list[Room]:
    """The rooms that are open to `viewer`, in order."""
    return sorted(
        (
            room
            for room in _rooms.values()
            if (section is None or room.section is section) and room.open_to(viewer) and room.url
        ),
        key=lambda room: (room.order, room.key),
    )


def address(key: str) -> str:
    """The address of the room `key`, or "" where there is none."""
    room = _rooms.get(key)
    return room.url if room else ""


def is_called(folded: str) -> bool:
    """Whether some room, open or not, is called so or begins so (in lower case)."""
    return any(str(room.label).casefold().startswith(folded) for room in _rooms.values())


def current(path: str) -> str:
    """The key of the room that `path` lies in: the longest prefix wins."""
    inside = [
        (len(prefix), room.key)
        for room in _rooms.values()
        for prefix in room.prefixes
        if path == prefix or (prefix != "/" and path.startswith(prefix))
    ]
    return max(inside, default=(0, ""))[1]
