"""Exports that say an order once, and below it its lines with the order's cells blank."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.records.files import an_import, rows

from concord.kernel.errors import Problem
from concord.records.drafts.guess import guess
from concord.records.drafts.reading import read
from concord.records.drafts.survey import survey
from concord.records.drafts.writing import write
from concord.records.models import Record, RecordLine, Rejection

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = """\
Order Reference,Customer,Order Date,Order Lines/Product,Order Lines/Quantity,\
Order Lines/Unit Price,Order Lines/Subtotal,Status
S00021,Azure Interior,2026-09-01,Desk,2.00,250.00,500.00,Sales Order
,,,Chair,4.00,60.00,240.00,
S00022,Deco Addict,2026-09-03,Desk,1.00,250.00,250.00,Sales Order
S00023,Gemini Furniture,2026-09-04,Lamp,3.00,20.00,60.00,Sales Order
,,,Chair,5.00,60.00,300.00,
"""
HEAD = ("Order Reference", "Customer", "Order Date", "Status")


def a_file(folder: Path, text: str = ORDERS) -> Path:
    path = folder / "sale.order.csv"
    path.write_text(text, encoding="utf-8")
    return path


def lines() -> list[tuple[str, str, Decimal | None]]:
    found = RecordLine.objects.filter(known_to=None).order_by("record__key", "product")
    return list(found.values_list("record__key", "product", "quantity"))


def test_lines_below_an_order_are_taken_to_it(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    found = survey(path)
    assert found.file.from_above == HEAD
    plan = guess(found, path.name).plan
    mapping = write(plan)
    assert read(mapping).file.from_above == HEAD
    imported = an_import(path, mapping)
    assert rows(imported) == {"read": 5, "created": 5}
    assert Rejection.objects.count() == 0
    assert lines() == [
        ("S00021", "Chair", 4), ("S00021", "Desk", 2), ("S00022", "Desk", 1),
        ("S00023", "Chair", 5), ("S00023", "Lamp", 3),
    ]  # fmt: skip
    assert Record.objects.get(key="S00023").profile.data["name"] == "Gemini Furniture"


def test_a_line_below_an_order_that_does_not_read_is_nobody_elses(tmp_path: Path) -> None:
    mapping = write(guess(survey(a_file(tmp_path)), "sale.order.csv").plan)
    broken = ORDERS.replace("S00023,Gemini Furniture,", "S00023,")
    imported = an_import(a_file(tmp_path, broken), mapping)
    assert rows(imported) == {"read": 5, "created": 3, "rejected": 2}
    assert [key for key, *_ in lines()] == ["S00021", "S00021", "S00022"]


def test_a_file_that_repeats_its_orders_is_read_as_it_is(tmp_path: Path) -> None:
    first, *said = ORDERS.splitlines()
    head, whole = "", [first]
    for line in said:
        head = line[: line.index(",20") + 11] if ",20" in line else head
        whole.append(line.replace(",,,", f"{head},", 1))
    path = a_file(tmp_path, "\n".join(whole))
    assert "S00021,Azure Interior,2026-09-01,Chair" in path.read_text()
    assert survey(path).file.from_above == ()


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    mapping = write(guess(survey(path), path.name).plan)
    with pytest.raises(Problem, match="no column “Reference”"):
        an_import(path, mapping.replace('"Status"]', '"Reference"]'))
