"""From a mapping in TOML to the plan that a form shows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from typing import Any, Final

from concord.customers.models import RelationshipKind
from concord.records.drafts.only import taken_out
from concord.records.drafts.plan import (
    ALLOCATION,
    LINE,
    PARTS,
    PERSONAL,
    RELATION,
    Fixed,
    Plan,
    Use,
    constant,
    implied_key,
    is_list,
    is_template,
    reference,
)
from concord.records.importing.expressions import HOLE
from concord.records.importing.mapping import RECORD
from concord.records.importing.readers import FileOptions

_OPTIONS: Final = frozenset({"column", "values", "others", "strip", "date", "number"})


def read(text: str) -> Plan:
    """The plan of a mapping that `importing.mapping.parse` takes."""
    return _Reading(tomllib.loads(text) if text.strip() else {}).plan()


class _Reading:
    """Takes out of a mapping what the form shows; what remains is the rest."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.rest = deepcopy(raw)
        self.found = Plan(parts=())
        self.uses: dict[str, Use] = {}
        self.fixed: list[Fixed] = []
        self.parts: list[str] = []
        self.said: dict[str, Any] = {}

    def plan(self) -> Plan:
        self._file()
        self._defaults()
        blocks = self._blocks()
        self.parts = [part for part in PARTS if part in blocks]
        if "record" in blocks:
            self.said["record_type"] = blocks["record"].pop("type", "invoice")
        elif "line" in blocks:
            self.said["record_type"] = blocks["line"].get("record", {}).get("type", "invoice")
        self.said["only"] = taken_out(self._shown(blocks))
        self._so_far()
        for part in self.parts:
            self._part(part, blocks)
        self._so_far()
        return Plan(
            **{f.name: getattr(self.found, f.name) for f in fields(Plan) if f.name != "rest"},
            rest=_without_empty(self.rest),
        )

    def _so_far(self) -> None:
        said = self.said | {
            "parts": tuple(self.parts),
            "uses": self.uses,
            "fixed": tuple(self.fixed),
        }
        kept = {f.name: getattr(self.found, f.name) for f in fields(Plan)}
        self.found = Plan(**(kept | said))

    def _file(self) -> None:
        self.said["source"] = self.rest.pop("source", "")
        file = self.rest.pop("file", {})
        above = tuple(file.pop("from_above", ()))
        self.said["file"] = FileOptions(**file, from_above=above)

    def _defaults(self) -> None:
        defaults = self.rest.get("defaults", {})
        self.said["empty"] = defaults.pop("empty", "no value")
        dates = defaults.pop("date", ())
        self.said["dates"] = (dates,) if isinstance(dates, str) else tuple(dates)
        self.said["number"] = defaults.pop("number", "")
        for name in ("currency", "unit"):
            if isinstance(defaults.get(name, ""), str):
                self.said[name] = defaults.pop(name, "")

    def _blocks(self) -> dict[str, dict[str, Any]]:
        """The block of each part; the others stay in the rest."""
        profiles = self.rest.get("profile", [])
        found: dict[str, dict[str, Any]] = {}
        related = self.rest.get("relationship", [])
        works_at = related[0] if related else {}
        if works_at.get("kind") == RelationshipKind.WORKS_AT.value:
            contact = next((p for p in profiles if p.get("key") == works_at.get("from")), None)
            company = next((p for p in profiles if p.get("key") == works_at.get("to")), None)
            is_both = contact and company and contact is not company
            if contact and company and is_both and _is_said_alike(works_at, contact, company):
                found |= {"customer": company, "contact": contact}
        if "customer" not in found and profiles:
            found["customer"] = profiles[0]
        for part in ("record", "line", "allocation"):
            if self.rest.get(part):
                found[part] = self.rest[part][0]
        return found

    def _shown(self, blocks: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """The blocks that the form shows, with that of who works where."""
        related = self.rest["relationship"][:1] if "contact" in blocks else []
        return [*blocks.values(), *related]

    def _part(self, part: str, blocks: Mapping[str, dict[str, Any]]) -> None:
        block = blocks[part]
        if block.get("partial") is True and part in PERSONAL:
            self.said["partial"] = (*self.said.get("partial", ()), part)
            del block["partial"]
        if block.get("repeated") == "first":
            self.said["first"] = (*self.said.get("first", ()), part)
            del block["repeated"]
        match part:
            case "customer" | "contact":
                self._profile(part, block)
                if part == "contact":
                    self._relation(blocks)
            case "record":
                self._record(block, blocks.get("customer"))
            case "line":
                self._line(block)
            case "allocation":
                self._allocation(block)

    def _profile(self, part: str, block: dict[str, Any]) -> None:
        kind = block.get("kind", "organisation")
        if isinstance(kind, str):
            self.said["kind" if part == "customer" else "contact_kind"] = kind
            block.pop("kind", None)
        else:
            self._slot(block, "kind", f"{part}.kind")
        said = block.get("set", {})
        if isinstance(block.get("key"), str) and block["key"] == said.get("name"):
            block["key"] = None  # known by the name
        self._slot(block, "key", f"{part}.key")
        self._slot(block, "unit", f"{part}.unit")
        for name in list(said):
            outer, _, label = name.partition(".")
            self._slot(said, name, f"{part}.{outer}", label)

    def _relation(self, blocks: Mapping[str, dict[str, Any]]) -> None:
        related = self.rest["relationship"][0]
        for name in ("kind", "from", "to"):
            del related[name]
        for name, key in RELATION.items():
            self._slot(related, key, f"contact.{name}")

    def _record(self, block: dict[str, Any], customer: dict[str, Any] | None) -> None:
        self._so_far()
        if self.found.has("customer") and block.get("profile") == self.found.key_of("customer"):
            block["profile"] = None
        elif not self.found.has("customer"):
            self._slot(block, "profile", "record.customer")
        said = block.get("set", {})
        for name in list(said):
            self._slot(said, name, f"record.set.{name}")
        for name in RECORD:
            self._slot(block, name, f"record.{name}")
        self._slot(block, "unit", "record.unit")
        if kept := self._target(block, "parent", "record.parent"):
            self.said["parent_type"] = kept
        self._so_far()
        if block.get("key") == implied_key(self.found):
            block["key"] = None
        self._slot(block, "key", "record.key")

    def _line(self, block: dict[str, Any]) -> None:
        self._so_far()
        record = reference(self.found.record_type, self.found.key_of("record"))
        if self.found.has("record") and block.get("record") == record:
            block["record"] = None
        elif not self.found.has("record"):
            self._target(block, "record", "line.record")
        for name in LINE:
            self._slot(block, name, f"line.{name}")

    def _allocation(self, block: dict[str, Any]) -> None:
        for name in ("payment", "invoice"):
            self._target(block, name, f"allocation.{name}", name)
        for name in ALLOCATION:
            self._slot(block, name, f"allocation.{name}")

    # One value

    def _target(self, block: dict[str, Any], name: str, meaning: str, only: str = "") -> str:
        """A record that is named by its key: `{ type, column }`; gives the type that was taken."""
        raw = block.get(name)
        if not isinstance(raw, dict) or raw.keys() != {"type", "column"}:
            return ""
        if (only and raw["type"] != only) or raw["column"] in self.uses:
            return ""
        self.uses[raw["column"]] = Use(meaning)
        block[name] = None
        return str(raw["type"])

    def _slot(self, block: dict[str, Any], name: str, meaning: str, label: str = "") -> None:
        raw = block.get(name)
        if raw is not None and self._takes(raw, meaning, label):
            block[name] = None

    def _takes(self, raw: Any, meaning: str, label: str) -> bool:
        match raw:
            case str() if raw not in self.uses:
                self.uses[raw] = Use(meaning, label)
            case str():
                self.fixed.append(Fixed(meaning, f"{{{raw}}}", label))
            case list() if is_list(meaning) and not self.uses.keys() & set(raw):
                self.uses |= {name: Use(meaning, label) for name in raw}
            case {"column": str(column)} if raw.keys() <= _OPTIONS and column not in self.uses:
                if raw.keys() == {"column"} or not isinstance(raw.get("number", ""), str):
                    return False  # written longer than it need be, or in several ways: kept so
                self.uses[column] = _use(raw, meaning, label)
            case {"value": value} if len(raw) == 1:
                text = _text(value)
                if constant(self.found, meaning, text) != value or HOLE.search(text):
                    return False
                self.fixed.append(Fixed(meaning, text, label))
            case {"template": str(text)} if len(raw) == 1 and is_template(text):
                self.fixed.append(Fixed(meaning, text, label))
            case _:
                return False
        return True


def _is_said_alike(related: Mapping[str, Any], *ends: Mapping[str, Any]) -> bool:
    """Who works where is said of all rows, or just of those of which both are."""
    when = related.get("when")
    return when is None or all(end.get("when") == when for end in ends)


def _use(raw: Mapping[str, Any], meaning: str, label: str) -> Use:
    dates = raw.get("date", ())
    values = raw.get("values")
    return Use(
        meaning,
        label,
        (dates,) if isinstance(dates, str) else tuple(dates),
        raw.get("number", ""),
        None if values is None else tuple(values.items()),
        raw.get("others", "problem"),
        raw.get("strip", ""),
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _without_empty(raw: Any) -> Any:
    """Without what was taken out: None, and tables of which nothing is left (blocks stay)."""
    match raw:
        case dict():
            kept = {name: _without_empty(one) for name, one in raw.items() if one is not None}
            return {
                name: one
                for name, one in kept.items()
                if one != {} and not (isinstance(one, list) and all(part == {} for part in one))
            }
        case list():
            return [_without_empty(one) for one in raw]
    return raw
