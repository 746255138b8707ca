"""Cells and rules: set, insert, remove, move, duplicate. Each with what takes it back."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from concord.dmn.edit.tree import Change, Opened, from_snippet, opened
from concord.dmn.model import Model
from concord.dmn.problems import unknown_name, wrong_argument
from concord.dmn.read.elements import NS

Done = tuple[Model, list[Change]]
COLUMNS = {f"{NS}{tag}" for tag in ("input", "output", "annotation")}
KINDS = ("inputEntry", "outputEntry", "annotationEntry")


def set_cells(model: Model, table: str, cells: Sequence[Mapping[str, Any]]) -> Done:
    """Each cell is `{"rule", "column", "text"}`, a text of null is a cell that is not there; `xml`
    in place of `text` is an entry as `tree.Opened.snippet` writes it."""
    place = opened(model, table)
    back: list[Change] = []
    own: dict[str, ET.Element] = {}
    for cell in cells:
        rule_id, column = str(cell["rule"]), str(cell["column"])
        if rule_id not in own:
            own[rule_id] = place.copied(place.rule(rule_id))
        back[:0] = [{"rule": rule_id, **each} for each in _set(place, own[rule_id], column, cell)]
    return place.closed(), [{"kind": "cells", "table": table, "cells": back}]


def _set(place: Opened, rule: ET.Element, column: str, cell: Mapping[str, Any]) -> list[Change]:
    """Sets one cell of a copied rule, and gives what stood there."""
    kind, at = place.column(column)
    there = rule.findall(f"{NS}{kind}")
    if cell.get("text", "") is None:
        return _removed(place, rule, column, there[at : at + 1])
    ids = place.columns()[kind]
    added = [_added(rule, kind) for _ in range(at + 1 - len(there))]
    entry = [*there, *added][at]
    was = [{"column": column, **_was(place, entry)}]
    if added:
        was = [{"column": each, "text": None} for each in reversed(ids[len(there) : at + 1])]
    made = from_snippet(dict(cell)) if "xml" in cell else _copy(entry, str(cell["text"]))
    rule[list(rule).index(entry)] = made
    return was


def _removed(
    place: Opened, rule: ET.Element, column: str, entries: Sequence[ET.Element]
) -> list[Change]:
    for entry in entries:
        rule.remove(entry)
    return [{"column": column, **place.snippet(entry)} for entry in entries]


def _was(place: Opened, entry: ET.Element) -> Change:
    text = entry.find(f"{NS}text")
    plain = text is not None and not len(text)
    return {"text": text.text or ""} if plain and text is not None else place.snippet(entry)


def _copy(entry: ET.Element, said: str) -> ET.Element:
    made = copy.deepcopy(entry)
    text = made.find(f"{NS}text")
    if text is None:
        text = ET.SubElement(made, f"{NS}text")
    for child in list(text):
        text.remove(child)
    text.text = said
    return made


def _added(rule: ET.Element, kind: str) -> ET.Element:
    """One more entry, after the last of its kind or of those before."""
    before = {f"{NS}{tag}" for tag in KINDS[: KINDS.index(kind) + 1]}
    last = [at for at, each in enumerate(rule, 1) if each.tag in before]
    entry = ET.Element(f"{NS}{kind}")
    ET.SubElement(entry, f"{NS}text")
    rule.insert(last[-1] if last else 0, entry)
    return entry


# Rules ----------------------------------------------------------------------------------------


def insert(model: Model, table: str, after: str, rules: Sequence[Mapping[str, Any]]) -> Done:
    """New rules after the one of that id, or first of all. Each is `{"id", "cells": {column:
    text}}`; inputs that are not named are `-`, all else is empty. One without an id gets one."""
    place = opened(model, table)
    known = {rule.id for rule in place.read.rules}
    at = _after(place, after)
    back = []
    for said in rules:
        rule_id = str(said.get("id") or fresh())
        if rule_id in known:
            raise wrong_argument(f"there is a rule '{rule_id}' already")
        known.add(rule_id)
        at += int(said.get("skip", 0))
        place.table.insert(at, _made(place, rule_id, said))
        at += 1
        back.append(rule_id)
    return place.closed(), [{"kind": "delete", "table": table, "rules": back}]


def fresh() -> str:
    """An id that no rule has had."""
    return f"rule_{uuid4().hex}"


def _made(place: Opened, rule_id: str, said: Mapping[str, Any]) -> ET.Element:
    if "xml" in said:
        return from_snippet(dict(said))
    cells = dict(said.get("cells", {}))
    rule = ET.Element(f"{NS}rule", {"id": rule_id})
    for kind, ids in place.columns().items():
        for column in ids:
            entry = ET.SubElement(rule, f"{NS}{kind}")
            text = str(cells.pop(column, "-" if kind == "inputEntry" else ""))
            ET.SubElement(entry, f"{NS}text").text = text
    for unknown in cells:
        place.column(unknown)  # which raises
    ET.indent(rule, level=3)
    rule.tail = "\n      "
    return rule


def _after(place: Opened, after: str) -> int:
    """The place among the table's children right after a rule, or after the columns."""
    return list(place.table).index(place.rule(after)) + 1 if after else _top(place)


def _top(place: Opened) -> int:
    return max((at for at, each in enumerate(place.table, 1) if each.tag in COLUMNS), default=0)


def delete(model: Model, table: str, rules: Sequence[str]) -> Done:
    """Rules are taken out; taking it back puts each where it stood."""
    place = opened(model, table)
    gone = [place.rule(rule) for rule in rules]
    back = [_as_it_stood(place, table, each) for each in place.rules() if each in gone]
    for each in gone:
        place.table.remove(each)
    return place.closed(), back


def _as_it_stood(place: Opened, table: str, rule: ET.Element) -> Change:
    after, skip = _before(place, rule)
    rules = place.rules()
    said = {"id": place.read.rules[rules.index(rule)].id, "skip": skip, **place.snippet(rule)}
    return {"kind": "insert", "table": table, "after": after, "rules": [said]}


def _before(place: Opened, rule: ET.Element) -> tuple[str, int]:
    """The rule before, and how many comments stand between the two."""
    children, rules = list(place.table), place.rules()
    at = rules.index(rule)
    if not at:
        return "", children.index(rule) - _top(place)
    between = children.index(rule) - children.index(rules[at - 1]) - 1
    return place.read.rules[at - 1].id, between


def move(model: Model, table: str, rule: str, after: str, skip: int = 0) -> Done:
    """A rule goes to right after another one, or to the top."""
    place = opened(model, table)
    moved = place.rule(rule)
    if after == rule:
        raise wrong_argument("a rule cannot stand after itself")
    before, between = _before(place, moved)
    place.table.remove(moved)
    ids = [each.id for each in place.read.rules if each.id != rule]
    at = _after_one(place, ids, after)
    place.table.insert(at + skip, moved)
    back = {"kind": "move", "table": table, "rule": rule, "after": before, "skip": between}
    return place.closed(), [back]


def _after_one(place: Opened, ids: Sequence[str], after: str) -> int:
    """As `_after`, once a rule was taken out: `ids` are those that are left."""
    if not after:
        return _top(place)
    if after not in ids:
        raise unknown_name("rule", after, ids)
    return list(place.table).index(place.rules()[ids.index(after)]) + 1


def duplicate(model: Model, table: str, rule: str, new: str = "") -> Done:
    """The same rule once more, right after it, with an id of its own."""
    place = opened(model, table)
    twin = copy.deepcopy(place.rule(rule))
    for element in twin.iter():
        element.attrib.pop("id", None)
    twin.set("id", new)
    said = {"id": new, **place.snippet(twin)}
    return insert(model, table, rule, [said])
