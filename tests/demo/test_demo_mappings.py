"""Every export of the demo company has a mapping that names columns and values it really has."""

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.demo.exports import Rows

from concord.demo.manifest import MAPPINGS, Manifest
from concord.demo.tables import TABLES
from concord.records.importing.mapping import read_mapping
from concord.records.types import built_in

Read = Callable[[str], Rows]
MAPPED = [table for table in TABLES if table.name != "accounting-rates"]
BLOCKS = ("profile", "record", "line", "link", "allocation", "relationship")
NO_COLUMNS = {"type", "kind", "role"}  # plain texts there are keys of Concord, not columns


def _mapping(name: str) -> dict[str, Any]:
    return tomllib.loads((MAPPINGS / f"{name}.toml").read_text(encoding="utf-8"))


def _columns(said: object) -> Iterator[str]:
    """Every column that a piece of a mapping names."""
    match said:
        case str():
            yield said
        case list():
            for item in said:
                yield from _columns(item)
        case {"column": str(column)}:
            yield column
        case {"template": str(template)}:
            yield from re.findall(r"\{([^}]+)\}", template)
        case {"value": _}:
            return
        case dict():
            for key, item in said.items():
                if key not in NO_COLUMNS or isinstance(item, dict):
                    yield from _columns(item)


def _translations(said: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every column whose values are translated, with the translation."""
    if isinstance(said, dict):
        if "values" in said:
            yield said["column"], said["values"]
        for item in said.values():
            yield from _translations(item)
    elif isinstance(said, list):
        for item in said:
            yield from _translations(item)


def test_one_mapping_for_each_file_and_none_besides(made: Manifest) -> None:
    assert {path.stem for path in MAPPINGS.glob("*.toml")} == {table.name for table in MAPPED}
    assert [file.mapping for file in made.files if file.path.stem == "accounting-rates"] == [None]


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_mapping_names_only_columns_of_its_file(table: Any) -> None:
    mapping = _mapping(table.name)
    blocks = [block for kind in BLOCKS for block in mapping.get(kind, [])]
    named = {column for block in blocks for column in _columns(block)}
    unit = mapping.get("defaults", {}).get("unit")

    assert blocks
    assert named <= set(table.columns), named - set(table.columns)
    assert unit is None or unit["column"] in table.columns


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_mapping_translates_every_value_that_occurs(table: Any, rows: Read) -> None:
    for column, values in _translations(_mapping(table.name)):
        occurring = {row[column] for row in rows(table.name)} - {""}
        assert occurring <= set(values), (column, occurring - set(values))


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_mapping_sets_fields_and_statuses_that_the_type_declares(table: Any) -> None:
    for record in _mapping(table.name).get("record", []):
        declared = built_in()[record["type"]]
        assert set(record.get("set", {})) <= {item.key for item in declared.fields}
        statuses = record.get("status", {}).get("values", {})
        assert set(statuses.values()) <= {status.key for status in declared.statuses}


def test_states_of_cases_are_statuses_as_they_are(rows: Read) -> None:
    declared = {status.key for status in built_in()["case"].statuses}

    assert {row["state"] for row in rows("support-cases")} <= declared


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
@pytest.mark.django_db
def test_mapping_is_read_by_the_importer(table: Any) -> None:
    mapping = read_mapping(MAPPINGS / f"{table.name}.toml")

    assert {column for column, _ in mapping.columns()} <= set(table.columns)
