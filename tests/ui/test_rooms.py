"""Rooms: in order, open by role, the longest prefix is where one is."""

import pytest

from concord.kernel.access import Viewer
from concord.kernel.models import Role
from concord.ui import rooms
from concord.ui.rooms import Room, Section


@pytest.fixture
def empty_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_rooms", {})


def a_viewer(role: Role) -> Viewer:
    return Viewer(1, role, None, None, True, "en")


def a_room(key: str, order: int = 50, **more: object) -> Room:
    return Room(key, key.title(), "ui:language", order=order, **more)  # type: ignore[arg-type]


def test_rooms_stand_in_order_and_only_where_they_are_open(empty_house: None) -> None:
    rooms.register(a_room("work", 30))
    rooms.register(a_room("today", 10))
    rooms.register(a_room("sources", 20, section=Section.RUN, open_to=rooms.runs_the_company))
    member, manager = a_viewer(Role.MEMBER), a_viewer(Role.MANAGER)
    assert [room.key for room in rooms.rooms_of(member)] == ["today", "work"]
    assert [room.key for room in rooms.rooms_of(manager)] == ["today", "sources", "work"]
    assert [room.key for room in rooms.rooms_of(manager, Section.RUN)] == ["sources"]


def test_a_room_without_an_address_is_not_shown(empty_house: None) -> None:
    rooms.register(Room("later", "Later", "nobody:answers"))
    assert rooms.rooms_of(a_viewer(Role.SPONSOR)) == []
    assert rooms.address("later") == rooms.address("nowhere") == ""


def test_the_longest_prefix_is_where_one_is(empty_house: None) -> None:
    rooms.register(a_room("today", prefixes=("/",)))
    rooms.register(a_room("work", prefixes=("/work/",)))
    rooms.register(a_room("board", prefixes=("/work/board/",)))
    assert [rooms.current(path) for path in ("/", "/work/", "/work/board/", "/elsewhere/")] == [
        "today",
        "work",
        "board",
        "",
    ]
