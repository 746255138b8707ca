"""Who there is: what each system exports of its own list of customers, and of their people."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from concord.demo.customers import Customer, Profile
from concord.demo.formats import american, comma, german
from concord.demo.names import CompanyName
from concord.demo.tables import Row

LOCALES = {"ko": "ko-KR", "zh-Hant": "zh-TW", "zh-Hans": "zh-CN", "en": "en-US"}
SALES_LANGUAGES = {
    "ko": "Korean", "zh-Hant": "Chinese (TW)", "zh-Hans": "Chinese (CN)", "en": "English",
}  # fmt: skip
COUNTRIES = {
    "KR": "South Korea", "TW": "Taiwan", "CN": "China", "DE": "Germany", "US": "United States",
    "GB": "United Kingdom", "SE": "Sweden", "JP": "Japan", "VN": "Vietnam",
}  # fmt: skip
KOREAN_COUNTRIES = {
    "KR": "대한민국", "TW": "대만", "CN": "중국", "DE": "독일", "US": "미국", "GB": "영국",
    "SE": "스웨덴", "JP": "일본", "VN": "베트남",
}  # fmt: skip
ALPHA_3 = {
    "KR": "KOR", "TW": "TWN", "CN": "CHN", "DE": "DEU", "US": "USA", "GB": "GBR", "SE": "SWE",
    "JP": "JPN", "VN": "VNM",
}  # fmt: skip


def _accounting(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "accounting-customers",
        (
            profile.key,
            "F" if customer.kind == "organisation" else "P",
            profile.name,
            profile.street,
            profile.postcode,
            profile.city,
            customer.country,
            profile.tax_id,
            profile.phone,
            profile.email,
            german(customer.born),
            f"{customer.terms} Tage",
            comma(Decimal(customer.credit_limit)),
            customer.currency,
            german(customer.since),
        ),
    )


def _sales(customer: Customer, profile: Profile) -> Iterator[Row]:
    parent = customer.parent
    yield (
        "sales-companies",
        (
            profile.key,
            "Business" if customer.kind == "organisation" else "Person",
            profile.name,
            profile.name_native,
            profile.tax_id,
            profile.phone,
            profile.email,
            customer.website if isinstance(customer.name, CompanyName) else "",
            profile.street,
            profile.city,
            profile.postcode,
            COUNTRIES[customer.country],
            american(customer.born),
            SALES_LANGUAGES[customer.language],
            customer.segment,
            "Key account" if customer.key_account else "Standard",
            parent.key("sales") if parent and parent.known_to("sales") else "",
            american(customer.since),
        ),
    )


def _support(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "support-accounts",
        (
            profile.key,
            "company" if customer.kind == "organisation" else "individual",
            profile.name,
            profile.city,
            customer.country,
            profile.phone,
            profile.email,
            LOCALES[customer.language],
        ),
    )


def _shipping(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "shipping-consignees",
        (
            profile.key,
            "B" if customer.kind == "organisation" else "C",
            profile.name,
            profile.street,
            profile.city,
            profile.postcode,
            ALPHA_3[customer.country],
            profile.phone,
            profile.tax_id,
        ),
    )


def _engineering(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "engineering-accounts",
        (
            profile.key,
            profile.name,
            profile.city,
            customer.country,
            profile.phone,
            profile.email,
            profile.tax_id,
            "yes" if customer.kind == "person" else "no",
        ),
    )


def _scheduling(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "scheduling-customers",
        (
            profile.key,
            "법인" if customer.kind == "organisation" else "개인",
            profile.name,
            profile.phone,
            profile.email,
            profile.street,
            profile.city,
            profile.postcode,
            KOREAN_COUNTRIES[customer.country],
        ),
    )


def contacts(customer: Customer) -> Iterator[Row]:
    for person in customer.contacts:
        if "sales" in person.keys:
            yield (
                "sales-contacts",
                (
                    person.keys["sales"],
                    customer.key("sales"),
                    person.name.given,
                    person.name.family,
                    person.name.native,
                    person.role,
                    person.email,
                    person.phone.international,
                    SALES_LANGUAGES[person.language],
                ),
            )
        if "support" in person.keys:
            yield (
                "support-contacts",
                (
                    person.keys["support"],
                    customer.key("support"),
                    person.name.native or person.name.latin,
                    person.role,
                    person.email,
                    person.phone.plain,
                    LOCALES[person.language],
                ),
            )


_SYSTEMS: dict[str, Callable[[Customer, Profile], Iterator[Row]]] = {
    "accounting": _accounting,
    "sales": _sales,
    "support": _support,
    "shipping": _shipping,
    "engineering": _engineering,
    "scheduling": _scheduling,
}


ENTRIES: dict[str, Callable[[Customer, Profile], Iterator[Row]]] = {
    "accounting": _accounting,
    "sales": _sales,
    "support": _support,
    "shipping": _shipping,
    "engineering": _engineering,
    "scheduling": _scheduling,
}
