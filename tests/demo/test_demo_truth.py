"""The truth about the demo company agrees with its export files."""

from collections import Counter, defaultdict
from collections.abc import Callable

from stdnum.cn import uscc
from stdnum.de import vat as german
from stdnum.gb import vat as british
from stdnum.jp import cn as japanese
from stdnum.kr import brn
from stdnum.se import vat as swedish
from stdnum.tw import ubn
from stdnum.us import ein
from stdnum.vn import mst
from tests.demo.exports import Rows

from concord.demo.manifest import Manifest
from concord.demo.tables import TABLES

PROFILES = {
    "accounting-customers": "Debitor",
    "sales-companies": "Account ID",
    "support-accounts": "account_id",
    "shipping-consignees": "Consignee No",
    "engineering-accounts": "Code",
    "scheduling-customers": "고객번호",
    "sales-contacts": "Contact ID",
    "support-contacts": "contact_id",
}
KEYS = {
    "sales-orders": "Order Number",
    "shipping-shipments": "Shipment",
    "shipping-returns": "RMA",
    "accounting-invoices": "Rechnung",
    "accounting-payments": "Beleg",
    "accounting-credits": "Gutschrift",
    "accounting-disputes": "Nr",
    "accounting-holds": "Sperre",
    "sales-leads": "Lead ID",
    "sales-deals": "Deal ID",
    "sales-quotes": "Quote ID",
    "sales-contracts": "Contract ID",
    "sales-activities": "Activity ID",
    "support-cases": "case",
    "support-interactions": "id",
    "engineering-questions": "No",
    "engineering-installed": "Serial",
    "engineering-certificates": "Certificate",
    "scheduling-appointments": "예약번호",
}
VALIDATORS = {
    "KR": brn, "TW": ubn, "CN": uscc, "DE": german, "GB": british, "US": ein, "SE": swedish,
    "JP": japanese, "VN": mst,
}  # fmt: skip

Read = Callable[[str], Rows]


def test_volumes(made: Manifest, rows: Read) -> None:
    profiles = sum(made.counts[name] for name in PROFILES)
    records = sum(made.counts[name] for name in KEYS)

    assert made.counts["customers"] == 2000
    assert 5_500 <= profiles <= 6_500
    assert 40_000 <= records <= 52_000
    for table in TABLES:
        assert made.counts[table.name] == len(rows(table.name)) > 0


def test_every_entry_has_one_truth(rows: Read, truth: Read) -> None:
    known = Counter((row["source"], row["key"]) for row in truth("truth"))
    exported = Counter(
        (name.partition("-")[0], row[key]) for name, key in PROFILES.items() for row in rows(name)
    )

    assert set(known.values()) == {1}
    assert known == exported


def test_no_number_is_given_twice(rows: Read) -> None:
    for name, key in KEYS.items():
        numbers = Counter(row[key] for row in rows(name))
        assert max(numbers.values()) == 1, (name, numbers.most_common(1))


def test_every_record_belongs_to_somebody(rows: Read, truth: Read) -> None:
    owners = {
        "accounting": "Debitor",
        "sales": "Account ID",
        "support": "account_id",
        "shipping": "Consignee No",
        "engineering": "Code",
        "scheduling": "고객번호",
    }
    known = {(row["source"], row["key"]) for row in truth("truth")}

    for name in KEYS:
        source = name.partition("-")[0]
        strangers = {row[owners[source]] for row in rows(name)} - {
            k for s, k in known if s == source
        }
        assert not strangers, name


def test_every_reference_leads_somewhere(rows: Read) -> None:
    def values(name: str, column: str) -> set[str]:
        return {row[column] for row in rows(name)} - {""}

    orders = values("sales-orders", "Order Number")
    invoices = values("accounting-invoices", "Rechnung")
    payments = values("accounting-payments", "Beleg")
    credits = values("accounting-credits", "Gutschrift")

    assert values("sales-order-lines", "Order Number") == orders
    assert values("shipping-shipments", "Order Ref") <= orders
    assert values("accounting-invoices", "Auftrag") <= orders
    assert values("accounting-allocations", "Rechnung") <= invoices
    assert values("accounting-allocations", "Beleg") == payments | credits
    assert values("accounting-disputes", "Rechnung") <= invoices
    assert values("shipping-returns", "Shipment") <= values("shipping-shipments", "Shipment")
    assert values("sales-quotes", "Deal ID") <= values("sales-deals", "Deal ID")
    assert values("support-interactions", "case") <= values("support-cases", "case")
    assert values("engineering-certificates", "Serial") <= values("engineering-installed", "Serial")


def test_duplicates_within_a_system_and_across_systems(truth: Read) -> None:
    systems: defaultdict[str, list[str]] = defaultdict(list)
    for row in truth("truth"):
        systems[row["entity"]].append(row["source"])

    within = sum(len(sources) > len(set(sources)) for sources in systems.values())
    across = Counter(len(set(sources)) for sources in systems.values())

    assert 120 <= within <= 260
    assert set(across) == {1, 2, 3, 4, 5, 6}


def test_every_tax_number_is_valid_and_of_one_customer(rows: Read, truth: Read) -> None:
    entity = {(row["source"], row["key"]): row["entity"] for row in truth("truth")}
    country = {
        entity["accounting", row["Debitor"]]: row["Land"] for row in rows("accounting-customers")
    }
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for name, column in (
        ("accounting-customers", "USt-IdNr"),
        ("sales-companies", "Tax Number"),
        ("shipping-consignees", "Reg No"),
    ):
        for row in rows(name):
            if row[column]:
                who = entity[name.partition("-")[0], row[PROFILES[name]]]
                holders[row[column]].add(who)
                if who in country:
                    assert VALIDATORS[country[who]].is_valid(row[column]), (who, row[column])

    assert len(holders) > 1_500
    assert {len(who) for who in holders.values()} == {1}


def test_hard_negatives(rows: Read, truth: Read) -> None:
    """Different customers share a switchboard, a name, a house, and are not the same."""
    entity = {(row["source"], row["key"]): row["entity"] for row in truth("truth")}
    by_phone: defaultdict[str, set[str]] = defaultdict(set)
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("accounting-customers"):
        who = entity["accounting", row["Debitor"]]
        by_phone[row["Telefon"]].add(who)
        by_name[row["Name"]].add(who)
    names = [row["Account Name"] for row in rows("sales-companies")]

    assert sum(len(who) > 1 for who in by_phone.values()) >= 15
    assert sum(len(who) > 1 for who in by_name.values()) >= 5
    assert sum(name.endswith(("Sr.", "Jr.")) for name in names) >= 10
    assert len(truth("groups")) >= 20


def test_six_systems_spell_differently(rows: Read) -> None:
    consignees = [row["Consignee"] for row in rows("shipping-consignees")]

    assert all(row["Name"] == row["Name"].upper() for row in rows("accounting-customers"))
    assert max(len(row["Name"]) for row in rows("accounting-customers")) <= 30
    for form in ("(주)", "㈜", "주식회사", "股份有限公司", "有限公司", "株式会社", "GmbH", "Ltd"):
        assert sum(form in name for name in consignees) > 0, form
    assert any("Ã" in name for name in consignees)
    assert any("Ａ" <= c <= "ｚ" for name in consignees for c in name)
