"""Reads the export files of the demo company back, as rows of text."""

import csv
import json
from datetime import date
from itertools import zip_longest
from pathlib import Path

import openpyxl

from concord.demo.tables import TABLES

TODAY = date(2026, 11, 21)
Rows = list[dict[str, str]]


def read(folder: Path, name: str) -> Rows:
    table = next(table for table in TABLES if table.name == name)
    path = folder / table.file_name()
    if table.format == "jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        return [dict.fromkeys(table.columns, "") | json.loads(line) for line in lines]
    if table.format == "xlsx":
        return read_excel(path)
    return read_csv(path, table.encoding, table.delimiter)


def read_csv(path: Path, encoding: str, delimiter: str) -> Rows:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def read_excel(path: Path) -> Rows:
    book = openpyxl.load_workbook(path, read_only=True)
    header, *lines = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    return [
        {str(k): "" if v is None else str(v) for k, v in zip_longest(header, line)}
        for line in lines
    ]
