"""Who is looking: units, amounts and rooms follow from the person, never from an answer."""

import pytest

from concord.kernel.access import viewer_of
from concord.kernel.models import Department, Role, Unit, User
from concord.kernel.words import say

pytestmark = pytest.mark.django_db


def test_a_member_without_units_sees_every_unit() -> None:
    viewer = viewer_of(User.objects.create_user("alice@company.example", name="Alice"))
    assert viewer.unit_ids is None
    assert viewer.sees_money
    assert not viewer.runs_the_company


def test_units_and_department_narrow_what_is_seen() -> None:
    gauges = Unit.objects.create(key="gauges", words={"en": "Gauges"})
    shipping = Department.objects.create(key="shipping", words={"en": "Shipping"}, sees_money=False)
    bob = User.objects.create_user("bob@company.example", name="Bob", department=shipping)
    bob.units.add(gauges)
    viewer = viewer_of(bob)
    assert viewer.unit_ids == frozenset({gauges.pk})
    assert viewer.department == "shipping"
    assert not viewer.sees_money


def test_a_manager_of_a_department_without_amounts_sees_them() -> None:
    shipping = Department.objects.create(key="shipping", sees_money=False)
    chief = User.objects.create_user(
        "chief@company.example", name="Chief", department=shipping, role=Role.MANAGER
    )
    assert viewer_of(chief).sees_money
    assert viewer_of(chief).runs_the_company


def test_a_person_without_a_password_cannot_sign_in_with_one() -> None:
    user = User.objects.create_user("alice@company.example", name="Alice")
    assert not user.has_usable_password()


def test_words_fall_back_to_english_then_to_any() -> None:
    assert say({"en": "Sales", "ko": "영업"}, "ko") == "영업"
    assert say({"en": "Sales", "ko": "영업"}, "zh-hant") == "Sales"
    assert say({"ko": "영업"}, "zh-hant") == "영업"
    assert say({}, "en") == ""
