"""Cursors: what we gave out comes back, anything else is a readable problem."""

import pytest

from concord.kernel.errors import Problem
from concord.ui.paging import decode, encode


def test_a_cursor_carries_its_place() -> None:
    assert decode(encode("한빛 & Co", 42, None), str, int, str | None) == ["한빛 & Co", 42, None]


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", encode("only one"), encode(1, 2, 3), "W1tdLCAxXQ", "e30", "' OR 1=1"]
)
def test_what_we_did_not_give_out_is_refused(cursor: str) -> None:
    with pytest.raises(Problem, match="not one that we gave out"):
        decode(cursor, str, int)
