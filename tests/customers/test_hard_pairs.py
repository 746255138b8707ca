"""The pairs that matching gets wrong elsewhere: households, Sr and Jr, groups, switchboards."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from tests.customers.cast import a_source, said

from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive
from concord.customers.matching.compare import compare
from concord.customers.matching.features import made
from concord.customers.matching.model import shipped
from concord.customers.models import Membership

HOME = {"street": "12 Oak Street", "city": "Leeds", "postcode": "LS1 4AP", "country": "GB"}
LINE = {"phones": ["+44 113 496 0123"]}
FIRM = {"phones": ["+82 32 718 2040"], "city": "Incheon", "street": "Namdong-daero 217",
        "country": "KR", "emails": ["info@hanbit.example"]}  # fmt: skip


def zone(kind: str, left: dict[str, Any], right: dict[str, Any]) -> str:
    found = compare(made(UUID(int=1), kind, left), made(UUID(int=2), kind, right), (), shipped())
    if found.is_automatic:
        return "same"
    return "ask" if found.is_for_review else "different"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"name": "Mary Miller"}, {"name": "Mark Miller"}),
        ({"name": "Paul Miller"}, {"name": "Paula Miller"}),
        ({"name": "Daniel Miller"}, {"name": "Danielle Miller"}),
        ({"name": "Eric Miller"}, {"name": "Erica Miller"}),
        ({"name": "Patrick Miller"}, {"name": "Patricia Miller"}),
        ({"name": "John Miller Sr"}, {"name": "John Miller Jr"}),
        ({"name": "John Miller"}, {"name": "John Miller Jr."}),
        ({"name": "John Miller II"}, {"name": "John Miller III"}),
        ({"name": "John A Miller"}, {"name": "John B Miller"}),
        ({"name": "John Miller", "birth_date": "1950-02-03"},
         {"name": "John Miller", "birth_date": "1982-07-09"}),
        ({"name": "Kim Minsu"}, {"name": "Kim Minji"}),
        ({"name": "Minsu Kim"}, {"name": "Minju Kim"}),
        ({"name": "김민수"}, {"name": "김민주"}),
        ({"name": "김민수"}, {"name": "Kim Min-ju"}),
        ({"name": "王伟"}, {"name": "王薇薇"}),
        ({"name": "Anna Schmidt"}, {"name": "Hanna Schmidt"}),
        ({"name": "J Miller"}, {"name": "Jane Miller"}),
        ({"name": "Miller"}, {"name": "Jane Miller"}),
        ({"name": "Jane Miller", "ids": {"passport": "X1234567"}},
         {"name": "Jane Miller", "ids": {"passport": "Y7654321"}}),
        ({"name": "Jane Miller", "tax_id": "523-45-6719"},
         {"name": "Jane Miller", "tax_id": "987-65-4321"}),
    ],
)  # fmt: skip
def test_people_of_one_household_are_not_joined(
    left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert zone("person", HOME | LINE | left, HOME | LINE | right) != "same"
    family_mail = {"emails": ["the.millers@gmail.com"]}
    assert zone("person", HOME | family_mail | left, HOME | family_mail | right) != "same"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"name": "Robert Smith"}, {"name": "Bob Smith"}),
        ({"name": "Smith, Robert"}, {"name": "Robert Smith"}),
        ({"name": "박서연"}, {"name": "Seo-yeon Park"}),
        ({"name": "박서연"}, {"name": "PARK SEOYEON"}),
        ({"name": "PARK SEO-YEON"}, {"name": "박서연"}),
        ({"name": "YOON TAE-YUN"}, {"name": "윤태윤"}),
        ({"name": "王杰"}, {"name": "Wang Jie"}),
        ({"name": "曾淑怡"}, {"name": "ZENG SHU-YI"}),
        ({"name": "이우윤"}, {"name": "LEE WOO-YUN"}),
        ({"name": "陳怡君"}, {"name": "陈怡君"}),
        ({"name": "Kristen Salinger"}, {"name": "Kristin Salenger"}),
        ({"name": "Jos\u00c3\u00a9 Garc\u00c3\u00ada"}, {"name": "José García"}),
        ({"name": "Rosemary Thomas"}, {"name": "Rosemay Thomas"}),
    ],
)
def test_one_person_spelled_two_ways_is_joined(left: dict[str, Any], right: dict[str, Any]) -> None:
    mine = {"emails": ["someone@example.net"], "phones": ["+1 702 919 1300"]}
    assert zone("person", mine | left, mine | right) == "same"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hanbit Precision Co., Ltd.", "Hanbit Precision Vietnam Co., Ltd."),
        ("Hanbit Precision Co., Ltd.", "Hanbit Holdings Co., Ltd."),
        ("Hanbit Precision", "Hanbit Precision Service"),
        ("Hanbit Precision", "Hanbit Precision Busan"),
        ("Hanbit Precision Singapore", "Hanbit Precision India"),
        ("Hanbit Precision", "Hanbit Electronics"),
        ("한빛정밀", "한빛전자"),
        ("한빛정밀", "한빛정밀 베트남"),
        ("한빛정밀 주식회사", "Hanbit Precision Vietnam"),
        ("Brenner GmbH", "Brenner AG"),
        ("Brenner GmbH", "Brenner Verwaltungs GmbH"),
        ("Brenner GmbH & Co. KG", "Brenner Beteiligungs GmbH"),
        ("Acme Inc", "Acme LLC"),
        ("Lotte Chemical", "Lotte Confectionery"),
        ("台灣精密股份有限公司", "台灣電子股份有限公司"),
        ("Northern Tools", "Southern Tools"),
    ],
)
def test_companies_of_one_group_are_not_joined(left: str, right: str) -> None:
    """They share the switchboard, the mailbox and the address."""
    assert zone("organisation", FIRM | {"name": left}, FIRM | {"name": right}) != "same"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hanbit Precision Co., Ltd.", "HANBIT PREC CO LTD"),
        ("한빛정밀 주식회사", "㈜한빛정밀"),
        ("한빛정밀(주)", "Hanbit Precision Co., Ltd."),
        ("台灣精密股份有限公司", "台湾精密有限公司"),
        ("台灣精密股份有限公司", "Taiwan Precision Co., Ltd."),
        ("株式会社ひかり", "ひかり（株）"),
        ("Müllenkranz GmbH", "Muellenkranz GmbH"),
        ("Société Générale de Mesure S.à r.l.", "SOCIETE GENERALE DE MESURE SARL"),
        ("Jorberg Maschinenbau GmbH & Co. KG", "JORBERG MASCHB GMBH & CO KG"),
        ("International Tools Inc", "Intl Tools Inc."),
        ("Hanbit Precision", "Hanbti Precision"),
        ("HBP", "Hanbit Precision Co., Ltd."),
    ],
)
def test_one_company_spelled_two_ways_is_joined(left: str, right: str) -> None:
    assert zone("organisation", FIRM | {"name": left}, FIRM | {"name": right}) == "same"


@pytest.mark.parametrize(
    "contradiction",
    [
        ({"tax_id": "101-81-98766"}, {"tax_id": "214-86-55123"}),
        ({"registration_id": "HRB 4711"}, {"registration_id": "HRB 9283"}),
        ({"ids": {"lei": "5493001KJTIIGC8Y1R12"}}, {"ids": {"lei": "549300HKVFVS8QGCBR57"}}),
        ({"country": "KR"}, {"country": "VN"}),
    ],
)
def test_contradicting_numbers_hold_equal_names_apart(
    contradiction: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    left, right = ({**FIRM, "name": "Hanbit Precision", **each} for each in contradiction)
    assert zone("organisation", left, right) != "same"


@pytest.mark.django_db
def test_a_shared_mailbox_and_switchboard_join_nobody() -> None:
    names = "Ann Abel,Bob Brink,Cid Cohn,Dan Dale,Eva Ende,Fay Falk,Gus Gray,Ann Abbott,Bea Brink"
    shared = {"emails": ["info@town-hall.example"], "phones": ["+1 702 221 2211"]}
    words = [said(str(n), "person", name=name, **shared) for n, name in enumerate(names.split(","))]
    match(r.profile_id for r in receive(a_source(), words))
    customers = Membership.objects.filter(known_to=None).values_list("customer", flat=True)
    assert len(set(customers)) == 9


@pytest.mark.django_db
def test_a_bridge_between_father_and_son_joins_neither() -> None:
    """A profile without a date of birth fits both: a guess is not made."""
    words = [
        said("old", "person", name="John Miller", birth_date="1950-02-03", **HOME),
        said("young", "person", name="John Miller", birth_date="1982-07-09", **HOME),
        said("which", "person", name="John Miller", **HOME),
    ]
    match(r.profile_id for r in receive(a_source(), words))
    customers = Membership.objects.filter(known_to=None).values_list("customer", flat=True)
    assert len(set(customers)) == 3


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_do_not_miss_each_others_duplicates() -> None:
    sources = [a_source("one"), a_source("two")]
    start, failures = threading.Barrier(2), []

    def work(number: int) -> None:
        try:
            words = [
                said(f"{n}", name=f"Firm{n} Tools", tax_id=f"DE{100000000 + n * 37}", country="DE")
                for n in range(60)
            ]
            start.wait()
            receipts = receive(sources[number], words)
            start.wait()
            match(receipt.profile_id for receipt in receipts)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
            start.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    customers = Membership.objects.filter(known_to=None).values_list("customer", flat=True)
    assert (len(customers), len(set(customers))) == (120, 60)


@pytest.mark.parametrize(
    ("kind", "left", "right", "expected"),
    [
        # Namesakes: nothing but the name speaks for it, and something against it.
        ("person", {"phones": ["+44 113 496 0123"]}, {"phones": ["+44 20 7946 0000"]}, "different"),
        ("person", {"emails": ["a@x.example"]}, {"emails": ["b@y.example"]}, "different"),
        ("person", {}, {}, "ask"),
        ("person", {"city": "Leeds"} | LINE, {"city": "Leeds", "phones": ["+442079460000"]}, "ask"),
        # A company has several lines and sites: a person may know.
        ("organisation", {"phones": ["+44 113 496 0123"]}, {"phones": ["+44 20 7946 0000"]}, "ask"),
    ],
)
def test_a_question_has_more_to_it_than_one_name(
    kind: str, left: dict[str, Any], right: dict[str, Any], expected: str
) -> None:
    name = {"name": "Jane Miller" if kind == "person" else "Miller Precision Ltd"}
    assert zone(kind, name | left, name | right) == expected


def test_senior_and_junior_are_not_asked_unless_a_number_says_they_are_one() -> None:
    senior, junior = HOME | LINE | {"name": "John Miller Sr"}, HOME | LINE | {"name": "J Miller Jr"}
    assert zone("person", senior, junior) == "different"
    passport = {"ids": {"passport": "X1234567"}}
    assert zone("person", senior | passport, junior | passport) != "different"


def test_neighbours_of_a_business_park_are_not_one_group() -> None:
    """A word like "systems" makes two entities of a group only where their names have something
    in common; and Latin names that differ weigh more than scripts that nobody reads across."""
    left, right = FIRM | {"name": "Kelford Tooling Ltd"}, FIRM | {"name": "Linberg Systems"}
    found = compare(
        *(made(UUID(int=n), "organisation", d) for n, d in enumerate((left, right))), (), shipped()
    )
    assert {one.field: one.level for one in found.evidence}["name"] == "different"
    left |= {"name": "Chogyeol Materials", "name_native": "초결소재"}
    right |= {"name": "Yungil Metrology", "name_native": "윤길계측"}
    found = compare(
        *(made(UUID(int=n), "organisation", d) for n, d in enumerate((left, right))), (), shipped()
    )
    assert {one.field: one.level for one in found.evidence}["name"] == "different"


LINDEN = {"country": "DE", "city": "Kassel", "street": "Lindenweg 8", "postcode": "34117",
          "phones": ["+49 561 2766340"]}  # fmt: skip


def customers_named(*names: str) -> int:
    """How many customers matching makes of profiles of one address with these names."""
    waiting = [
        receive(a_source(f"source-{n}"), [said(str(n), name=name, **LINDEN)])[0].profile_id
        for n, name in enumerate(names)
    ]
    match(waiting)
    return Membership.objects.filter(known_to=None).values("customer").distinct().count()


@pytest.mark.django_db
def test_a_short_and_a_mistyped_form_are_one_where_the_whole_name_stands_beside_them() -> None:
    assert customers_named("HANBIT ELEC", "Hanbit lectronics", "Hanbit Electronics") == 1


@pytest.mark.django_db
def test_a_short_form_does_not_join_two_that_it_is_short_for() -> None:
    assert customers_named("Hanbit Precision", "Hanbit Precast", "HANBIT PREC") >= 2


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("person", {"name": "John Smith", "street": "PO Box 12 Apt 3", "city": "Austin"},
         {"name": "John Smith", "street": "12 Oak Avenue Apt 3", "city": "Austin"}),
        ("organisation", {"name": "Alpha GmbH", "address": "Building 3, Floor 12"},
         {"name": "Alpha GmbH", "address": "Industriestr. 12/3"}),
        ("person", {"given_name": "តារា", "family_name": "គឹម",
                    "address": "No 321, Street 128 Phnom Penh Cambodia"},
         {"name": "Dara Kim", "street": "#321, Street 128", "city": "Phnom Penh"}),
    ],
)  # fmt: skip
def test_numbers_without_a_street_are_a_question_at_most(
    kind: str, left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert zone(kind, left, right) == "ask"


def customers_of(
    *entries: tuple[str, dict[str, Any]], kind: str = "organisation"
) -> list[set[str]]:
    """Which keys are one customer after matching, the entries received in this order."""
    waiting = [
        receive(a_source(f"source-{n}"), [said(key, kind, **data)])[0].profile_id
        for n, (key, data) in enumerate(entries)
    ]
    for each in waiting:
        match([each])
    found: dict[UUID, set[str]] = {}
    for customer, key in Membership.objects.filter(known_to=None).values_list(
        "customer", "profile__key"
    ):
        found.setdefault(customer, set()).add(key)
    return sorted(found.values(), key=sorted)


ROOF = {"name": "John Miller", **HOME, **LINE}


@pytest.mark.django_db
def test_of_two_who_share_name_house_and_line_nobody_guesses_which() -> None:
    """Two entries that tell father and son not apart may be one each: also of each other."""
    assert customers_of(
        ("father", ROOF | {"birth_date": "1951-02-03"}),
        ("son", ROOF | {"birth_date": "1982-07-09"}),
        ("father too", ROOF | {"birth_date": "1951-02-03"}),
        ("which", ROOF),
        ("which too", ROOF),
        kind="person",
    ) == [{"father", "father too"}, {"son"}, {"which"}, {"which too"}]


@pytest.mark.django_db
def test_a_company_and_its_successor_are_not_guessed() -> None:
    assert customers_of(
        ("old", FIRM | {"name": "Hanbit Precision", "tax_id": "101-81-98766"}),
        ("new", FIRM | {"name": "Hanbit Precision", "tax_id": "214-86-55123"}),
        ("new too", FIRM | {"name": "한빛정밀", "tax_id": "214-86-55123"}),
        ("which", FIRM | {"name": "Hanbit Precision Co., Ltd."}),
        ("which too", FIRM | {"name": "Hanbit Precision"}),
    ) == [{"new", "new too"}, {"old"}, {"which"}, {"which too"}]


@pytest.mark.django_db
def test_a_brand_is_no_store_where_its_hotline_is_had_in_many_houses() -> None:
    brand = {"phones": ["+49 30 5550100"], "emails": ["hello@corner-bakery.example"]}
    stores = [
        (f"store {n}", brand | {"name": f"Corner Bakery {n}", "street": f"Mühlenweg {n}",
                                "postcode": f"1011{n}", "city": "Berlin", "country": "DE"})
        for n in range(1, 5)
    ]  # fmt: skip
    alone = brand | {"name": "Corner Bakery", "city": "Berlin", "country": "DE"}
    bare = [("somewhere", alone), ("or elsewhere", alone)]
    assert customers_of(*stores, *bare) == sorted(
        [{key} for key, _ in [*stores, *bare]], key=sorted
    )


def test_a_chinese_number_that_ends_in_a_letter_is_of_the_same_register() -> None:
    one = FIRM | {"name": "佳川精密", "country": "CN"}
    assert zone("organisation", one | {"tax_id": "91320584MA00017947"},
                one | {"tax_id": "91320583MA0019930M"}) != "same"  # fmt: skip


def test_a_given_name_is_not_taken_for_a_misspelt_family_name() -> None:
    stefan, stefanie = ({"name": name} for name in ("KELLER STEFAN", "Stefanie Keller"))
    assert zone("person", HOME | LINE | stefan, HOME | LINE | stefanie) != "same"


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        # Father and son: a name and a house, and phones or mailboxes of their own.
        ("person", HOME | {"name": "John Miller", "emails": ["john@a.example"]},
         HOME | {"name": "John Miller", "emails": ["jm@b.example"]}),
        ("person", HOME | LINE | {"name": "John Miller", "emails": ["john@a.example"]},
         HOME | LINE | {"name": "John Miller", "emails": ["jm@b.example"]}),
        ("person", HOME | {"name": "John Miller", "phones": ["+44 7400 111222"]},
         HOME | {"name": "John Miller", "phones": ["+44 7400 333444"]}),
        ("person", HOME | LINE | {"name": "João Silva"},
         HOME | LINE | {"name": "João Silva Filho"}),
        ("person", HOME | LINE | {"name": "Hans Weber sen."},
         HOME | LINE | {"name": "Hans Weber jun."}),
        ("person", HOME | LINE | {"name": "J. Miller"}, HOME | LINE | {"name": "J Miller"}),
        ("person", HOME | LINE | {"name": "John & Jane Miller"},
         HOME | LINE | {"name": "John Miller"}),
        ("person", HOME | LINE | {"name": "Maria Weber", "birth_date": "1990-05-04"},
         HOME | LINE | {"name": "Marie Weber", "birth_date": "1990-05-04"}),
        ("person", HOME | LINE | {"name": "Dr. med. Anna Weber"},
         HOME | LINE | {"name": "Dr. med. Anne Weber"}),
        # Husband and wife have one tax number.
        ("person", HOME | LINE | {"name": "John Miller", "tax_id": "27/815/08150"},
         HOME | LINE | {"name": "Jane Miller", "tax_id": "27/815/08150"}),
        ("person", HOME | LINE | {"name": "J. Miller", "tax_id": "27/815/08150"},
         HOME | LINE | {"name": "Jane Miller", "tax_id": "27/815/08150"}),
        # What is typed where nothing is known.
        ("person", {"name": "Jane Miller", "tax_id": "999-99-9999"},
         {"name": "Jane Miller", "tax_id": "999-99-9999"}),
        ("person", {"name": "Jane Miller", "tax_id": "000-00-0001"},
         {"name": "Jane Miller", "tax_id": "000-00-0001"}),
        ("person", {"name": "Jane Miller", "birth_date": "1900-01-01"},
         {"name": "Jane Miller", "birth_date": "1900-01-01"}),
        ("person", {"name": "Jane Miller", "emails": ["test@test.com"]},
         {"name": "Jane Miller", "emails": ["test@test.com"]}),
        ("person", {"name": "Jane Miller", "phones": ["000-000-0000"]},
         {"name": "Jane Miller", "phones": ["000-000-0000"]}),
        ("person", HOME | LINE | {"name": "UNKNOWN"}, HOME | LINE | {"name": "Unknown"}),
        ("person", HOME | LINE | {"name": "Walk In"}, HOME | LINE | {"name": "Cash Customer"}),
        # A number of the group, another site.
        ("organisation", {"name": "Corner Market", "tax_id": "DE129273398", "country": "DE",
          "city": "Ulm", "street": "Weg 1", "phones": ["+49 731 2000001"]},
         {"name": "Corner Market", "tax_id": "DE129273398", "country": "DE",
          "city": "Kassel", "street": "Gasse 7", "phones": ["+49 561 3000001"]}),
        ("organisation", FIRM | {"name": "JIAHAIYUE PHOTONICS TAOYUAN BR", "tax_id": "38058500"},
         FIRM | {"name": "Jiahaiyue Photonics Tainan Branch", "name_native": "佳海岳光電台南分公司",
                 "tax_id": "38058500"}),
        ("organisation", {"name": "Malmö Bank", "city": "Malmö", "phones": ["+46 40 4930030"],
                          "emails": ["info@malmo-bank.example"]},
         {"name": "Malmö Bank", "city": "Malmö", "phones": ["+46 40 4945868"],
          "emails": ["info@malmo-bank.example"]}),
        ("organisation", {"name": "Corner Market", "street": "123 Main St", "postcode": "12345",
                          "city": "Dayton"},
         {"name": "Corner Market", "street": "123 Main St", "postcode": "12345", "city": "Tucson"}),
        ("organisation", FIRM | {"name": "Lagerhaus Nord-West Hamburg A"},
         FIRM | {"name": "Lagerhaus Nord-West Hamburg B"}),
        ("organisation", FIRM | {"name": "University of Leeds Department of Chemistry"},
         FIRM | {"name": "University of Leeds Department of Biochemistry"}),
        ("organisation", FIRM | {"name": "Brenner Maschinenbau GmbH & Co"},
         FIRM | {"name": "Brenner Maschinenbau GmbH"}),
        ("organisation", FIRM | {"name": "BRENNER MASCHINENBAUTEI GMBH &"},
         FIRM | {"name": "Brenner Maschinenbautei GmbH"}),
        ("organisation", FIRM | {"name": "HANBIT PRECISION MACHINERIES I"},
         FIRM | {"name": "Hanbit Precision Machineries"}),
    ],
)  # fmt: skip
def test_what_a_roof_a_number_or_a_filler_has_in_common_joins_nobody(
    kind: str, left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert zone(kind, left, right) != "same"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("HALENBRIDGE MÄTTEKNIK AKTIEBOL", "Halenbridge Mätteknik AB"),
        ("HANBIT PRECISION MACHINE CO LT", "Hanbit Precision Machine Co., Ltd."),
        ("BRENNER MASCHINEN GESELLSCHAFT", "Brenner Maschinen GmbH"),
        ("BRENNER MASCHINENB GMBH & CO K", "Brenner Maschinenb GmbH & Co. KG"),
        ("Brenner Gesellschaft mit beschränkter Haftung", "Brenner GmbH"),
        ("Kowalski Sp. z o.o.", "Kowalski Spółka z ograniczoną odpowiedzialnością"),
    ],
)
def test_a_legal_form_that_is_cut_or_written_out_is_one(left: str, right: str) -> None:
    assert zone("organisation", FIRM | {"name": left}, FIRM | {"name": right}) == "same"


def test_a_wrong_figure_in_a_number_is_a_slip_where_name_and_birthday_agree() -> None:
    said = HOME | {"name": "Jane Miller", "birth_date": "1971-05-04"}
    ids = [{"ids": {"ssn": number}} for number in ("5304218", "5304219")]
    assert zone("person", said | ids[0], said | ids[1]) == "same"
    assert zone("person", HOME | {"name": "Jane Miller"} | ids[0], HOME | said | ids[1]) != "same"


@pytest.mark.django_db
def test_a_twin_who_is_asked_about_is_not_joined_by_the_way() -> None:
    """Who comes last shares no key with the twin, but with one whom she was asked about beside."""
    home = {"street": "236 Commerce Dr", "postcode": "97240", "city": "Portland", "country": "US"}
    line, post = {"phones": ["+1 503 555 3361"]}, {"emails": ["twins.3361@mailhub.example"]}
    found = customers_of(
        ("marie", home | post | line | {"name": "Rosa Whitlock", "tax_id": "26-6615777"}),
        ("maria", home | {"name": "Rose Whitlock", "tax_id": "27-6623696"}),
        ("which", home | line | {"name": "Rose Whitlock"}),
        ("late", line | post | {"name": "Rosa Whitlock", "city": "Portland"}),
        kind="person",
    )
    assert not any({"which", "marie"} <= keys or {"which", "late"} <= keys for keys in found)
