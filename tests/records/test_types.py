from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES
from concord.records import types
from concord.records.models import CustomRecordType
from concord.records.types import FieldType, Rule, from_json, keep_all, read_all, wrong_in

ALL = list(types.built_in().values())
NAMED = [
    "invoice",
    "payment",
    "credit_note",
    "credit_hold",
    "dispute",
    "balance",
    "order",
    "shipment",
    "goods_return",
    "contract",
    "installed_product",
    "certificate",
    "case",
    "engineering_question",
    "appointment",
    "visit",
    "message",
    "call",
    "meeting",
    "note",
    "task",
    "lead",
    "deal",
    "quote",
]


def test_the_built_in_types_are_those_that_the_design_names():
    assert {declared.key for declared in ALL} == set(NAMED)
    assert len(ALL) == 24


@pytest.mark.parametrize("declared", ALL, ids=lambda declared: declared.key)
def test_a_declaration_is_whole_and_speaks_every_language(declared):
    assert wrong_in(declared) == []
    words = [declared.words, declared.plural, *declared.columns.values()]
    words += [status.words for status in declared.statuses]
    for field in declared.fields:
        words += [field.words, *(choice.words for choice in field.choices)]
    for said in words:
        assert {code for code, _ in LANGUAGES} == said.keys()
        assert all(text.strip() for text in said.values())
    assert declared.status(declared.first_status) is not None
    assert declared.status(declared.closing_status).closes
    assert all(declared.rule(name) for name in ("due", "status", "amount", "owner", "unit"))


def test_values_are_kept_without_floats_and_read_back():
    order = types.get("order")
    data, wrong = keep_all(
        order, {"net": Decimal("12.50"), "online": False, "reference": "PO 7", "tax": None}
    )
    assert wrong == []
    assert data == {"net": "12.50", "online": False, "reference": "PO 7"}
    read = read_all(order, data)
    assert (read["net"], read["online"], read["tax"]) == (Decimal("12.50"), False, None)

    visit = types.get("visit")
    moment = datetime(2026, 3, 1, 9, 12, tzinfo=UTC)
    data, _ = keep_all(visit, {"moment": moment})
    assert data == {"moment": "2026-03-01T09:12:00+00:00"}
    assert read_all(visit, data)["moment"] == moment
    installed = types.get("installed_product")
    data, wrong = keep_all(installed, {"warranty_until": date(2027, 1, 1)})
    assert data == {"warranty_until": "2027-01-01"}
    assert [(one.field, one.reason) for one in wrong] == [("product", "is needed")]


@pytest.mark.parametrize(
    ("type", "field", "value", "reason"),
    [
        ("order", "net", 1.5, "is not a number"),
        ("order", "net", Decimal("NaN"), "is too large a number"),
        ("order", "online", "yes", "is neither yes nor no"),
        ("case", "severity", "terrible", "is none of the choices"),
        ("case", "description", "a\x00b", "contains a NUL character"),
        ("shipment", "delivered_on", "2026-01-01", "is not a date"),
        ("case", "colour", "red", "is for a field that is not there"),
    ],
)
def test_a_wrong_value_is_named_with_its_reason(type, field, value, reason):
    _, wrong = keep_all(types.get(type), {field: value})
    assert [(one.field, one.reason) for one in wrong] == [(field, reason)]


def declaration(**changes):
    words = {"en": "Loan", "ko": "대여", "zh-hant": "借用"}
    return {
        "key": "loan",
        "words": words,
        "statuses": [{"key": "out", "words": words}, {"key": "back", "words": words, "closes": 1}],
        "fields": [{"key": "until", "words": words, "type": "date", "rule": "current"}],
    } | changes


def test_a_company_s_own_type_is_declared_in_the_same_words():
    loan = from_json(declaration())
    assert loan.field("until").type is FieldType.DATE
    assert loan.rule("until") is Rule.CURRENT
    assert loan.by_hand


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "Loan!"}, "small letters"),
        ({"statuses": []}, "at least one status"),
        ({"statuses": [{"key": "out", "words": {}}]}, "must close"),
        ({"fields": [{"key": "return", "words": {}}]}, "word of the expression language"),
        ({"fields": [{"key": "due", "words": {}}]}, "column of every record"),
        ({"fields": [{"key": "a", "words": {}}] * 2}, "declared twice"),
        ({"fields": [{"key": "a", "words": {}, "type": "choice"}]}, "without choices"),
        ({"fields": [{"key": "a", "words": {}, "rule": "dated", "dated_by": "b"}]}, "is no date"),
        ({"shows": ["nothing"]}, "is no field"),
        ({"words": None, "statuses": [{}]}, "lacks"),
    ],
)
def test_what_is_wrong_in_a_declaration_is_said(changes, said):
    with pytest.raises(ValueError, match=said):
        from_json(declaration(**changes))


@pytest.mark.django_db
def test_an_own_type_is_found_and_an_unknown_one_is_a_problem():
    CustomRecordType.objects.create(key="loan", declaration=declaration())
    types.forget_own()
    try:
        assert types.get("loan").words["ko"] == "대여"
        with pytest.raises(Problem, match="no record type “lone”"):
            types.get("lone")
    finally:
        types.forget_own()
