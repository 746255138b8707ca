"""Changes to a model: each gives a new one, and `save` writes it with all else kept."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET

from concord.dmn.model import DecisionTable, Model
from concord.dmn.problems import FeelSyntaxError, unknown_name
from concord.dmn.read import from_document
from concord.dmn.xml import DMN, Document

_NS = f"{{{DMN}}}"


def with_cell(model: Model, table_id: str, rule_id: str, column_id: str, text: str) -> Model:
    """See `Model.with_cell`. Columns are those of inputs, outputs and, by name, annotations."""
    root = copy.deepcopy(model.document.root)
    table, read = _table(root, model, table_id)
    rules = {rule.id: rule.index for rule in read.rules}
    if rule_id not in rules:
        raise unknown_name("rule", rule_id, rules)
    kind, at = _column(read, column_id)
    rule = table.findall(f"{_NS}rule")[rules[rule_id] - 1]
    entries = rule.findall(f"{_NS}{kind}")
    while len(entries) <= at:
        entries.append(_added(rule, kind))
    _set_text(entries[at], text)
    changed = from_document(Document(root, model.document.prefixes), model.imported, model.told)
    _still_reads(changed, model, text)
    return changed


def _table(root: ET.Element, model: Model, table_id: str) -> tuple[ET.Element, DecisionTable]:
    elements = list(root.iter(f"{_NS}decisionTable"))
    for each in elements:
        if each.get("id") == table_id:
            return each, _read(each)
    named = {
        decision.id: decision.logic
        for decision in model.decisions
        if isinstance(decision.logic, DecisionTable) and decision.logic.id == table_id
    }
    for element in root.iter(f"{_NS}decision"):
        logic = named.get(element.get("id") or element.get("name") or "")
        found = element.find(f"{_NS}decisionTable")
        if logic is not None and found is not None:
            return found, logic
    raise unknown_name("table", table_id, [each.get("id", "") for each in elements])


def _read(element: ET.Element) -> DecisionTable:
    from concord.dmn.read.tables import table_of

    return table_of(element, element.get("label", ""))


def _column(table: DecisionTable, column_id: str) -> tuple[str, int]:
    for at, clause in enumerate(table.inputs):
        if clause.id == column_id:
            return "inputEntry", at
    for at, output in enumerate(table.outputs):
        if output.id == column_id:
            return "outputEntry", at
    if column_id in table.annotations:
        return "annotationEntry", table.annotations.index(column_id)
    columns = [each.id for each in table.inputs] + [each.id for each in table.outputs]
    raise unknown_name("column", column_id, [*columns, *table.annotations])


def _still_reads(changed: Model, before: Model, text: str) -> None:
    """Raises `FeelSyntaxError` for problems of the new text that the model did not have."""
    known = {(problem.code, problem.place) for problem in before.compiled.problems}
    new = [
        problem
        for problem in changed.compiled.problems
        if problem.code.startswith("syntax.")
        and problem.place.text.strip() == text.strip()
        and (problem.code, problem.place) not in known
    ]
    if new:
        raise FeelSyntaxError(new)


def _added(rule: ET.Element, kind: str) -> ET.Element:
    """An entry after the last of its kind; an annotation comes last in a rule."""
    entry = ET.SubElement(rule, f"{_NS}{kind}")
    ET.SubElement(entry, f"{_NS}text")
    return entry


def _set_text(entry: ET.Element, text: str) -> None:
    found = entry.find(f"{_NS}text")
    if found is None:
        found = ET.SubElement(entry, f"{_NS}text")
    for child in list(found):
        found.remove(child)
    found.text = text
