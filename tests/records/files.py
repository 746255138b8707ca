"""Small files and mappings for the tests of importing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.records.builders import a_source

from concord.records.importing.run import run_import
from concord.records.models import Import

INVOICES = """\
[defaults]
date = "%d.%m.%Y"
number = "1.234,56"

[[profile]]
key = "Debtor"
[profile.set]
name = "Name"

[[record]]
type = "invoice"
key = "No"
profile = "Debtor"
opened = "Date"
amount = "Amount"
"""
HEADER = "No;Debtor;Name;Date;Amount"
GOOD = ["R1;D1;Hanbit;01.03.2026;1.234,50", "R2;D1;Hanbit;02.03.2026;10,00"]


def a_csv(folder: Path, *lines: str, header: str = HEADER, name: str = "invoices.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def an_import(path: Path, mapping: str = INVOICES, **options: Any) -> Import:
    return run_import(path, a_source(), mapping, **options)


def rows(imported: Import) -> dict[str, int]:
    """The counts of rows that are not zero."""
    return {name: number for name, number in imported.counts["rows"].items() if number}
