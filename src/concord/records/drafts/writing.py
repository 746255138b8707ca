"""From a plan to the mapping in TOML: what the form had no place for goes back to where it was."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from typing import Any

from concord.customers.models import RelationshipKind
from concord.customers.survivorship import ATTRIBUTES, KEYED
from concord.records.drafts.only import put_in
from concord.records.drafts.plan import (
    PERSONAL,
    RELATION,
    TABLES,
    Plan,
    expression_of,
    implied_key,
    one_or_list,
    reference,
    value_of,
)
from concord.records.drafts.reading import read
from concord.records.drafts.toml import written
from concord.records.importing.readers import FileOptions


def write(plan: Plan, before: str = "") -> str:
    """The mapping of a plan. `before` is what was written there: its comments stay, and all of it
    where the plan says the same.
    """
    if before.strip() and read(before) == plan:
        return before
    return written(as_mapping(plan), before)


def as_mapping(plan: Plan) -> dict[str, Any]:
    """The mapping as nested tables, in the order in which one reads it."""
    rest = deepcopy(dict(plan.rest))
    made: dict[str, Any] = {}
    if plan.source:
        made["source"] = plan.source
    if file := _file(plan.file):
        made["file"] = file
    if defaults := _defaults(plan) | rest.pop("defaults", {}):
        made["defaults"] = defaults
    if "join" in rest:
        made["join"] = rest.pop("join")
    related = rest.pop("relationship", [])
    for part in plan.parts:
        block = _block(plan, part)
        table = TABLES[part]
        others = rest.get(table, [])
        kept = others.pop(0) if others else {}
        made.setdefault(table, []).append(put_in(_merged(block, kept), plan.only))
    for table in ("profile", "record", "line"):
        made.setdefault(table, []).extend(rest.pop(table, []))
    made["link"] = rest.pop("link", [])
    made.setdefault("allocation", []).extend(rest.pop("allocation", []))
    made["relationship"] = _relations(plan, related)
    made |= rest
    return {name: one for name, one in made.items() if one not in ([], {})}


def _merged(block: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    both = {**block, **{name: one for name, one in kept.items() if name != "set"}}
    both.pop("set", None)
    if values := {**block.get("set", {}), **kept.get("set", {})}:
        both["set"] = values
    return both


def _file(file: FileOptions) -> dict[str, Any]:
    plain = FileOptions()
    said = {
        f.name: getattr(file, f.name)
        for f in fields(FileOptions)
        if getattr(file, f.name) != getattr(plain, f.name)
    }
    return {name: list(one) if isinstance(one, tuple) else one for name, one in said.items()}


def _defaults(plan: Plan) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if plan.empty != "no value":
        said["empty"] = plan.empty
    if plan.dates:
        said["date"] = one_or_list(plan.dates)
    for name in ("number", "currency", "unit"):
        if value := getattr(plan, name):
            said[name] = value
    return said


def _block(plan: Plan, part: str) -> dict[str, Any]:
    block: dict[str, Any] = {}
    match part:
        case "record":
            block["type"] = plan.record_type
        case "line" if plan.has("record"):
            block["record"] = reference(plan.record_type, plan.key_of("record"))
        case "customer" | "contact":
            if key := plan.key_of(part):
                block["key"] = key
            kind = plan.kind if part == "customer" else plan.contact_kind
            if kind != "organisation" and not plan.column_of(f"{part}.kind"):
                block["kind"] = kind
    if part in plan.partial:
        block["partial"] = True
    if part in plan.first:
        block["repeated"] = "first"
    for meaning, label in plan.said():
        if meaning.startswith(f"{part}."):
            _put(plan, block, meaning, label)
    if part == "record":
        block.setdefault("key", implied_key(plan))
        if plan.has("customer"):
            block["profile"] = plan.key_of("customer")
    return {name: one for name, one in block.items() if one != ""}


def _put(plan: Plan, block: dict[str, Any], meaning: str, label: str) -> None:
    part, _, name = meaning.partition(".")
    if part == "contact" and name in RELATION:
        return
    value = value_of(plan, meaning, label)
    if name in {"parent", "payment", "invoice"} or meaning == "line.record":
        of = {"parent": plan.parent_type, "record": plan.record_type}.get(name, name)
        block[name] = reference(of, value)
    elif meaning == "record.customer":
        block["profile"] = value
    elif part in PERSONAL and name in ATTRIBUTES:
        block.setdefault("set", {})[f"{name}.{label}" if name in KEYED else name] = value
    elif name.startswith("set."):
        block.setdefault("set", {})[name.removeprefix("set.")] = value
    else:
        block[name] = value


def _relations(plan: Plan, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not (plan.has("contact") and plan.has("customer")):
        return kept
    related: dict[str, Any] = {
        "from": plan.key_of("contact"),
        "kind": RelationshipKind.WORKS_AT.value,
        "to": plan.key_of("customer"),
    }
    for name, key in RELATION.items():
        if columns := plan.columns_of(f"contact.{name}"):
            related[key] = expression_of(columns[0], plan.uses[columns[0]])
    first, *others = kept or [{}]
    return [put_in(related | first, plan.only), *others]
