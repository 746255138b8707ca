"""Mappings written as TOML: as one would write them by hand, with the comments that were there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, InlineTable, Table

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def written(mapping: Mapping[str, Any], before: str = "") -> str:
    """`mapping` as text; where `before` has comments, they stay beside what they are about."""
    if "#" in before:
        document = tomlkit.parse(before)
        _change(document, mapping)
        return tomlkit.dumps(document)
    return _fresh(mapping)


def _fresh(mapping: Mapping[str, Any]) -> str:
    lines: list[str] = []
    for name, one in mapping.items():
        if isinstance(one, list):
            for block in one:
                lines += ["", f"[[{name}]]", *_table(name, block)]
        elif isinstance(one, Mapping):
            lines += ["", f"[{name}]", *_table(name, one)]
        else:
            lines.append(f"{_key(name)} = {_value(one)}")
    return "\n".join(lines).strip() + "\n"


def _table(name: str, table: Mapping[str, Any]) -> list[str]:
    """Its keys, and `set` at the end as a table of its own."""
    lines = [f"{_key(key)} = {_value(one)}" for key, one in table.items() if key != "set"]
    if "set" in table:
        lines.append(f"[{name}.set]")
        lines += [f"{_key(key)} = {_value(one)}" for key, one in table["set"].items()]
    return lines


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    match value:
        case Mapping():
            return "{ " + ", ".join(f"{_key(k)} = {_value(one)}" for k, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            return str(tomlkit.item(value).as_string())


def _change(table: Any, wanted: Mapping[str, Any]) -> None:
    """Set what is otherwise, take away what is no more; the rest of the text stays as it is."""
    for name in [name for name in table if name not in wanted]:
        del table[name]
    for name, one in wanted.items():
        there = table.get(name)
        if there is not None and _plain(there) == one:
            continue
        if isinstance(one, list) and isinstance(there, AoT):
            _change_blocks(there, one)
        elif isinstance(one, Mapping) and isinstance(there, Table):
            _change(there, one)
        else:
            table[name] = _item(name, one)


def _change_blocks(there: AoT, wanted: list[Any]) -> None:
    while len(there) > len(wanted):
        del there[-1]
    for block, one in zip(there, wanted, strict=False):
        _change(block, one)
    for one in wanted[len(there) :]:
        there.append(_block(one))


def _block(one: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in one.items():
        table[name] = _item(name, value)
    return table


def _item(name: str, value: Any) -> Any:
    match value:
        case Mapping() if name in {"set", "file", "defaults"}:
            return _block(value)
        case Mapping():
            return _inline(value)
        case list() if value and isinstance(value[0], Mapping):
            blocks = tomlkit.aot()
            for one in value:
                blocks.append(_block(one))
            return blocks
    return value


def _inline(value: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    for name, one in value.items():
        table[name] = _inline(one) if isinstance(one, Mapping) else one
    return table


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item
