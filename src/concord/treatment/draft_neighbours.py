"""Where a rule goes when the one that it should stand after is gone: to the nearest place left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from concord.dmn.model import Model
from concord.treatment.models import PolicyDraft

Change = Mapping[str, Any]


def placed(draft: PolicyDraft, model: Model, change: Change) -> Change:
    """The change, its `after` a rule of the model, where it puts rules in or moves one."""
    after = change.get("after")
    if change.get("kind") not in ("insert", "move") or not after or not isinstance(after, str):
        return change
    rules = _rules(model, change.get("table"))
    if after in rules:
        return change
    nearest = _left(draft, after, rules)
    if nearest and nearest == change.get("rule"):  # it stands there already
        at = rules.index(nearest)
        nearest = rules[at - 1] if at else ""
    return _beside(change, nearest)


def _rules(model: Model, table: object) -> list[str]:
    own = next((each for each in model.tables.values() if each.id == table), None)
    return [rule.id for rule in own.rules] if own else []


def _left(draft: PolicyDraft, gone: str, rules: list[str]) -> str:
    """The last rule before the one that is gone which is still there; the last of all where nobody
    knows, as nobody took it away by itself."""
    before: dict[str, str] = {}  # each rule that was taken away, by the one it stood after
    edits = draft.edits.order_by("-revision").values_list("inverse", flat=True)
    for back in (each for inverse in edits for each in inverse if each.get("kind") == "insert"):
        for rule in back["rules"]:
            before.setdefault(rule["id"], back["after"])
    after: str | None = gone
    while after and after not in rules:
        after = before.pop(after, None)
    return (rules[-1] if rules else "") if after is None else after


def _beside(change: Change, after: str) -> Change:
    """Without how many comments stood between the two: others stand there now."""
    own = _without_skip(change) | {"after": after}
    return own | {"rules": [*map(_without_skip, own["rules"])]} if "rules" in own else own


def _without_skip(said: Change) -> dict[str, Any]:
    return {key: each for key, each in said.items() if key != "skip"}
