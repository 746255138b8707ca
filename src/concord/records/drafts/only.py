"""Which rows of a file count: the one condition that all parts of a plan share."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WAYS: Final = ("is", "is_not", "filled", "empty")


@dataclass(frozen=True, slots=True)
class Only:
    """Rows in which `column` is one of `values`, or none of them, or has a value, or has none.

    `filled` is for none of them and not empty either: the rows below a table that sum it up.
    """

    column: str
    way: str
    values: tuple[str, ...] = ()
    filled: bool = False

    def as_raw(self) -> dict[str, Any]:
        """As a mapping says it."""
        said: dict[str, Any] = {"column": self.column}
        match self.way:
            case "is":
                said["in"] = list(self.values)
            case "is_not":
                said |= {"empty": False} if self.filled else {}
                said["not_in"] = list(self.values)
            case _:
                said["empty"] = self.way == "empty"
        return said


def of_raw(raw: Any) -> Only | None:
    """The condition of a mapping; None for one that this has no words for."""
    match raw:
        case {"column": str(column), "in": list(values), **more} if not more:
            return _named(column, "is", values)
        case {"column": str(column), "not_in": list(values), **more} if not more:
            return _named(column, "is_not", values)
        case {"column": str(column), "not_in": list(values), "empty": False, **more} if not more:
            return _named(column, "is_not", values, filled=True)
        case {"column": str(column), "empty": bool(empty), **more} if not more:
            return Only(column, "empty" if empty else "filled")
    return None


def _named(column: str, way: str, values: Sequence[Any], *, filled: bool = False) -> Only | None:
    if not all(isinstance(value, str) for value in values):
        return None
    return Only(column, way, tuple(values), filled)


def taken_out(blocks: Sequence[MutableMapping[str, Any]]) -> Only | None:
    """The condition that all of these blocks have in common, which is taken out of them."""
    raws = [block.get("when") for block in blocks]
    found = of_raw(raws[0]) if raws and all(raw == raws[0] for raw in raws) else None
    if found:
        for block in blocks:
            block["when"] = None
    return found


def put_in(block: Mapping[str, Any], only: Only | None) -> dict[str, Any]:
    """The block, with the condition where it says none of its own."""
    if only is None or "when" in block:
        return dict(block)
    return {**block, "when": only.as_raw()}
