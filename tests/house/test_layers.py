"""Tables know each other as modules do: a foreign key points to the right in the house's order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

ORDER = ("pages", "connect", "work", "treatment", "facts", "records", "customers",
         "ui", "kernel")  # fmt: skip
SIDE_BY_SIDE = {"pages", "connect"}
DJANGO = {"auth", "contenttypes"}  # what a user of Django's stands on


def may_know(left: str, right: str) -> bool:
    if left == right or right in DJANGO:
        return True
    if {left, right} == SIDE_BY_SIDE or right not in ORDER:
        return False
    return ORDER.index(left) < ORDER.index(right)


def our_models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("concord."):
            yield model


@pytest.mark.parametrize(
    ("left", "right", "allowed"),
    [
        ("pages", "kernel", True),
        ("records", "customers", True),
        ("customers", "records", False),
        ("kernel", "customers", False),
        ("pages", "connect", False),
        ("work", "work", True),
        ("work", "sessions", False),
    ],
)
def test_the_order_itself(left: str, right: str, allowed: bool) -> None:
    assert may_know(left, right) is allowed


def test_every_app_of_ours_stands_in_the_order() -> None:
    labels = {app.label for app in apps.get_app_configs() if app.name.startswith("concord.")}
    assert labels - set(ORDER) == set()


def test_foreign_keys_point_to_the_right() -> None:
    models = list(our_models())
    assert len(models) > 10
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in models
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.is_relation
        and not may_know(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert wrong == []


def test_migrations_depend_to_the_right() -> None:
    loader = MigrationLoader(None)
    wrong = [
        f"{app}.{name} -> {other}.{needed}"
        for (app, name), migration in loader.disk_migrations.items()
        if migration.__module__.startswith("concord.")
        for other, needed in migration.dependencies
        if other not in ("__setting__", "procrastinate") and not may_know(app, other)
    ]
    assert wrong == []
