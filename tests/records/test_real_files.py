"""The example mappings over real exports, with counts taken from the files by plain `csv`."""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum
from tests.records.builders import a_source

from concord.customers.models import Customer, Profile, Relationship
from concord.kernel.models import Source
from concord.records.importing.counts import adds_up
from concord.records.importing.run import run_import
from concord.records.models import Import, Record, RecordLine, Rejection, WaitingPart

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 4_000
MAPPINGS = Path(__file__).resolve().parents[2] / "docs" / "mappings"


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "data"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def imported(data: Path, folder: str, name: str, mapping: str = "") -> Import:
    text = (MAPPINGS / folder / f"{mapping or name}.toml").read_text(encoding="utf-8")
    source = a_source(folder if folder != "truthset" else f"truthset-{name}")
    # The matching of 20,000 persons is tested and measured elsewhere.
    match = folder != "adventureworks"
    done = run_import(data / folder / f"{name}.csv", source, text, match=match)
    assert adds_up(done.counts), done.counts
    return done


def rows(done: Import) -> dict[str, int]:
    return {name: number for name, number in done.counts["rows"].items() if number}


def test_receivables(data):
    plain = rows_of(data / "receivables/invoices.csv")

    done = imported(data, "receivables", "invoices")

    assert rows(done) == {"read": 2466, "created": 2466}
    assert done.counts["records"] == {"created": 2466}
    assert done.counts["profiles"]["created"] == 100 == len({r["customerID"] for r in plain})
    invoices = Record.objects.filter(type="invoice")
    assert invoices.aggregate(Sum("amount"))["amount__sum"] == sum(
        Decimal(r["InvoiceAmount"]) for r in plain
    )
    assert invoices.filter(data__disputed=True).count() == 561
    row = plain[1]
    one = invoices.get(key=row["invoiceNumber"])
    assert (one.opened_at, one.due_at, one.closed_at, one.currency) == (
        date(2013, 1, 26),
        date(2013, 2, 25),
        date(2013, 3, 3),
        "USD",
    )
    again = imported(data, "receivables", "invoices")
    assert rows(again) == {"read": 2466, "unchanged": 2466}
    assert Source.objects.get(key="receivables").last_spoke_at == again.finished_at


def test_pipeline(data):
    plain = rows_of(data / "pipeline/sales_pipeline.csv")
    accounts = rows_of(data / "pipeline/accounts.csv")

    first = imported(data, "pipeline", "accounts")
    assert rows(first) == {"read": 85, "created": 85}
    parts = {(r["account"], r["subsidiary_of"]) for r in accounts if r["subsidiary_of"]}
    assert {
        (r.from_profile.key, r.to_profile.key) for r in Relationship.objects.filter(kind="part_of")
    } == parts
    assert len(parts) == 15

    done = imported(data, "pipeline", "sales_pipeline")
    homeless = [r for r in plain if not r["account"]]
    assert (len(plain), len(homeless)) == (8800, 1425)
    assert rows(done) == {"read": 8800, "created": 7375, "rejected": 1425}
    reasons = Rejection.objects.values_list("code", "column").annotate(Count("id"))
    assert list(reasons) == [("missing", "account", 1425)]
    kept = Rejection.objects.order_by("line").first()
    assert kept.raw == homeless[0]
    assert kept.line == plain.index(homeless[0]) + 2
    won = Record.objects.filter(type="deal", status="won")
    assert won.count() == sum(r["deal_stage"] == "Won" for r in plain)
    assert won.aggregate(Sum("amount"))["amount__sum"] == sum(
        Decimal(r["close_value"]) for r in plain if r["deal_stage"] == "Won"
    )
    products = {r["product"].replace("GTXPro", "GTX Pro") for r in plain}
    found = set(Record.objects.filter(type="deal").values_list("data__product", flat=True))
    assert found == products == {r["product"] for r in rows_of(data / "pipeline/products.csv")}
    assert Record.objects.get(key="1C1I7A6R").opened_at == date(2016, 10, 20)
    assert Profile.objects.filter(is_stub=True).count() == 0


@pytest.fixture
def fewer(data: Path, tmp_path: Path) -> Path:
    """The same folders, of AdventureWorks' e-mails and phones the beginnings: each of the 20,000
    rows of both says what the one before it does of somebody else."""
    folder = tmp_path / "adventureworks"
    folder.mkdir()
    for file in (data / "adventureworks").glob("*.csv"):
        if file.stem in {"email", "phone"}:
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            (folder / file.name).write_text("".join(lines[: ROWS + 1]), encoding="utf-8")
        else:
            (folder / file.name).symlink_to(file)
    return tmp_path


def test_adventureworks(fewer):
    data, folder = fewer, fewer / "adventureworks"
    persons, stores = rows_of(folder / "person.csv"), rows_of(folder / "store.csv")
    customers, orders = rows_of(folder / "customer.csv"), rows_of(folder / "salesorderheader.csv")
    lines = rows_of(folder / "salesorderdetail.csv")

    # Lines before their orders: they wait.
    done = imported(data, "adventureworks", "salesorderdetail")
    assert rows(done) == {"read": 5716, "created": 5716}
    assert done.counts["lines"] == {"waiting": 5716}

    done = imported(data, "adventureworks", "salesorderheader")
    assert rows(done) == {"read": 1566, "created": 1566}
    number = {c["customerid"]: c["storeid"] or c["personid"] for c in customers}
    by_customer = Record.objects.filter(type="order").values_list("key", "profile__key")
    assert dict(by_customer) == {o["salesorderid"]: number[o["customerid"]] for o in orders}
    assert Profile.objects.filter(is_stub=True).count() == len(
        {number[o["customerid"]] for o in orders}
    )
    known = {o["salesorderid"] for o in orders}
    orphans = [one for one in lines if one["salesorderid"] not in known]
    assert (len(orphans), WaitingPart.objects.count()) == (41, 41)
    assert RecordLine.objects.count() == 5716 - 41
    order = Record.objects.get(key="43659")
    assert (order.due_at, order.closed_at, order.amount) == (
        date(2011, 6, 12),
        date(2011, 6, 7),
        Decimal("23153.2339"),
    )
    assert {name: Decimal(order.data[name]) for name in ("net", "tax", "freight")} == {
        "net": Decimal("20565.6206"),
        "tax": Decimal("1971.5149"),
        "freight": Decimal("616.0984"),
    }
    assert order.data["owner_as_said"] == "279"

    assert rows(imported(data, "adventureworks", "person")) == {"read": 2057, "created": 2057}
    assert rows(imported(data, "adventureworks", "store")) == {"read": 701, "created": 701}
    assert (len(persons), len(stores)) == (2057, 701)

    before = Profile.objects.count()
    done = imported(data, "adventureworks", "email")
    emails = rows_of(folder / "email.csv")
    known_before = {p["businessentityid"] for p in persons} | {
        number[o["customerid"]] for o in orders
    }
    new = [e for e in emails if e["businessentityid"] not in known_before]
    assert done.counts["profiles"]["created"] >= len(new)
    assert Profile.objects.count() == before + len(new)
    assert rows(done)["read"] == ROWS == rows(done)["created"] + rows(done)["changed"]
    assert rows(imported(data, "adventureworks", "phone"))["changed"] == ROWS

    done = imported(data, "adventureworks", "customer")
    assert rows(done)["read"] == 19820
    both = {(c["personid"], c["storeid"]) for c in customers if c["personid"] and c["storeid"]}
    related = Relationship.objects.filter(kind="works_at", known_to=None)
    assert related.count() == len(both) == 635

    done = imported(data, "adventureworks", "salesorderheader", "address")
    assert "rejected" not in rows(done)
    addresses = {a["addressid"] for a in rows_of(folder / "address.csv")}
    reached = {number[o["customerid"]] for o in orders if o["billtoaddressid"] in addresses}
    with_city = Profile.objects.filter(data__has_key="city")
    assert with_city.count() == len(reached)

    sanchez = Profile.objects.get(key="1")
    assert sanchez.data["family_name"] == "SÃ¡nchez"  # as the source says it
    golden = Customer.objects.get(memberships__profile=sanchez, memberships__known_to=None)
    assert "Sánchez" in golden.name or "sanchez" in golden.name_norm

    for name in ("person", "store", "salesorderheader", "salesorderdetail", "email"):
        again = imported(data, "adventureworks", name)
        assert rows(again).keys() == {"read", "unchanged"}, name


@pytest.mark.parametrize(
    ("name", "number"), [("customers", 120), ("reference", 22), ("watchlist", 17)]
)
def test_truthset(data, name, number):
    done = imported(data, "truthset", name)

    assert rows(done) == {"read": number, "created": number}
    plain = {r["RECORD_ID"]: r for r in rows_of(data / f"truthset/{name}.csv")}
    found = {p.key: p for p in Profile.objects.filter(source__key=f"truthset-{name}")}
    assert found.keys() >= plain.keys()
    for key, row in plain.items():
        kind = {"PERSON": "person", "ORGANIZATION": "organisation"}[row["RECORD_TYPE"]]
        assert (found[key].kind, found[key].is_stub) == (kind, False)
        born = found[key].data.get("birth_date", "")
        assert bool(born) == bool(row.get("DATE_OF_BIRTH"))
        assert not born or datetime.fromisoformat(born).year < 2012
    if name == "customers":
        assert found["1001"].data["name"] == "Robert Smith"
        assert found["1001"].data["birth_date"] == "1978-12-11"
