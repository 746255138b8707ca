"""The shipments that the demo company sent in spite of a hold are found, all and no others: of the
customers who have one, with all that accounting, sales and shipping know of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.clock import stand_on
from tests.demo.exports import TODAY, Rows

from concord.demo import load
from concord.demo.manifest import MAPPINGS, Manifest
from concord.demo.tables import TABLES
from concord.demo.trade import DAYS
from concord.kernel.models import Role, Source, User
from concord.records.importing.run import run_import
from concord.treatment.actions import publish
from concord.treatment.actions.verdicts import judge_all
from concord.treatment.models import ActVerdict

Read = Callable[[str], Rows]
# Of each file the column that says whose a row is, in the order of import.
WHOSE = {
    "accounting-customers": "Debitor",
    "sales-companies": "Account ID",
    "shipping-consignees": "Consignee No",
    "sales-orders": "Account ID",
    "shipping-shipments": "Consignee No",
    "accounting-invoices": "Debitor",
    "accounting-holds": "Debitor",
}


@pytest.mark.django_db
def test_planted_shipments_are_found_all_and_no_others(
    made: Manifest,
    rows: Read,
    truth: Read,
    tmp_path: Path,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_on(monkeypatch, TODAY)
    load.prepare()
    planted = {row["shipment"] for row in truth("planted")}
    theirs = _entries(planted, rows, truth)
    for name, column in WHOSE.items():
        _import(made.folder, tmp_path, name, column, theirs)
    sponsor = User.objects.get(role=Role.SPONSOR)
    publish.install_default(sponsor, TODAY - timedelta(days=DAYS), "We begin.")
    assert judge_all() > 16 * len(planted)
    found = ActVerdict.objects.filter(
        known_to=None, request="ship_order", verdict="deviated", standing="on hold"
    )
    assert set(found.values_list("record__key", flat=True)) == planted
    client.force_login(sponsor)
    asked = {"request": "ship_order", "rule": "ship_order.on_hold", "period": "all"}
    page = client.get(reverse("treatment:kept_acts"), asked).content.decode()
    assert page.count("<tr>") == 1 + len(planted)
    assert all(f" {key}</span>" in page for key in planted)


def _entries(planted: set[str], rows: Read, truth: Read) -> dict[str, set[str]]:
    """What each system calls the customers of these shipments."""
    entity = {(row["source"], row["key"]): row["entity"] for row in truth("truth")}
    held = {
        entity["shipping", row["Consignee No"]]
        for row in rows("shipping-shipments")
        if row["Shipment"] in planted
    }
    found: dict[str, set[str]] = {}
    for (source, key), who in entity.items():
        if who in held:
            found.setdefault(source, set()).add(key)
    return found


def _import(folder: Path, into: Path, name: str, column: str, theirs: dict[str, set[str]]) -> None:
    """Their rows of a file, as its own system writes it."""
    table = next(each for each in TABLES if each.name == name)
    source = Source.objects.select_related("owner").get(key=name.partition("-")[0])
    path = into / table.file_name()
    with (
        (folder / table.file_name()).open(encoding=table.encoding, newline="") as old,
        path.open("w", encoding=table.encoding, newline="") as new,
    ):
        lines = csv.reader(old, delimiter=table.delimiter)
        write = csv.writer(new, delimiter=table.delimiter).writerow
        head = next(lines)
        write(head)
        for line in lines:
            if line[head.index(column)] in theirs[source.key]:
                write(line)
    mapping = (MAPPINGS / f"{name}.toml").read_text(encoding="utf-8")
    imported = run_import(path, source, mapping, by=source.owner)
    assert imported.counts["rows"]["rejected"] == 0
