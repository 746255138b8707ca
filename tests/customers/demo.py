"""What the demo's systems say of customers, read with nothing but the standard library."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.customers.truth import Key

from concord.customers.said import ProfileSaid

Row = dict[str, str]


def demo_profiles(folder: Path) -> Iterator[tuple[str, ProfileSaid]]:
    """(source, profile) of every customer and contact in the CSV files of the demo."""
    for name, (encoding, delimiter, read) in _FILES.items():
        with (folder / f"{name}.csv").open(encoding=encoding, newline="") as file:
            for row in csv.DictReader(file, delimiter=delimiter):
                yield name.partition("-")[0], read(row)


def demo_truth(folder: Path) -> dict[Key, str]:
    with (folder / "truth" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {(row["source"], row["key"]): row["entity"] for row in csv.DictReader(file)}


def _kind(is_person: bool) -> str:
    return "person" if is_person else "organisation"


def _accounting(row: Row) -> ProfileSaid:
    data = {
        "name": row["Name"], "street": row["Straße"], "postcode": row["PLZ"], "city": row["Ort"],
        "country": row["Land"], "tax_id": row["USt-IdNr"], "phones": row["Telefon"],
        "emails": row["E-Mail"], "birth_date": row["Geburtsdatum"],
    }  # fmt: skip
    return ProfileSaid(row["Debitor"], _kind(row["Art"] == "P"), data)


def _sales(row: Row) -> ProfileSaid:
    data = {
        "name": row["Account Name"], "name_native": row["Local Name"], "tax_id": row["Tax Number"],
        "phones": row["Phone"], "emails": row["Email"], "website": row["Website"],
        "street": row["Street"], "city": row["City"], "postcode": row["Zip"],
        "country": row["Country"], "birth_date": row["Birthdate"],
    }  # fmt: skip
    return ProfileSaid(row["Account ID"], _kind(row["Record Type"] == "Person"), data)


def _support(row: Row) -> ProfileSaid:
    data = {
        "name": row["name"], "city": row["city"], "country": row["country"],
        "phones": row["phone"], "emails": row["email"],
    }  # fmt: skip
    return ProfileSaid(row["account_id"], _kind(row["type"] == "person"), data)


def _shipping(row: Row) -> ProfileSaid:
    data = {
        "name": row["Consignee"], "street": row["Address"], "city": row["City"],
        "postcode": row["Postal Code"], "country": row["Country"], "phones": row["Tel"],
        "tax_id": row["Reg No"],
    }  # fmt: skip
    return ProfileSaid(row["Consignee No"], _kind(row["Kind"] == "P"), data)


def _engineering(row: Row) -> ProfileSaid:
    data = {
        "name": row["Customer"], "city": row["Town"], "country": row["Country"],
        "phones": row["Phone"], "emails": row["E-mail"],
    }  # fmt: skip
    return ProfileSaid(row["Code"], _kind(row["Person"] == "yes"), data)


def _scheduling(row: Row) -> ProfileSaid:
    data = {
        "name": row["상호"], "phones": row["전화"], "emails": row["이메일"],
        "street": row["주소"], "city": row["도시"], "postcode": row["우편번호"],
        "country": row["국가"],
    }  # fmt: skip
    return ProfileSaid(row["고객번호"], _kind(row["구분"] == "개인"), data)


def _sales_contact(row: Row) -> ProfileSaid:
    data = {
        "given_name": row["First Name"], "family_name": row["Last Name"],
        "name_native": row["Local Name"], "emails": row["Email"], "phones": row["Mobile"],
    }  # fmt: skip
    return ProfileSaid(row["Contact ID"], "person", data)


def _support_contact(row: Row) -> ProfileSaid:
    data = {"name": row["name"], "emails": row["email"], "phones": row["mobile"]}
    return ProfileSaid(row["contact_id"], "person", data)


_FILES: dict[str, tuple[str, str, Callable[[Row], ProfileSaid]]] = {
    "accounting-customers": ("cp1252", ";", _accounting),
    "sales-companies": ("utf-8", ",", _sales),
    "sales-contacts": ("utf-8", ",", _sales_contact),
    "support-accounts": ("utf-8", ",", _support),
    "support-contacts": ("utf-8", ",", _support_contact),
    "shipping-consignees": ("utf-8-sig", ",", _shipping),
    "engineering-accounts": ("utf-8", ",", _engineering),
    "scheduling-customers": ("cp949", ",", _scheduling),
}
